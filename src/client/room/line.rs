//! One WebSocket: opened with the same trust as HTTP, text in and out. A line that is silent too long is broken.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::header::HeaderValue;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::client::limits::{CONNECT_WAIT, ROOM_MESSAGE_BYTES_MAX, ROOM_SILENCE};
use crate::client::{Client, ClientError, Problem};

/// A line that stands.
pub(super) struct Line(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// Why a line ended.
pub(super) enum LineEnd {
    /// It broke, stood still, or was closed without a reason.
    Broken(String),
    /// The server closed it.
    Closed(u16),
    /// The server says goodbye, and when to come back.
    Bye { code: u16, retry: Duration },
}

impl LineEnd {
    pub(super) fn code(&self) -> Option<u16> {
        match self {
            Self::Broken(_) => None,
            Self::Closed(code) | Self::Bye { code, .. } => Some(*code),
        }
    }

    pub(super) fn asked(&self) -> Option<Duration> {
        match self {
            Self::Broken(_) | Self::Closed(_) => None,
            Self::Bye { retry, .. } => Some(*retry),
        }
    }

    pub(super) fn reason(&self) -> String {
        match self {
            Self::Broken(reason) => reason.clone(),
            Self::Closed(code) | Self::Bye { code, .. } => format!("closed with code {code}"),
        }
    }
}

impl Line {
    /// Opens the socket at `path`. Errors: `line_lost`; the server's refusal of the upgrade.
    pub(super) async fn open(client: &Client, path: &str) -> Result<Self, ClientError> {
        let mut url = client.address(path)?;
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme).map_err(|()| ClientError::Address(path.to_owned()))?;
        let broken = |error: tungstenite::Error| ClientError::Line(error.to_string());
        let mut request = url.as_str().into_client_request().map_err(broken)?;
        let header =
            |text: &str| HeaderValue::from_str(text).map_err(|_| ClientError::Address(text.to_owned()));
        request.headers_mut().insert("origin", header(&client.origin())?);
        if let Some(cookie) = client.cookie() {
            request.headers_mut().insert("cookie", header(&cookie)?);
        }
        let config = WebSocketConfig::default()
            .max_message_size(Some(ROOM_MESSAGE_BYTES_MAX))
            .max_frame_size(Some(ROOM_MESSAGE_BYTES_MAX));
        let connector = Connector::Rustls(client.tls());
        let opening = connect_async_tls_with_config(request, Some(config), true, Some(connector));
        match timeout(CONNECT_WAIT, opening).await {
            Ok(Ok((socket, _))) => Ok(Self(socket)),
            Ok(Err(tungstenite::Error::Http(answer))) => {
                let status = answer.status().as_u16();
                let problem = Problem::of_answer(status, answer.body().as_deref().unwrap_or_default());
                if crate::client::retry::is_passing(status) {
                    Err(ClientError::Line(problem.code))
                } else {
                    Err(ClientError::Refused(Box::new(problem)))
                }
            }
            Ok(Err(error)) => Err(broken(error)),
            Err(_) => Err(ClientError::Line("the room did not answer".into())),
        }
    }

    /// Sends a message.
    pub(super) async fn say(&mut self, text: String) -> Result<(), LineEnd> {
        let sending = self.0.send(Message::text(text));
        match timeout(ROOM_SILENCE, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(LineEnd::Broken(error.to_string())),
            Err(_) => Err(LineEnd::Broken("stalled".into())),
        }
    }

    /// The next message.
    pub(super) async fn hear(&mut self) -> Result<String, LineEnd> {
        loop {
            let heard = match timeout(ROOM_SILENCE, self.0.next()).await {
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => return Err(LineEnd::Broken(error.to_string())),
                Ok(None) => return Err(LineEnd::Broken("the line ended".into())),
                Err(_) => return Err(LineEnd::Broken("silence".into())),
            };
            match heard {
                Message::Text(text) => return Ok(text.as_str().to_owned()),
                Message::Close(Some(close)) => return Err(LineEnd::Closed(close.code.into())),
                Message::Close(None) => return Err(LineEnd::Broken("closed".into())),
                Message::Binary(_) => return Err(LineEnd::Closed(4000)),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }
}
