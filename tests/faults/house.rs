//! The stores of a drill: a database, the log's key and second store, and one registrar who acts.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao::base::{OrgId, PersonId, Role};
use kaibiao::centre::{CentreCommand, FoundCentre, Organisation, RegisterPerson};
use kaibiao::ledger::{Clock, Ledger, LedgerError, Places, Witnesses};
use kaibiao::signer::{KeptHead, Signer, SignerPort};
use kaibiao::store::Database;
use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::key::SigningKey;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::folder::Folder;
use crate::harness::{Actor, ORIGIN, START, text};
use crate::postgres;

/// The folder of the database, where that is a file.
pub const DATA: &str = "data";

/// Where things are, and who acts.
pub struct House {
    /// Address of the database.
    pub url: String,
    /// Folder of keys and second store; of the database too, where that is a file.
    pub home: PathBuf,
    /// The authority of the centre.
    pub registrar: Actor,
    _folder: Option<Folder>,
}

impl House {
    /// Nothing yet, in a new folder.
    pub fn on_sqlite() -> Self {
        let folder = Folder::new();
        let house = Self::at(folder.path());
        Self { _folder: Some(folder), ..house }
    }

    /// Nothing yet, on the tests' server.
    pub fn on_postgres() -> Self {
        Self { url: postgres::new_database(), ..Self::on_sqlite() }
    }

    /// Nothing yet, in `home`, which stays; the database a file there.
    pub fn at(home: &Path) -> Self {
        let data = home.join(DATA);
        std::fs::create_dir_all(&data).expect("a folder can be made");
        let url = format!("sqlite://{}", data.join("house.db").display());
        let registrar = Actor::new(OrgId(Uuid::new_v4()), Role::Registrar);
        Self { url, home: home.to_owned(), registrar, _folder: None }
    }

    /// The same people over other stores, the database a file.
    pub fn moved_to(self, home: &Path) -> Self {
        Self { registrar: self.registrar, ..Self::at(home) }
    }

    /// The same house over another database.
    pub fn over(self, url: String) -> Self {
        Self { url, ..self }
    }

    /// The same people over the same database, with the log's keys and a second store of their own.
    pub fn beside(&self, home: &Path) -> Self {
        let keys = home.join("keys");
        std::fs::create_dir_all(&keys).expect("a folder");
        for key in ["log.key", "witness.key"] {
            std::fs::copy(self.home.join("keys").join(key), keys.join(key)).expect("a key");
        }
        Self { home: home.to_owned(), ..Self::of_order(&self.order()) }
    }

    /// Which database it is on.
    pub fn engine(&self) -> &'static str {
        if self.url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" }
    }

    /// The same house for a child process.
    pub fn order(&self) -> Value {
        let key = STANDARD.encode(self.registrar.key.to_pkcs8());
        let Actor { person, org, .. } = self.registrar;
        json!({ "url": self.url, "home": self.home, "key": key, "person": person, "org": org })
    }

    /// The house of an order.
    pub fn of_order(order: &Value) -> Self {
        let text = |name: &str| order[name].as_str().expect("text");
        let key = STANDARD.decode(text("key")).expect("base64");
        let id = |name: &str| order[name].clone();
        let registrar = Actor {
            person: serde_json::from_value(id("person")).expect("an id"),
            org: serde_json::from_value(id("org")).expect("an id"),
            role: Role::Registrar,
            key: SigningKey::from_pkcs8(&key).expect("a key"),
        };
        Self { url: text("url").to_owned(), registrar, ..Self::at(text("home").as_ref()) }
    }

    /// Opens the stores as the platform does.
    pub async fn open(&self) -> Result<Ledger, LedgerError> {
        let database = Database::open(&self.url).await?;
        database.migrate().await?;
        let signer = Signer::embedded(ORIGIN, &self.home.join("keys/log.key"), &self.second_store())?;
        let places = Places {
            database,
            witnesses: Witnesses::embedded(signer.verifier(), &self.home.join("keys/witness.key"))?,
            signer: SignerPort::Here(Box::new(signer)),
            mirror: None,
            evidence: self.home.join("evidence"),
        };
        Ledger::open(places, Clock::held_at(START)).await
    }

    /// Waits until the database has done or dropped what processes that are gone had asked of it.
    pub async fn is_left_alone(&self) {
        const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
        if self.engine() == "SQLite" {
            return;
        }
        let mut connection = PgConnection::connect(&self.url).await.expect("the server answers");
        while sqlx::query_scalar::<_, i64>(OTHERS).fetch_one(&mut connection).await.expect("counted") > 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        connection.close().await.expect("closed");
    }

    /// Opens the stores and makes the registrar the authority of a centre, unless there is one.
    pub async fn open_founded(&self) -> Result<Ledger, LedgerError> {
        let ledger = self.open().await?;
        if ledger.head().size == 0 {
            let found = FoundCentre {
                authority: self.registrar.record(),
                centre: Organisation {
                    credit_code: None, name: text("测试中心"), name_en: text("Centre")
                },
                org: self.registrar.org,
            };
            ledger.system_centre(&CentreCommand::FoundCentre(found)).await.expect("founded");
        }
        Ok(ledger)
    }

    /// One more person registered: the smallest act of a registrar; with a name of so many characters.
    pub fn act(&self, characters: usize) -> SignedAct {
        let person = RegisterPerson {
            name: text(&"某".repeat(characters.clamp(1, 60))),
            org: self.registrar.org,
            person: PersonId(Uuid::new_v4()),
            roles: vec![Role::Bidder],
        };
        let body = serde_json::to_value(&person).expect("a body");
        self.registrar.sign(None, None, "RegisterPerson", &body)
    }

    /// Path of the second store.
    pub fn second_store(&self) -> PathBuf {
        self.home.join("elsewhere/head.json")
    }

    /// What the second store holds.
    pub fn kept(&self) -> Option<KeptHead> {
        let bytes = std::fs::read(self.second_store()).ok()?;
        Some(serde_json::from_slice(&bytes).expect("a head"))
    }
}

/// Where things are put that are synced often and thrown away: in memory, if the machine has a folder there. What a disk
/// would forget is what `disk` and `shim.c` tell.
pub fn quick() -> &'static Path {
    static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
        let memory = PathBuf::from("/dev/shm");
        if memory.is_dir() { memory } else { std::env::temp_dir() }
    });
    &PLACE
}
