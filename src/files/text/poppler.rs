//! Poppler's `pdftotext`, the second reader.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use tokio::time::Instant;

use super::sandbox::{Ran, Sandbox, find_program};

/// A page set in a font that is not embedded and coded by a predefined character map, as many Chinese office
/// systems write: poppler without its `poppler-data` package finds nothing on it, and says nothing.
const PROBE: &str = include_str!("probe.pdf");
const PROBE_TEXT: &str = "开标前密封，到时公开。";

/// What poppler can do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poppler {
    /// It is installed and reads Chinese.
    Ready,
    /// It is installed without `poppler-data`: many Chinese documents read as empty.
    WithoutChinese,
    /// It is not installed: pages that the first reader cannot read stay unread.
    Absent,
}

impl Poppler {
    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ready => "poppler_ready",
            Self::WithoutChinese => "poppler_without_chinese",
            Self::Absent => "poppler_absent",
        }
    }
}

/// The installed `pdftotext`.
pub(super) struct PdfToText<'a> {
    program: PathBuf,
    sandbox: &'a Sandbox,
    deadline: Instant,
}

impl<'a> PdfToText<'a> {
    /// The program, if it is installed.
    pub fn find(sandbox: &'a Sandbox, deadline: Instant) -> Option<Self> {
        find_program("pdftotext").map(|program| Self { program, sandbox, deadline })
    }

    /// Tries it on a document whose text is known.
    pub async fn probe(&self) -> io::Result<Poppler> {
        let folder = self.sandbox.private_folder()?;
        let path = folder.0.join("probe.pdf");
        std::fs::write(&path, PROBE)?;
        let ran = self.run(&File::open(&path)?, &[]).await?;
        let reads_chinese = String::from_utf8_lossy(&ran.output).contains(PROBE_TEXT);
        Ok(if reads_chinese { Poppler::Ready } else { Poppler::WithoutChinese })
    }

    /// All pages of a document of unknown length; none when it cannot be opened.
    pub async fn all(&self, file: &File) -> io::Result<BTreeMap<u32, String>> {
        let ran = self.run(file, &[]).await?;
        Ok((1..).zip(pages_of(&ran)).collect())
    }

    /// The pages of a range that it can read. When it fails somewhere within, each page is tried alone, so
    /// that a bad one costs only itself.
    pub async fn range(&self, file: &File, range: RangeInclusive<u32>) -> io::Result<BTreeMap<u32, String>> {
        let ran = self.pages(file, range.clone()).await?;
        let pages = pages_of(&ran);
        if ran.is_success && pages.len() == range.clone().count() {
            return Ok(range.zip(pages).collect());
        }
        let (mut found, mut deaths) = (BTreeMap::new(), 0);
        for page in range {
            let ran = self.pages(file, page..=page).await?;
            if ran.is_success {
                // Alone on its run, a page may contain what looks like the end of one.
                found.insert(page, pages_of(&ran).concat());
                continue;
            }
            deaths += 1;
            if deaths == self.sandbox.limits.deaths_max {
                break;
            }
        }
        Ok(found)
    }

    async fn pages(&self, file: &File, range: RangeInclusive<u32>) -> io::Result<Ran> {
        let (first, last) = (range.start().to_string(), range.end().to_string());
        self.run(file, &["-f", &first, "-l", &last]).await
    }

    async fn run(&self, file: &File, range: &[&str]) -> io::Result<Ran> {
        let arguments = [&["-q", "-enc", "UTF-8"], range, &["-", "-"]].concat();
        self.sandbox.run(&self.program, &arguments, file, self.deadline).await
    }
}

/// The whole pages in its output: each ends with a form feed.
fn pages_of(ran: &Ran) -> Vec<String> {
    let text = String::from_utf8_lossy(&ran.output);
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    pages.pop(); // What follows the last form feed is no whole page.
    pages
}
