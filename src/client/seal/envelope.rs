//! One envelope: its content read once for the head, once more to be sealed into a file.
//!
//! *Invariant*: at most one segment of plaintext and one of ciphertext are in memory, whatever the size of a document.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, Locks, SealSeed};
use kaibiao_crypto::label::Context;
use kaibiao_crypto::payload::{
    DocumentHasher, DocumentHead, Head, PayloadWriter, SEGMENT_BYTES, TAG_BYTES, padme,
};
use ring::rand::SystemRandom;
use serde_json::Value;

use super::{SealProgress, SealedEnvelope};
use crate::base::{Envelope, ManifestLine};
use crate::client::ClientError;
use crate::client::bid::{BidError, BidFolder, DocumentSource};
use crate::client::limits::{ENVELOPE_BYTES_MAX, READ_BYTES};

/// What an envelope is to hold.
pub(super) struct Content<'a> {
    kind: Envelope,
    head: Head,
    documents: &'a [DocumentSource],
}

impl<'a> Content<'a> {
    /// Reads every document once. Errors: `file`, `bid_too_large`, `payload_head`.
    pub(super) fn read(
        bid: &'a BidFolder,
        kind: Envelope,
        progress: &mut dyn FnMut(SealProgress),
    ) -> Result<Self, ClientError> {
        let (head, documents) = match bid.statements.get(&kind) {
            Some(statement) => (Head::of_statement(Value::Object(statement.clone())), &[][..]),
            None => {
                let documents = bid.documents.get(&kind).map(Vec::as_slice).unwrap_or_default();
                let mut meter = Meter::new(kind, false, documents, progress);
                let heads = documents.iter().map(|document| head_of(document, &mut meter)).collect::<Result<
                    Vec<_>,
                    _,
                >>(
                )?;
                (Head::of_documents(heads), documents)
            }
        };
        let content = Self { kind, head, documents };
        if content.sealed_len()? > ENVELOPE_BYTES_MAX {
            return Err(BidError::TooLarge(kind).into());
        }
        Ok(content)
    }

    /// Names the content: by it an interrupted sealing knows that its documents did not change.
    pub(super) fn fingerprint(&self) -> Result<Digest, ClientError> {
        Ok(Digest::of(&self.head.to_bytes(self.kind)?))
    }

    fn sealed_len(&self) -> Result<u64, ClientError> {
        let head_len = self.head.to_bytes(self.kind)?.len() as u64 + 4;
        let plain = padme(self.head.documents.iter().fold(head_len, |sum, document| sum + document.size));
        Ok(plain + plain.div_ceil(SEGMENT_BYTES as u64) * TAG_BYTES as u64)
    }
}

/// Seals `content` with a fresh seed into `<number>.tl1` in `target`, durably.
pub(super) fn seal_envelope(
    content: &Content<'_>,
    context: &Context,
    locks: &Locks,
    target: &Path,
    progress: &mut dyn FnMut(SealProgress),
) -> Result<SealedEnvelope, ClientError> {
    let seed = SealSeed::generate(&SystemRandom::new()).map_err(|_| ClientError::Generator)?;
    let core = Core::seal(&seed, context, locks)?;
    let file = format!("{}.tl1", content.kind.number());
    let (path, beside) = (target.join(&file), target.join(format!("{file}.unfinished")));
    let failed = |error| ClientError::file(&beside, error);

    let mut sink = BufWriter::new(File::create(&beside).map_err(failed)?);
    sink.write_all(core.bytes()).map_err(failed)?;
    let mut writer =
        PayloadWriter::start(&core, &seed.payload_key(core.suite(), context), &content.head, sink)?;
    let mut meter = Meter::new(content.kind, true, content.documents, progress);
    for document in content.documents {
        each_part(&document.path, |part| {
            writer.write(part)?;
            meter.add(part.len());
            Ok(())
        })?;
    }
    let (sealed, sink) = writer.finish()?;
    let written = sink.into_inner().map_err(|error| failed(error.into_error()))?;
    written.sync_all().map_err(failed)?;
    fs::rename(&beside, &path).map_err(failed)?;
    File::open(target).and_then(|folder| folder.sync_all()).map_err(failed)?;

    let line = ManifestLine {
        core_sha256: core.digest(),
        envelope: content.kind,
        root: sealed.root,
        submission: context.submission,
        total_len: sealed.total_len,
    };
    Ok(SealedEnvelope { core_len: core.bytes().len() as u64, file, line })
}

fn head_of(document: &DocumentSource, meter: &mut Meter<'_>) -> Result<DocumentHead, ClientError> {
    let mut hasher = DocumentHasher::new();
    each_part(&document.path, |part| {
        hasher.update(part);
        meter.add(part.len());
        Ok(())
    })?;
    let size = hasher.size();
    Ok(DocumentHead {
        media_type: document.media_type.clone(),
        name: document.name.clone(),
        root: hasher.finish(),
        size,
    })
}

fn each_part(path: &Path, mut take: impl FnMut(&[u8]) -> Result<(), ClientError>) -> Result<(), ClientError> {
    let mut file = File::open(path).map_err(|error| ClientError::file(path, error))?;
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => take(&buffer[..length])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(ClientError::file(path, error)),
        }
    }
}

/// Counts the bytes of one pass.
struct Meter<'a> {
    state: SealProgress,
    tell: &'a mut dyn FnMut(SealProgress),
}

impl<'a> Meter<'a> {
    fn new(
        envelope: Envelope,
        is_sealing: bool,
        documents: &[DocumentSource],
        tell: &'a mut dyn FnMut(SealProgress),
    ) -> Self {
        let bytes_total = documents.iter().map(|document| document.size).sum();
        Self { state: SealProgress { envelope, is_sealing, bytes_done: 0, bytes_total }, tell }
    }

    fn add(&mut self, bytes: usize) {
        self.state.bytes_done += bytes as u64;
        (self.tell)(self.state);
    }
}
