//! Bids as an honest bidder makes them, and as others do.

use bytes::Bytes;
use kaibiao::base::{BidId, Envelope, KeyId, SubmissionId};
use kaibiao::files::upload::{EnvelopeLabel, Part};
use kaibiao::files::upload::{NewUpload, Purpose};
use kaibiao::replay::derive;
use kaibiao::tender::{LotCommand, SubmitBid, Tender};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, Locks, SealSeed};
use kaibiao_crypto::label::Context;
use kaibiao_crypto::manifest::{Manifest, ManifestLine};
use kaibiao_crypto::payload::{self, DocumentHasher, DocumentHead, Head, PayloadWriter};
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use crate::harness::{Actor, Center, lot};

/// One sealed envelope, as it is uploaded.
#[derive(Clone)]
pub struct Sealed {
    pub core: Vec<u8>,
    pub ciphertext: Vec<u8>,
    pub line: ManifestLine,
}

/// Seals `envelope` for the bidder with `key`.
pub fn seal(
    tender: &Tender,
    envelope: Envelope,
    key: KeyId,
    statement: serde_json::Value,
    document: &[u8],
) -> Sealed {
    let context = derive::context(&tender.notice, &lot(), envelope, new_submission(), key);
    let locks = derive::locks(&tender.notice).expect("a published tender");
    seal_in(&context.expect("a published tender"), &locks, statement, document)
}

/// A fresh submission id.
pub fn new_submission() -> SubmissionId {
    let mut submission = [0; 16];
    SystemRandom::new().fill(&mut submission).expect("randomness");
    SubmissionId(submission)
}

/// Seals in `context` with `locks`, whatever the tender says.
pub fn seal_in(context: &Context, locks: &Locks, statement: serde_json::Value, document: &[u8]) -> Sealed {
    let seed = SealSeed::generate(&SystemRandom::new()).expect("randomness");
    let core = Core::seal(&seed, context, locks).expect("a core");
    let key = seed.payload_key(locks.suite, context);
    let (sealed, ciphertext) = if context.envelope.is_statement() {
        payload::seal_statement(&core, &key, statement).expect("a statement")
    } else {
        let mut hasher = DocumentHasher::new();
        hasher.update(document);
        let head = Head::of_documents(vec![DocumentHead {
            media_type: "application/pdf".to_owned(),
            name: "文件.pdf".to_owned(),
            root: hasher.finish(),
            size: document.len() as u64,
        }]);
        let mut writer = PayloadWriter::start(&core, &key, &head, Vec::new()).expect("a payload");
        writer.write(document).expect("written");
        writer.finish().expect("sealed")
    };
    let line = ManifestLine {
        core_sha256: core.digest(),
        envelope: context.envelope,
        root: sealed.root,
        submission: context.submission,
        total_len: sealed.total_len,
    };
    Sealed { core: core.bytes().to_vec(), ciphertext, line }
}

/// All envelopes of a bid with `price` (minor units).
pub fn envelopes(tender: &Tender, key: KeyId, price: i64) -> Vec<Sealed> {
    let procedure = tender.notice.published().expect("published").procedure;
    let one_stage = procedure.price_statement() == Envelope::Statement;
    let mut first = serde_json::json!({ "days": 180, "name": "某公司" });
    if one_stage {
        first["price_minor"] = price.into();
    }
    let seal = |envelope: &Envelope| match envelope {
        Envelope::Statement => seal(tender, *envelope, key, first.clone(), b""),
        Envelope::PriceStatement => {
            seal(tender, *envelope, key, serde_json::json!({ "price_minor": price }), b"")
        }
        Envelope::Documents => seal(tender, *envelope, key, serde_json::Value::Null, b"%PDF-1.7 technical"),
        Envelope::PriceDocuments => seal(tender, *envelope, key, serde_json::Value::Null, b"%PDF-1.7 price"),
    };
    procedure.envelopes().iter().map(seal).collect()
}

impl Center {
    /// Uploads a sealed envelope as its bidder would.
    pub async fn upload(&self, bidder: &Actor, sealed: &Sealed) {
        let id = Uuid::new_v4();
        let core_len = sealed.core.len() as u64;
        let bytes = Bytes::from([sealed.core.as_slice(), &sealed.ciphertext].concat());
        let now = self.clock.now().0;
        let new = NewUpload {
            id,
            person: bidder.person.0,
            purpose: Purpose::Envelope { core_len },
            meta: String::new(),
            length: bytes.len() as u64,
        };
        self.uploads.create(new, now).await.expect("created");
        let part = Part { id, person: bidder.person.0, offset: 0, checksum: None };
        let body = futures_util::stream::iter([Ok::<_, std::io::Error>(bytes)]);
        self.uploads.append(part, body, now).await.expect("taken");
        let label = EnvelopeLabel {
            submission: sealed.line.submission.0,
            tender: self.tender.to_string(),
            lot: lot().to_string(),
            kind: sealed.line.envelope.number(),
            capsule_u: Digest::of(&sealed.core).as_bytes().to_vec(),
        };
        self.uploads.finish_envelope(id, bidder.person.0, |_| Ok(label), now).await.expect("kept");
    }

    /// Flips one byte of a stored envelope.
    pub fn damage(&self, line: &ManifestLine) {
        let path = self.root.join(format!("ct/{}/{}", line.root, line.core_sha256));
        let mut bytes = std::fs::read(&path).expect("a stored envelope");
        let last = bytes.len() - 100;
        bytes[last] ^= 1;
        std::fs::write(&path, bytes).expect("a damaged disk");
    }

    /// The act that submits these envelopes.
    pub fn submission(sealed: &[Sealed], replaces: Option<BidId>, document_set: u32) -> SubmitBid {
        let lines = sealed.iter().map(|sealed| sealed.line.clone()).collect();
        let manifest = Manifest::new(lines).expect("a manifest");
        SubmitBid { bid: BidId(Uuid::new_v4()), document_set, manifest, replaces }
    }

    /// Seals, uploads and submits a bid.
    pub async fn bid(&self, bidder: &Actor, price: i64) -> BidId {
        let sealed = envelopes(&self.state(), bidder.key_id(), price);
        for envelope in &sealed {
            self.upload(bidder, envelope).await;
        }
        let submit = Self::submission(&sealed, None, 0);
        let bid = submit.bid;
        self.lot(bidder, LotCommand::SubmitBid(submit)).await.expect("received");
        bid
    }
}
