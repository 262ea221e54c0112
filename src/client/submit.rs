//! Submitting a sealed bid, and withdrawing it: uploads, then the small signed act, then the verified receipt on the disk.
//!
//! A run that is interrupted anywhere is simply run again: uploads go on at the server's offset, and an act that was
//! signed before is sent as the same bytes, so that a bid is never submitted twice.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kaibiao_crypto::act::SignedAct;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::bid::sealed_folder;
use super::upload::{Meter, Upload};
use super::{
    Accepted, ActRequest, BidError, Blame, ClientError, Notice, Progress, SealedBid, Signatory, clock,
};
use crate::base::{BidId, LotId, Role, TenderId};
use crate::held;
use crate::tender::{SubmitBid, WithdrawBid};

/// A bid that was received.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The bid.
    pub bid: BidId,
    /// The bid that it replaced.
    pub replaces: Option<BidId>,
    /// Place in the log, moment and receipt.
    pub accepted: Accepted,
    /// Where the receipt was saved.
    pub receipt_path: PathBuf,
}

/// A bid that was withdrawn.
#[derive(Debug, Clone)]
pub struct Withdrawn {
    /// The bid.
    pub bid: BidId,
    /// Place in the log, moment and receipt.
    pub accepted: Accepted,
}

/// How far a submission has come, for another run.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Submission {
    /// Addresses of uploads, by the submission id of their envelopes.
    uploads: BTreeMap<String, String>,
    /// The signed act, once it is signed.
    act: Option<SignedAct>,
    /// The bid that it replaces.
    replaces: Option<BidId>,
}

/// Submits the sealed bid of a bid folder. The receipt is verified and saved as `receipt.txt` before this returns.
/// Errors: those of [`BidError`], of uploads, of the server (`too_late` …), of receipts.
pub async fn submit(
    signatory: &Signatory,
    folder: &Path,
    tell: &mut (dyn FnMut(Progress) + Send),
) -> Result<Submitted, ClientError> {
    let bid = SealedBid::read(folder)?;
    if bid.bidder != signatory.key_id() {
        return Err(BidError::OtherKey.into());
    }
    let path = sealed_folder(folder).join("submission.json");
    let mut submission = read_submission(&path)?;
    if submission.act.is_none() {
        let (_, notice) = signatory.client().tender(bid.tender).await?;
        fits(&bid, &notice)?;
        upload_all(signatory, &bid, folder, &path, &mut submission, tell).await?;
        submission.replaces = notice.own_bid(&bid.lot).filter(|standing| *standing != bid.bid);
        submission.act = Some(sign(signatory, &bid, submission.replaces).await?);
        keep_submission(&path, &submission)?;
    }
    let Some(act) = &submission.act else { return Err(BidError::NotSealed.into()) };
    let accepted = match signatory.send(act).await {
        Err(error) if error.blame() == Blame::Refused => {
            // A refusal is final for these bytes; another run signs anew, under what then holds.
            submission.act = None;
            keep_submission(&path, &submission)?;
            return Err(error);
        }
        other => other?,
    };
    let receipt_path = save_receipt(folder, "receipt.txt", &accepted)?;
    Ok(Submitted { bid: bid.bid, replaces: submission.replaces, accepted, receipt_path })
}

/// Withdraws a bid: the named one, or the standing one of this bidder. Error: `bid_none_standing`, those of the server.
pub async fn withdraw(
    signatory: &Signatory,
    tender: TenderId,
    lot: &LotId,
    bid: Option<BidId>,
) -> Result<Withdrawn, ClientError> {
    let bid = match bid {
        Some(bid) => bid,
        None => {
            let (_, notice) = signatory.client().tender(tender).await?;
            notice.own_bid(lot).ok_or(BidError::NoStandingBid)?
        }
    };
    let accepted = signatory.act(&request("WithdrawBid", tender, lot, &WithdrawBid { bid })?).await?;
    Ok(Withdrawn { bid, accepted })
}

/// Saves the text of a receipt in a folder; an older one is moved aside, never replaced.
pub(super) fn save_receipt(folder: &Path, name: &str, accepted: &Accepted) -> Result<PathBuf, ClientError> {
    let path = folder.join(name);
    let failed = |error| ClientError::file(&path, error);
    let old = held::read(&path).map_err(failed)?;
    if old.as_deref() == Some(accepted.receipt.as_bytes()) {
        return Ok(path);
    }
    if old.is_some() {
        let aside =
            (1_u32..).map(|number| folder.join(format!("{number}-{name}"))).find(|path| !path.exists());
        std::fs::rename(&path, aside.unwrap_or_else(|| folder.join("older"))).map_err(failed)?;
    }
    held::write(&path, accepted.receipt.as_bytes()).map_err(failed)?;
    Ok(path)
}

/// A bid that no longer fits its tender is refused here, before hours of uploading.
fn fits(bid: &SealedBid, notice: &Notice) -> Result<(), BidError> {
    let now = notice.lockable()?;
    let differs = [
        (bid.notice != now.notice, "notice 公告"),
        (bid.committee != now.committee, "committee 托管委员会"),
        (bid.opening != now.opening, "first opening 首次公布的开标时间"),
    ];
    if let Some((_, what)) = differs.into_iter().find(|(differs, _)| *differs) {
        return Err(BidError::SealedToOther(what));
    }
    let newest = notice.document_set();
    if bid.document_set == newest {
        Ok(())
    } else {
        Err(BidError::Addenda { sealed: bid.document_set, newest })
    }
}

async fn upload_all(
    signatory: &Signatory,
    bid: &SealedBid,
    folder: &Path,
    state: &Path,
    submission: &mut Submission,
    tell: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), ClientError> {
    let total = bid.envelopes.iter().map(super::SealedEnvelope::upload_len).sum();
    let mut meter = Meter::new(total);
    let mut before = 0;
    for envelope in &bid.envelopes {
        let path = sealed_folder(folder).join(&envelope.file);
        let name = envelope.line.submission.to_string();
        let known = submission.uploads.get(&name);
        let url = known.and_then(|url| signatory.client().address(url).ok());
        let upload = Upload { client: signatory.client(), bid, envelope, path: &path, url };
        let mut keep = |url: &Url| {
            submission.uploads.insert(name.clone(), url.path().to_owned());
            keep_submission(state, submission)
        };
        let mut told = |done: u64| {
            if let Some(progress) = meter.mark(before + done, clock::tick()) {
                tell(progress);
            }
        };
        upload.run(&mut keep, &mut told).await?;
        before += envelope.upload_len();
    }
    Ok(())
}

async fn sign(
    signatory: &Signatory,
    bid: &SealedBid,
    replaces: Option<BidId>,
) -> Result<SignedAct, ClientError> {
    let manifest = bid.manifest().map_err(|error| ClientError::Usage(error.to_string()))?;
    let body = SubmitBid { bid: bid.bid, document_set: bid.document_set, manifest, replaces };
    signatory.sign(&request("SubmitBid", bid.tender, &bid.lot, &body)?).await
}

fn request(
    kind: &str,
    tender: TenderId,
    lot: &LotId,
    body: &impl Serialize,
) -> Result<ActRequest, ClientError> {
    let body = serde_json::to_value(body).map_err(|error| ClientError::Usage(error.to_string()))?;
    Ok(ActRequest {
        kind: kind.to_owned(),
        tender: Some(tender),
        lot: Some(lot.clone()),
        role: Role::Bidder,
        body: if body.is_null() { json!({}) } else { body },
    })
}

fn read_submission(path: &Path) -> Result<Submission, ClientError> {
    match held::read(path).map_err(|error| ClientError::file(path, error))? {
        Some(text) => serde_json::from_slice(&text).map_err(|error| ClientError::form(path, error)),
        None => Ok(Submission::default()),
    }
}

fn keep_submission(path: &Path, submission: &Submission) -> Result<(), ClientError> {
    let text = serde_json::to_vec_pretty(submission).map_err(|error| ClientError::form(path, error))?;
    held::write(path, &text).map_err(|error| ClientError::file(path, error))
}
