//! The beacon that an opening waits for: fetched from drand's relays when its time has come.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use kaibiao_crypto::beacon::{BEACON_TEXT_BYTES_MAX, Beacon, Network};

use super::{JobError, Jobs, Work};
use crate::base::Span;
use crate::tender::{Command, FloorKey, Phase, RecordFloorKey, Tender, TenderCommand};
use crate::trust;

/// Between two questions to the relays.
const FETCH_AGAIN: Span = Span::seconds(1);
/// Longest wait for a relay.
const ANSWER: Duration = Duration::from_secs(5);

/// Relays of drand's networks, all asked at once. None is trusted: a beacon is verified with the pinned key.
#[derive(Clone)]
pub struct Relays {
    line: reqwest::Client,
    addresses: Arc<[String]>,
}

impl Relays {
    /// Relays at `addresses`, such as `https://api.drand.sh`.
    pub fn new(addresses: &[String]) -> Result<Self, JobError> {
        let tls = trust::client_config(trust::public_authorities());
        let tls = tls.map_err(|_| JobError::Missing("TLS for the relays"))?;
        let line = reqwest::Client::builder().use_preconfigured_tls(tls).timeout(ANSWER).build();
        let line = line.map_err(|_| JobError::Missing("TLS for the relays"))?;
        let addresses = addresses.iter().map(|address| address.trim_end_matches('/').to_owned()).collect();
        Ok(Self { line, addresses })
    }

    /// The beacon of a round, from whichever relay gives it first.
    async fn fetch(&self, network: &Network, round: u64) -> Option<Beacon> {
        let asked = self.addresses.iter().map(|address| self.ask(address, network, round));
        let mut answers: FuturesUnordered<_> = asked.collect();
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(beacon) if beacon.round() == round => return Some(beacon),
                Ok(_) => tracing::warn!(round, "a relay gives another round"),
                Err(why) => tracing::warn!(round, %why, "a relay gives no beacon"),
            }
        }
        None
    }

    async fn ask(&self, address: &str, network: &Network, round: u64) -> Result<Beacon, String> {
        let url = format!("{address}/{}/public/{round}", network.chain());
        let answer = self.line.get(url).send().await.and_then(reqwest::Response::error_for_status);
        let answer = answer.map_err(|error| error.to_string())?;
        let text = trust::body_of(answer, BEACON_TEXT_BYTES_MAX).await.map_err(|error| error.to_string())?;
        Beacon::from_json(network, &text).map_err(|error| error.to_string())
    }
}

impl Jobs {
    /// Fetches and records the beacons that a tender's opening waits for; whether there was one.
    pub(super) async fn floor(&self, tender: &Arc<Tender>) -> Result<bool, JobError> {
        let notice = &tender.notice;
        let now = self.hands.ledger.clock().now();
        let is_time = notice.opening_at.is_some_and(|opening| now >= opening);
        let (Some(floor), true, Phase::Published) = (notice.sealing.floor, is_time, notice.phase) else {
            return Ok(false);
        };
        let missing = notice.missing_rounds();
        if missing.is_empty() || self.is_paced(&Work::Floor(tender.id), FETCH_AGAIN) {
            return Ok(false);
        }
        for round in missing {
            let beacon = self.relays.fetch(&floor.network, round).await;
            let beacon = beacon.ok_or(JobError::Missing("the beacon"))?;
            let key = FloorKey::Beacon { round, signature: hex::encode(beacon.signature().to_bytes()) };
            let record = TenderCommand::RecordFloorKey(RecordFloorKey { key });
            self.hands.ledger.system(tender.id, Command::Tender(record)).await?;
        }
        Ok(true)
    }
}
