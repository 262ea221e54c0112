//! Subcommands that run the platform: `serve`, `init`, `admin`, `migrate`, `export`, `demo`; and `replay`, which serves one file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use uuid::Uuid;

use kaibiao::base::{PersonId, Role, ShortText, TenderId};
use kaibiao::centre::{CentreCommand, Organisation, RegisterPerson};
use kaibiao::config::{Config, ConfigArgument, Mode, Tls};
use kaibiao::demo::{self, DemoArguments};
use kaibiao::files::text;
use kaibiao::found;
use kaibiao::http::LocalReplay;
use kaibiao::ledger::Clock;
use kaibiao::platform::{self, Platform};
use kaibiao::replay::bundle::Bundle;
use kaibiao::store::Database;
use kaibiao::telemetry::{self, Style};

/// Running the platform.
#[derive(Subcommand)]
pub enum ServeCommand {
    /// 运行平台 · Run the platform
    Serve(ServeArguments),
    /// 建立中心 · Found the centre of this installation
    Init(InitArguments),
    /// 管理员 · Administrators
    #[command(subcommand)]
    Admin(AdminCommand),
    /// 升级数据库结构 · Bring the database's schema up to date
    Migrate(ConfigArgument),
    /// 平台访问托管人与签名者时出示的证书 · The certificate that the platform shows to custodians and signer
    Certificate(ConfigArgument),
    /// 导出证据包（.tdr）· Export the evidence of a tender
    Export(ExportArguments),
    /// 在本机浏览器里回放证据包（.tdr）· Replay an evidence bundle in the browser of this computer
    Replay(ReplayArguments),
    /// 演示：真实标书从公告到可验证的日志 · A real tender on this machine, from notice to verified log
    Demo(DemoArguments),
    /// Reads a PDF from standard input and writes its pages as JSON lines; the platform's own child.
    #[command(hide = true)]
    PdfText,
}

/// Arguments of `serve`.
#[derive(Args)]
pub struct ServeArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// 允许演示用的托管人、证书和账户 · Allow what only a demonstration may have
    #[arg(long)]
    demo: bool,
    /// TLS with a certificate made at start-up for localhost (with --demo only), where the configuration names none
    #[arg(long)]
    tls: bool,
}

/// Arguments of `init`.
#[derive(Args)]
pub struct InitArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// 中心名称 · Name of the centre
    #[arg(long)]
    name: String,
    /// English name
    #[arg(long)]
    name_en: String,
    /// 统一社会信用代码 · Unified social credit code
    #[arg(long)]
    credit_code: Option<String>,
}

/// Administrators.
#[derive(Subcommand)]
pub enum AdminCommand {
    /// 新建登记员，打印一次性注册码 · A registrar, with a one-time enrolment code
    Create {
        #[command(flatten)]
        config: ConfigArgument,
        /// 登录名 · Sign-in name
        #[arg(long)]
        login: String,
        /// 姓名 · Name
        #[arg(long)]
        name: String,
    },
}

/// Arguments of `export`.
#[derive(Args)]
pub struct ExportArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// The tender
    tender: TenderId,
    /// Where to write the bundle
    #[arg(long)]
    out: PathBuf,
    /// Carry the documents themselves, not only their digests
    #[arg(long)]
    files: bool,
}

/// Arguments of `replay`.
#[derive(Args)]
pub struct ReplayArguments {
    /// The evidence bundle (.tdr)
    file: PathBuf,
    /// Port of 127.0.0.1; 0 is any that is free
    #[arg(long, default_value_t = 0)]
    port: u16,
}

impl ServeCommand {
    /// Runs the subcommand.
    pub fn run(self) -> ExitCode {
        // The child that reads PDFs may start no thread, so it comes before everything else.
        if matches!(self, Self::PdfText) {
            return match text::answer(std::io::stdin(), std::io::stdout()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            };
        }
        let style = if matches!(self, Self::Serve(_)) { Style::Machine } else { Style::Person };
        telemetry::start(style);
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return failed(&error.into()),
        };
        match runtime.block_on(self.run_async()) {
            Ok(code) => code,
            Err(error) => failed(&error),
        }
    }

    async fn run_async(self) -> Result<ExitCode> {
        match self {
            Self::Serve(arguments) => serve(arguments).await,
            Self::Init(arguments) => init(arguments).await,
            Self::Admin(AdminCommand::Create { config, login, name }) => {
                create_admin(&config, &login, &name).await
            }
            Self::Migrate(argument) => {
                let config = Config::read(&argument.path)?;
                Database::open(&config.database_url()).await?.migrate().await?;
                Ok(ExitCode::SUCCESS)
            }
            Self::Certificate(argument) => {
                let certificate = platform::own_certificate(&Config::read(&argument.path)?)?;
                println!("{}", STANDARD.encode(certificate.certificate));
                Ok(ExitCode::SUCCESS)
            }
            Self::Export(arguments) => export(arguments).await,
            Self::Replay(arguments) => replay(arguments).await,
            Self::Demo(arguments) => demo::run(arguments).await,
            Self::PdfText => Ok(ExitCode::FAILURE),
        }
    }
}

async fn serve(arguments: ServeArguments) -> Result<ExitCode> {
    let mut config = Config::read(&arguments.config.path)?;
    if arguments.tls && config.tls.is_none() {
        config.tls = Some(Tls::SelfMade);
    }
    let mode = if arguments.demo { Mode::Demo } else { Mode::Production };
    let mut platform = Platform::open(&config, mode, Clock::System).await?;
    platform.serve().await?;
    demo::until_asked_to_stop().await?;
    platform.stop().await;
    Ok(ExitCode::SUCCESS)
}

async fn init(arguments: InitArguments) -> Result<ExitCode> {
    let mut platform = open(&arguments.config).await?;
    let centre = Organisation {
        credit_code: arguments.credit_code,
        name: ShortText::new(arguments.name)?,
        name_en: ShortText::new(arguments.name_en)?,
    };
    platform.found(&centre).await?;
    println!("中心已建立 · founded: {}", centre.name.as_str());
    println!("日志公钥 · log key: {}", platform.ledger.log_vkey());
    Ok(ExitCode::SUCCESS)
}

async fn create_admin(config: &ConfigArgument, login: &str, name: &str) -> Result<ExitCode> {
    let platform = open(config).await?;
    let org = platform.authority_org().context("the centre is not founded yet: kaibiao init")?;
    let person = PersonId(Uuid::new_v4());
    let register = RegisterPerson { name: ShortText::new(name)?, org, person, roles: vec![Role::Registrar] };
    let command = CentreCommand::RegisterPerson(register);
    found::by_authority(&platform.ledger, platform.authority()?, &command).await?;
    let code = platform.invite(person, login).await?;
    println!("登录名 · login: {login}\n一次性注册码 · one-time enrolment code: {code}");
    Ok(ExitCode::SUCCESS)
}

/// Needs no configuration and no database. What is no bundle is refused here, before a page is opened for it.
async fn replay(arguments: ReplayArguments) -> Result<ExitCode> {
    let named = || arguments.file.display().to_string();
    let file = std::fs::File::open(&arguments.file).with_context(named)?;
    Bundle::open(std::io::BufReader::new(file)).with_context(named)?;
    let path = arguments.file.canonicalize().with_context(named)?;
    let replay = LocalReplay::open(path, arguments.port)?;
    println!("{}", replay.address());
    replay.serve().await?;
    Ok(ExitCode::SUCCESS)
}

async fn export(arguments: ExportArguments) -> Result<ExitCode> {
    let platform = open(&arguments.config).await?;
    demo::export(&platform, arguments.tender, &arguments.out, arguments.files).await?;
    println!("{}", arguments.out.display());
    Ok(ExitCode::SUCCESS)
}

async fn open(config: &ConfigArgument) -> Result<Platform> {
    Platform::open(&Config::read(&config.path)?, Mode::Production, Clock::System).await
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("{error:#}");
    ExitCode::FAILURE
}
