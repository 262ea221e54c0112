//! Witnesses that are away, killed, or shown a fork; what waits for them, and what does not.

use std::time::Duration;

use kaibiao_crypto::checkpoint::{Checkpoint, NoteSigner};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use serde_json::Value;

use crate::held;
use crate::installation::{Installation, Keepers};
use crate::process::{WAIT_MAX, done, ended, is_refused};

on_both_databases!(
    what_binds_waits_for_a_quorum_of_witnesses_and_nothing_else_does,
    a_database_behind_a_witness_and_a_fork_under_the_stolen_key_are_refused,
);

const THREE_OF_FOUR: Keepers = Keepers { has_signer: true, witnesses: 4, quorum: 3 };

async fn what_binds_waits_for_a_quorum_of_witnesses_and_nothing_else_does(database: Option<String>) {
    let mut centre = Installation::with_keepers(database, THREE_OF_FOUR).await;

    let one_gone = centre.tender_with_bids().await;
    centre.witnesses().kill(3).await;
    let took = centre.opened(&one_gone).await;
    assert!(!centre.lacks_witnesses().await);
    held("one of four witnesses killed", &format!("opens {took:.1?} after the moment"));

    let two_gone = centre.tender_with_bids().await;
    centre.witnesses().kill(2).await;
    centre.closed(&two_gone).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(centre.heard(&two_gone, "opening_drawn").await, 0, "two of four are no quorum");
    assert!(centre.lacks_witnesses().await, "and the centre says so");
    let printed = done(centre.harmless_act()).await;
    let answer: Value = serde_json::from_str(printed.trim()).expect("JSON");
    assert_eq!(answer["is_witnessed"], false, "an ordinary act is done, with the log's signature alone");
    let signed = centre.head("/log/checkpoint/signed").await;
    let witnessed = centre.head("/log/checkpoint").await;
    assert!(signed.size > witnessed.size, "{} and {}", signed.size, witnessed.size);
    centre.witnesses().start(2).await;
    let took = centre.opened(&two_gone).await;
    held(
        "two of four killed",
        &format!("gates stop, acts go on; opens by itself {took:.1?} after the moment"),
    );

    // kill -9 of everybody who keeps heads, and on.
    for index in 0..3 {
        centre.witnesses().kill(index).await;
        centre.witnesses().start(index).await;
    }
    centre.signer().kill().await;
    assert!(is_refused(centre.harmless_act()).await, "nothing is answered that is not signed");
    centre.signer().start(None).await;
    let printed = done(centre.harmless_act()).await;
    let answer: Value = serde_json::from_str(printed.trim()).expect("JSON");
    assert_eq!(answer["is_witnessed"], true);
    held("kill -9 of signer and witnesses", "nothing unsigned is answered; all go on where they were");

    centre.settle(&[&one_gone, &two_gone]).await;
    held("evidence under 3 of 4 witnesses", "kaibiao verify accepts both bundles under the policy in them");
}

async fn a_database_behind_a_witness_and_a_fork_under_the_stolen_key_are_refused(database: Option<String>) {
    let one = Keepers { has_signer: false, witnesses: 2, quorum: 1 };
    let mut centre = Installation::founded_with(database, 1, one).await;
    centre.witnesses().start(0).await;
    centre.start_server(None).await;
    centre.register_nobody_else().await;
    let backup = centre.back_up().await;
    done(centre.harmless_act()).await;
    let last = centre.witnessed_size(0).await;
    centre.stop_server().await;

    // Whoever has the log's key can sign a fork; who has seen the log does not cosign it.
    let key = std::fs::read(centre.data().join("keys/log.key")).expect("the stolen key");
    let stolen =
        NoteSigner::new(&centre.origin(), SigningKey::from_pkcs8(&key).expect("a key")).expect("a signer");
    for size in [last, last + 16] {
        let status = centre.push_fork(0, &stolen, last, size).await;
        assert_eq!(status, 422, "{size}");
    }
    assert_eq!(centre.witnesses().evidence(0).len(), 2);
    assert_eq!(centre.witnessed_size(0).await, last);
    held("a fork under the stolen log key", "refused by a witness at once, both heads kept as evidence");

    // The database and the second store are restored together; the witness remembers.
    let present = centre.back_up().await;
    centre.restore(&backup).await;
    let refused =
        ended(centre.platform(&["export", &uuid::Uuid::new_v4().to_string(), "--out", "none"])).await;
    let range = format!("entries {} to {} are missing", backup.size, last - 1);
    assert!(!refused.is_good && refused.err.contains(&range), "{} {}", refused.out, refused.err);
    held("database and second store restored together", &format!("closed: {range}"));

    // A witness that was shown another history first: the platform finds out when it starts.
    centre.restore(&present).await;
    centre.witnesses().start(1).await;
    assert_eq!(centre.push_fork(1, &stolen, 0, last - 1).await, 200, "it cannot know better");
    let refused =
        ended(centre.platform(&["export", &uuid::Uuid::new_v4().to_string(), "--out", "none"])).await;
    assert!(!refused.is_good && refused.err.contains("another history"), "{} {}", refused.out, refused.err);
    let evidence = std::fs::read_dir(centre.data().join("evidence")).expect("evidence").count();
    assert!(evidence >= 1);
    held("a witness that cosigned another history", "closed; both heads are kept in a file");
}

impl Installation {
    /// Whether the centre says that witnesses are lacking.
    async fn lacks_witnesses(&self) -> bool {
        let centre: Value = self.client().get("/api/centre").await.expect("the centre");
        centre["lacks_witnesses"].as_bool().expect("a word")
    }

    /// A head that the server publishes.
    async fn head(&self, path: &str) -> Checkpoint {
        let bytes = self.client().get_bytes(path).await.expect("a head");
        let note = kaibiao_crypto::checkpoint::Note::parse(&bytes).expect("a note");
        Checkpoint::parse(&note.text).expect("a checkpoint")
    }

    /// The size that a witness cosigned last, once it is that of the server's newest head, or of the log at rest.
    pub async fn witnessed_size(&mut self, index: usize) -> u64 {
        let wanted = if self.is_running() { self.head("/log/checkpoint/signed").await.size } else { 0 };
        let begun = tokio::time::Instant::now();
        loop {
            let size = self.witnesses().memory(index)["last"]["size"].as_u64().unwrap_or(0);
            if size >= wanted {
                return size;
            }
            assert!(begun.elapsed() < WAIT_MAX, "the witness stays at {size}, the log has {wanted}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Shows a witness a head of `size` entries that nobody wrote, signed with a stolen key; its status.
    pub async fn push_fork(&mut self, index: usize, stolen: &NoteSigner, old: u64, size: u64) -> u16 {
        let origin = self.origin();
        let note = Checkpoint { origin, size, root: Digest::of(b"a fork") }.sign(stolen).expect("signed");
        let proof = if size > old && old > 0 { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" } else { "" };
        let body = format!("old {old}\n{proof}\n{}", note.to_text());
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address = format!("{}/add-checkpoint", self.witnesses().address(index));
        let answer = reqwest::Client::new().post(address).body(body).send().await.expect("an answer");
        answer.status().as_u16()
    }
}
