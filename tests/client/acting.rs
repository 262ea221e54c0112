//! Keys, acts, receipts, heads.

use serde_json::{Value, json};

use crate::base::Role;
use crate::client::{ActRequest, ClientError, Signatory};
use crate::house::Server;
use crate::log::Log;
use crate::setting::Scratch;

fn request(body: Value) -> ActRequest {
    ActRequest { kind: "CheckIn".into(), tender: None, lot: None, role: Role::Bidder, body }
}

fn code<T>(result: Result<T, ClientError>) -> String {
    result.err().map(|error| error.code().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn an_act_is_signed_logged_and_proved() {
    let (server, scratch) = (Server::start(None).await, Scratch::new());
    let signatory = Signatory::open(server.client().await, &scratch.home(), false).await.expect("certified");
    let first = signatory.act(&request(json!({}))).await.expect("accepted");
    server.house.lock().await.log.fill();
    let second = signatory.act(&request(json!({"text": "x".repeat(3000)}))).await.expect("accepted");
    assert_eq!((first.index, second.index), (1, 3));

    let house = server.house.lock().await;
    let [one, two] = house.log.acts.as_slice() else { panic!("two acts") };
    let (payload, next) = (one.read_payload().expect("good"), two.read_payload().expect("good"));
    assert_eq!((payload.actor, payload.role.as_str()), (house.person.to_string(), "bidder"));
    assert_eq!(payload.seen.map(|seen| seen.size), Some(1));
    assert_eq!(payload.prev, None);
    assert_eq!(next.seen.map(|seen| seen.size), Some(3), "the head that was consistent with the first");
    assert_eq!(next.prev, Some(one.payload_digest()));
    assert!(two.body.is_some(), "a long body travels detached");
}

#[tokio::test]
async fn a_lost_answer_does_nothing_twice() {
    let (server, scratch) = (Server::start(None).await, Scratch::new());
    let signatory = Signatory::open(server.client().await, &scratch.home(), false).await.expect("certified");
    server.house.lock().await.lost_answers = 3;
    let accepted = signatory.act(&request(json!({}))).await.expect("accepted at the fourth attempt");
    assert_eq!(accepted.index, 1);
    assert_eq!(server.house.lock().await.log.acts.len(), 1);
    server.house.lock().await.lost_answers = 4;
    assert_eq!(code(signatory.act(&request(json!({}))).await), "bad_gateway");
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_its_facts() {
    let (server, scratch) = (Server::start(None).await, Scratch::new());
    let signatory = Signatory::open(server.client().await, &scratch.home(), false).await.expect("certified");
    server.house.lock().await.refusal = Some((409, "too_late"));
    let error = signatory.act(&request(json!({}))).await.expect_err("refused");
    assert_eq!((error.code(), error.status()), ("too_late", Some(409)));
    assert_eq!((error.zh(), error.en()), ("不行".to_owned(), "no".to_owned()));
    assert_eq!(error.detail().and_then(|detail| detail.get("opening_at")), Some(&json!(7)));
}

#[tokio::test]
async fn a_receipt_for_another_act_is_no_receipt() {
    let (server, scratch) = (Server::start(None).await, Scratch::new());
    let signatory = Signatory::open(server.client().await, &scratch.home(), false).await.expect("certified");
    signatory.act(&request(json!({}))).await.expect("accepted");
    server.house.lock().await.mixes_receipts = true;
    assert_eq!(code(signatory.act(&request(json!({}))).await), "receipt_of_another");
}

#[tokio::test]
async fn a_log_that_was_rewritten_is_found_out() {
    let (server, scratch) = (Server::start(None).await, Scratch::new());
    let signatory = Signatory::open(server.client().await, &scratch.home(), false).await.expect("certified");
    signatory.act(&request(json!({}))).await.expect("accepted");
    signatory.sign(&request(json!({}))).await.expect("the newest head is remembered");
    {
        // The same signer, another history of more entries: without the act.
        let mut house = server.house.lock().await;
        house.log.forget();
        (0..5).for_each(|_| house.log.fill());
    }
    assert_eq!(code(signatory.sign(&request(json!({}))).await), "log_forked");
}

#[tokio::test]
async fn other_keys_of_the_log_are_not_taken_over_unasked() {
    let (server, scratch) = (Server::start(None).await, Scratch::new());
    let home = scratch.home();
    drop(Signatory::open(server.client().await, &home, false).await.expect("certified"));
    server.house.lock().await.log = Log::new();
    assert_eq!(code(Signatory::open(server.client().await, &home, false).await), "log_key_changed");
    assert_eq!(code(Signatory::open(server.client().await, &home, false).await), "log_key_changed");
    drop(Signatory::open(server.client().await, &home, true).await.expect("its owner said so"));
    drop(Signatory::open(server.client().await, &home, false).await.expect("and it is remembered"));
}

#[tokio::test]
async fn a_wrong_password_is_not_tried_again() {
    let server = Server::start(None).await;
    let client = crate::client::Client::connect(&server.address, None).expect("a good address");
    assert_eq!(code(client.sign_in("zhang", "guess").await), "not_signed_in");
    assert_eq!(code(client.me().await), "not_signed_in");
}
