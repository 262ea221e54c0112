//! Before the deadline, and the end of the file: what notice acts carry.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{Digest, EnquiryId, Instant, LongText, LotId, Sealing, ShortText, TenderId};
use crate::tender::terms::{Document, Terms};

bodies! {
    /// See [`super::TenderCommand::DraftTender`].
    DraftTender { /** The terms. */ terms: Terms, }
    /// See [`super::TenderCommand::ReviseTender`].
    ReviseTender { /** The new terms. */ terms: Terms, }
    /// See [`super::TenderCommand::AddDocument`].
    AddDocument { /** The document; its bytes were uploaded before. */ document: Document, }
    /// See [`super::TenderCommand::NameRetender`].
    NameRetender {
        /** The lot that failed. */ #[ts(type = "string")] of_lot: LotId,
        /** Its tender. */ of_tender: TenderId,
    }
    /// See [`super::TenderCommand::ApproveTender`].
    ApproveTender {
        /** Digests of all documents, ascending. */ #[ts(type = "string[]")] documents: Vec<Digest>,
        /** Revision of the terms, counted from 1. */ revision: u32,
        /** SHA-256 of their canonical text. */ #[ts(type = "string")] terms_sha256: Digest,
    }
    /// See [`super::TenderCommand::PublishTender`].
    PublishTender {
        /** SHA-256("TL1/committee\0" ‖ group key). */ #[ts(type = "string")] committee: Digest,
        /** Digests of all documents, ascending. */ #[ts(type = "string[]")] documents: Vec<Digest>,
        /** Group key of the custodians, 192 hexadecimal digits. */ group_key: String,
        /** The announced opening: as in the terms. */ opening_at: Instant,
        /** Revision of the terms. */ revision: u32,
        /** How envelopes are sealed beside the committee's lock: as the centre asks. */ sealing: Sealing,
        /** SHA-256 of their canonical text: by it the custodians know the terms. */ #[ts(type = "string")] terms_sha256: Digest,
    }
    /// See [`super::TenderCommand::IssueAddendum`].
    IssueAddendum {
        /** Whether it may affect the preparation of bids: the host's statement; such a change keeps the law's distance from the deadline. */ affects_bids: bool,
        /** New documents. */ documents: Vec<Document>,
        /** Its number, counted from 1. */ number: u32,
        /** A later deadline and opening, or none. */ opening_at: Option<Instant>,
        /** What changes. */ text: LongText,
    }
    /// See [`super::TenderCommand::AskEnquiry`].
    AskEnquiry { /** Its id. */ enquiry: EnquiryId, /** The question. */ text: LongText, }
    /// See [`super::TenderCommand::AnswerEnquiry`].
    AnswerEnquiry { /** Which. */ enquiry: EnquiryId, /** The answer. */ text: LongText, }
    /// See [`super::TenderCommand::CancelTender`].
    CancelTender { /** Why. */ reason: LongText, }
    /// See [`super::TenderCommand::ArchiveTender`].
    ArchiveTender { /** A note for the file. */ note: Option<ShortText>, }
}
