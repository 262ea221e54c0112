//! A key generation, the committee that it makes, and label keys from partials.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::label::{DrawSubject, EnvelopeKind, Label};
use kaibiao_crypto::threshold::{Epoch, Partial};
use serde_json::{Value, json};

use crate::cast::Cast;

pub fn vectors(cast: &Cast) -> Value {
    let secret = |index: usize| {
        let file = cast.shares[index].export(&cast.committee).expect("it belongs");
        serde_json::to_value(file).expect("it is JSON")["secret"].clone()
    };
    let shares: Vec<Value> =
        (0..cast.shares.len()).map(|i| json!({"index": i + 1, "secret": secret(i)})).collect();
    let labels = labels(cast);
    json!({
        "about": "A committee of 3 of 5. The secrets of its shares are published here: never use this group key.",
        "session": cast.session,
        "announcements": cast.announcements,
        "transcript_sha256": cast.transcript_digest,
        "committee": cast.committee,
        "committee_id": cast.committee.id(),
        "shares": shares,
        "labels": labels.iter().map(|label| vector(cast, label)).collect::<Vec<Value>>(),
        "failures": failures(cast, &labels[0], &labels[1]),
    })
}

fn labels(cast: &Cast) -> Vec<Label> {
    let context = cast.context(EnvelopeKind::Documents, "label");
    let draw = |subject| Label::Draw { tender: context.tender, lot: context.lot.clone(), subject };
    vec![
        context.label(),
        draw(DrawSubject::Opening(Digest::of(b"kaibiao vectors closed root"))),
        draw(DrawSubject::Panel(Digest::of(b"kaibiao vectors pool"))),
        Label::Rehearsal { date: "2026-03-02".parse().expect("a day") },
    ]
}

fn partials(cast: &Cast, label: &Label) -> Vec<Partial> {
    cast.shares.iter().map(|share| share.partial(label)).collect()
}

fn vector(cast: &Cast, label: &Label) -> Value {
    let key = cast.label_key(label);
    json!({
        "label": label,
        "bytes": hex::encode(label.to_bytes()),
        "identity": label.identity().0,
        "partials": partials(cast, label),
        "label_key": key,
        "label_key_sha256": key.digest(),
    })
}

fn failures(cast: &Cast, label: &Label, other: &Label) -> Vec<Value> {
    let good = partials(cast, label);
    let wrong = partials(cast, other);
    let moved = Partial { index: 6, ..good[0] };
    let later = Partial { epoch: Epoch(1), ..good[2] };
    let vector = |name: &str, partials: &[Partial], code: &str| {
        let found = cast.committee.combine(label, partials).err().map(|error| error.code());
        assert_eq!(found, Some(code), "{name}");
        json!({"name": name, "label": label, "partials": partials, "code": code})
    };
    vec![
        vector("two of three", &good[..2], "too_few_partials"),
        vector("one of three for another label", &[good[0], good[1], wrong[2]], "too_few_partials"),
        vector("one of three of another epoch", &[good[0], good[1], later], "too_few_partials"),
        vector("one custodian twice", &[good[0], good[1], good[1]], "duplicate_custodian"),
        vector("a custodian who does not exist", &[good[1], good[2], moved], "unknown_custodian"),
    ]
}
