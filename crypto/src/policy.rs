//! Which witnesses must have cosigned a head: C2SP `tlog-policy`, with one group at most.
//!
//! ```text
//! log <vkey> [<address>]
//! witness <name> <vkey> [<address>]
//! group <name> <all | any | count> <witness name>…
//! quorum <name of a witness or of the group | none>
//! ```
//!
//! Empty lines and lines that begin with `#` mean nothing. Groups of groups are not read: no policy of ours has them.

use std::collections::BTreeMap;

use crate::checkpoint::{NoteError, NoteVerifier, SignatureType};

/// Witnesses, and how many of them must have cosigned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Keys of the logs that the policy is for; empty if it names none.
    pub logs: Vec<NoteVerifier>,
    /// The witnesses that count.
    pub witnesses: Vec<NoteVerifier>,
    /// How many of them.
    pub quorum: usize,
    /// Where witnesses are reached that have an address here, by their `vkey` lines.
    pub addresses: BTreeMap<String, String>,
}

/// Not a policy that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A line that says nothing known, or names what was not defined.
    #[error("line {0} of the policy cannot be understood")]
    Line(usize),
    /// A key.
    #[error("line {0} of the policy: {1}")]
    Key(usize, NoteError),
    /// No line says what the quorum is.
    #[error("the policy has no quorum")]
    NoQuorum,
}

impl PolicyError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Line(_) => "policy_line",
            Self::Key(_, error) => error.code(),
            Self::NoQuorum => "policy_no_quorum",
        }
    }
}

impl Policy {
    /// The policy of `log` under which `quorum` of these witnesses must agree.
    pub fn text_of(log: &str, witnesses: &[String], quorum: usize) -> String {
        let named: Vec<(String, &String)> = (1..).map(|n: usize| format!("w{n}")).zip(witnesses).collect();
        let lines: String = named.iter().map(|(name, vkey)| format!("witness {name} {vkey}\n")).collect();
        let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
        let group = if names.is_empty() || quorum == 0 {
            "quorum none\n".to_owned()
        } else {
            format!("group witnesses {quorum} {}\nquorum witnesses\n", names.join(" "))
        };
        format!("log {log}\n{lines}{group}")
    }

    /// Reads a policy.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut logs = Vec::new();
        let mut groups: BTreeMap<String, (Vec<NoteVerifier>, usize)> = BTreeMap::new();
        let mut addresses = BTreeMap::new();
        let mut quorum = None;
        for (number, line) in (1..).zip(text.lines()) {
            let wrong = || PolicyError::Line(number);
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                ["log", vkey] | ["log", vkey, _] => logs.push(key(vkey, SignatureType::Ed25519, number)?),
                ["witness", name, vkey] | ["witness", name, vkey, _] => {
                    let witness = key(vkey, SignatureType::Cosignature, number)?;
                    addresses.extend(words.get(3).map(|address| ((*vkey).to_owned(), (*address).to_owned())));
                    let is_new = groups.insert((*name).to_owned(), (vec![witness], 1)).is_none();
                    is_new.then_some(()).ok_or_else(wrong)?;
                }
                ["group", name, count, members @ ..] => {
                    let group = group(&groups, count, members).ok_or_else(wrong)?;
                    groups.insert((*name).to_owned(), group).is_none().then_some(()).ok_or_else(wrong)?;
                }
                ["quorum", "none"] if quorum.is_none() => quorum = Some((Vec::new(), 0)),
                ["quorum", name] if quorum.is_none() => {
                    quorum = Some(groups.get(*name).cloned().ok_or_else(wrong)?);
                }
                _ => return Err(wrong()),
            }
        }
        let (witnesses, quorum) = quorum.ok_or(PolicyError::NoQuorum)?;
        Ok(Self { logs, witnesses, quorum, addresses })
    }
}

fn key(vkey: &str, wanted: SignatureType, line: usize) -> Result<NoteVerifier, PolicyError> {
    let verifier = NoteVerifier::parse(vkey).map_err(|error| PolicyError::Key(line, error))?;
    if verifier.signature_type() == wanted { Ok(verifier) } else { Err(PolicyError::Line(line)) }
}

/// The witnesses of a group and how many must agree; none if a member is no single witness or there are too few.
fn group(
    defined: &BTreeMap<String, (Vec<NoteVerifier>, usize)>,
    count: &str,
    members: &[&str],
) -> Option<(Vec<NoteVerifier>, usize)> {
    let single = |name: &&str| match defined.get(*name)?.0.as_slice() {
        [witness] => Some(witness.clone()),
        _ => None,
    };
    let witnesses = members.iter().map(single).collect::<Option<Vec<NoteVerifier>>>()?;
    let count = match count {
        "all" => witnesses.len(),
        "any" => 1,
        number => number.parse().ok()?,
    };
    (1..=witnesses.len()).contains(&count).then_some((witnesses, count))
}
