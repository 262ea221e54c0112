//! Signed acts through the ledger, durable and answered, beside raw one-row commits on the same database.

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

use futures_util::stream::{self, StreamExt};
use harness::{Center, text};
use kaibiao::base::{PersonId, Role};
use kaibiao::centre::RegisterPerson;
use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::key::SigningKey;
use measure::{print, rate};
use ring::rand::SystemRandom;
use uuid::Uuid;

/// Acts of one measurement.
const ACTS: usize = 2000;
/// Acts that wait for an answer at the same time.
const OUTSTANDING: [usize; 3] = [1, 64, 256];

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("one Ed25519 verification alone: {:.0}/s a core", verifications());
    runtime.block_on(async {
        measure_on("SQLite", Center::on_sqlite().await).await;
        measure_on("PostgreSQL", Center::on_postgres().await).await;
    });
}

async fn measure_on(name: &str, center: Center) {
    let commits = raw_commits(&center).await;
    for outstanding in OUTSTANDING {
        let acts: Vec<SignedAct> = (0..ACTS).map(|_| registration(&center)).collect();
        let begun = center_clock();
        let done = stream::iter(acts).map(|act| center.ledger.submit(act)).buffer_unordered(outstanding);
        let accepted = done.filter(|answer| std::future::ready(answer.is_ok())).count().await;
        assert_eq!(accepted, ACTS, "every act is accepted");
        let figure = rate(ACTS as f64, begun.elapsed());
        print(
            &format!("{name}: signed acts, {outstanding} outstanding"),
            figure,
            "one-row commits",
            commits,
            "/s",
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures with the machine's own clock")]
fn center_clock() -> std::time::Instant {
    std::time::Instant::now()
}

/// Registers one more person: the smallest act of a registrar.
fn registration(center: &Center) -> SignedAct {
    let person = RegisterPerson {
        name: text("某人"),
        org: center.authority.org,
        person: PersonId(Uuid::new_v4()),
        roles: vec![Role::Bidder],
    };
    let body = serde_json::to_value(&person).expect("a body");
    center.authority.sign(None, None, "RegisterPerson", &body)
}

/// Durable one-row writes of about the size of an entry, one after another.
async fn raw_commits(center: &Center) -> f64 {
    const COMMITS: usize = 300;
    let row = vec![7_u8; 512];
    let begun = center_clock();
    for place in 0..COMMITS {
        center.ledger.database().put_secret(&format!("bench/{place}"), &row).await.expect("written");
    }
    rate(COMMITS as f64, begun.elapsed())
}

fn verifications() -> f64 {
    const COUNT: usize = 2000;
    let key = SigningKey::generate(&SystemRandom::new()).expect("randomness");
    let message = [7_u8; 300];
    let signature = key.sign(&message);
    let ((), took) = measure::time(|| {
        for _ in 0..COUNT {
            key.public().verify(&message, &signature).expect("valid");
        }
    });
    rate(COUNT as f64, took)
}
