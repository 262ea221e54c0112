//! Our room: a published tender behind its own server, on SQLite; an event is the host's signed answer to an enquiry.

use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use kaibiao::base::{EnquiryId, LongText};
use kaibiao::tender::{AnswerEnquiry, AskEnquiry, Command, Procedure, TenderCommand};
use kaibiao_crypto::act::SignedAct;
use serde_json::json;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::child::{Door, now, obey};
use crate::harness::{Center, lot};

/// How the text of a fact begins.
pub const FACT: &str = r#"{"k":"fact""#;

/// A new centre; or, with where one is, at which port it was served and what its tender and ticket are, that one again.
pub fn serve(again: &[String]) {
    let runtime = Runtime::new().expect("a runtime");
    let (center, door) = runtime.block_on(async {
        if let [home, port, tender, ticket] = again {
            let home = Path::new(home);
            let mut center = Center::open(Center::sqlite_in(home), home).await;
            center.tender = tender.parse().expect("a tender");
            let door = open(&center, port.parse().expect("a port"), Some(ticket)).await;
            return (center, door);
        }
        let center = Center::on_sqlite().await;
        center.publish(Procedure::OneStage).await;
        let door = open(&center, 0, None).await;
        (center, door)
    });
    obey(&door, |count, every| runtime.block_on(publish(&center, count, every)));
    runtime.block_on(async { drop(center) });
}

/// A fact of the same length, which the floor and the peers send.
pub fn sample() -> String {
    let id = Uuid::nil();
    let head = "0".repeat(64);
    let b = json!({"kind": "enquiry_answered", "enquiry": id, "question": text("问"), "text": text("答")});
    format!(r#"{FACT},"s":"{id}/1/public","n":1,"t":1728922413000,"p":"{head}","b":{b}}}"#)
}

async fn open(center: &Center, port: u16, ticket: Option<&String>) -> Door {
    let served = center.serve_at(port).await;
    let (fresh, streams) = served.stranger().ticket(center).await;
    let ticket = ticket.unwrap_or(&fresh);
    let port = served.address.port();
    let hello =
        json!({ "k": "hello", "v": 1, "ticket": ticket, "follow": [{ "s": streams[0], "after": "HEARD" }] });
    let home = center.home.display().to_string();
    Door {
        port,
        path: Some(format!("/api/rooms/{}/{}", center.tender, lot())),
        hello: Some(hello.to_string()),
        ready: Some(r#"{"k":"welcome""#.to_owned()),
        fact: FACT.to_owned(),
        // The notice.
        before: 1,
        again: Some(vec![home, port.to_string(), center.tender.to_string(), ticket.clone()]),
    }
}

/// When each act was handed in.
async fn publish(center: &Center, count: usize, every: Duration) -> Vec<u64> {
    let acts = answers(center, count).await;
    let mut begun = Vec::with_capacity(count);
    if every.is_zero() {
        begun = vec![now(); count];
        let all = acts.into_iter().map(|act| center.ledger.submit(act));
        join_all(all).await.into_iter().for_each(|accepted| drop(accepted.expect("accepted")));
        return begun;
    }
    let mut turns = tokio::time::interval(every);
    for act in acts {
        turns.tick().await;
        begun.push(now());
        center.ledger.submit(act).await.expect("accepted");
    }
    begun
}

/// Answers to enquiries that nobody in the room has heard, signed and not yet handed in.
async fn answers(center: &Center, count: usize) -> Vec<SignedAct> {
    let mut answers = Vec::with_capacity(count);
    for _ in 0..count {
        let enquiry = EnquiryId(Uuid::new_v4());
        let ask = TenderCommand::AskEnquiry(AskEnquiry { enquiry, text: text("问") });
        center.tender(&center.bidders[0], ask).await.expect("asked");
        let answer =
            Command::Tender(TenderCommand::AnswerEnquiry(AnswerEnquiry { enquiry, text: text("答") }));
        let (kind, lot, body) = answer.encode().expect("a command");
        answers.push(center.host.sign(Some(center.tender), lot, &kind, &body));
    }
    answers
}

fn text(text: &str) -> LongText {
    LongText::new(text).expect("a text")
}
