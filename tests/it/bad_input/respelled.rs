//! Payloads in another spelling, signed by the right person: refused at the door (F14).

use std::collections::BTreeSet;

use kaibiao::tender::Procedure;
use kaibiao_crypto::act::{SignedAct, pae};

use crate::drill::held;
use crate::harness::{Center, code};
use crate::respelled::respellings;

on_both_databases!(no_payload_is_read_in_another_spelling,);

async fn no_payload_is_read_in_another_spelling(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let bidder = &center.bidders[0];
    let payload = center.question(bidder);
    let good = SignedAct::sign(&bidder.key, &payload, None).expect("a payload");
    let text = String::from_utf8(good.payload.clone()).expect("text");
    let (size, mut codes) = (center.ledger.head().size, BTreeSet::new());
    let all = respellings(&text);
    for (name, payload) in &all {
        let sig = bidder.key.sign(&pae(payload));
        let act = SignedAct { payload: payload.clone(), sig, ..good.clone() };
        let refused = code(center.ledger.submit(act.clone()).await);
        assert_ne!(refused, "accepted", "{name}");
        assert_eq!(code(center.intake().submit(bidder.person, act).await), refused, "{name}");
        codes.insert(refused);
    }
    assert_eq!(center.ledger.head().size, size, "nothing of it is in the log");
    center.ledger.submit(good).await.expect("as it was meant");
    let codes: Vec<&str> = codes.into_iter().collect();
    held("F14 payloads respelt, at the door", &format!("{} refused: {}", all.len(), codes.join(" ")));
}
