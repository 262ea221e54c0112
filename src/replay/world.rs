//! The world as the log tells it: the centre and its tenders, folded act by act.
//!
//! The ledger writes through this and the verifier replays through it: one code, so that what is recomputed years later
//! is what was decided then. No I/O; time is the entry's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use kaibiao_crypto::act::{ActError, Payload, SYSTEM_ACTOR, SignedAct};
use kaibiao_crypto::canonical::{self, CanonicalError};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::CENTRE_STREAM;
use kaibiao_crypto::key::PublicKey;

use super::evidence;
use crate::base::{Actor, Instant, LotId, PersonId, Refusal, Role, TenderId};
use crate::centre::{Centre, CentreCommand, CentreContext, CentreEvent};
use crate::tender::{Command, Context, Event, Tender, TenderCommand};

/// The version of the rules in this build; an entry names the version that accepted it. When it rises: DECISIONS.md, 1.
pub const RULES: u32 = 3;

/// A stream of the log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stream {
    /// The centre's register.
    Centre,
    /// One tender.
    Tender(TenderId),
}

impl std::fmt::Display for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Centre => f.write_str(CENTRE_STREAM),
            Self::Tender(id) => id.fmt(f),
        }
    }
}

impl std::str::FromStr for Stream {
    type Err = crate::base::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == CENTRE_STREAM { Ok(Self::Centre) } else { text.parse().map(Self::Tender) }
    }
}

/// Why an act was not accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Rejection {
    /// Against a rule, at a wrong time, or by the wrong person.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Not an act that this platform can read.
    #[error(transparent)]
    Act(#[from] ActError),
    /// Events that have no canonical text: a fault of ours.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

impl Rejection {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Act(error) => error.code(),
            Self::Canonical(error) => error.code(),
        }
    }
}

/// A command to the centre or to a tender.
#[derive(Clone, PartialEq, Debug)]
pub enum Request {
    /// To the centre.
    Centre(CentreCommand),
    /// To a tender.
    Tender(TenderId, Command),
}

/// An act that was read: its bytes are checked, its command understood; nothing is decided.
#[derive(Clone, Debug)]
pub struct ReadAct {
    /// What was signed.
    pub payload: Payload,
    /// SHA-256 of the signed bytes.
    pub digest: Digest,
    /// What is asked.
    pub request: Request,
}

/// The events of one act.
#[derive(Clone, PartialEq, Debug)]
pub enum Happened {
    /// To the centre.
    Centre(Vec<CentreEvent>),
    /// To a tender.
    Tender(TenderId, Vec<Event>),
}

impl Happened {
    /// The canonical text of the events, and its digest: the entry's `outcome`.
    pub fn encode(&self) -> Result<(Vec<u8>, Digest), CanonicalError> {
        let text = match self {
            Self::Centre(events) => canonical::to_vec(events),
            Self::Tender(_, events) => canonical::to_vec(events),
        }?;
        let digest = Digest::of(&text);
        Ok((text, digest))
    }

    /// Reads the events of `stream` back.
    pub fn decode(stream: Stream, text: &[u8]) -> Result<Self, serde_json::Error> {
        match stream {
            Stream::Centre => serde_json::from_slice(text).map(Self::Centre),
            Stream::Tender(id) => serde_json::from_slice(text).map(|events| Self::Tender(id, events)),
        }
    }

    /// The stream that they belong to.
    pub fn stream(&self) -> Stream {
        match self {
            Self::Centre(_) => Stream::Centre,
            Self::Tender(id, _) => Stream::Tender(*id),
        }
    }
}

impl ReadAct {
    /// Reads an act for the log of `origin`. Errors: those of the act, `other_origin`, `unknown_command`.
    pub fn of(act: &SignedAct, origin: &str) -> Result<Self, Rejection> {
        Self::of_payload(act, act.read_payload()?, origin)
    }

    /// Reads an act whose payload was read already. Errors: as [`ReadAct::of`].
    pub fn of_payload(act: &SignedAct, payload: Payload, origin: &str) -> Result<Self, Rejection> {
        if payload.origin != origin {
            return Err(Refusal::rule("other_origin").into());
        }
        let body = act.body_of(&payload)?;
        let body = if body.is_null() { serde_json::json!({}) } else { body };
        let unknown =
            |error: serde_json::Error| Refusal::rule("unknown_command").with("reason", error.to_string());
        let request = match &payload.tender {
            None => {
                let tagged = serde_json::json!({ "type": payload.kind, "body": body });
                Request::Centre(serde_json::from_value(tagged).map_err(unknown)?)
            }
            Some(tender) => {
                let id: TenderId = tender.parse().map_err(|_| Refusal::unknown("unknown_tender"))?;
                let lot: Option<LotId> = payload.lot.as_deref().map(str::parse).transpose().ok().flatten();
                Request::Tender(id, Command::decode(&payload.kind, lot.as_ref(), &body).map_err(unknown)?)
            }
        };
        Ok(Self { digest: act.payload_digest(), payload, request })
    }

    /// The stream that the act belongs to.
    pub fn stream(&self) -> Stream {
        match &self.request {
            Request::Centre(_) => Stream::Centre,
            Request::Tender(id, _) => Stream::Tender(*id),
        }
    }
}

/// The centre and its tenders.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The centre. Shared with readers; a change copies it only if somebody still reads it.
    pub centre: Arc<Centre>,
    /// The tenders.
    pub tenders: BTreeMap<TenderId, Arc<Tender>>,
}

impl World {
    /// The public key that `act` says it is signed with, as registered.
    pub fn key(&self, key_id: Digest) -> Result<PublicKey, Refusal> {
        let key = self.centre.keys.get(&key_id).ok_or_else(|| Refusal::forbidden("unknown_key"))?;
        evidence::public_key(&key.record).ok_or_else(|| Refusal::forbidden("unknown_key"))
    }

    /// What `act`, signed by `key_id`, leads to at `now`. Changes nothing.
    pub fn decide(&self, act: &ReadAct, key_id: Digest, now: Instant) -> Result<Happened, Rejection> {
        let actor = self.actor(&act.payload, key_id, now)?;
        match &act.request {
            Request::Centre(command) => {
                let key = evidence::brought_key(command);
                let is_committee_signed = evidence::is_committee_signed(command);
                let is_succession_signed = evidence::is_succession_signed(command, &act.payload.origin);
                let context = CentreContext { actor, now, key, is_committee_signed, is_succession_signed };
                Ok(Happened::Centre(self.centre.decide(command, &context)?))
            }
            Request::Tender(id, command) => {
                let fresh;
                let tender = match self.tenders.get(id) {
                    Some(tender) => tender.as_ref(),
                    None if matches!(command, Command::Tender(TenderCommand::DraftTender(_))) => {
                        fresh = Tender::new(*id);
                        &fresh
                    }
                    None => return Err(Refusal::unknown("unknown_tender").into()),
                };
                let lineage = match actor {
                    Actor::Person(person) => self.centre.lineage(person.key),
                    Actor::System => Vec::new(),
                };
                let context = Context {
                    actor,
                    lineage: &lineage,
                    now,
                    act: act.digest,
                    law: &self.centre.law,
                    appointed: evidence::appointed(&self.centre, command),
                    pinned_epoch: evidence::pinned_epoch(&self.centre, tender, command),
                    sealing: self.centre.sealing,
                    is_floor_key: evidence::is_floor_key(tender, command),
                    opened: evidence::opened(command, actor)?,
                    document: evidence::document(tender, command)?,
                };
                Ok(Happened::Tender(*id, tender.decide(command, &context)?))
            }
        }
    }

    /// Folds what happened in; cannot fail.
    pub fn apply(&mut self, happened: &Happened, now: Instant) {
        match happened {
            Happened::Centre(events) => {
                let centre = Arc::make_mut(&mut self.centre);
                events.iter().for_each(|event| centre.apply(event, now));
            }
            Happened::Tender(id, events) => {
                let tender = self.tenders.entry(*id).or_insert_with(|| Arc::new(Tender::new(*id)));
                let tender = Arc::make_mut(tender);
                events.iter().for_each(|event| tender.apply(event, now));
            }
        }
    }

    fn actor(&self, payload: &Payload, key_id: Digest, now: Instant) -> Result<Actor, Refusal> {
        if payload.actor == SYSTEM_ACTOR {
            return Ok(Actor::System);
        }
        let person: PersonId = payload.actor.parse().map_err(|_| Refusal::forbidden("unknown_person"))?;
        let role = serde_json::from_value::<Role>(payload.role.as_str().into());
        let role = role.map_err(|_| Refusal::forbidden("role_not_held"))?;
        self.centre.resolve(key_id, person, role, now).map(Actor::Person)
    }
}
