//! From the values of a row to ours, naming table, column and row when they cannot be what was written.

use kaibiao_crypto::digest::Digest;
use uuid::Uuid;

use super::error::DamagedRow;

/// A column of a row: where a damaged value was found.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    table: &'static str,
    row: &'a dyn std::fmt::Display,
}

impl<'a> At<'a> {
    /// The row of `table` whose key reads `row`.
    pub(super) fn row(table: &'static str, row: &'a dyn std::fmt::Display) -> Self {
        Self { table, row }
    }

    fn damaged(self, column: &'static str, fault: &'static str) -> DamagedRow {
        DamagedRow { table: self.table, column, row: self.row.to_string(), fault }
    }

    /// A count or position.
    pub(super) fn count(self, column: &'static str, value: i64) -> Result<u64, DamagedRow> {
        u64::try_from(value).map_err(|_| self.damaged(column, "is negative"))
    }

    /// A digest.
    pub(super) fn digest(self, column: &'static str, bytes: &[u8]) -> Result<Digest, DamagedRow> {
        Digest::from_slice(bytes).ok_or_else(|| self.damaged(column, "is not of 32 bytes"))
    }

    /// Sixteen bytes: a nonce, a submission id.
    pub(super) fn sixteen(self, column: &'static str, bytes: &[u8]) -> Result<[u8; 16], DamagedRow> {
        bytes.try_into().map_err(|_| self.damaged(column, "is not of 16 bytes"))
    }

    /// An id.
    pub(super) fn uuid(self, column: &'static str, bytes: &[u8]) -> Result<Uuid, DamagedRow> {
        self.sixteen(column, bytes).map(Uuid::from_bytes)
    }

    /// A number that fits 32 bits.
    pub(super) fn small(self, column: &'static str, value: i64) -> Result<u32, DamagedRow> {
        u32::try_from(value).map_err(|_| self.damaged(column, "is out of range"))
    }

    /// A number that fits one byte.
    pub(super) fn byte(self, column: &'static str, value: i64) -> Result<u8, DamagedRow> {
        u8::try_from(value).map_err(|_| self.damaged(column, "is out of range"))
    }

    /// Demands that the value be the one that belongs there.
    pub(super) fn is(self, column: &'static str, value: u64, belongs: u64) -> Result<(), DamagedRow> {
        if value == belongs { Ok(()) } else { Err(self.damaged(column, "does not follow on the row before")) }
    }
}

/// A count or position as both engines keep it. Nothing we count reaches 2^63; as a bound of a query the
/// greatest value means "beyond everything".
pub(super) fn stored(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// How an engine wants the places of values to be written.
#[derive(Clone, Copy)]
pub(super) enum Marks {
    /// `?`: SQLite looks a name up among all others, for each value.
    Bare,
    /// `$1`, `$2`.
    Numbered,
}

/// The text of an insert of `rows` rows of `columns` values: `head ($1, $2), ($3, $4)`.
pub(super) fn insert_of_rows(head: &str, columns: usize, rows: usize, marks: Marks) -> String {
    let mut sql = String::from(head);
    for row in 0..rows {
        sql.push_str(if row == 0 { " (" } else { ", (" });
        for column in 1..=columns {
            let mark = match marks {
                Marks::Bare => "?".to_owned(),
                Marks::Numbered => format!("${}", row * columns + column),
            };
            sql.push_str(if column == 1 { "" } else { ", " });
            sql.push_str(&mark);
        }
        sql.push(')');
    }
    sql
}

/// The most rows of one statement: far below what either engine takes.
const ROWS_MAX: usize = 256;

/// How many of `left` rows, at least one, to insert with the next statement: powers of two, so that there are few
/// statements in a batch and few sizes of them, and the prepared ones are reused.
pub(super) fn rows_at_once(left: usize) -> usize {
    1 << left.min(ROWS_MAX).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_numbers_its_values_row_by_row() {
        assert_eq!(
            insert_of_rows("INSERT INTO t (a, b) VALUES", 2, 2, Marks::Numbered),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)"
        );
        assert_eq!(insert_of_rows("VALUES", 2, 2, Marks::Bare), "VALUES (?, ?), (?, ?)");
    }

    #[test]
    fn a_damaged_value_names_its_place() {
        let error = At::row("entry", &7).digest("leaf", &[0; 31]).expect_err("31 bytes are no digest");
        assert_eq!(error.to_string(), "damaged row: entry.leaf of 7 is not of 32 bytes");
    }
}
