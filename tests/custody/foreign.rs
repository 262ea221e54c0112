//! Tools of others, written from the same C2SP texts: a witness that cosigns our log, a verifier that reads it.
//!
//! `scripts/foreign-tools.sh` installs them where Python 3.12 and a package index are at hand; elsewhere the test says
//! that it was skipped, and why.

use std::path::PathBuf;

use serde_json::Value;
use tokio::process::Command;

use crate::held;
use crate::installation::{Installation, Keepers};
use crate::process::{Daemon, done, ended, free_ports};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_witness_cosigns_our_log_and_a_foreign_verifier_reads_it() {
    let Some(tools) = tools().await else { return };
    let mut centre = Installation::founded_with(None, 1, Keepers::default()).await;
    let folder = centre.folder.path().join("foreign");
    std::fs::create_dir_all(&folder).expect("a folder");
    let (config, port) = (folder.join("w.json"), free_ports(1)[0]);
    let tool = |name: &str, arguments: &[&str]| {
        let mut command = Command::new(tools.join(name));
        command.args(arguments).kill_on_drop(true).stdin(std::process::Stdio::null());
        command
    };
    let witness = |arguments: &[&str]| {
        let mut command = tool("aics-witness", arguments);
        command.arg("-c").arg(&config);
        command
    };
    let listen = format!("127.0.0.1:{port}");
    let printed = done(witness(&["init", "--name", "witness.example/foreign", "--listen", &listen])).await;
    let vkey = printed.split_whitespace().find(|word| word.starts_with("witness.example/foreign+"));
    let vkey = vkey.expect("a key").to_owned();
    done(witness(&["add-log", "--origin", &centre.origin(), "--vkey", &centre.log_key().await])).await;
    let mut daemon = Daemon::start(witness(&["serve"]), &folder.join("log"));
    daemon.listens(port).await;
    let policy = folder.join("policy.txt");
    std::fs::write(&policy, format!("witness w {vkey} http://{listen}\nquorum w\n")).expect("written");
    centre.set_policy(&policy);
    centre.start_server(None).await;
    centre.register_nobody_else().await;
    let printed = done(centre.harmless_act()).await;
    let answer: Value = serde_json::from_str(printed.trim()).expect("JSON");
    assert_eq!(answer["is_witnessed"], true, "{answer}");
    held("aics-witness 0.1.0 (Python)", "cosigns our heads; our client verifies the receipt under its key");

    let key = folder.join("log.vkey");
    std::fs::write(&key, centre.log_key().await).expect("written");
    let key = key.display().to_string();
    let (tiles, origin) = (format!("{}/log", centre.url()), centre.origin());
    let common = |place: &str| {
        ["--tiles", place, "--vkey-file", &key, "--origin", &origin].map(str::to_owned).to_vec()
    };
    let witnessed = ["--witness-key", &vkey, "--quorum", "1"].map(str::to_owned);
    let served = [common(&tiles), witnessed.to_vec()].concat();
    let run = |name: &'static str, more: &[&[String]]| {
        let mut command = tool("aics-tlog", &[name]);
        command.args(more.concat());
        ended(command)
    };
    let checked = run("verify-checkpoint", &[&served]).await;
    assert!(checked.is_good, "{} {}", checked.out, checked.err);
    let receipt = answer["receipt"].as_str().expect("a receipt");
    let receipt = kaibiao_crypto::receipt::Receipt::parse(receipt.as_bytes()).expect("a receipt");
    let leaf = kaibiao_crypto::entry::leaf_hash(&receipt.entry).to_string();
    let of = |leaf: &str| ["--index", &receipt.index.to_string(), "--leaf-hash", leaf].map(str::to_owned);
    let included = run("verify-inclusion", &[&served, &of(&leaf)]).await;
    assert!(included.is_good, "{} {}", included.out, included.err);
    let other = kaibiao_crypto::digest::Digest::of(b"another entry").to_string();
    assert!(!run("verify-inclusion", &[&served, &of(&other)]).await.is_good, "and it does look");
    held("aics-tlog (Python)", "verifies our served checkpoint, cosignature and tiles");
    centre.stop_server().await;

    let mirror = common(&centre.mirror().display().to_string());
    let checked = run("verify-checkpoint", &[&mirror]).await;
    assert!(checked.is_good, "{} {}", checked.out, checked.err);
    let included = run("verify-inclusion", &[&mirror, &of(&leaf)]).await;
    assert!(included.is_good, "{} {}", included.out, included.err);
    assert!(!run("verify-inclusion", &[&mirror, &of(&other)]).await.is_good, "and it does look");
    held("aics-tlog (Python) on the mirror's folder", "verifies checkpoint and tiles, without the platform");
}

/// Where the tools lie, once they are there.
async fn tools() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/foreign");
    let mut install = Command::new(root.join("scripts/foreign-tools.sh"));
    install.arg(&folder);
    let installed = ended(install).await;
    if !installed.is_good {
        println!("skipped: {}", installed.err.lines().last().unwrap_or("the tools are not there"));
        return None;
    }
    Some(folder.join("bin"))
}
