//! `kaibiao committee`: begin a ceremony, join it, see how far it is, take its outcome to the register.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use kaibiao_crypto::digest::Digest;
use serde::Deserialize;

use super::{Ceremony, Member, Message, Step};
use crate::client::Client;
use crate::client::commands::Account;
use crate::custodian::card::Card;
use crate::custodian::commands::{HouseArguments, say};
use crate::custodian::error::CustodianError;
use crate::held;

/// Between two looks at what the others have said.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// A ceremony, step by step.
#[derive(Debug, Subcommand)]
pub enum CommitteeCommand {
    /// 登记员发起仪式 · A registrar begins a ceremony
    New(NewArguments),
    /// 托管人加入仪式，直至全体确认 · A custodian takes part until all have confirmed
    Join(JoinArguments),
    /// 仪式进行到哪一步 · How far a ceremony is
    Status(RelayArguments),
    /// 写出结果，供登记员任命 · Write the outcome, for the registrar to appoint
    Export(ExportArguments),
}

/// Arguments of `committee new`.
#[derive(Debug, Args)]
pub struct NewArguments {
    #[command(flatten)]
    account: Account,
    /// 须几人共同释放（过半数）· How many must act together: more than half
    #[arg(long)]
    threshold: u8,
    /// 成员的名片，按序号 · The members' cards, in the order of their indices
    #[arg(required = true)]
    cards: Vec<PathBuf>,
}

/// Where a ceremony is relayed.
#[derive(Debug, Args)]
pub struct RelayArguments {
    /// 平台地址 · The platform that relays
    #[arg(long, env = "KAIBIAO_SERVER", value_name = "URL")]
    server: String,
    /// 自签证书的根证书（PEM）· Root certificate of a server with a certificate of its own
    #[arg(long, env = "KAIBIAO_CA", value_name = "FILE")]
    ca: Option<PathBuf>,
    /// 仪式标识：请与其他成员核对 · The ceremony: compare it with the other members
    #[arg(long)]
    session: Digest,
}

/// Arguments of `committee join`.
#[derive(Debug, Args)]
pub struct JoinArguments {
    #[command(flatten)]
    house: HouseArguments,
    #[command(flatten)]
    relay: RelayArguments,
}

/// Arguments of `committee export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    #[command(flatten)]
    relay: RelayArguments,
    /// 写入的文件 · Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Deserialize)]
struct Begun {
    session: Digest,
}

#[derive(Deserialize)]
struct Relayed {
    ceremony: Ceremony,
    messages: Vec<Message>,
}

/// The relay of one ceremony. What it gives is believed only as far as signatures reach.
struct Relay {
    client: Client,
    session: Digest,
}

impl Relay {
    fn connect(arguments: &RelayArguments) -> Result<Self, CustodianError> {
        let client = Client::connect(&arguments.server, arguments.ca.clone())?;
        Ok(Self { client, session: arguments.session })
    }

    async fn read(&self) -> Result<Relayed, CustodianError> {
        let relayed: Relayed = self.client.get(&format!("/api/ceremonies/{}", self.session)).await?;
        relayed.ceremony.check()?;
        if relayed.ceremony.session() != self.session {
            return Err(super::CeremonyError::Form("the relay shows another ceremony").into());
        }
        for message in &relayed.messages {
            message.check(&relayed.ceremony)?;
        }
        Ok(relayed)
    }

    async fn say(&self, message: &Message) -> Result<(), CustodianError> {
        let path = format!("/api/ceremonies/{}/messages", self.session);
        let _: Message = self.client.post(&path, message).await?;
        Ok(())
    }
}

impl CommitteeCommand {
    pub(in crate::custodian) async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        match self {
            Self::New(arguments) => arguments.run(out).await,
            Self::Join(arguments) => arguments.run(out).await,
            Self::Status(arguments) => status(&arguments, out).await,
            Self::Export(arguments) => arguments.run(out).await,
        }
    }
}

impl NewArguments {
    async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        let cards = self.cards.iter().map(|path| Card::read(path)).collect::<Result<Vec<_>, _>>()?;
        let ceremony = Ceremony::new(cards, self.threshold)?;
        let client = self.account.reader().await?;
        let begun: Begun = client.post("/api/ceremonies", &ceremony).await?;
        if begun.session != ceremony.session() {
            return Err(super::CeremonyError::Form("the relay answers for another ceremony").into());
        }
        say(out, &begun.session.to_string())
    }
}

impl JoinArguments {
    async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        let relay = Relay::connect(&self.relay)?;
        let ceremony = relay.read().await?.ceremony;
        let mut member = Member::new(self.house.open()?, ceremony.clone())?;
        let index = member.index();
        say(out, &format!("成员 {index}/{} · member {index} of {0}", ceremony.cards.len()))?;
        let mut said: Option<Step> = None;
        loop {
            let messages = relay.read().await?.messages;
            let progress = member.go_on(&messages).await?;
            if said != Some(progress.say.step) {
                relay.say(&progress.say).await?;
                said = Some(progress.say.step);
                say(out, &format!("{} {index}", progress.say.step.name()))?;
                continue;
            }
            if progress.is_done {
                return say(out, "完成：全体成员确认了同一公钥 · Done: all members confirmed the same key");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

async fn status(arguments: &RelayArguments, out: &mut impl Write) -> Result<(), CustodianError> {
    let Relayed { ceremony, messages } = Relay::connect(arguments)?.read().await?;
    for (index, card) in (1_u8..).zip(&ceremony.cards) {
        let of_member = messages.iter().filter(|message| message.sender == index);
        let steps: Vec<&str> = of_member.map(|message| message.step.name()).collect();
        say(out, &format!("{index} {} {}", card.card.name.as_str(), steps.join(" ")))?;
    }
    Ok(())
}

impl ExportArguments {
    async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        let Relayed { ceremony, messages } = Relay::connect(&self.relay)?.read().await?;
        let committee = ceremony.outcome(&messages)?;
        let appoint = crate::centre::AppointCommittee { committee };
        let text = serde_json::to_vec_pretty(&appoint);
        let text = text.map_err(|_| CustodianError::Malformed(self.out.clone(), "a committee"))?;
        held::write(&self.out, &text).map_err(|error| CustodianError::file(&self.out, error))?;
        say(out, &format!("{}", self.out.display()))
    }
}
