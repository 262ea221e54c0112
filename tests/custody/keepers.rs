//! Signer and witnesses as their people make and run them, by the commands of the executable alone.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::process::{Daemon, Ended, done, ended, free_ports, kaibiao, with_clock};

/// People who keep the signer's clock.
const KEEPERS: usize = 3;

/// A signer that is a program of its own.
pub struct SignerHouse {
    home: PathBuf,
    port: u16,
    /// Keys of the people who keep its clock.
    keepers: Vec<String>,
    running: Option<Daemon>,
}

impl SignerHouse {
    /// `signer new` for the log `origin` of the platform that shows `certificate`, believing the witnesses of `policy`.
    pub async fn make(home: PathBuf, origin: &str, certificate: &str, policy: Option<&Path>) -> Self {
        let port = free_ports(1)[0];
        let (address, listen) = (format!("https://127.0.0.1:{port}"), format!("127.0.0.1:{port}"));
        let mut new =
            kaibiao(["signer", "new", "--origin", origin, "--address", &address, "--listen", &listen]);
        new.args(["--platform", certificate, "--home"]).arg(&home);
        let mut keepers = Vec::new();
        for place in 0..KEEPERS {
            let mut key = kaibiao(["signer", "keeper-key"]);
            as_keeper(&mut key, &home, place);
            keepers.push(done(key).await.trim().to_owned());
            new.args(["--keeper", &keepers[place]]);
        }
        policy.iter().for_each(|policy| {
            new.arg("--policy").arg(policy);
        });
        done(new).await;
        Self { home, port, keepers, running: None }
    }

    /// The keys of its clock's keepers.
    pub fn keepers(&self) -> &[String] {
        &self.keepers
    }

    /// A keeper signs the question, on a machine of the own.
    pub async fn keeper_signs(&self, place: usize, note: &Path) {
        let mut sign = kaibiao(["signer", "clock-sign", "--note"]);
        sign.arg(note);
        as_keeper(&mut sign, &self.home, place);
        done(sign).await;
    }

    /// A command in its house that writes a file, by another clock where `offset` says so.
    pub async fn writes(&self, name: &str, out: &Path, offset: Option<&str>) {
        let mut command = kaibiao(["signer", name, "--home"]);
        command.arg(&self.home).arg("--out").arg(out);
        offset.iter().for_each(|offset| with_clock(&mut command, offset));
        done(command).await;
    }

    /// `signer accept-clock`, by another clock where `offset` says so.
    pub async fn accepts_clock(&self, note: &Path, head: &Path, offset: Option<&str>) -> Ended {
        let mut command = kaibiao(["signer", "accept-clock", "--home"]);
        command.arg(&self.home).arg("--note").arg(note).arg("--head").arg(head);
        offset.iter().for_each(|offset| with_clock(&mut command, offset));
        ended(command).await
    }

    /// The card that the platform is given.
    pub fn card(&self) -> PathBuf {
        self.home.join("card.json")
    }

    /// Starts it, with another clock where `offset` says so.
    pub async fn start(&mut self, offset: Option<&str>) {
        let mut serve = kaibiao(["signer", "serve", "--home"]);
        serve.arg(&self.home);
        if let Some(offset) = offset {
            with_clock(&mut serve, offset);
        }
        let mut daemon = Daemon::start(serve, &self.home.join("log"));
        daemon.listens(self.port).await;
        self.running = Some(daemon);
    }

    /// kill -9.
    pub async fn kill(&mut self) {
        self.running.take().expect("it runs").kill().await;
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.home.join("log")).unwrap_or_default()
    }

    /// A command in its house.
    pub async fn command(&self, name: &str) -> String {
        let mut command = kaibiao(["signer", name, "--home"]);
        command.arg(&self.home);
        done(command).await
    }
}

/// Adds to a command which keeper does it.
fn as_keeper(command: &mut Command, home: &Path, place: usize) {
    let key = home.with_extension(format!("keeper-{place}"));
    command.args(["--name", &format!("keeper/{place}"), "--key"]).arg(key);
}

/// Witnesses, and those of them that run.
pub struct WitnessHouses {
    folder: PathBuf,
    ports: Vec<u16>,
    vkeys: Vec<String>,
    running: Vec<Option<Daemon>>,
}

impl WitnessHouses {
    /// `witness new`, so many times.
    pub async fn make(folder: PathBuf, count: usize) -> Self {
        std::fs::create_dir_all(&folder).expect("a folder");
        let ports = free_ports(count);
        let mut vkeys = Vec::new();
        for (index, port) in ports.iter().enumerate() {
            let (name, listen) = (format!("witness.example/w{index}"), format!("127.0.0.1:{port}"));
            let mut new = kaibiao(["witness", "new", "--name", &name, "--listen", &listen, "--home"]);
            new.arg(folder.join(format!("witness-{index}")));
            vkeys.push(done(new).await.trim().to_owned());
        }
        Self { folder, ports, vkeys, running: (0..count).map(|_| None).collect() }
    }

    /// Writes the policy under which `quorum` of them must agree; gives its file.
    pub fn policy(&self, quorum: usize) -> PathBuf {
        let lines = self.vkeys.iter().zip(&self.ports).enumerate();
        let lines: String = lines
            .map(|(index, (vkey, port))| format!("witness w{index} {vkey} http://127.0.0.1:{port}\n"))
            .collect();
        let names: Vec<String> = (0..self.vkeys.len()).map(|index| format!("w{index}")).collect();
        let text = format!("{lines}group all-of-us {quorum} {}\nquorum all-of-us\n", names.join(" "));
        let path = self.folder.join("policy.txt");
        std::fs::write(&path, text).expect("written");
        path
    }

    /// `witness add-log` for all of them.
    pub async fn add_log(&self, vkey: &str) {
        for index in 0..self.ports.len() {
            let mut add = kaibiao(["witness", "add-log", "--home"]);
            add.arg(self.home(index)).arg(vkey);
            done(add).await;
        }
    }

    /// The folder of one.
    pub fn home(&self, index: usize) -> PathBuf {
        self.folder.join(format!("witness-{index}"))
    }

    /// Where one is reached.
    pub fn address(&self, index: usize) -> String {
        format!("http://127.0.0.1:{}", self.ports[index])
    }

    /// Starts one.
    pub async fn start(&mut self, index: usize) {
        let mut serve = kaibiao(["witness", "serve", "--home"]);
        serve.arg(self.home(index));
        let mut daemon = Daemon::start(serve, &self.home(index).join("log"));
        daemon.listens(self.ports[index]).await;
        self.running[index] = Some(daemon);
    }

    /// Starts all of them.
    pub async fn start_all(&mut self) {
        for index in 0..self.ports.len() {
            self.start(index).await;
        }
    }

    /// kill -9 of one.
    pub async fn kill(&mut self, index: usize) {
        self.running[index].take().expect("it runs").kill().await;
    }

    /// What one keeps of the log: its file.
    pub fn memory(&self, index: usize) -> Value {
        let mut files = std::fs::read_dir(self.home(index).join("logs")).expect("a folder");
        let path = files.next().expect("a log").expect("a file").path();
        serde_json::from_slice(&std::fs::read(path).expect("readable")).expect("JSON")
    }

    /// Files of evidence that one keeps.
    pub fn evidence(&self, index: usize) -> Vec<String> {
        let files = std::fs::read_dir(self.home(index).join("evidence")).into_iter().flatten();
        files.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text")).collect()
    }
}
