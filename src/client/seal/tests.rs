//! Sealing and opening again with the custodians' keys, memory, interruptions.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::Command;

use kaibiao_crypto::envelope::{CORE_BYTES_MAX, Core, OpeningKeys};
use kaibiao_crypto::payload::{Head, unseal};
use kaibiao_crypto::suite::Suite;

use super::*;
use crate::base::{Digest, Instant};
use crate::client::setting::{BID_TOML, Custody, OPENING_MS, Scratch, pattern};
use crate::tender::Procedure;

fn bidder() -> KeyId {
    Digest::of(b"the bidder's key")
}

fn sealed(folder: &Path, notice: &Notice, again: bool) -> Result<SealedBid, ClientError> {
    seal(&SealRequest { folder, notice, bidder: bidder(), again }, &mut |_| {})
}

fn code<T>(result: Result<T, ClientError>) -> String {
    result.err().map(|error| error.code().to_owned()).unwrap_or_default()
}

/// Opens a sealed file with the key of its label, as the platform does after the release.
fn open(
    custody: &Custody,
    notice: &Notice,
    folder: &Path,
    envelope: &SealedEnvelope,
) -> (Head, Vec<Vec<u8>>) {
    let path = folder.join("sealed").join(&envelope.file);
    let mut file = File::open(path).expect("it is there");
    let mut core = vec![0; usize::try_from(envelope.core_len).expect("small")];
    file.read_exact(&mut core).expect("a core");
    assert!(core.len() <= CORE_BYTES_MAX);
    let core = Core::parse(&core).expect("a core");
    assert_eq!(core.digest(), envelope.line.core_sha256);
    let context = core.context();
    assert_eq!((context.tender, context.bidder), (notice.notice.expect("published"), bidder()));
    assert_eq!((context.opening, context.submission), (OPENING_MS as u64 / 1000, envelope.line.submission));
    let label_key = custody.label_key(&context.label());
    let locks = notice.lockable().expect("published").locks;
    let opened = core.open(&locks, &OpeningKeys::Committee { label_key: &label_key }).expect("it opens");
    let mut documents: Vec<Vec<u8>> = Vec::new();
    let head = unseal(&core, &opened.payload_key, envelope.line.total_len, file, &mut |at, bytes| {
        documents.resize_with(documents.len().max(at + 1), Vec::new);
        documents[at].extend_from_slice(bytes);
        Ok(())
    });
    (head.expect("it opens to the end"), documents)
}

#[test]
fn what_was_sealed_opens_with_the_custodians_keys() {
    let (custody, scratch) = (Custody::new(), Scratch::new());
    let notice = custody.notice(Procedure::TwoStage);
    let folder = scratch.bid_folder(3_500_001);
    let bid = sealed(&folder, &notice, false).expect("it seals");
    assert_eq!(SealedBid::read(&folder).expect("whole"), bid);
    let numbers: Vec<u8> = bid.envelopes.iter().map(|envelope| envelope.line.envelope.number()).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    let manifest = fs::read(folder.join("sealed/manifest.json")).expect("written");
    assert_eq!(manifest, bid.manifest().expect("good").to_bytes());

    let (head, documents) = open(&custody, &notice, &folder, &bid.envelopes[0]);
    assert_eq!(head.documents[1].name, "施工组织设计.pdf");
    assert_eq!(documents, [b"%PDF-1.7 letter".to_vec(), pattern(3_500_001)]);
    let (_, documents) = open(&custody, &notice, &folder, &bid.envelopes[1]);
    assert_eq!(documents, [b"%PDF-1.7 prices".to_vec()]);
    let (head, _) = open(&custody, &notice, &folder, &bid.envelopes[2]);
    let statement = serde_json::json!({"duration_days": 540, "project_manager": "李建国"});
    assert_eq!(head.statement, Some(statement));
    let (head, _) = open(&custody, &notice, &folder, &bid.envelopes[3]);
    assert_eq!(head.statement, Some(serde_json::json!({"bid_price": 39_876_543_210_i64})));
}

#[test]
fn one_stage_has_three_envelopes() {
    let (custody, scratch) = (Custody::new(), Scratch::new());
    let notice = custody.notice(Procedure::OneStage);
    let folder = scratch.bid_folder(100);
    let bid = sealed(&folder, &notice, false).expect("it seals");
    let (head, _) = open(&custody, &notice, &folder, &bid.envelopes[2]);
    assert_eq!(head.statement.expect("a statement")["bid_price"], 39_876_543_210_i64);
    assert_eq!(bid.envelopes.len(), 3);
}

#[test]
fn nothing_sealed_is_replaced_or_overlooked() {
    let (custody, scratch) = (Custody::new(), Scratch::new());
    let notice = custody.notice(Procedure::TwoStage);
    let folder = scratch.bid_folder(100);
    assert_eq!(code(SealedBid::read(&folder)), "bid_not_sealed");
    let first = sealed(&folder, &notice, false).expect("it seals");
    assert_eq!(code(sealed(&folder, &notice, false)), "bid_already_sealed");
    let second = sealed(&folder, &notice, true).expect("its owner said so");
    let ids = |bid: &SealedBid| bid.envelopes.iter().map(|one| one.line.submission).collect::<Vec<_>>();
    assert!(ids(&first).iter().all(|id| !ids(&second).contains(id)), "fresh seeds and ids throughout");
    assert!(folder.join("sealed-1/1.tl1").exists());

    let path = folder.join("sealed/3.tl1");
    let mut bytes = fs::read(&path).expect("read");
    bytes[7] ^= 1;
    fs::write(&path, &bytes).expect("written");
    assert_eq!(code(SealedBid::read(&folder)), "bid_sealed_damaged");
    bytes[7] ^= 1;
    bytes.pop();
    fs::write(&path, &bytes).expect("written");
    assert_eq!(code(SealedBid::read(&folder)), "bid_sealed_damaged");
}

#[test]
fn an_interrupted_sealing_keeps_whole_envelopes_of_unchanged_documents() {
    let (custody, scratch) = (Custody::new(), Scratch::new());
    let notice = custody.notice(Procedure::TwoStage);
    let folder = scratch.bid_folder(2_000_000);
    // The price document goes missing under the first run, after envelope 1.
    let mut passes = Vec::new();
    let request = SealRequest { folder: &folder, notice: &notice, bidder: bidder(), again: false };
    let interrupted = seal(&request, &mut |progress| {
        if progress.is_sealing && progress.envelope == Envelope::Documents {
            let _ = fs::remove_file(folder.join("price/boq.pdf"));
        }
    });
    assert_eq!(code(interrupted), "file");
    assert_eq!(code(SealedBid::read(&folder)), "bid_not_sealed");
    let before = fs::read(folder.join("sealed/1.tl1")).expect("envelope 1 is whole");
    fs::write(folder.join("price/boq.pdf"), b"%PDF-1.7 prices").expect("written");
    let bid = seal(&request, &mut |progress| {
        if progress.is_sealing {
            passes.push(progress.envelope);
        }
    })
    .expect("it goes on");
    assert!(!passes.contains(&Envelope::Documents), "envelope 1 was not sealed again");
    assert!(before == fs::read(folder.join("sealed/1.tl1")).expect("read"));
    assert!(!folder.join("sealing.json").exists());
    open(&custody, &notice, &folder, &bid.envelopes[0]);
}

#[test]
fn a_document_that_changes_while_it_is_sealed_is_not_sealed() {
    let (custody, scratch) = (Custody::new(), Scratch::new());
    let notice = custody.notice(Procedure::TwoStage);
    let folder = scratch.bid_folder(2_000_000);
    let request = SealRequest { folder: &folder, notice: &notice, bidder: bidder(), again: false };
    let changed = seal(&request, &mut |progress| {
        if !progress.is_sealing && progress.bytes_done == progress.bytes_total {
            fs::write(folder.join("plan.pdf"), vec![7; 2_000_000]).expect("written");
        }
    });
    assert_eq!(code(changed), "payload_document");
    assert_eq!(code(SealedBid::read(&folder)), "bid_not_sealed");
}

#[test]
fn a_notice_that_nobody_can_seal_to_is_refused() {
    let (custody, scratch) = (Custody::new(), Scratch::new());
    let folder = scratch.bid_folder(100);
    let good = custody.notice(Procedure::TwoStage);
    let strangers = Custody::new();
    let (mut theirs, mut unsigned) =
        (strangers.tender(Procedure::TwoStage), strangers.notice(Procedure::TwoStage));
    theirs.id = good.id;
    // Another committee's signatures under our notice.
    unsigned.publication.as_mut().expect("published").committee.custodians =
        good.publication.clone().expect("published").committee.custodians;
    type Change = fn(&mut Notice, &Notice);
    let changes: [(&str, Change); 8] = [
        ("bid_not_published", |notice, _| notice.publication = None),
        ("bid_notice_differs", |notice, _| notice.notice = None),
        // Labels would name a notice that opens earlier than the one that is shown.
        ("bid_notice_differs", |notice, _| notice.first_opening_at = Some(Instant(OPENING_MS + 3_600_000))),
        ("bid_notice_differs", |notice, theirs| notice.publication.clone_from(&theirs.publication)),
        ("bid_notice_differs", |notice, theirs| notice.group_key.clone_from(&theirs.group_key)),
        ("bid_notice_differs", |notice, _| notice.sealing.suite = Suite::National),
        ("bid_notice_differs", |notice, _| {
            notice.terms.lots[0].ceiling = notice.terms.lots[0].ceiling.checked_mul(2).expect("money")
        }),
        ("bid_custodians", |notice, theirs| {
            let committee = theirs.publication.clone().expect("published").committee;
            notice.publication.as_mut().expect("published").committee = committee;
        }),
    ];
    for (wanted, change) in changes {
        let mut notice = good.clone();
        change(&mut notice, &strangers.notice_of(&theirs));
        assert_eq!(code(sealed(&folder, &notice, false)), wanted);
    }
    assert_eq!(code(sealed(&folder, &unsigned, false)), "bid_custodians");
    assert!(!folder.join("sealed").exists());
}

#[test]
fn custodians_are_remembered_and_vouch_for_new_ones() {
    let (custody, scratch) = (Custody::new(), Scratch::new());
    let pin = |notice: &Notice, trust| code(notice.pin_custodians(&scratch.home(), trust));
    let notice = custody.notice(Procedure::OneStage);
    assert_eq!(pin(&notice, false), "", "first use");
    assert_eq!(pin(&notice, false), "");
    let others = Custody::new().notice(Procedure::OneStage);
    assert_eq!(pin(&others, false), "custodians_changed");
    assert_eq!(pin(&notice, false), "", "nothing was taken over");
    // One who is bad signs another key: beside strangers, beside names that have not signed, or said to be enough alone.
    let bad = custody.strangers_with(1).notice(Procedure::OneStage);
    assert_eq!(pin(&bad, false), "custodians_changed");
    let mut named = bad.clone();
    let ours = notice.publication.clone().expect("published").committee.custodians;
    let shown = &mut named.publication.as_mut().expect("published").committee.custodians;
    for (shown, ours) in shown.iter_mut().zip(&ours).skip(1).take(2) {
        shown.identity.clone_from(&ours.identity);
    }
    assert_eq!(pin(&named, false), "custodians_changed", "names alone vouch for nobody");
    let mut alone = bad;
    let committee = &mut alone.publication.as_mut().expect("published").committee;
    committee.custodians.truncate(1);
    committee.threshold = 1;
    assert_eq!(pin(&alone, false), "custodians_changed");
    // Three of five stay: with them, two new ones are believed.
    let mut joined = notice.clone();
    let renewed = joined.publication.as_mut().expect("published");
    let theirs = others.publication.clone().expect("published").committee.custodians;
    renewed.committee.custodians[3..].clone_from_slice(&theirs[3..]);
    assert_eq!(pin(&joined, false), "");
    assert_eq!(pin(&others, false), "custodians_changed", "two of five vouch for nobody");
    assert_eq!(pin(&others, true), "", "the centre has announced it");
    assert_eq!(pin(&notice, false), "custodians_changed");
}

/// The name under which the test below finds that it is the process to be measured.
const MEASURED: &str = "KAIBIAO_TEST_SEALS_LARGE";
/// 40 MB are sealed by a process of its own, whose peak of memory is its alone.
#[test]
#[expect(clippy::disallowed_methods, reason = "the process that is measured is told so by its environment")]
fn a_large_document_is_never_held_in_memory() {
    if std::env::var_os(MEASURED).is_some() {
        return seal_large();
    }
    let program = std::env::current_exe().expect("this test");
    let name = "client::seal::tests::a_large_document_is_never_held_in_memory";
    let ran = Command::new(program).args([name, "--exact", "--test-threads=1"]).env(MEASURED, "1").output();
    let ran = ran.expect("it runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}

fn seal_large() {
    let (custody, scratch) = (Custody::new(), Scratch::new());
    let notice = custody.notice(Procedure::TwoStage);
    let folder = scratch.bid_folder(10);
    fs::write(folder.join("bid.toml"), BID_TOML).expect("written");
    let large = File::create(folder.join("plan.pdf")).expect("a file");
    large.set_len(40 << 20).expect("40 MiB");
    sealed(&folder, &notice, false).expect("it seals");
    let peak = peak_kb();
    // Program and tables included, less than the document alone.
    assert!(peak < 40 * 1024, "a peak of {peak} kB");
}

fn peak_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}
