//! The text of PDF documents, page by page, read by children that may die.
//!
//! `pdf-extract` reads first, in a child of our own executable (the hidden subcommand `pdf-text`, see
//! [`answer`]). A page on which it panics, errs or finds next to nothing goes to poppler's `pdftotext`, where
//! that is installed, in the same kind of child. Nothing here parses a PDF in the server's process.
//!
//! *Invariant*: every page of a document that could be opened gets a verdict; a page without text is never
//! passed over in silence.

mod child;
mod poppler;
mod reader;
mod sandbox;

pub use child::answer;
pub use poppler::Poppler;
pub use reader::TextReader;

use crate::files;
use crate::limits::PAGE_CHARACTERS_MIN;
use crate::store::PageText;

/// What is known of a page's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It has text.
    Text,
    /// It has next to no text (a scan, outlined letters, an empty page): to be read by eye, and never counted
    /// as checked.
    NoTextLayer,
    /// No reader got through it: to be read by eye.
    Failed,
}

impl Verdict {
    /// Its stable name, as the store keeps it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::NoTextLayer => "no_text_layer",
            Self::Failed => "failed",
        }
    }

    fn of(content: &str) -> Self {
        if has_text(content) { Self::Text } else { Self::NoTextLayer }
    }
}

/// A page of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its number, from 1.
    pub page: u32,
    /// Its text, without control characters but for line ends and tabs.
    pub content: String,
    /// What is known of it.
    pub verdict: Verdict,
}

impl From<Page> for PageText {
    fn from(page: Page) -> Self {
        Self { page: page.page, content: page.content, verdict: page.verdict.code().to_owned() }
    }
}

/// Why the text of a document was not read.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// No reader can open it: it is no PDF, broken, or locked with a password.
    #[error("no reader can open this document")]
    Unreadable,
    /// It has more pages than are read.
    #[error("more than {pages_max} pages")]
    TooManyPages {
        /// How many are read.
        pages_max: u32,
    },
    /// A child could not be started.
    #[error("a reader could not be started")]
    Child(#[source] std::io::Error),
    /// The document could not be fetched.
    #[error(transparent)]
    Files(#[from] files::Error),
}

impl TextError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable_pdf",
            Self::TooManyPages { .. } => "too_many_pages",
            Self::Child(_) => "text_child_failed",
            Self::Files(error) => error.code(),
        }
    }
}

fn has_text(content: &str) -> bool {
    content.chars().filter(|c| !c.is_whitespace()).take(PAGE_CHARACTERS_MIN).count() == PAGE_CHARACTERS_MIN
}
