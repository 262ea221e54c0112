//! What one custodian holds and gives: a share, and partial label keys.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::secret::{SecretText, secret_json};
use super::{Committee, Epoch, ThresholdError};
use crate::label::Label;
use crate::lock::{G2, G2_BYTES, LabelKey, PointError, Scalar, point_text};

/// The public share of a custodian: f(i)·G2, checked like a group key. Written as 192 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicShare(pub(crate) G2);

impl PublicShare {
    /// The share of 96 compressed bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PointError> {
        G2::from_compressed(bytes).map(Self)
    }

    /// 96 compressed bytes.
    pub fn to_bytes(&self) -> [u8; G2_BYTES] {
        self.0.compressed()
    }
}

point_text!(PublicShare, G2_BYTES);

/// What one custodian's share makes of a label. Not a secret once the label may be released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partial {
    /// The epoch of the share: only partials of one epoch combine.
    pub epoch: Epoch,
    /// The custodian, 1..n.
    pub index: u8,
    /// f(i)·Q(label): a label key under the custodian's public share, not under the group key.
    pub key: LabelKey,
}

/// The secret of one custodian. Overwritten when dropped; it cannot be printed or copied, and is written only by
/// [`Share::export`].
pub struct Share {
    epoch: Epoch,
    index: u8,
    secret: Scalar,
}

impl ZeroizeOnDrop for Share {}

impl Share {
    pub(super) fn new(epoch: Epoch, index: u8, secret: Scalar) -> Self {
        Self { epoch, index, secret }
    }

    /// The dealing that it comes from.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub(super) fn secret(&self) -> &Scalar {
        &self.secret
    }

    /// The custodian, 1..n.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The partial key of a label. Whether the label may be released is the caller's question, before this.
    pub fn partial(&self, label: &Label) -> Partial {
        let point = label.identity().point();
        let key = point.times(&self.secret).expect("a share is not zero, and no label hashes to infinity");
        Partial { epoch: self.epoch, index: self.index, key: LabelKey(key) }
    }

    /// The file that this share is kept in.
    pub fn export(&self, committee: &Committee) -> Result<ShareFile, ThresholdError> {
        self.check(committee)?;
        let secret = SecretText(Zeroizing::new(self.secret.to_be_bytes()));
        Ok(ShareFile { committee: committee.clone(), index: self.index, secret, v: 1 })
    }

    /// Whether it is the share of its index and epoch in `committee`. Error: `share_mismatch`, `unknown_custodian`.
    pub fn check(&self, committee: &Committee) -> Result<(), ThresholdError> {
        let public = committee.public_share(self.index)?;
        if self.epoch == committee.epoch() && G2::generator_times(&self.secret) == Some(public.0) {
            Ok(())
        } else {
            Err(ThresholdError::Share)
        }
    }
}

/// A share as it is kept on a custodian's disk: JSON `{"committee":{…},"index":2,"secret":"<64 hex digits>","v":1}`.
/// It is as secret as the share: write it with the rights of its owner only.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareFile {
    committee: Committee,
    index: u8,
    secret: SecretText,
    v: u8,
}

impl ShareFile {
    /// The text of the file; the copy is overwritten when dropped.
    pub fn to_text(&self) -> Zeroizing<String> {
        secret_json(self)
    }

    /// The share and its committee, if they belong together.
    pub fn import(self) -> Result<(Share, Committee), ThresholdError> {
        let secret = Scalar::from_be_bytes(&self.secret.0).ok_or(ThresholdError::Share)?;
        let share = Share::new(self.committee.epoch(), self.index, secret);
        share.check(&self.committee)?;
        if self.v == 1 { Ok((share, self.committee)) } else { Err(ThresholdError::Share) }
    }
}

impl fmt::Debug for ShareFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShareFile").field("index", &self.index).finish_non_exhaustive()
    }
}
