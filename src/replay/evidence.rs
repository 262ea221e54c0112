//! What a decision needs computed beside it: keys, commitments, digests of documents. The core hashes nothing itself.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::beacon::Beacon;
use kaibiao_crypto::canonical::{self, CanonicalError};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Floor, RecoverySecret};
use kaibiao_crypto::key::PublicKey;
use kaibiao_crypto::lock::{GroupKey, LabelKey};
use kaibiao_crypto::succession::Succession;
use kaibiao_crypto::threshold::{Committee, Epoch, PublicShare, Quorum};
use kaibiao_crypto::timestamp::TimeAnchor;

use crate::base::{Actor, KeyId, PersonId};
use crate::centre::{self, Centre, CentreCommand, KeyRecord, TimeAuthorityRecord};
use crate::tender::{
    Command, CriterionScore, FloorKey, LotCommand, Schedule, SchedulePin, Tender, TenderCommand,
};

/// First byte under a commitment, so that it is no leaf and no node of a tree (docs/formats.md, 10).
const COMMITMENT_PREFIX: &[u8] = &[2];

/// The commitment to `body` under `salt`.
pub fn commitment(salt: &[u8; 32], body: &[u8]) -> Digest {
    Digest::of_parts(&[COMMITMENT_PREFIX, salt, body])
}

/// The commitment to a person in an expert pool.
pub fn person_commitment(salt: &[u8; 32], person: PersonId) -> Digest {
    commitment(salt, person.0.as_bytes())
}

/// The commitment to an expert's scores.
pub fn scores_commitment(salt: &[u8; 32], scores: &[CriterionScore]) -> Result<Digest, CanonicalError> {
    Ok(commitment(salt, &canonical::to_vec(scores)?))
}

/// The public key of a record, if its bytes are a key of the algorithm that it names.
pub fn public_key(record: &KeyRecord) -> Option<PublicKey> {
    let spki = STANDARD.decode(&record.spki).ok()?;
    PublicKey::from_spki(&spki).ok().filter(|key| key.alg().byte() == record.alg)
}

/// The id of the key that a command to the centre brings.
pub fn brought_key(command: &CentreCommand) -> Option<KeyId> {
    let record = match command {
        CentreCommand::FoundCentre(body) => &body.authority,
        CentreCommand::CertifyKey(body)
        | CentreCommand::EndorseKey(body)
        | CentreCommand::RequestReplacement(body) => &body.key,
        CentreCommand::RegisterOrganisation(_)
        | CentreCommand::RegisterPerson(_)
        | CentreCommand::GrantRoles(_)
        | CentreCommand::RevokeKey(_)
        | CentreCommand::ApproveReplacement(_)
        | CentreCommand::SetTimeLimits(_)
        | CentreCommand::SetHolidays(_)
        | CentreCommand::SetSealingPolicy(_)
        | CentreCommand::NameTimeAuthorities(_)
        | CentreCommand::RotateLogKey(_)
        | CentreCommand::AppointCommittee(_)
        | CentreCommand::RecordRehearsal(_)
        | CentreCommand::RecordSealingPage(_)
        | CentreCommand::Tick(_) => return None,
    };
    public_key(record).map(|key| key.key_id())
}

/// What the salt and content of a revealing command open to.
pub(super) fn opened(command: &Command, actor: Actor) -> Result<Option<Digest>, CanonicalError> {
    let Command::Lot(_, command) = command else { return Ok(None) };
    let person = |salt: &str| match actor {
        Actor::Person(person) => read_32(salt).map(|salt| person_commitment(&salt, person.person)),
        Actor::System => None,
    };
    match command {
        LotCommand::RevealScores(body) => {
            read_32(&body.salt).map(|salt| scores_commitment(&salt, &body.scores)).transpose()
        }
        LotCommand::TakeSeat(body) => Ok(person(&body.salt)),
        LotCommand::RecuseSelf(body) => Ok(person(&body.salt)),
        _ => Ok(None),
    }
}

/// The committee in office, for a publication: its group key and SHA-256("TL1/committee\0" ‖ group key).
pub(super) fn appointed<'a>(centre: &'a Centre, command: &Command) -> Option<(&'a str, Digest)> {
    let Command::Tender(TenderCommand::PublishTender(_)) = command else { return None };
    let group_key = centre.committee.as_ref()?.group_key.as_str();
    let bytes = hex::decode(group_key).ok()?;
    Some((group_key, GroupKey::from_bytes(&bytes).ok()?.committee_id()))
}

/// The committee that the register names; none if its text is no committee.
pub fn committee(registered: &centre::Committee) -> Option<Committee> {
    let quorum = Quorum::new(registered.threshold, u8::try_from(registered.custodians.len()).ok()?).ok()?;
    let group_key = GroupKey::from_bytes(&hex::decode(&registered.group_key).ok()?).ok()?;
    let share = |custodian: &centre::CustodianRecord| {
        PublicShare::from_bytes(&hex::decode(&custodian.public_share).ok()?).ok()
    };
    let shares = registered.custodians.iter().map(share).collect::<Option<Vec<_>>>()?;
    Committee::new(Epoch(registered.epoch), quorum, group_key, shares).ok()
}

/// Whether a command brings a committee whose shares and key belong together, and whose id each custodian has signed.
pub(super) fn is_committee_signed(command: &CentreCommand) -> bool {
    let CentreCommand::AppointCommittee(body) = command else { return false };
    let Some(id) = committee(&body.committee).map(|committee| committee.id()) else { return false };
    body.committee.custodians.iter().all(|custodian| {
        let identity = STANDARD.decode(&custodian.identity).ok();
        let identity = identity.and_then(|spki| PublicKey::from_spki(&spki).ok());
        let signature = STANDARD.decode(&custodian.signature).unwrap_or_default();
        identity.is_some_and(|identity| identity.verify(id.as_bytes(), &signature).is_ok())
    })
}

/// Whether a command brings a succession of keys of the log `origin`, signed by both.
pub(super) fn is_succession_signed(command: &CentreCommand, origin: &str) -> bool {
    let CentreCommand::RotateLogKey(body) = command else { return false };
    Succession::open(body.succession.as_str()).is_ok_and(|succession| succession.from.name() == origin)
}

/// Whether `key` is one of `floor`: a beacon that its network has signed, or the secret of its recovery key.
pub fn is_key_of(floor: &Floor, key: &FloorKey) -> bool {
    match key {
        FloorKey::Beacon { round, signature } => {
            let signature = hex::decode(signature).ok().and_then(|bytes| LabelKey::from_bytes(&bytes).ok());
            signature.is_some_and(|signature| Beacon::verify(&floor.network, *round, signature).is_ok())
        }
        FloorKey::Recovery { secret } => read_32(secret)
            .is_some_and(|secret| RecoverySecret::from_bytes(&secret).public() == floor.recovery),
    }
}

/// Whether a command brings a key of the floor that the notice names.
pub(super) fn is_floor_key(tender: &Tender, command: &Command) -> bool {
    let Command::Tender(TenderCommand::RecordFloorKey(body)) = command else { return false };
    tender.notice.sealing.floor.is_some_and(|floor| is_key_of(&floor, &body.key))
}

/// Before a schedule, under a custodian's signature.
const SCHEDULE_DOMAIN: &[u8] = b"KB/custodian schedule\0";

/// What a custodian signs when it has pinned a schedule: "KB/custodian schedule\0" ‖ notice (32) ‖ i64 opening (unix ms,
/// big-endian) ‖ u8 is_cancelled.
pub fn schedule_message(schedule: &Schedule) -> Vec<u8> {
    let Schedule { is_cancelled, notice, opening_at } = schedule;
    [SCHEDULE_DOMAIN, notice.as_bytes(), &opening_at.0.to_be_bytes(), &[u8::from(*is_cancelled)]].concat()
}

/// The certificates that time-stamps are trusted under; one that cannot be read counts for nothing.
pub fn time_anchors(centre: &Centre) -> Vec<TimeAnchor> {
    let anchor = |authority: &TimeAuthorityRecord| {
        TimeAnchor::of_certificate(&STANDARD.decode(&authority.certificate).ok()?).ok()
    };
    centre.time_authorities.iter().filter_map(anchor).collect()
}

/// Whether the custodian with `identity` has pinned `schedule`. `signature` is base64.
pub fn is_pinned_by(identity: &PublicKey, schedule: &Schedule, signature: &str) -> bool {
    let signature = STANDARD.decode(signature).unwrap_or_default();
    identity.verify(&schedule_message(schedule), &signature).is_ok()
}

/// The dealing whose custodians have signed all pins of a command: that of the committee which the notice names, as the
/// register has it at this place of the log. None if a pin is not theirs, or if the threshold of them is left.
pub(super) fn pinned_epoch(centre: &Centre, tender: &Tender, command: &Command) -> Option<u32> {
    let Command::Tender(TenderCommand::RecordSchedule(body)) = command else { return None };
    let (group_key, _) = tender.notice.committee.as_ref()?;
    let committee = centre.committees.get(group_key)?;
    let is_signed = |pin: &SchedulePin| {
        let custodian = committee.custodians.iter().find(|custodian| custodian.index == pin.index);
        let identity = custodian.and_then(|custodian| STANDARD.decode(&custodian.identity).ok());
        let identity = identity.and_then(|spki| PublicKey::from_spki(&spki).ok());
        identity.is_some_and(|identity| is_pinned_by(&identity, &body.schedule, &pin.signature))
    };
    let left = committee.custodians.len().saturating_sub(body.pins.len());
    let is_enough = left < usize::from(committee.threshold) && body.pins.iter().all(is_signed);
    is_enough.then_some(committee.epoch)
}

/// The digest of the document that a command signs (terms, record, report), recomputed from the state.
pub(super) fn document(tender: &Tender, command: &Command) -> Result<Option<Digest>, CanonicalError> {
    let (id, command) = match command {
        Command::Tender(TenderCommand::ApproveTender(_) | TenderCommand::PublishTender(_)) => {
            return tender.notice.terms().map(canonical::digest_of).transpose();
        }
        Command::Tender(_) => return Ok(None),
        Command::Lot(id, command) => (id, command),
    };
    let Some(lot) = tender.lots.get(id) else { return Ok(None) };
    match command {
        LotCommand::SignRecord(_) => {
            lot.record(lot.openings.len()).map(|record| canonical::digest_of(&record)).transpose()
        }
        LotCommand::SignReport(_) => canonical::digest_of(&lot.report()).map(Some),
        _ => Ok(None),
    }
}

pub(super) fn read_32(text: &str) -> Option<[u8; 32]> {
    let mut salt = [0; 32];
    hex::decode_to_slice(text, &mut salt).ok().map(|()| salt)
}
