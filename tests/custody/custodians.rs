//! Custodians as their people make and run them, by the commands of the executable alone.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::Value;
use tokio::process::Command;

use crate::process::{Daemon, done, free_ports, kaibiao, with_clock};
use crate::vault::OpenVault;

/// The houses of the custodians, and those of them that run.
pub struct Custodians {
    folder: PathBuf,
    ports: Vec<u16>,
    running: Vec<Option<Daemon>>,
}

impl Custodians {
    /// Makes `count` houses below `folder`; the cards lie in `folder/cards`.
    pub async fn make(folder: &Path, count: u8) -> Self {
        let ports = free_ports(usize::from(count));
        let made = Self { folder: folder.to_owned(), ports, running: (0..count).map(|_| None).collect() };
        std::fs::create_dir_all(made.cards()).expect("a folder");
        future::join_all(made.indices().map(|index| made.make_one(index))).await;
        made
    }

    async fn make_one(&self, index: u8) {
        let mut key = [0; 32];
        SystemRandom::new().fill(&mut key).expect("randomness");
        std::fs::create_dir_all(self.home(index)).expect("a folder");
        std::fs::write(self.key_file(index), key).expect("written");
        let address = format!("https://127.0.0.1:{}", self.port(index));
        let name = format!("托管机构 {index}");
        let new = ["custodian", "new", "--name", &name, "--address", &address];
        done(self.house(index, &new)).await;
        std::fs::copy(self.home(index).join("card.json"), self.card(index)).expect("copied");
    }

    /// Indices, from 1.
    pub fn indices(&self) -> impl Iterator<Item = u8> + use<> {
        (1_u8..).take(self.ports.len())
    }

    /// The folder of the cards.
    pub fn cards(&self) -> PathBuf {
        self.folder.join("cards")
    }

    /// The card of one.
    pub fn card(&self, index: u8) -> PathBuf {
        self.cards().join(format!("{index}.json"))
    }

    /// The house of one.
    pub fn home(&self, index: u8) -> PathBuf {
        self.folder.join(format!("custodian-{index}"))
    }

    /// Where one listens.
    pub fn port(&self, index: u8) -> u16 {
        self.ports[usize::from(index - 1)]
    }

    fn key_file(&self, index: u8) -> PathBuf {
        self.folder.join(format!("custodian-{index}.key"))
    }

    /// The bytes of a key file.
    pub fn key(&self, index: u8) -> Vec<u8> {
        std::fs::read(self.key_file(index)).expect("a key file")
    }

    /// The vault of one, open.
    pub fn vault(&self, index: u8) -> OpenVault {
        OpenVault::open(&self.home(index), &self.key(index))
    }

    /// A command in the house of one.
    pub fn house(&self, index: u8, arguments: &[&str]) -> Command {
        let mut command = kaibiao(arguments);
        command.arg("--home").arg(self.home(index)).arg("--key-file").arg(self.key_file(index));
        command
    }

    /// `committee join` for one.
    pub fn join(&self, index: u8, server: &str, session: &str) -> Command {
        self.house(index, &["committee", "join", "--server", server, "--session", session])
    }

    /// Writes down for each whom it trusts: the log's key, its witnesses, the certificate of the platform.
    pub fn trust(&self, centre: &Value, certificate: &[u8]) {
        for index in self.indices() {
            let text = format!(
                "listen = \"127.0.0.1:{}\"\nlog = {}\nplatform = \"{}\"\nquorum = {}\nwitnesses = {}\n",
                self.port(index),
                centre["log_key"],
                STANDARD.encode(certificate),
                centre["witness_quorum"],
                centre["witness_keys"],
            );
            std::fs::write(self.home(index).join("trust.toml"), text).expect("written");
        }
    }

    /// Starts one.
    pub async fn start(&mut self, index: u8) {
        self.start_at(index, None).await;
    }

    /// Starts one with another clock: `-1h`.
    pub async fn start_at(&mut self, index: u8, offset: Option<&str>) {
        let mut serve = self.house(index, &["custodian", "serve"]);
        if let Some(offset) = offset {
            with_clock(&mut serve, offset);
        }
        let mut daemon = Daemon::start(serve, &self.log(index));
        daemon.listens(self.port(index)).await;
        self.running[usize::from(index - 1)] = Some(daemon);
    }

    /// kill -9 of one.
    pub async fn kill(&mut self, index: u8) {
        self.running[usize::from(index - 1)].take().expect("it runs").kill().await;
    }

    /// One that runs.
    pub fn daemon(&self, index: u8) -> &Daemon {
        self.running[usize::from(index - 1)].as_ref().expect("it runs")
    }

    /// Where one writes its log.
    pub fn log(&self, index: u8) -> PathBuf {
        self.home(index).join("log")
    }

    /// The record of one, as `custodian record` checks and prints it.
    pub async fn record(&self, index: u8) -> Vec<Value> {
        let printed = done(self.house(index, &["custodian", "record"])).await;
        printed.lines().map(|line| serde_json::from_str(line).expect("a line of the record")).collect()
    }

    /// What one has released, by its record, of the notice: `opening_draw`, `3` …
    pub async fn released(&self, index: u8) -> Vec<String> {
        let lines = self.record(index).await;
        let of_line = |line: &Value| {
            let deed = &line["deed"];
            (deed["kind"] == "released").then(|| deed["what"].as_str().expect("what").to_owned())
        };
        lines.iter().filter_map(of_line).collect()
    }
}
