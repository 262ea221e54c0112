//! The configuration: one TOML file, read once. Only this module reads the environment.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use crate::base::Span;

/// Overrides `database`, so that a password need not stand in a file.
const DATABASE_VARIABLE: &str = "KAIBIAO_DATABASE";

/// What the platform is told at start-up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Origin of the log: `<host>/tlog/<epoch>`.
    pub origin: String,
    /// Folder of files, keys and, by default, the database.
    pub data: PathBuf,
    /// `sqlite://…` or `postgres://…`; by default a SQLite file in `data`.
    pub database: Option<String>,
    /// The second store of the log's head: on another disk than the database, in no backup of it. A signer of its own has
    /// it with itself.
    pub second_store: PathBuf,
    /// Folder of the mirror, a second copy of the log: on another disk than the database. Without it, there is none.
    pub mirror: Option<PathBuf>,
    /// Address and port to listen at.
    pub listen: String,
    /// Certificates. Without them, plain HTTP (behind a proxy that speaks TLS, or on localhost).
    pub tls: Option<Tls>,
    /// Milliseconds between two statements that are read out.
    #[serde(default = "reading_pace_ms")]
    pub reading_pace_ms: i64,
    /// Where beacons are fetched that tenders wait for.
    #[serde(default)]
    pub beacon: BeaconConfig,
    /// The signer, where it is a program of its own: it then keeps the second store too. Without it, the log's key lies in
    /// `data`, and `second_store` is the second store.
    pub signer: Option<SignerConfig>,
    /// The policy of the log's witnesses, a C2SP `tlog-policy` with their addresses. Without it, one witness in this
    /// process.
    pub witnesses: Option<PathBuf>,
    /// Addresses of time authorities (RFC 3161). Which of them count stands in the log.
    #[serde(default)]
    pub time_authorities: Vec<String>,
    /// How the custodians are reached. Without it bids can be received, and nothing can be opened.
    pub custody: Option<CustodyConfig>,
}

/// Where the configuration is.
#[derive(Debug, Args)]
pub struct ConfigArgument {
    /// Configuration file (docs/kaibiao.toml is a sample)
    #[arg(long = "config", value_name = "FILE", default_value = "/etc/kaibiao/kaibiao.toml")]
    pub path: PathBuf,
}

/// Certificates for TLS.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tls {
    /// The centre's own.
    Files {
        /// Chain, PEM.
        certificate: PathBuf,
        /// Key, PEM.
        key: PathBuf,
    },
    /// Made at start-up for localhost. Not in production.
    SelfMade,
}

/// How the custodians are reached: each is a program of its own, over TLS with pinned certificates both ways.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustodyConfig {
    /// The folder of the custodians' cards, which say where each is reached.
    pub cards: PathBuf,
}

/// How the signer is reached: over TLS with pinned certificates both ways.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignerConfig {
    /// Its card.
    pub card: PathBuf,
}

/// Where beacons are fetched. They prove themselves: a relay is asked for speed, not for truth.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconConfig {
    /// Relays of drand's HTTP interface, all asked at once. Without one, beacons are typed in.
    pub relays: Vec<String>,
}

impl Default for BeaconConfig {
    /// The relays that drand publishes.
    fn default() -> Self {
        let relays = [
            "https://api.drand.sh",
            "https://api2.drand.sh",
            "https://api3.drand.sh",
            "https://drand.cloudflare.com",
        ];
        Self { relays: relays.map(str::to_owned).into() }
    }
}

/// Whether the safeguards of production hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `serve`.
    Production,
    /// `serve --demo` and `demo`.
    Demo,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file.
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// Its text.
    #[error("{0}: {1}")]
    Malformed(PathBuf, Box<toml::de::Error>),
    /// Something that only a demo may have.
    #[error("production refuses {0}; see docs/operate.md")]
    DemoOnly(&'static str),
}

impl Config {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
        let mut config = Self::parse(path, &text)?;
        if let Some(url) = environment(DATABASE_VARIABLE) {
            config.database = Some(url);
        }
        Ok(config)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError::Malformed(path.to_owned(), Box::new(error)))
    }

    /// Refuses in production what only a demo may have.
    pub fn check(&self, mode: Mode) -> Result<(), ConfigError> {
        if mode == Mode::Demo {
            return Ok(());
        }
        if self.tls == Some(Tls::SelfMade) {
            return Err(ConfigError::DemoOnly("a self-made certificate"));
        }
        Ok(())
    }

    /// Address of the database.
    pub fn database_url(&self) -> String {
        let default = || format!("sqlite://{}", self.data.join("kaibiao.db").display());
        self.database.clone().unwrap_or_else(default)
    }

    /// Folder of the files.
    pub fn files(&self) -> PathBuf {
        self.data.join("files")
    }

    /// Pace of the reading out.
    pub fn reading_pace(&self) -> Span {
        Span(self.reading_pace_ms)
    }
}

fn reading_pace_ms() -> i64 {
    2000
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample that operators copy; it cannot rot, because it is read here.
    const SAMPLE: &str = include_str!("../docs/kaibiao.toml");

    fn sample() -> Config {
        Config::parse(Path::new("kaibiao.toml"), SAMPLE).expect("the sample configuration")
    }

    #[test]
    fn the_sample_is_fit_for_production() {
        assert!(sample().check(Mode::Production).is_ok());
    }

    #[test]
    fn production_refuses_what_belongs_to_a_demo() {
        let refused = [Config { tls: Some(Tls::SelfMade), ..sample() }];
        for config in refused {
            assert!(matches!(config.check(Mode::Production), Err(ConfigError::DemoOnly(_))));
            assert!(config.check(Mode::Demo).is_ok());
        }
    }

    #[test]
    fn a_misspelt_key_is_an_error() {
        let text = SAMPLE.replace("second_store", "secondstore");
        let parsed = Config::parse(Path::new("kaibiao.toml"), &text);
        assert!(matches!(parsed, Err(ConfigError::Malformed(..))));
    }
}
