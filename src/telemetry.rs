//! Where telemetry goes: lines of JSON for machines, or lines for a person, on standard error.

use tracing_subscriber::EnvFilter;

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One JSON object a line.
    Machine,
    /// For a person.
    Person,
}

/// Starts telemetry; `RUST_LOG` chooses what is said, `info` by default.
pub fn start(style: Style) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match style {
        Style::Machine => lines.json().init(),
        Style::Person => lines.with_target(false).init(),
    }
}
