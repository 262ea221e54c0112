//! What an upload is announced as, who may announce it, and what becomes of it.

use axum::http::{HeaderMap, HeaderName};
use kaibiao_crypto::envelope::Core;

use super::metadata::Metadata;
use super::put;
use crate::base::{Envelope, LotId, PersonId, Refusal, Role, ShortText, SubmissionId, TenderId};
use crate::centre::KeyStatus;
use crate::files::upload::{CoreRefused, EnvelopeLabel, UploadError};
use crate::http::problem::Problem;
use crate::http::{App, lot_of};
use crate::identity::Reader;
use crate::intake::envelope::{check_core, expected_context, expected_locks, refusal};
use crate::store::UploadRow;
use crate::tender::{Stage, Tender};

/// What an upload is announced as, in `Upload-Metadata`.
pub(super) enum Announced {
    /// A sealed envelope: `tender`, `lot`, `envelope`, `submission`, `core_len`.
    Envelope(AnnouncedEnvelope),
    /// A document: `name`, `media_type`.
    Document(AnnouncedDocument),
}

pub(super) struct AnnouncedEnvelope {
    tender: TenderId,
    lot: LotId,
    envelope: Envelope,
    submission: SubmissionId,
    pub core_len: u64,
}

pub(super) struct AnnouncedDocument {
    media_type: String,
}

impl Announced {
    pub(super) fn read(meta: &str) -> Result<Self, Problem> {
        let meta = Metadata::parse(meta)?;
        match meta.text("purpose") {
            Some("document") => Ok(Self::Document(AnnouncedDocument::read(&meta)?)),
            // Who names an envelope means one.
            Some("envelope") | None => Ok(Self::Envelope(AnnouncedEnvelope::read(&meta)?)),
            Some(_) => Err(Problem::malformed("metadata_form").with("key", "purpose")),
        }
    }

    /// Whether this reader may announce it now.
    pub(super) fn admit(&self, app: &App, reader: &Reader) -> Result<(), Problem> {
        match self {
            Self::Envelope(envelope) => {
                let tender = envelope.tender(app)?;
                if !reader.holds(Role::Bidder) {
                    return Err(Problem::forbidden("role_not_allowed").with("role", Role::Bidder));
                }
                if !reader.fits(Role::Bidder, &tender) {
                    return Err(Problem::forbidden("bidder_is_party"));
                }
                let lot = lot_of(&tender, &envelope.lot)?;
                let deadline = tender.notice.opening_at;
                let is_open = lot.stage == Stage::Receiving && deadline.is_some_and(|at| app.now() <= at);
                let too_late = || Problem::not_now("too_late").with("opening_at", deadline);
                if is_open { Ok(()) } else { Err(too_late()) }
            }
            // The host's are documents of the notice, a bidder's evidence of a case.
            Self::Document(_) if reader.holds(Role::Host) || reader.holds(Role::Bidder) => Ok(()),
            Self::Document(_) => Err(Problem::forbidden("role_not_allowed").with("role", Role::Host)),
        }
    }
}

impl AnnouncedEnvelope {
    fn read(meta: &Metadata) -> Result<Self, Problem> {
        let envelope: u8 = meta.value("envelope")?;
        Ok(Self {
            tender: meta.value("tender")?,
            lot: meta.value("lot")?,
            envelope: Envelope::from_number(envelope)
                .map_err(|_| Problem::malformed("metadata_form").with("key", "envelope"))?,
            submission: submission(meta.text("submission").unwrap_or_default())?,
            core_len: meta.value("core_len")?,
        })
    }

    fn tender(&self, app: &App) -> Result<std::sync::Arc<Tender>, Problem> {
        let tender = app.ledger.tender(self.tender).ok_or_else(|| Problem::unknown("unknown_tender"))?;
        tender.notice.published()?;
        Ok(tender)
    }

    /// Reads the core: it must be sealed for this tender, lot and submission, by a key of the uploader that counts.
    fn label(&self, app: &App, person: PersonId, bytes: &[u8]) -> Result<EnvelopeLabel, Refusal> {
        let tender = app.ledger.tender(self.tender).ok_or_else(|| Refusal::unknown("unknown_tender"))?;
        let bidder = Core::parse(bytes).map_err(|error| refusal(&error))?.context().bidder;
        let centre = app.ledger.centre();
        let key = centre.keys.get(&bidder);
        if key.is_none_or(|key| key.person != person || key.status != KeyStatus::Active) {
            return Err(Refusal::rule("wrong_context").with("of", "bidder"));
        }
        let expected = expected_context(&tender.notice, &self.lot, self.envelope, self.submission, bidder)?;
        let core = check_core(bytes, &expected, &expected_locks(&tender.notice)?)?;
        Ok(EnvelopeLabel {
            submission: self.submission.0,
            tender: self.tender.to_string(),
            lot: self.lot.to_string(),
            kind: self.envelope.number(),
            capsule_u: core.committee_u_digest().as_bytes().to_vec(),
        })
    }
}

impl AnnouncedDocument {
    fn read(meta: &Metadata) -> Result<Self, Problem> {
        let media_type = meta.text("media_type").unwrap_or("application/octet-stream").to_owned();
        let is_type = media_type.len() <= 100
            && media_type.bytes().all(|b| b.is_ascii_graphic())
            && media_type.contains('/');
        let name = ShortText::new(meta.text("name").unwrap_or_default());
        match name {
            Ok(_) if is_type => Ok(Self { media_type }),
            Ok(_) | Err(_) => Err(Problem::malformed("metadata_form").with("key", "media_type")),
        }
    }
}

impl App {
    /// Makes a complete upload what it was announced as; the answer's headers say what that is. Asked again, the same.
    pub(super) async fn finish(&self, row: &UploadRow) -> Result<HeaderMap, Problem> {
        let mut headers = HeaderMap::new();
        match Announced::read(&row.meta)? {
            Announced::Envelope(envelope) => {
                let person = PersonId(row.person);
                let read_core = |bytes: &[u8]| {
                    let refused =
                        |refusal: Refusal| CoreRefused { code: refusal.code(), detail: in_words(&refusal) };
                    envelope.label(self, person, bytes).map_err(refused)
                };
                let kept = self.uploads.finish_envelope(row.id, row.person, read_core, self.now().0).await;
                if let Err(
                    UploadError::CoreRefused(_) | UploadError::SubmissionTaken | UploadError::CapsuleReused,
                ) = &kept
                {
                    // It can never become anything: its place is free again.
                    self.uploads.terminate(row.id, row.person).await?;
                }
                let kept = kept?;
                put(&mut headers, HeaderName::from_static("kaibiao-root"), &kept.root.to_string());
                put(
                    &mut headers,
                    HeaderName::from_static("kaibiao-core-sha256"),
                    &kept.core_sha256.to_string(),
                );
                put(&mut headers, HeaderName::from_static("kaibiao-total-len"), &kept.total_len.to_string());
            }
            Announced::Document(document) => {
                let media_type = &document.media_type;
                let kept = self.uploads.finish_document(row.id, row.person, media_type, self.now().0).await?;
                put(
                    &mut headers,
                    HeaderName::from_static("upload-digest"),
                    &format!("sha256={}", kept.sha256),
                );
                put(&mut headers, HeaderName::from_static("kaibiao-sha256"), &kept.sha256.to_string());
                put(&mut headers, HeaderName::from_static("kaibiao-total-len"), &kept.len.to_string());
            }
        }
        Ok(headers)
    }
}

/// What differs, in one line.
fn in_words(refusal: &Refusal) -> String {
    let details: Vec<String> =
        refusal.detail.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    details.join(", ")
}

fn submission(text: &str) -> Result<SubmissionId, Problem> {
    let mut bytes = [0; 16];
    let is_written = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match hex::decode_to_slice(text, &mut bytes) {
        Ok(()) if is_written => Ok(SubmissionId(bytes)),
        Ok(()) | Err(_) => Err(Problem::malformed("metadata_form").with("key", "submission")),
    }
}
