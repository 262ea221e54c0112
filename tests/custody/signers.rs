//! A signer of its own: what a platform whose host is not to be trusted gets signed, and what not; how it goes on after a
//! step of its clock.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::Instant;

use crate::held;
use crate::installation::{Installation, Keepers};
use crate::process::{WAIT_MAX, done, ended, is_refused, kaibiao};

on_both_databases!(
    a_signer_of_its_own_signs_one_history,
    two_keepers_and_the_witnesses_start_a_signer_whose_clock_has_stepped,
);

const ALONE: Keepers = Keepers { has_signer: true, witnesses: 0, quorum: 0 };

async fn a_signer_of_its_own_signs_one_history(database: Option<String>) {
    let is_file = database.is_none();
    let mut centre = Installation::founded_with(database, 1, ALONE).await;
    centre.start_server(None).await;
    centre.register_nobody_else().await;
    centre.rests().await;
    let backup = centre.back_up().await;

    if is_file {
        // Two platforms on copies of one database, both with the signer's card and certificate.
        let mut twin = centre.twin(&backup).await;
        twin.start_server().await;
        done(centre.harmless_act()).await;
        assert!(is_refused(twin.harmless_act(&centre.registrar)).await);
        let said = twin.kill().await;
        assert!(said.contains("head_differs"), "{said}");
        assert!(centre.signer().said().contains("nothing is signed"));
        done(centre.harmless_act()).await;
        held(
            "two platforms on copies of one database",
            "the signer signs one history; the other gets nothing",
        );
    }

    let last = centre.signer().command("status").await;
    centre.stop_server().await;
    centre.restore(&backup).await;
    let refused =
        ended(centre.platform(&["export", &uuid::Uuid::new_v4().to_string(), "--out", "none"])).await;
    assert!(!refused.is_good && refused.err.contains("are missing"), "{} {}", refused.out, refused.err);
    assert_eq!(centre.signer().command("status").await, last);
    held(
        "a database restored to an earlier state",
        "closed at once, the missing range named by the signer's head",
    );
}

const WITNESSED: Keepers = Keepers { has_signer: true, witnesses: 3, quorum: 2 };

async fn two_keepers_and_the_witnesses_start_a_signer_whose_clock_has_stepped(database: Option<String>) {
    let mut centre = Installation::with_keepers(database, WITNESSED).await;
    let keepers = json!({ "keepers": centre.signer().keepers() });
    done(centre.registrar.act(&centre.url(), "NameKeepers", &keepers.to_string())).await;
    let folder = centre.folder.path().to_owned();
    let [note, early, fresh] = ["clock.txt", "early.txt", "fresh.txt"].map(|name| folder.join(name));

    centre.rests().await;
    centre.signer().kill().await;
    centre.signer().start(Some("-1h")).await;
    assert!(is_refused(centre.harmless_act()).await);
    assert!(centre.signer().said().contains("clock_stepped"));
    centre.signer().kill().await;
    centre.signer().start(None).await;
    assert!(is_refused(centre.harmless_act()).await, "a restart accepts nothing");

    centre.signer().writes("clock-head", &early, None).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    centre.signer().writes("clock-question", &note, None).await;
    centre.signer().kill().await;
    let refused = async |centre: &mut Installation, head: &Path, offset, code: &str| {
        let ended = centre.signer().accepts_clock(&note, head, offset).await;
        assert!(!ended.is_good && ended.err.contains(code), "{code}: {}{}", ended.out, ended.err);
        assert!(is_refused_still(centre).await);
    };
    centre.signer().keeper_signs(0, &note).await;
    centre.signer().writes("clock-head", &fresh, None).await;
    refused(&mut centre, &fresh, None, "two_keepers_needed").await;
    centre.signer().keeper_signs(2, &note).await;
    refused(&mut centre, &early, None, "head_old").await;
    centre.signer().writes("clock-head", &fresh, None).await;
    refused(&mut centre, &fresh, Some("-1h"), "clock_disagrees").await;

    let begun = Instant::now();
    centre.signer().writes("clock-head", &fresh, None).await;
    let ended = centre.signer().accepts_clock(&note, &fresh, None).await;
    assert!(ended.is_good, "{}{}", ended.out, ended.err);
    centre.signer().start(None).await;
    done(centre.harmless_act()).await;
    let took = begun.elapsed();
    let told = centre.told_clock_step().await;
    assert_eq!(told["by"], json!(["keeper/0", "keeper/2"]));
    assert!(told["step_ms"].as_i64().expect("a number") < -3_590_000, "{told}");
    held(
        "the signer's clock an hour behind the last head",
        &format!(
            "nothing is signed until two keepers and a quorum of witnesses vouch for the clock; acts go on {took:.1?} after that"
        ),
    );

    let tender = centre.tender_with_bids().await;
    centre.opened(&tender).await;
    centre.settle(&[&tender]).await;
    let bundle = folder.join(format!("{}.tdr", tender.id));
    let mut verify = kaibiao(["verify"]);
    verify.arg(&bundle);
    let report = done(verify).await;
    assert!(report.contains("✓ A10"), "{report}");
    let mut second = Command::new("node");
    second.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify/bundle.mjs")).arg(&bundle);
    let report = done(second).await;
    assert!(report.contains("✓ A10"), "{report}");
    held("the evidence of an accepted step", "both verifiers find two keepers (A10)");
}

/// Whether the signer is still stopped by the step.
async fn is_refused_still(centre: &mut Installation) -> bool {
    centre.signer().command("status").await.contains("stopped by a step of the clock")
}

impl Installation {
    /// The step of the signer's clock that the centre tells, once it does.
    async fn told_clock_step(&self) -> Value {
        let begun = Instant::now();
        loop {
            let centre: Value = self.client().get("/api/centre").await.expect("the centre");
            if let Some(step) = centre["clock_steps"].as_array().expect("a list").first() {
                return step.clone();
            }
            assert!(begun.elapsed() < WAIT_MAX, "no step is told");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}
