//! What is remembered between two runs: the keys of each log as they were at first use, the newest head that was
//! verified, and the last act of each signing key.
//!
//! *Invariant*: a key that differs from the remembered one is an error until its owner says otherwise; a remembered
//! head is only ever followed by one that begins with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::succession::LogKeys;
use serde::{Deserialize, Serialize};

use super::{Centre, ClientError, Home, LogPolicy};
use crate::base::{Digest, KeyId};
use crate::centre::Committee;
use crate::held;

/// What is remembered of one log.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogMemory {
    log_key: String,
    witness_keys: Vec<String>,
    witness_quorum: usize,
    head: Option<SeenHead>,
    /// The custodians, once they were met.
    #[serde(default)]
    custodians: Option<KnownCustodians>,
    /// Digest of each key's last payload.
    previous: BTreeMap<String, Digest>,
}

impl LogMemory {
    /// Whether only the log's key is another one, and rotations lead to it that the remembered witnesses have let grow.
    fn follows(&self, centre: &Centre, quorum: usize) -> bool {
        let is_witnessed =
            (&self.witness_keys, self.witness_quorum) == (&centre.witness_keys, quorum) && quorum > 0;
        is_witnessed && self.followed(centre).is_some_and(|keys| keys.in_force().vkey() == centre.log_key)
    }

    fn followed(&self, centre: &Centre) -> Option<LogKeys> {
        let known = LogPolicy::new(&self.log_key, &self.witness_keys, self.witness_quorum).ok()?;
        let receipts = centre.rotations.iter().map(|text| Receipt::parse(text.as_bytes()));
        let receipts = receipts.collect::<Result<Vec<Receipt>, _>>().ok()?;
        LogKeys::proven(&known.log, &receipts, &known.witnesses, known.quorum).ok()
    }
}

/// Custodians as they were met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownCustodians {
    /// Identity keys, base64.
    identities: BTreeSet<String>,
    /// The most that were ever needed: nobody has signed the number, so a smaller one is not believed.
    threshold: u8,
}

/// A head that was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenHead {
    pub(super) root: Digest,
    pub(super) size: u64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    logs: BTreeMap<String, LogMemory>,
}

/// The memory of one person at this computer.
#[derive(Debug)]
pub(super) struct Memory {
    path: PathBuf,
    content: Content,
}

impl Memory {
    /// Opens the memory in `home`; empty if there is none. Errors: `file`, `file_form`.
    pub(super) fn open(home: &Home) -> Result<Self, ClientError> {
        let path = home.memory_path();
        let bytes = held::read(&path).map_err(|error| ClientError::file(&path, error))?;
        let content = match bytes {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|error| ClientError::form(&path, error))?,
            None => Content::default(),
        };
        Ok(Self { path, content })
    }

    /// The keys that this log is checked with: those of first use, and the log's key that has followed by rotations.
    /// Errors: `log_key_changed` if the centre now says others and `trust_new` is not set, those of verifier keys.
    pub(super) fn pin(&mut self, centre: &Centre, trust_new: bool) -> Result<LogPolicy, ClientError> {
        let quorum = centre.witness_quorum.unwrap_or(centre.witness_keys.len());
        let policy = LogPolicy::new(&centre.log_key, &centre.witness_keys, quorum)?;
        let known = self.content.logs.get_mut(&centre.origin);
        let is_same = |log: &LogMemory| {
            log.log_key == centre.log_key
                && log.witness_keys == centre.witness_keys
                && log.witness_quorum == quorum
        };
        match known {
            Some(log) if is_same(log) => return Ok(policy),
            Some(log) if log.follows(centre, quorum) => log.log_key.clone_from(&centre.log_key),
            // Custodians may have been met before the log was.
            Some(log) if !log.log_key.is_empty() && !trust_new => return Err(ClientError::LogKeyChanged),
            Some(log) => {
                log.log_key.clone_from(&centre.log_key);
                log.witness_keys.clone_from(&centre.witness_keys);
                log.witness_quorum = quorum;
            }
            None => {
                let log = LogMemory {
                    log_key: centre.log_key.clone(),
                    witness_keys: centre.witness_keys.clone(),
                    witness_quorum: quorum,
                    ..LogMemory::default()
                };
                self.content.logs.insert(centre.origin.clone(), log);
            }
        }
        self.keep()?;
        Ok(policy)
    }

    /// Remembers the custodians of a log's centre. Known ones vouch for the others: if as many of them as were needed before
    /// have signed the group key, whoever is shown beside them is remembered too. Error: `custodians_changed` if fewer
    /// have, and `trust_new` is not set.
    pub(super) fn pin_custodians(
        &mut self,
        origin: &str,
        committee: &Committee,
        signers: &BTreeSet<&str>,
        trust_new: bool,
    ) -> Result<(), ClientError> {
        let log = self.content.logs.entry(origin.to_owned()).or_default();
        let known = log.custodians.as_ref().filter(|_| !trust_new);
        let mut threshold = committee.threshold;
        if let Some(known) = known {
            let vouching = signers.iter().filter(|signer| known.identities.contains(**signer)).count();
            if vouching < usize::from(known.threshold) {
                return Err(ClientError::CustodiansChanged);
            }
            threshold = threshold.max(known.threshold);
        }
        let identities = committee.custodians.iter().map(|custodian| custodian.identity.clone()).collect();
        let met = Some(KnownCustodians { identities, threshold });
        if log.custodians == met {
            return Ok(());
        }
        log.custodians = met;
        self.keep()
    }

    /// The newest head of a log that was verified.
    pub(super) fn head(&self, origin: &str) -> Option<SeenHead> {
        self.content.logs.get(origin).and_then(|log| log.head)
    }

    /// Remembers a head that was verified, against the remembered one too.
    pub(super) fn keep_head(&mut self, origin: &str, head: SeenHead) -> Result<(), ClientError> {
        let Some(log) = self.content.logs.get_mut(origin) else { return Ok(()) };
        if log.head == Some(head) {
            return Ok(());
        }
        log.head = Some(head);
        self.keep()
    }

    /// Digest of the key's last payload in this log.
    pub(super) fn previous(&self, origin: &str, key: KeyId) -> Option<Digest> {
        self.content.logs.get(origin).and_then(|log| log.previous.get(&key.to_string()).copied())
    }

    /// Remembers the key's last payload.
    pub(super) fn keep_previous(
        &mut self,
        origin: &str,
        key: KeyId,
        payload: Digest,
    ) -> Result<(), ClientError> {
        let Some(log) = self.content.logs.get_mut(origin) else { return Ok(()) };
        log.previous.insert(key.to_string(), payload);
        self.keep()
    }

    fn keep(&self) -> Result<(), ClientError> {
        let text =
            serde_json::to_vec_pretty(&self.content).map_err(|error| ClientError::form(&self.path, error))?;
        held::write(&self.path, &text).map_err(|error| ClientError::file(&self.path, error))
    }
}
