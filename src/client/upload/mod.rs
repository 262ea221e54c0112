//! The upload of one sealed envelope: tus 1.0 with the extensions creation and checksum, in parts of 8 MiB.
//!
//! The sealed bytes lie on the disk, so after any interruption, a restart of this computer included, the server's offset
//! alone decides where to go on. Knows nothing of deadlines: the server decides. *Invariants*: the bytes at an offset
//! are the same on every attempt; an upload counts as stored only when the server names the root that was sealed.

mod fault;
mod meter;

use std::io::SeekFrom;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use kaibiao_crypto::digest::Digest;
use reqwest::header::HeaderValue;
use reqwest::{Method, Url};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::limits::PART_BYTES;
use super::retry::is_passing;
use super::session::{Answer, Request};
use super::wire::StoredEnvelope;
use super::{BidError, Client, ClientError, SealedBid, SealedEnvelope};

pub use fault::UploadFault;
pub(super) use meter::Meter;
pub use meter::Progress;

/// What to upload.
pub(super) struct Upload<'a> {
    pub(super) client: &'a Client,
    pub(super) bid: &'a SealedBid,
    pub(super) envelope: &'a SealedEnvelope,
    /// The sealed file.
    pub(super) path: &'a Path,
    /// Where an earlier run's upload stands.
    pub(super) url: Option<Url>,
}

/// What one attempt came to.
enum Step {
    /// The server has everything, and says so.
    Stored,
    /// Something was stored; go on.
    Forward,
    /// The server forgot the upload; begin again with the same bytes.
    Gone,
}

impl Upload<'_> {
    /// Uploads all that is missing. `keep` is told where the upload stands as soon as it does; `tell` hears the bytes
    /// that the server has. Errors: those of [`UploadFault`], `not_signed_in`, `line_lost`, `bid_stored_differs`.
    pub(super) async fn run(
        mut self,
        keep: &mut (dyn FnMut(&Url) -> Result<(), ClientError> + Send),
        tell: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Url, ClientError> {
        let mut failures = 0;
        loop {
            let result = self.step(keep, tell).await;
            let (error, asked) = match result {
                Ok(Step::Stored) => return self.url.ok_or(UploadFault::UnexpectedAnswer.into()),
                Ok(Step::Forward) => {
                    failures = 0;
                    continue;
                }
                Ok(Step::Gone) => (ClientError::from(UploadFault::Gone), None),
                Err(Halt::Final(error)) => return Err(error),
                Err(Halt::Later(error, asked)) => (error, asked),
            };
            failures += 1;
            match self.client.retry().wait(failures, asked) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    async fn step(
        &mut self,
        keep: &mut (dyn FnMut(&Url) -> Result<(), ClientError> + Send),
        tell: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Step, Halt> {
        let url = match self.url.clone() {
            Some(url) => url,
            None => {
                let url = self.create().await?;
                keep(&url).map_err(Halt::Final)?;
                self.url.insert(url).clone()
            }
        };
        let Some((mut offset, mut stored)) = self.offset(&url).await? else {
            self.url = None;
            return Ok(Step::Gone);
        };
        tell(offset);
        let length = self.envelope.upload_len();
        let began = offset;
        while offset < length {
            let answer = match self.send_part(&url, offset).await {
                Err(Halt::Later(..)) if offset > began => return Ok(Step::Forward),
                other => other?,
            };
            let next =
                count(&answer, "upload-offset").ok_or(Halt::Final(UploadFault::UnexpectedAnswer.into()))?;
            if next <= offset || next > length {
                return Err(Halt::Final(UploadFault::UnexpectedAnswer.into()));
            }
            offset = next;
            stored = stored_envelope(&answer);
            tell(offset);
        }
        self.compare(&stored).map_err(Halt::Final)?;
        Ok(Step::Stored)
    }

    async fn create(&self) -> Result<Url, Halt> {
        let Self { client, bid, envelope, .. } = self;
        let endpoint = client.address("/api/uploads").map_err(Halt::Final)?;
        let metadata = [
            ("purpose", "envelope".to_owned()),
            ("tender", bid.tender.to_string()),
            ("lot", bid.lot.to_string()),
            ("envelope", envelope.line.envelope.number().to_string()),
            ("submission", envelope.line.submission.to_string()),
            ("core_len", envelope.core_len.to_string()),
        ];
        let metadata: Vec<String> =
            metadata.iter().map(|(name, value)| format!("{name} {}", STANDARD.encode(value))).collect();
        let mut request = self.request(Method::POST, endpoint);
        request.headers.insert("upload-length", HeaderValue::from(envelope.upload_len()));
        request.headers.insert("upload-metadata", text_header(&metadata.join(","))?);
        let answer = client.ask(&request).await.map_err(Halt::of_line)?;
        // 409 with an address: the server created it before, and the answer was lost on its way.
        match (answer.status, answer.header("location")) {
            (201 | 409, Some(location)) => client.address(location).map_err(Halt::Final),
            (201, None) => Err(Halt::Final(UploadFault::UnexpectedAnswer.into())),
            _ => Err(Halt::of_answer(&answer)),
        }
    }

    /// How far the server is; none if it does not know the upload.
    async fn offset(&self, url: &Url) -> Result<Option<(u64, StoredEnvelope)>, Halt> {
        let request = self.request(Method::HEAD, url.clone());
        let answer = self.client.ask(&request).await.map_err(Halt::of_line)?;
        match answer.status {
            200 | 204 => {}
            404 | 410 => return Ok(None),
            _ => return Err(Halt::of_answer(&answer)),
        }
        let length = self.envelope.upload_len();
        match (count(&answer, "upload-offset"), count(&answer, "upload-length")) {
            (Some(offset), Some(total)) if total == length && offset <= length => {
                Ok(Some((offset, stored_envelope(&answer))))
            }
            _ => Err(Halt::Final(UploadFault::OtherUpload.into())),
        }
    }

    async fn send_part(&self, url: &Url, offset: u64) -> Result<Answer, Halt> {
        let part = self.part(offset).await.map_err(Halt::Final)?;
        let mut request = self.request(Method::PATCH, url.clone());
        let checksum = format!("sha256 {}", STANDARD.encode(Digest::of(&part).as_bytes()));
        request.headers.insert("content-type", HeaderValue::from_static("application/offset+octet-stream"));
        request.headers.insert("upload-offset", HeaderValue::from(offset));
        request.headers.insert("upload-checksum", text_header(&checksum)?);
        request.body = part;
        let answer = self.client.ask(&request).await.map_err(Halt::of_line)?;
        if answer.status == 204 { Ok(answer) } else { Err(Halt::of_answer(&answer)) }
    }

    async fn part(&self, offset: u64) -> Result<Bytes, ClientError> {
        let length = PART_BYTES.min(self.envelope.upload_len() - offset);
        let failed = |error| ClientError::file(self.path, error);
        let mut file = File::open(self.path).await.map_err(failed)?;
        file.seek(SeekFrom::Start(offset)).await.map_err(failed)?;
        let mut part = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.take(length).read_to_end(&mut part).await.map_err(failed)?;
        if part.len() as u64 != length {
            return Err(BidError::SealedDamaged(self.path.to_owned()).into());
        }
        Ok(Bytes::from(part))
    }

    fn request(&self, method: Method, url: Url) -> Request {
        let mut request = self.client.request(method, url);
        request.headers.insert("tus-resumable", HeaderValue::from_static("1.0.0"));
        request
    }

    /// What the server says it keeps must be what was sealed. A server that was asked again may say nothing; then the
    /// act of submission, which names the same digests, is compared there.
    fn compare(&self, stored: &StoredEnvelope) -> Result<(), ClientError> {
        let line = &self.envelope.line;
        let is_same = stored.root.is_none_or(|root| root == line.root)
            && stored.core_sha256.is_none_or(|digest| digest == line.core_sha256)
            && stored.total_len.is_none_or(|length| length == line.total_len);
        if is_same { Ok(()) } else { Err(BidError::StoredDiffers(line.envelope).into()) }
    }
}

/// Why an attempt ended.
enum Halt {
    /// For good.
    Final(ClientError),
    /// Worth another attempt, after what the server asked for.
    Later(ClientError, Option<std::time::Duration>),
}

impl Halt {
    fn of_line(error: ClientError) -> Self {
        match error {
            ClientError::Line(_) => Self::Later(error, None),
            _ => Self::Final(error),
        }
    }

    fn of_answer(answer: &Answer) -> Self {
        // 409 and 423: the offset has moved or is held; 460: the part was damaged on its way.
        if answer.status == 409 || is_passing(answer.status) {
            Self::Later(answer.problem(), answer.retry_after())
        } else if answer.status == 404 || answer.status == 410 {
            Self::Later(UploadFault::Gone.into(), None)
        } else {
            Self::Final(answer.problem())
        }
    }
}

fn stored_envelope(answer: &Answer) -> StoredEnvelope {
    StoredEnvelope {
        root: answer.header("kaibiao-root").and_then(|text| text.parse().ok()),
        core_sha256: answer.header("kaibiao-core-sha256").and_then(|text| text.parse().ok()),
        total_len: count(answer, "kaibiao-total-len"),
    }
}

fn count(answer: &Answer, name: &'static str) -> Option<u64> {
    answer.header(name).and_then(|text| text.parse().ok())
}

fn text_header(text: &str) -> Result<HeaderValue, Halt> {
    HeaderValue::from_str(text).map_err(|_| Halt::Final(UploadFault::UnexpectedAnswer.into()))
}
