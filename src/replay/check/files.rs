//! Documents and cores: those that the file carries are what their names say and are named by an event; documents that it
//! does not carry are listed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use kaibiao_crypto::digest::{Digest, Hasher};

use super::catalogue::CheckId;
use super::tally::Tallies;
use crate::base::SubmissionId;
use crate::replay::bundle::{Bundle, BundleError, CarriedFile};
use crate::tender::{Document, Event, LotEvent, LotFact, Tender, TenderEvent, Unsealed};

/// Bytes of a document that are read at once.
const PIECE: usize = 1 << 16;

/// The documents that a tender refers to, with their lengths.
#[derive(Default)]
pub(super) struct Documents(BTreeMap<Digest, u64>);

impl Documents {
    /// Notes the documents that an event names.
    pub(super) fn refer(&mut self, event: &Event) {
        match event {
            Event::Tender(TenderEvent::DocumentAdded { document }) => {
                self.add(std::slice::from_ref(document))
            }
            Event::Tender(TenderEvent::AddendumIssued { documents, .. }) => self.add(documents),
            Event::Lot(LotFact {
                event: LotEvent::ContentsRecorded { result: Unsealed::Opened { files, .. }, .. },
                ..
            }) => self.add(files),
            Event::Tender(_) | Event::Lot(_) => {}
        }
    }

    fn add(&mut self, documents: &[Document]) {
        self.0.extend(documents.iter().map(|document| (document.sha256, document.len)));
    }
}

/// The envelopes of which a core belongs into the file: those whose label key was released.
pub(super) fn opened(tender: &Tender) -> BTreeSet<SubmissionId> {
    let bids = tender.lots.values().flat_map(|lot| lot.bids.values());
    let lines = bids.flat_map(|bid| bid.manifest.lines().iter().map(move |line| (bid, line)));
    lines
        .filter(|(bid, line)| {
            bid.contents(line.envelope).is_some_and(|contents| contents.label_key().is_some())
        })
        .map(|(_, line)| line.submission)
        .collect()
}

/// Checks the carried files and cores, and gives the digests of those that are referred to and not carried.
pub(super) fn check<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    documents: &Documents,
    opened: &BTreeSet<SubmissionId>,
    tallies: &mut Tallies,
) -> Result<Vec<Digest>, BundleError> {
    let carried: Vec<CarriedFile> = bundle.files().collect();
    for file in &carried {
        let is_whole = digest_of(bundle, file.sha256)? == Some(file.sha256);
        tallies.expect(CheckId::I9, None, is_whole, "file_digest_differs");
        let fault = match documents.0.get(&file.sha256) {
            Some(len) if *len == file.len => None,
            Some(_) => Some("file_length_differs"),
            None => Some("file_not_referred_to"),
        };
        tallies.expect(CheckId::C5, None, fault.is_none(), fault.unwrap_or_default());
    }
    for _ in bundle.cores().filter(|submission| !opened.contains(submission)) {
        tallies.fail(CheckId::C5, None, "core_not_referred_to");
    }
    let is_missing = |sha256: &&Digest| carried.iter().all(|file| file.sha256 != **sha256);
    Ok(documents.0.keys().filter(is_missing).copied().collect())
}

/// The digest of a file; none if it cannot be read to its end (the container's own checksum fails).
fn digest_of<R: Read + Seek>(bundle: &mut Bundle<R>, sha256: Digest) -> Result<Option<Digest>, BundleError> {
    let Some(mut file) = bundle.file(sha256)? else { return Ok(None) };
    let mut hasher = Hasher::new();
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(Some(hasher.finish())),
            Ok(length) => hasher.update(&piece[..length]),
            Err(_) => return Ok(None),
        }
    }
}
