//! A thousand bids with two envelopes each, released by three of five custodians, which are processes of their own, and
//! opened: beside the raw operations that this cannot do without.

mod measure;

#[path = "../tests/support/committee.rs"]
#[allow(dead_code, reason = "the tests' custodians; a bench needs a part of them")]
mod committee;
#[path = "../tests/custody/custodians.rs"]
#[allow(dead_code, reason = "the tests' houses; a bench starts them and no more")]
mod custodians;
#[path = "../tests/support/folder.rs"]
mod folder;
#[path = "../tests/it/harness.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "the tests' centre; a bench needs a part of it")]
mod harness;
#[path = "../tests/support/postgres.rs"]
mod postgres;
#[path = "../tests/custody/process.rs"]
#[allow(dead_code, reason = "the tests' processes; a bench needs a part of them")]
mod process;
#[path = "../tests/custody/vault.rs"]
#[allow(dead_code, reason = "the tests' way into a vault; a bench plants shares")]
mod vault;
#[path = "../tests/it/sealed.rs"]
#[allow(dead_code, reason = "the tests' bidders; a bench needs a part of them")]
mod sealed;
#[path = "../tests/it/terms.rs"]
#[allow(dead_code, reason = "the tests' tender")]
mod terms;
#[path = "../tests/it/procedure.rs"]
#[allow(dead_code, reason = "the tests' procedure; a bench publishes only")]
mod procedure;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use custodians::Custodians;
use harness::{Actor, Center, PERIOD, lot, relays, text};
use kaibiao::base::{OrgId, Role, ShortText, Span};
use kaibiao::centre::{AppointCommittee, CentreCommand, CertifyKey, Organisation, RegisterOrganisation};
use kaibiao::custodian::ShareId;
use kaibiao::custody::{CardFolder, Custody};
use kaibiao::jobs::{Jobs, Pace};
use kaibiao::pinned::OwnCertificate;
use kaibiao::tender::{Lot, LotCommand, OpeningStep, Procedure, StartReading};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::label::{Label, SubmissionId};
use kaibiao_crypto::lock::{Capsule, Identity, LabelKey};
use kaibiao_crypto::payload::STATEMENT_BYTES;
use kaibiao_crypto::threshold::{Partial, Share};
use measure::{print, rate};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SystemRandom;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Bids of the lot.
const BIDS: usize = 1000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut center = Center::on_sqlite().await;
        let (custody, _running) = three_of_five(&mut center).await;
        let floors = Floors::on_all_cores(&center);
        center.publish(Procedure::TwoStage).await;
        let bidders = more_bidders(&center).await;
        for bidder in &bidders {
            center.bid(bidder, 86_000_000).await;
        }
        center.clock.advance(PERIOD);
        let begun = now();
        let stop = CancellationToken::new();
        let pace = Pace { reading: Span(0), cover: None };
        let jobs =
            Jobs::new(center.ledger.clone(), center.files.clone(), Some(custody), relays(&[]), None, pace);
        let jobs = tokio::spawn(jobs.run(stop.clone()));
        reaches(&center, |lot| at_step(lot, OpeningStep::Unsealed)).await;
        let unsealed = begun.elapsed();
        reaches(&center, |lot| lot.bids.values().all(|bid| bid.unsealed.len() == 2)).await;
        let opened = begun.elapsed();
        center.lot(&center.host, LotCommand::StartReading(StartReading {})).await.expect("reading");
        reaches(&center, |lot| at_step(lot, OpeningStep::Confirming)).await;
        let read = begun.elapsed();
        stop.cancel();
        jobs.await.expect("the jobs end");
        floors.say();
        let print = |what: &str, count: usize, took| {
            print(what, rate(count as f64, took), "sum of its floors", floors.rate(), "/s");
        };
        print("close, draw, release, unseal 1,000 statements", BIDS, unsealed);
        print("… and their documents: two envelopes each", 2 * BIDS, opened);
        print("… to the last one read out", 2 * BIDS, read);
        println!("{:<46} {:>12.2} s", "from the close to the last one read out", read.as_secs_f64());
    });
}

/// Waits until the lot is as wanted.
async fn reaches(center: &Center, is_there: impl Fn(&Lot) -> bool) {
    let mut grown = center.ledger.grown();
    while !is_there(&center.state().lots[&lot()]) {
        grown.changed().await.expect("the ledger lives");
    }
}

fn at_step(lot: &Lot, step: OpeningStep) -> bool {
    lot.opening().is_some_and(|opening| opening.step == step)
}

/// A new committee, in office, of five houses of which three run. Its shares were made here and put into their vaults:
/// the ceremony is not what is measured.
async fn three_of_five(center: &mut Center) -> (Custody, Custodians) {
    let mut houses = Custodians::make(&center.home.join("houses"), 5).await;
    let made = center.home.join("committee");
    center.custody.clone_from(&made);
    let names: Vec<ShortText> = houses.indices().map(|index| text(&format!("托管机构 {index}"))).collect();
    let mut committee = committee::make(&made, &names, 3).expect("a committee");
    for (custodian, index) in committee.custodians.iter_mut().zip(houses.indices()) {
        let (share, public) = committee::share(&made, index).expect("a share");
        let mut vault = houses.vault(index);
        let file = serde_json::to_string(&share.export(&public).expect("a share file")).expect("JSON");
        vault.secrets["shares"][ShareId::of(&public).to_string()] = file.into();
        vault.save();
        let identity = vault.identity();
        custodian.identity = STANDARD.encode(identity.public().spki());
        custodian.signature = STANDARD.encode(identity.sign(public.id().as_bytes()));
    }
    let own = OwnCertificate::stored(&center.home.join("custody-tls"), "bench").expect("a certificate");
    let log = json!({"log_key": center.ledger.log_vkey(), "witness_keys": center.ledger.witness_vkeys()});
    houses.trust(&log, &own.certificate);
    for index in [1, 3, 5] {
        houses.start(index).await;
    }
    let appoint = CentreCommand::AppointCommittee(AppointCommittee { committee });
    center.centre(appoint).await.expect("appointed");
    let cards = CardFolder::read(&houses.cards(), &own).expect("the cards");
    (Custody::new(Arc::new(cards)), houses)
}

#[expect(clippy::disallowed_methods, reason = "a bench measures with the machine's own clock")]
fn now() -> Instant {
    Instant::now()
}

/// A thousand bidders, each with an organisation of its own.
async fn more_bidders(center: &Center) -> Vec<Actor> {
    let bidders: Vec<Actor> = (0..BIDS).map(|_| Actor::new(OrgId(Uuid::new_v4()), Role::Bidder)).collect();
    for bidder in &bidders {
        let organisation = Organisation { credit_code: None, name: text("单位"), name_en: text("Unit") };
        let register = RegisterOrganisation { org: bidder.org, organisation };
        center.centre(CentreCommand::RegisterOrganisation(register)).await.expect("registered");
        center.register(bidder).await;
        let certify = CertifyKey { key: bidder.record() };
        center.centre(CentreCommand::CertifyKey(certify)).await.expect("certified");
    }
    bidders
}

/// What one envelope cannot do without, in seconds of one core while the others are as busy.
struct Floors {
    /// Three partial keys: hash and multiply.
    partials: f64,
    /// Three partials and the key that they make, verified in batches.
    verified: f64,
    /// The lock opened, with its check.
    opened: f64,
    /// A statement's length of ciphertext decrypted and hashed twice.
    payload: f64,
}

impl Floors {
    /// Measured by all cores at once, as the opening uses them: two that share their units are not twice as fast.
    fn on_all_cores(center: &Center) -> Self {
        let folder = &center.custody;
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..cores()).map(|_| scope.spawn(|| Self::measured(folder))).collect();
            let own = Self::measured(folder);
            for other in others {
                other.join().expect("measured");
            }
            own
        })
    }

    fn measured(folder: &Path) -> Self {
        const COUNT: usize = 256;
        let share = |index: u8| committee::share(folder, index).expect("a share").0;
        let shares: Vec<_> = (1..=3).map(share).collect();
        let committee = committee::committee(folder, 1).expect("a committee");
        let label = |place: usize| Label::Submission {
            tender: Digest::of(b"tender"),
            lot: lot(),
            envelope: kaibiao::base::Envelope::Statement,
            submission: SubmissionId((place as u128).to_be_bytes()),
        };
        let labels: Vec<Label> = (0..COUNT).map(label).collect();
        let (partials, made) = measure::time(|| {
            let of_share = |share: &Share| labels.iter().map(|label| share.partial(label)).collect();
            shares.iter().map(of_share).collect::<Vec<Vec<Partial>>>()
        });
        let keys: Vec<(Identity, LabelKey)> = labels
            .iter()
            .enumerate()
            .map(|(place, label)| {
                let given: Vec<Partial> = partials.iter().map(|of_share| of_share[place]).collect();
                (label.identity(), *committee.combine(label, &given).expect("combined").label_key)
            })
            .collect();
        let group = committee.group_key();
        let (is_good, verified) = measure::time(|| group.verify_batch(&keys, &SystemRandom::new()));
        assert!(is_good.expect("randomness"), "the keys are good");
        let (identity, key) = &keys[0];
        let capsule = Capsule::seal(group, identity, &[1; 16], &[2; 16]);
        let ((), opened) = measure::time(|| {
            for _ in 0..COUNT {
                capsule.open(key).expect("opened");
            }
        });
        let each = |took: Duration| took.as_secs_f64() / COUNT as f64;
        let payload = measure::time(|| (0..COUNT).for_each(|_| raw_payload())).1;
        Self {
            partials: each(made),
            verified: 4.0 * each(verified),
            opened: each(opened),
            payload: each(payload),
        }
    }

    /// So many envelopes a second, on all cores.
    fn rate(&self) -> f64 {
        cores() as f64 / (self.partials + self.verified + self.opened + self.payload)
    }

    fn say(&self) {
        let ms = |seconds: f64| seconds * 1000.0;
        println!(
            "floors of one envelope, on one of all cores at work: three partials {:.2} ms, keys verified {:.2} ms, lock opened {:.2} ms, payload {:.2} ms",
            ms(self.partials),
            ms(self.verified),
            ms(self.opened),
            ms(self.payload),
        );
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// AES-256-GCM and two SHA-256 over a statement's length, by `ring` alone.
fn raw_payload() {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("a key"));
    let mut bytes = vec![0; STATEMENT_BYTES as usize];
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut bytes).expect("sealed");
    let both = [Digest::of(&bytes), Digest::of(&bytes)];
    assert_eq!(both[0], both[1]);
}
