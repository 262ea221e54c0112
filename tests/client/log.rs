//! A log in memory: entries, a tree, signed heads, receipts.

use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::checkpoint::{Checkpoint, Note, NoteSigner};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{Entry, Header, leaf_hash};
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::tree::Tree;
use ring::rand::SystemRandom;

use crate::base::Instant;
use crate::client::Accepted;

/// The origin of the log of tests.
pub(crate) const ORIGIN: &str = "centre.example/log";

/// A log.
pub(crate) struct Log {
    signer: NoteSigner,
    tree: Tree,
    pub(crate) acts: Vec<SignedAct>,
}

impl Log {
    pub(crate) fn new() -> Self {
        let key = SigningKey::generate(&SystemRandom::new()).expect("a key");
        let signer = NoteSigner::new(ORIGIN, key).expect("a signer");
        let mut log = Self { signer, tree: Tree::new(), acts: Vec::new() };
        log.fill();
        log
    }

    /// An entry of nobody in particular.
    pub(crate) fn fill(&mut self) {
        self.tree.append(leaf_hash(&[0xc0; 96]));
    }

    /// Drops everything that was logged; the signer stays.
    pub(crate) fn forget(&mut self) {
        (self.tree, self.acts) = (Tree::new(), Vec::new());
    }

    pub(crate) fn vkey(&self) -> String {
        self.signer.verifier().vkey()
    }

    /// The newest head, signed.
    pub(crate) fn head(&self) -> Note {
        let head = Checkpoint { origin: ORIGIN.into(), size: self.tree.size(), root: self.tree.root() };
        head.sign(&self.signer).expect("its own head")
    }

    pub(crate) fn consistency(&self, from: u64, to: u64) -> Vec<Digest> {
        self.tree.consistency(from, to).expect("within the log")
    }

    /// Takes an act; the same payload again has the same answer.
    pub(crate) fn take(&mut self, act: &SignedAct) -> Accepted {
        let known = self.acts.iter().position(|known| known == act);
        let at = known.unwrap_or_else(|| {
            self.acts.push(act.clone());
            self.tree.append(leaf_hash(&self.entry(self.acts.len() - 1)));
            self.acts.len() - 1
        });
        let entry = self.entry(at);
        let leaf = leaf_hash(&entry);
        let index =
            (0..self.tree.size()).find(|index| self.tree.leaf(*index) == Some(leaf)).expect("it is there");
        let proof = self.tree.inclusion(index, self.tree.size()).expect("it is there");
        let receipt = Receipt { index, proof, entry, note: self.head() };
        Accepted {
            index,
            ts: Instant(1000),
            receipt: receipt.to_text(),
            is_witnessed: false,
            events: Vec::new(),
        }
    }

    fn entry(&self, at: usize) -> Vec<u8> {
        let act = &self.acts[at];
        let payload = act.read_payload().expect("a good act");
        let stream = payload.tender.unwrap_or_else(|| "centre".into());
        let header = Header {
            outcome: Digest::of(b"[]"),
            rules: kaibiao::replay::RULES,
            sprev: None,
            sseq: 0,
            stream,
            ts: 1000,
        };
        Entry::of_act(act, header).encode().expect("an entry")
    }
}
