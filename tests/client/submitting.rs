//! A bid from the folder to the receipt, over a line that fails in every way.

use std::fs;
use std::path::{Path, PathBuf};

use kaibiao_crypto::receipt::Receipt;

use crate::base::{Digest, Instant, LongText};
use crate::client::{ClientError, SealRequest, SealedBid, Signatory, Submitted, seal, submit, withdraw};
use crate::house::Server;
use crate::setting::{Custody, Scratch};
use crate::tender::{Event, LotEvent, LotFact, Procedure, Tender, TenderEvent};

struct Case {
    server: Server,
    scratch: Scratch,
    folder: PathBuf,
    tender: Tender,
    custody: Custody,
}

impl Case {
    /// A sealed bid with a document of `bytes` bytes, and a server that takes it.
    async fn new(bytes: usize) -> Self {
        let (custody, scratch) = (Custody::new(), Scratch::new());
        let tender = custody.tender(Procedure::TwoStage);
        let server = Server::start(Some(tender.clone())).await;
        server.house.lock().await.publication = custody.publication(&tender);
        let folder = scratch.bid_folder(bytes);
        let case = Self { server, scratch, folder, tender, custody };
        case.seal(false).await;
        case
    }

    async fn seal(&self, again: bool) -> SealedBid {
        let notice = self.custody.notice_of(&self.tender);
        let bidder = self.signatory().await.key_id();
        let request = SealRequest { folder: &self.folder, notice: &notice, bidder, again };
        seal(&request, &mut |_| {}).expect("it seals")
    }

    async fn signatory(&self) -> Signatory {
        Signatory::open(self.server.client().await, &self.scratch.home(), false).await.expect("certified")
    }

    /// A run of the command: everything is read from the disk anew.
    async fn submit(&self) -> Result<Submitted, ClientError> {
        submit(&self.signatory().await, &self.folder, &mut |_| {}).await
    }

    async fn stored(&self, sealed: &Path) -> Vec<Vec<u8>> {
        let bid = SealedBid::read(sealed).expect("sealed");
        let house = self.server.house.lock().await;
        let of = |name: &str| house.uploads.by_submission[name].bytes.clone();
        bid.envelopes.iter().map(|envelope| of(&envelope.line.submission.to_string())).collect()
    }
}

fn code<T>(result: Result<T, ClientError>) -> String {
    result.err().map(|error| error.code().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_bid_is_uploaded_submitted_and_its_receipt_kept() {
    let case = Case::new(3_000_000).await;
    let done = case.submit().await.expect("received");
    assert_eq!(done.replaces, None);
    let text = fs::read(&done.receipt_path).expect("saved");
    assert_eq!(text, done.accepted.receipt.as_bytes());
    let signatory = case.signatory().await;
    let verified = Receipt::parse(&text).expect("a receipt").verify(&signatory.policy().log, &[], 0);
    let bid = SealedBid::read(&case.folder).expect("sealed");
    let body = verified.expect("verified").payload.body.expect("inside");
    assert_eq!(body["manifest"], serde_json::to_value(bid.manifest().expect("good")).expect("JSON"));
    assert_eq!(body["bid"], serde_json::to_value(bid.bid).expect("JSON"));
    for (number, bytes) in case.stored(&case.folder).await.iter().enumerate() {
        let file = fs::read(case.folder.join(format!("sealed/{}.tl1", number + 1))).expect("read");
        assert!(&file == bytes, "envelope {} arrived whole", number + 1);
    }
    // Run again: nothing is uploaded again, the same act has the same receipt.
    let again = case.submit().await.expect("received");
    assert_eq!(again.accepted.index, done.accepted.index);
    assert_eq!(case.server.house.lock().await.log.acts.len(), 1);
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart_where_the_server_stands() {
    let case = Case::new(20_000_000).await;
    case.server.house.lock().await.uploads.parts_left = Some(1);
    assert_eq!(code(case.submit().await), "http_503");
    {
        let mut house = case.server.house.lock().await;
        assert_eq!(house.uploads.parts, [8 << 20]);
        house.uploads.parts_left = None;
        // And the next answer is lost although the part was stored.
        house.uploads.loses_next_answer = true;
    }
    case.submit().await.expect("received");
    let stored = case.stored(&case.folder).await;
    let sent: usize = case.server.house.lock().await.uploads.parts.iter().sum();
    assert_eq!(sent, stored.iter().map(Vec::len).sum::<usize>(), "every byte was sent once");
    let file = fs::read(case.folder.join("sealed/1.tl1")).expect("read");
    assert!(file == stored[0]);
}

#[tokio::test]
async fn an_upload_that_the_server_forgot_begins_again_with_the_same_bytes() {
    let case = Case::new(9_000_000).await;
    case.server.house.lock().await.uploads.parts_left = Some(1);
    assert_eq!(code(case.submit().await), "http_503");
    {
        let mut house = case.server.house.lock().await;
        house.uploads.by_submission.clear();
        house.uploads.parts_left = None;
    }
    case.submit().await.expect("received");
    let file = fs::read(case.folder.join("sealed/1.tl1")).expect("read");
    assert!(file == case.stored(&case.folder).await[0]);
}

#[tokio::test]
async fn a_server_that_keeps_other_bytes_is_found_out() {
    let case = Case::new(1000).await;
    case.server.house.lock().await.uploads.lies = true;
    assert_eq!(code(case.submit().await), "bid_stored_differs");
    assert!(case.server.house.lock().await.log.acts.is_empty(), "nothing was signed");
}

#[tokio::test]
async fn a_refusal_is_final_for_the_act_but_not_for_the_bid() {
    let case = Case::new(1000).await;
    case.server.house.lock().await.refusal = Some((409, "too_late"));
    assert_eq!(code(case.submit().await), "too_late");
    assert!(!case.folder.join("receipt.txt").exists(), "nothing is called received");
    let parts = case.server.house.lock().await.uploads.parts.len();
    case.submit().await.expect("received");
    assert_eq!(case.server.house.lock().await.uploads.parts.len(), parts, "nothing was uploaded twice");
}

#[tokio::test]
async fn a_bid_that_no_longer_fits_its_tender_is_not_uploaded() {
    let addendum = TenderEvent::AddendumIssued {
        affects_bids: true,
        documents: Vec::new(),
        number: 1,
        opening_at: None,
        text: LongText::new("更正").expect("a text"),
    };
    let cancelled = TenderEvent::TenderCancelled { reason: LongText::new("资金").expect("a text") };
    let strangers = Custody::new();
    let published_again = strangers.tender(Procedure::TwoStage);
    let case = Case::new(1000).await;
    for (events, code_wanted) in [(vec![addendum], "bid_addenda"), (vec![cancelled], "bid_cancelled")] {
        let mut tender = case.tender.clone();
        events.into_iter().for_each(|event| tender.apply(&Event::Tender(event), Instant(2)));
        case.server.house.lock().await.tender = Some(tender);
        assert_eq!(code(case.submit().await), code_wanted);
    }
    case.server.house.lock().await.publication = strangers.publication(&published_again);
    case.server.house.lock().await.tender = Some(published_again);
    assert_eq!(code(case.submit().await), "bid_sealed_to_other");
    assert!(case.server.house.lock().await.uploads.by_submission.is_empty());
}

#[tokio::test]
async fn a_replacement_names_what_it_replaces_and_keeps_both_receipts() {
    let mut case = Case::new(1000).await;
    let first = case.submit().await.expect("received");
    let sealed = SealedBid::read(&case.folder).expect("sealed");
    let signatory = case.signatory().await;
    let (person, org) = {
        let house = case.server.house.lock().await;
        (house.person, house.org)
    };
    let event = LotEvent::BidSubmitted {
        bid: first.bid,
        document_set: 0,
        key: signatory.key_id(),
        manifest: sealed.manifest().expect("good"),
        org,
        person,
        replaces: None,
    };
    let fact = LotFact { lot: sealed.lot.clone(), event };
    case.tender.apply(&Event::Lot(fact), Instant(3));
    case.server.house.lock().await.tender = Some(case.tender.clone());
    let anew = case.seal(true).await;
    assert_ne!(anew.bid, first.bid);
    assert!(case.folder.join("sealed-1/bid.json").exists(), "the first bid is kept");
    let second = case.submit().await.expect("received");
    assert_eq!(second.replaces, Some(first.bid));
    let older = fs::read(case.folder.join("1-receipt.txt")).expect("kept");
    assert_eq!(Digest::of(&older), Digest::of(first.accepted.receipt.as_bytes()));

    let gone = withdraw(&signatory, anew.tender, &anew.lot, None).await.expect("withdrawn");
    assert_eq!(gone.bid, first.bid, "the one that stands according to the server");
}

#[tokio::test]
async fn a_bid_sealed_for_another_key_is_not_submitted() {
    let case = Case::new(1000).await;
    fs::remove_file(case.scratch.home().key_path()).expect("removed");
    assert_eq!(code(case.submit().await), "bid_other_key");
}
