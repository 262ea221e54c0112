//! Problems (RFC 9457): the one place where errors become answers.
//!
//! *Invariants*: every code has a title in both languages; an answer of 5xx carries an id and nothing else, while the
//! chain of causes is logged once, here; what must not be known to exist is 404 like everything that does not.

mod titles;

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::base::{Outcome, Refusal};
use crate::files::upload::UploadError;
use crate::identity::{CertifyError, IdentityError, random_bytes};
use crate::ledger::{ExportError, LedgerError, Rejected};
use crate::replay::Rejection;
use crate::{files, store};

/// The media type of problems.
const MEDIA_TYPE: &str = "application/problem+json";

/// An answer that is not a success.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Map<String, Value>,
    retry_after_s: Option<u32>,
}

impl Problem {
    /// A problem with its status.
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, detail: Map::new(), retry_after_s: None }
    }

    /// Nobody is signed in (401).
    pub fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not_signed_in")
    }

    /// Not this person or role (403).
    pub fn forbidden(code: &'static str) -> Self {
        Refusal::forbidden(code).into()
    }

    /// Not there, or not for this reader to know (404).
    pub fn unknown(code: &'static str) -> Self {
        Refusal::unknown(code).into()
    }

    /// Not at this stage (409).
    pub fn not_now(code: &'static str) -> Self {
        Refusal::not_now(code).into()
    }

    /// The request has not its form (400).
    pub fn malformed(code: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }

    /// Worth trying again after a while (503).
    pub fn busy(retry_after_s: u32) -> Self {
        Self { retry_after_s: Some(retry_after_s), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy") }
    }

    /// A fault of the platform (500). The causes go to the log, under an id that the answer carries.
    pub fn fault(error: &(dyn std::error::Error + 'static), code: &'static str) -> Self {
        let id = Uuid::from_bytes(random_bytes().unwrap_or_default());
        let mut causes = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            causes = format!("{causes}: {cause}");
            source = cause.source();
        }
        tracing::error!(fault.id = %id, fault.code = code, fault.causes = causes, "a request failed: {code}");
        let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal");
        problem.detail.insert("id".to_owned(), json!(id.to_string()));
        problem
    }

    /// Adds a fact that helps.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl serde::Serialize) -> Self {
        self.detail.insert(name.to_owned(), serde_json::to_value(value).unwrap_or(Value::Null));
        self
    }

    /// Says after how many seconds it is worth trying again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (zh, en) = titles::title(self.code).unwrap_or_else(|| titles::of_status(self.status));
        let mut body = self.detail;
        for (name, value) in [
            ("type", json!(format!("urn:kaibiao:problem:{}", self.code))),
            ("title", json!(zh)),
            ("title_en", json!(en)),
            ("status", json!(self.status.as_u16())),
            ("code", json!(self.code)),
        ] {
            body.insert(name.to_owned(), value);
        }
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind() {
            Outcome::Forbidden => StatusCode::FORBIDDEN,
            Outcome::Unknown => StatusCode::NOT_FOUND,
            Outcome::NotNow => StatusCode::CONFLICT,
            Outcome::Rule => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self { detail: refusal.detail.clone(), ..Self::new(status, refusal.code()) }
    }
}

impl From<Rejected> for Problem {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Refused(rejection) => rejection.into(),
            Rejected::Busy { retry_after_s } => Self::busy(retry_after_s),
            Rejected::Failed(error) => Self::fault(error.as_ref(), "ledger_failed"),
        }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Refused(refusal) => refusal.into(),
            Rejection::Act(error) => match error.code() {
                code @ ("bad_signature" | "other_key") => Self::forbidden(code),
                code => Self::malformed(code),
            },
            // Events that have no canonical text are a fault of ours, not of the act.
            Rejection::Canonical(error) => Self::fault(&error, error.code()),
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        Self::fault(&error, "ledger_failed")
    }
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::UnknownTender => Self::unknown("unknown_tender"),
            ExportError::BeforeClose => Self::not_now("lot_still_open"),
            ExportError::NotArchived => Self::not_now("not_yet_exportable"),
            ExportError::AwaitsWitnesses => Self::not_now("awaits_witnesses").retry_after(5),
            ExportError::NoHead => Self::unknown("unknown_head"),
            ExportError::Files(error) => error.into(),
            ExportError::Store(_)
            | ExportError::Entry(_)
            | ExportError::Act(_)
            | ExportError::Events(_)
            | ExportError::Proof(_)
            | ExportError::Bundle(_) => Self::fault(&error, error.code()),
        }
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        Self::fault(&error, error.code())
    }
}

impl From<files::Error> for Problem {
    fn from(error: files::Error) -> Self {
        match error {
            files::Error::NotFound => Self::unknown("file_not_found"),
            files::Error::TooLarge { bytes_max } => too_large(bytes_max),
            files::Error::Interrupted => Self::malformed("interrupted"),
            files::Error::StorageFull => Self::new(StatusCode::INSUFFICIENT_STORAGE, "storage_full"),
            files::Error::Disk(_) | files::Error::Storage(_) => Self::fault(&error, error.code()),
        }
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        let code = error.code();
        match error {
            IdentityError::LoginFailed => Self::new(StatusCode::UNAUTHORIZED, code),
            IdentityError::AccountLocked { retry_after_s } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, code).retry_after(retry_after_s)
            }
            IdentityError::Busy => Self::busy(2),
            IdentityError::LoginForm | IdentityError::PasswordForm => Refusal::rule(code).into(),
            IdentityError::LoginTaken => Self::not_now(code),
            IdentityError::NoAccount => Self::unknown(code),
            IdentityError::Generator | IdentityError::Hashing | IdentityError::Store(_) => {
                Self::fault(&error, code)
            }
        }
    }
}

impl From<CertifyError> for Problem {
    fn from(error: CertifyError) -> Self {
        match error {
            CertifyError::Key(error) => Refusal::rule(error.code()).into(),
            CertifyError::Act(error) => Self::malformed(error.code()),
            CertifyError::Random(error) => error.into(),
            CertifyError::Rejected(rejected) => rejected.into(),
        }
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        let code = error.code();
        match error {
            UploadError::Gone => Self::unknown(code),
            UploadError::OffsetMismatch { expected } => Self::not_now(code).with("expected", expected),
            // 460 is the status that tus 1.0 gives to this.
            UploadError::ChecksumMismatch => {
                Self::new(StatusCode::from_u16(460).expect("three digits"), code)
            }
            UploadError::Interrupted { offset } => Self::malformed(code).with("offset", offset),
            UploadError::TooLarge { bytes_max } => too_large(bytes_max),
            UploadError::LengthInvalid | UploadError::OtherPurpose => Refusal::rule(code).into(),
            UploadError::QuotaExceeded => Self::new(StatusCode::TOO_MANY_REQUESTS, code).retry_after(60),
            UploadError::Busy => Self::new(StatusCode::LOCKED, code).retry_after(1),
            UploadError::AlreadyComplete => Self::forbidden(code),
            UploadError::Incomplete { received, length } => {
                Self::not_now(code).with("received", received).with("length", length)
            }
            UploadError::CoreRefused(refused) => {
                Self::from(Refusal::rule(refused.code)).with("detail", refused.detail)
            }
            UploadError::SubmissionTaken | UploadError::CapsuleReused => Refusal::rule(code).into(),
            UploadError::Damaged => Self::new(StatusCode::GONE, code),
            UploadError::Files(error) => error.into(),
            UploadError::Store(error) => error.into(),
        }
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::unknown("not_found")
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::malformed("query_form").with("detail", rejection.body_text())
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type"),
            _ => Self::malformed("body_form").with("detail", rejection.body_text()),
        }
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            _ => Self::malformed("interrupted"),
        }
    }
}

fn too_large(bytes_max: u64) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large").with("bytes_max", bytes_max)
}

#[cfg(test)]
mod tests;
