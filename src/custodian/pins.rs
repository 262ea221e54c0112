//! What a custodian has seen and never forgets: one closed root per lot, the latest opening, what it released.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use kaibiao_crypto::digest::Digest;
use serde::{Deserialize, Serialize};

use super::ReleaseRefused;
use crate::files::held;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pinned {
    /// Closed root by "notice digest / lot".
    roots: BTreeMap<String, Digest>,
    /// Latest opening shown, by notice digest, unix milliseconds.
    openings: BTreeMap<String, i64>,
    /// How many labels were released, by "notice digest / lot / kind".
    released: BTreeMap<String, u64>,
}

/// Pins in a file of the custodian's own.
pub(super) struct Pins {
    path: PathBuf,
    pinned: Mutex<Pinned>,
}

impl Pins {
    pub(super) fn open(path: PathBuf) -> Result<Self, ReleaseRefused> {
        let pinned = match held::read(&path)? {
            Some(text) => serde_json::from_slice(&text).map_err(|_| ReleaseRefused::State)?,
            None => Pinned::default(),
        };
        Ok(Self { path, pinned: Mutex::new(pinned) })
    }

    /// The latest opening of `notice` ever shown, with `shown` pinned if it is later: a schedule only moves later.
    pub(super) fn opening(&self, notice: Digest, shown: i64) -> Result<i64, ReleaseRefused> {
        self.change(|pinned| {
            let latest = pinned.openings.entry(notice.to_string()).or_insert(shown);
            *latest = shown.max(*latest);
            Ok(*latest)
        })
    }

    /// Pins the closed root of a lot; refuses a second one.
    pub(super) fn root(&self, notice: Digest, lot: &str, root: Digest) -> Result<(), ReleaseRefused> {
        self.change(|pinned| {
            let kept = *pinned.roots.entry(format!("{notice}/{lot}")).or_insert(root);
            if kept == root { Ok(()) } else { Err(ReleaseRefused::OtherRoot) }
        })
    }

    /// Counts what was released, before it is handed out.
    pub(super) fn count(&self, what: String, labels: usize) -> Result<(), ReleaseRefused> {
        self.change(|pinned| {
            *pinned.released.entry(what).or_default() += labels as u64;
            Ok(())
        })
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut Pinned) -> Result<T, ReleaseRefused>,
    ) -> Result<T, ReleaseRefused> {
        let mut held_pins = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pinned = held_pins.clone();
        let result = change(&mut pinned)?;
        let text = serde_json::to_vec(&pinned).map_err(|_| ReleaseRefused::State)?;
        held::write(&self.path, &text)?;
        *held_pins = pinned;
        Ok(result)
    }
}
