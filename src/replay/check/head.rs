//! The head that everything stands under: its signature, its witnesses, the older heads that it continues.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::checkpoint::{Checkpoint, Note, NoteError, NoteVerifier, SignatureType};
use kaibiao_crypto::entry::leaf_hash;
use kaibiao_crypto::policy::Policy;
use kaibiao_crypto::succession::{LogKeys, Succession};
use kaibiao_crypto::tree::{self, ProofError};

use super::Trust;
use super::catalogue::{CheckId, Said};
use super::tally::Tallies;
use crate::base::Instant;
use crate::replay::bundle::{About, Heads, ShownRotation};

/// What the signed head says, as far as it can be read.
pub(super) struct Head {
    /// The checkpoint; its signature may have failed, and then A1 says so.
    pub(super) checkpoint: Option<Checkpoint>,
    /// Whether enough witnesses cosigned it.
    pub(super) witnessed: Witnessed,
    /// The keys of the log, if the one in force signed the head: what it did not sign is not looked at under it.
    pub(super) log: Option<LogKeys>,
    /// Which witnesses count.
    pub(super) policy: Policy,
}

/// Whether as many witnesses as the policy demands cosigned the head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Witnessed {
    /// The policy demands nobody.
    NotDemanded,
    /// Fewer, or nobody knows who counts.
    TooFew,
    /// Enough, the last of them at this time.
    By(Instant),
}

pub(super) fn check(about: &About, heads: &Heads, trust: &Trust, tallies: &mut Tallies) -> Head {
    let note = Note::parse(about.head.as_bytes()).ok();
    let checkpoint = note.as_ref().and_then(|note| Checkpoint::parse(&note.text).ok());
    let proven = checkpoint.as_ref().and_then(|checkpoint| rotated(about, checkpoint, tallies));
    let log = log_key(about, note.as_ref(), trust, tallies).map(|key| followed(key, proven, trust, tallies));
    let (policy, fault) = match policy(about, trust, log.as_ref(), tallies) {
        Ok(policy) => (policy, "quorum"),
        // Nobody counts, so nobody can have agreed.
        Err(fault) => (
            Policy {
                logs: Vec::new(),
                witnesses: Vec::new(),
                quorum: usize::MAX,
                addresses: Default::default(),
            },
            fault,
        ),
    };
    let Some(note) = note else {
        tallies.fail(CheckId::A1, None, "note_form");
        return Head { checkpoint: None, witnessed: Witnessed::TooFew, log, policy };
    };
    if let Some(log) = &log {
        let signed = note
            .verify(log.in_force())
            .map(drop)
            .and(checkpoint.as_ref().map(drop).ok_or(NoteError::CheckpointForm));
        tallies.expect(CheckId::A1, None, signed.is_ok(), signed.err().map_or("", |error| error.code()));
        let is_named = checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.origin == about.origin);
        tallies.expect(CheckId::K1, None, is_named && log.origin() == about.origin, "other_origin");
        only_known_once(&note, log, &policy, tallies);
    }
    let log = log.filter(|log| note.verify(log.in_force()).is_ok());
    let witnessed = witnessed(&note, &policy);
    match witnessed {
        Witnessed::NotDemanded => {
            tallies.note(CheckId::A2, Said::new("规则不要求任何见证", "the policy demands no witness"));
        }
        Witnessed::TooFew => tallies.fail(CheckId::A2, None, fault),
        Witnessed::By(_) => drop(tallies.expect(CheckId::A2, None, true, "")),
    }
    if let Some(checkpoint) = &checkpoint {
        let fault = match heads.last() {
            Some(last) if last == (checkpoint.size, checkpoint.root) => None,
            Some((size, _)) if size == checkpoint.size => Some(ProofError::RootMismatch),
            Some(_) | None => Some(ProofError::SizeOutOfRange),
        };
        tallies.expect(CheckId::I5, None, fault.is_none(), fault.map_or("", |fault| fault.code()));
    }
    Head { checkpoint, witnessed, log, policy }
}

/// The keys that the file's rotations lead through, each standing under the head.
fn rotated(about: &About, checkpoint: &Checkpoint, tallies: &mut Tallies) -> Option<LogKeys> {
    let mut keys: Option<LogKeys> = None;
    for shown in &about.rotations {
        let followed = rotation(shown, checkpoint).and_then(|succession| {
            let keys = keys.get_or_insert_with(|| succession.from.clone().into());
            keys.follow(shown.index, succession).map_err(|error| error.code())
        });
        let fault = followed.err();
        if !tallies.expect(CheckId::A12, Some(shown.index), fault.is_none(), fault.unwrap_or_default()) {
            return None;
        }
    }
    keys
}

fn rotation(shown: &ShownRotation, head: &Checkpoint) -> Result<Succession, &'static str> {
    let entry = STANDARD.decode(&shown.entry).map_err(|_| "succession_form")?;
    tree::verify_inclusion(leaf_hash(&entry), shown.index, head.size, &shown.proof, head.root)
        .map_err(|error| error.code())?;
    Succession::of_entry(&entry).map_err(|error| error.code())
}

/// The keys that follow from the trusted one. That another is in force is believed as far as the head is witnessed: a
/// thief of the trusted key can sign successions, but brings none of them into the history that witnesses let grow.
fn followed(trusted: NoteVerifier, proven: Option<LogKeys>, trust: &Trust, tallies: &mut Tallies) -> LogKeys {
    let Some(keys) = proven.filter(|keys| keys.knows(&trusted)) else { return trusted.into() };
    if *keys.in_force() != trusted && trust.policy.as_ref().is_none_or(|policy| policy.quorum == 0) {
        let note = Said::new(
            "日志密钥已轮换，接任仅由旧钥担保；请以 --policy 提供自己的见证规则",
            "the log's key was rotated, and the old key alone vouches for that; give your own policy with --policy",
        );
        tallies.note(CheckId::A12, note);
    }
    keys
}

/// The key from elsewhere: the one that was given, or the one of the given policy's logs that the note names. Without
/// either, the file's own.
fn log_key(about: &About, note: Option<&Note>, trust: &Trust, tallies: &mut Tallies) -> Option<NoteVerifier> {
    let of_policy = || {
        let logs = trust.policy.as_ref().map(|policy| policy.logs.as_slice()).unwrap_or_default();
        let lines = note.map(|note| note.signatures.as_slice()).unwrap_or_default();
        let is_named = |log: &&NoteVerifier| {
            lines.iter().any(|line| (line.name.as_str(), line.key_hash) == (log.name(), log.key_hash()))
        };
        logs.iter().find(is_named).or(logs.first()).cloned()
    };
    let elsewhere = trust.log_key.clone().or_else(of_policy);
    if elsewhere.is_none() {
        let note = Said::new(
            "日志公钥取自本文件；请以 --log-key 提供从别处得到的公钥",
            "the log's key is the one that the file names; give one from elsewhere with --log-key",
        );
        tallies.note(CheckId::A1, note);
    }
    let own = || NoteVerifier::parse(&about.log_vkey).ok();
    let log = elsewhere.or_else(own).filter(|key| key.signature_type() == SignatureType::Ed25519);
    if log.is_none() {
        tallies.fail(CheckId::A1, None, "verifier_form");
    }
    log
}

fn policy(
    about: &About,
    trust: &Trust,
    log: Option<&LogKeys>,
    tallies: &mut Tallies,
) -> Result<Policy, &'static str> {
    if let Some(policy) = &trust.policy {
        // A policy is for the logs that it names, and for every log if it names none.
        let is_followed = |given: &NoteVerifier, known: &NoteVerifier| {
            log.is_some_and(|keys| keys.knows(given) && keys.knows(known))
        };
        let is_for = |given: &NoteVerifier| {
            let mut logs = policy.logs.iter();
            policy.logs.is_empty() || logs.any(|known| known == given || is_followed(given, known))
        };
        let is_for_log = trust.log_key.as_ref().is_none_or(is_for);
        return is_for_log.then(|| policy.clone()).ok_or("policy_other_log");
    }
    let note = Said::new(
        "见证规则取自本文件；请以 --policy 提供自己的规则",
        "the policy is the one in the file; give your own with --policy",
    );
    tallies.note(CheckId::A2, note);
    Policy::parse(&about.policy).map_err(|error| error.code())
}

/// Counts the different keys of the policy that cosigned.
fn witnessed(note: &Note, policy: &Policy) -> Witnessed {
    let (mut counted, mut last): (Vec<&[u8]>, Instant) = (Vec::new(), Instant::default());
    for witness in &policy.witnesses {
        if let Ok(Some(seconds)) = note.verify(witness)
            && !counted.contains(&witness.raw_key())
        {
            counted.push(witness.raw_key());
            last = last.max(Instant(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000)));
        }
    }
    match policy.quorum {
        0 => Witnessed::NotDemanded,
        quorum if counted.len() < quorum => Witnessed::TooFew,
        _ => Witnessed::By(last),
    }
}

fn only_known_once(note: &Note, log: &LogKeys, policy: &Policy, tallies: &mut Tallies) {
    let mut seen = Vec::new();
    for line in &note.signatures {
        let name = (line.name.as_str(), line.key_hash);
        let mut known = policy.witnesses.iter().chain(log.all());
        let verifier = known.find(|verifier| (verifier.name(), verifier.key_hash()) == name);
        let fault = match verifier {
            _ if seen.contains(&name) => Some("signature_twice"),
            None => Some("signature_unknown"),
            Some(verifier) => note.verify(verifier).err().map(|error| error.code()),
        };
        tallies.expect(CheckId::A3, None, fault.is_none(), fault.unwrap_or_default());
        seen.push(name);
    }
}
