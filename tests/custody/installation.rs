//! A production installation: founded by its commands, with a registrar, a host, a buyer, bidders and a committee.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kaibiao::base::{LongText, OrgId, PersonId, Role, ShortText};
use kaibiao::centre::{CentreCommand, Organisation, RegisterOrganisation, RegisterPerson, SetTimeLimits};
use kaibiao::client::{ActRequest, Client, Home, Retry, Signatory};
use kaibiao::law::{Amount, Rule, TimeLimits};
use kaibiao_crypto::checkpoint::NoteSigner;
use kaibiao_crypto::key::SigningKey;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::Instant;
use uuid::Uuid;

use crate::custodians::Custodians;
use crate::folder::Folder;
use crate::keepers::{SignerHouse, WitnessHouses};
use crate::process::{Daemon, done, free_ports, kaibiao, with_clock};

/// How many bidders there are: the law's least number.
pub const BIDDERS: usize = 3;
/// Custodians, and how many of them are needed.
const MEMBERS: u8 = 5;
const THRESHOLD: &str = "3";

/// A person with an account, a password in a file and a folder for the signing key.
pub struct Person {
    pub login: String,
    pub password: String,
    pub role: Role,
    pub org: OrgId,
    home: PathBuf,
}

impl Person {
    fn new(folder: &Path, login: &str, role: Role) -> Self {
        let home = folder.join("people").join(login);
        std::fs::create_dir_all(&home).expect("a folder");
        let password = format!("planted-password-{login}-{}", Uuid::new_v4());
        std::fs::write(home.join("password"), &password).expect("written");
        Self { login: login.to_owned(), password, role, org: OrgId(Uuid::new_v4()), home }
    }

    /// The folder of the signing key.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Adds to a command of the client who does it where.
    pub fn sign_in(&self, command: &mut Command, server: &str) {
        command.args(["--server", server, "--login", &self.login, "--home"]).arg(&self.home);
        command.arg("--password-file").arg(self.home.join("password"));
    }

    /// `kaibiao act`.
    pub fn act(&self, server: &str, kind: &str, body: &str) -> Command {
        let role = json!(self.role).as_str().expect("a role is text").to_owned();
        let mut act = kaibiao(["act", "--json", "--role", &role]);
        self.sign_in(&mut act, server);
        act.args([kind, body]);
        act
    }
}

/// Who keeps heads of the log beside the platform's own process.
#[derive(Clone, Copy, Default)]
pub struct Keepers {
    pub has_signer: bool,
    pub witnesses: usize,
    pub quorum: usize,
}

/// A copy of the platform's database, with the second store that goes with it.
pub struct Backup {
    folder: PathBuf,
    /// Entries in it.
    pub size: u64,
}

/// A centre with its server and its custodians, all of them processes.
pub struct Installation {
    pub folder: Folder,
    pub custodians: Custodians,
    pub registrar: Person,
    pub host: Person,
    pub buyer: Person,
    pub bidders: Vec<Person>,
    port: u16,
    database: Option<String>,
    signer: Option<SignerHouse>,
    witnesses: Option<WitnessHouses>,
    policy: Option<PathBuf>,
    server: Option<Daemon>,
    /// How long it took to set up: a measure of this machine, from which openings are timed.
    pub effort: Duration,
}

impl Installation {
    /// Everything up to a centre that can publish tenders; on SQLite, or in the PostgreSQL database of this address.
    pub async fn new(database: Option<String>) -> Self {
        Self::with_newcomers(database, 0).await
    }

    /// The same, whose heads are kept by these.
    pub async fn with_keepers(database: Option<String>, keepers: Keepers) -> Self {
        Self::set_up(database, MEMBERS, keepers).await
    }

    /// The same, with so many houses more that are in no committee.
    pub async fn with_newcomers(database: Option<String>, newcomers: u8) -> Self {
        Self::set_up(database, MEMBERS + newcomers, Keepers::default()).await
    }

    async fn set_up(database: Option<String>, members: u8, keepers: Keepers) -> Self {
        let begun = Instant::now();
        let mut installation = Self::founded_with(database, members, keepers).await;
        if let Some(witnesses) = &mut installation.witnesses {
            witnesses.start_all().await;
        }
        installation.start_server(None).await;
        installation.register().await;
        let outcome = installation.hold_ceremony().await;
        for index in 1..=MEMBERS {
            installation.custodians.start(index).await;
        }
        let body = format!("@{}", outcome.display());
        done(installation.registrar.act(&installation.url(), "AppointCommittee", &body)).await;
        installation.effort = begun.elapsed();
        installation
    }

    /// A founded centre with a registrar and the houses of `members` custodians; nothing runs yet.
    pub async fn founded(database: Option<String>, members: u8) -> Self {
        Self::founded_with(database, members, Keepers::default()).await
    }

    /// The same, whose heads are kept by these; a signer runs, witnesses do not yet.
    pub async fn founded_with(database: Option<String>, members: u8, keepers: Keepers) -> Self {
        let folder = Folder::new();
        let custodians = Custodians::make(&folder.path().join("custody"), members).await;
        let person = |login: &str, role| Person::new(folder.path(), login, role);
        let mut installation = Self {
            registrar: person("registrar", Role::Registrar),
            host: person("host", Role::Host),
            buyer: person("buyer", Role::Buyer),
            bidders: (1..=BIDDERS).map(|place| person(&format!("bidder{place}"), Role::Bidder)).collect(),
            port: free_ports(1)[0],
            custodians,
            database,
            signer: None,
            witnesses: None,
            policy: None,
            server: None,
            effort: Duration::ZERO,
            folder,
        };
        installation.write_config();
        installation.make_keepers(keepers).await;
        let init = ["init", "--name", "测试中心", "--name-en", "Test centre"];
        let printed = done(installation.platform(&init)).await;
        if let Some(witnesses) = &installation.witnesses {
            witnesses.add_log(printed.trim().rsplit(' ').next().expect("the log's key")).await;
        }
        let create = ["admin", "create", "--login", "registrar", "--name", "张三"];
        let printed = done(installation.platform(&create)).await;
        let code = printed.trim().rsplit(' ').next().expect("a code").to_owned();
        std::fs::write(installation.registrar.home.join("code"), code).expect("written");
        installation
    }

    async fn make_keepers(&mut self, keepers: Keepers) {
        if keepers.has_signer {
            let certificate = done(self.platform(&["certificate"])).await;
            let home = self.folder.path().join("signer");
            let mut signer = SignerHouse::make(home, &self.origin(), certificate.trim()).await;
            signer.start(None).await;
            self.signer = Some(signer);
        }
        if keepers.witnesses > 0 {
            let witnesses =
                WitnessHouses::make(self.folder.path().join("witnesses"), keepers.witnesses).await;
            self.policy = Some(witnesses.policy(keepers.quorum));
            self.witnesses = Some(witnesses);
        }
        self.write_config();
    }

    fn write_config(&self) {
        let policy = self.policy.as_ref().map(|path| format!("witnesses = {path:?}\n")).unwrap_or_default();
        let signer = self.signer.as_ref().map(|signer| format!("[signer]\ncard = {:?}\n", signer.card()));
        let text = format!(
            "origin = {0:?}\ndata = {1:?}\nsecond_store = {2:?}\nlisten = \"127.0.0.1:{3}\"\n\
             mirror = {6:?}\nreading_pace_ms = 0\n{policy}[custody]\ncards = {4:?}\n{5}",
            self.origin(),
            self.data(),
            self.second_store(),
            self.port,
            self.custodians.cards(),
            signer.unwrap_or_default(),
            self.mirror(),
        );
        std::fs::write(self.config(), text).expect("written");
    }

    /// The witnesses' policy from now on.
    pub fn set_policy(&mut self, path: &Path) {
        self.policy = Some(path.to_owned());
        self.write_config();
    }

    /// Origin of the log.
    pub fn origin(&self) -> String {
        format!("localhost:{}/tlog/1", self.port)
    }

    fn second_store(&self) -> PathBuf {
        self.folder.path().join("elsewhere/head.json")
    }

    /// The second copy of the log.
    pub fn mirror(&self) -> PathBuf {
        self.folder.path().join("elsewhere/mirror")
    }

    /// The signer.
    pub fn signer(&mut self) -> &mut SignerHouse {
        self.signer.as_mut().expect("a signer of its own")
    }

    /// The witnesses.
    pub fn witnesses(&mut self) -> &mut WitnessHouses {
        self.witnesses.as_mut().expect("witnesses")
    }

    /// The log's public key, as an operator reads it off the machine.
    pub async fn log_key(&self) -> String {
        let key = std::fs::read(self.data().join("keys/log.key")).expect("a key");
        let key = SigningKey::from_pkcs8(&key).expect("a key");
        NoteSigner::new(&self.origin(), key).expect("a signer").verifier().vkey()
    }

    /// Whether the server runs.
    pub fn is_running(&self) -> bool {
        self.server.is_some()
    }

    /// A key for the registrar, so that there is somebody who can act.
    pub async fn register_nobody_else(&self) {
        let mut key = kaibiao(["key", "new"]);
        self.registrar.sign_in(&mut key, &self.url());
        done(key).await;
    }

    /// An act that binds nobody.
    pub fn harmless_act(&self) -> Command {
        harmless_act(&self.registrar, &self.url())
    }

    /// Waits until the platform has done what it does by itself after its start: its first reading of the clocks.
    pub async fn rests(&self) {
        let size = async || {
            let note = self.client().get_bytes("/log/checkpoint/signed").await.expect("a head");
            String::from_utf8(note).expect("text").lines().nth(1).expect("a size").to_owned()
        };
        let mut last = size().await;
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = size().await;
            if now == last {
                return;
            }
            last = now;
        }
    }

    /// Copies the database and the second store as they are; the server stands still meanwhile.
    pub async fn back_up(&mut self) -> Backup {
        let was_running = self.is_running();
        let size = match was_running {
            true => {
                let note = self.client().get_bytes("/log/checkpoint/signed").await.expect("a head");
                let text = String::from_utf8(note).expect("text");
                text.lines().nth(1).and_then(|line| line.parse().ok()).expect("a size")
            }
            false => 0,
        };
        if was_running {
            self.stop_server().await;
        }
        let folder = self.folder.path().join(format!("backup-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&folder).expect("a folder");
        match &self.database {
            Some(url) => {
                let mut dump = Command::new("pg_dump");
                dump.args(["--clean", "--if-exists", "--file"]).arg(folder.join("dump.sql")).arg(url);
                done(dump).await;
            }
            None => copy_sqlite(&self.data(), &folder),
        }
        if self.second_store().exists() {
            std::fs::copy(self.second_store(), folder.join("head.json")).expect("copied");
        }
        if was_running {
            self.start_server(None).await;
        }
        Backup { folder, size }
    }

    /// Puts a copy back.
    pub async fn restore(&self, backup: &Backup) {
        match &self.database {
            Some(url) => {
                let mut restore = Command::new("psql");
                restore.args(["--quiet", "--file"]).arg(backup.folder.join("dump.sql")).arg(url);
                done(restore).await;
            }
            None => copy_sqlite(&backup.folder, &self.data()),
        }
        let head = backup.folder.join("head.json");
        if head.exists() {
            std::fs::copy(head, self.second_store()).expect("copied");
        }
    }

    /// A second platform on a copy of this one's database and keys, with the card of the same signer.
    pub async fn twin(&self, backup: &Backup) -> Twin {
        let port = free_ports(1)[0];
        let data = self.folder.path().join("twin");
        let mut copy = Command::new("cp");
        copy.arg("-r").arg(self.data()).arg(&data);
        done(copy).await;
        copy_sqlite(&backup.folder, &data);
        let text = std::fs::read_to_string(self.config()).expect("readable");
        let text = text.replace(&format!("{:?}", self.data()), &format!("{data:?}"));
        let text = text.replace(&format!("127.0.0.1:{}", self.port), &format!("127.0.0.1:{port}"));
        let config = self.folder.path().join("twin.toml");
        std::fs::write(&config, text).expect("written");
        Twin { config, log: self.folder.path().join("twin.log"), port, server: None }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("kaibiao.toml")
    }

    /// The folder of the server's data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the server writes its log.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// What the database says, where it does not lie in the folder of the data: a dump of it, with bytes in hexadecimal.
    pub async fn dumped_database(&self) -> PathBuf {
        let path = self.folder.path().join("database.sql");
        match &self.database {
            Some(url) => {
                let mut dump = Command::new("pg_dump");
                dump.arg("--file").arg(&path).arg(url);
                done(dump).await;
            }
            None => std::fs::write(&path, "in the folder of the data").expect("written"),
        }
        path
    }

    /// A command of the operator's.
    pub fn platform(&self, arguments: &[&str]) -> Command {
        let mut command = kaibiao(arguments);
        command.arg("--config").arg(self.config());
        if let Some(database) = &self.database {
            command.env("KAIBIAO_DATABASE", database);
        }
        command
    }

    /// The server's address.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Starts the server, with another clock where `offset` says so; the registrar's account is opened at the first time.
    pub async fn start_server(&mut self, offset: Option<&str>) {
        let mut serve = self.platform(&["serve"]);
        if let Some(offset) = offset {
            with_clock(&mut serve, offset);
        }
        let mut daemon = Daemon::start(serve, &self.log());
        daemon.listens(self.port).await;
        self.server = Some(daemon);
        let code = self.registrar.home.join("code");
        if let Ok(text) = std::fs::read_to_string(&code) {
            self.enrol(&self.registrar, &text).await;
            std::fs::remove_file(code).expect("removed");
        }
    }

    /// The server's process.
    pub fn server(&self) -> &Daemon {
        self.server.as_ref().expect("it runs")
    }

    /// kill -9 of the server.
    pub async fn kill_server(&mut self) {
        self.server.take().expect("it runs").kill().await;
    }

    /// Stops the server as an operator does.
    pub async fn stop_server(&mut self) {
        self.server.take().expect("it runs").stop().await;
    }

    /// A connection of a stranger, patient enough for a server that is just being restarted.
    pub fn client(&self) -> Client {
        Client::connect_with(&self.url(), None, Retry::default()).expect("an address")
    }

    async fn enrol(&self, person: &Person, code: &str) {
        let asked = json!({"login": person.login, "code": code, "password": person.password});
        let _: Value = self.client().post("/api/enrolment", &asked).await.expect("enrolled");
    }

    /// The people of both sides, as the registrar registers them, each with an account.
    async fn register(&self) {
        let client = self.client();
        client.sign_in(&self.registrar.login, &self.registrar.password).await.expect("signed in");
        let home = Home::new(&self.registrar.home);
        let registrar = Signatory::open(client, &home, false).await.expect("a certified key");
        let overrides = [
            (Rule::CandidatePublicity, Amount::seconds(1)),
            (Rule::ChangeBeforeDeadline, Amount::seconds(0)),
            (Rule::KeyReplacement, Amount::seconds(0)),
            (Rule::NoticeToDeadline, Amount::seconds(1)),
        ];
        let limits = TimeLimits::of(overrides, LongText::new("演练：期限以秒计").expect("a text"));
        centre(&registrar, &CentreCommand::SetTimeLimits(SetTimeLimits { limits })).await;
        for person in [&self.host, &self.buyer].into_iter().chain(&self.bidders) {
            let name = || ShortText::new(format!("单位 {}", person.login)).expect("a name");
            let organisation = Organisation { credit_code: None, name: name(), name_en: name() };
            let organisation = RegisterOrganisation { org: person.org, organisation };
            centre(&registrar, &CentreCommand::RegisterOrganisation(organisation)).await;
            let id = PersonId(Uuid::new_v4());
            let register =
                RegisterPerson { name: name(), org: person.org, person: id, roles: vec![person.role] };
            centre(&registrar, &CentreCommand::RegisterPerson(register)).await;
            let asked = json!({"person": id, "login": person.login});
            let invited: Value = registrar.client().post("/api/admin/people", &asked).await.expect("invited");
            self.enrol(person, invited["code"].as_str().expect("a code")).await;
            let mut key = kaibiao(["key", "new"]);
            person.sign_in(&mut key, &self.url());
            done(key).await;
        }
    }

    /// The ceremony, and what the custodians' people write down of the platform; gives the outcome.
    async fn hold_ceremony(&self) -> PathBuf {
        let cards = (1..=MEMBERS).map(|index| self.custodians.card(index));
        let session = done(self.new_ceremony(THRESHOLD, cards)).await.trim().to_owned();
        let url = self.url();
        let joins = (1..=MEMBERS).map(|index| done(self.custodians.join(index, &url, &session)));
        futures_util::future::join_all(joins).await;
        let outcome = self.export_ceremony(&session).await;
        let centre: Value = self.client().get("/api/centre").await.expect("the centre");
        let certificate = std::fs::read(self.data().join("keys/custody/tls.der")).expect("a certificate");
        self.custodians.trust(&centre, &certificate);
        outcome
    }

    /// `committee new` over the cards of all; gives the session.
    pub async fn begin_ceremony(&self, threshold: &str) -> String {
        let cards = self.custodians.indices().map(|index| self.custodians.card(index));
        done(self.new_ceremony(threshold, cards)).await.trim().to_owned()
    }

    /// `committee new` by the registrar over `cards`.
    pub fn new_ceremony(&self, threshold: &str, cards: impl Iterator<Item = PathBuf>) -> Command {
        let mut new = kaibiao(["committee", "new", "--threshold", threshold]);
        self.registrar.sign_in(&mut new, &self.url());
        new.args(cards);
        new
    }

    /// `committee export`; gives the file.
    pub async fn export_ceremony(&self, session: &str) -> PathBuf {
        let out = self.folder.path().join("committee.json");
        let mut export = kaibiao(["committee", "export", "--server", &self.url(), "--session", session]);
        export.arg("--out").arg(&out);
        done(export).await;
        out
    }
}

/// A second platform on a copy.
pub struct Twin {
    config: PathBuf,
    log: PathBuf,
    port: u16,
    server: Option<Daemon>,
}

impl Twin {
    /// Starts it.
    pub async fn start_server(&mut self) {
        let mut serve = kaibiao(["serve", "--config"]);
        serve.arg(&self.config);
        let mut daemon = Daemon::start(serve, &self.log);
        daemon.listens(self.port).await;
        self.server = Some(daemon);
    }

    /// An act that binds nobody, sent to this one.
    pub fn harmless_act(&self, registrar: &Person) -> Command {
        harmless_act(registrar, &format!("http://localhost:{}", self.port))
    }

    /// kill -9; gives what it has said.
    pub async fn kill(mut self) -> String {
        let daemon = self.server.take().expect("it runs");
        let said = daemon.said();
        daemon.kill().await;
        said
    }
}

/// The database of a folder, with what is not yet written into its main file.
fn copy_sqlite(from: &Path, to: &Path) {
    for name in ["kaibiao.db", "kaibiao.db-wal", "kaibiao.db-shm"] {
        let _ = std::fs::remove_file(to.join(name));
    }
    for name in ["kaibiao.db", "kaibiao.db-wal"] {
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).expect("copied");
        }
    }
}

fn harmless_act(registrar: &Person, server: &str) -> Command {
    let name = format!("单位 {}", Uuid::new_v4());
    let organisation = json!({"credit_code": null, "name": name, "name_en": name});
    let body = json!({"org": Uuid::new_v4(), "organisation": organisation});
    registrar.act(server, "RegisterOrganisation", &body.to_string())
}

async fn centre(registrar: &Signatory, command: &CentreCommand) {
    let mut tagged = serde_json::to_value(command).expect("a command");
    let kind = tagged["type"].as_str().expect("a type").to_owned();
    let body = tagged["body"].take();
    let request = ActRequest { kind, tender: None, lot: None, role: Role::Registrar, body };
    registrar.act(&request).await.expect("accepted");
}
