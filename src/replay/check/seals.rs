//! Opened envelopes, opened again: the core by its published label key, the contents by sealing them once more.
//!
//! Sealing is a function of seed, context and contents. Whoever has the key and what was recorded makes the ciphertext
//! again and compares its root with the one that the bidder signed before the deadline; the ciphertext itself need not
//! be carried.

use std::io::{self, Read, Seek};

use kaibiao_crypto::envelope::{Core, Locks};
use kaibiao_crypto::label::Context;
use kaibiao_crypto::lock::ProvenKey;
use kaibiao_crypto::manifest::ManifestLine;
use kaibiao_crypto::payload::{
    DocumentHasher, DocumentHead, Head, PayloadError, PayloadKey, PayloadWriter, Sealed,
};

use super::catalogue::{CheckId, Said};
use super::opening::Moment;
use crate::base::{BidId, Digest, Envelope, LotId};
use crate::replay::bundle::BundleError;
use crate::replay::derive;
use crate::tender::{Bid, Document, FieldValue, Lot, StatementValue, UnsealFailure, Unsealed};

/// Bytes of a document that are read at once.
const PIECE: usize = 1 << 16;

/// An envelope of a bid with what belongs to it.
struct Sealing<'a> {
    lot_id: &'a LotId,
    lot: &'a Lot,
    bid: &'a Bid,
    line: &'a ManifestLine,
    label_key: ProvenKey,
}

impl<R: Read + Seek> Moment<'_, R> {
    /// Checks what is recorded of an envelope.
    pub(super) fn contents(
        &mut self,
        lot_id: &LotId,
        lot: &Lot,
        bid: BidId,
        envelope: Envelope,
        result: &Unsealed,
    ) -> Result<(), BundleError> {
        let bid = lot.bids.get(&bid);
        let Some((bid, line)) = bid.and_then(|bid| Some((bid, bid.line(envelope)?))) else {
            self.tallies.fail(CheckId::S1, self.at, "unknown_envelope");
            return Ok(());
        };
        // Without a key nothing was released and nothing can be opened: the custodians or the platform failed.
        let Some(key) = result.label_key() else { return Ok(()) };
        let label = derive::envelope_label(&self.tender.notice, lot_id, envelope, line.submission);
        let Some(label_key) = self.label_key(label.as_ref(), key) else { return Ok(()) };
        let sealing = Sealing { lot_id, lot, bid, line, label_key };
        let Some(core) = self.core(line)? else { return Ok(()) };
        match result {
            Unsealed::Opened { files, statement, .. } => {
                let Some(key) = self.open(&sealing, &core) else { return Ok(()) };
                self.seal_again(line, &core, &key, files, statement.as_deref())
            }
            Unsealed::Failed { code, .. } => {
                self.failed(&sealing, &core, *code);
                Ok(())
            }
        }
    }

    /// The core that the file carries; none if it does not, or if it is not the one of the manifest.
    fn core(&mut self, line: &ManifestLine) -> Result<Option<Core>, BundleError> {
        let Some(bytes) = self.bundle.core(line.submission)? else {
            let note =
                Said::new("有密封件未随附，未能重开", "some cores are not carried and were not opened again");
            self.tallies.note(CheckId::S1, note);
            return Ok(None);
        };
        let is_submitted = Digest::of(&bytes) == line.core_sha256;
        if !self.tallies.expect(CheckId::I9, self.at, is_submitted, "core_digest_differs") {
            return Ok(None);
        }
        let core = Core::parse(&bytes);
        if let Err(error) = &core {
            self.tallies.fail(CheckId::S1, self.at, error.code());
        }
        Ok(core.ok())
    }

    fn open(&mut self, sealing: &Sealing<'_>, core: &Core) -> Option<PayloadKey> {
        let notice = &self.tender.notice;
        let (Some(locks), Some(floor)) = (derive::locks(notice), derive::floor_opener(notice)) else {
            self.tallies.fail(CheckId::S1, self.at, "wrong_lock");
            return None;
        };
        let keys = floor.keys(&sealing.label_key);
        let checked = self.check_context(sealing, core, &locks).map_err(|()| "wrong_context");
        let opened = checked
            .and_then(|()| core.open_proven(&locks, &keys, &sealing.label_key).map_err(|error| error.code()));
        self.tallies.expect(CheckId::S1, self.at, opened.is_ok(), opened.as_ref().err().unwrap_or(&""));
        opened.ok().map(|opened| opened.payload_key)
    }

    /// An envelope that is recorded as faulty is faulty: the bidder is not blamed for what opens.
    fn failed(&mut self, sealing: &Sealing<'_>, core: &Core, code: UnsealFailure) {
        let notice = &self.tender.notice;
        let (Some(locks), Some(floor)) = (derive::locks(notice), derive::floor_opener(notice)) else {
            return;
        };
        let keys = floor.keys(&sealing.label_key);
        let fits = self.check_context(sealing, core, &locks).is_ok();
        let holds = match code {
            UnsealFailure::IdentityMismatch => !fits,
            UnsealFailure::WrongLock => core.check_locks(&locks).is_err(),
            UnsealFailure::Malformed => match core.open_proven(&locks, &keys, &sealing.label_key) {
                Err(_) => true,
                Ok(_) => {
                    // The core is good, so the fault would be in the ciphertext, which is not carried.
                    self.note_unopened();
                    return;
                }
            },
            UnsealFailure::FileCorrupt
            | UnsealFailure::PlatformFault
            | UnsealFailure::CustodiansUnavailable => {
                self.note_unopened();
                return;
            }
        };
        self.tallies.expect(CheckId::S1, self.at, holds, "opens_after_all");
    }

    fn note_unopened(&mut self) {
        let note = Said::new(
            "有的密封件记录为未能打开，其原因无法由本文件核实",
            "some envelopes are recorded as not opened for reasons that the file cannot show",
        );
        self.tallies.note(CheckId::S1, note);
    }

    /// A replacement may name envelopes that an earlier bid of the same bidder was sealed for, by its key of then.
    fn check_context(&self, sealing: &Sealing<'_>, core: &Core, locks: &Locks) -> Result<(), ()> {
        let Sealing { lot_id, lot, bid, line, .. } = sealing;
        let named = |other: &&Bid| other.org == bid.org && other.manifest.lines().contains(line);
        let context = |other: &Bid| -> Option<Context> {
            derive::context(&self.tender.notice, lot_id, line.envelope, line.submission, other.key)
        };
        let mut contexts = lot.bids.values().filter(named).filter_map(context);
        if contexts.any(|expected| core.check(&expected, locks).is_ok()) { Ok(()) } else { Err(()) }
    }

    fn seal_again(
        &mut self,
        line: &ManifestLine,
        core: &Core,
        key: &PayloadKey,
        files: &[Document],
        statement: Option<&[StatementValue]>,
    ) -> Result<(), BundleError> {
        let sealed = if line.envelope.is_statement() {
            Some(seal_statement(core, key, statement.unwrap_or_default()))
        } else {
            self.seal_documents(core, key, files)?
        };
        match sealed {
            None => {
                let note = Said::new(
                    "有文件未随附，未能重新密封",
                    "documents that are not carried were not sealed again",
                );
                self.tallies.note(CheckId::S2, note);
            }
            Some(Ok(sealed)) => {
                let is_same = (sealed.root, sealed.total_len) == (line.root, line.total_len);
                self.tallies.expect(CheckId::S2, self.at, is_same, "sealed_otherwise");
            }
            Some(Err(error)) => self.tallies.fail(CheckId::S2, self.at, error.code()),
        }
        Ok(())
    }

    /// Seals the documents of an envelope again; none if one of them is not carried.
    fn seal_documents(
        &mut self,
        core: &Core,
        key: &PayloadKey,
        files: &[Document],
    ) -> Result<Option<Result<Sealed, PayloadError>>, BundleError> {
        let mut heads = Vec::with_capacity(files.len());
        for file in files {
            let mut hasher = DocumentHasher::new();
            let Some(()) = self.read_file(file.sha256, &mut |piece| hasher.update(piece))? else {
                return Ok(None);
            };
            heads.push(DocumentHead {
                media_type: file.media_type.clone(),
                name: file.name.as_str().to_owned(),
                size: hasher.size(),
                root: hasher.finish(),
            });
        }
        let mut writer = match PayloadWriter::start(core, key, &Head::of_documents(heads), io::sink()) {
            Ok(writer) => writer,
            Err(error) => return Ok(Some(Err(error))),
        };
        for file in files {
            let mut fault = Ok(());
            self.read_file(file.sha256, &mut |piece| {
                if fault.is_ok() {
                    fault = writer.write(piece);
                }
            })?;
            if let Err(error) = fault {
                return Ok(Some(Err(error)));
            }
        }
        Ok(Some(writer.finish().map(|(sealed, _)| sealed)))
    }

    /// Reads a carried document piece by piece; none if it is not carried.
    fn read_file(&mut self, sha256: Digest, take: &mut dyn FnMut(&[u8])) -> Result<Option<()>, BundleError> {
        let Some(mut file) = self.bundle.file(sha256)? else { return Ok(None) };
        let mut piece = vec![0; PIECE];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(Some(())),
                length => take(&piece[..length]),
            }
        }
    }
}

/// Seals a statement again from the values that were recorded.
fn seal_statement(core: &Core, key: &PayloadKey, values: &[StatementValue]) -> Result<Sealed, PayloadError> {
    let value = |value: &FieldValue| match value {
        FieldValue::Integer(number) => serde_json::Value::from(*number),
        FieldValue::Text(text) => serde_json::Value::from(text.as_str()),
    };
    let fields = values.iter().map(|field| (field.id.clone(), value(&field.value)));
    let head = Head::of_statement(serde_json::Value::Object(fields.collect()));
    PayloadWriter::start(core, key, &head, io::sink())?.finish().map(|(sealed, _)| sealed)
}
