//! Writing the evidence bundle of a tender: rows page by page from the store, proofs from the tree, files in pieces.
//!
//! Everything stands under one head, the newest witnessed one when the export began; what is written later is not in it. The
//! streams are read twice: once to count them and to find the heads that signers have seen, once to write.
//!
//! *Invariant*: before every lot is closed nothing is exported, to nobody; the public gets whole only what everybody
//! could hear when it happened, and of everything else the leaf hash.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek, Write};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt;
use kaibiao_crypto::checkpoint::{Checkpoint, Note};
use kaibiao_crypto::entry::{Entry, EntryError};
use kaibiao_crypto::succession::LogKeys;
use kaibiao_crypto::tree::ProofError;

use super::{Head, Ledger};
use crate::base::Tick;
use crate::base::{Digest, SubmissionId, TenderId};
use crate::files::{self, Address, Files};
use crate::limits::GATE_WAIT_MS;
use crate::replay::bundle::{
    About, BUNDLE_VERSION, BundleError, BundleWriter, Content, Growth, Record, Scope, ShownRotation,
};
use crate::replay::check::Policy;
use crate::replay::{Happened, RULES, Stream};
use crate::store::{self, EntryRow};
use crate::tender::{Audience, Phase, Tender, Unsealed, audience};

/// Entries of a stream that are read at once.
const PAGE: u32 = 256;
/// How long an export waits for the witnesses.
const EXPORT_WAIT: Duration = Duration::from_millis(GATE_WAIT_MS);

/// Why a bundle was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is no such tender.
    #[error("unknown tender")]
    UnknownTender,
    /// A lot still receives bids: nobody may learn who has submitted.
    #[error("a lot is not closed yet")]
    BeforeClose,
    /// The public's file is made when the tender is archived.
    #[error("the tender is not archived yet")]
    NotArchived,
    /// Too few witnesses have cosigned.
    #[error("too few witnesses have cosigned the newest head")]
    AwaitsWitnesses,
    /// The log has no signed head yet.
    #[error("no signed head")]
    NoHead,
    /// The database.
    #[error("the database failed")]
    Store(#[from] store::Error),
    /// A kept file.
    #[error("a file failed")]
    Files(#[from] files::Error),
    /// A stored entry.
    #[error("a stored entry cannot be read")]
    Entry(#[from] EntryError),
    /// An act in a stored entry.
    #[error("a stored act cannot be read")]
    Act(#[from] kaibiao_crypto::act::ActError),
    /// Stored events.
    #[error("stored events cannot be read")]
    Events(#[from] serde_json::Error),
    /// A proof.
    #[error("no such proof")]
    Proof(#[from] ProofError),
    /// Where the bundle is written to.
    #[error("the bundle cannot be written")]
    Bundle(#[from] BundleError),
}

impl ExportError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTender => "unknown_tender",
            Self::BeforeClose => "before_close",
            Self::NotArchived => "not_archived",
            Self::AwaitsWitnesses => "awaits_witnesses",
            Self::NoHead => "no_signed_head",
            Self::Store(error) => error.code(),
            Self::Files(error) => error.code(),
            Self::Entry(error) => error.code(),
            Self::Act(error) => error.code(),
            Self::Events(_) => "stored_events",
            Self::Proof(error) => error.code(),
            Self::Bundle(error) => error.code(),
        }
    }
}

/// What the two streams hold under the head.
#[derive(Default)]
struct Survey {
    counts: BTreeMap<Stream, u64>,
    /// Sizes of the heads that signers have seen.
    seen: BTreeSet<u64>,
}

/// One export under way.
struct Export<'a> {
    ledger: &'a Ledger,
    tender: TenderId,
    scope: Scope,
    head: Head,
}

impl Ledger {
    /// Writes the bundle of `tender` to `sink` and gives it back. With `files` the supervisor's bundle carries the
    /// documents of the tender and of opened envelopes; the cores of opened envelopes it always has.
    /// Errors: `unknown_tender`, `before_close`, `not_archived` (the public's), and faults of ours.
    pub async fn export<W: Write + Seek + Send + 'static>(
        &self,
        tender: TenderId,
        scope: Scope,
        shelf: &Files,
        with_files: bool,
        sink: W,
    ) -> Result<W, ExportError> {
        let (size, state) =
            self.published(|published| (published.head.size, published.world.tenders.get(&tender).cloned()));
        let state = state.ok_or(ExportError::UnknownTender)?;
        may_export(&state, scope)?;
        // What is exported is evidence: it stands under a head that witnesses have cosigned.
        if !self.is_witnessed_within(size.saturating_sub(1), EXPORT_WAIT).await {
            return Err(ExportError::AwaitsWitnesses);
        }
        let head = self.witnessed().ok_or(ExportError::NoHead)?;
        let export = Export { ledger: self, tender, scope, head };
        let survey = export.survey().await?;
        let writer = BundleWriter::new(sink, &export.about(&survey).await?)?;
        let writer = export.write_heads(writer, survey.seen).await?;
        let writer = aside(writer, BundleWriter::start_centre).await?;
        let writer = export.write_stream(writer, Stream::Centre).await?;
        let writer = aside(writer, BundleWriter::start_tender).await?;
        let mut writer = export.write_stream(writer, Stream::Tender(tender)).await?;
        if scope == Scope::Supervisor {
            writer = export.write_cores(writer, &state, shelf).await?;
            if with_files {
                writer = write_files(writer, &state, shelf).await?;
            }
        }
        blocking(move || writer.finish()).await
    }
}

fn may_export(tender: &Tender, scope: Scope) -> Result<(), ExportError> {
    let is_closed = !tender.lots.is_empty() && tender.lots.values().all(|lot| lot.closed_at.is_some());
    match scope {
        _ if !is_closed => Err(ExportError::BeforeClose),
        Scope::Public if tender.notice.phase != Phase::Archived => Err(ExportError::NotArchived),
        Scope::Public | Scope::Supervisor => Ok(()),
    }
}

impl Export<'_> {
    fn streams(&self) -> [Stream; 2] {
        [Stream::Centre, Stream::Tender(self.tender)]
    }

    /// The next rows of a stream that stand under the head.
    async fn page(&self, stream: Stream, from: u64) -> Result<Vec<EntryRow>, ExportError> {
        let mut rows = self.ledger.database().stream_entries(&stream.to_string(), from, PAGE).await?;
        rows.retain(|row| row.seq < self.head.size);
        Ok(rows)
    }

    async fn survey(&self) -> Result<Survey, ExportError> {
        let mut survey = Survey::default();
        for stream in self.streams() {
            let mut count = 0;
            loop {
                let rows = self.page(stream, count).await?;
                if rows.is_empty() {
                    break;
                }
                count += rows.len() as u64;
                for row in &rows {
                    if self.is_shown(stream, row)? {
                        let seen = Entry::parse(&row.bytes)?.read_payload()?.seen;
                        survey.seen.extend(seen.map(|seen| seen.size));
                        survey.seen.extend(head_read(row));
                    }
                }
            }
            survey.counts.insert(stream, count);
        }
        Ok(survey)
    }

    /// The rotations of the log's key that stand under the head.
    async fn rotations(&self, keys: &LogKeys) -> Result<Vec<ShownRotation>, ExportError> {
        let mut shown = Vec::new();
        for index in keys.rotations().filter(|index| *index < self.head.size) {
            let row = self.ledger.database().entry(index).await?.ok_or(ExportError::NoHead)?;
            let proof = self.ledger.published(|published| published.tree.inclusion(index, self.head.size))?;
            shown.push(ShownRotation { entry: STANDARD.encode(row.bytes), index, proof });
        }
        Ok(shown)
    }

    async fn about(&self, survey: &Survey) -> Result<About, ExportError> {
        let note = self.head.note.as_ref().ok_or(ExportError::NoHead)?;
        let keys = self.ledger.log_keys();
        let (log_vkey, witness_vkeys) = (keys.at(self.head.size).vkey(), self.ledger.witness_vkeys());
        let count = |stream| survey.counts.get(&stream).copied().unwrap_or_default();
        Ok(About {
            centre_entries: count(Stream::Centre),
            head: note.to_text(),
            policy: Policy::text_of(&log_vkey, &witness_vkeys, self.ledger.witness_quorum()),
            log_vkey,
            origin: self.ledger.origin().to_owned(),
            rotations: self.rotations(&keys).await?,
            rules: RULES,
            scope: self.scope,
            tender: self.tender,
            tender_entries: count(Stream::Tender(self.tender)),
            v: BUNDLE_VERSION,
            witness_vkeys,
        })
    }

    /// How the log grew by these heads to the one that everything stands under.
    async fn write_heads<W: Write + Seek + Send + 'static>(
        &self,
        mut writer: BundleWriter<W>,
        mut seen: BTreeSet<u64>,
    ) -> Result<BundleWriter<W>, ExportError> {
        seen.retain(|size| (1..self.head.size).contains(size));
        let sizes: Vec<u64> = seen.into_iter().chain([self.head.size]).collect();
        let mut from = 0;
        for sizes in sizes.chunks(PAGE as usize) {
            let mut grown = Vec::with_capacity(sizes.len());
            for size in sizes {
                let subtrees = self.ledger.published(|published| published.tree.growth(from, *size))?;
                grown.push(Growth { size: *size, subtrees });
                from = *size;
            }
            let write =
                move |writer: &mut BundleWriter<W>| grown.iter().try_for_each(|growth| writer.growth(growth));
            writer = aside(writer, write).await?;
        }
        Ok(writer)
    }

    async fn write_stream<W: Write + Seek + Send + 'static>(
        &self,
        mut writer: BundleWriter<W>,
        stream: Stream,
    ) -> Result<BundleWriter<W>, ExportError> {
        let mut from = 0;
        loop {
            let rows = self.page(stream, from).await?;
            if rows.is_empty() {
                return Ok(writer);
            }
            from += rows.len() as u64;
            let records = rows.into_iter().map(|row| self.record(stream, row));
            let records = records.collect::<Result<Vec<Record>, ExportError>>()?;
            let write = move |writer: &mut BundleWriter<W>| {
                records.iter().try_for_each(|record| writer.record(record))
            };
            writer = aside(writer, write).await?;
        }
    }

    fn record(&self, stream: Stream, row: EntryRow) -> Result<Record, ExportError> {
        let proof = self.ledger.published(|published| published.tree.inclusion(row.seq, self.head.size))?;
        let content = if self.is_shown(stream, &row)? {
            Content::Whole { entry: row.bytes, events: row.events, body: row.body }
        } else {
            Content::Withheld { leaf: row.leaf }
        };
        Ok(Record { index: row.seq, content, proof })
    }

    /// Whether the reader may know the act: all of them for the supervisor; for the public those whose every event
    /// everybody could hear. The centre's register holds people, and no act of it was ever public.
    fn is_shown(&self, stream: Stream, row: &EntryRow) -> Result<bool, ExportError> {
        match (self.scope, Happened::decode(stream, &row.events)?) {
            (Scope::Supervisor, _) => Ok(true),
            (Scope::Public, Happened::Centre(_)) => Ok(false),
            (Scope::Public, Happened::Tender(_, events)) => {
                Ok(events.iter().all(|event| audience(event).contains(&Audience::Public)))
            }
        }
    }

    /// The cores of envelopes whose key was released: with it anyone opens them again.
    async fn write_cores<W: Write + Seek + Send + 'static>(
        &self,
        mut writer: BundleWriter<W>,
        tender: &Tender,
        shelf: &Files,
    ) -> Result<BundleWriter<W>, ExportError> {
        for submission in opened_submissions(tender) {
            let Some(row) = self.ledger.database().envelope(&submission.0).await? else { continue };
            let address = Address::Sealed { root: row.root, core_sha256: row.core_sha256 };
            if shelf.length(address).await?.is_none_or(|len| len < row.core_len) {
                continue; // Lost by the platform: the verifier lists it as not carried.
            }
            let core = shelf.read_range(address, 0..row.core_len).await?;
            writer = aside(writer, move |writer| writer.core(submission, &core)).await?;
        }
        Ok(writer)
    }
}

/// The size of the head that a reading of the clocks names.
fn head_read(row: &EntryRow) -> Option<u64> {
    let act = Entry::parse(&row.bytes).ok()?.to_act(row.body.clone());
    if act.read_payload().ok()?.kind != "Tick" {
        return None;
    }
    let tick: Tick = serde_json::from_value(act.body_value().ok()?).ok()?;
    let note = Note::parse(tick.head.as_bytes()).ok()?;
    Some(Checkpoint::parse(&note.text).ok()?.size)
}

fn opened_submissions(tender: &Tender) -> BTreeSet<SubmissionId> {
    let has_key = |contents: &Unsealed| contents.label_key().is_some();
    let bids = tender.lots.values().flat_map(|lot| lot.bids.values());
    let lines = bids.flat_map(|bid| bid.manifest.lines().iter().map(move |line| (bid, line)));
    lines
        .filter(|(bid, line)| bid.contents(line.envelope).is_some_and(has_key))
        .map(|(_, line)| line.submission)
        .collect()
}

/// The documents of the notice, of addenda and of opened envelopes.
fn documents(tender: &Tender) -> BTreeSet<Digest> {
    let notice = &tender.notice;
    let contents =
        tender.lots.values().flat_map(|lot| lot.bids.values()).flat_map(|bid| bid.unsealed.values());
    let opened = contents.flat_map(|contents| match contents {
        Unsealed::Opened { files, .. } => files.as_slice(),
        Unsealed::Failed { .. } => &[],
    });
    let printed =
        notice.documents.iter().chain(notice.addenda.iter().flat_map(|addendum| &addendum.documents));
    printed.chain(opened).map(|document| document.sha256).collect()
}

async fn write_files<W: Write + Seek + Send + 'static>(
    mut writer: BundleWriter<W>,
    tender: &Tender,
    shelf: &Files,
) -> Result<BundleWriter<W>, ExportError> {
    for sha256 in documents(tender) {
        let Some(len) = shelf.length(Address::Plain(sha256)).await? else { continue };
        writer = aside(writer, move |writer| writer.start_file(sha256, len)).await?;
        let mut pieces = std::pin::pin!(shelf.read(Address::Plain(sha256), None).await?);
        while let Some(piece) = pieces.try_next().await? {
            writer = aside(writer, move |writer| writer.piece(&piece)).await?;
        }
    }
    Ok(writer)
}

/// Writes where waiting for the disk holds nobody up.
async fn aside<W: Write + Seek + Send + 'static>(
    mut writer: BundleWriter<W>,
    write: impl FnOnce(&mut BundleWriter<W>) -> Result<(), BundleError> + Send + 'static,
) -> Result<BundleWriter<W>, ExportError> {
    blocking(move || write(&mut writer).map(|()| writer)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BundleError> + Send + 'static,
) -> Result<T, ExportError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.unwrap_or_else(|error| Err(std::io::Error::other(error).into()))?)
}

#[cfg(test)]
mod tests;
