//! A bid folder: `bid.toml` beside the documents that it names.
//!
//! ```toml
//! lot = "1"
//!
//! [statement]                        # every field that the notice asks for, of both statements
//! bid_price = "398,765,432.10"       # money: decimal text of major units, or { minor = 39876543210 }
//! duration_days = 540                # days: a whole number
//! project_manager = "李建国"           # text
//!
//! [documents]                        # paths from this folder; order as written
//! technical = ["技术标.pdf", { path = "b/qualification.pdf", name = "资格.pdf", media_type = "application/pdf" }]
//! price = ["price/boq.pdf"]
//! ```
//!
//! *Invariant*: what was read fits the notice: each field once and of its kind, each document there. Money is an integer
//! of minor units from its text on; a bare number is refused, because 元 and 分 differ by a factor of 100.

mod documents;
mod error;
mod statement;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::limits::TEXT_BYTES_MAX;
use super::{ClientError, Notice};
use crate::base::{Envelope, LotId, Money};

pub use documents::DocumentSource;
pub use error::BidError;

/// A bid as its folder describes it.
#[derive(Debug, Clone)]
pub struct BidFolder {
    /// The lot.
    pub lot: LotId,
    /// The bid price.
    pub price: Money,
    /// Values of each statement, by field.
    pub statements: BTreeMap<Envelope, Map<String, Value>>,
    /// Documents of each envelope of documents.
    pub documents: BTreeMap<Envelope, Vec<DocumentSource>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BidToml {
    lot: String,
    statement: BTreeMap<String, toml::Value>,
    documents: documents::DocumentsToml,
}

impl BidFolder {
    /// Reads `bid.toml` in `folder` against the notice. Errors: `file` and those of [`BidError`].
    pub fn read(folder: &Path, notice: &Notice) -> Result<Self, ClientError> {
        let path = folder.join("bid.toml");
        Ok(Self::parse(&text_of(&path)?, folder, notice)?)
    }

    fn parse(text: &str, folder: &Path, notice: &Notice) -> Result<Self, BidError> {
        let toml: BidToml = toml::from_str(text).map_err(|error| BidError::Toml(error.to_string()))?;
        let lot: LotId = toml.lot.parse().map_err(|_| BidError::Toml("lot".into()))?;
        let terms = notice.lot(&lot)?;
        let (statements, price) = statement::read(&toml.statement, terms, notice.terms.procedure)?;
        let documents = documents::read(toml.documents, folder)?;
        Ok(Self { lot, price, statements, documents })
    }
}

/// Where the sealed envelopes of a bid folder lie.
pub(super) fn sealed_folder(folder: &Path) -> PathBuf {
    folder.join("sealed")
}

fn text_of(path: &Path) -> Result<String, ClientError> {
    let size = std::fs::metadata(path).map_err(|error| ClientError::file(path, error))?.len();
    if size > TEXT_BYTES_MAX {
        return Err(ClientError::form(path, "too large"));
    }
    std::fs::read_to_string(path).map_err(|error| ClientError::file(path, error))
}

#[cfg(test)]
mod tests;
