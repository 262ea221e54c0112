//! The header: text of a version, stanzas and a MAC, written in the one way and read strictly.
//!
//! ```text
//! age-encryption.org/v1
//! -> tlock <round> <chain hash>
//! <base64 without padding, 64 columns, the last line shorter than that>
//! --- <base64 of HMAC-SHA-256 over all up to and with these three hyphens>
//! ```
//!
//! Stanzas of other kinds are passed over, because tools write noise to keep readers tolerant. It opens no capsule
//! and knows no network.
//!
//! *Invariant*: what was read has exactly one time lock, and every number and every base64 in it is in the one form
//! that it can have.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::hmac;

use super::{FileKey, TlockFileError, derived};
use crate::digest::Digest;
use crate::lock::CAPSULE_BYTES;

const VERSION: &[u8] = b"age-encryption.org/v1";
const STANZA: &[u8] = b"-> ";
const MAC: &[u8] = b"---";
const TAG: &str = "tlock";
/// Columns of base64, here and in armour.
pub(super) const COLUMNS: usize = 64;

/// The time lock of a file.
pub(super) struct Stanza {
    /// From 1.
    pub(super) round: u64,
    /// The chain hash of the network.
    pub(super) chain: Digest,
    /// A capsule, whose point was not checked yet.
    pub(super) body: [u8; CAPSULE_BYTES],
}

/// A header that was read, and what follows it.
pub(super) struct Header<'a> {
    pub(super) stanza: Stanza,
    /// What the MAC is over.
    covered: &'a [u8],
    mac: [u8; 32],
    /// The content: a nonce and sealed chunks.
    pub(super) payload: &'a [u8],
}

/// The header of a file with this one stanza, up to and with its last line feed.
pub(super) fn write(stanza: &Stanza, file_key: &FileKey) -> Vec<u8> {
    let mut header = VERSION.to_vec();
    header.extend(format!("\n-> {TAG} {} {}\n", stanza.round, stanza.chain).bytes());
    let body = STANDARD_NO_PAD.encode(stanza.body);
    for line in body.as_bytes().chunks(COLUMNS) {
        header.extend(line);
        header.push(b'\n');
    }
    header.extend(MAC);
    let mac = hmac::sign(&mac_key(file_key), &header);
    header.extend(format!(" {}\n", STANDARD_NO_PAD.encode(mac)).bytes());
    header
}

impl<'a> Header<'a> {
    /// Reads the header at the front of a binary file.
    pub(super) fn read(file: &'a [u8]) -> Result<Self, TlockFileError> {
        let mut rest = file;
        if line(&mut rest)? != VERSION {
            return Err(TlockFileError::Format);
        }
        let mut found = None;
        loop {
            let start = file.len() - rest.len();
            let next = line(&mut rest)?;
            if let Some(arguments) = next.strip_prefix(STANZA) {
                let (arguments, body) = (words(arguments)?, body(&mut rest)?);
                // Two locks would leave open which round the file waits for; no tool writes that.
                if let [TAG, arguments @ ..] = arguments.as_slice()
                    && found.replace(Stanza::read(arguments, &body)?).is_some()
                {
                    return Err(TlockFileError::Stanza);
                }
            } else {
                let mac = next.strip_prefix(MAC).and_then(|mac| mac.strip_prefix(b" "));
                let mac = decoded(mac.ok_or(TlockFileError::Format)?)?;
                let mac = mac.try_into().map_err(|_| TlockFileError::Format)?;
                let (stanza, covered) = (found.ok_or(TlockFileError::NoLock)?, &file[..start + MAC.len()]);
                return Ok(Self { stanza, covered, mac, payload: rest });
            }
        }
    }

    /// Whether who made the header had the file key.
    pub(super) fn verify(&self, file_key: &FileKey) -> Result<(), TlockFileError> {
        hmac::verify(&mac_key(file_key), self.covered, &self.mac).map_err(|_| TlockFileError::Changed)
    }
}

impl Stanza {
    fn read(arguments: &[&str], body: &[u8]) -> Result<Self, TlockFileError> {
        let [digits, chain] = arguments else {
            return Err(TlockFileError::Stanza);
        };
        let round: u64 = digits.parse().map_err(|_| TlockFileError::Stanza)?;
        if round == 0 || round.to_string() != *digits {
            return Err(TlockFileError::Stanza);
        }
        let chain = chain.parse().map_err(|_| TlockFileError::Stanza)?;
        Ok(Self { round, chain, body: body.try_into().map_err(|_| TlockFileError::Stanza)? })
    }
}

fn mac_key(file_key: &FileKey) -> hmac::Key {
    derived(file_key, b"", b"header", hmac::HMAC_SHA256)
}

/// Takes a line and its line feed, without which it is no line.
fn line<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], TlockFileError> {
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or(TlockFileError::Format)?;
    let (line, after) = rest.split_at(end);
    *rest = &after[1..];
    Ok(line)
}

/// The words of a stanza's first line: one or more, of visible ASCII, with one space between two.
fn words(line: &[u8]) -> Result<Vec<&str>, TlockFileError> {
    let line = std::str::from_utf8(line).map_err(|_| TlockFileError::Format)?;
    let words: Vec<&str> = line.split(' ').collect();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic());
    if words.iter().all(is_word) { Ok(words) } else { Err(TlockFileError::Format) }
}

/// Takes a stanza's body: full lines, then a shorter one, which may be empty.
fn body(rest: &mut &[u8]) -> Result<Vec<u8>, TlockFileError> {
    let mut digits = Vec::new();
    loop {
        let line = line(rest)?;
        digits.extend(line);
        match line.len() {
            COLUMNS => {}
            0..COLUMNS => return decoded(&digits),
            _ => return Err(TlockFileError::Format),
        }
    }
}

/// Base64 without padding, and without bits left over in its last digit.
fn decoded(digits: &[u8]) -> Result<Vec<u8>, TlockFileError> {
    STANDARD_NO_PAD.decode(digits).map_err(|_| TlockFileError::Format)
}
