//! What a resharing is to be: agreed by all before it begins, and named in every message by its digest.

use serde::{Deserialize, Serialize};

use super::ReshareError;
use crate::canonical;
use crate::digest::Digest;
use crate::threshold::{Committee, Epoch, Quorum};

/// Who deals what to how many. JSON `{"committee":{…},"dealers":[1,2,4],"quorum":{…},"session":"…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PlanText", into = "PlanText")]
pub struct Plan {
    committee: Committee,
    dealers: Vec<u8>,
    quorum: Quorum,
    session: Digest,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanText {
    committee: Committee,
    dealers: Vec<u8>,
    quorum: Quorum,
    session: Digest,
}

impl TryFrom<PlanText> for Plan {
    type Error = ReshareError;

    fn try_from(text: PlanText) -> Result<Self, ReshareError> {
        if !text.dealers.is_sorted() {
            return Err(ReshareError::Plan("the dealers do not ascend"));
        }
        Self::new(text.session, text.committee, &text.dealers, text.quorum)
    }
}

impl From<Plan> for PlanText {
    fn from(plan: Plan) -> Self {
        let Plan { committee, dealers, quorum, session } = plan;
        Self { committee, dealers, quorum, session }
    }
}

impl Plan {
    /// A plan: `dealers` of `committee`, in any order and at least its `t`, deal to a committee of `quorum`. `session`
    /// names this run and is never used again. Error: `reshare_plan`.
    pub fn new(
        session: Digest,
        committee: Committee,
        dealers: &[u8],
        quorum: Quorum,
    ) -> Result<Self, ReshareError> {
        let mut dealers = dealers.to_vec();
        dealers.sort_unstable();
        let fault = if dealers.windows(2).any(|pair| pair[0] == pair[1]) {
            Some("a dealer is named twice")
        } else if dealers.iter().any(|dealer| !committee.quorum().has(*dealer)) {
            Some("a dealer is no custodian of the old committee")
        } else if dealers.len() < usize::from(committee.quorum().threshold()) {
            Some("fewer dealers than the old threshold")
        } else if committee.epoch().next().is_none() {
            Some("there is no further epoch")
        } else {
            None
        };
        match fault {
            Some(fault) => Err(ReshareError::Plan(fault)),
            None => Ok(Self { committee, dealers, quorum, session }),
        }
    }

    /// The old committee.
    pub fn committee(&self) -> &Committee {
        &self.committee
    }

    /// Those of the old committee who deal, ascending.
    pub fn dealers(&self) -> &[u8] {
        &self.dealers
    }

    /// How many the new committee has, and how many of them must act together.
    pub fn quorum(&self) -> Quorum {
        self.quorum
    }

    /// The run.
    pub fn session(&self) -> Digest {
        self.session
    }

    /// The epoch of the new committee.
    pub fn epoch(&self) -> Epoch {
        self.committee.epoch().next().expect("a plan has a further epoch")
    }

    /// SHA-256 of the plan's canonical JSON: what each message names.
    pub fn digest(&self) -> Digest {
        canonical::digest_of(self).expect("hexadecimal digits and small numbers are canonical")
    }
}
