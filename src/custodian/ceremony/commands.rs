//! `kaibiao committee`: begin a ceremony of either kind, join it, see how far it is, take its outcome to the register.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use kaibiao_crypto::digest::Digest;

use super::relay::{self, Relay};
use super::{Ceremony, Member, Message, Origin, Seat};
use crate::centre::AppointCommittee;
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
    /// 登记员发起生成新密钥的仪式 · A registrar begins a ceremony for a new key
    New(NewArguments),
    /// 登记员发起重分：公钥不变，份额分给新的成员 · A registrar begins a resharing: the key stays, its shares pass to these members
    Reshare(ReshareArguments),
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

/// Arguments of `committee reshare`. Refreshing is resharing to the same cards.
#[derive(Debug, Args)]
pub struct ReshareArguments {
    #[command(flatten)]
    new: NewArguments,
    /// 由原来哪几位分出份额（序号，逗号分隔，不少于原门限）· Who of the old committee deals, by index: at least its threshold
    #[arg(long, value_delimiter = ',', required = true)]
    dealers: Vec<u8>,
    /// 原委员会：export 写出的任命文件；不给则取登记的在任委员会 · The old committee, as `export` wrote it; if absent, the one in office
    #[arg(long, value_name = "FILE")]
    committee: Option<PathBuf>,
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

impl CommitteeCommand {
    pub(in crate::custodian) async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        match self {
            Self::New(arguments) => arguments.begin(None, out).await,
            Self::Reshare(arguments) => arguments.run(out).await,
            Self::Join(arguments) => arguments.run(out).await,
            Self::Status(arguments) => status(&arguments, out).await,
            Self::Export(arguments) => arguments.run(out).await,
        }
    }
}

impl NewArguments {
    async fn begin(self, from: Option<Origin>, out: &mut impl Write) -> Result<(), CustodianError> {
        let cards = self.cards.iter().map(|path| Card::read(path)).collect::<Result<Vec<_>, _>>()?;
        let ceremony = Ceremony::new(cards, self.threshold, from)?;
        relay::begin(&self.account.reader().await?, &ceremony).await?;
        say(out, &ceremony.session().to_string())
    }
}

impl ReshareArguments {
    async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        let committee = match &self.committee {
            Some(path) => {
                let text = std::fs::read(path).map_err(|error| CustodianError::file(path, error))?;
                let malformed = |_| CustodianError::Malformed(path.clone(), "an outcome of a ceremony");
                serde_json::from_slice::<AppointCommittee>(&text).map_err(malformed)?.committee
            }
            None => relay::in_office(&self.new.account.reader().await?).await?,
        };
        let mut dealers = self.dealers;
        dealers.sort_unstable();
        self.new.begin(Some(Origin { committee, dealers }), out).await
    }
}

impl JoinArguments {
    async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        // Two that go on from one state would overwrite each other's next one.
        let _lock = self.house.lock_vault()?;
        let relay = self.relay.connect()?;
        let ceremony = relay.read().await?.ceremony;
        let mut member = Member::new(self.house.open()?, ceremony.clone())?;
        say_seats(&ceremony, member.seats(), out)?;
        let mut said: Vec<Message> = Vec::new();
        loop {
            let messages = relay.read().await?.messages;
            let progress = member.go_on(&messages).await?;
            let unsaid: Vec<Message> =
                progress.say.into_iter().filter(|message| !said.contains(message)).collect();
            for message in &unsaid {
                relay.say(message).await?;
                say(out, &format!("{} {}", message.step.name(), message.sender))?;
            }
            if !unsaid.is_empty() {
                said.extend(unsaid);
            } else if progress.is_done {
                return say(out, "完成：全体成员确认了同一公钥 · Done: all members confirmed the same key");
            } else {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Which part this custodian has; of a resharing also who deals to whom: its people look before they go on.
fn say_seats(ceremony: &Ceremony, seats: &[Seat], out: &mut impl Write) -> Result<(), CustodianError> {
    for seat in seats {
        match seat {
            Seat::Member(index) => {
                say(out, &format!("成员 {index}/{} · member {index} of {0}", ceremony.cards.len()))?;
            }
            Seat::Dealer(index) => {
                say(out, &format!("原成员 {index}，分出份额 · old custodian {index}, deals"))?
            }
        }
    }
    let Some(origin) = &ceremony.from else { return Ok(()) };
    for custodian in origin.dealing() {
        say(out, &format!("分出 from {} {}", custodian.index, custodian.name.as_str()))?;
    }
    for (index, card) in (1_u8..).zip(&ceremony.cards) {
        say(out, &format!("分给 to {index} {} {}", card.card.name.as_str(), card.card.identity))?;
    }
    Ok(())
}

impl RelayArguments {
    fn connect(&self) -> Result<Relay, CustodianError> {
        Ok(Relay::new(Client::connect(&self.server, self.ca.clone())?, self.session))
    }
}

async fn status(arguments: &RelayArguments, out: &mut impl Write) -> Result<(), CustodianError> {
    let relay::Relayed { ceremony, messages } = arguments.connect()?.read().await?;
    let steps_of = |seat: Seat| {
        let is_of = |message: &&Message| ceremony.seat(message.step, message.sender) == seat;
        messages.iter().filter(is_of).map(|message| message.step.name()).collect::<Vec<&str>>().join(" ")
    };
    for (seat, name) in ceremony.seats() {
        say(out, &format!("{seat} {name}: {}", steps_of(seat)))?;
    }
    Ok(())
}

impl ExportArguments {
    async fn run(self, out: &mut impl Write) -> Result<(), CustodianError> {
        let relay::Relayed { ceremony, messages } = self.relay.connect()?.read().await?;
        let committee = ceremony.outcome(&messages)?;
        let text = serde_json::to_vec_pretty(&AppointCommittee { committee });
        let text = text.map_err(|_| CustodianError::Malformed(self.out.clone(), "a committee"))?;
        held::write(&self.out, &text).map_err(|error| CustodianError::file(&self.out, error))?;
        say(out, &format!("{}", self.out.display()))
    }
}
