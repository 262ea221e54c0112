//! A bidder's own bids, with the receipts that prove them.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;
use tokio::sync::Mutex;

use super::extract::{PathOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use super::{App, lot_of};
use crate::base::{BidId, LotId, Role, TenderId};
use crate::ledger::LedgerError;
use crate::limits::ENTRIES_PAGE;
use crate::store::Database;
use crate::tender::{Bid, Event, LotEvent, LotFact};

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/tenders/{id}/lots/{lot}/bids/mine";
    let mine =
        Route::get(path, Who::Bidder, "The own bids with their receipts, the newest first.", get(mine))
            .gives("`[{bid: Bid, index, receipt}]`; the receipt is a C2SP tlog-proof under the newest head.");
    tagged("bid", vec![mine])
}

/// Where bids stand in the log: a bid knows its act, not the act's place. Filled from the tender's own stream as far as
/// it has been read; nothing is lost with it.
#[derive(Default)]
pub struct BidPlaces(Mutex<HashMap<TenderId, Places>>);

#[derive(Default)]
struct Places {
    /// Position in the tender's stream from which entries are still to be read.
    next: u64,
    bids: HashMap<BidId, u64>,
}

impl BidPlaces {
    /// The index in the log of the act that submitted `bid`.
    async fn of(
        &self,
        database: &Database,
        tender: TenderId,
        bid: BidId,
    ) -> Result<Option<u64>, LedgerError> {
        let mut tenders = self.0.lock().await;
        let places = tenders.entry(tender).or_default();
        while !places.bids.contains_key(&bid) {
            let entries = database.stream_entries(&tender.to_string(), places.next, ENTRIES_PAGE).await?;
            if entries.is_empty() {
                return Ok(None);
            }
            for entry in entries {
                // Events that this build cannot read submit no bid that it knows.
                let events: Vec<Event> = serde_json::from_slice(&entry.events).unwrap_or_default();
                let submitted = events.iter().filter_map(submitted_bid);
                places.bids.extend(submitted.map(|bid| (bid, entry.seq)));
                places.next += 1;
            }
        }
        Ok(places.bids.get(&bid).copied())
    }
}

fn submitted_bid(event: &Event) -> Option<BidId> {
    match event {
        Event::Lot(LotFact { event: LotEvent::BidSubmitted { bid, .. }, .. }) => Some(*bid),
        Event::Lot(_) | Event::Tender(_) => None,
    }
}

#[derive(Serialize)]
struct OwnBid {
    bid: Bid,
    index: Option<u64>,
    receipt: Option<String>,
}

async fn mine(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf((id, lot)): PathOf<(TenderId, LotId)>,
) -> Result<Json<Vec<OwnBid>>, Problem> {
    signed_in.require(Role::Bidder)?;
    let org = signed_in.reader.org;
    let tender = app.tender(Some(&signed_in.reader), id)?;
    let mut bids: Vec<Bid> =
        lot_of(&tender, &lot)?.bids.values().filter(|bid| bid.org == org).cloned().collect();
    bids.sort_by_key(|bid| std::cmp::Reverse(bid.submitted_at));
    let mut answer = Vec::with_capacity(bids.len());
    for bid in bids {
        let index = app.bid_places.of(&app.database, id, bid.id).await?;
        let receipt = match index {
            Some(index) => Some(app.ledger.receipt(index).await?),
            None => None,
        };
        answer.push(OwnBid { bid, index, receipt });
    }
    Ok(Json(answer))
}
