//! A lock as an ordinary file: age (age-encryption.org/v1) with the stanza `-> tlock <round> <chain hash>`, which
//! drand's own tools open and write too.
//!
//! The stanza's body is the capsule of the file key. It is not the envelope: such a file has no committee, so it is
//! never a bid; it is for handing over what nobody may read before a time, and for checking the lock with tools of
//! others. The age format itself is the `age` crate's.
//!
//! *Invariant*: the network of a file is only compared with one that the caller names, never taken from it; what
//! [`decrypt`] returns was authenticated as a whole.

mod error;
mod stanza;

use std::io::{Read, Write};
use std::iter;

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::{Decryptor, Encryptor};
use ring::rand::SystemRandom;
use zeroize::Zeroizing;

pub use error::TlockFileError;
use stanza::{Lock, Look, Opener};

use crate::beacon::{Beacon, BeaconError, Network};
use crate::lock::{MESSAGE_BYTES, Randomness};

/// Locks `plaintext` to a round of `network`: a binary age file. The randomness is the operating system's.
pub fn encrypt(network: &Network, round: u64, plaintext: &[u8]) -> Result<Vec<u8>, TlockFileError> {
    if round == 0 {
        return Err(BeaconError::Round.into());
    }
    loop {
        let file = encrypt_once(network, round, plaintext)?;
        if is_plain(&file) {
            return Ok(file);
        }
    }
}

fn encrypt_once(network: &Network, round: u64, plaintext: &[u8]) -> Result<Vec<u8>, TlockFileError> {
    let mut sigma = Zeroizing::new([0; MESSAGE_BYTES]);
    SystemRandom::new().fill(sigma.as_mut())?;
    let lock = Lock { network, round, sigma };
    let encryptor = Encryptor::with_recipients(iter::once(&lock as &dyn age::Recipient))
        .expect("one recipient, and no passphrase");
    let mut writer = encryptor.wrap_output(Vec::new()).expect("a Vec takes all");
    writer.write_all(plaintext).expect("a Vec takes all");
    Ok(writer.finish().expect("a Vec takes all"))
}

/// Whether the header is one that every tool reads. The `age` crate adds a stanza of noise, and tlock-js 0.9 refuses
/// one without a body; a file with an empty line in its header, three in a hundred, is made anew.
fn is_plain(file: &[u8]) -> bool {
    let mut lines = file.split(|byte| *byte == b'\n').take_while(|line| !line.starts_with(b"--- "));
    lines.all(|line| !line.is_empty())
}

/// The same file as text between `-----BEGIN AGE ENCRYPTED FILE-----` and its end, to be sent by mail or printed.
pub fn armored(file: &[u8]) -> String {
    let mut writer = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).expect("a Vec takes all");
    writer.write_all(file).expect("a Vec takes all");
    String::from_utf8(writer.finish().expect("a Vec takes all")).expect("armour is ASCII")
}

/// The round of `network` whose beacon opens a file, binary or armoured.
pub fn round_of(network: &Network, file: &[u8]) -> Result<u64, TlockFileError> {
    let look = Look::of(network);
    let opened = decryptor(file)?.decrypt(iter::once(&look as &dyn age::Identity));
    debug_assert!(opened.is_err(), "looking gives no file key");
    look.outcome()
}

/// Opens a file, binary or armoured, with the beacon of its round.
pub fn decrypt(beacon: &Beacon, file: &[u8]) -> Result<Vec<u8>, TlockFileError> {
    let opener = Opener::new(beacon);
    let mut reader = decryptor(file)?
        .decrypt(iter::once(&opener as &dyn age::Identity))
        .map_err(|error| opener.refusal(error))?;
    let mut plaintext = Vec::with_capacity(file.len());
    reader.read_to_end(&mut plaintext).map_err(|_| TlockFileError::Changed)?;
    Ok(plaintext)
}

fn decryptor(file: &[u8]) -> Result<Decryptor<ArmoredReader<std::io::BufReader<&[u8]>>>, TlockFileError> {
    Decryptor::new_buffered(ArmoredReader::new(file)).map_err(TlockFileError::from)
}

#[cfg(test)]
mod tests;
