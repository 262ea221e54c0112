//! Secrets planted in the hands of everybody, then looked for where they must not be: the server's data, the logs, the
//! answers, and the memory of the processes.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::held;
use crate::installation::Installation;

/// Fewest bytes that are looked for.
const BYTES_MIN: usize = 8;

on_both_databases!(secrets_stay_where_they_belong);

/// Byte strings that must not be found.
#[derive(Default)]
pub struct Needles(Vec<Vec<u8>>);

impl Needles {
    /// Text or bytes as they are: the longest run without a line feed, by which `grep` parts them.
    pub fn add(&mut self, bytes: &[u8]) {
        let longest = bytes.split(|byte| *byte == b'\n').max_by_key(|run| run.len()).expect("a run");
        assert!(longest.len() >= BYTES_MIN, "long enough to be found by");
        self.0.push(longest.to_vec());
    }

    /// Bytes as they are, in hexadecimal and in base64.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        self.add(bytes);
        self.add(hex::encode(bytes).as_bytes());
        self.add(STANDARD.encode(bytes).as_bytes());
    }

    /// Bytes that are written in hexadecimal.
    pub fn add_hex(&mut self, text: &str) {
        self.add_bytes(&hex::decode(text).expect("hexadecimal"));
    }
}

/// The files below `places` in which one of the needles lies.
pub fn lies_in(needles: &Needles, places: &[&Path]) -> Vec<String> {
    let patterns = std::env::temp_dir().join(format!("kaibiao-needles-{}", uuid::Uuid::new_v4()));
    std::fs::write(&patterns, needles.0.join(&b'\n')).expect("written");
    let mut grep = Command::new("grep");
    grep.env("LC_ALL", "C").args(["-r", "-a", "-l", "-F", "-f"]).arg(&patterns).args(places);
    let output = grep.output().expect("grep runs");
    std::fs::remove_file(&patterns).expect("removed");
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

fn text(text: &str) -> Needles {
    let mut needles = Needles::default();
    needles.add(text.as_bytes());
    needles
}

async fn secrets_stay_where_they_belong(database: Option<String>) {
    let mut centre = Installation::new(database).await;
    // Time to look before the opening.
    centre.effort *= 2;
    let tender = centre.tender_with_bids().await;
    let (of_bidders, of_custodians, of_people) = planted(&centre, &tender.plaintexts);
    let (data, log, custody) = (centre.data(), centre.log(), centre.folder.path().join("custody"));
    let people = centre.folder.path().join("people");
    assert!(!lies_in(&of_bidders, &[&people]).is_empty(), "the search finds what is there");

    let database = centre.dumped_database().await;
    assert_eq!(lies_in(&of_bidders, &[&data, &log, &custody, &database]), [""; 0], "sealed is sealed");
    let dump = dump(&centre, centre.server().pid(), "server");
    assert!(centre.now().await < tender.opening_at, "all of that before the opening");
    assert!(!lies_in(&text(&centre.url()[7..]), &[&dump]).is_empty(), "the dump holds the server's memory");
    assert_eq!(lies_in(&of_bidders, &[&dump]), [""; 0], "sealed is sealed");
    assert_eq!(lies_in(&of_custodians, &[&dump]), [""; 0], "the server never had a share");
    held("bidders' plaintext before the opening", "not in the server's data, log and memory");
    held("shares, identities and key files of custodians", "not in the server's memory");

    let answers = hostile_answers(&centre).await;
    centre.opened(&tender).await;
    let answers_file = centre.folder.path().join("answers");
    std::fs::write(&answers_file, answers).expect("written");
    let houses: Vec<PathBuf> =
        centre.custodians.indices().map(|index| centre.custodians.home(index)).collect();
    let database = centre.dumped_database().await;
    let mut places: Vec<&Path> = vec![&data, &log, &answers_file, &database];
    places.extend(houses.iter().map(PathBuf::as_path));
    assert_eq!(lies_in(&of_custodians, &places), [""; 0], "nothing of the vaults lies anywhere in the clear");
    assert_eq!(lies_in(&of_people, &places), [""; 0], "no password lies anywhere in the clear");
    held("passwords, shares, key files", "not in data, logs, houses and answers");

    let mut key_file = Needles::default();
    key_file.add(&centre.custodians.key(1));
    let dump = self::dump(&centre, centre.custodians.daemon(1).pid(), "custodian");
    let address = format!("127.0.0.1:{}", centre.custodians.port(1));
    assert!(!lies_in(&text(&address), &[&dump]).is_empty(), "the dump holds the custodian's memory");
    assert_eq!(lies_in(&key_file, &[&dump]), [""; 0], "the key file is forgotten once the vault is open");
    held("the key file in a custodian's memory", "forgotten once the vault is open");
    centre.settle(&[&tender]).await;
}

/// What bidders wrote; what the vaults hold and what opens them; the passwords.
fn planted(centre: &Installation, plaintexts: &[String]) -> (Needles, Needles, Needles) {
    let (mut of_bidders, mut of_custodians, mut of_people) =
        (Needles::default(), Needles::default(), Needles::default());
    plaintexts.iter().for_each(|text| of_bidders.add_bytes(text.as_bytes()));
    for index in centre.custodians.indices() {
        let vault = centre.custodians.vault(index);
        of_custodians.add_hex(vault.share()["secret"].as_str().expect("text"));
        of_custodians.add_bytes(&vault.identity().to_pkcs8());
        of_custodians.add_bytes(&vault.tls());
        of_custodians.add_bytes(&centre.custodians.key(index));
    }
    let people = [&centre.registrar, &centre.host, &centre.buyer].into_iter().chain(&centre.bidders);
    people.for_each(|person| of_people.add_bytes(person.password.as_bytes()));
    (of_bidders, of_custodians, of_people)
}

/// What the server answers to people who put their password in the wrong place.
async fn hostile_answers(centre: &Installation) -> String {
    let password = &centre.host.password;
    let asked: [(&str, Value); 4] = [
        ("/api/session", json!({"login": "nobody", "password": password})),
        ("/api/session", json!({"login": password, "password": password, "more": password})),
        ("/api/enrolment", json!({"login": "host", "code": password, "password": password})),
        ("/api/acts", json!({"act": password})),
    ];
    let mut answers = String::new();
    for (path, body) in asked {
        let answer: Result<Value, _> = centre.client().post(path, &body).await;
        let refused = answer.expect_err("refused");
        answers.push_str(&format!("{} {} {:?}\n", refused.en(), refused.zh(), refused.detail()));
    }
    answers
}

/// The memory of a process.
fn dump(centre: &Installation, pid: u32, name: &str) -> PathBuf {
    let prefix = centre.folder.path().join(format!("core-{name}"));
    let made = Command::new("gcore").arg("-o").arg(&prefix).arg(pid.to_string()).output();
    let made = made.expect("this test needs gcore: apt-get install gdb");
    let path = centre.folder.path().join(format!("core-{name}.{pid}"));
    assert!(path.exists(), "{}", String::from_utf8_lossy(&made.stderr));
    path
}
