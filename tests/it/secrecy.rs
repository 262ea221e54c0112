//! Before the deadline nobody learns that there are bids; at no time does anybody read what is not theirs.

use kaibiao::base::Actor as Reader;
use kaibiao::base::{Person, Span};
use kaibiao::tender::{Audience, CheckIn, LotCommand, Procedure};

use crate::harness::{Actor, Center, PERIOD, START, code, lot};

on_both_databases!(nobody_learns_of_bids_before_the_close, cover_is_of_no_tender_and_ends_with_the_last_lot);

fn reader(actor: &Actor) -> Option<Reader> {
    Some(Reader::Person(Person {
        person: actor.person,
        org: actor.org,
        role: actor.role,
        key: actor.key_id(),
    }))
}

async fn nobody_learns_of_bids_before_the_close(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    let strangers = [&center.host, &center.recorder, &center.buyer, &center.supervisor, &center.bidders[3]];
    let view = |center: &Center, actor: Option<&Actor>| {
        let view = center.state().view(actor.and_then(reader));
        serde_json::to_string(&view).expect("a view")
    };
    let seen_before: Vec<String> = strangers.iter().map(|actor| view(&center, Some(actor))).collect();
    let public_before = view(&center, None);
    let size_before = center.ledger.head().size;
    for index in 0..3 {
        center.bid(&center.bidders[index], 1).await;
        center.lot(&center.bidders[index], LotCommand::CheckIn(CheckIn {})).await.expect("checked in");
    }
    let seen_after: Vec<String> = strangers.iter().map(|actor| view(&center, Some(actor))).collect();
    assert_eq!(seen_before, seen_after, "no page of anybody else changed");
    assert_eq!(public_before, view(&center, None));
    assert!(
        view(&center, Some(&center.bidders[0])).contains("\"is_checked_in\":true"),
        "the own bid is there"
    );

    let stream = |audience| kaibiao::ledger::stream_name(center.tender, &lot(), audience);
    let heard = |audience| center.ledger.facts().head(&stream(audience));
    assert_eq!(heard(Audience::Public), 1, "only the publication");
    assert_eq!((heard(Audience::Host), heard(Audience::Supervisor)), (0, 0));
    assert_eq!(heard(Audience::Own(center.bidders[0].org)), 2, "the owner hears of the own bid and check-in");
    assert_eq!((center.ledger.head().size - size_before) % 16, 0, "sealed acts come in full batches");

    center.clock.advance(PERIOD);
    center.settle().await;
    assert!(
        view(&center, None).contains(&center.bidders[0].org.to_string()),
        "after the close the names are public"
    );
}

async fn cover_is_of_no_tender_and_ends_with_the_last_lot(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    center.jobs = center.jobs_covering(center.ports(&[1, 2, 3, 4, 5]).await, Some(Span::seconds(60)));
    for bidder in &center.bidders[..3] {
        center.bid(bidder, 1).await;
    }
    center.lot(&center.bidders[0], LotCommand::CheckIn(CheckIn {})).await.expect("checked in");
    center.settle().await;
    let before = center.ledger.head().size;
    let step = Span::seconds(10);
    while center.clock.now() + step < START + PERIOD {
        center.clock.advance(step);
        // An act that is refused leaves no trace, of its time neither.
        let again = center.lot(&center.bidders[0], LotCommand::CheckIn(CheckIn {})).await;
        assert_eq!(code(again), "already_checked_in");
        center.settle().await;
    }
    let batches = (center.ledger.head().size - before) / 16;
    assert_eq!((center.ledger.head().size - before) % 16, 0, "every batch looks the same");
    assert!((14..=106).contains(&batches), "{batches}: about one a minute");

    center.clock.advance(Span(2 * step.0));
    center.settle().await;
    let closed = center.ledger.head().size;
    center.clock.advance(PERIOD);
    center.settle().await;
    assert_eq!(center.ledger.head().size, closed, "nothing is left to cover");
    center.restart().await;
    center.audit().await;
}
