//! A signer of its own: what a platform whose host is not to be trusted gets signed, and what not.

use crate::held;
use crate::installation::{Installation, Keepers};
use crate::process::{done, ended, is_refused};

on_both_databases!(a_signer_of_its_own_signs_one_history_and_by_a_true_clock);

const ALONE: Keepers = Keepers { has_signer: true, witnesses: 0, quorum: 0 };

async fn a_signer_of_its_own_signs_one_history_and_by_a_true_clock(database: Option<String>) {
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
    let present = centre.back_up().await;
    centre.restore(&backup).await;
    let refused =
        ended(centre.platform(&["export", &uuid::Uuid::new_v4().to_string(), "--out", "none"])).await;
    assert!(!refused.is_good && refused.err.contains("are missing"), "{} {}", refused.out, refused.err);
    assert_eq!(centre.signer().command("status").await, last);
    held(
        "a database restored to an earlier state",
        "closed at once, the missing range named by the signer's head",
    );
    centre.restore(&present).await;

    centre.signer().kill().await;
    centre.signer().start(Some("-1h")).await;
    centre.start_server(None).await;
    assert!(is_refused(centre.harmless_act()).await);
    assert!(centre.signer().said().contains("clock_stepped"));
    centre.signer().kill().await;
    centre.signer().start(None).await;
    assert!(is_refused(centre.harmless_act()).await, "a restart accepts nothing");
    centre.signer().kill().await;
    centre.signer().command("accept-clock").await;
    centre.signer().start(None).await;
    done(centre.harmless_act()).await;
    held(
        "the signer's clock an hour behind the last head",
        "nothing is signed until its people accept the clock",
    );
    centre.stop_server().await;
}
