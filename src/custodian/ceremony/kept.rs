//! What a member keeps of a ceremony, sealed in its vault.

use std::collections::BTreeSet;

use kaibiao_crypto::digest::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::message::Confirmation;
use crate::custodian::ShareId;
use crate::custodian::error::CustodianError;
use crate::custodian::vault::Secrets;

/// What a custodian keeps of one ceremony, in each of its parts.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// As one who deals an old share.
    pub(super) dealing: Option<Dealing>,
    /// As one who is to hold a share.
    pub(super) receiving: Option<Receiving>,
}

/// How far a dealer of a resharing is.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Dealing {
    /// Announced: `reshare::Dealer`, saved. As secret as the share `of`, which is its constant.
    Announced {
        /// The share that it deals.
        of: ShareId,
        /// The state.
        state: Zeroizing<String>,
    },
    /// Dealt: `reshare::Dealt`, saved; nothing of it is secret.
    Dealt(String),
}

/// How far a member is.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Receiving {
    /// Of a new key, announced: `keygen::Announced`, saved.
    Announced(Zeroizing<String>),
    /// Of a new key, dealt: `keygen::Dealt`, saved.
    Dealt(Zeroizing<String>),
    /// Of a resharing, enrolled: `reshare::Recipient`, saved.
    Enrolled(Zeroizing<String>),
    /// It has a share, which waits for the confirmations of all.
    Confirmed {
        /// What it has said.
        confirmation: Confirmation,
        /// Of which dealing.
        id: ShareId,
        /// The share file.
        share: Zeroizing<String>,
    },
    /// All have confirmed; the share is among the others in the vault.
    Done(Confirmation),
    /// It complained.
    Complained(Value),
}

impl Kept {
    /// What is kept of `session`.
    pub(super) fn of(secrets: &Secrets, session: &Digest) -> Result<Self, CustodianError> {
        secrets.rounds.get(session).map_or_else(|| Ok(Self::default()), |text| read(text))
    }

    /// Puts it into the vault, which is not on the disk by that.
    pub(super) fn put(&self, secrets: &mut Secrets, session: Digest) -> Result<(), CustodianError> {
        let text = serde_json::to_string(self).map_err(|_| CustodianError::VaultDamaged)?;
        secrets.rounds.insert(session, text.into());
        Ok(())
    }

    /// The share that is not confirmed by all yet.
    fn unconfirmed(&self) -> Option<ShareId> {
        match &self.receiving {
            Some(Receiving::Confirmed { id, .. }) => Some(*id),
            Some(
                Receiving::Announced(_)
                | Receiving::Dealt(_)
                | Receiving::Enrolled(_)
                | Receiving::Done(_)
                | Receiving::Complained(_),
            )
            | None => None,
        }
    }

    /// The share that the state of a dealer could be turned back into.
    fn dealt_from(&self) -> Option<ShareId> {
        match &self.dealing {
            Some(Dealing::Announced { of, .. }) => Some(*of),
            Some(Dealing::Dealt(_)) | None => None,
        }
    }
}

fn read(text: &str) -> Result<Kept, CustodianError> {
    serde_json::from_str(text).map_err(|_| CustodianError::VaultDamaged)
}

/// The shares of ceremonies that not all members have confirmed.
pub(in crate::custodian) fn unconfirmed_shares(
    secrets: &Secrets,
) -> Result<BTreeSet<ShareId>, CustodianError> {
    let unconfirmed = secrets.rounds.values().map(|text| Ok(read(text)?.unconfirmed()));
    unconfirmed.filter_map(Result::transpose).collect()
}

/// Forgets what ceremonies have kept of the share `id`: it is destroyed.
pub(in crate::custodian) fn forget_share(secrets: &mut Secrets, id: &ShareId) -> Result<(), CustodianError> {
    for text in secrets.rounds.values_mut() {
        let mut kept = read(text)?;
        if kept.unconfirmed() == Some(*id) {
            kept.receiving = None;
        }
        if kept.dealt_from() == Some(*id) {
            kept.dealing = None;
        }
        *text = serde_json::to_string(&kept).map_err(|_| CustodianError::VaultDamaged)?.into();
    }
    Ok(())
}
