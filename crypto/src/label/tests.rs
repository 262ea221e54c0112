//! One meaning, one encoding; nothing else parses.

use proptest::prelude::*;

use super::*;

fn context() -> Context {
    Context {
        tender: Digest::of(b"notice"),
        lot: "L1".parse().expect("a lot id"),
        envelope: EnvelopeKind::Statement,
        submission: SubmissionId([7; 16]),
        bidder: Digest::of(b"bidder"),
        committee: Digest::of(b"committee"),
        opening: 1_900_000_000,
    }
}

fn labels() -> Vec<Label> {
    let (tender, lot) = (Digest::of(b"notice"), "L1".parse::<LotId>().expect("a lot id"));
    let draw = |subject| Label::Draw { tender, lot: lot.clone(), subject };
    vec![
        context().label(),
        draw(DrawSubject::Opening(Digest::of(b"root"))),
        draw(DrawSubject::Panel(Digest::of(b"pool"))),
        Label::Rehearsal { date: "2026-03-02".parse().expect("a day") },
    ]
}

#[test]
fn a_context_is_the_bytes_of_the_format() {
    let digest = |text: &[u8]| Digest::of(text).to_string();
    let expected = format!(
        "010020{}0200024c31030001030400100707070707070707070707070707070705{}{}060020{}0700080000000071 3fb300",
        digest(b"notice"),
        "0020",
        digest(b"bidder"),
        digest(b"committee")
    );
    assert_eq!(hex::encode(context().to_bytes()), expected.replace(' ', ""));
}

#[test]
fn labels_and_contexts_survive_bytes_and_json() {
    for label in labels() {
        assert_eq!(Label::parse(&label.to_bytes()), Ok(label.clone()));
        let json = serde_json::to_string(&label).expect("it is JSON");
        assert_eq!(serde_json::from_str::<Label>(&json).expect("its own text"), label);
    }
    assert_eq!(Context::parse(&context().to_bytes()), Ok(context()));
}

#[test]
fn no_label_is_the_beginning_of_another_and_nothing_may_follow() {
    for label in labels() {
        let bytes = label.to_bytes();
        for length in 0..bytes.len() {
            assert!(Label::parse(&bytes[..length]).is_err(), "{label:?} cut to {length}");
        }
        assert!(Label::parse(&[bytes.as_slice(), &[0]].concat()).is_err(), "{label:?} with a byte more");
    }
}

#[test]
fn fields_out_of_order_twice_or_unknown_are_refused() {
    let bytes = context().to_bytes();
    let tender = &bytes[..35];
    let twice = [tender, &bytes].concat();
    let swapped = [&bytes[35..], tender].concat();
    let unknown = [bytes.as_slice(), &[8, 0, 0]].concat();
    for wrong in [twice, swapped, unknown, bytes[35..].to_vec(), Vec::new()] {
        assert_eq!(Context::parse(&wrong).map_err(LabelError::code), Err("label_encoding"));
    }
}

#[test]
fn parts_hold_only_what_the_format_allows() {
    for text in ["", "a lot", "L_1", "包1", "12345678901234567"] {
        assert_eq!(text.parse::<LotId>(), Err(LabelError::Lot), "{text:?}");
    }
    for text in ["2026-3-02", "2026/03/02", "2026-03-02 ", "20２6-03"] {
        assert_eq!(text.parse::<RehearsalDate>(), Err(LabelError::Date), "{text:?}");
    }
    assert_eq!(EnvelopeKind::from_number(0), Err(LabelError::Envelope));
    assert_eq!(EnvelopeKind::from_number(5), Err(LabelError::Envelope));
}

proptest! {
    #[test]
    fn whatever_parses_is_written_as_it_was(bytes in proptest::collection::vec(any::<u8>(), 0..200), place in 0..200_usize, value: u8) {
        let mut near = context().to_bytes();
        let place = place % near.len();
        near[place] = value;
        for bytes in [bytes, near] {
            if let Ok(context) = Context::parse(&bytes) {
                prop_assert_eq!(context.to_bytes(), bytes.clone());
            }
            if let Ok(label) = Label::parse(&bytes) {
                prop_assert_eq!(label.to_bytes(), bytes);
            }
        }
    }
}
