//! The page that seals, as somebody finds it who compares it with an executable of their own.

use axum::Router;
use kaibiao::centre::{CentreCommand, RecordSealingPage};
use kaibiao::client::{Client, check_page};
use kaibiao::http::page_digest;

use crate::harness::Center;

on_both_databases!(a_server_is_held_to_the_page_of_the_executable);

async fn code_at(address: impl std::fmt::Display) -> Option<String> {
    let client = Client::connect(&format!("http://{address}"), None).expect("an address");
    check_page(&client).await.err().map(|error| error.code().to_owned())
}

async fn a_server_is_held_to_the_page_of_the_executable(center: Center) {
    let served = center.serve().await;
    assert_eq!(code_at(served.address).await.as_deref(), Some("page_differs"), "the log names no page yet");
    let sha256 = page_digest().expect("a digest");
    let record = CentreCommand::RecordSealingPage(RecordSealingPage { sha256 });
    center.ledger.system_centre(&record).await.expect("recorded");
    assert_eq!(code_at(served.address).await, None);

    let other = Router::new().fallback(async || "<script>send(everything)</script>");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, other).await });
    assert_eq!(code_at(address).await.as_deref(), Some("page_differs"));
}
