//! What the child does: a PDF on its standard input, lines of JSON on its standard output.
//!
//! The first line is `{"pages":N}`; then, page by page, `{"page":{"number":1,"text":"…"}}` or `{"failed":1}`.
//! Each line is sent as soon as it is known, so that a death on one page costs only what comes after it.

use std::io::{self, Read, Write};
use std::panic::{self, AssertUnwindSafe};

use pdf_extract::{Document, PlainTextOutput, output_doc_page};
use serde::{Deserialize, Serialize};

/// A line of the child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// How many pages the document has.
    Pages(u32),
    /// The text of a page.
    Page {
        /// From 1.
        number: u32,
        /// As it was found.
        text: String,
    },
    /// A page on which the reader erred or panicked.
    Failed(u32),
}

/// The whole work of the subcommand `pdf-text`. Answers nothing for a document that cannot be opened. To be
/// called before any thread is started: the child may have none.
pub fn answer(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    // The reader panics on many a document; that is expected here and told as `failed`.
    panic::set_hook(Box::new(|_| {}));
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let Some(document) = survive(|| open(&bytes)).flatten() else { return Ok(()) };
    drop(bytes);
    let pages = u32::try_from(document.get_pages().len()).unwrap_or(u32::MAX);
    send(&mut output, &Line::Pages(pages))?;
    for number in 1..=pages {
        let line = match survive(|| text_of(&document, number)).flatten() {
            Some(text) => Line::Page { number, text },
            None => Line::Failed(number),
        };
        send(&mut output, &line)?;
    }
    Ok(())
}

fn open(bytes: &[u8]) -> Option<Document> {
    let mut document = Document::load_mem(bytes).ok()?;
    if document.is_encrypted() {
        document.decrypt("").ok()?;
    }
    Some(document)
}

fn text_of(document: &Document, number: u32) -> Option<String> {
    let mut text = String::new();
    let mut output = PlainTextOutput::new(&mut text);
    output_doc_page(document, &mut output, number).ok()?;
    Some(text)
}

fn survive<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}

fn send(output: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")?;
    output.flush()
}
