//! `kaibiao signer`: what the people of the signer do.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use kaibiao_crypto::clock_step;

use super::clock_commands::{AcceptArguments, KeeperArguments, SignArguments, WriteArguments};
use super::house::{Adopted, House, Settings};
use super::{KeyFiles, SignerError, server};
use crate::held;
use crate::pinned;
use crate::telemetry::{self, Style};

/// 签名进程：保管日志密钥与第二处日志头 · The signer: holds the log's key and the second store
#[derive(Debug, Subcommand)]
pub enum SignerCommand {
    /// 建立签名者：密钥、证书、名片 · Makes a signer: key, certificate, card
    New(NewArguments),
    /// 运行 · Answers the platform
    Serve(HomeArguments),
    /// 最后签署的日志头 · The head that was signed last
    Status(HomeArguments),
    /// 轮换日志密钥：先备下新钥，入日志后让旧钥退役 · Rotates the log's key: prepares the next, then retires the old one
    Rotate(RotateArguments),
    /// 保管人造一把密钥，打印公钥 · A keeper makes a key and prints it
    KeeperKey(KeeperArguments),
    /// 时钟跳变之后，写出请保管人签署的问题 · After a step of the clock: the question for keepers to sign
    ClockQuestion(WriteArguments),
    /// 保管人核对时间之后签署 · A keeper signs, having looked at the time
    ClockSign(SignArguments),
    /// 请见证人重新联署最后的日志头 · Has the witnesses cosign the last head again
    ClockHead(WriteArguments),
    /// 凭两位保管人的签名与见证人的日志头接受跳变（须先停止 serve）· Accepts the step by two keepers and a witnessed head
    AcceptClock(AcceptArguments),
}

/// Where the signer lives.
#[derive(Debug, Args)]
pub struct HomeArguments {
    /// 签名者目录 · Folder of the signer
    #[arg(long, value_name = "FOLDER")]
    pub(super) home: PathBuf,
}

/// Arguments of `signer rotate`.
#[derive(Debug, Args)]
pub struct RotateArguments {
    #[command(flatten)]
    home: HomeArguments,
    #[command(flatten)]
    rotation: Rotation,
}

/// What is done of a rotation.
#[derive(Debug, Args)]
pub struct Rotation {
    /// 接任书写到此处，由登记员签入日志 · Where to write the succession, for a registrar to sign into the log
    #[arg(long, value_name = "FILE", required_unless_present = "finish")]
    out: Option<PathBuf>,
    /// 凭入日志的回执让旧钥退役 · Retires the old key, by the receipt of the act
    #[arg(long, value_name = "RECEIPT", conflicts_with = "out")]
    finish: Option<PathBuf>,
}

impl Rotation {
    /// Does it with the key in these files, whether or not their signer runs; gives the key in force after `--finish`.
    pub fn run(&self, keys: &KeyFiles) -> Result<Option<String>, SignerError> {
        if let Some(path) = &self.finish {
            let receipt = std::fs::read(path).map_err(|error| SignerError::File(path.clone(), error))?;
            let key = keys.finish(&receipt)?;
            println!("旧钥已退役；日志公钥 · the old key has retired; log key: {key}");
            return Ok(Some(key));
        }
        let note = keys.prepare()?.to_text();
        if let Some(path) = &self.out {
            let body = serde_json::json!({ "succession": note }).to_string();
            held::write(path, body.as_bytes()).map_err(|error| SignerError::File(path.clone(), error))?;
            println!("请登记员签入日志 · for a registrar: kaibiao act RotateLogKey @{}", path.display());
        }
        println!("{note}");
        Ok(None)
    }
}

/// Arguments of `signer new`.
#[derive(Debug, Args)]
pub struct NewArguments {
    #[command(flatten)]
    home: HomeArguments,
    /// 日志的名字与纪元 · Origin of the log
    #[arg(long)]
    origin: String,
    /// 平台访问的地址 · Where the platform reaches it, https://host:port
    #[arg(long)]
    address: String,
    /// 监听的地址与端口 · Address and port to listen at
    #[arg(long)]
    listen: String,
    /// 平台的证书（kaibiao certificate）· The platform's certificate, DER, base64
    #[arg(long)]
    platform: String,
    /// 时钟保管人的公钥（keeper-key），两位以上 · Keys of the keepers of its clock, two or more
    #[arg(long = "keeper", value_name = "VKEY", required = true)]
    keepers: Vec<String>,
    /// 信任其时钟的见证人（C2SP tlog-policy）；也可日后放入目录 · Witnesses whose clocks it believes; may be put there later
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// 沿用已有日志的密钥 · Key of a log that exists already
    #[arg(long, value_name = "FILE", requires = "adopt_head")]
    adopt_key: Option<PathBuf>,
    /// 沿用已有的第二处日志头 · Its second store
    #[arg(long, value_name = "FILE", requires = "adopt_key")]
    adopt_head: Option<PathBuf>,
}

impl SignerCommand {
    /// Runs the subcommand.
    pub fn run(self) -> ExitCode {
        let is_daemon = matches!(self, Self::Serve(_));
        telemetry::start(if is_daemon { Style::Machine } else { Style::Person });
        match self.done() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}\n[{}]", error.code());
                ExitCode::FAILURE
            }
        }
    }

    fn done(self) -> Result<(), SignerError> {
        match self {
            Self::New(arguments) => arguments.run(),
            Self::Serve(HomeArguments { home }) => runtime()?.block_on(serve(&House::at(&home))),
            Self::Status(HomeArguments { home }) => status(&House::at(&home)),
            Self::Rotate(RotateArguments { home, rotation }) => {
                let house = House::at(&home.home);
                match rotation.run(&house.keys()?)? {
                    Some(key) => house.renew_card(key),
                    None => Ok(()),
                }
            }
            Self::KeeperKey(arguments) => arguments.make(),
            Self::ClockQuestion(arguments) => arguments.ask(),
            Self::ClockSign(arguments) => arguments.run(),
            Self::ClockHead(arguments) => runtime()?.block_on(arguments.fetch_head()),
            Self::AcceptClock(arguments) => arguments.run(),
        }
    }
}

impl NewArguments {
    fn run(self) -> Result<(), SignerError> {
        // A certificate that is none would only be found out when the platform comes.
        STANDARD
            .decode(&self.platform)
            .map_err(|_| SignerError::WrongAnswer("the certificate is no base64"))?;
        clock_step::keepers(&self.keepers)?;
        let Self { listen, origin, platform, keepers, .. } = self;
        let settings = Settings { keepers, listen, origin, platform };
        let log = self.adopt_key.as_deref().zip(self.adopt_head.as_deref());
        let adopted = Adopted { log, policy: self.policy.as_deref() };
        let card = House::create(&self.home.home, &settings, &self.address, adopted)?;
        println!("名片 · card: {}", self.home.home.join("card.json").display());
        println!("日志公钥 · log key: {}", card.log);
        Ok(())
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, SignerError> {
    tokio::runtime::Runtime::new().map_err(|error| SignerError::File("the runtime".into(), error))
}

fn status(house: &House) -> Result<(), SignerError> {
    let (kept, stepped) = house.status()?;
    match kept {
        Some(kept) => println!("{} {}", kept.size, kept.root),
        None => println!("尚未签署 · nothing signed yet"),
    }
    if let Some(stepped) = stepped {
        println!("时钟跳变，已停止签名 · stopped by a step of the clock: {} ms", stepped.0);
    }
    Ok(())
}

async fn serve(house: &House) -> Result<(), SignerError> {
    let _lock = house.lock()?;
    let settings = house.settings()?;
    let signer = Arc::new(house.signer(&settings.origin)?);
    let peer = pinned::certificate_from_base64(&settings.platform)?;
    let tls = pinned::server_config(&house.certificate(&settings.origin)?, peer)?;
    let size = signer.kept()?.map_or(0, |kept| kept.size);
    tracing::info!(address = settings.listen, log.size = size, "the signer answers");
    server::serve(signer, tls, &settings.listen).await
}
