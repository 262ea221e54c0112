//! A socket that is given up when it stands still.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt;

use super::message::{CloseCode, Heard};
use crate::limits::{SOCKET_CLOSE_MS, SOCKET_STALL_MS};

/// How a conversation ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ending {
    /// The other side is gone, or is going.
    Gone,
    /// We close, and say when it is worth coming back.
    Bye { code: CloseCode, retry_ms: u64 },
}

impl Ending {
    /// We close; coming back at once is all right.
    pub fn bye(code: CloseCode) -> Self {
        Self::Bye { code, retry_ms: 0 }
    }
}

/// A socket.
pub(super) struct Line(WebSocket);

impl Line {
    pub fn new(socket: WebSocket) -> Self {
        Self(socket)
    }

    /// The next message. None when the other side is gone.
    pub async fn hear(&mut self) -> Option<Result<Message, axum::Error>> {
        self.0.recv().await
    }

    /// Hands over a frame; it is on its way when [`Line::flush`] returns.
    pub async fn feed(&mut self, text: Utf8Bytes) -> Result<(), Ending> {
        unless_stalled(self.0.feed(Message::Text(text))).await
    }

    /// Sends what was handed over.
    pub async fn flush(&mut self) -> Result<(), Ending> {
        unless_stalled(self.0.flush()).await
    }

    /// One frame at once.
    pub async fn say(&mut self, heard: &Heard<'_>) -> Result<(), Ending> {
        self.feed(heard.text().into()).await?;
        self.flush().await
    }

    /// Closes. The library sends the rest of the close only while it is asked for messages, so it is asked until the
    /// other side is gone, for a while.
    pub async fn end(mut self, ending: Ending) {
        let closing = async {
            if let Ending::Bye { code, retry_ms } = ending {
                let bye = Heard::Bye { code: code.number(), retry_ms };
                self.say(&bye).await?;
                let close = CloseFrame { code: code.number(), reason: Utf8Bytes::default() };
                unless_stalled(self.0.send(Message::Close(Some(close)))).await?;
            }
            while let Some(Ok(_)) = self.0.recv().await {}
            Ok::<(), Ending>(())
        };
        // Whoever does not answer in time is left without one.
        let _ = tokio::time::timeout(Duration::from_millis(SOCKET_CLOSE_MS), closing).await;
    }
}

async fn unless_stalled(writing: impl Future<Output = Result<(), axum::Error>>) -> Result<(), Ending> {
    match tokio::time::timeout(Duration::from_millis(SOCKET_STALL_MS), writing).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Ending::Gone),
        Err(_) => Err(Ending::Bye { code: CloseCode::Slow, retry_ms: 1000 }),
    }
}
