//! The messages of a key generation, and the checks that each can pass alone. JSON with hexadecimal bytes.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::transcript::Transcript;
use super::{KeygenError, Quorum, SecretText, fits};
use crate::digest::Digest;
use crate::lock::{
    G1, G2, G2_BYTES, LabelKey, PointError, SCALAR_BYTES, Scalar, hex_bytes, pairings_equal, point_text,
};

/// The domain of proofs of possession, apart from that of labels: no proof is ever a label key.
const POSSESSION_DST: &[u8] = b"BLS_POP_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_";
/// Bytes of an encrypted share: a scalar and a tag.
const SEALED_BYTES: usize = SCALAR_BYTES + 16;

/// The commitment to one coefficient: a_k·G2. Written as 192 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Commitment(pub(super) G2);

impl Commitment {
    /// The commitment of 96 compressed bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PointError> {
        G2::from_compressed(bytes).map(Self)
    }

    /// 96 compressed bytes.
    pub fn to_bytes(&self) -> [u8; G2_BYTES] {
        self.0.compressed()
    }
}

point_text!(Commitment, G2_BYTES);

/// Bytes that are written as lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HexBytes<const N: usize>(pub(super) [u8; N]);

impl<const N: usize> Serialize for HexBytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for HexBytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex_bytes(deserializer).map(Self)
    }
}

/// Round 1: what a custodian commits to, sent to all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// The commitments to the coefficients of its polynomial, the constant first.
    pub coefficients: Vec<Commitment>,
    /// Who it is from, 1..n.
    pub dealer: u8,
    /// That it knows the constant: a BLS signature over all the rest of the announcement.
    pub proof: LabelKey,
    /// The run.
    pub session: Digest,
    /// Its X25519 key for this run.
    pub(super) transport: HexBytes<32>,
}

impl Announcement {
    pub(super) fn new(
        session: Digest,
        quorum: Quorum,
        dealer: u8,
        polynomial: &[Scalar],
        transport: &PublicKey,
    ) -> Self {
        let commit = |scalar| Commitment(G2::generator().times(scalar).expect("random scalars are not zero"));
        let coefficients: Vec<Commitment> = polynomial.iter().map(commit).collect();
        let transport = HexBytes(transport.to_bytes());
        let point = possession_point(&session, quorum, dealer, &coefficients, &transport);
        let proof = point.times(&polynomial[0]).expect("random scalars are not zero");
        Self { coefficients, dealer, proof: LabelKey(proof), session, transport }
    }

    pub(super) fn check(&self, session: &Digest, quorum: Quorum) -> Result<(), KeygenError> {
        let fault = |fault| Err(KeygenError::culprit(self.dealer, fault));
        if self.session != *session {
            return fault("its announcement is of another run");
        }
        let Some(constant) = self.coefficients.first() else {
            return fault("it commits to nothing");
        };
        if self.coefficients.len() != usize::from(quorum.threshold()) {
            return fault("its polynomial has another degree");
        }
        // A key of small order would make the shares sent to it readable by all.
        if !StaticSecret::from([1; 32]).diffie_hellman(&PublicKey::from(self.transport.0)).was_contributory()
        {
            return fault("its transport key is of small order");
        }
        let point = possession_point(session, quorum, self.dealer, &self.coefficients, &self.transport);
        if !pairings_equal(&self.proof.0, &G2::generator(), &point, &constant.0) {
            return fault("its proof of possession is wrong");
        }
        Ok(())
    }
}

fn possession_point(
    session: &Digest,
    quorum: Quorum,
    dealer: u8,
    coefficients: &[Commitment],
    transport: &HexBytes<32>,
) -> G1 {
    let mut message = b"TL1/keygen\0".to_vec();
    message.extend(session.as_bytes());
    message.extend([quorum.threshold(), quorum.custodians(), dealer]);
    message.extend(transport.0);
    message.extend(coefficients.iter().flat_map(Commitment::to_bytes));
    G1::hash(&message, POSSESSION_DST)
}

/// Round 2: f_d(i), encrypted by the dealer to one custodian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedShare {
    /// Who it is from.
    pub dealer: u8,
    /// Whom it is for.
    pub recipient: u8,
    /// AES-256-GCM under a key that only these two can derive, once.
    sealed: HexBytes<SEALED_BYTES>,
    /// The run.
    pub session: Digest,
}

impl SealedShare {
    pub(super) fn seal(
        transcript: &Transcript,
        dealer: u8,
        recipient: u8,
        transport: &StaticSecret,
        value: &Scalar,
    ) -> Self {
        let key = pair_key(transcript, dealer, recipient, transport, recipient);
        let mut sealed = [0; SEALED_BYTES];
        let (body, tag) = sealed.split_at_mut(SCALAR_BYTES);
        body.copy_from_slice(&*Zeroizing::new(value.to_be_bytes()));
        let made = key
            .seal_in_place_separate_tag(single_nonce(), Aad::empty(), body)
            .expect("32 bytes are far below the limit of AES-GCM");
        tag.copy_from_slice(made.as_ref());
        Self { dealer, recipient, sealed: HexBytes(sealed), session: transcript.session() }
    }

    /// The value, with the transport secret of the recipient, if it fits the dealer's commitments.
    pub(super) fn open(&self, transcript: &Transcript, transport: &StaticSecret) -> Option<Scalar> {
        if self.session != transcript.session() {
            return None;
        }
        let key = pair_key(transcript, self.dealer, self.recipient, transport, self.dealer);
        let mut buffer = Zeroizing::new(self.sealed.0);
        let value = key.open_in_place(single_nonce(), Aad::empty(), buffer.as_mut()).ok()?;
        let value = Scalar::from_be_bytes((&*value).try_into().ok()?)?;
        let commitments = &transcript.announcement(self.dealer).coefficients;
        fits(commitments, self.recipient, &value).then_some(value)
    }
}

/// The key of one share: both ends, the run and the direction are in its derivation, so it is used once.
fn pair_key(
    transcript: &Transcript,
    dealer: u8,
    recipient: u8,
    own_secret: &StaticSecret,
    other: u8,
) -> LessSafeKey {
    let transport = |index| transcript.announcement(index).transport.0;
    let shared = own_secret.diffie_hellman(&PublicKey::from(transport(other)));
    let session = transcript.session();
    let info: [&[u8]; 5] =
        [b"TL1 keygen", session.as_bytes(), &[dealer, recipient], &transport(dealer), &transport(recipient)];
    let prk = Salt::new(HKDF_SHA256, &[]).extract(shared.as_bytes());
    let okm = prk.expand(&info, &AES_256_GCM).expect("32 bytes are within HKDF's limit");
    LessSafeKey::new(UnboundKey::from(okm))
}

fn single_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// "This dealer sent me a share that does not fit": with the accuser's transport secret, so that all can look.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// Who complains.
    pub accuser: u8,
    /// Of whom.
    pub dealer: u8,
    /// The run.
    pub session: Digest,
    pub(super) transport_secret: SecretText,
}

impl std::fmt::Debug for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "custodian {} complains of {}", self.accuser, self.dealer)
    }
}

impl Complaint {
    /// Who is at fault: the dealer if `share`, as the dealer signed it, does not fit; else the accuser.
    pub fn judge(&self, transcript: &Transcript, share: &SealedShare) -> Result<u8, KeygenError> {
        let quorum = transcript.quorum();
        for index in [self.accuser, self.dealer] {
            if !quorum.indices().any(|i| i == index) {
                return Err(KeygenError::UnknownCustodian(index));
            }
        }
        let secret = StaticSecret::from(*self.transport_secret.0);
        let announced = transcript.announcement(self.accuser).transport.0;
        let is_about_it = self.session == transcript.session()
            && (share.dealer, share.recipient) == (self.dealer, self.accuser)
            && PublicKey::from(&secret).to_bytes() == announced;
        let is_justified = is_about_it && share.open(transcript, &secret).is_none();
        Ok(if is_justified { self.dealer } else { self.accuser })
    }
}
