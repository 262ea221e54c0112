//! The log's key is stolen: what the thief can sign, how the operator rotates it, and how everybody who knew the old key
//! goes on (F15).

use std::path::{Path, PathBuf};

use kaibiao_crypto::checkpoint::NoteSigner;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::succession::Succession;
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::Instant;

use crate::held;
use crate::installation::{Installation, Keepers};
use crate::process::{WAIT_MAX, done, ended, kaibiao};

on_both_databases!(
    a_stolen_log_key_is_rotated_and_signs_nothing_any_more,
    the_key_of_a_signer_of_its_own_is_rotated,
);

const WITNESSES: usize = 3;

async fn a_stolen_log_key_is_rotated_and_signs_nothing_any_more(database: Option<String>) {
    let mut centre = stolen_and_rotated(database, false).await;
    the_missing_key_is_found_out(&mut centre).await;
}

async fn the_key_of_a_signer_of_its_own_is_rotated(database: Option<String>) {
    stolen_and_rotated(database, true).await;
}

/// A whole tender across the theft and the rotation.
async fn stolen_and_rotated(database: Option<String>, has_signer: bool) -> Installation {
    let keepers = Keepers { has_signer, witnesses: WITNESSES, quorum: 2 };
    let mut centre = Installation::with_keepers(database, keepers).await;
    let tender = centre.tender_with_bids().await;
    let old = centre.told("log_key").await;
    let early = centre.harmless_receipt("early.txt").await;

    let stolen = centre.stolen_key(has_signer);
    assert_eq!(centre.push_fork_now(&stolen).await, 422, "the witness has seen the log");
    held("F15 a fork under the stolen log key", "refused by a witness before anybody knows of the theft");

    assert!(centre.refuses_succession_of(&stolen).await, "no successor that the signer does not hold");
    held("F15 a succession that the thief signed", "not taken into the log, even from a registrar's hand");

    let begun = Instant::now();
    let (new, rotation) = centre.rotate_log_key(has_signer, &old).await;
    let late = centre.harmless_receipt("late.txt").await;
    let took = begun.elapsed();
    held(
        "F15 rotation drill",
        &format!(
            "{took:.1?} from the theft known to acts under the new key alone; clients go on without an alarm"
        ),
    );

    centre.follows_at_witness(&new).await;
    assert_eq!(centre.push_fork_now(&stolen).await, 403, "the retired key signs nothing");
    let policy = centre.policy(&old);
    let forged = forged_receipt(&late, &stolen);
    let verifies = async |log_key: &str, receipt: &Path, knows_rotation: bool| {
        let mut verify = kaibiao(["receipt", "verify", "--log-key", log_key, "--policy"]);
        verify.arg(&policy).arg(receipt);
        if knows_rotation {
            verify.arg("--rotation").arg(&rotation);
        }
        ended(verify).await.is_good
    };
    for (log_key, receipt, knows_rotation, holds) in [
        (&old, &early, false, true),
        (&old, &early, true, true),
        (&new, &early, true, true),
        (&old, &late, true, true),
        (&new, &late, false, true),
        (&old, &late, false, false),
        (&new, &early, false, false),
        (&old, &forged, true, false),
        (&new, &forged, false, false),
    ] {
        let said = format!("{} by {log_key}, rotation known: {knows_rotation}", receipt.display());
        assert_eq!(verifies(log_key, receipt, knows_rotation).await, holds, "{said}");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify/receipt.mjs");
    let mut second = Command::new("node");
    second.args([script, "--log-key", &old, "--rotation"]).args([&rotation, &late]);
    done(second).await;
    held(
        "F15 receipts across the rotation",
        "old and new ones verify by either key; one that the thief signed later, with true cosignatures, does not",
    );

    centre.opened(&tender).await;
    centre.settle(&[&tender]).await;
    let bundle = centre.folder.path().join(format!("{}.tdr", tender.id));
    let mut verify = kaibiao(["verify", "--log-key", &old, "--policy"]);
    verify.arg(&policy).arg(&bundle);
    let report = done(verify).await;
    assert!(report.contains("✓ A12"), "{report}");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify/bundle.mjs");
    let mut second = Command::new("node");
    second.args([script, "--log-key", &old, "--policy"]).arg(&policy).arg(&bundle);
    done(second).await;
    held(
        "F15 a tender across the rotation",
        "custodians that know the old key alone open it; both verifiers accept the bundle by the old key and the policy",
    );
    centre
}

/// A key that is gone is never made anew beside entries, whether or not the second store is gone with it.
async fn the_missing_key_is_found_out(centre: &mut Installation) {
    let key = centre.data().join("keys/log.key");
    std::fs::rename(&key, key.with_extension("gone")).expect("moved");
    for file in [None, Some(centre.folder.path().join("elsewhere/head.json"))] {
        file.iter().for_each(|file| std::fs::rename(file, file.with_extension("gone")).expect("moved"));
        let refused = ended(centre.platform(&["serve"])).await;
        assert!(!refused.is_good && refused.err.contains("restore it from its backup"), "{}", refused.err);
        assert!(!key.exists());
    }
    held("F15 a log key that is missing", "refused at start, with or without the second store; none is made");
}

/// The receipt with its head signed by the thief: cosignatures are of the text alone and fit as well.
fn forged_receipt(receipt: &Path, stolen: &NoteSigner) -> PathBuf {
    let mut forged = Receipt::parse(&std::fs::read(receipt).expect("readable")).expect("a receipt");
    let origin = stolen.verifier().name();
    forged.note.signatures.retain(|line| line.name != origin);
    forged.note.signatures.insert(0, stolen.sign(&forged.note.text));
    let path = receipt.with_file_name("forged.txt");
    std::fs::write(&path, forged.to_text()).expect("written");
    path
}

impl Installation {
    /// A text of what the centre says of itself.
    async fn told(&self, name: &str) -> String {
        let centre: Value = self.client().get("/api/centre").await.expect("the centre");
        centre[name].as_str().expect("a text").to_owned()
    }

    /// An act that binds nobody; its receipt, which has its quorum.
    async fn harmless_receipt(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        let mut act = self.harmless_act();
        act.arg("--receipt").arg(&path);
        let answer: Value = serde_json::from_str(done(act).await.trim()).expect("JSON");
        assert_eq!(answer["is_witnessed"], true);
        path
    }

    fn stolen_key(&self, has_signer: bool) -> NoteSigner {
        let home = if has_signer { self.folder.path().join("signer") } else { self.data().join("keys") };
        let key = std::fs::read(home.join("log.key")).expect("the stolen key");
        let key = SigningKey::from_pkcs8(&key).expect("a key");
        NoteSigner::new(&self.origin(), key).expect("a signer")
    }

    /// Shows a witness a fork from wherever the log is; its status once it was not merely behind.
    async fn push_fork_now(&mut self, stolen: &NoteSigner) -> u16 {
        loop {
            let last = self.witnessed_size(0).await;
            match self.push_fork(0, stolen, last, last + 16).await {
                409 => {}
                status => return status,
            }
        }
    }

    /// Whether the platform refuses a key of the thief's own as the next one, though the old key has signed for it.
    async fn refuses_succession_of(&self, stolen: &NoteSigner) -> bool {
        let own = SigningKey::generate(&SystemRandom::new()).expect("randomness");
        let own = NoteSigner::new(&self.origin(), own).expect("a signer");
        let body = json!({"succession": Succession::sign(stolen, &own).to_text()});
        let refused = ended(self.registrar.act(&self.url(), "RotateLogKey", &body.to_string())).await;
        !refused.is_good && format!("{}{}", refused.out, refused.err).contains("succession_not_prepared")
    }

    /// kill -9 of whoever holds the key, and on.
    async fn kill_keeper(&mut self, has_signer: bool) {
        if has_signer {
            self.signer().kill().await;
            self.signer().start(None).await;
        } else {
            self.kill_server().await;
            self.start_server(None).await;
        }
    }

    /// As docs/operate.md has it: prepare, sign into the log, tell the witnesses, retire; whoever holds the key is killed
    /// between the steps. Gives the new key and the receipt by which others follow.
    async fn rotate_log_key(&mut self, has_signer: bool, old: &str) -> (String, PathBuf) {
        let place = |name: &str| self.folder.path().join(name);
        let (succession, receipt, rotation) =
            (place("succession.json"), place("finish.txt"), place("rotation.txt"));
        done(self.rotate(has_signer, "--out", &succession)).await;
        let early = ended(self.rotate(has_signer, "--finish", &place("early.txt"))).await;
        assert!(!early.is_good && early.err.contains("succession"), "{}", early.err);

        self.kill_keeper(has_signer).await;
        let body = format!("@{}", succession.display());
        let mut act = self.registrar.act(&self.url(), "RotateLogKey", &body);
        act.arg("--receipt").arg(&receipt);
        done(act).await;
        let begun = Instant::now();
        let centre = loop {
            let centre: Value = self.client().get("/api/centre").await.expect("the centre");
            if centre["log_key"] != old {
                break centre;
            }
            assert!(begun.elapsed() < WAIT_MAX, "witnesses do not cosign the rotation");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        };
        let new = centre["log_key"].as_str().expect("a key").to_owned();
        std::fs::write(&rotation, centre["rotations"][0].as_str().expect("a receipt")).expect("written");

        for index in 0..WITNESSES {
            let mut accept = kaibiao(["witness", "accept-key", "--home"]);
            accept.arg(self.witnesses().home(index)).arg("--succession").arg(&succession).arg(&new);
            done(accept).await;
        }
        self.kill_keeper(has_signer).await;
        done(self.rotate(has_signer, "--finish", &receipt)).await;
        self.kill_keeper(has_signer).await;
        (new, rotation)
    }

    /// The command of whoever holds the key.
    fn rotate(&self, has_signer: bool, what: &str, path: &Path) -> Command {
        let mut command = if has_signer {
            let mut command = kaibiao(["signer", "rotate", "--home"]);
            command.arg(self.folder.path().join("signer"));
            command
        } else {
            self.platform(&["rotate-log-key"])
        };
        command.arg(what).arg(path);
        command
    }

    /// Waits until a witness has cosigned a head by the new key.
    async fn follows_at_witness(&mut self, new: &str) {
        let begun = Instant::now();
        while self.witnesses().memory(0)["log"] != new {
            assert!(begun.elapsed() < WAIT_MAX, "the witness stays with the old key");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// A reader's policy, with the key that the reader knows.
    fn policy(&mut self, log_key: &str) -> PathBuf {
        let text = std::fs::read_to_string(self.witnesses().policy(2)).expect("readable");
        let without_address =
            |line: &str| line.split(" http").next().map(|line| format!("{line}\n")).unwrap_or_default();
        let lines: String = text.lines().map(without_address).collect();
        let path = self.folder.path().join("readers-policy.txt");
        std::fs::write(&path, format!("log {log_key}\n{lines}")).expect("written");
        path
    }
}
