//! Both readers over one document, and the verdict on each page.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use kaibiao_crypto::digest::Digest;
use tokio::time::Instant;

use super::child::Line;
use super::poppler::{PdfToText, Poppler};
use super::sandbox::Sandbox;
use super::{Page, TextError, Verdict, has_text};
use crate::files::{Address, Files};
use crate::limits::TextLimits;

/// Reads the text of documents in children.
#[derive(Debug, Clone)]
pub struct TextReader {
    executable: PathBuf,
    sandbox: Sandbox,
}

/// What the first reader found.
#[derive(Default)]
struct First {
    /// How many pages there are; none when the document could not be opened.
    count: Option<u32>,
    texts: BTreeMap<u32, String>,
}

impl TextReader {
    /// A reader whose children are `executable pdf-text` and, where it is installed, `pdftotext`; each gets a
    /// private folder below `workspace`.
    pub fn new(executable: PathBuf, workspace: PathBuf, limits: TextLimits) -> Self {
        Self { executable, sandbox: Sandbox { workspace, limits } }
    }

    /// The pages of a kept document.
    pub async fn read(&self, files: &Files, sha256: Digest) -> Result<Vec<Page>, TextError> {
        let file = files.handle(Address::Plain(sha256)).await?;
        self.read_file(&file).await
    }

    /// The pages of an open file.
    pub async fn read_file(&self, file: &File) -> Result<Vec<Page>, TextError> {
        let first = self.first_reader(file).await.map_err(TextError::Child)?;
        let pages_max = self.sandbox.limits.pages_max;
        if first.count.is_some_and(|count| count > pages_max) {
            return Err(TextError::TooManyPages { pages_max });
        }
        let second = self.second_reader(file, &first).await.map_err(TextError::Child)?;
        let last_found = second.last_key_value().map(|(page, _)| *page);
        let count = first.count.or(last_found).filter(|count| *count > 0).ok_or(TextError::Unreadable)?;
        if count > pages_max {
            return Err(TextError::TooManyPages { pages_max });
        }
        let page_of = |page| judge(page, first.texts.get(&page), second.get(&page));
        Ok((1..=count).map(page_of).collect())
    }

    /// What poppler can do on this machine: to be told at start-up.
    pub async fn poppler(&self) -> Result<Poppler, TextError> {
        match PdfToText::find(&self.sandbox, self.deadline()) {
            Some(poppler) => poppler.probe().await.map_err(TextError::Child),
            None => Ok(Poppler::Absent),
        }
    }

    async fn first_reader(&self, file: &File) -> io::Result<First> {
        let ran = self.sandbox.run(&self.executable, &["pdf-text"], file, self.deadline()).await?;
        let mut first = First::default();
        for line in ran.output.split(|byte| *byte == b'\n') {
            // A line that does not parse is the one on which the child died.
            match serde_json::from_slice(line) {
                Ok(Line::Pages(count)) => first.count = Some(count),
                Ok(Line::Page { number, text }) => drop(first.texts.insert(number, text)),
                Ok(Line::Failed(_)) | Err(_) => {}
            }
        }
        Ok(first)
    }

    /// The pages that the first reader left without text, from the first such page to the last.
    async fn second_reader(&self, file: &File, first: &First) -> io::Result<BTreeMap<u32, String>> {
        let Some(poppler) = PdfToText::find(&self.sandbox, self.deadline()) else {
            return Ok(BTreeMap::new());
        };
        let Some(count) = first.count else { return poppler.all(file).await };
        let is_unread = |page: &u32| !first.texts.get(page).is_some_and(|text| has_text(text));
        let Some(from) = (1..=count).find(is_unread) else { return Ok(BTreeMap::new()) };
        let to = (from..=count).rev().find(is_unread).unwrap_or(from);
        poppler.range(file, from..=to).await
    }

    fn deadline(&self) -> Instant {
        Instant::now() + Duration::from_millis(self.sandbox.limits.wall_ms_max)
    }
}

/// The first reader's text where it has some, else the second's; a verdict in any case.
fn judge(page: u32, first: Option<&String>, second: Option<&String>) -> Page {
    let best = first.filter(|text| has_text(text)).or(second).or(first);
    match best {
        None => Page { page, content: String::new(), verdict: Verdict::Failed },
        Some(text) => {
            let content = visible(text);
            let verdict = Verdict::of(&content);
            Page { page, content, verdict }
        }
    }
}

/// The text without control characters, which no reader needs and PostgreSQL in part refuses.
fn visible(text: &str) -> String {
    let kept: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
    kept.trim().to_owned()
}
