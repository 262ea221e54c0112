//! A custodian: holds one share of the committee's key and releases partial keys by its own clock and policy.
//!
//! It shares nothing with the platform but the written formats and the request. It believes no state of the platform:
//! every fact comes as an entry of the log under a head that it checks with keys it pinned itself, and its clock is its
//! own. *Invariant*: it signs labels only — of submissions in the closed box after the opening time, of price envelopes
//! only after the panel's signed stage, of draws only once the rule that uses them stands in the log, of rehearsals on
//! their day; and what it does stands in its signed record before it is answered.

pub mod card;
pub mod ceremony;
pub mod commands;

mod error;
mod evidence;
mod house;
pub mod record;
mod refusal;
mod request;
mod server;
mod shares;
mod state;
mod vault;

pub use error::CustodianError;
pub use house::TrustFile;
pub use refusal::ReleaseRefused;
pub use request::{
    Evidence, Item, LABELS_MAX, RehearsalRequest, ReleaseRequest, Released, ScheduleRequest, ScheduleSeen,
    ShownAct, Status, Wanted,
};
pub use server::RefusalBody;
pub use shares::{NotAShareId, ShareId, Shares};
pub use state::State;

use std::sync::Arc;

use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::Floor;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::label::{DrawSubject, EnvelopeKind, Label, LotId};
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::succession::{LogKeys, SuccessionError};
use kaibiao_crypto::threshold::Partial;

use evidence::Shown;
use record::Deed;
use state::Pinned;

use crate::base::Instant;
use crate::tender::{FloorKey, Schedule};

/// What a custodian trusts: set up by its own people, never taken from a request.
pub struct Trust {
    /// Key of the log.
    pub log: NoteVerifier,
    /// Keys of the witnesses.
    pub witnesses: Vec<NoteVerifier>,
    /// How many of them must have cosigned a head.
    pub quorum: usize,
}

impl Trust {
    /// The keys that `rotations` lead through from the one that is trusted, each under a head with the own quorum.
    fn follow(&self, rotations: &[String]) -> Result<Followed<'_>, ReleaseRefused> {
        let receipts =
            rotations.iter().map(|text| Receipt::parse(text.as_bytes())).collect::<Result<Vec<_>, _>>();
        let proven = receipts
            .map_err(SuccessionError::from)
            .and_then(|receipts| LogKeys::proven(&self.log, &receipts, &self.witnesses, self.quorum));
        let log =
            proven.map_err(|_| ReleaseRefused::Evidence("a rotation of the log's key is not proven"))?;
        Ok(Followed { log, witnesses: &self.witnesses, quorum: self.quorum })
    }
}

/// The same after the rotations of the log's key that a request shows.
struct Followed<'a> {
    log: LogKeys,
    witnesses: &'a [NoteVerifier],
    quorum: usize,
}

/// The custodian's own clock.
pub type OwnClock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A custodian.
pub struct Custodian {
    identity: SigningKey,
    shares: Shares,
    trust: Trust,
    clock: OwnClock,
    state: State,
}

impl Custodian {
    /// A custodian with its shares, keeping its pins and its record in `state`.
    pub fn new(identity: SigningKey, shares: Shares, trust: Trust, clock: OwnClock, state: State) -> Self {
        Self { identity, shares, trust, clock, state }
    }

    /// What it is and what it holds, for whoever looks after it.
    pub fn status(&self) -> Status {
        Status { now: (self.clock)(), shares: self.shares.indices() }
    }

    /// Its record.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Partial keys for what is wanted, if the evidence and the own clock allow it; all or none.
    pub async fn release(self: Arc<Self>, request: ReleaseRequest) -> Result<Released, ReleaseRefused> {
        let request = Arc::new(request);
        let shown = {
            let (this, request) = (Arc::clone(&self), Arc::clone(&request));
            blocking(move || {
                let trust = this.trust.follow(&request.evidence.schedule.rotations)?;
                Shown::read(&request.evidence, &request.lot, &trust)
            })
            .await?
        };
        self.shares.find(&ShareId { committee: shown.committee, epoch: request.epoch })?;
        // The draw of a panel comes before the opening; all else waits for it.
        let root = match request.wanted {
            Wanted::PanelDraw { .. } => None,
            Wanted::Envelopes { .. } | Wanted::OpeningDraw => Some(self.closed_root(&shown, &request).await?),
        };
        let (notice, lot) = (shown.notice, request.lot.clone());
        let what = request.wanted.name();
        let this = Arc::clone(&self);
        let made = blocking(move || this.partials(&shown, &request, root));
        let (released, subject) = made.await?;
        let labels = u32::try_from(released.len()).unwrap_or(u32::MAX);
        let deed = Deed::Released { labels, lot, notice, subject, what };
        self.state.record((self.clock)(), deed, &self.identity).await?;
        Ok(released)
    }

    /// Pins what the log shows of a tender's schedule, and says what is pinned, signed: once enough custodians have
    /// said so, fewer than the threshold could still open at an earlier time.
    pub async fn pin_schedule(
        self: Arc<Self>,
        request: ScheduleRequest,
    ) -> Result<ScheduleSeen, ReleaseRefused> {
        let this = Arc::clone(&self);
        let read = move || Shown::schedule(&request, &this.trust.follow(&request.rotations)?);
        let shown = blocking(read).await?;
        let pinned = Pinned { opening_at: shown.opening_at, is_cancelled: shown.is_cancelled };
        let pinned = self.state.schedule(shown.notice, pinned, (self.clock)(), &self.identity).await?;
        let Pinned { opening_at, is_cancelled } = pinned;
        let schedule = Schedule { is_cancelled, notice: shown.notice, opening_at };
        Ok(ScheduleSeen::sign(schedule, &self.identity))
    }

    /// The partial key of a rehearsal's label, on its day by the own clock, or the day before or after (time zones).
    pub async fn rehearse(&self, request: &RehearsalRequest) -> Result<Partial, ReleaseRefused> {
        let now = (self.clock)();
        if !request.is_near(now) {
            return Err(ReleaseRefused::OtherDay { now });
        }
        let share = self.shares.find(&ShareId { committee: request.committee, epoch: request.epoch })?;
        let partial = share.partial(&Label::Rehearsal { date: request.date });
        let deed = Deed::Rehearsed { date: request.date };
        self.state.record(now, deed, &self.identity).await?;
        Ok(partial)
    }

    /// The partial keys of what is asked for, and the digest of their labels. `root` is the pinned closed root.
    fn partials(
        &self,
        shown: &Shown,
        request: &ReleaseRequest,
        root: Option<Digest>,
    ) -> Result<(Released, Digest), ReleaseRefused> {
        let share = self.shares.find(&ShareId { committee: shown.committee, epoch: request.epoch })?;
        let trust = self.trust.follow(&request.evidence.schedule.rotations)?;
        let closed = || root.ok_or(ReleaseRefused::Evidence("no close of this lot"));
        let labels = match &request.wanted {
            Wanted::Envelopes { envelope, items } => {
                Self::envelope_labels(shown, &request.lot, *envelope, items, closed()?, &trust)?
            }
            Wanted::OpeningDraw => vec![draw(shown, &request.lot, DrawSubject::Opening(closed()?))],
            Wanted::PanelDraw { call } => {
                let pool = evidence::called_pool(call, shown, &request.lot, &trust)?;
                vec![draw(shown, &request.lot, DrawSubject::Panel(pool))]
            }
        };
        let digests: Vec<Digest> = labels.iter().map(|label| Digest::of(&label.to_bytes())).collect();
        let digests: Vec<&[u8]> = digests.iter().map(|digest| digest.as_bytes().as_slice()).collect();
        Ok((labels.iter().map(|label| share.partial(label)).collect(), Digest::of_parts(&digests)))
    }

    fn envelope_labels(
        shown: &Shown,
        lot: &LotId,
        envelope: EnvelopeKind,
        items: &[Item],
        root: Digest,
        trust: &Followed<'_>,
    ) -> Result<Vec<Label>, ReleaseRefused> {
        if items.len() > LABELS_MAX {
            return Err(ReleaseRefused::TooMany);
        }
        let passed = if shown.opens_first(envelope) { None } else { Some(shown.passed()?) };
        let label = |item: &Item| {
            let digest = item.manifest.digest();
            item.proof.verify(&digest, root).map_err(|_| ReleaseRefused::NotInBox)?;
            let line = item.manifest.line(envelope).filter(|line| line.submission == item.submission);
            line.ok_or(ReleaseRefused::NotInBox)?;
            if let Some(passed) = &passed {
                let bid = evidence::bid_of(item, shown, trust)?;
                if !passed.contains(&bid) {
                    return Err(ReleaseRefused::NotPassed);
                }
            }
            Ok(Label::Submission {
                tender: shown.notice,
                lot: lot.clone(),
                envelope,
                submission: item.submission,
            })
        };
        items.iter().map(label).collect()
    }

    /// The closed root of the lot, once the opening time has come here and the root is pinned.
    async fn closed_root(&self, shown: &Shown, request: &ReleaseRequest) -> Result<Digest, ReleaseRefused> {
        let now = (self.clock)();
        let pinned = Pinned { opening_at: shown.opening_at, is_cancelled: shown.is_cancelled };
        let Pinned { opening_at, is_cancelled } =
            self.state.schedule(shown.notice, pinned, now, &self.identity).await?;
        if is_cancelled {
            return Err(ReleaseRefused::Cancelled);
        }
        if now < opening_at {
            return Err(ReleaseRefused::NotYet { opening_at, now });
        }
        if !shown.floor.is_none_or(|floor| is_lifted(&floor, opening_at, request.floor_key.as_ref())) {
            return Err(ReleaseRefused::NoBeacon { opening_at });
        }
        let root = shown.closed_root.ok_or(ReleaseRefused::Evidence("no close of this lot"))?;
        self.state.root(shown.notice, request.lot.as_str(), root).await?;
        Ok(root)
    }
}

fn draw(shown: &Shown, lot: &LotId, subject: DrawSubject) -> Label {
    Label::Draw { tender: shown.notice, lot: lot.clone(), subject }
}

/// Whether a key shows that the floor under an opening is lifted: a beacon that was signed at it or later, which is a
/// second clock that nobody here can set, or the recovery key, whose holders say that the beacon has failed.
fn is_lifted(floor: &Floor, opening_at: Instant, key: Option<&FloorKey>) -> bool {
    let needed = floor.network.round_at(opening_at.unix_seconds());
    let is_late = |key: &&FloorKey| match key {
        FloorKey::Beacon { round, .. } => needed.is_some_and(|needed| *round >= needed),
        FloorKey::Recovery { .. } => true,
    };
    key.filter(is_late).is_some_and(|key| crate::replay::evidence::is_key_of(floor, key))
}

/// Signatures, proofs and points are computed beside the tasks that answer the network.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReleaseRefused> + Send + 'static,
) -> Result<T, ReleaseRefused> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ReleaseRefused::BrokeOff)?
}

#[cfg(test)]
mod tests {
    use kaibiao_crypto::beacon::Network;
    use kaibiao_crypto::envelope::RecoverySecret;

    use super::*;

    /// Published rounds of quicknet (crypto/vectors/drand.json has their sources).
    const ROUND_1000: &str =
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";
    const ROUND_1001: &str =
        "b33bf3667cbd5a82de3a24b4e0e9fe5513cc1a0e840368c6e31f5fcfa79bea03f73896b25883abf2853d10337fb8fa41";
    const ROUND_1002: &str =
        "ab066f9c12dd6de1336fca0f925192fb0c72a771c3e4c82ede1fd362c1a770f9eb05843c6308ce2530b53a99c0281a6e";

    #[test]
    fn only_a_beacon_from_the_opening_on_or_the_recovery_key_lifts_the_floor() {
        let secret = RecoverySecret::from_bytes(&[7; 32]);
        let floor = Floor { network: *Network::quicknet(), recovery: secret.public() };
        let second = floor.network.time_of(1001).expect("a round");
        let opening = Instant(i64::try_from(second).expect("a time") * 1000 + 999);
        let beacon = |round, signature: &str| FloorKey::Beacon { round, signature: signature.to_owned() };
        let recovery = |secret: &[u8; 32]| FloorKey::Recovery { secret: hex::encode(secret) };
        let cases = [
            (Some(beacon(1000, ROUND_1000)), false),
            (Some(beacon(1001, ROUND_1001)), true),
            (Some(beacon(1002, ROUND_1002)), true),
            (Some(beacon(1001, ROUND_1000)), false),
            (Some(beacon(1002, "")), false),
            (Some(recovery(&[7; 32])), true),
            (Some(recovery(&[8; 32])), false),
            (None, false),
        ];
        for (key, lifts) in cases {
            assert_eq!(is_lifted(&floor, opening, key.as_ref()), lifts, "{key:?}");
        }
    }
}
