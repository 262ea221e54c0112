//! A thousand opening statements from the released keys to the last one read out, beside a thousand raw lock openings.

mod measure;

#[path = "../tests/support/committee.rs"]
#[allow(dead_code, reason = "the tests' custodians; a bench needs a part of them")]
mod committee;
#[path = "../tests/support/folder.rs"]
mod folder;
#[path = "../tests/it/harness.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "the tests' centre; a bench needs a part of it")]
mod harness;
#[path = "../tests/support/postgres.rs"]
mod postgres;
#[path = "../tests/it/sealed.rs"]
#[allow(dead_code, reason = "the tests' bidders; a bench needs a part of them")]
mod sealed;
#[path = "../tests/it/terms.rs"]
#[allow(dead_code, reason = "the tests' tender")]
mod terms;
#[path = "../tests/it/procedure.rs"]
#[allow(dead_code, reason = "the tests' procedure; a bench publishes only")]
mod procedure;

use std::time::Instant;

use harness::{Actor, Center, PERIOD, lot, text};
use kaibiao::base::{OrgId, Role};
use kaibiao::centre::{CentreCommand, CertifyKey, Organisation, RegisterOrganisation};
use kaibiao::tender::{LotCommand, OpeningStep, Procedure, StartReading};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::label::{Label, SubmissionId};
use kaibiao_crypto::lock::Capsule;
use measure::{print, rate};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Bids of the lot.
const BIDS: usize = 1000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let center = Center::on_sqlite().await;
        let floor = raw_openings(&center);
        center.publish(Procedure::TwoStage).await;
        let bidders = more_bidders(&center).await;
        for bidder in &bidders {
            center.bid(bidder, 86_000_000).await;
        }
        center.clock.advance(PERIOD);
        let begun = now();
        let stop = CancellationToken::new();
        let jobs = tokio::spawn(center.new_jobs(&[1, 2, 3, 4, 5]).await.run(stop.clone()));
        reaches(&center, OpeningStep::Unsealed).await;
        let unsealed = begun.elapsed();
        center.lot(&center.host, LotCommand::StartReading(StartReading {})).await.expect("reading");
        reaches(&center, OpeningStep::Confirming).await;
        let read = begun.elapsed();
        stop.cancel();
        jobs.await.expect("the jobs end");
        print(
            "close, draw, release, unseal 1,000 statements",
            rate(BIDS as f64, unsealed),
            "raw lock openings",
            floor,
            "/s",
        );
        print("… to the last one read out", rate(BIDS as f64, read), "raw lock openings", floor, "/s");
        println!("{:<46} {:>12.2} s", "from the close to the last one read out", read.as_secs_f64());
    });
}

/// Waits until the opening is at `step`.
async fn reaches(center: &Center, step: OpeningStep) {
    let mut grown = center.ledger.grown();
    let is_there = || center.state().lots[&lot()].opening().is_some_and(|opening| opening.step == step);
    while !is_there() {
        grown.changed().await.expect("the ledger lives");
    }
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

/// Opening a capsule with its check, one after another.
fn raw_openings(center: &Center) -> f64 {
    const COUNT: usize = 200;
    let open = |index: u8| committee::share(&center.custody, index).expect("a share").0;
    let shares: Vec<_> = (1..=3).map(open).collect();
    let committee = committee::committee(&center.custody, 1).expect("a committee");
    let label = Label::Submission {
        tender: Digest::of(b"tender"),
        lot: lot(),
        envelope: kaibiao::base::Envelope::Statement,
        submission: SubmissionId([1; 16]),
    };
    let partials: Vec<_> = shares.iter().map(|share| share.partial(&label)).collect();
    let key = committee.combine(&label, &partials).expect("combined").label_key;
    let capsule = Capsule::seal(committee.group_key(), &label.identity(), &[1; 16], &[2; 16]);
    let ((), took) = measure::time(|| {
        for _ in 0..COUNT {
            capsule.open(&key).expect("opened");
        }
    });
    rate(COUNT as f64, took)
}
