//! The floor under a tender's opening: the beacon of drand that its envelopes are locked to beside the custodians' key.
//!
//! A beacon comes from outside and proves itself, so it is recorded whoever brings it. Should the network fail, the
//! holders of the tender's recovery key may publish that instead, once the opening has come.

use std::collections::BTreeMap;

use serde::Serialize;
use ts_rs::TS;

use super::Context;
use super::command::{FloorKey, RecordFloorKey};
use super::event::TenderEvent;
use super::notice::Notice;
use crate::base::{Instant, Refusal, require};

/// Keys of the floor that have come.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, TS)]
pub struct FloorKeys {
    /// Signatures of the beacon's rounds, 96 hexadecimal digits each.
    pub beacons: BTreeMap<u64, String>,
    /// The secret of the recovery key, once its holders have published it.
    pub recovery: Option<String>,
}

impl Notice {
    /// The round that envelopes are locked to: that of the first announced opening. None without a beacon.
    pub fn locked_round(&self) -> Option<u64> {
        self.round_at(self.first_opening_at?)
    }

    /// Rounds that the opening waits for, ascending: the one that envelopes are locked to, and that of the opening in
    /// force, which shows custodians that its time has come. Empty without a beacon.
    pub fn beacon_rounds(&self) -> Vec<u64> {
        let in_force = self.opening_at.and_then(|opening| self.round_at(opening));
        let mut rounds: Vec<u64> = self.locked_round().into_iter().chain(in_force).collect();
        rounds.dedup();
        rounds
    }

    /// Rounds that have not come yet and are not replaced by the recovery key.
    pub fn missing_rounds(&self) -> Vec<u64> {
        let keys = &self.floor_keys;
        let is_missing = |round: &u64| keys.recovery.is_none() && !keys.beacons.contains_key(round);
        self.beacon_rounds().into_iter().filter(is_missing).collect()
    }

    /// What shows custodians that the floor lets the opening begin; none without a floor, and before it does.
    pub fn floor_proof(&self) -> Option<FloorKey> {
        let keys = &self.floor_keys;
        let beacon = || {
            let round = *self.beacon_rounds().last()?;
            Some(FloorKey::Beacon { round, signature: keys.beacons.get(&round)?.clone() })
        };
        beacon().or_else(|| Some(FloorKey::Recovery { secret: keys.recovery.clone()? }))
    }

    fn round_at(&self, moment: Instant) -> Option<u64> {
        self.sealing.floor?.network.round_at(moment.unix_seconds())
    }
}

/// The key is right (the caller checks), not there yet, and not before the opening.
pub(super) fn record(
    notice: &Notice,
    body: &RecordFloorKey,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    context.system()?;
    notice.published()?;
    let is_time = notice.opening_at.is_some_and(|opening| context.now >= opening);
    require(is_time, || Refusal::not_now("before_deadline").with("opening_at", notice.opening_at))?;
    let is_known = match &body.key {
        FloorKey::Beacon { round, .. } => {
            require(notice.beacon_rounds().contains(round), || Refusal::rule("other_round"))?;
            notice.floor_keys.beacons.contains_key(round)
        }
        FloorKey::Recovery { .. } => notice.floor_keys.recovery.is_some(),
    };
    require(!is_known, || Refusal::rule("already_said"))?;
    require(context.is_floor_key, || Refusal::rule("floor_key"))?;
    Ok(TenderEvent::FloorKeyRecorded { key: body.key.clone() })
}

pub(super) fn apply(notice: &mut Notice, key: &FloorKey) {
    match key {
        FloorKey::Beacon { round, signature } => {
            notice.floor_keys.beacons.insert(*round, signature.clone());
        }
        FloorKey::Recovery { secret } => notice.floor_keys.recovery = Some(secret.clone()),
    }
}
