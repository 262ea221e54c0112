//! Who leads where: from a custodian of the register to the way to reach it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::port::{CustodianPort, RemoteCustodian};
use crate::centre::CustodianRecord;
use crate::custodian::CustodianError;
use crate::custodian::card::Card;
use crate::pinned::OwnCertificate;

/// Finds the way to a custodian.
pub trait Directory: Send + Sync {
    /// The way to `custodian`; none if its address is not known.
    fn port(&self, custodian: &CustodianRecord) -> Option<Arc<dyn CustodianPort>>;
}

/// Custodians by their index, for one committee: in this process.
impl Directory for BTreeMap<u8, Arc<dyn CustodianPort>> {
    fn port(&self, custodian: &CustodianRecord) -> Option<Arc<dyn CustodianPort>> {
        self.get(&custodian.index).cloned()
    }
}

/// Custodians by their identity key, from the cards in a folder of the operator's.
pub struct CardFolder {
    by_identity: BTreeMap<String, Arc<dyn CustodianPort>>,
}

impl CardFolder {
    /// Reads every `*.json` of `folder` as a card. A card that its own identity has not signed is an error: the operator
    /// is told, not surprised at the opening.
    pub fn read(folder: &Path, own: &OwnCertificate) -> Result<Self, CustodianError> {
        let failed = |error| CustodianError::File(folder.to_owned(), error);
        let mut by_identity: BTreeMap<String, Arc<dyn CustodianPort>> = BTreeMap::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let card = Card::read(&path)?;
                let port = Arc::new(RemoteCustodian::new(&card, own)?);
                by_identity.insert(card.card.identity, port);
            }
        }
        Ok(Self { by_identity })
    }
}

impl Directory for CardFolder {
    fn port(&self, custodian: &CustodianRecord) -> Option<Arc<dyn CustodianPort>> {
        self.by_identity.get(&custodian.identity).cloned()
    }
}
