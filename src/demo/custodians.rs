//! Five custodians as processes of their own, made and started by the commands that real ones use: `custodian new`,
//! `committee new`, `committee join`, `committee export`, `custodian serve`.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::process::{Child, Command};

use super::cast::Login;
use crate::centre::AppointCommittee;
use crate::custodian::TrustFile;
use crate::platform::Platform;

/// Institutions that hold a share in the demo.
const INSTITUTIONS: [&str; 5] = [
    "澄川市汀湖区公证处",
    "澄川市电子认证中心",
    "澄川市仲裁委员会",
    "澄川大学信息安全研究所",
    "澄川市招标投标协会",
];
/// How many of them are needed.
const THRESHOLD: u8 = 3;
/// Longest wait for a custodian to listen.
const START_MAX: Duration = Duration::from_secs(20);

/// The houses of the custodians, and their processes once they answer.
pub struct Custodians {
    folder: PathBuf,
    ports: Vec<u16>,
    running: Vec<Child>,
}

impl Custodians {
    /// Makes five houses below `folder` and puts their cards where the platform looks for them.
    pub async fn make(folder: &Path) -> Result<Self> {
        let made = Self { folder: folder.to_owned(), ports: free_ports()?, running: Vec::new() };
        std::fs::create_dir_all(made.cards())?;
        for (place, name) in INSTITUTIONS.iter().enumerate() {
            let mut key = [0; 32];
            SystemRandom::new().fill(&mut key).ok().context("no randomness")?;
            std::fs::create_dir_all(made.home(place))?;
            std::fs::write(made.key_file(place), key)?;
            let address = format!("https://127.0.0.1:{}", made.ports[place]);
            let new = ["custodian", "new", "--name", name, "--address", &address];
            made.run(place, &new).await?;
            std::fs::copy(made.home(place).join("card.json"), made.card(place))?;
        }
        Ok(made)
    }

    /// The folder of the cards.
    pub fn cards(&self) -> PathBuf {
        self.folder.join("cards")
    }

    /// The ceremony, relayed by the platform and begun by its registrar. Gives what the centre appoints.
    pub async fn hold_ceremony(&self, base_url: &str, registrar: &Login) -> Result<AppointCommittee> {
        let password = self.folder.join("registrar.password");
        std::fs::write(&password, &registrar.password)?;
        let threshold = THRESHOLD.to_string();
        let mut new = command(&["committee", "new", "--server", base_url, "--threshold", &threshold])?;
        new.args(["--login", &registrar.login, "--password-file"]).arg(&password);
        new.args(INSTITUTIONS.iter().enumerate().map(|(place, _)| self.card(place)));
        let session = finish(new).await?.trim().to_owned();
        let relay = ["--server", base_url, "--session", &session];
        let join = [&["committee", "join"], relay.as_slice()].concat();
        let joined = (0..INSTITUTIONS.len()).map(|place| self.run(place, &join));
        future::try_join_all(joined).await?;
        let out = self.folder.join("committee.json");
        let mut export = command(&[&["committee", "export"], relay.as_slice(), &["--out"]].concat())?;
        export.arg(&out);
        finish(export).await?;
        Ok(serde_json::from_slice(&std::fs::read(out)?)?)
    }

    /// Tells each custodian whom it trusts, as its own people would, and starts it.
    pub async fn start(&mut self, platform: &Platform) -> Result<()> {
        for place in 0..INSTITUTIONS.len() {
            let trust = TrustFile {
                listen: format!("127.0.0.1:{}", self.ports[place]),
                log: platform.ledger.log_vkey(),
                platform: STANDARD.encode(platform.certificate()?.certificate),
                quorum: 1,
                witnesses: platform.ledger.witness_vkeys(),
            };
            std::fs::write(self.home(place).join("trust.toml"), toml::to_string(&trust)?)?;
            let mut serve = command(&["custodian", "serve"])?;
            self.house(&mut serve, place);
            let log = std::fs::File::create(self.home(place).join("log"))?;
            serve.stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
            self.running.push(serve.spawn().context("a custodian does not start")?);
        }
        for port in &self.ports {
            listens(*port).await?;
        }
        Ok(())
    }

    /// Stops all of them.
    pub async fn stop(&mut self) {
        for custodian in &mut self.running {
            // One that is gone already was stopped by a person who wanted to see what happens.
            let _ = custodian.kill().await;
        }
    }

    fn home(&self, place: usize) -> PathBuf {
        self.folder.join(format!("custodian-{}", place + 1))
    }

    /// On another device in real life.
    fn key_file(&self, place: usize) -> PathBuf {
        self.folder.join(format!("custodian-{}.key", place + 1))
    }

    fn card(&self, place: usize) -> PathBuf {
        self.cards().join(format!("{}.json", place + 1))
    }

    fn house(&self, command: &mut Command, place: usize) {
        command.arg("--home").arg(self.home(place)).arg("--key-file").arg(self.key_file(place));
    }

    async fn run(&self, place: usize, arguments: &[&str]) -> Result<String> {
        let mut command = command(arguments)?;
        self.house(&mut command, place);
        finish(command).await
    }
}

/// This executable with `arguments`.
fn command(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).stdin(Stdio::null());
    Ok(command)
}

/// Runs it to its end; gives what it printed.
async fn finish(mut command: Command) -> Result<String> {
    let output = command.output().await?;
    if !output.status.success() {
        bail!("a custodian's command failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Ports that are free now, one for each custodian.
fn free_ports() -> Result<Vec<u16>> {
    let listeners: Vec<TcpListener> =
        INSTITUTIONS.iter().map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
    listeners.iter().map(TcpListener::local_addr).map(|at| Ok(at?.port())).collect()
}

async fn listens(port: u16) -> Result<()> {
    let connected = async {
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(START_MAX, connected).await.context("a custodian does not listen")
}
