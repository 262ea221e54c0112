//! A whole tender through the ledger on a real database: what is exported is verified, and nothing is before its time.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use bytes::Bytes;
use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::label::EnvelopeKind;
use uuid::Uuid;

use super::*;
use crate::ledger::{Clock, Places, Witnesses};
use crate::replay::bundle::Bundle;
use crate::replay::check::fixture::{Fixture, Logged, Plan};
use crate::replay::check::{CheckId, CheckResult, Outcome, Report, Trust, verify};
use crate::replay::{ReadAct, Request};
use crate::signer::{Signer, SignerPort};
use crate::store::{Database, EnvelopeRow};

struct House {
    folder: PathBuf,
    fixture: Fixture,
    ledger: Ledger,
    shelf: Files,
}

impl House {
    async fn open() -> Self {
        let folder = std::env::temp_dir().join(format!("kaibiao-export-{}", Uuid::new_v4()));
        fs::create_dir_all(&folder).expect("a folder");
        let fixture = Fixture::of(Plan { without_heads: true, ..Plan::default() });
        let database = Database::open(&format!("sqlite://{}", folder.join("house.db").display())).await;
        let database = database.expect("a database");
        database.migrate().await.expect("a schema");
        let signer =
            Signer::embedded(&fixture.origin, &folder.join("keys/log.key"), &folder.join("second/head"));
        let signer = signer.expect("a signer");
        let places = Places {
            database,
            witnesses: Witnesses::embedded(signer.verifier(), &folder.join("keys/witness.key"))
                .expect("a witness"),
            signer: SignerPort::Here(Box::new(signer)),
            mirror: None,
            evidence: folder.join("evidence"),
        };
        let clock = Clock::held_at(fixture.logged[0].ts);
        let ledger = Ledger::open(places, clock).await.expect("the log opens");
        let shelf = Files::open(&folder.join("files")).expect("a shelf");
        Self { folder, fixture, ledger, shelf }
    }

    /// Repeats the fixture's acts `from..to` on the ledger, each at its time.
    async fn repeat(&self, from: usize, to: usize) {
        for logged in &self.fixture.logged[from..to] {
            let clock = self.ledger.clock();
            clock.advance(logged.ts.since(clock.now()));
            self.act(logged).await;
        }
    }

    async fn act(&self, logged: &Logged) {
        if logged.stream.is_none() {
            return;
        }
        let read = ReadAct::of(&logged.act, &self.fixture.origin).expect("an act");
        let done = match (logged.act.alg, read.request) {
            (0, Request::Centre(command)) => self.ledger.system_centre(&command).await,
            (0, Request::Tender(tender, command)) => self.ledger.system(tender, command).await,
            (_, Request::Centre(_) | Request::Tender(..)) => self.ledger.submit(logged.act.clone()).await,
        };
        done.unwrap_or_else(|error| panic!("{}: {error:?}", logged.kind()));
    }

    /// Puts the opened envelopes' cores and the documents where uploads would have put them.
    async fn keep_files(&self) {
        for bytes in self.fixture.files.values() {
            self.shelf.put_bytes(Bytes::from(bytes.clone())).await.expect("kept");
        }
        let tender = self.ledger.tender(self.fixture.tender).expect("it is there");
        let mut tx = self.ledger.database().begin().await.expect("begun");
        for (lot, bid) in tender.lots.iter().flat_map(|(id, lot)| lot.bids.values().map(move |bid| (id, bid)))
        {
            for line in bid.manifest.lines() {
                let Some(core) = self.fixture.cores.get(&line.submission) else { continue };
                let folder = self.folder.join(format!("files/ct/{}", line.root));
                fs::create_dir_all(&folder).expect("a folder");
                fs::write(folder.join(line.core_sha256.to_string()), core).expect("written");
                let row = EnvelopeRow {
                    submission: line.submission.0,
                    tender: tender.id.to_string(),
                    lot: lot.to_string(),
                    kind: EnvelopeKind::number(line.envelope),
                    person: bid.person.0,
                    core_sha256: line.core_sha256,
                    root: line.root,
                    core_len: core.len() as u64,
                    total_len: line.total_len,
                    capsule_u: line.core_sha256.as_bytes().to_vec(),
                    stored_at_ms: 0,
                };
                tx.insert_envelope(&row).await.expect("inserted");
            }
        }
        tx.commit().await.expect("committed");
    }

    async fn export(&self, scope: Scope, with_files: bool) -> Result<Vec<u8>, ExportError> {
        let sink = Cursor::new(Vec::new());
        let done = self.ledger.export(self.fixture.tender, scope, &self.shelf, with_files, sink).await;
        done.map(Cursor::into_inner)
    }

    fn report(&self, bytes: Vec<u8>) -> Report {
        let log_key = NoteVerifier::parse(&self.ledger.log_vkey()).expect("a key");
        let mut bundle = Bundle::open(Cursor::new(bytes)).expect("a bundle");
        verify(&mut bundle, &Trust { log_key: Some(log_key), policy: None }).expect("readable")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn failures(report: &Report) -> Vec<CheckId> {
    let failed = report.checks.iter().filter(|check| check.outcome == Outcome::Fail);
    failed.map(|check| check.id).collect()
}

fn result(report: &Report, id: CheckId) -> &CheckResult {
    report.checks.iter().find(|check| check.id == id).expect("every check is in the report")
}

#[tokio::test]
async fn the_file_of_a_tender_is_verified_and_comes_in_its_time() {
    let house = House::open().await;
    let (close, archive) =
        (house.fixture.index_of("CloseLot", 0), house.fixture.index_of("ArchiveTender", 0));
    let code = |done: Result<Vec<u8>, ExportError>| done.map(drop).map_err(|error| error.code());
    assert_eq!(code(house.export(Scope::Supervisor, true).await), Err("unknown_tender"));
    house.repeat(0, close).await;
    for scope in [Scope::Supervisor, Scope::Public] {
        assert_eq!(code(house.export(scope, true).await), Err("before_close"));
    }
    house.repeat(close, archive).await;
    house.keep_files().await;
    assert_eq!(code(house.export(Scope::Public, false).await), Err("not_archived"));
    let running = house.report(house.export(Scope::Supervisor, true).await.expect("after the close"));
    assert_eq!(failures(&running), [], "{}", running.to_text());
    assert_eq!(result(&running, CheckId::K5).outcome, Outcome::NotApplicable);
    house.repeat(archive, house.fixture.logged.len()).await;

    let bytes = house.export(Scope::Supervisor, true).await.expect("written");
    assert_eq!(bytes, house.export(Scope::Supervisor, true).await.expect("written again"), "the same bytes");
    let whole = house.report(bytes);
    assert_eq!(failures(&whole), [], "{}", whole.to_text());
    for id in [CheckId::A2, CheckId::I4, CheckId::I9, CheckId::K4, CheckId::K5, CheckId::K10] {
        assert_eq!(result(&whole, id).outcome, Outcome::Pass, "{id:?}");
    }
    assert_eq!((result(&whole, CheckId::S1).checked, result(&whole, CheckId::S2).checked), (9, 9));
    assert_eq!(whole.not_carried, []);
    let bare = house.report(house.export(Scope::Supervisor, false).await.expect("written"));
    assert_eq!(
        (failures(&bare), result(&bare, CheckId::S2).checked),
        (vec![], 3),
        "statements need no files"
    );
    assert_eq!(bare.not_carried.len(), house.fixture.files.len());

    let public = house.export(Scope::Public, true).await.expect("archived");
    let has = |text: &str| public.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("lot_closed"), "what everybody heard is in it");
    for secret in ["bidder 1", "expert 2", "\"salt\"", "\"manifest\""] {
        assert!(!has(secret), "{secret} is not the public's to know");
    }
    let public = house.report(public);
    assert_eq!(failures(&public), [], "{}", public.to_text());
    assert_eq!(public.entries, whole.entries);
    assert_eq!(result(&public, CheckId::A4).outcome, Outcome::NotApplicable);
}
