//! The platform's side of custody: asks the custodians, combines what they release, and names who failed.

mod directory;
mod evidence;
mod gather;
mod port;

pub use crate::replay::evidence::committee;
pub use directory::{CardFolder, Directory};
pub use evidence::EvidenceRoom;
pub use gather::{ReleasedKeys, TooFewCustodians};
pub use port::{Answer, CustodianPort, RemoteCustodian};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::key::PublicKey;
use kaibiao_crypto::label::{Label, LotId, RehearsalDate};
use kaibiao_crypto::threshold::{Committee, Partial};

use crate::centre;
use crate::custodian::record::SignedLine;
use crate::custodian::{Evidence, RehearsalRequest, ReleaseRequest, ScheduleRequest, ScheduleSeen, Wanted};
use crate::tender::{CustodianFault, FloorKey, Schedule, SchedulePin};
use gather::Way;

type Dealings = HashMap<(String, u32), Arc<Committee>>;

/// The committees of the centre as the platform reaches them.
#[derive(Clone)]
pub struct Custody {
    directory: Arc<dyn Directory>,
    /// Committees that were read from the register, by group key and epoch: reading one checks each of its points.
    read: Arc<Mutex<Dealings>>,
}

impl Custody {
    /// Custodians that `directory` leads to.
    pub fn new(directory: Arc<dyn Directory>) -> Self {
        Self { directory, read: Arc::default() }
    }

    /// A committee of the register with the ways to its custodians; none if the register's text is no committee.
    pub fn reach(&self, registered: &centre::Committee) -> Option<Reached> {
        let committee = self.committee(registered)?;
        let way = |custodian: &centre::CustodianRecord| {
            let identity = PublicKey::from_spki(&STANDARD.decode(&custodian.identity).ok()?).ok()?;
            Some(Way { index: custodian.index, identity, port: self.directory.port(custodian) })
        };
        let ways = registered.custodians.iter().map(way).collect::<Option<Vec<Way>>>()?;
        Some(Reached { committee, ways })
    }

    fn committee(&self, registered: &centre::Committee) -> Option<Arc<Committee>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let dealing = (registered.group_key.clone(), registered.epoch);
        if let Some(known) = read.get(&dealing) {
            return Some(Arc::clone(known));
        }
        let committee = Arc::new(committee(registered)?);
        read.insert(dealing, Arc::clone(&committee));
        Some(committee)
    }
}

/// What a committee is asked for, whichever dealing of its shares is in force.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What shows that it may be released.
    pub evidence: Evidence,
    /// The key of the floor, where the notice names one.
    pub floor_key: Option<FloorKey>,
    /// The lot.
    pub lot: LotId,
    /// What.
    pub wanted: Wanted,
}

/// A committee with the ways to its custodians.
pub struct Reached {
    committee: Arc<Committee>,
    ways: Vec<Way>,
}

impl Reached {
    /// The committee.
    pub fn committee(&self) -> &Committee {
        &self.committee
    }

    /// The record of custodian `index` from line `from` on, as that custodian gives it; none if there is no such one. The
    /// reader checks its signatures.
    pub async fn record(&self, index: u8, from: u64) -> Option<Result<Vec<SignedLine>, String>> {
        let way = self.ways.iter().find(|way| way.index == index)?;
        let Some(port) = &way.port else { return Some(Err("no_address".to_owned())) };
        Some(port.record(from).await)
    }

    /// Asks all custodians at once and combines the keys of `labels`, which are those that are asked for, in their order. It
    /// waits for as many as are needed and a moment longer, not for those that are slow.
    pub async fn release(&self, asked: Asked, labels: &[Label]) -> Result<ReleasedKeys, TooFewCustodians> {
        let Asked { evidence, floor_key, lot, wanted } = asked;
        let request =
            Arc::new(ReleaseRequest { epoch: self.committee.epoch(), evidence, floor_key, lot, wanted });
        let ask = |port: Arc<dyn CustodianPort>| {
            let request = Arc::clone(&request);
            async move { port.release(request).await }
        };
        gather::keys(&self.committee, &self.ways, labels, ask).await
    }

    /// Shows all custodians when a tender opens. Gives what those say who have pinned exactly `wanted`.
    pub async fn pin_schedule(&self, request: ScheduleRequest, wanted: &Schedule) -> Vec<SchedulePin> {
        let request = Arc::new(request);
        let ask = |port: Arc<dyn CustodianPort>| {
            let request = Arc::clone(&request);
            async move { port.pin_schedule(request).await }
        };
        let check = |way: &Way, seen: ScheduleSeen| {
            let is_right = seen.schedule == *wanted && seen.is_signed_by(&way.identity);
            async move { if is_right { Ok(seen) } else { Err("wrong_answer") } }
        };
        let needed = usize::from(self.committee.quorum().blocking());
        let answers = gather::answers(&self.ways, needed, ask, check).await;
        let pin = |(index, seen): (u8, ScheduleSeen)| SchedulePin { index, signature: seen.signature };
        answers.right.into_iter().map(pin).collect()
    }

    /// Rehearses with the label of `date`: who answered rightly, and who did not.
    pub async fn rehearse(&self, date: RehearsalDate) -> (Vec<u8>, Vec<CustodianFault>) {
        let label = Label::Rehearsal { date };
        let request = Arc::new(RehearsalRequest {
            committee: self.committee.id(),
            date,
            epoch: self.committee.epoch(),
        });
        let ask = |port: Arc<dyn CustodianPort>| {
            let request = Arc::clone(&request);
            async move { port.rehearse(request).await }
        };
        let check = |way: &Way, partial: Partial| {
            let is_right =
                partial.index == way.index && self.committee.verify_partial(&label, &partial) == Ok(true);
            async move { if is_right { Ok(partial) } else { Err("bad_partial") } }
        };
        let needed = usize::from(self.committee.quorum().threshold());
        let answers = gather::answers(&self.ways, needed, ask, check).await;
        (answers.right.into_keys().collect(), answers.failed)
    }
}
