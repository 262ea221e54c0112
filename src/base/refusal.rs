//! Why something is refused: a stable code that is the problem type, the translation key and the metric label.

use serde::Serialize;

/// A refusal by a rule. Nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{code}")]
pub struct Refusal {
    code: &'static str,
    kind: Outcome,
    /// What the person needs to understand it: the limit, the moment, the field.
    pub detail: serde_json::Map<String, serde_json::Value>,
}

/// What kind of refusal it is; decides the HTTP status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Not by this person or role (403).
    Forbidden,
    /// Not there, or not for this reader to know (404).
    Unknown,
    /// Not now: the procedure is elsewhere (409).
    NotNow,
    /// Against a rule (422).
    Rule,
}

impl Refusal {
    /// Not by this person or in this role.
    pub fn forbidden(code: &'static str) -> Self {
        Self::new(code, Outcome::Forbidden)
    }

    /// Not there, or not for this reader to know.
    pub fn unknown(code: &'static str) -> Self {
        Self::new(code, Outcome::Unknown)
    }

    /// Not at this stage.
    pub fn not_now(code: &'static str) -> Self {
        Self::new(code, Outcome::NotNow)
    }

    /// Against a rule.
    pub fn rule(code: &'static str) -> Self {
        Self::new(code, Outcome::Rule)
    }

    fn new(code: &'static str, kind: Outcome) -> Self {
        Self { code, kind, detail: serde_json::Map::new() }
    }

    /// Adds a fact that helps the person: a limit, a moment, a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(serde_json::Value::Null);
        self.detail.insert(name.to_owned(), value);
        self
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The kind.
    pub fn kind(&self) -> Outcome {
        self.kind
    }
}

/// `Ok` if `holds`, else the refusal.
pub fn require(holds: bool, refusal: impl FnOnce() -> Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(refusal()) }
}
