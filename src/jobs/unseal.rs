//! Opening one envelope: its stored bytes against the receipt, its lock with the released key, its contents into files.

use bytes::Bytes;
use kaibiao_crypto::digest::{Digest, Hasher};
use kaibiao_crypto::envelope::{Core, EnvelopeError, OpeningKeys};
use kaibiao_crypto::lock::ProvenKey;
use kaibiao_crypto::manifest::ManifestLine;
use kaibiao_crypto::payload::{Head, PayloadError, PayloadKey, Unsealer};
use kaibiao_crypto::tree;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::JobError;
use super::opening::At;
use crate::base::{Envelope, ShortText};
use crate::files::{Address, Files, Kept};
use crate::ledger::Ledger;
use crate::limits::MIB;
use crate::replay::derive;
use crate::store::{EnvelopeRow, FileRow};
use crate::tender::{Bid, Document, Field, FieldValue, LotTerms, StatementValue, UnsealFailure, Unsealed};

/// Pieces of a document that wait for the disk.
const PIECES_WAITING_MAX: usize = 8;
/// Largest document that an envelope can hold.
const DOCUMENT_BYTES_MAX: u64 = 4096 * MIB;

/// Opens the envelope of `line`. Faults of the platform are errors and are tried again; what is the bidder's or the
/// storage's is a result.
pub(super) async fn unseal(
    ledger: &Ledger,
    files: &Files,
    at: At<'_>,
    bid: &Bid,
    line: &ManifestLine,
    key: &ProvenKey,
) -> Result<Unsealed, JobError> {
    let label_key = hex::encode(key.to_bytes());
    let failed = |code| Ok(Unsealed::Failed { code, label_key: Some(label_key.clone()) });
    let Some(row) = ledger.database().envelope(&line.submission.0).await? else {
        return failed(UnsealFailure::FileCorrupt);
    };
    let stored = Stored { files, row: &row, line };
    let Some(core) = stored.core().await? else { return failed(UnsealFailure::FileCorrupt) };
    let floor = derive::floor_opener(&at.tender.notice).ok_or(JobError::Missing("the beacon"))?;
    let payload_key = match open_core(at, bid, line, &core, (&floor.keys(key), key)) {
        Ok(payload_key) => payload_key,
        Err(code) => return failed(code),
    };
    let opened = match stored.contents(ledger, &core, &payload_key).await? {
        Ok(opened) => opened,
        Err(code) => return failed(code),
    };
    let statement = match statement(at.terms, line.envelope, &opened.head) {
        Ok(statement) => statement,
        Err(code) => return failed(code),
    };
    Ok(Unsealed::Opened { files: opened.documents, label_key, statement })
}

/// Recovers the payload key; the whole core is rebuilt from its seed and compared.
fn open_core(
    at: At<'_>,
    bid: &Bid,
    line: &ManifestLine,
    core: &Core,
    (keys, proven): (&OpeningKeys<'_>, &ProvenKey),
) -> Result<PayloadKey, UnsealFailure> {
    let notice = &at.tender.notice;
    let expected = derive::context(notice, at.id, line.envelope, line.submission, bid.key);
    let expected = expected.ok_or(UnsealFailure::PlatformFault)?;
    let locks = derive::locks(notice).ok_or(UnsealFailure::PlatformFault)?;
    let opened = core.check(&expected, &locks).and_then(|()| core.open_proven(&locks, keys, proven));
    opened.map(|opened| opened.payload_key).map_err(|error| match error {
        EnvelopeError::WrongContext("bidder") => UnsealFailure::IdentityMismatch,
        EnvelopeError::WrongLock(_) => UnsealFailure::WrongLock,
        EnvelopeError::WrongKey(_) | EnvelopeError::WrongPath => UnsealFailure::PlatformFault,
        EnvelopeError::Malformed(_)
        | EnvelopeError::Context(_)
        | EnvelopeError::Capsule(_)
        | EnvelopeError::WrongContext(_) => UnsealFailure::Malformed,
    })
}

/// What was in an envelope.
struct Contents {
    head: Head,
    documents: Vec<Document>,
}

/// An envelope as it is stored.
struct Stored<'a> {
    files: &'a Files,
    row: &'a EnvelopeRow,
    line: &'a ManifestLine,
}

impl Stored<'_> {
    fn address(&self) -> Address {
        Address::Sealed { root: self.line.root, core_sha256: self.line.core_sha256 }
    }

    /// The core, if the stored bytes are those of the manifest.
    async fn core(&self) -> Result<Option<Core>, JobError> {
        let is_named = self.row.root == self.line.root
            && self.row.core_sha256 == self.line.core_sha256
            && self.row.total_len == self.line.total_len;
        let whole = self.row.core_len + self.row.total_len;
        if !is_named || self.files.length(self.address()).await? != Some(whole) {
            return Ok(None);
        }
        let bytes = self.files.read_range(self.address(), 0..self.row.core_len).await?;
        let core = Core::parse(&bytes).ok().filter(|core| core.digest() == self.line.core_sha256);
        Ok(core)
    }

    /// Decrypts segment by segment; the ciphertext is compared with the receipt as it goes by.
    async fn contents(
        &self,
        ledger: &Ledger,
        core: &Core,
        key: &PayloadKey,
    ) -> Result<Result<Contents, UnsealFailure>, JobError> {
        let Ok(mut unsealer) = Unsealer::new(core, key, self.line.total_len) else {
            return Ok(Err(UnsealFailure::Malformed));
        };
        let mut segments = Vec::new();
        let mut writer = DocumentWriter::new(self.files);
        let mut result = Ok(());
        while let Some(range) = unsealer.next_range() {
            let from = self.row.core_len;
            let bytes = self.files.read_range(self.address(), from + range.start..from + range.end).await?;
            segments.push(digest(&bytes));
            if result.is_ok() {
                let mut pieces = Vec::new();
                result = unsealer.push(&bytes, &mut |document, piece| {
                    pieces.push((document, Bytes::copy_from_slice(piece)));
                    Ok(())
                });
                writer.write(pieces).await?;
            }
            if result.is_err() {
                break;
            }
        }
        let is_whole = result.is_ok();
        if is_whole && tree::root_of_digests(&segments) != self.line.root {
            return Ok(Err(UnsealFailure::FileCorrupt));
        }
        let head = match result.and_then(|()| unsealer.finish()) {
            Ok(head) => head,
            Err(PayloadError::Io(error)) => return Err(crate::files::Error::from(error).into()),
            // Storage that differs from the receipt is the platform's fault, a bad seal the bidder's.
            Err(_) if !self.is_as_received().await? => return Ok(Err(UnsealFailure::FileCorrupt)),
            Err(_) => return Ok(Err(UnsealFailure::Malformed)),
        };
        let kept = writer.finish(head.documents.len()).await?;
        let documents = name(ledger, &head, kept).await?;
        Ok(documents.map(|documents| Contents { head, documents }))
    }

    /// Whether all ciphertext is the one of the receipt.
    async fn is_as_received(&self) -> Result<bool, JobError> {
        let Ok(layout) = kaibiao_crypto::payload::Layout::of_ciphertext(self.line.total_len) else {
            return Ok(false);
        };
        let mut segments = Vec::new();
        for index in 0..layout.segments() {
            let Some(range) = layout.range(index) else { break };
            let from = self.row.core_len;
            let bytes = self.files.read_range(self.address(), from + range.start..from + range.end).await?;
            segments.push(digest(&bytes));
        }
        Ok(tree::root_of_digests(&segments) == self.line.root)
    }
}

fn digest(bytes: &[u8]) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    hasher.finish()
}

/// Documents with their names; a name that no file may have makes the seal malformed.
async fn name(
    ledger: &Ledger,
    head: &Head,
    kept: Vec<Kept>,
) -> Result<Result<Vec<Document>, UnsealFailure>, JobError> {
    let mut documents = Vec::with_capacity(kept.len());
    for (document, kept) in head.documents.iter().zip(kept) {
        let Ok(name) = ShortText::new(document.name.clone()) else {
            return Ok(Err(UnsealFailure::Malformed));
        };
        let media_type = document.media_type.clone();
        let stored_at_ms = ledger.clock().now().0;
        let row =
            FileRow { sha256: kept.sha256, len: kept.len, media_type: media_type.clone(), stored_at_ms };
        ledger.database().insert_file(&row).await?;
        documents.push(Document { len: kept.len, media_type, name, sha256: kept.sha256 });
    }
    Ok(Ok(documents))
}

/// The statement's values in the order of the notice: exactly its fields, each of its kind. Whoever sealed something else
/// has sealed no statement, and holds up nobody but themselves.
fn statement(
    terms: &LotTerms,
    envelope: Envelope,
    head: &Head,
) -> Result<Option<Vec<StatementValue>>, UnsealFailure> {
    if !envelope.is_statement() {
        return Ok(None);
    }
    let fields = terms.fields(envelope);
    let object = head.statement.as_ref().and_then(|statement| statement.as_object());
    let object = object.filter(|object| object.len() == fields.len()).ok_or(UnsealFailure::Malformed)?;
    let value = |field: &Field| {
        let value: FieldValue = serde_json::from_value(object.get(&field.id)?.clone()).ok()?;
        field.takes(&value).then(|| StatementValue { id: field.id.clone(), value })
    };
    let values: Option<Vec<StatementValue>> = fields.iter().map(value).collect();
    values.map(Some).ok_or(UnsealFailure::Malformed)
}

/// A document under way: its place in the head, where its pieces go, and what writes them.
struct Writing {
    document: usize,
    pieces: mpsc::Sender<Result<Bytes, std::io::Error>>,
    task: JoinHandle<Result<Kept, crate::files::Error>>,
}

/// Writes the documents of one envelope, one after another, without holding one in memory.
struct DocumentWriter<'a> {
    files: &'a Files,
    current: Option<Writing>,
    kept: Vec<(usize, Kept)>,
}

impl<'a> DocumentWriter<'a> {
    fn new(files: &'a Files) -> Self {
        Self { files, current: None, kept: Vec::new() }
    }

    async fn write(&mut self, pieces: Vec<(usize, Bytes)>) -> Result<(), JobError> {
        for (document, piece) in pieces {
            if self.current.as_ref().is_none_or(|current| current.document != document) {
                self.end_current().await?;
                self.begin(document);
            }
            if let Some(current) = &self.current {
                current.pieces.send(Ok(piece)).await.map_err(|_| JobError::Missing("the disk"))?;
            }
        }
        Ok(())
    }

    fn begin(&mut self, document: usize) {
        let (pieces, receiver) = mpsc::channel(PIECES_WAITING_MAX);
        let files = self.files.clone();
        let body = futures_util::stream::unfold(receiver, async |mut receiver: mpsc::Receiver<_>| {
            receiver.recv().await.map(|piece| (piece, receiver))
        });
        let task = tokio::spawn(async move { files.put(body, DOCUMENT_BYTES_MAX).await });
        self.current = Some(Writing { document, pieces, task });
    }

    async fn end_current(&mut self) -> Result<(), JobError> {
        if let Some(Writing { document, pieces, task }) = self.current.take() {
            drop(pieces);
            let kept = task.await.map_err(|_| JobError::Missing("the disk"))??;
            self.kept.push((document, kept));
        }
        Ok(())
    }

    /// What was kept, in the order of the head; empty documents had no bytes to write.
    async fn finish(mut self, documents: usize) -> Result<Vec<Kept>, JobError> {
        self.end_current().await?;
        let mut all = Vec::with_capacity(documents);
        for document in 0..documents {
            let kept = self.kept.iter().find(|(index, _)| *index == document).map(|(_, kept)| *kept);
            all.push(match kept {
                Some(kept) => kept,
                None => self.files.put_bytes(Bytes::new()).await?,
            });
        }
        Ok(all)
    }
}
