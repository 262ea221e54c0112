//! From a file to the one release that is taken.

use serde_json::value::RawValue;

use super::ImportError;
use super::draft::{NoteCode, Source};
use super::reading::{Fields, Node, Reading};

/// Ids of other processes that a note names.
const NAMED_MAX: usize = 5;

/// A release with a tender.
pub(super) struct Chosen<'a> {
    pub(super) source: Source,
    pub(super) tender: Fields<'a>,
    /// `buyer` and `parties`: names and addresses of organisations.
    pub(super) parties: Parties<'a>,
}

/// Where organisations stand.
pub(super) struct Parties<'a> {
    pub(super) buyer: Option<Node<'a>>,
    pub(super) all: Vec<Node<'a>>,
}

/// Finds the release. Errors: `ocds_not_json`, `ocds_not_ocds`, `ocds_no_tender`.
pub(super) fn choose<'a>(bytes: &'a [u8], reading: &mut Reading) -> Result<Chosen<'a>, ImportError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ImportError::NotJson)?;
    let without_mark = text.strip_prefix('\u{feff}');
    if without_mark.is_some() {
        reading.note(NoteCode::ByteOrderMark, "", "");
    }
    let raw: &RawValue =
        serde_json::from_str(without_mark.unwrap_or(text)).map_err(|_| ImportError::NotJson)?;
    let mut file = Node::root(raw).fields().ok_or(ImportError::NotOcds)?;
    let publisher = reading.object(&mut file, "publisher");
    let publisher = publisher.and_then(|mut publisher| reading.short(&mut publisher, "name"));
    let mut chosen = if file.has("releases") {
        note_version(&mut file, reading);
        let releases = reading.list(&mut file, "releases");
        newest(releases, reading)
    } else if file.has("records") {
        note_version(&mut file, reading);
        let records = reading.list(&mut file, "records");
        of_records(records, reading)
    } else if file.has("ocid") && file.has("tender") {
        of_release(file, reading)
    } else {
        return Err(ImportError::NotOcds);
    }
    .ok_or(ImportError::NoTender)?;
    chosen.source.publisher = publisher;
    Ok(chosen)
}

fn note_version(file: &mut Fields<'_>, reading: &mut Reading) {
    let version = reading.text(file, "version");
    if !matches!(version.as_deref(), Some("1.0" | "1.1")) {
        let said = version.unwrap_or_else(|| "1.0?".to_owned());
        reading.note(NoteCode::Version, file.at("version"), said);
    }
}

/// The first process with a tender, and of its releases the newest with one.
fn newest<'a>(releases: Vec<Node<'a>>, reading: &mut Reading) -> Option<Chosen<'a>> {
    let mut candidates: Vec<(Option<String>, String, Fields<'a>)> = Vec::new();
    for node in releases {
        let Some(fields) = node.fields() else {
            reading.note(NoteCode::WrongType, node.path, "object");
            continue;
        };
        if !fields.has("tender") {
            let is_linked = fields.has("url");
            let code = if is_linked { NoteCode::LinkedRelease } else { NoteCode::OthersLeftOut };
            reading.note(code, node.path, "");
            continue;
        }
        // Looked at in a copy: the fields themselves are read once the release is chosen.
        let mut copy = node.fields()?;
        let text = |copy: &mut Fields<'_>, name| copy.take(name).and_then(|node| node.string());
        let (ocid, date) = (text(&mut copy, "ocid"), text(&mut copy, "date").unwrap_or_default());
        candidates.push((ocid, date, fields));
    }
    let process = candidates.first()?.0.clone();
    let (own, others): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|(ocid, ..)| *ocid == process);
    if !others.is_empty() {
        let named: Vec<String> =
            others.iter().take(NAMED_MAX).filter_map(|(ocid, ..)| ocid.clone()).collect();
        reading.note(NoteCode::OthersLeftOut, "releases", format!("{}: {}", others.len(), named.join(", ")));
    }
    if own.len() > 1 {
        let first = own.first().map(|(_, _, fields)| fields.path.clone()).unwrap_or_default();
        reading.note(NoteCode::OthersLeftOut, first, format!("{} older releases", own.len() - 1));
    }
    // Moments of one publisher are written alike, so their texts ascend; of equal ones the later in the file is newer.
    let (_, _, fields) = own.into_iter().max_by(|(_, a, _), (_, b, _)| a.cmp(b))?;
    of_release(fields, reading)
}

/// The compiled release of the first record with a tender, else the newest of its releases.
fn of_records<'a>(records: Vec<Node<'a>>, reading: &mut Reading) -> Option<Chosen<'a>> {
    let count = records.len();
    for node in records {
        let path = node.path.clone();
        let Some(mut record) = node.fields() else {
            reading.note(NoteCode::WrongType, path, "object");
            continue;
        };
        let compiled = reading.object(&mut record, "compiledRelease").filter(|release| release.has("tender"));
        let chosen = match compiled {
            Some(compiled) => of_release(compiled, reading),
            None => {
                let releases = reading.list(&mut record, "releases");
                newest(releases, reading)
            }
        };
        if let Some(chosen) = chosen {
            if count > 1 {
                reading.note(NoteCode::OthersLeftOut, "records", (count - 1).to_string());
            }
            return Some(chosen);
        }
    }
    None
}

fn of_release<'a>(mut release: Fields<'a>, reading: &mut Reading) -> Option<Chosen<'a>> {
    let tender = reading.object(&mut release, "tender")?;
    let source = Source {
        ocid: reading.short(&mut release, "ocid"),
        release: reading.short(&mut release, "id"),
        date: reading.moment(&mut release, "date"),
        publisher: None,
        language: reading.short(&mut release, "language"),
    };
    let language = source.language.as_ref().map_or("?", |language| language.as_str());
    reading.note(NoteCode::TranslationNeeded, release.at("language"), language);
    let parties = Parties { buyer: release.take("buyer"), all: reading.list(&mut release, "parties") };
    // What happened and how it was announced is no matter of a draft.
    for name in ["tag", "initiationType"] {
        release.take(name);
    }
    reading.note_left(&release);
    Some(Chosen { source, tender, parties })
}
