//! The platform put together: stores, ledger, people, rooms, jobs and the listening socket. The demo and production
//! come through here alike; what a demo may have and production refuses is `config`'s business.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::base::{OrgId, PersonId};
use crate::centre::{CentreCommand, Organisation, RecordSealingPage};
use crate::config::{Config, CustodyConfig, Mode, SignerConfig, Tls};
use crate::custody::{CardFolder, Custody};
use crate::files::text::TextReader;
use crate::files::upload::Uploads;
use crate::files::{Files, make_folder};
use crate::found;
use crate::http::{self, App};
use crate::identity::{Authority, Identity};
use crate::intake::Intake;
use crate::jobs::{Jobs, Pace, Relays};
use crate::ledger::{Clock, Ledger, Mirror, Places, Witnesses};
use crate::limits::{TextLimits, UPLOAD_KEPT_MS, UploadLimits};
use crate::live::{self, Rooms};
use crate::pinned::OwnCertificate;
use crate::replay::check::Policy;
use crate::signer::{KeyFiles, RemoteSigner, Signer, SignerCard, SignerError, SignerPort};
use crate::store::Database;
use crate::timestamp::{EmbeddedAuthority, TimeSources};

/// Marks a store whose accounts were seeded by a demo.
const DEMO_MARK: &str = "demo/seeded";
/// How long open requests may take when the platform stops.
const GRACE: Duration = Duration::from_secs(5);

/// The platform.
pub struct Platform {
    /// The log and the state.
    pub ledger: Ledger,
    /// The files.
    pub files: Files,
    config: Config,
    mode: Mode,
    database: Database,
    identity: Identity,
    uploads: Uploads,
    authority: Option<Arc<Authority>>,
    running: Option<Running>,
    /// Held while this process has the stores open; the system gives it up with the process.
    _lock: File,
}

struct Running {
    handle: Handle<SocketAddr>,
    rooms: Rooms,
    stop: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
    jobs: JoinHandle<()>,
}

impl Platform {
    /// Opens the stores and re-checks the log. Refuses in production what belongs to a demo.
    pub async fn open(config: &Config, mode: Mode, clock: Clock) -> Result<Self> {
        config.check(mode)?;
        let lock = lock(config)?;
        let database = Database::open(&config.database_url()).await?;
        database.migrate().await?;
        let is_seeded = database.secret(DEMO_MARK).await?.is_some();
        match mode {
            Mode::Production if is_seeded => bail!("this store was seeded by a demo; production refuses it"),
            Mode::Production => {}
            Mode::Demo => database.put_secret(DEMO_MARK, b"seeded").await?,
        }
        let signer = signer(config, &database).await?;
        let places = Places {
            database: database.clone(),
            witnesses: witnesses(config, &signer)?,
            signer,
            mirror: config.mirror.as_deref().map(Mirror::at),
            evidence: config.data.join("evidence"),
        };
        let ledger = Ledger::open(places, clock).await?;
        let files = Files::open(&config.files())?;
        let uploads = Uploads::new(files.clone(), database.clone(), UploadLimits::default());
        let found = uploads.recover().await?;
        tracing::info!(
            uploads.resumable = found.resumable,
            log.size = ledger.head().size,
            "the stores are open"
        );
        let authority = found::authority(&ledger, &keys(config), None).await?.map(Arc::new);
        let identity = Identity::open(database.clone()).await?;
        Ok(Self {
            ledger,
            files,
            config: config.clone(),
            mode,
            database,
            identity,
            uploads,
            authority,
            running: None,
            _lock: lock,
        })
    }

    /// Founds the centre, if it is not yet.
    pub async fn found(&mut self, centre: &Organisation) -> Result<()> {
        let authority = found::authority(&self.ledger, &keys(&self.config), Some(centre)).await?;
        self.authority = authority.map(Arc::new);
        Ok(())
    }

    /// The certification authority.
    pub fn authority(&self) -> Result<&Authority> {
        self.authority.as_deref().context("the centre is not founded yet: kaibiao init")
    }

    /// The centre as an organisation.
    pub fn authority_org(&self) -> Option<OrgId> {
        let authority = self.authority.as_ref()?;
        self.ledger.centre().people.get(&authority.person).map(|member| member.org)
    }

    /// An account with a password.
    pub async fn create_account(&self, person: PersonId, login: &str, password: &str) -> Result<()> {
        Ok(self.identity.create_account(person, login, password).await?)
    }

    /// An account whose password its owner sets with the one-time code that is returned.
    pub async fn invite(&self, person: PersonId, login: &str) -> Result<String> {
        Ok(self.identity.invite(person, login).await?.code)
    }

    /// Listens, opens the rooms and starts the jobs.
    pub async fn serve(&mut self) -> Result<()> {
        let intake = Intake::new(self.ledger.clone(), self.database.clone(), self.files.clone());
        let rooms = Rooms::open(self.ledger.clone(), intake.clone(), self.identity.clone());
        let authority = self.authority.clone().context("the centre is not founded yet: kaibiao init")?;
        self.record_page().await?;
        let custody = self.custody()?;
        let app = Arc::new(App {
            custody: custody.clone(),
            ledger: self.ledger.clone(),
            intake,
            identity: self.identity.clone(),
            authority,
            database: self.database.clone(),
            files: self.files.clone(),
            uploads: self.uploads.clone(),
            bid_places: http::BidPlaces::default(),
            is_tls: self.config.tls.is_some(),
        });
        let router = http::router(app, live::router(rooms.clone()));
        let address: SocketAddr = self.config.listen.parse().context("listen is not an address")?;
        let handle = Handle::new();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let listener = http::listen(address).with_context(|| format!("cannot listen at {address}"))?;
        let server = match &self.config.tls {
            None => tokio::spawn(axum_server::from_tcp(listener)?.handle(handle.clone()).serve(service)),
            Some(tls) => {
                let config = tls_config(tls).await?;
                let server = axum_server::from_tcp_rustls(listener, config)?;
                tokio::spawn(server.handle(handle.clone()).serve(service))
            }
        };
        let stop = CancellationToken::new();
        let jobs = tokio::spawn(self.jobs(custody)?.run(stop.clone()));
        tokio::spawn(sweep(
            self.uploads.clone(),
            self.identity.clone(),
            self.ledger.clock().clone(),
            stop.clone(),
        ));
        tracing::info!(address = %address, tls = self.config.tls.is_some(), "listening");
        self.running = Some(Running { handle, rooms, stop, server, jobs });
        Ok(())
    }

    /// The digest of the page that seals stands in the log: anybody can compare what the browser got.
    async fn record_page(&self) -> Result<()> {
        let sha256 = http::page_digest()?;
        if self.ledger.centre().sealing_page != Some(sha256) {
            let command = CentreCommand::RecordSealingPage(RecordSealingPage { sha256 });
            self.ledger.system_centre(&command).await?;
        }
        Ok(())
    }

    /// The way to the custodians, where the configuration names their cards.
    fn custody(&self) -> Result<Option<Custody>> {
        let Some(CustodyConfig { cards }) = &self.config.custody else { return Ok(None) };
        Ok(Some(Custody::new(Arc::new(CardFolder::read(cards, &self.certificate()?)?))))
    }

    fn jobs(&self, custody: Option<Custody>) -> Result<Jobs> {
        let executable = std::env::current_exe().context("the path of this executable")?;
        let workspace = self.config.data.join("texts");
        std::fs::create_dir_all(&workspace)?;
        let texts = TextReader::new(executable, workspace, TextLimits::default());
        let pace = Pace { reading: self.config.reading_pace(), ..Pace::default() };
        let relays = Relays::new(&self.config.beacon.relays)?;
        let texts = Some(Arc::new(texts));
        let jobs = Jobs::new(self.ledger.clone(), self.files.clone(), custody, relays, texts, pace);
        Ok(jobs.with_times(self.times()?))
    }

    /// Time authorities: those that the configuration names; in a demonstration without any, the one in this process.
    fn times(&self) -> Result<TimeSources> {
        let addresses = &self.config.time_authorities;
        if self.mode == Mode::Demo && addresses.is_empty() {
            let authority = Box::new(self.embedded_time_authority()?);
            return Ok(TimeSources::Here(authority, self.ledger.clock().clone()));
        }
        Ok(TimeSources::there(addresses)?)
    }

    /// The time authority in this process. It counts where the log names its certificate.
    pub fn embedded_time_authority(&self) -> Result<EmbeddedAuthority> {
        Ok(EmbeddedAuthority::stored(&keys(&self.config).join("time.json"))?)
    }

    /// The certificate that the platform shows to custodians, with its key.
    pub fn certificate(&self) -> Result<OwnCertificate> {
        own_certificate(&self.config)
    }

    /// Stops: no new work, sockets are sent away, jobs end, open requests have a moment.
    pub async fn stop(&mut self) {
        let Some(running) = self.running.take() else { return };
        running.rooms.drain().await;
        running.handle.graceful_shutdown(Some(GRACE));
        running.stop.cancel();
        let _ = running.jobs.await;
        if let Ok(Err(error)) = running.server.await {
            tracing::warn!(%error, "the server ended with an error");
        }
    }
}

/// The certificate that the platform shows to custodians and to its signer, with its key; made on the first call.
pub fn own_certificate(config: &Config) -> Result<OwnCertificate> {
    Ok(OwnCertificate::stored(&keys(config).join("custody"), &config.origin)?)
}

/// The signer: in this process, or the one whose card the configuration names. The key of a log that has entries is never
/// made anew.
pub async fn signer(config: &Config, database: &Database) -> Result<SignerPort> {
    let Some(SignerConfig { card }) = &config.signer else {
        let key = keys(config).join("log.key");
        if !key.exists() && database.last_head().await?.is_some() {
            return Err(SignerError::KeyMissing(key).into());
        }
        let signer = Signer::embedded(&config.origin, &key, &config.second_store)?;
        return Ok(SignerPort::Here(Box::new(signer)));
    };
    let signer = RemoteSigner::new(&SignerCard::read(card)?, &own_certificate(config)?)?;
    let port = SignerPort::There(signer);
    if port.verifier().name() != config.origin {
        bail!("the signer signs another log: {}", port.verifier().name());
    }
    Ok(port)
}

/// The files of the log's key, where it is in this process.
pub fn log_key_files(config: &Config) -> Result<KeyFiles> {
    if config.signer.is_some() {
        bail!(
            "签名者另有进程，请在其机器上 kaibiao signer rotate · the signer is a program of its own: kaibiao signer rotate"
        )
    }
    Ok(KeyFiles::at(&config.origin, &keys(config).join("log.key"), &config.second_store))
}

/// The witnesses: one in this process, or those of the policy that the configuration names.
fn witnesses(config: &Config, signer: &SignerPort) -> Result<Witnesses> {
    let Some(path) = &config.witnesses else {
        return Ok(Witnesses::embedded(signer.verifier(), &keys(config).join("witness.key"))?);
    };
    let named = || path.display().to_string();
    let policy = Policy::parse(&std::fs::read_to_string(path).with_context(named)?).with_context(named)?;
    Witnesses::of_policy(signer.verifier(), policy).with_context(named)
}

/// One process at a time has the stores open: a command beside a running platform would write behind its back.
pub fn lock(config: &Config) -> Result<File> {
    make_folder(&config.data).with_context(|| config.data.display().to_string())?;
    let file = File::create(config.data.join("lock"))?;
    file.try_lock().context("another process has these stores open; stop it first")?;
    Ok(file)
}

fn keys(config: &Config) -> PathBuf {
    config.data.join("keys")
}

/// Removes what nobody finished: uploads and sessions beyond their life.
async fn sweep(uploads: Uploads, identity: Identity, clock: Clock, stop: CancellationToken) {
    const EVERY: Duration = Duration::from_secs(600);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let now = clock.now();
        if let Err(error) = uploads.expire(now.0 - UPLOAD_KEPT_MS).await {
            tracing::warn!(%error, "abandoned uploads were not removed");
        }
        if let Err(error) = identity.sweep_sessions(now).await {
            tracing::warn!(%error, "ended sessions were not removed");
        }
    }
}

/// TLS with the centre's own certificates, or one made now for localhost.
async fn tls_config(tls: &Tls) -> Result<RustlsConfig> {
    // A second call finds the provider installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match tls {
        Tls::Files { certificate, key } => RustlsConfig::from_pem_file(certificate, key)
            .await
            .context("the certificate or its key cannot be used"),
        Tls::SelfMade => {
            let made =
                rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
            let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
            Ok(RustlsConfig::from_pem(certificate.into_bytes(), key.into_bytes()).await?)
        }
    }
}
