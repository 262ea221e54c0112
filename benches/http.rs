//! Signed acts posted over HTTP on loopback, from senders on the same cores that keep their connections, beside the ledger
//! alone in the same run.

#[allow(dead_code, reason = "a bench needs a part of it")]
mod measure;
#[allow(dead_code, reason = "a bench needs a part of it")]
mod rush;

#[path = "../tests/support/committee.rs"]
#[allow(dead_code, reason = "the tests' custodians; a bench needs a part of them")]
mod committee;
#[path = "../tests/support/folder.rs"]
mod folder;
#[path = "../tests/it/harness.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "the tests' centre; a bench needs a part of it")]
mod harness;
#[path = "../tests/support/postgres.rs"]
mod postgres;
#[path = "../tests/it/procedure.rs"]
#[allow(dead_code, reason = "the tests' procedure; a bench publishes only")]
mod procedure;
#[path = "../tests/it/sealed.rs"]
#[allow(dead_code, reason = "the tests' bidders; a bench needs a part of them")]
mod sealed;
#[path = "../tests/it/served.rs"]
#[allow(dead_code, reason = "the tests' visitors; a bench signs in only")]
mod served;
#[path = "../tests/it/terms.rs"]
#[allow(dead_code, reason = "the tests' tender")]
mod terms;

use std::net::SocketAddr;
use std::sync::Arc;

use harness::Center;
use kaibiao_crypto::act::SignedAct;
use measure::load::{Load, load};
use measure::print;
use rush::Rush;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

/// Connections, each of a bidder of its own.
const CONNECTIONS: usize = 128;
/// Acts of one measurement.
const ACTS: usize = 8192;
/// Room for an answer.
const ANSWER_BYTES: usize = 1 << 16;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        measure_on("SQLite", Center::on_sqlite().await).await;
        measure_on("PostgreSQL", Center::on_postgres().await).await;
    });
}

async fn measure_on(name: &str, center: Center) {
    let mut rush = Rush::on(center, CONNECTIONS).await;
    let served = rush.center.serve().await;
    let cookies = vec![served.sign_in(&rush.center.authority).await.cookie; CONNECTIONS];
    let direct = rush.submit(rush.registrations(ACTS), CONNECTIONS).await;
    let posted = post(served.address, &cookies, rush.registrations(ACTS)).await;
    say(&format!("{name}, RegisterPerson, {CONNECTIONS} connections"), &posted, &direct);

    let mut cookies = Vec::with_capacity(CONNECTIONS);
    for bidder in rush.bidders() {
        cookies.push(served.sign_in(bidder).await.cookie);
    }
    rush.upload_envelopes().await;
    let acts = rush.bids(ACTS);
    let direct = rush.submit(acts, CONNECTIONS).await;
    let acts = rush.bids(ACTS);
    let posted = post(served.address, &cookies, acts).await;
    say(&format!("{name}, SubmitBid, {CONNECTIONS} connections"), &posted, &direct);
}

fn say(what: &str, posted: &Load, direct: &Load) {
    print(what, posted.rate, "the ledger alone", direct.rate, "/s");
    println!("{:>48} p50 {:.1?}, p99 {:.1?}", "", posted.p50, posted.p99);
}

/// Posts all acts, each connection its own in their order; every one is accepted.
async fn post(address: SocketAddr, cookies: &[String], acts: Vec<SignedAct>) -> Load {
    let request = |(place, act): (usize, &SignedAct)| request(address, &cookies[place % cookies.len()], act);
    let requests: Vec<Vec<u8>> = acts.iter().enumerate().map(request).collect();
    let mut connections = Vec::with_capacity(cookies.len());
    for _ in cookies {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        connections.push(Arc::new(Mutex::new(stream)));
    }
    let sender = |place: usize| {
        let connection = Arc::clone(&connections[place]);
        move |request: Vec<u8>| {
            let connection = Arc::clone(&connection);
            async move { exchange(&mut *connection.lock().await, &request).await }
        }
    };
    load(requests, cookies.len(), sender).await
}

fn request(address: SocketAddr, cookie: &str, act: &SignedAct) -> Vec<u8> {
    let body = serde_json::to_vec(act).expect("an act");
    let head = format!(
        "POST /api/acts HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\nx-kaibiao-csrf: 1\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

/// Sends a request and reads its answer, which is 200.
async fn exchange(connection: &mut TcpStream, request: &[u8]) {
    connection.write_all(request).await.expect("sent");
    let mut answer = Vec::with_capacity(ANSWER_BYTES);
    loop {
        let length = connection.read_buf(&mut answer).await.expect("an answer");
        assert!(length > 0, "the server keeps the connection");
        if let Some(whole) = whole_length(&answer)
            && answer.len() >= whole
        {
            break;
        }
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

/// Bytes of an answer by what its head says, once the head is there.
fn whole_length(answer: &[u8]) -> Option<usize> {
    const END: &[u8] = b"\r\n\r\n";
    let head = answer.windows(END.len()).position(|bytes| bytes == END)?;
    let text = str::from_utf8(&answer[..head]).expect("a head");
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    Some(head + END.len() + length.expect("a length").parse::<usize>().expect("a number"))
}
