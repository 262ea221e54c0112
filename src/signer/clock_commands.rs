//! `kaibiao signer`: what is done when the clock has stepped, at the signer's machine and at those of its keepers.

use std::path::{Path, PathBuf};

use clap::Args;
use kaibiao_crypto::checkpoint::{Checkpoint, Note, NoteSigner};
use kaibiao_crypto::clock_step::ClockStep;
use kaibiao_crypto::key::SigningKey;

use super::commands::HomeArguments;
use super::house::House;
use super::{SignerError, stored_key};
use crate::base::{Instant, Span};
use crate::clock::Clock;
use crate::held;
use crate::witness::WitnessLine;

/// Who a keeper is.
#[derive(Debug, Args)]
pub struct KeeperArguments {
    /// 名称，与公钥一并登记 · Name, registered with the key
    #[arg(long)]
    name: String,
    /// 私钥文件 · File of the private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Arguments of `signer clock-question` and `signer clock-head`.
#[derive(Debug, Args)]
pub struct WriteArguments {
    #[command(flatten)]
    home: HomeArguments,
    /// 写到此处 · Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `signer clock-sign`.
#[derive(Debug, Args)]
pub struct SignArguments {
    #[command(flatten)]
    keeper: KeeperArguments,
    /// 问题的文件，签名写回其中 · The question, to which the signature is added
    #[arg(long, value_name = "FILE")]
    note: PathBuf,
}

/// Arguments of `signer accept-clock`.
#[derive(Debug, Args)]
pub struct AcceptArguments {
    #[command(flatten)]
    home: HomeArguments,
    /// 两位保管人签署过的问题 · The question that two keepers have signed
    #[arg(long, value_name = "FILE")]
    note: PathBuf,
    /// 见证人此后联署的日志头（clock-head）· The head, cosigned by witnesses since
    #[arg(long, value_name = "FILE")]
    head: PathBuf,
}

impl KeeperArguments {
    /// Makes a keeper's key.
    pub(super) fn make(self) -> Result<(), SignerError> {
        if self.key.exists() {
            return Err(SignerError::Exists(self.key));
        }
        println!("{}", NoteSigner::new(&self.name, stored_key(&self.key)?)?.verifier().vkey());
        Ok(())
    }

    fn signer(&self) -> Result<NoteSigner, SignerError> {
        let pkcs8 = std::fs::read(&self.key).map_err(|error| SignerError::File(self.key.clone(), error))?;
        Ok(NoteSigner::new(&self.name, SigningKey::from_pkcs8(&pkcs8)?)?)
    }
}

impl WriteArguments {
    /// Writes the question about the step.
    pub(super) fn ask(self) -> Result<(), SignerError> {
        let note = House::at(&self.home.home).ask_about_clock(Clock::System.now())?;
        tell(&ClockStep::parse(&note.text)?);
        write(&self.out, &note)?;
        println!(
            "请两位保管人先后签署 · for two keepers, one after the other: kaibiao signer clock-sign --note …"
        );
        Ok(())
    }

    /// Has the witnesses cosign the last head again, with the time that it is now.
    pub(super) async fn fetch_head(self) -> Result<(), SignerError> {
        let house = House::at(&self.home.home);
        let (policy, mut note) = (house.policy()?, house.signed_head()?);
        let (size, asked) = (Checkpoint::parse(&note.text)?.size, note.clone());
        for witness in &policy.witnesses {
            let address = policy.addresses.get(&witness.vkey());
            let line = address.map(|address| WitnessLine::new(witness.clone(), address));
            let given = match line {
                None => Err("策略中没有它的地址 · the policy has no address of it".to_owned()),
                Some(Err(error)) => Err(error.to_string()),
                Some(Ok(line)) => line.add(size, &[], &asked).await.map_err(|refused| refused.to_string()),
            };
            match given {
                Ok(cosignature) => note.signatures.push(cosignature),
                Err(reason) => eprintln!("{}: {reason}", witness.name()),
            }
        }
        write(&self.out, &note)
    }
}

impl SignArguments {
    /// A keeper signs, at a machine of the own.
    pub(super) fn run(self) -> Result<(), SignerError> {
        let keeper = self.keeper.signer()?;
        let mut note = read(&self.note)?;
        tell(&ClockStep::parse(&note.text)?);
        let line = keeper.sign(&note.text);
        if !note.signatures.contains(&line) {
            note.signatures.push(line);
        }
        write(&self.note, &note)
    }
}

impl AcceptArguments {
    /// The signer goes on.
    pub(super) fn run(self) -> Result<(), SignerError> {
        let (note, head) = (read(&self.note)?, read(&self.head)?);
        let Span(stepped) = House::at(&self.home.home).accept_clock(&note, &head, Clock::System.now())?;
        println!("已接受时钟跳变 · accepted a step of {stepped} ms");
        Ok(())
    }
}

/// What a keeper should know before signing.
fn tell(step: &ClockStep) {
    let ClockStep { head, step_ms, wall_ms, .. } = step;
    let wall = Instant(*wall_ms);
    println!("{}：已签 {} 条，时钟跳变 {step_ms} ms，提问时其时钟为 {wall}", head.origin, head.size);
    println!(
        "{} signed {} entries; its clock stepped by {step_ms} ms and said {wall} when it asked",
        head.origin, head.size
    );
}

fn read(path: &Path) -> Result<Note, SignerError> {
    let bytes = std::fs::read(path).map_err(|error| SignerError::File(path.to_owned(), error))?;
    Ok(Note::parse(&bytes)?)
}

fn write(path: &Path, note: &Note) -> Result<(), SignerError> {
    held::write(path, note.to_text().as_bytes()).map_err(|error| SignerError::File(path.to_owned(), error))
}
