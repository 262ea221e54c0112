//! Draws: vectors of a second implementation, and fairness that can be counted.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::draw::{Randomness, choose, order, stream};
use proptest::prelude::*;
use serde::Deserialize;

use crate::{from_hex, numbered, vectors};

#[derive(Deserialize)]
struct Vectors {
    label_key: String,
    randomness: Digest,
    order: Order,
    stream: Stream,
    choose: Vec<Choice>,
}

#[derive(Deserialize)]
struct Order {
    ids: Vec<String>,
    drawn: Vec<usize>,
}

#[derive(Deserialize)]
struct Stream {
    purpose: String,
    numbers: Vec<String>,
}

#[derive(Deserialize)]
struct Choice {
    purpose: String,
    n: usize,
    k: usize,
    drawn: Vec<usize>,
}

#[test]
fn draws_are_the_other_implementation_s() {
    let vectors: Vectors = vectors("draw");
    let randomness = Randomness::of_label_key(&from_hex(&vectors.label_key));
    assert_eq!(randomness, Randomness(vectors.randomness));
    let ids: Vec<Vec<u8>> = vectors.order.ids.iter().map(|id| from_hex(id)).collect();
    assert_eq!(order(randomness, &ids), vectors.order.drawn);
    let numbers = stream(randomness, &vectors.stream.purpose).take(vectors.stream.numbers.len());
    assert_eq!(numbers.map(|number| number.to_string()).collect::<Vec<_>>(), vectors.stream.numbers);
    for case in vectors.choose {
        assert_eq!(choose(randomness, &case.purpose, case.n, case.k), case.drawn, "{}", case.purpose);
    }
}

/// Over 6,000 fixed values of R each of 6 takes each of 2 places about 1,000 times (deviation 29): the draw is
/// deterministic, so these counts never change.
#[test]
fn each_has_the_same_chance_at_each_place() {
    let mut chosen = [[0_u32; 2]; 6];
    let mut ordered = [0_u32; 6];
    let ids: Vec<[u8; 1]> = (0..6).map(|id| [id]).collect();
    for number in 0..6000 {
        let randomness = Randomness(numbered(number));
        for (place, index) in choose(randomness, "fairness", 6, 2).into_iter().enumerate() {
            chosen[index][place] += 1;
        }
        ordered[order(randomness, &ids)[0]] += 1;
    }
    for count in chosen.iter().flatten().chain(&ordered) {
        assert!((870..=1130).contains(count), "{chosen:?} {ordered:?}");
    }
}

proptest! {
    #[test]
    fn a_choice_has_no_repeats_and_begins_like_a_longer_one(
        seed in any::<usize>(), n in 0_usize..60, k in 0_usize..70,
    ) {
        let randomness = Randomness(numbered(seed));
        let all = choose(randomness, "purpose", n, n);
        let mut sorted = all.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..n).collect::<Vec<_>>());
        prop_assert_eq!(choose(randomness, "purpose", n, k), &all[..k.min(n)]);
    }

    #[test]
    fn the_order_does_not_depend_on_how_the_ids_come(seed in any::<usize>(), turn in 0_usize..9) {
        let randomness = Randomness(numbered(seed));
        let ids: Vec<[u8; 16]> = (0..9).map(|id| [id; 16]).collect();
        let mut turned = ids.clone();
        turned.rotate_left(turn);
        let names = |ids: &[[u8; 16]]| order(randomness, ids).iter().map(|at| ids[*at]).collect::<Vec<_>>();
        prop_assert_eq!(names(&ids), names(&turned));
    }
}
