//! `kaibiao replay`: the web app and one evidence file, for this computer alone. No interface, no database, no account.
//!
//! *Invariants*: it listens at the loopback address only, and answers only a browser that asked for that address, so that
//! no page of another name can have the file read to it (DNS rebinding); what is neither the app nor the file is 404.

use std::io::{self, SeekFrom};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::headers;
use super::problem::Problem;
use super::ranges::{Wanted, percent_encoded, wanted};
use super::web;

/// Where the page looks for the file.
const FILE: &str = "/evidence.tdr";
/// The page that plays it.
const PAGE: &str = "/replay";

/// One file, served to the browsers of this computer.
pub struct LocalReplay {
    listener: TcpListener,
    router: Router,
    address: String,
}

impl LocalReplay {
    /// Listens at a port of 127.0.0.1; port 0 is any that is free.
    pub fn open(file: PathBuf, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let at = listener.local_addr()?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let address = format!("http://{at}{PAGE}?file={}", percent_encoded(&name));
        Ok(Self { listener, router: router(at, file), address })
    }

    /// The address to open.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Serves until the process ends.
    pub async fn serve(self) -> io::Result<()> {
        axum_server::from_tcp(self.listener)?.serve(self.router.into_make_service()).await
    }
}

fn router(at: SocketAddr, file: PathBuf) -> Router {
    let hosts = Arc::new([at.to_string(), format!("localhost:{}", at.port())]);
    Router::new()
        .route(FILE, get(evidence))
        .method_not_allowed_fallback(headers::method_not_allowed)
        .with_state(Arc::new(file))
        .fallback(page)
        .layer(middleware::from_fn_with_state(hosts, only_here))
        .layer(middleware::from_fn(|request, next| headers::harden(false, request, next)))
        .layer(middleware::from_fn(headers::traced))
}

/// Refuses whoever asked for this address by another name.
async fn only_here(State(hosts): State<Arc<[String; 2]>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| hosts.iter().any(|known| known == host)) {
        next.run(request).await
    } else {
        Problem::new(StatusCode::MISDIRECTED_REQUEST, "not_found").into_response()
    }
}

/// The app's files and its one page.
async fn page(request: Request) -> Response {
    if request.uri().path() == PAGE || web::is_file(request.uri().path()) {
        web::serve(request).await
    } else {
        Problem::unknown("not_found").into_response()
    }
}

/// The file, whole or one range: the page reads of two gigabytes only what it plays.
async fn evidence(
    State(path): State<Arc<PathBuf>>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lost = |error: io::Error| Problem::fault(&error, "disk_failed");
    let mut file = tokio::fs::File::open(path.as_ref()).await.map_err(lost)?;
    let length = file.metadata().await.map_err(lost)?.len();
    let (status, from, to) = match wanted(&headers, "", length) {
        Wanted::Whole => (StatusCode::OK, 0, length),
        Wanted::Part(from, to) => (StatusCode::PARTIAL_CONTENT, from, to),
        Wanted::Nothing => return Err(Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "range")),
    };
    file.seek(SeekFrom::Start(from)).await.map_err(lost)?;
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        Body::from_stream(ReaderStream::new(file.take(to - from)))
    };
    let mut response = (status, [(header::CONTENT_TYPE, "application/octet-stream")], body).into_response();
    let told = response.headers_mut();
    told.insert(header::ACCEPT_RANGES, header::HeaderValue::from_static("bytes"));
    told.insert(header::CONTENT_LENGTH, (to - from).into());
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(range) = format!("bytes {from}-{}/{length}", to - 1).parse()
    {
        told.insert(header::CONTENT_RANGE, range);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpStream;

    use super::*;

    /// A folder that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let path = std::env::temp_dir().join(format!("kaibiao-local-{}", uuid::Uuid::new_v4()));
            std::fs::create_dir(&path).expect("a folder");
            Self(path)
        }

        fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    /// Starts a replay of these bytes and gives its `host:port`.
    async fn started(folder: &Path, bytes: &[u8]) -> String {
        let file = folder.join("\u{6807}.tdr");
        std::fs::write(&file, bytes).expect("a file");
        let replay = LocalReplay::open(file, 0).expect("a port");
        let host = replay
            .address()
            .strip_prefix("http://")
            .and_then(|rest| rest.split('/').next())
            .map(str::to_owned);
        assert!(replay.address().ends_with("/replay?file=%E6%A0%87.tdr"), "{}", replay.address());
        tokio::spawn(replay.serve());
        host.expect("a host")
    }

    /// Asks over a real socket: the head of the answer, in lower case, and its body.
    async fn ask(at: &str, method: &str, path: &str, host: &str, more: &str) -> (String, Vec<u8>) {
        let mut socket = TcpStream::connect(at).await.expect("a connection");
        let asked = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n");
        socket.write_all(asked.as_bytes()).await.expect("asked");
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.expect("an answer");
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head");
        (String::from_utf8_lossy(&answer[..end]).to_lowercase(), answer[end + 4..].to_vec())
    }

    #[tokio::test]
    async fn it_serves_the_page_and_the_file_and_nothing_else() {
        let folder = Folder::new();
        let at = started(folder.path(), b"0123456789").await;
        let get = async |path: &'static str| ask(&at, "GET", path, &at, "").await;
        let has_app = web::is_file("/index.html");
        let (page, _) = get("/replay?file=x").await;
        assert!(page.starts_with(if has_app { "http/1.1 200" } else { "http/1.1 404" }), "{page}");
        for header in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "cross-origin-resource-policy: same-origin",
            "x-frame-options: deny",
        ] {
            assert!(page.contains(header), "{header}: {page}");
        }
        assert_eq!(get("/evidence.tdr").await.1, b"0123456789");
        for path in [
            "/",
            "/api/session",
            "/api/centre",
            "/log/checkpoint",
            "/tenders/x",
            "/replay/x",
            "/evidence.tdr/",
            "/..%2f",
        ] {
            let (head, _) = get(path).await;
            assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
        }
        let (head, _) = ask(&at, "POST", "/evidence.tdr", &at, "Content-Length: 0\r\n").await;
        assert!(head.starts_with("http/1.1 405"), "{head}");
    }

    #[tokio::test]
    async fn it_gives_parts_of_the_file_and_its_length() {
        let folder = Folder::new();
        let at = started(folder.path(), b"0123456789").await;
        let (head, body) = ask(&at, "GET", "/evidence.tdr", &at, "Range: bytes=3-5\r\n").await;
        assert!(head.starts_with("http/1.1 206") && head.contains("content-range: bytes 3-5/10"), "{head}");
        assert_eq!(body, b"345");
        let (head, body) = ask(&at, "HEAD", "/evidence.tdr", &at, "").await;
        assert!(head.starts_with("http/1.1 200") && head.contains("content-length: 10"), "{head}");
        assert_eq!(body, b"");
        let (head, _) = ask(&at, "GET", "/evidence.tdr", &at, "Range: bytes=10-\r\n").await;
        assert!(head.starts_with("http/1.1 416"), "{head}");
    }

    #[tokio::test]
    async fn it_answers_nobody_who_came_by_another_name() {
        let folder = Folder::new();
        let at = started(folder.path(), b"secret").await;
        assert!(at.starts_with("127.0.0.1:"), "{at}");
        for host in ["evil.example", "127.0.0.1:1", "127.0.0.1", "localhost"] {
            let (head, body) = ask(&at, "GET", "/evidence.tdr", host, "").await;
            assert!(
                head.starts_with("http/1.1 421") && !body.windows(6).any(|bytes| bytes == b"secret"),
                "{host}: {head}"
            );
        }
        let port = at.rsplit(':').next().expect("a port");
        assert_eq!(ask(&at, "GET", "/evidence.tdr", &format!("localhost:{port}"), "").await.1, b"secret");
    }
}
