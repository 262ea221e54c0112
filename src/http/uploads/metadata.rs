//! `Upload-Metadata`: pairs of a key and base64, with commas between.

use std::collections::BTreeMap;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::http::problem::Problem;

/// What an uploader says.
pub(super) struct Metadata(BTreeMap<String, String>);

impl Metadata {
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let malformed = || Problem::malformed("metadata_form");
        let mut pairs = BTreeMap::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let bytes = STANDARD.decode(value).map_err(|_| malformed())?;
            let value = String::from_utf8(bytes).map_err(|_| malformed())?;
            if pairs.insert(key.to_owned(), value).is_some() {
                return Err(malformed());
            }
        }
        Ok(Self(pairs))
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// A value that must be there and be one.
    pub(super) fn value<T: FromStr>(&self, key: &'static str) -> Result<T, Problem> {
        let value = self.text(key).and_then(|text| text.parse().ok());
        value.ok_or_else(|| Problem::malformed("metadata_form").with("key", key))
    }
}
