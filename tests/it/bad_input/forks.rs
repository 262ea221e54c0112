//! Heads of another history under the log's own key: no act that names one is taken, and no receipt is under one (F9, F15).

use kaibiao::signer::stored_key;
use kaibiao::tender::Procedure;
use kaibiao_crypto::act::{Payload, Seen, SignedAct};
use kaibiao_crypto::checkpoint::{Checkpoint, NoteSigner};
use kaibiao_crypto::entry;
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::tree::Tree;

use crate::dice::Dice;
use crate::drill::{held, times};
use crate::harness::{Center, ORIGIN, code};

on_both_databases!(a_head_of_another_history_is_no_head_of_this_log,);

async fn a_head_of_another_history_is_no_head_of_this_log(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let bidder = &center.bidders[0];
    let key = stored_key(&center.home.join("keys/log.key")).expect("the stolen key");
    let stolen = NoteSigner::new(ORIGIN, key).expect("a signer");
    let entries = center.ledger.database().entries(0, 1000).await.expect("readable");
    let size = center.ledger.head().size;
    let log: Tree = entries.iter().map(|row| row.leaf).collect();
    assert_eq!((log.size(), log.root()), (size, center.ledger.head().root));

    let (mut dice, rounds) = (Dice::of(15), times(50, 1000));
    for _ in 0..rounds {
        let fork_at = dice.below(size);
        let mut fork: Tree =
            entries[..usize::try_from(fork_at).expect("small")].iter().map(|row| row.leaf).collect();
        (0..=dice.below(size + 8 - fork_at)).for_each(|other| {
            fork.append(entry::leaf_hash(&other.to_be_bytes()));
        });
        let seen = Some(Seen { root: fork.root(), size: fork.size() });
        let payload = Payload { seen, ..center.question(bidder) };
        let act = SignedAct::sign(&bidder.key, &payload, None).expect("a payload");
        assert_eq!(code(center.ledger.submit(act).await), "unknown_head", "forked at {fork_at} of {size}");

        // Whoever holds a receipt of an entry behind the fork holds the proof that there are two histories.
        let index = fork_at + dice.below(size - fork_at);
        let entry = entries[usize::try_from(index).expect("small")].bytes.clone();
        let head = Checkpoint { origin: ORIGIN.to_owned(), size: fork.size(), root: fork.root() };
        let note = head.sign(&stolen).expect("the log's own name");
        let proof = if index < fork.size() {
            fork.inclusion(index, fork.size()).expect("a place")
        } else {
            Vec::new()
        };
        let refused = Receipt { index, proof, entry, note }.verify(stolen.verifier(), &[], 0);
        let fault = refused.expect_err("not under the fork").code();
        assert!(matches!(fault, "root_mismatch" | "index_out_of_range"), "{fault}");
    }
    assert_eq!(center.ledger.head().size, size);
    held(
        "F9 F15 acts that name a head of a fork",
        &format!("{rounds} of {rounds} refused; no entry behind a fork stands under it"),
    );
}
