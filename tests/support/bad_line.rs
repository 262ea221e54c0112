//! A bad line: between clients and a server, it breaks off, stands still, loses the end of what was sent, and passes on
//! what it passes on in pieces of any size.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::dice::Dice;

/// Bytes that a connection carries from the server at most; most end earlier.
const BYTES_MAX: u64 = 30_000;
/// Longest piece in which bytes are passed on.
const PIECE_MAX: u64 = 1_400;
/// Longest time for which a connection stands still before it is cut.
const STILL_MAX_MS: u64 = 40;

/// Opens a line to `server` that is bad as the dice fall; gives its address. It ends with the runtime.
pub async fn to(server: SocketAddr, dice: Dice) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let dice = Arc::new(Mutex::new(dice));
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.expect("a connection");
            tokio::spawn(carry(client, server, Arc::clone(&dice)));
        }
    });
    address
}

/// Carries bytes both ways until the end that was thrown for this connection.
async fn carry(client: TcpStream, server: SocketAddr, dice: Arc<Mutex<Dice>>) {
    let throw = move |limit| dice.lock().unwrap_or_else(PoisonError::into_inner).below(limit);
    // A server that is gone cuts too.
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_server, to_server) = server.into_split();
    let (from_client, mut to_client) = client.into_split();
    let asking = tokio::spawn(pass_all(from_client, to_server));
    pass(from_server, &mut to_client, &throw).await;
    if throw(2) == 0 {
        // Half-open: nobody hears anything, and nobody is told.
        tokio::time::sleep(Duration::from_millis(throw(STILL_MAX_MS))).await;
    }
    if throw(2) == 0 {
        // What is on its way is lost too. Whoever is gone already cannot be cut off.
        let _ = to_client.as_ref().set_zero_linger();
    }
    asking.abort();
}

async fn pass_all(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    // Either side may go at any moment.
    let _ = tokio::io::copy(&mut from, &mut to).await;
}

/// Passes on a thrown number of bytes in thrown pieces.
async fn pass(mut from: OwnedReadHalf, to: &mut OwnedWriteHalf, throw: &impl Fn(u64) -> u64) {
    let mut left = throw(BYTES_MAX);
    let mut piece = vec![0; 1 << 14];
    while left > 0 {
        let length = usize::try_from(1 + throw(PIECE_MAX.min(left))).expect("short");
        let Ok(length @ 1..) = from.read(&mut piece[..length]).await else { return };
        if throw(16) == 0 {
            tokio::time::sleep(Duration::from_millis(throw(5))).await;
        }
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
        left = left.saturating_sub(length as u64);
    }
}
