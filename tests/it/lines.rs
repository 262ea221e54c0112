//! Readers on bad lines end with exactly the facts of one whose line is perfect, whatever breaks and when.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use kaibiao::base::EnquiryId;
use kaibiao::base::LongText;
use kaibiao::client::{Client, Retry, RoomClient, RoomEvent};
use kaibiao::tender::{AnswerEnquiry, AskEnquiry, Procedure, TenderCommand};
use serde_json::Value;
use tokio::sync::watch;
use uuid::Uuid;

use crate::bad_line;
use crate::dice::Dice;
use crate::drill::{held, times};
use crate::harness::{Actor, Center, PERIOD, lot};
use crate::served::{PASSWORD, Served};

on_both_databases!(readers_on_bad_lines_hear_what_everybody_hears);

/// The last facts of the streams, once nothing more will happen.
type Ends = watch::Receiver<Option<BTreeMap<String, u64>>>;
/// Facts by stream: their numbers and events.
type Heard = BTreeMap<String, Vec<(u64, Value)>>;

async fn readers_on_bad_lines_hear_what_everybody_hears(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    let served = center.serve().await;
    let (over, ends) = watch::channel(None);
    let mut reading = Vec::new();
    for place in 0..times(6, 60) {
        let reader = [None, Some(&center.host), Some(&center.bidders[0])][place % 3];
        let room = follower(&center, &served, reader, Dice::of(place as u64)).await;
        reading.push(tokio::spawn(read_to_the_end(room, ends.clone())));
    }
    for _ in 0..times(20, 300) {
        enquire(&center).await;
    }
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    center.clock.advance(PERIOD);
    center.settle().await;
    let all = facts(&center).await;
    let last = |facts: &Vec<(u64, Value)>| facts.last().map_or(0, |(n, _)| *n);
    over.send_replace(Some(all.iter().map(|(stream, facts)| (stream.clone(), last(facts))).collect()));

    let (mut joined, mut heard) = (0, 0);
    let readers = reading.len();
    for read in join_all(reading).await {
        let (times, of_one) = read.expect("a reader comes to the end");
        for (stream, facts) in of_one {
            assert_eq!(facts, all[&stream], "{stream}");
            heard += facts.len();
        }
        joined += times;
    }
    assert!(joined > 2 * readers, "the lines were bad: {joined} lines for {readers} readers");
    held(
        "bad lines: cut, half-open, in pieces",
        &format!("{readers} readers over {joined} lines heard {heard} facts, each once, in order, none else"),
    );
    center.audit().await;
}

/// A reader on a bad line: the public, or a person signed in.
async fn follower(center: &Center, served: &Served, reader: Option<&Actor>, dice: Dice) -> RoomClient {
    let retry =
        Retry { attempts_max: u32::MAX, base: Duration::from_millis(1), cap: Duration::from_millis(20) };
    let line = bad_line::to(served.address, dice).await;
    let client = Client::connect_with(&format!("http://{line}"), None, retry).expect("a client");
    if let Some(actor) = reader {
        let login = actor.person.to_string();
        // Several readers may be the same person.
        let _ = served.identity.create_account(actor.person, &login, PASSWORD).await;
        while client.sign_in(&login, PASSWORD).await.is_err() {}
    }
    RoomClient::new(client, center.tender, lot(), Vec::new())
}

/// Everything heard, and over how many lines, until nothing is missing.
async fn read_to_the_end(mut room: RoomClient, mut ends: Ends) -> (usize, Heard) {
    let (mut joined, mut heard) = (0, Heard::new());
    loop {
        let is_whole = ends
            .borrow_and_update()
            .as_ref()
            .is_some_and(|ends| joined > 0 && heard.keys().all(|stream| room.heard(stream) == ends[stream]));
        if is_whole {
            return (joined, heard);
        }
        let event = tokio::select! {
            event = room.next() => event.expect("a server that does not contradict itself"),
            Ok(()) = ends.changed() => continue,
        };
        match event {
            RoomEvent::Joined { heads } => {
                joined += 1;
                for stream in heads.into_keys() {
                    heard.entry(stream).or_default();
                }
            }
            RoomEvent::Fact(fact) => {
                heard.entry(fact.stream).or_default().push((fact.n, fact.event));
            }
            RoomEvent::Now { .. } | RoomEvent::Answered { .. } => {}
            RoomEvent::Restarted => panic!("no server was restored"),
        }
    }
}

/// A question that the host hears, and its answer that everybody hears.
async fn enquire(center: &Center) {
    let text = |text: &str| LongText::new(text).expect("a text");
    let enquiry = EnquiryId(Uuid::new_v4());
    let ask = TenderCommand::AskEnquiry(AskEnquiry { enquiry, text: text(&"问".repeat(100)) });
    center.tender(&center.bidders[0], ask).await.expect("asked");
    let answer = TenderCommand::AnswerEnquiry(AnswerEnquiry { enquiry, text: text(&"答".repeat(300)) });
    center.tender(&center.host, answer).await.expect("answered");
}

/// The facts of every stream of the room, as the ledger keeps them.
async fn facts(center: &Center) -> Heard {
    let mut all = Heard::new();
    for head in center.ledger.database().fact_heads().await.expect("heads") {
        let rows = center.ledger.database().facts(&head.stream, None, u32::MAX).await.expect("facts");
        let read = |bytes: &[u8]| -> (u64, Value) {
            let frame: Value = serde_json::from_slice(bytes).expect("JSON");
            (frame["n"].as_u64().expect("a number"), frame["b"].clone())
        };
        all.insert(head.stream, rows.iter().map(|row| read(&row.bytes)).collect());
    }
    all
}
