//! One person's connection to a server: TLS, the session's cookie, JSON in and out, retries.
//!
//! *Invariants*: the cookie goes to the one server that gave it, over TLS or within this computer; redirects are not
//! followed and no proxy is used; every failure ends as a [`ClientError`] with a code.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::limits::{ANSWER_BYTES_MAX, ANSWER_STALL, CONNECT_WAIT, REQUEST_WAIT};
use super::retry::is_passing;
use super::wire::Credentials;
use super::{Centre, ClientError, Me, Notice, Problem, Retry, Ticket, tls};
use crate::base::{LotId, TenderId};

/// A connection. Clones share the session.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    base: Url,
    tls: Arc<rustls::ClientConfig>,
    retry: Retry,
    /// `name=value` of the session's cookie.
    cookie: Mutex<Option<String>>,
}

/// A request.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// An answer, whatever its status.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Client {
    /// A connection to the server at `base_url`, trusting the PEM certificates in `ca`, or the public authorities.
    /// Nothing is sent yet. Errors: `address`, `tls_trust`, `file`.
    pub fn connect(base_url: &str, ca: Option<PathBuf>) -> Result<Self, ClientError> {
        Self::connect_with(base_url, ca, Retry::default())
    }

    /// The same with a retry policy of the caller's.
    pub fn connect_with(base_url: &str, ca: Option<PathBuf>, retry: Retry) -> Result<Self, ClientError> {
        let base = server_address(base_url)?;
        let tls = tls::client_config(ca.as_deref())?;
        let http = reqwest::Client::builder()
            .use_preconfigured_tls(tls.as_ref().clone())
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_WAIT)
            .read_timeout(ANSWER_STALL)
            .timeout(REQUEST_WAIT)
            .build()
            .map_err(|error| ClientError::TlsTrust(error.to_string()))?;
        Ok(Self(Arc::new(Inner { http, base, tls, retry, cookie: Mutex::default() })))
    }

    /// Signs in. Not tried again: a wrong password counts. Errors: `not_signed_in` and others of the server,
    /// `line_lost`.
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<Me, ClientError> {
        let request = self.json(Method::POST, "/api/session", &Credentials { login, password })?;
        let answer = self.ask(&request).await?;
        read(&accepted(answer)?.body)
    }

    /// Who is signed in. Error: `not_signed_in`.
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.get("/api/session").await
    }

    /// The centre's keys and limits.
    pub async fn centre(&self) -> Result<Centre, ClientError> {
        self.get("/api/centre").await
    }

    /// A tender as this person may see it, with the signed notice once there is one: as JSON to be kept, and as a bidder reads it.
    pub async fn tender(&self, tender: TenderId) -> Result<(Vec<u8>, Notice), ClientError> {
        let mut view: Map<String, Value> = self.get(&format!("/api/tenders/{tender}")).await?;
        if view.get("notice").is_some_and(Value::is_string) {
            let publication: Value = self.get(&format!("/api/tenders/{tender}/publication")).await?;
            view.insert("publication".to_owned(), publication);
        }
        let body = serde_json::to_vec(&view).map_err(|_| ClientError::Answer("a tender"))?;
        let notice = Notice::parse(&body).map_err(|_| ClientError::Answer("a tender"))?;
        Ok((body, notice))
    }

    /// A ticket into a room.
    pub async fn ticket(&self, tender: TenderId, lot: &LotId) -> Result<Ticket, ClientError> {
        self.post(&format!("/api/rooms/{tender}/{lot}/ticket"), &serde_json::Map::new()).await
    }

    /// JSON by GET.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        read(&self.get_bytes(path).await?)
    }

    /// Bytes by GET, at most 16 MiB.
    pub async fn get_bytes(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        let request = self.request(Method::GET, self.address(path)?);
        Ok(accepted(self.ask_patiently(&request).await?)?.body)
    }

    /// JSON by POST; sent again as the same bytes when the line fails.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, ClientError> {
        let request = self.json(Method::POST, path, body)?;
        read(&accepted(self.ask_patiently(&request).await?)?.body)
    }

    /// The server's address.
    pub fn base(&self) -> &Url {
        &self.0.base
    }

    pub(super) fn retry(&self) -> Retry {
        self.0.retry
    }

    pub(super) fn tls(&self) -> Arc<rustls::ClientConfig> {
        self.0.tls.clone()
    }

    /// The `Origin` of this server, as a browser would say it.
    pub(super) fn origin(&self) -> String {
        self.0.base.origin().ascii_serialization()
    }

    /// The address of `path`, or of another address at this same server. Error: `address`.
    pub(super) fn address(&self, path: &str) -> Result<Url, ClientError> {
        let url = self.0.base.join(path).map_err(|_| ClientError::Address(path.to_owned()))?;
        // Cookie and bid go nowhere else, whatever an answer says.
        if url.origin() != self.0.base.origin() {
            return Err(ClientError::Address(url.to_string()));
        }
        Ok(url)
    }

    pub(super) fn request(&self, method: Method, url: Url) -> Request {
        let mut headers = HeaderMap::new();
        if method != Method::GET && method != Method::HEAD {
            headers.insert("x-kaibiao-csrf", HeaderValue::from_static("1"));
            if let Ok(origin) = HeaderValue::from_str(&self.origin()) {
                headers.insert("origin", origin);
            }
        }
        Request { method, url, headers, body: Bytes::new() }
    }

    /// One attempt. Error: `line_lost`; any status is an answer.
    pub(super) async fn ask(&self, request: &Request) -> Result<Answer, ClientError> {
        let Request { method, url, headers, body } = request.clone();
        let mut call = self.0.http.request(method, url).headers(headers).body(body);
        if let Some(cookie) = self.cookie() {
            call = call.header("cookie", cookie);
        }
        let mut answer = call.send().await.map_err(|error| ClientError::Line(chain(&error)))?;
        self.keep_cookie(answer.headers());
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|error| ClientError::Line(chain(&error)))? {
            if body.len() + part.len() > ANSWER_BYTES_MAX {
                return Err(ClientError::Answer("too large"));
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer { status, headers, body })
    }

    /// The same bytes again while the line fails or the server says "later".
    pub(super) async fn ask_patiently(&self, request: &Request) -> Result<Answer, ClientError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let result = self.ask(request).await;
            let asked = match &result {
                Ok(answer) if is_passing(answer.status) => answer.retry_after(),
                Err(ClientError::Line(_)) => None,
                Ok(_) | Err(_) => return result,
            };
            match self.0.retry.wait(attempt, asked) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return result,
            }
        }
    }

    fn json(
        &self,
        method: Method,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<Request, ClientError> {
        let mut request = self.request(method, self.address(path)?);
        let text = serde_json::to_vec(body).map_err(|error| ClientError::Usage(error.to_string()))?;
        request.headers.insert("content-type", HeaderValue::from_static("application/json"));
        request.body = Bytes::from(text);
        Ok(request)
    }

    pub(super) fn cookie(&self) -> Option<String> {
        self.0.cookie.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep_cookie(&self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            let pair = cookie.split(';').next().unwrap_or_default().trim();
            let Some((_, value)) = pair.split_once('=') else { continue };
            let kept = (!value.is_empty()).then(|| pair.to_owned());
            *self.0.cookie.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        }
    }
}

impl Answer {
    /// A header as text.
    pub(super) fn header(&self, name: &'static str) -> Option<&str> {
        self.headers.get(HeaderName::from_static(name)).and_then(|value| value.to_str().ok())
    }

    /// How long the server asks to wait.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after").and_then(|text| text.parse().ok()).map(Duration::from_secs)
    }

    /// The problem in an answer that is not a success.
    pub(super) fn problem(&self) -> ClientError {
        ClientError::Refused(Box::new(Problem::of_answer(self.status, &self.body)))
    }
}

fn accepted(answer: Answer) -> Result<Answer, ClientError> {
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(answer.problem()) }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(body).map_err(|_| ClientError::Answer("JSON of another form"))
}

/// `https`, or `http` to this very computer: a session's cookie never travels in the clear.
fn server_address(text: &str) -> Result<Url, ClientError> {
    let refused = || ClientError::Address(text.to_owned());
    let url = Url::parse(text).map_err(|_| refused())?;
    let is_here = url.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    if is_safe && url.username().is_empty() && url.password().is_none() { Ok(url) } else { Err(refused()) }
}

/// An error with what caused it; the outermost alone says only "error sending request".
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_goes_over_tls_or_stays_in_this_computer() {
        for good in ["https://bids.example", "http://localhost:8080", "http://127.0.0.1:1/", "http://[::1]:1"]
        {
            assert!(server_address(good).is_ok(), "{good}");
        }
        for bad in ["http://bids.example", "ftp://localhost", "https://a:b@bids.example", "bids.example", ""]
        {
            assert_eq!(
                server_address(bad).err().map(|error| error.code().to_owned()),
                Some("address".into())
            );
        }
    }

    #[test]
    fn an_answer_leads_to_no_other_server() {
        let client = Client::connect("https://bids.example/", None).expect("a good address");
        assert_eq!(client.address("/api/time").expect("here").as_str(), "https://bids.example/api/time");
        for bad in ["https://other.example/x", "http://bids.example/x", "//other.example/x"] {
            assert!(client.address(bad).is_err(), "{bad}");
        }
    }
}
