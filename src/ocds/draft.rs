//! What comes out of an import: terms as far as the file has them, documents to fetch by hand, and notes.

use serde::Serialize;
use ts_rs::TS;

use crate::base::{Instant, LotId, Money, ShortText, Text2};
use crate::tender::Category;

/// A draft from a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct ImportedDraft {
    /// Documents that the tender lists; the host fetches them by hand and uploads them.
    pub documents: Vec<ListedDocument>,
    /// Notes beyond those listed.
    pub more_notes: usize,
    /// What could not be taken, and why.
    pub notes: Vec<Note>,
    /// Where the terms come from.
    pub source: Source,
    /// The terms, as far as the file has them.
    pub terms: PartialTerms,
}

/// Which release was taken.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, TS)]
pub struct Source {
    /// Id of the contracting process.
    pub ocid: Option<ShortText>,
    /// Id of the release.
    pub release: Option<ShortText>,
    /// When it was published.
    pub date: Option<Instant>,
    /// Who published the package.
    pub publisher: Option<ShortText>,
    /// Language of the texts (ISO 639-1), as the file names it.
    pub language: Option<ShortText>,
}

/// Terms as far as OCDS knows them; names are those of [`crate::tender::Terms`]. A text in one language stands in both
/// places until the host has translated it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, TS)]
pub struct PartialTerms {
    /// How bids are compared, where the file says it.
    pub award: Option<AwardBasis>,
    /// The same in the file's words.
    pub award_details: Option<Text2>,
    /// Name of the procuring entity: the host picks the organisation.
    pub buyer_name: Option<ShortText>,
    /// Works, goods or services.
    pub category: Option<Category>,
    /// Name and telephone of the procuring entity's contact.
    pub contact: Option<ShortText>,
    /// The lots; one, if the file has none.
    pub lots: Vec<PartialLot>,
    /// End of the tender period.
    pub opening_at: Option<Instant>,
    /// Who may bid.
    pub qualification: Option<Text2>,
    /// Region of the procuring entity.
    pub region: Option<ShortText>,
    /// Description.
    pub summary: Option<Text2>,
    /// Title.
    pub title: Option<Text2>,
}

/// A lot as far as OCDS knows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct PartialLot {
    /// The value as the highest price.
    pub ceiling: Option<Money>,
    /// Number of the lot: the file's, where it can be one of ours.
    #[ts(type = "string")]
    pub id: LotId,
    /// Name of the lot.
    pub title: Option<Text2>,
}

/// How bids are compared (`awardCriteria`; the deprecated codes of OCDS 1.0 are read as their successors).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AwardBasis {
    /// `priceOnly`, `lowestCost`: the lowest price.
    PriceOnly,
    /// `costOnly`: the lowest cost over the life of what is bought.
    CostOnly,
    /// `qualityOnly`: quality at a fixed price.
    QualityOnly,
    /// `ratedCriteria`, `bestProposal`, `bestValueToGovernment`: price and quality, weighed.
    RatedCriteria,
}

/// A document that the tender lists.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct ListedDocument {
    /// What it is (`documentType`).
    pub kind: Option<ShortText>,
    /// Media type, as the file says.
    pub media_type: Option<ShortText>,
    /// Title.
    pub title: Option<ShortText>,
    /// Address, as text: nothing is fetched, and a page must not link anything but http and https.
    pub url: Option<String>,
}

/// Something that was not taken as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct Note {
    /// What it is.
    pub code: NoteCode,
    /// Where in the file: `tender/lots/0/value`.
    pub path: String,
    /// What stands there or what was done, for a person; at most 200 characters.
    pub detail: String,
}

/// Kinds of notes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoteCode {
    /// A byte order mark before the text.
    ByteOrderMark,
    /// The package does not name its version, or another than 1.0 and 1.1.
    Version,
    /// Other processes or releases in the file were left out.
    OthersLeftOut,
    /// A release of which the file has only the address.
    LinkedRelease,
    /// Something that a draft needs is not there.
    Missing,
    /// An empty text or list.
    Empty,
    /// Another type of value than the standard asks for.
    WrongType,
    /// A code that the standard does not list.
    UnknownCode,
    /// A text that was cut to the length that ours may have.
    Shortened,
    /// Not a moment in time with its offset from UTC (RFC 3339).
    NotAMoment,
    /// An amount that is not exact in minor units, out of range, or no number.
    AmountUnreadable,
    /// An amount of zero or less: no ceiling.
    AmountNotPositive,
    /// An amount without a currency of three capital letters.
    CurrencyMissing,
    /// A lot's id that cannot be one of ours: it was numbered anew.
    Renumbered,
    /// A lot that was cancelled, or one beyond the most that a tender may have.
    LotLeftOut,
    /// A document without an address of http or https.
    DocumentAddress,
    /// Documents beyond those listed.
    DocumentsLeftOut,
    /// Texts are in one language only.
    TranslationNeeded,
    /// A field that our terms have no place for.
    NotMapped,
}
