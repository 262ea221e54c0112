//! `kaibiao equivocation`: two heads that one log signed, from wherever they were seen. Two that contradict each other are
//! a proof that needs nobody's word: the log's own signatures.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use kaibiao_crypto::checkpoint::{Checkpoint, Note, NoteVerifier};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::receipt::{RECEIPT_BYTES_MAX, Receipt};
use kaibiao_crypto::succession::LogKeys;
use kaibiao_crypto::tree;
use serde::Deserialize;

use super::{CommandError, at, end, followed, read_short};
use crate::replay::bundle::Bundle;

/// A zip begins so.
const ZIP: &[u8] = b"PK";
/// A receipt begins so (C2SP tlog-proof).
const RECEIPT: &[u8] = b"c2sp.org/tlog-proof@";
/// What was sent to a witness begins so (C2SP tlog-witness); the head is behind the first empty line.
const REQUEST: &[u8] = b"old ";

/// Arguments of `kaibiao equivocation`.
#[derive(Args, Clone, Debug)]
pub struct EquivocationArgs {
    /// A head, or what holds one: checkpoint, receipt, evidence of a witness, bundle (.tdr).
    pub one: PathBuf,
    /// Another.
    pub other: PathBuf,
    /// The log's public key (a vkey line).
    #[arg(long)]
    pub log_key: String,
    /// Receipts of the rotations of the log's key, in their order, where a head is by another key than yours.
    #[arg(long)]
    pub rotation: Vec<PathBuf>,
    /// What `/api/log/consistency?from=…&to=…` answered for the two sizes.
    #[arg(long)]
    pub proof: Option<PathBuf>,
}

/// That one head continues another; hashes in base64.
#[derive(Deserialize)]
struct Proof {
    proof: Vec<String>,
}

impl Proof {
    /// The hashes; a text that is none leads nowhere, as any other wrong one.
    fn hashes(&self) -> Vec<Digest> {
        let hash = |text: &String| Digest::from_slice(&STANDARD.decode(text).ok()?);
        self.proof.iter().filter_map(hash).collect()
    }
}

/// What two heads say together.
enum Finding {
    /// One history, as far as they reach.
    Agree,
    /// Of one size with two roots, or with a proof that does not lead from one to the other.
    Contradict,
    /// Of two sizes, without a proof.
    Unknown,
}

/// Runs `kaibiao equivocation`: success if the two are of one history; a contradiction and what cannot be told are failures.
pub fn equivocation(args: &EquivocationArgs, out: &mut dyn Write) -> ExitCode {
    let done = compare(args).and_then(|(finding, older, newer)| {
        match finding {
            Finding::Agree => writeln!(out, "✓ 两个日志头属于同一历史 / both heads are of one history")?,
            Finding::Unknown => writeln!(
                out,
                "? 大小不同，须有一致性证明才能判断（--proof）：/api/log/consistency?from={}&to={}\n\
                 ? of two sizes: only a proof of consistency can tell (--proof)",
                older.1.size, newer.1.size
            )?,
            Finding::Contradict => {
                writeln!(
                    out,
                    "✗ 日志签署了两个互相矛盾的头 / the log has signed two heads that contradict each other\n"
                )?;
                for (note, _) in [&older, &newer] {
                    writeln!(out, "{}", note.to_text())?;
                }
            }
        }
        Ok(matches!(finding, Finding::Agree))
    });
    end(done, out)
}

type Head = (Note, Checkpoint);

fn compare(args: &EquivocationArgs) -> Result<(Finding, Head, Head), CommandError> {
    let log = NoteVerifier::parse(&args.log_key)?;
    let keys = followed(&log, &args.rotation, &[], 0)?;
    let (older, newer) = (head_in(&args.one, &keys)?, head_in(&args.other, &keys)?);
    let (older, newer) = if older.1.size <= newer.1.size { (older, newer) } else { (newer, older) };
    let (old, new) = (&older.1, &newer.1);
    let finding = match &args.proof {
        _ if old == new => Finding::Agree,
        _ if old.size == new.size => Finding::Contradict,
        None => Finding::Unknown,
        Some(path) => {
            let text = read_short(path, RECEIPT_BYTES_MAX as u64).map_err(|source| at(path, source))?;
            let proof = serde_json::from_slice::<Proof>(&text)?.hashes();
            match tree::verify_consistency(old.size, old.root, new.size, new.root, &proof) {
                Ok(()) => Finding::Agree,
                Err(_) => Finding::Contradict,
            }
        }
    };
    Ok((finding, older, newer))
}

/// The head that a file holds, signed by the log.
fn head_in(path: &Path, log: &LogKeys) -> Result<Head, CommandError> {
    let note = note_in(path)?;
    let opened = log.open(&note, &[], 0)?;
    Ok((note, opened.checkpoint))
}

fn note_in(path: &Path) -> Result<Note, CommandError> {
    let bytes = read_short(path, RECEIPT_BYTES_MAX as u64).map_err(|source| at(path, source))?;
    let no_head = || CommandError::NoHead(path.display().to_string());
    if bytes.starts_with(ZIP) {
        let file = File::open(path).map_err(|source| at(path, source))?;
        let bundle = Bundle::open(BufReader::new(file))?;
        return Ok(Note::parse(bundle.about().head.as_bytes())?);
    }
    if bytes.starts_with(RECEIPT) {
        return Ok(Receipt::parse(&bytes).map_err(|_| no_head())?.note);
    }
    let from = match bytes.starts_with(REQUEST) {
        false => 0,
        true => bytes.windows(2).position(|pair| pair == b"\n\n").ok_or_else(no_head)? + 2,
    };
    Note::parse(&bytes[from..]).map_err(|_| no_head())
}

#[cfg(test)]
mod tests {
    use kaibiao_crypto::checkpoint::NoteSigner;
    use kaibiao_crypto::key::SigningKey;
    use kaibiao_crypto::tree::Tree;
    use ring::rand::SystemRandom;

    use super::*;

    const ORIGIN: &str = "log.example/tlog/1";

    /// A folder with a log's key, and what was said of it.
    struct Desk {
        log: NoteSigner,
        folder: PathBuf,
    }

    impl Desk {
        fn new() -> Self {
            let key = SigningKey::generate(&SystemRandom::new()).expect("randomness");
            let folder = std::env::temp_dir().join(format!("kaibiao-heads-{}", uuid::Uuid::new_v4()));
            std::fs::create_dir_all(&folder).expect("a folder");
            Self { log: NoteSigner::new(ORIGIN, key).expect("a name"), folder }
        }

        fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.folder.join(name);
            std::fs::write(&path, text).expect("written");
            path
        }

        /// The head of `tree`, behind `before`.
        fn head(&self, name: &str, tree: &Tree, before: &str) -> PathBuf {
            let head = Checkpoint { origin: ORIGIN.to_owned(), size: tree.size(), root: tree.root() };
            self.write(name, &format!("{before}{}", head.sign(&self.log).expect("signed").to_text()))
        }

        fn said(&self, one: &Path, other: &Path, proof: Option<PathBuf>) -> (ExitCode, String) {
            let log_key = self.log.verifier().vkey();
            let args = EquivocationArgs {
                one: one.to_owned(),
                other: other.to_owned(),
                log_key,
                rotation: Vec::new(),
                proof,
            };
            let mut out = Vec::new();
            let code = equivocation(&args, &mut out);
            (code, String::from_utf8(out).expect("text"))
        }
    }

    fn tree(leaves: &[&[u8]]) -> Tree {
        leaves.iter().map(|leaf| tree::leaf_hash(leaf)).collect()
    }

    #[test]
    fn two_roots_of_one_size_are_a_proof() {
        let desk = Desk::new();
        let (ours, forked) = (tree(&[b"a", b"b"]), tree(&[b"a", b"x"]));
        let one = desk.head("one", &ours, "");
        let other = desk.head("other", &forked, "old 1\nAAAA\n\n");
        let (code, said) = desk.said(&one, &other, None);
        assert_eq!(code, ExitCode::FAILURE);
        assert!(said.starts_with('✗') && said.matches(ORIGIN).count() >= 2, "both heads are shown: {said}");
        let (code, _) = desk.said(&one, &one, None);
        assert_eq!(code, ExitCode::SUCCESS);
    }

    #[test]
    fn two_sizes_need_a_proof() {
        let desk = Desk::new();
        let (old, new) = (tree(&[b"a", b"b"]), tree(&[b"a", b"b", b"c"]));
        let forked = tree(&[b"a", b"x", b"c"]);
        let proof = new.consistency(2, 3).expect("a proof");
        let proof: Vec<String> = proof.iter().map(|hash| STANDARD.encode(hash.as_bytes())).collect();
        let proof = serde_json::json!({ "from": 2, "to": 3, "proof": proof }).to_string();
        let (older, newer) = (desk.head("older", &old, ""), desk.head("newer", &new, ""));
        assert!(desk.said(&newer, &older, None).1.contains("from=2&to=3"));
        let proof = desk.write("proof.json", &proof);
        assert_eq!(desk.said(&newer, &older, Some(proof.clone())).0, ExitCode::SUCCESS);
        let forked = desk.head("forked", &forked, "");
        assert!(desk.said(&forked, &older, Some(proof)).1.starts_with('✗'));
    }

    #[test]
    fn what_is_no_head_of_this_log_is_refused() {
        let (desk, stranger) = (Desk::new(), Desk::new());
        let ours = desk.head("ours", &tree(&[b"a"]), "");
        let theirs = stranger.head("theirs", &tree(&[b"a"]), "");
        assert!(desk.said(&ours, &theirs, None).1.contains("signature_missing"));
        for text in ["", "old 1", "c2sp.org/tlog-proof@v1", "PK"] {
            let (code, said) = desk.said(&ours, &desk.write("none", text), None);
            assert_eq!(code, ExitCode::FAILURE);
            assert!(said.starts_with('✗') && said.ends_with(")\n"), "{said}");
        }
    }
}
