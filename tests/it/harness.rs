//! A centre on a clock that the test holds: typed people, their keys, the ledger, files, five custodians and the jobs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao::base::{Instant, KeyId, LotId, OrgId, PersonId, Role, ShortText, Span, TenderId};
use kaibiao::centre::{
    AppointCommittee, CentreCommand, CertifyKey, FoundCentre, KeyRecord, Organisation, RegisterOrganisation,
    RegisterPerson, SetTimeLimits,
};
use kaibiao::custodian::{Custodian, CustodianError, Trust};
use kaibiao::custody::{CustodianPort, Custody};
use kaibiao::files::Files;
use kaibiao::files::upload::Uploads;
use kaibiao::jobs::{Jobs, Pace, Relays};
use kaibiao::law::{Amount, Rule, TimeLimits, Unit};
use kaibiao::ledger::{Accepted, Clock, Ledger, LedgerError, Mirror, Places, Rejected, Witnesses};
use kaibiao::limits::UploadLimits;
use kaibiao::signer::{Signer, SignerPort};
use kaibiao::store::Database;
use kaibiao::tender::{Command, LotCommand, Tender, TenderCommand};
use kaibiao_crypto::act::{Nonce, Payload, SignedAct, VERSION};
use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::key::{Algorithm, SigningKey};
use ring::rand::SystemRandom;
use uuid::Uuid;

use crate::committee::{self, LocalCustodian};
use crate::folder::Folder;
use crate::postgres;
use crate::terms::long;

/// Origin of the test's log.
pub const ORIGIN: &str = "test.kaibiao.example/tlog/1";
/// When a test begins, 2024-10-15T00:13:33+08:00: the opening is announced for the second of a published beacon.
pub const START: Instant = Instant(1_728_922_413_000);
/// From publication to opening, by the test centre's limits.
pub const PERIOD: Span = Span::seconds(3600);

/// The lot of the test tender.
pub fn lot() -> LotId {
    "1".parse().expect("a lot id")
}

/// Relays of beacons at these addresses.
pub fn relays(addresses: &[String]) -> Relays {
    Relays::new(addresses).expect("a client")
}

/// A person with a key.
pub struct Actor {
    /// Who.
    pub person: PersonId,
    /// For whom.
    pub org: OrgId,
    /// As what.
    pub role: Role,
    /// The key.
    pub key: SigningKey,
}

impl Actor {
    /// A new person with a new key: each of the three algorithms is somebody's.
    pub fn new(org: OrgId, role: Role) -> Self {
        let alg = match role {
            Role::Host => Algorithm::P256,
            Role::Buyer | Role::Expert => Algorithm::Sm2,
            _ => Algorithm::Ed25519,
        };
        let key = SigningKey::generate_of(alg, &SystemRandom::new()).expect("randomness");
        Self { person: PersonId(Uuid::new_v4()), org, role, key }
    }

    /// The same person with another key.
    pub fn with_new_key(&self) -> Self {
        Self { person: self.person, ..Self::new(self.org, self.role) }
    }

    /// Id of the key.
    pub fn key_id(&self) -> KeyId {
        self.key.public().key_id()
    }

    /// The key as it is registered.
    pub fn record(&self) -> KeyRecord {
        KeyRecord {
            alg: self.key.public().alg().byte(),
            device: text("laptop"),
            person: self.person,
            spki: STANDARD.encode(self.key.public().spki()),
        }
    }

    /// A signed act of this person.
    pub fn sign(
        &self,
        tender: Option<TenderId>,
        lot: Option<LotId>,
        kind: &str,
        body: &serde_json::Value,
    ) -> SignedAct {
        let (payload, detached) = self.payload(tender, lot, kind, body);
        SignedAct::sign(&self.key, &payload, detached).expect("a payload")
    }

    /// What this person would sign, and its body if that stands beside it.
    pub fn payload(
        &self,
        tender: Option<TenderId>,
        lot: Option<LotId>,
        kind: &str,
        body: &serde_json::Value,
    ) -> (Payload, Option<Vec<u8>>) {
        let role = serde_json::to_value(self.role).expect("a role is text");
        let mut payload = Payload {
            actor: self.person.to_string(),
            body: None,
            body_sha256: None,
            client_time: 0,
            lot: lot.map(|lot| lot.to_string()),
            nonce: Nonce::generate(&SystemRandom::new()).expect("randomness"),
            origin: ORIGIN.to_owned(),
            prev: None,
            role: role.as_str().expect("a role is text").to_owned(),
            seen: None,
            tender: tender.map(|tender| tender.to_string()),
            kind: kind.to_owned(),
            v: VERSION,
        };
        let detached = payload.take_body(body).expect("a body");
        (payload, detached)
    }
}

/// A line of text.
pub fn text(text: &str) -> ShortText {
    ShortText::new(text).expect("a short text")
}

/// A centre.
pub struct Center {
    pub ledger: Ledger,
    pub files: Files,
    pub uploads: Uploads,
    pub jobs: Jobs,
    pub clock: Clock,
    pub tender: TenderId,
    pub authority: Actor,
    pub host: Actor,
    pub recorder: Actor,
    pub buyer: Actor,
    pub supervisor: Actor,
    pub bidders: Vec<Actor>,
    pub experts: Vec<Actor>,
    /// Addresses of relays of beacons.
    pub beacons: Vec<String>,
    pub custody: PathBuf,
    pub root: PathBuf,
    pub url: String,
    pub home: PathBuf,
    /// Removed with the centre; none if it belongs to another process.
    _folder: Option<Folder>,
}

impl Center {
    pub async fn on_sqlite() -> Self {
        let folder = Folder::new();
        Self::begin(Self::sqlite_in(folder.path()), folder).await
    }

    /// The database of a centre in `home`.
    pub fn sqlite_in(home: &Path) -> String {
        format!("sqlite://{}", home.join("house.db").display())
    }

    pub async fn on_postgres() -> Self {
        Self::begin(postgres::new_database(), Folder::new()).await
    }

    async fn begin(url: String, folder: Folder) -> Self {
        let mut center = Self::open(url, folder.path()).await;
        center._folder = Some(folder);
        center.found().await;
        center.appoint().await;
        center
    }

    /// The stores in `home`, opened, with new people whom nobody knows there yet.
    pub async fn open(url: String, home: &Path) -> Self {
        let clock = Clock::held_at(START);
        let ledger = open_ledger(&url, home, clock.clone()).await.expect("the ledger opens");
        let root = home.join("files");
        let files = Files::open(&root).expect("files");
        let uploads = Uploads::new(files.clone(), ledger.database().clone(), UploadLimits::default());
        let (centre, agency, buyer) = (org(), org(), org());
        Self {
            jobs: Jobs::new(ledger.clone(), files.clone(), None, relays(&[]), None, Pace::default()),
            ledger,
            files,
            uploads,
            clock,
            tender: TenderId(Uuid::new_v4()),
            authority: Actor::new(centre, Role::Registrar),
            host: Actor::new(agency, Role::Host),
            recorder: Actor::new(agency, Role::Recorder),
            buyer: Actor::new(buyer, Role::Buyer),
            supervisor: Actor::new(org(), Role::Supervisor),
            bidders: (0..4).map(|_| Actor::new(org(), Role::Bidder)).collect(),
            beacons: Vec::new(),
            experts: (0..7).map(|_| Actor::new(org(), Role::Expert)).collect(),
            custody: home.join("custody"),
            root,
            url,
            home: home.to_owned(),
            _folder: None,
        }
    }

    /// Closes nothing politely: opens the same stores again, as after a kill.
    pub async fn restart(&mut self) {
        let ledger = open_ledger(&self.url, &self.home, self.clock.clone()).await;
        self.ledger = ledger.expect("the ledger opens again");
        self.uploads =
            Uploads::new(self.files.clone(), self.ledger.database().clone(), UploadLimits::default());
        self.jobs = self.new_jobs(&[1, 2, 3, 4, 5]).await;
    }

    async fn found(&self) {
        let organisation =
            |name: &str| Organisation { credit_code: None, name: text(name), name_en: text(name) };
        let found = FoundCentre {
            authority: self.authority.record(),
            centre: organisation("测试中心"),
            org: self.authority.org,
        };
        self.ledger.system_centre(&CentreCommand::FoundCentre(found)).await.expect("founded");
        let people = [&self.host, &self.recorder, &self.buyer, &self.supervisor];
        for actor in people.into_iter().chain(&self.bidders).chain(&self.experts) {
            let register = RegisterOrganisation { org: actor.org, organisation: organisation("单位") };
            let registered = self.centre(CentreCommand::RegisterOrganisation(register)).await;
            let is_known = registered.is_err_and(|rejected| rejected.code() != "organisation_exists");
            assert!(!is_known, "the organisation is registered once");
            self.register(actor).await;
            self.centre(CentreCommand::CertifyKey(CertifyKey { key: actor.record() }))
                .await
                .expect("certified");
        }
        let hour = |rule| (rule, Amount { count: 1, unit: Unit::Hours });
        let rules = [Rule::NoticeToDeadline, Rule::CandidatePublicity];
        let at_once = (Rule::ChangeBeforeDeadline, Amount::seconds(0));
        let limits = TimeLimits::of(rules.map(hour).into_iter().chain([at_once]), long("测试：期限以小时计"));
        self.centre(CentreCommand::SetTimeLimits(SetTimeLimits { limits })).await.expect("limits");
    }

    /// Registers a person of a registered organisation.
    pub async fn register(&self, actor: &Actor) {
        let person = RegisterPerson {
            name: text("某人"),
            org: actor.org,
            person: actor.person,
            roles: vec![actor.role],
        };
        self.centre(CentreCommand::RegisterPerson(person)).await.expect("registered");
    }

    async fn appoint(&mut self) {
        let names: Vec<ShortText> = (1..=5).map(|index| text(&format!("托管人{index}"))).collect();
        let committee = committee::make(&self.custody, &names, 3).expect("a committee");
        self.centre(CentreCommand::AppointCommittee(AppointCommittee { committee }))
            .await
            .expect("appointed");
        self.jobs = self.new_jobs(&[1, 2, 3, 4, 5]).await;
    }

    /// Jobs that reach these custodians.
    pub async fn new_jobs(&self, reachable: &[u8]) -> Jobs {
        self.jobs_through(self.ports(reachable).await)
    }

    /// The ways to these custodians.
    pub async fn ports(&self, reachable: &[u8]) -> BTreeMap<u8, Arc<dyn CustodianPort>> {
        let mut ports = BTreeMap::new();
        for index in reachable {
            ports.insert(*index, self.port(*index, Span(0)).await);
        }
        ports
    }

    /// Custodian `index`, whose clock is so much behind.
    pub async fn custodian(&self, index: u8, behind: Span) -> Result<Custodian, CustodianError> {
        let clock = self.clock.clone();
        let witnesses = self.ledger.witness_vkeys();
        let trust = Trust {
            log: NoteVerifier::parse(&self.ledger.log_vkey()).expect("a vkey"),
            witnesses: witnesses.iter().map(|key| NoteVerifier::parse(key).expect("a vkey")).collect(),
            quorum: 1,
        };
        committee::open(&self.custody, index, trust, Arc::new(move || clock.now() + Span(-behind.0))).await
    }

    /// The way to custodian `index`.
    pub async fn port(&self, index: u8, behind: Span) -> Arc<dyn CustodianPort> {
        let custodian = self.custodian(index, behind).await.expect("a custodian");
        Arc::new(LocalCustodian(Arc::new(custodian)))
    }

    /// Jobs that reach custodians these ways.
    pub fn jobs_through(&self, ports: BTreeMap<u8, Arc<dyn CustodianPort>>) -> Jobs {
        self.jobs_covering(ports, None)
    }

    /// Jobs that reach custodians these ways, with batches of cover at this pace.
    pub fn jobs_covering(&self, ports: BTreeMap<u8, Arc<dyn CustodianPort>>, cover: Option<Span>) -> Jobs {
        let custody = Custody::new(Arc::new(ports));
        let pace = Pace { reading: Span(0), cover };
        Jobs::new(self.ledger.clone(), self.files.clone(), Some(custody), relays(&self.beacons), None, pace)
    }

    /// An act of the certification authority.
    pub async fn centre(&self, command: CentreCommand) -> Result<Accepted, Rejected> {
        self.centre_by(&self.authority, &command).await
    }

    /// An act of `actor` on the centre.
    pub async fn centre_by(&self, actor: &Actor, command: &CentreCommand) -> Result<Accepted, Rejected> {
        let tagged = serde_json::to_value(command).expect("a command");
        let kind = tagged["type"].as_str().expect("a type").to_owned();
        self.ledger.submit(actor.sign(None, None, &kind, &tagged["body"])).await
    }

    /// An act of `actor` on the tender.
    pub async fn tender(&self, actor: &Actor, command: TenderCommand) -> Result<Accepted, Rejected> {
        self.act(actor, Command::Tender(command)).await
    }

    /// An act of `actor` on the lot.
    pub async fn lot(&self, actor: &Actor, command: LotCommand) -> Result<Accepted, Rejected> {
        self.act(actor, Command::Lot(lot(), command)).await
    }

    /// An act of `actor`.
    pub async fn act(&self, actor: &Actor, command: Command) -> Result<Accepted, Rejected> {
        let (kind, lot, body) = command.encode().expect("a command");
        self.ledger.submit(actor.sign(Some(self.tender), lot, &kind, &body)).await
    }

    /// The tender as committed.
    pub fn state(&self) -> Arc<Tender> {
        self.ledger.tender(self.tender).expect("the tender")
    }

    /// Does everything that is due now.
    pub async fn settle(&mut self) {
        for _ in 0..1000 {
            if !self.jobs.turn().await {
                return;
            }
        }
        panic!("the jobs do not come to rest");
    }
}

/// The ledger on the database at `url`, with keys, second store and mirror in `home`.
pub async fn open_ledger(url: &str, home: &Path, clock: Clock) -> Result<Ledger, LedgerError> {
    let database = Database::open(url).await.expect("the database opens");
    database.migrate().await.expect("the schema is made");
    let signer = Signer::embedded(ORIGIN, &home.join("keys/log.key"), &home.join("elsewhere/head.json"));
    let signer = signer.expect("a signer");
    let places = Places {
        database,
        witnesses: Witnesses::embedded(signer.verifier(), &home.join("keys/witness.key")).expect("a witness"),
        signer: SignerPort::Here(Box::new(signer)),
        mirror: Some(Mirror::at(&home.join("elsewhere/mirror"))),
        evidence: home.join("evidence"),
    };
    Ledger::open(places, clock).await
}

/// A new organisation.
pub fn org() -> OrgId {
    OrgId(Uuid::new_v4())
}

/// The code of a refusal.
pub fn code(result: Result<Accepted, Rejected>) -> &'static str {
    match result {
        Ok(_) => "accepted",
        Err(rejected) => rejected.code(),
    }
}

/// Runs each named test on both databases.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::harness::Center::on_sqlite().await).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::harness::Center::on_postgres().await).await;
            })+
        }
    };
}
