//! Around unsealing: what is still sealed, what is stored wrongly, and the text of what was opened.

use crate::base::{BidId, Envelope};
use crate::files::text::TextReader;
use crate::files::{Address, Files};
use crate::ledger::Ledger;
use crate::store::PageText;
use crate::tender::{Bid, Lot, Unsealed};

use super::JobError;

/// Standing bids of the current opening whose `envelope` has no outcome yet, in reading order.
pub(super) fn sealed(lot: &Lot, envelope: Envelope) -> impl Iterator<Item = &Bid> {
    let bids = lot.opening().map(|opening| opening.bids.as_slice()).unwrap_or_default();
    bids.iter().filter_map(|bid| lot.bids.get(bid)).filter(move |bid| bid.contents(envelope).is_none())
}

/// Bids whose stored envelopes are not those of their receipts, as far as length and digests on file tell; the bytes
/// themselves are compared when they are opened.
pub(super) async fn mismatched(
    ledger: &Ledger,
    files: &Files,
    lot: &Lot,
    bids: &[BidId],
) -> Result<Vec<BidId>, JobError> {
    let mut mismatched = Vec::new();
    for bid in bids.iter().filter_map(|bid| lot.bids.get(bid)) {
        for line in bid.manifest.lines() {
            let row = ledger.database().envelope(&line.submission.0).await?;
            let address = Address::Sealed { root: line.root, core_sha256: line.core_sha256 };
            let stored = files.length(address).await?;
            let is_there = row.is_some_and(|row| {
                let is_named = row.root == line.root && row.core_sha256 == line.core_sha256;
                is_named && stored == Some(row.core_len + line.total_len)
            });
            if !is_there {
                mismatched.push(bid.id);
                break;
            }
        }
    }
    Ok(mismatched)
}

/// Reads the text of opened PDFs, for search. A document without text is kept with the verdict of each page.
pub(super) async fn read_texts(
    ledger: &Ledger,
    files: &Files,
    reader: Option<&TextReader>,
    result: &Unsealed,
) -> Result<(), JobError> {
    let (Some(reader), Unsealed::Opened { files: documents, .. }) = (reader, result) else { return Ok(()) };
    for document in documents.iter().filter(|document| document.media_type == "application/pdf") {
        match reader.read(files, document.sha256).await {
            Ok(pages) => {
                let row = |page: crate::files::text::Page| PageText {
                    page: page.page,
                    content: page.content,
                    verdict: page.verdict.code().to_owned(),
                };
                let rows: Vec<PageText> = pages.into_iter().map(row).collect();
                ledger.database().put_text(document.sha256, &rows).await?;
            }
            Err(error) => {
                tracing::warn!(file.sha256 = %document.sha256, %error, "the text of a document was not read")
            }
        }
    }
    Ok(())
}
