//! The shares of one custodian: of which group key, and dealt which time.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::threshold::{Committee, Epoch, Share};
use serde::{Deserialize, Serialize};

use super::ReleaseRefused;

/// Names a share. After a resharing a custodian may hold shares of one group key from two dealings. Written
/// `<committee>/<epoch>`: 64 hexadecimal digits and a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShareId {
    /// SHA-256("TL1/committee\0" ‖ group key).
    pub committee: Digest,
    /// Which dealing.
    pub epoch: Epoch,
}

/// Text that names no share.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("expected <committee>/<epoch>, as `kaibiao custodian status` shows it")]
pub struct NotAShareId;

impl ShareId {
    /// What a share of `committee` is called.
    pub fn of(committee: &Committee) -> Self {
        Self { committee: committee.id(), epoch: committee.epoch() }
    }
}

impl fmt::Display for ShareId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.committee, self.epoch)
    }
}

impl FromStr for ShareId {
    type Err = NotAShareId;

    fn from_str(text: &str) -> Result<Self, NotAShareId> {
        let (committee, number) = text.split_once('/').ok_or(NotAShareId)?;
        let epoch: u32 = number.parse().map_err(|_| NotAShareId)?;
        let id = Self { committee: committee.parse().map_err(|_| NotAShareId)?, epoch: Epoch(epoch) };
        // One text for one share: no leading zeros or signs.
        if id.to_string() == text { Ok(id) } else { Err(NotAShareId) }
    }
}

impl TryFrom<String> for ShareId {
    type Error = NotAShareId;

    fn try_from(text: String) -> Result<Self, NotAShareId> {
        text.parse()
    }
}

impl From<ShareId> for String {
    fn from(id: ShareId) -> Self {
        id.to_string()
    }
}

/// Shares, each with the committee that it belongs to.
#[derive(Default)]
pub struct Shares(BTreeMap<ShareId, (Share, Committee)>);

impl Shares {
    /// The share of `id`. Errors: `other_epoch` where only shares of other dealings are held, `other_committee` where
    /// there is none at all.
    pub(super) fn find(&self, id: &ShareId) -> Result<&Share, ReleaseRefused> {
        let found = self.0.get(id).map(|(share, _)| share);
        let holds_other_dealings = self.0.keys().any(|held| held.committee == id.committee);
        let refused =
            || if holds_other_dealings { ReleaseRefused::OtherEpoch } else { ReleaseRefused::OtherCommittee };
        found.ok_or_else(refused)
    }

    /// The index that each share has.
    pub fn indices(&self) -> BTreeMap<ShareId, u8> {
        self.0.iter().map(|(id, (share, _))| (*id, share.index())).collect()
    }

    /// The share of `id` with its committee.
    pub(super) fn of(&self, id: &ShareId) -> Option<&(Share, Committee)> {
        self.0.get(id)
    }
}

impl FromIterator<(Share, Committee)> for Shares {
    fn from_iter<I: IntoIterator<Item = (Share, Committee)>>(shares: I) -> Self {
        Self(
            shares
                .into_iter()
                .map(|(share, committee)| (ShareId::of(&committee), (share, committee)))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_one_name() {
        let id = ShareId { committee: Digest::of(b"committee"), epoch: Epoch(12) };
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        for wrong in
            [&text[1..], &text[..64], &text.replace("/12", "/012"), &text.replace("/12", "/+12"), "/12"]
        {
            assert_eq!(wrong.parse::<ShareId>(), Err(NotAShareId), "{wrong}");
        }
        let kept = BTreeMap::from([(id, "a share")]);
        let read: BTreeMap<ShareId, String> =
            serde_json::from_str(&serde_json::to_string(&kept).expect("JSON")).expect("the same");
        assert!(read.contains_key(&id));
    }
}
