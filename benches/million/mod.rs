//! A bundle of many entries, made as the ledger would have made them: every act signed, decided and folded by the core.
//!
//! The beginning is a centre with a published tender, from the real ledger. Of two hundred acts that follow, two register
//! a registrar, two that registrar's key, one is a bid that replaces another, and the rest grant roles. They are signed
//! by all who are registered in turn; each names its signer's previous act and the newest head, so there are as many heads
//! as acts.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom};
use std::path::Path;

use kaibiao::base::{BidId, Instant, LotId, PersonId, Role, Span, TenderId};
use kaibiao::centre::{CentreCommand, CertifyKey, GrantRoles, RegisterPerson};
use kaibiao::replay::bundle::{About, BUNDLE_VERSION, BundleWriter, Content, Growth, Record, Scope};
use kaibiao::replay::check::Policy;
use kaibiao::replay::{Happened, RULES, ReadAct, Stream, World};
use kaibiao::tender::{Command, LotCommand, SubmitBid};
use kaibiao_crypto::act::{Seen, SignedAct};
use kaibiao_crypto::checkpoint::{Checkpoint, Cosigner, NoteSigner};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{self, Entry, Header, LogItem};
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::manifest::Manifest;
use kaibiao_crypto::tree::Tree;
use uuid::Uuid;

use crate::harness::{Actor, Center, ORIGIN, START, lot, text};
use crate::rush::made_up_lines;

/// Acts of one turn of the mixture.
const TURN: u64 = 200;
/// Milliseconds between two acts: a million of them come before the deadline.
const PACE_MS: i64 = 3;

/// A person who signs, with the act that was signed last.
struct Signer {
    actor: Actor,
    last: Option<Digest>,
}

/// The log while it is made. What was made is kept in two files, one a stream.
struct Made {
    world: World,
    tree: Tree,
    ends: BTreeMap<Stream, (u64, Digest)>,
    files: [BufWriter<File>; 2],
    /// Sizes of the heads that signers have seen.
    heads: Vec<u64>,
    tender: TenderId,
}

/// Writes a bundle of `count` entries to `path`. The tender of `center` is published already.
pub async fn write(center: Center, count: u64, path: &Path) {
    let mut made = Made::begin(&center, path).await;
    let home = center.home.clone();
    let mut registrars = vec![Signer { actor: center.authority, last: None }];
    let mut bidders: Vec<(Signer, Option<BidId>)> =
        center.bidders.into_iter().map(|actor| (Signer { actor, last: None }, None)).collect();
    let mut people = vec![bidders[0].0.actor.person];
    let mut newcomer: Option<Actor> = None;
    while made.tree.size() < count {
        let place = made.tree.size();
        let by = usize::try_from(place).expect("a place") % registrars.len();
        let org = registrars[0].actor.org;
        match (place % (TURN / 2), newcomer.take(), place % TURN) {
            (0, _, _) => {
                let actor = Actor::new(org, Role::Registrar);
                let register = RegisterPerson {
                    name: text("某人"),
                    org,
                    person: actor.person,
                    roles: vec![Role::Registrar],
                };
                made.centre(&mut registrars[by], CentreCommand::RegisterPerson(register));
                newcomer = Some(actor);
            }
            (1, Some(actor), _) => {
                let certify = CertifyKey { key: actor.record() };
                made.centre(&mut registrars[by], CentreCommand::CertifyKey(certify));
                people.push(actor.person);
                registrars.push(Signer { actor, last: None });
            }
            (_, _, 2) => {
                let bidder = usize::try_from(place / TURN).expect("a place") % bidders.len();
                let (signer, standing) = &mut bidders[bidder];
                let manifest = Manifest::new(made_up_lines()).expect("a manifest");
                let bid = BidId(Uuid::new_v4());
                let submit = SubmitBid { bid, document_set: 0, manifest, replaces: standing.replace(bid) };
                made.tender(signer, LotCommand::SubmitBid(submit));
            }
            (_, _, _) => {
                let person: PersonId = people[by % people.len()];
                let roles = vec![Role::Registrar, Role::Bidder];
                made.centre(&mut registrars[by], CentreCommand::GrantRoles(GrantRoles { person, roles }));
            }
        }
    }
    made.bundle(&home, path);
}

impl Made {
    /// Takes over what the ledger has written.
    async fn begin(center: &Center, path: &Path) -> Self {
        let file = |name: &str| {
            let path = path.with_extension(name);
            let file = File::options().read(true).write(true).create(true).truncate(true).open(path);
            BufWriter::new(file.expect("a file"))
        };
        let mut made = Self {
            world: World::default(),
            tree: Tree::new(),
            ends: BTreeMap::new(),
            files: [file("centre"), file("tender")],
            heads: Vec::new(),
            tender: center.tender,
        };
        for row in center.ledger.database().entries(0, 10_000).await.expect("entries") {
            let LogItem::Act(entry) = LogItem::parse(&row.bytes).expect("an entry") else {
                made.tree.append(row.leaf);
                continue;
            };
            let stream: Stream = entry.header.stream.parse().expect("a stream");
            let happened = Happened::decode(stream, &row.events).expect("events");
            made.world.apply(&happened, Instant(row.ts));
            made.keep(stream, entry.header.sseq, row.bytes, row.events, row.body);
        }
        made
    }

    /// The head as it is now, which a signer has seen.
    fn look(&mut self) -> Seen {
        let seen = Seen { root: self.tree.root(), size: self.tree.size() };
        self.heads.push(seen.size);
        seen
    }

    fn centre(&mut self, signer: &mut Signer, command: CentreCommand) {
        let mut tagged = serde_json::to_value(&command).expect("a command");
        let kind = tagged["type"].as_str().expect("a type").to_owned();
        self.act(signer, None, None, &kind, &tagged["body"].take());
    }

    fn tender(&mut self, signer: &mut Signer, command: LotCommand) {
        let (kind, lot, body) = Command::Lot(lot(), command).encode().expect("a command");
        self.act(signer, Some(self.tender), lot, &kind, &body);
    }

    /// Signs, decides and keeps an act.
    fn act(
        &mut self,
        signer: &mut Signer,
        tender: Option<TenderId>,
        lot: Option<LotId>,
        kind: &str,
        body: &serde_json::Value,
    ) {
        let (mut payload, detached) = signer.actor.payload(tender, lot, kind, body);
        (payload.seen, payload.prev) = (Some(self.look()), signer.last);
        let act = SignedAct::sign(&signer.actor.key, &payload, detached).expect("a payload");
        signer.last = Some(act.payload_digest());
        let ts = START + Span(i64::try_from(self.tree.size()).expect("a place") * PACE_MS);
        let read = ReadAct::of_payload(&act, payload, ORIGIN).expect("an act");
        let happened = self.world.decide(&read, act.key_id, ts).expect("accepted");
        self.world.apply(&happened, ts);
        let (events, outcome) = happened.encode().expect("events");
        let stream = happened.stream();
        let end = self.ends.get(&stream);
        let header = Header {
            outcome,
            rules: RULES,
            sprev: end.map(|(_, leaf)| *leaf),
            sseq: end.map_or(0, |(sseq, _)| sseq + 1),
            stream: stream.to_string(),
            ts: u64::try_from(ts.0).expect("after 1970"),
        };
        let sseq = header.sseq;
        let bytes = Entry::of_act(&act, header).encode().expect("an entry");
        self.keep(stream, sseq, bytes, events, act.body);
    }

    /// Keeps an entry at the end of its stream; its proof is made when all are there.
    fn keep(&mut self, stream: Stream, sseq: u64, entry: Vec<u8>, events: Vec<u8>, body: Option<Vec<u8>>) {
        let leaf = entry::leaf_hash(&entry);
        let index = self.tree.append(leaf);
        self.ends.insert(stream, (sseq, leaf));
        let record = Record { index, content: Content::Whole { entry, events, body }, proof: Vec::new() };
        record.write(&mut self.files[usize::from(stream != Stream::Centre)]).expect("written");
    }

    /// Signs the head and writes the bundle.
    fn bundle(mut self, home: &Path, path: &Path) {
        let (size, root) = (self.tree.size(), self.tree.root());
        let key = |name: &str| {
            let pkcs8 = std::fs::read(home.join("keys").join(name)).expect("a key");
            SigningKey::from_pkcs8(&pkcs8).expect("a key")
        };
        let log = NoteSigner::new(ORIGIN, key("log.key")).expect("a signer");
        let witness = Cosigner::new(&format!("{ORIGIN}/witness"), key("witness.key")).expect("a witness");
        let mut note = Checkpoint { origin: ORIGIN.to_owned(), size, root }.sign(&log).expect("a note");
        let now = START + Span(i64::try_from(size).expect("a size") * PACE_MS);
        note.signatures.push(witness.cosign(&note.text, now.unix_seconds()));
        let count = |stream| self.ends.get(&stream).map_or(0, |(sseq, _)| sseq + 1);
        let witness_vkeys = vec![witness.verifier().vkey()];
        let about = About {
            centre_entries: count(Stream::Centre),
            head: note.to_text(),
            policy: Policy::text_of(&log.verifier().vkey(), &witness_vkeys, 1),
            log_vkey: log.verifier().vkey(),
            origin: ORIGIN.to_owned(),
            rotations: Vec::new(),
            rules: RULES,
            scope: Scope::Supervisor,
            tender: self.tender,
            tender_entries: count(Stream::Tender(self.tender)),
            v: BUNDLE_VERSION,
            witness_vkeys,
        };
        let sink = BufWriter::new(File::create(path).expect("a file"));
        let mut writer = BundleWriter::new(sink, &about).expect("a bundle");
        let mut from = 0;
        for size in self.heads.iter().copied().chain([size]) {
            let subtrees = self.tree.growth(from, size).expect("it grew so");
            writer.growth(&Growth { size, subtrees }).expect("written");
            from = size;
        }
        let [centre, tender] = &mut self.files;
        writer.start_centre().expect("begun");
        copy(centre, &self.tree, &mut writer);
        writer.start_tender().expect("begun");
        copy(tender, &self.tree, &mut writer);
        writer.finish().expect("written");
        for name in ["centre", "tender"] {
            std::fs::remove_file(path.with_extension(name)).expect("removed");
        }
    }
}

/// Copies the records of a stream, each with its proof.
fn copy(stream: &mut BufWriter<File>, tree: &Tree, writer: &mut BundleWriter<BufWriter<File>>) {
    stream.seek(SeekFrom::Start(0)).expect("the beginning");
    let mut records = BufReader::new(stream.get_mut());
    while let Some(mut record) = Record::read(&mut records).expect("a record") {
        record.proof = tree.inclusion(record.index, tree.size()).expect("a proof");
        writer.record(&record).expect("written");
    }
}
