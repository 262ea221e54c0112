//! A resharing of the committee: three of the five deal to seven, of whom four are needed.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::label::Label;
use kaibiao_crypto::threshold::reshare::{
    Dealer, Dealing, Enrolment, Plan, Recipient, Reshared, SealedShare, Transcript,
};
use kaibiao_crypto::threshold::{Partial, Quorum};
use serde_json::{Value, json};

use crate::cast::{Cast, Counted, parsed};

const DEALERS: [u8; 3] = [1, 2, 4];

/// All that is said, and what comes of it.
struct Run {
    plan: Plan,
    dealings: Vec<Dealing>,
    enrolments: Vec<Enrolment>,
    sealed_shares: Vec<SealedShare>,
    transports: Vec<Value>,
    reshared: Vec<Reshared>,
}

pub fn vectors(cast: &Cast) -> Value {
    let run = run(cast);
    let first = &run.reshared[0];
    let label = Label::Rehearsal { date: "2026-03-02".parse().expect("a day") };
    let partials: Vec<Partial> = run.reshared.iter().map(|one| one.share.partial(&label)).collect();
    let old: Vec<Partial> = cast.shares.iter().map(|share| share.partial(&label)).collect();
    let combined = first.committee.combine(&label, &partials[3..]).expect("four are enough");
    assert_eq!(*combined.label_key, cast.label_key(&label), "the key stays");
    json!({
        "about": "A resharing of tl1_committee.json to 4 of 7. All its secrets are published here: never use this group key.",
        "plan": run.plan,
        "plan_sha256": run.plan.digest(),
        "dealings": run.dealings,
        "enrolments": run.enrolments,
        "sealed_shares": run.sealed_shares,
        "recipients": recipients(&run),
        "transcript_sha256": first.transcript.digest(),
        "committee": first.committee,
        "label": label,
        "partials": partials,
        "label_key": *combined.label_key,
        "mixed_partials": [partials[0], partials[1], old[2], old[3]],
        "mixed_code": "too_few_partials",
        "plans_refused": plans_refused(&run.plan),
        "failures": failures(&run),
    })
}

fn run(cast: &Cast) -> Run {
    let quorum = Quorum::new(4, 7).expect("a majority");
    let session = Digest::of(b"kaibiao vectors resharing");
    let plan = Plan::new(session, cast.committee.clone(), &DEALERS, quorum).expect("a plan");
    let dealer = |index: &u8| {
        let random = Counted::new(&format!("dealer {index}"));
        Dealer::begin(plan.clone(), &cast.shares[usize::from(*index) - 1], &random).expect("it begins")
    };
    let dealers: Vec<Dealer> = DEALERS.iter().map(dealer).collect();
    let recipient = |index| {
        let random = Counted::new(&format!("recipient {index}"));
        Recipient::begin(plan.clone(), index, &random).expect("it begins")
    };
    let recipients: Vec<Recipient> = quorum.indices().map(recipient).collect();
    let dealings: Vec<Dealing> = dealers.iter().map(|one| one.dealing().clone()).collect();
    let enrolments: Vec<Enrolment> = recipients.iter().map(|one| one.enrolment().clone()).collect();
    let deal =
        |one: Dealer| one.deal(&dealings, &enrolments).expect("all are honest").sealed_shares().to_vec();
    let sealed_shares: Vec<SealedShare> = dealers.into_iter().flat_map(deal).collect();
    let transport = |one: &Recipient| {
        let saved: Value = serde_json::from_str(&one.save()).expect("it is JSON");
        saved["transport"].clone()
    };
    let transports = recipients.iter().map(transport).collect();
    let receive =
        |one: Recipient| one.receive(&dealings, &enrolments, &sealed_shares).expect("all are honest");
    let reshared = recipients.into_iter().map(receive).collect();
    Run { plan, dealings, enrolments, sealed_shares, transports, reshared }
}

fn recipients(run: &Run) -> Vec<Value> {
    let recipient = |(one, transport): (&Reshared, &Value)| {
        let file = serde_json::to_value(one.share.export(&one.committee).expect("it belongs"));
        let secret = file.expect("it is JSON")["secret"].clone();
        json!({"index": one.share.index(), "secret": secret, "transport_secret": transport})
    };
    run.reshared.iter().zip(&run.transports).map(recipient).collect()
}

/// Plans whose text is refused, all with `reshare_plan`.
fn plans_refused(plan: &Plan) -> Vec<Value> {
    let with = |name: &str, dealers: Value| {
        let mut text = serde_json::to_value(plan).expect("it is JSON");
        text["dealers"] = dealers;
        assert!(serde_json::from_value::<Plan>(text.clone()).is_err(), "{name}");
        json!({"name": name, "plan": text})
    };
    vec![
        with("fewer dealers than the old threshold", json!([1, 2])),
        with("dealers out of order", json!([2, 1, 4])),
        with("a dealer twice", json!([1, 2, 2])),
        with("a dealer who is no custodian", json!([1, 2, 6])),
    ]
}

/// First rounds from which no committee follows.
fn failures(run: &Run) -> Vec<Value> {
    let vector = |name: &str, dealings: &Value, enrolments: &Value, code: &str| {
        let (read, enrolled): (Vec<Dealing>, Vec<Enrolment>) = (parsed(dealings), parsed(enrolments));
        let found = Transcript::verify(run.plan.clone(), &read, &enrolled).and_then(|one| one.committee());
        assert_eq!(found.err().map(|error| error.code()), Some(code), "{name}");
        json!({"name": name, "dealings": dealings, "enrolments": enrolments, "code": code})
    };
    let text = |change: &dyn Fn(&mut Value, &mut Value)| {
        let (mut dealings, mut enrolments) = (json!(run.dealings), json!(run.enrolments));
        change(&mut dealings, &mut enrolments);
        (dealings, enrolments)
    };
    let other = Digest::of(b"kaibiao vectors another plan");
    type Change<'a> = &'a dyn Fn(&mut Value, &mut Value);
    let changes: [(&str, &str, Change<'_>); 9] = [
        ("a dealing is missing", "reshare_missing", &|dealings, _| {
            dealings.as_array_mut().expect("a list").pop();
        }),
        ("an enrolment is missing", "reshare_missing", &|_, enrolments| {
            enrolments.as_array_mut().expect("a list").remove(0);
        }),
        ("a custodian deals who is not in the plan", "reshare_stranger", &|dealings, _| {
            dealings[1]["dealer"] = 3.into();
        }),
        ("the constant is another custodian's share", "reshare_culprit", &|dealings, _| {
            dealings[0]["coefficients"][0] = dealings[1]["coefficients"][0].clone();
        }),
        ("a coefficient is changed after the proof", "reshare_culprit", &|dealings, _| {
            dealings[0]["coefficients"][1] = dealings[1]["coefficients"][1].clone();
        }),
        ("a polynomial of a lower degree", "reshare_culprit", &|dealings, _| {
            dealings[2]["coefficients"].as_array_mut().expect("a list").pop();
        }),
        ("a dealing of another plan", "reshare_culprit", &|dealings, _| dealings[0]["plan"] = json!(other)),
        ("an enrolment of another plan", "reshare_culprit", &|_, enrolments| {
            enrolments[6]["plan"] = json!(other)
        }),
        ("one transport key for two", "reshare_culprit", &|_, enrolments| {
            enrolments[3]["transport"] = enrolments[2]["transport"].clone();
        }),
    ];
    let made = changes.iter().map(|(name, code, change)| {
        let (dealings, enrolments) = text(change);
        vector(name, &dealings, &enrolments, code)
    });
    made.collect()
}
