//! Armour: a binary file as text between two lines, to be sent by mail or printed (PEM of RFC 7468, strict).
//!
//! It authenticates nothing and knows nothing of what it holds.
//!
//! *Invariant*: apart from white space around the whole and the kind of line ends, which mail changes, a file has
//! one armoured text.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::TlockFileError;
use super::header::COLUMNS;

const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";

/// A binary file as text between `-----BEGIN AGE ENCRYPTED FILE-----` and its end.
pub fn armored(file: &[u8]) -> String {
    let mut text = format!("{BEGIN}\n");
    // Columns of text are whole groups of 3 bytes, so each line can be written alone.
    for line in file.chunks(COLUMNS / 4 * 3) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text + END + "\n"
}

/// The binary file, whether it came as text or not.
pub(super) fn removed(file: &[u8]) -> Result<Cow<'_, [u8]>, TlockFileError> {
    let text = file.trim_ascii();
    if !text.starts_with(BEGIN.as_bytes()) {
        return Ok(Cow::Borrowed(file));
    }
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let lines: Vec<&[u8]> = lines.collect();
    let [begin, full @ .., last, end] = lines.as_slice() else {
        return Err(TlockFileError::Format);
    };
    let has_edges = *begin == BEGIN.as_bytes() && *end == END.as_bytes();
    let has_columns = full.iter().all(|line| line.len() == COLUMNS) && (1..=COLUMNS).contains(&last.len());
    if !(has_edges && has_columns) {
        return Err(TlockFileError::Format);
    }
    let digits = [full.concat().as_slice(), last].concat();
    STANDARD.decode(digits).map(Cow::Owned).map_err(|_| TlockFileError::Format)
}
