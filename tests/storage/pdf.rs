//! The text of PDFs: every page gets a verdict, whatever the document does to its readers.

use std::fs::{File, Permissions};
use std::io::{Seek, Write};
use std::os::unix::fs::PermissionsExt;

use kaibiao::files::text::{Page, Poppler, TextError, TextReader, Verdict};
use kaibiao::files::{Error, Files};
use kaibiao::limits::TextLimits;
use kaibiao::store::PageText;
use kaibiao_crypto::digest::Digest;

use crate::folder::Folder;

const REPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/zh-quarterly-report-wps.pdf");

fn reader_within(folder: &Folder, limits: TextLimits) -> TextReader {
    TextReader::new(env!("CARGO_BIN_EXE_kaibiao").into(), folder.path().join("children"), limits)
}

fn reader(folder: &Folder) -> TextReader {
    reader_within(folder, TextLimits::default())
}

fn file_of(bytes: &[u8], folder: &Folder) -> File {
    let path = folder.path().join("document.pdf");
    let mut file =
        File::options().read(true).write(true).create(true).truncate(true).open(path).expect("writable");
    file.write_all(bytes).expect("writable");
    file.rewind().expect("seekable");
    file
}

/// A document whose pages have these content streams, set in a font that is not embedded.
fn document(pages: &[String], encoding: &str) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|i| format!("{} 0 R ", 10 + 2 * i)).collect();
    let mut objects = vec![
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len())),
        (
            3,
            format!(
                "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/{encoding}/DescendantFonts[4 0 R]>>"
            ),
        ),
        (
            4,
            "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo\
             <</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor 5 0 R>>"
                .to_owned(),
        ),
        (
            5,
            "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 0 1000 1000]/ItalicAngle 0\
             /Ascent 800/Descent -200/CapHeight 700/StemV 80>>"
                .to_owned(),
        ),
        (6, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned()),
    ];
    for (i, content) in pages.iter().enumerate() {
        let number = 10 + 2 * i;
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 100]/Contents {} 0 R/Resources<</Font<</C 3 0 R/L 6 0 R>>>>>>",
            number + 1
        );
        objects.push((number, page));
        objects.push((number + 1, format!("<</Length {}>>stream\n{content}\nendstream", content.len())));
    }
    let (mut text, mut table) = ("%PDF-1.4\n".to_owned(), String::new());
    for (number, object) in objects {
        table.push_str(&format!("{number} 1\n{:010} 00000 n \n", text.len()));
        text.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = text.len();
    let trailer = format!(
        "xref\n0 1\n0000000000 65535 f \n{table}trailer\n<</Root 1 0 R/Size 999>>\nstartxref\n{start}\n%%EOF\n"
    );
    (text + &trailer).into_bytes()
}

fn latin(text: &str) -> String {
    format!("BT /L 12 Tf 20 40 Td ({text}) Tj ET")
}

fn chinese(text: &str) -> String {
    let codes: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!("BT /C 12 Tf 20 40 Td <{codes}> Tj ET")
}

const SENTENCE: &str = "This sentence has more than twenty letters.";
const CHINESE: &str = "投标人须在截止时间之前提交密封的投标文件，逾期送达的不予受理。";

fn verdicts(pages: &[Page]) -> Vec<Verdict> {
    pages.iter().map(|page| page.verdict).collect()
}

#[tokio::test]
async fn a_real_chinese_report_is_read_page_by_page() {
    let folder = Folder::new();
    let files = Files::open(folder.path()).expect("the folder opens");
    let kept = files.put_bytes(std::fs::read(REPORT).expect("it is here").into()).await.expect("kept");
    let pages = reader(&folder).read(&files, kept.sha256).await.expect("it can be read");
    assert_eq!(pages.len(), 22);
    assert_eq!(verdicts(&pages), [Verdict::Text; 22]);
    let squeezed: String = pages[0].content.split_whitespace().collect();
    assert!(squeezed.contains("东北电气发展股份有限公司"), "{squeezed}");
    assert!(pages.iter().zip(1..).all(|(page, number)| page.page == number));
    let row = PageText::from(pages[0].clone());
    assert_eq!((row.page, row.verdict.as_str()), (1, "text"));
    let left = std::fs::read_dir(folder.path().join("children")).expect("it stands").count();
    assert_eq!(left, 0, "private folders go with their children");
}

#[tokio::test]
async fn what_the_first_reader_cannot_read_goes_to_the_second() {
    let folder = Folder::new();
    let poppler = reader(&folder).poppler().await.expect("it can be asked");
    assert_eq!(poppler, Poppler::Ready, "these tests need: apt-get install poppler-utils poppler-data");
    // Between pages that it can read stands one on which the first reader panics.
    let pages = [latin(SENTENCE), chinese(CHINESE), latin(SENTENCE)];
    let file = file_of(&document(&pages, "UniGB-UCS2-H"), &folder);
    let read = reader(&folder).read_file(&file).await.expect("it can be read");
    assert_eq!(verdicts(&read), [Verdict::Text; 3]);
    assert_eq!(read[0].content, SENTENCE);
    assert_eq!(read[1].content.split_whitespace().collect::<String>(), CHINESE);
    assert_eq!(read[2].content, SENTENCE);
}

#[tokio::test]
async fn a_page_without_text_is_told() {
    let folder = Folder::new();
    let drawn = "0 0 m 100 100 l S".to_owned();
    let file = file_of(&document(&[drawn, latin("3"), latin(SENTENCE)], "UniGB-UCS2-H"), &folder);
    let read = reader(&folder).read_file(&file).await.expect("it can be read");
    assert_eq!(verdicts(&read), [Verdict::NoTextLayer, Verdict::NoTextLayer, Verdict::Text]);
    assert_eq!((read[0].content.as_str(), read[1].content.as_str()), ("", "3"));
}

#[tokio::test]
async fn what_is_no_document_is_an_error() {
    let folder = Folder::new();
    let report = std::fs::read(REPORT).expect("it is here");
    for bytes in [&b""[..], b"no document", b"%PDF-1.7\n%%EOF", &report[..5000]] {
        let error = reader(&folder).read_file(&file_of(bytes, &folder)).await;
        assert!(matches!(error, Err(TextError::Unreadable)), "{error:?}");
    }
    let files = Files::open(folder.path()).expect("the folder opens");
    let absent = reader(&folder).read(&files, Digest::of(b"absent")).await;
    assert!(matches!(absent, Err(TextError::Files(Error::NotFound))), "{absent:?}");
}

#[tokio::test]
async fn readers_that_are_starved_fail_without_a_hang() {
    let folder = Folder::new();
    let report = File::open(REPORT).expect("it is here");
    let limits = [
        TextLimits { wall_ms_max: 1, ..TextLimits::default() },
        TextLimits { memory_bytes_max: 1 << 20, ..TextLimits::default() },
        TextLimits { output_bytes_max: 1, ..TextLimits::default() },
    ];
    for limits in limits {
        let starved = reader_within(&folder, limits).read_file(&report).await;
        assert!(matches!(starved, Err(TextError::Unreadable)), "{limits:?}: {starved:?}");
    }
    let few = TextLimits { pages_max: 21, ..TextLimits::default() };
    let error = reader_within(&folder, few).read_file(&report).await;
    assert!(matches!(error, Err(TextError::TooManyPages { pages_max: 21 })), "{error:?}");
}

#[tokio::test]
async fn a_first_reader_that_dies_costs_nothing_that_the_second_can_read() {
    let folder = Folder::new();
    // It tells of three pages, reads one, and is killed in the middle of a line.
    let dying = folder.path().join("dying");
    let script = r#"#!/bin/sh
printf '{"pages":3}\n{"page":{"number":1,"text":"read by the first reader"}}\n{"pa'
kill -9 $$
"#;
    std::fs::write(&dying, script).expect("writable");
    std::fs::set_permissions(&dying, Permissions::from_mode(0o755)).expect("it is ours");
    let reader = TextReader::new(dying, folder.path().join("children"), TextLimits::default());
    let file = file_of(&document(&[latin("x"), latin(SENTENCE), "%".into()], "UniGB-UCS2-H"), &folder);
    let read = reader.read_file(&file).await.expect("it can be read");
    assert_eq!(verdicts(&read), [Verdict::Text, Verdict::Text, Verdict::NoTextLayer]);
    assert_eq!((read[0].content.as_str(), read[1].content.as_str()), ("read by the first reader", SENTENCE));
}
