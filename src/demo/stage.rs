//! Sets the stage: a platform on the embedded defaults, a founded centre, five custodians, accounts with random
//! passwords. The only code of its own that the demo has; from here on everything is the production path.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use super::cast::{Cast, House, Login, Part, parts};
use super::content::Content;
use super::custodians::Custodians;
use crate::base::{LongText, OrgId, PersonId, Role, ShortText, Span};
use crate::centre::{
    CentreCommand, NameTimeAuthorities, Organisation, RegisterOrganisation, RegisterPerson, SetTimeLimits,
    TimeAuthorityRecord,
};
use crate::config::{BeaconConfig, Config, CustodyConfig, Mode};
use crate::found;
use crate::law::{Amount, Rule, TimeLimits};
use crate::ledger::Clock;
use crate::platform::Platform;

/// How the demo runs.
#[derive(Clone, Debug)]
pub struct StageOptions {
    /// Folder of this run; emptied first.
    pub folder: PathBuf,
    /// Port on localhost.
    pub port: u16,
    /// From publication to opening.
    pub period: Span,
    /// Between two statements that are read out.
    pub reading_pace_ms: i64,
    /// How long candidates are public.
    pub publicity: Span,
    /// Where beacons are fetched.
    pub relays: Vec<String>,
}

/// The set stage.
pub struct Stage {
    /// The platform, serving.
    pub platform: Platform,
    /// The custodians, each a process with a clock of its own that nobody here can move.
    pub custodians: Custodians,
    /// The platform's clock, which the demo may move ahead.
    pub clock: Clock,
    /// Everybody's accounts.
    pub cast: Cast,
    /// The story's content.
    pub content: Content,
    /// Address for browsers and clients.
    pub base_url: String,
    /// Folder of this run.
    pub folder: PathBuf,
}

impl Stage {
    /// Sets it.
    pub async fn set(options: &StageOptions) -> Result<Self> {
        let content = Content::read()?;
        empty(&options.folder)?;
        let clock = Clock::settable();
        let mut custodians = Custodians::make(&options.folder.join("custody")).await?;
        let config = config(options, &custodians);
        let mut platform = Platform::open(&config, Mode::Demo, clock.clone()).await?;
        let centre = &content.people.centre;
        let organisation = organisation(&centre.name.zh, &centre.name.en, Some(centre.credit_code.clone()))?;
        platform.found(&organisation).await?;
        let logins = register(&platform, &content).await?;
        set_limits(&platform, options).await?;
        name_time_authority(&platform).await?;
        platform.serve().await?;
        let base_url = format!("http://localhost:{}", options.port);
        let registrar = logins.iter().find(|login| login.role == Role::Registrar);
        let registrar = registrar.context("there is no registrar")?;
        let appoint = custodians.hold_ceremony(&base_url, registrar).await?;
        by_authority(&platform, &CentreCommand::AppointCommittee(appoint)).await?;
        custodians.start(&platform).await?;
        let cast = Cast::new(&base_url, &options.folder.join("people"), logins);
        Ok(Self { platform, custodians, clock, cast, content, base_url, folder: options.folder.clone() })
    }
}

fn empty(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("{} cannot be emptied", folder.display())),
    }
    Ok(std::fs::create_dir_all(folder)?)
}

fn config(options: &StageOptions, custodians: &Custodians) -> Config {
    Config {
        origin: format!("localhost:{}/tlog/1", options.port),
        data: options.folder.join("data"),
        database: None,
        second_store: options.folder.join("elsewhere/head.json"),
        mirror: Some(options.folder.join("elsewhere/mirror")),
        listen: format!("127.0.0.1:{}", options.port),
        tls: None,
        reading_pace_ms: options.reading_pace_ms,
        signer: None,
        witnesses: None,
        beacon: BeaconConfig { relays: options.relays.clone() },
        time_authorities: Vec::new(),
        custody: Some(CustodyConfig { cards: custodians.cards() }),
    }
}

/// The one in this process: what it stamps is the platform's own time.
async fn name_time_authority(platform: &Platform) -> Result<()> {
    let authority = platform.embedded_time_authority()?;
    let name = ShortText::new("演示用时间戳（本机）· demonstration, this machine")?;
    let record = TimeAuthorityRecord { certificate: STANDARD.encode(authority.anchor()), name };
    let named = NameTimeAuthorities { authorities: vec![record] };
    by_authority(platform, &CentreCommand::NameTimeAuthorities(named)).await
}

async fn set_limits(platform: &Platform, options: &StageOptions) -> Result<()> {
    let reason = LongText::new(
        "演示：为便于观看，各期限以分钟计；正式交易适用法定期限。Demonstration: periods are minutes instead of the law's days.",
    )?;
    let seconds = |span: Span| Amount::seconds(u32::try_from(span.0 / 1000).unwrap_or(u32::MAX));
    let overrides = [
        (Rule::CandidatePublicity, seconds(options.publicity)),
        (Rule::ChangeBeforeDeadline, Amount::seconds(0)),
        (Rule::KeyReplacement, Amount::seconds(0)),
        (Rule::NoticeToDeadline, seconds(options.period.min(Span::seconds(10)))),
    ];
    let limits = TimeLimits::of(overrides, reason);
    by_authority(platform, &CentreCommand::SetTimeLimits(SetTimeLimits { limits })).await
}

async fn register(platform: &Platform, content: &Content) -> Result<Vec<Login>> {
    let (houses, parts) = parts(&content.people);
    let mut orgs = BTreeMap::new();
    for house in houses {
        let org = OrgId(Uuid::new_v4());
        register_house(platform, org, &house).await?;
        orgs.insert(house.id, org);
    }
    let mut logins = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        let org = *orgs.get(&part.org).with_context(|| format!("{} has no organisation", part.id))?;
        logins.push(register_part(platform, part, org).await?);
    }
    let centre = platform.authority_org().context("the centre is not founded")?;
    let registrar = content.people.centre.people.first().context("the centre has no registrar")?;
    let part = Part {
        id: "visitor_registrar".to_owned(),
        name: registrar.name.zh.clone(),
        role: Role::Registrar,
        org: String::new(),
    };
    logins.push(register_part(platform, part, centre).await?);
    Ok(logins)
}

async fn register_house(platform: &Platform, org: OrgId, house: &House) -> Result<()> {
    let organisation = organisation(&house.name, &house.name_en, house.credit_code.clone())?;
    let command = RegisterOrganisation { org, organisation };
    by_authority(platform, &CentreCommand::RegisterOrganisation(command)).await.context(house.id.clone())
}

async fn register_part(platform: &Platform, part: Part, org: OrgId) -> Result<Login> {
    let person = PersonId(Uuid::new_v4());
    let command =
        RegisterPerson { name: ShortText::new(part.name.clone())?, org, person, roles: vec![part.role] };
    by_authority(platform, &CentreCommand::RegisterPerson(command)).await.context(part.id.clone())?;
    let login = part.id.trim_start_matches("visitor_").to_owned();
    // The scripted people keep the longer name, so that a person at a browser has the short one.
    let login = if part.id.starts_with("visitor_") { login } else { format!("auto-{login}") };
    let password = random_password()?;
    platform.create_account(person, &login, &password).await?;
    Ok(Login { id: part.id, login, password, name: part.name, role: part.role, person, org })
}

async fn by_authority(platform: &Platform, command: &CentreCommand) -> Result<()> {
    found::by_authority(&platform.ledger, platform.authority()?, command).await?;
    Ok(())
}

fn organisation(name: &str, name_en: &str, credit_code: Option<String>) -> Result<Organisation> {
    Ok(Organisation { credit_code, name: ShortText::new(name)?, name_en: ShortText::new(name_en)? })
}

/// 60 random bits in letters that nobody mixes up.
fn random_password() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 12];
    SystemRandom::new().fill(&mut bytes).ok().context("no randomness")?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}
