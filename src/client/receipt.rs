//! Receipts of one's own acts, checked before anybody is told "received".

use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::checkpoint::{NoteError, NoteVerifier};
use kaibiao_crypto::receipt::{Receipt, ReceiptError, Verified};

use super::{Accepted, ClientError};

/// Whose signatures make a head of the log: the log itself, and so many of its witnesses.
#[derive(Debug, Clone)]
pub struct LogPolicy {
    /// The log.
    pub log: NoteVerifier,
    /// The witnesses.
    pub witnesses: Vec<NoteVerifier>,
    /// How many of them must have cosigned.
    pub quorum: usize,
}

impl LogPolicy {
    /// The policy of these verifier keys. Errors: `verifier_form`.
    pub fn new(log_key: &str, witness_keys: &[String], quorum: usize) -> Result<Self, NoteError> {
        let witnesses = witness_keys.iter().map(|key| NoteVerifier::parse(key)).collect::<Result<_, _>>()?;
        Ok(Self { log: NoteVerifier::parse(log_key)?, witnesses, quorum })
    }
}

/// Whether `accepted` is a receipt of `act` with the cosignatures of a quorum, or, as yet, with the log's signature alone.
/// Errors: those of [`verify_receipt`].
pub(super) fn is_witnessed(
    policy: &LogPolicy,
    act: &SignedAct,
    accepted: &Accepted,
) -> Result<bool, ClientError> {
    match verify_receipt(policy, act, accepted) {
        Ok(_) => Ok(true),
        Err(ClientError::Receipt(ReceiptError::Note(NoteError::Quorum))) => {
            let signed = LogPolicy { quorum: 0, ..policy.clone() };
            verify_receipt(&signed, act, accepted).map(|_| false)
        }
        Err(error) => Err(error),
    }
}

/// Checks that `accepted` proves that exactly `act` stands in the log at the place and moment that it names.
/// Errors: those of receipts, `receipt_of_another`.
pub fn verify_receipt(
    policy: &LogPolicy,
    act: &SignedAct,
    accepted: &Accepted,
) -> Result<Verified, ClientError> {
    let receipt = Receipt::parse(accepted.receipt.as_bytes())?;
    let verified = receipt.verify(&policy.log, &policy.witnesses, policy.quorum)?;
    let is_ours = verified.entry.payload == act.payload
        && verified.entry.sig == act.sig
        && verified.entry.key_id == act.key_id
        && verified.index == accepted.index
        && i64::try_from(verified.ts) == Ok(accepted.ts.0);
    if is_ours { Ok(verified) } else { Err(ClientError::ReceiptOfAnother) }
}
