//! What a sealer writes: an SM2 ciphertext in the standard's own form, and the proof that it belongs to its label.
//!
//! ```text
//! M  = SM3(label) || message                          48 bytes
//! C1 = k·G (04, x, y)    (x2, y2) = k·P    C2 = M XOR KDF(x2 || y2, 48)    C3 = SM3(x2 || M || y2)     GB/T 32918.4
//! C1 || C3 || C2 || twin || proof                     65 + 32 + 48 + 33 + 64 = 242 bytes
//! twin = k·H, H the second generator                  proof: log_G C1 = log_H twin, about
//! claim = SM3("TL1/sm2lock/ciphertext\0" || P || u16 |label| || label || C1 || C3 || C2)
//! ```
//!
//! The first 145 bytes are what any implementation of SM2 decrypts that has the whole key: the form is checked against
//! others that way, although in use no whole key exists.

use zeroize::Zeroizing;

use super::element::{Element, POINT_BYTES, SECOND_GENERATOR, random_secret};
use super::proof::{PROOF_BYTES, Proof, Statement};
use super::{MESSAGE_BYTES, NationalLockError};
use crate::label::Label;
use crate::lock::{Randomness, xor};
use crate::suite::sm3;

const PLAINTEXT_BYTES: usize = 32 + MESSAGE_BYTES;
const SM2_BYTES: usize = 65 + 32 + PLAINTEXT_BYTES;

/// The public key of a committee: an SM2 key whose secret nobody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupKey(pub(super) Element);

impl GroupKey {
    /// The key of 65 bytes: 04, x, y. Error: `national_form`.
    pub fn from_bytes(bytes: &[u8; 65]) -> Result<Self, NationalLockError> {
        Element::from_uncompressed(bytes).map(Self)
    }

    /// 04, x, y.
    pub fn to_bytes(&self) -> [u8; 65] {
        self.0.to_uncompressed()
    }
}

/// A sealed message of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ciphertext {
    pub(super) c1: Element,
    c3: [u8; 32],
    c2: [u8; PLAINTEXT_BYTES],
    twin: Element,
    proof: Proof,
}

impl Ciphertext {
    /// Bytes of a ciphertext.
    pub const BYTES: usize = SM2_BYTES + POINT_BYTES + PROOF_BYTES;

    /// Seals `message` for `label`. Error: `no_randomness`.
    pub fn seal(
        key: &GroupKey,
        label: &Label,
        message: &[u8; MESSAGE_BYTES],
        random: &dyn Randomness,
    ) -> Result<Self, NationalLockError> {
        Self::encrypt(key, label, &plaintext(label, message), random)
    }

    /// Encrypts what an honest sealer would, or not, and proves the claim to `label`.
    pub(super) fn encrypt(
        key: &GroupKey,
        label: &Label,
        plaintext: &[u8; PLAINTEXT_BYTES],
        random: &dyn Randomness,
    ) -> Result<Self, NationalLockError> {
        let (secret, mask, shared) = loop {
            let secret = random_secret(random)?;
            let shared = Shared::of(key.0.times(&secret));
            let mask = shared.mask();
            // Step A5 of the standard: a mask of zeros is thrown away.
            if mask.iter().any(|byte| *byte != 0) {
                break (secret, mask, shared);
            }
        };
        let (c1, twin) = (Element::of_secret(&secret), SECOND_GENERATOR.times(&secret));
        let (c3, c2) = (shared.check(plaintext), xor(plaintext, &mask));
        let claim = claim(key, label, &sm2_bytes(&c1, &c3, &c2));
        let proof = Proof::make(&statement(&claim, c1, twin), &secret, random)?;
        Ok(Self { c1, c3, c2, twin, proof })
    }

    /// Reads a ciphertext: every point and number in its one form. Whether it belongs to a label is
    /// [`Ciphertext::is_for`]. Error: `national_form`.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self, NationalLockError> {
        let part = |at: usize, length: usize| &bytes[at..at + length];
        Ok(Self {
            c1: Element::from_uncompressed(&fixed(part(0, 65)))?,
            c3: fixed(part(65, 32)),
            c2: fixed(part(97, PLAINTEXT_BYTES)),
            twin: Element::from_bytes(&fixed(part(SM2_BYTES, POINT_BYTES)))?,
            proof: Proof::from_bytes(&fixed(part(SM2_BYTES + POINT_BYTES, PROOF_BYTES)))?,
        })
    }

    /// The bytes.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        fixed(&[self.sm2_bytes().as_slice(), &self.twin.to_bytes(), &self.proof.to_bytes()].concat())
    }

    /// C1 || C3 || C2: the SM2 ciphertext of the standard, 145 bytes.
    pub fn sm2_bytes(&self) -> [u8; SM2_BYTES] {
        sm2_bytes(&self.c1, &self.c3, &self.c2)
    }

    /// Whether its sealer made it for this label and committee, and knows the exponent of C1.
    pub fn is_for(&self, key: &GroupKey, label: &Label) -> bool {
        let claim = claim(key, label, &self.sm2_bytes());
        self.proof.fits(&statement(&claim, self.c1, self.twin))
    }

    /// The message, from d·C1. Error: `national_check`.
    pub(super) fn open(
        &self,
        shared: Element,
        label: &Label,
    ) -> Result<Zeroizing<[u8; MESSAGE_BYTES]>, NationalLockError> {
        let shared = Shared::of(shared);
        let plaintext = Zeroizing::new(xor(&self.c2, &shared.mask()));
        if shared.check(&plaintext) != self.c3 || plaintext[..32] != sm3(&[&label.to_bytes()]) {
            return Err(NationalLockError::Check);
        }
        Ok(Zeroizing::new(fixed(&plaintext[32..])))
    }

    /// SM3 of label, committee and ciphertext: what a partial is about.
    pub(super) fn name(&self, key: &GroupKey, label: &Label) -> [u8; 32] {
        sm3(&[&claim(key, label, &self.sm2_bytes()), &self.twin.to_bytes(), &self.proof.to_bytes()])
    }
}

/// x2 || y2.
struct Shared(Zeroizing<[u8; 64]>);

impl Shared {
    fn of(point: Element) -> Self {
        let written = Zeroizing::new(point.to_uncompressed());
        Self(Zeroizing::new(fixed(&written[1..])))
    }

    /// The KDF of GB/T 32918.4, section 5.4.3: SM3 of x2 || y2 || u32 counter from 1.
    fn mask(&self) -> Zeroizing<[u8; PLAINTEXT_BYTES]> {
        let mut mask = Zeroizing::new([0; PLAINTEXT_BYTES]);
        for (counter, chunk) in (1_u32..).zip(mask.chunks_mut(32)) {
            let block = Zeroizing::new(sm3(&[self.0.as_ref(), &counter.to_be_bytes()]));
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        mask
    }

    /// C3 of a plaintext.
    fn check(&self, plaintext: &[u8; PLAINTEXT_BYTES]) -> [u8; 32] {
        sm3(&[&self.0[..32], plaintext, &self.0[32..]])
    }
}

/// M: SM3 of the label, then the message.
pub(super) fn plaintext(label: &Label, message: &[u8; MESSAGE_BYTES]) -> Zeroizing<[u8; PLAINTEXT_BYTES]> {
    let mut plaintext = Zeroizing::new([0; PLAINTEXT_BYTES]);
    plaintext[..32].copy_from_slice(&sm3(&[&label.to_bytes()]));
    plaintext[32..].copy_from_slice(message);
    plaintext
}

fn sm2_bytes(c1: &Element, c3: &[u8; 32], c2: &[u8; PLAINTEXT_BYTES]) -> [u8; SM2_BYTES] {
    fixed(&[c1.to_uncompressed().as_slice(), c3, c2].concat())
}

fn claim(key: &GroupKey, label: &Label, ciphertext: &[u8; SM2_BYTES]) -> [u8; 32] {
    let label = label.to_bytes();
    let length = u16::try_from(label.len()).expect("labels are below 256 bytes").to_be_bytes();
    sm3(&[b"TL1/sm2lock/ciphertext\0", &key.to_bytes(), &length, &label, ciphertext])
}

fn statement(claim: &[u8; 32], c1: Element, twin: Element) -> Statement<'_> {
    Statement { claim, first: c1, base: *SECOND_GENERATOR, second: twin }
}

fn fixed<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the parts have the lengths of the form")
}
