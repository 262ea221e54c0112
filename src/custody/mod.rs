//! The platform's side of custody: asks the custodians, combines what they release, and names who failed.

mod directory;
mod evidence;
mod gather;
mod port;

pub use directory::{CardFolder, Directory};
pub use evidence::EvidenceRoom;
pub use gather::{ReleasedKeys, TooFewCustodians};
pub use port::{Answer, CustodianPort, RemoteCustodian};

use std::sync::Arc;

use kaibiao_crypto::label::Label;
use kaibiao_crypto::lock::GroupKey;
use kaibiao_crypto::threshold::{Committee, Epoch, PublicShare, Quorum};

use crate::centre;
use crate::custodian::ReleaseRequest;

/// The committees of the centre as the platform reaches them.
#[derive(Clone)]
pub struct Custody {
    directory: Arc<dyn Directory>,
}

impl Custody {
    /// Custodians that `directory` leads to.
    pub fn new(directory: Arc<dyn Directory>) -> Self {
        Self { directory }
    }

    /// A committee of the register with the ways to its custodians; none if the register's text is no committee.
    pub fn reach(&self, registered: &centre::Committee) -> Option<Reached> {
        let committee = committee(registered)?;
        let way = |custodian: &centre::CustodianRecord| (custodian.index, self.directory.port(custodian));
        Some(Reached {
            committee: Arc::new(committee),
            custodians: registered.custodians.iter().map(way).collect(),
        })
    }
}

/// The committee that the register names.
pub fn committee(registered: &centre::Committee) -> Option<Committee> {
    let quorum = Quorum::new(registered.threshold, u8::try_from(registered.custodians.len()).ok()?).ok()?;
    let group_key = GroupKey::from_bytes(&hex::decode(&registered.group_key).ok()?).ok()?;
    let share = |custodian: &centre::CustodianRecord| {
        PublicShare::from_bytes(&hex::decode(&custodian.public_share).ok()?).ok()
    };
    let shares = registered.custodians.iter().map(share).collect::<Option<Vec<_>>>()?;
    Committee::new(Epoch(registered.epoch), quorum, group_key, shares).ok()
}

/// A committee with the ways to its custodians.
pub struct Reached {
    committee: Arc<Committee>,
    custodians: Vec<(u8, Option<Arc<dyn CustodianPort>>)>,
}

impl Reached {
    /// Asks all custodians at once and combines the keys of `labels`, which are those of `request`, in its order. It
    /// waits for as many as are needed and a moment longer, not for those that are slow.
    pub async fn release(
        &self,
        request: ReleaseRequest,
        labels: &[Label],
    ) -> Result<ReleasedKeys, TooFewCustodians> {
        let request = Arc::new(request);
        let ask = |port: &Arc<dyn CustodianPort>| {
            let (port, request) = (Arc::clone(port), Arc::clone(&request));
            async move { port.release(request).await }
        };
        gather::keys(&self.committee, &self.custodians, labels, ask).await
    }
}
