//! Gathers from the log what custodians want to be shown.

use std::collections::BTreeMap;
use std::time::Duration;

use kaibiao_crypto::entry::{Entry, LogItem};
use kaibiao_crypto::receipt::Receipt;

use crate::base::{BidId, LotId, TenderId};
use crate::custodian::{Evidence, ScheduleRequest, ShownAct};
use crate::ledger::{Ledger, LedgerError};
use crate::store::EntryRow;
use crate::tender::Tender;

/// Entries of a stream that are read at once.
const PAGE: u32 = 1000;

/// The acts of one tender that custodians want to see, found once.
pub struct EvidenceRoom {
    notice: Option<EntryRow>,
    addenda: Vec<EntryRow>,
    cancellation: Option<EntryRow>,
    closes: BTreeMap<String, EntryRow>,
    calls: BTreeMap<String, EntryRow>,
    stages: BTreeMap<String, Vec<EntryRow>>,
    bids: BTreeMap<BidId, EntryRow>,
    rotations: Vec<String>,
    newest: u64,
}

impl EvidenceRoom {
    /// Reads the stream of `tender`.
    pub async fn read(ledger: &Ledger, tender: TenderId) -> Result<Self, LedgerError> {
        let mut room = Self {
            notice: None,
            addenda: Vec::new(),
            cancellation: None,
            closes: BTreeMap::new(),
            calls: BTreeMap::new(),
            stages: BTreeMap::new(),
            bids: BTreeMap::new(),
            rotations: ledger.rotations().await?,
            newest: 0,
        };
        let stream = tender.to_string();
        let mut from = 0;
        loop {
            let rows = ledger.database().stream_entries(&stream, from, PAGE).await?;
            let Some((_, last)) = rows.last().and_then(|row| row.place.clone()) else { return Ok(room) };
            from = last + 1;
            room.newest = rows.last().map_or(room.newest, |row| row.seq);
            rows.into_iter().try_for_each(|row| room.keep(row))?;
        }
    }

    fn keep(&mut self, row: EntryRow) -> Result<(), LedgerError> {
        let LogItem::Act(entry) = LogItem::parse(&row.bytes)? else { return Ok(()) };
        let payload = entry.read_payload()?;
        let lot = payload.lot.unwrap_or_default();
        match payload.kind.as_str() {
            "PublishTender" => self.notice = Some(row),
            "IssueAddendum" => self.addenda.push(row),
            "CancelTender" => self.cancellation = Some(row),
            "CloseLot" => {
                self.closes.insert(lot, row);
            }
            "CallPanel" => {
                self.calls.insert(lot, row);
            }
            "SignStage" => self.stages.entry(lot).or_default().push(row),
            "SubmitBid" => {
                if let Some(bid) = bid_id(&entry, &row) {
                    self.bids.insert(bid, row);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Waits until all of it stands under a witnessed head, at most so long: custodians are shown nothing else.
    pub async fn is_witnessed_within(&self, ledger: &Ledger, wait: Duration) -> bool {
        ledger.is_witnessed_within(self.newest, wait).await
    }

    /// What is shown of the tender's schedule.
    pub fn schedule(&self, ledger: &Ledger) -> Result<ScheduleRequest, LedgerError> {
        let show = |row: &EntryRow| shown(ledger, row);
        Ok(ScheduleRequest {
            addenda: self.addenda.iter().map(show).collect::<Result<_, _>>()?,
            cancellation: self.cancellation.as_ref().map(show).transpose()?,
            notice: show(self.notice.as_ref().ok_or_else(no_notice)?)?,
            rotations: self.rotations.clone(),
        })
    }

    /// What is shown for a lot of `tender`.
    pub fn evidence(&self, ledger: &Ledger, tender: &Tender, lot: &LotId) -> Result<Evidence, LedgerError> {
        let show = |row: &EntryRow| shown(ledger, row);
        let stage = self.stages.get(lot.as_str()).map(Vec::as_slice).unwrap_or_default();
        let terms = tender.notice.terms().ok_or_else(no_notice)?;
        Ok(Evidence {
            schedule: self.schedule(ledger)?,
            close: self.closes.get(lot.as_str()).map(show).transpose()?,
            stage: stage.iter().map(show).collect::<Result<_, _>>()?,
            terms: serde_json::to_value(terms).map_err(LedgerError::Encode)?,
        })
    }

    /// The call of the panel of a lot.
    pub fn call(&self, ledger: &Ledger, lot: &LotId) -> Result<Option<ShownAct>, LedgerError> {
        self.calls.get(lot.as_str()).map(|row| shown(ledger, row)).transpose()
    }

    /// The act that submitted `bid`.
    pub fn bid(&self, ledger: &Ledger, bid: BidId) -> Result<Option<ShownAct>, LedgerError> {
        self.bids.get(&bid).map(|row| shown(ledger, row)).transpose()
    }
}

fn no_notice() -> LedgerError {
    LedgerError::Closed("a published tender has no notice in the log".to_owned())
}

fn shown(ledger: &Ledger, row: &EntryRow) -> Result<ShownAct, LedgerError> {
    let (proof, head) = ledger.witnessed_inclusion(row.seq)?;
    let note = head.note.ok_or(LedgerError::NoEntry(row.seq))?;
    let receipt = Receipt { index: row.seq, proof, entry: row.bytes.clone(), note }.to_text();
    let body = row.body.as_ref().map(|body| serde_json::from_slice(body)).transpose();
    Ok(ShownAct { body: body.map_err(LedgerError::Encode)?, receipt })
}

fn bid_id(entry: &Entry, row: &EntryRow) -> Option<BidId> {
    let body = entry.to_act(row.body.clone()).body_value().ok()?;
    serde_json::from_value(body.get("bid")?.clone()).ok()
}
