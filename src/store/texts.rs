//! The text of files, page by page, and the search in it.

use kaibiao_crypto::digest::Digest;

use super::column::At;
use super::database::{Database, Engine};
use super::dialect;
use super::error::{DamagedRow, Error};

/// The text of one page of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageText {
    /// The page, from 1.
    pub page: u32,
    /// Its text; empty when there is none.
    pub content: String,
    /// `text`, `no_text_layer` or `failed`.
    pub verdict: String,
}

/// A page that contains what was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextHit {
    /// The file.
    pub sha256: Digest,
    /// The page, from 1.
    pub page: u32,
    /// The text of the page.
    pub content: String,
}

type HitColumns = (Vec<u8>, i64, String);

impl Database {
    /// Replaces the text of a file.
    pub async fn put_text(&self, sha256: Digest, pages: &[PageText]) -> Result<(), Error> {
        const SQL: &str = "INSERT INTO file_text (sha256, page, content, verdict) VALUES ($1, $2, $3, $4)";
        let mut tx = self.begin().await?;
        on!(tx.connection(), conn => {
            sqlx::query("DELETE FROM file_text WHERE sha256 = $1")
                .bind(sha256.as_bytes().as_slice())
                .execute(conn)
                .await
                .map(drop)
        })?;
        for page in pages {
            on!(tx.connection(), conn => {
                sqlx::query(SQL)
                    .bind(sha256.as_bytes().as_slice())
                    .bind(i64::from(page.page))
                    .bind(page.content.as_str())
                    .bind(page.verdict.as_str())
                    .execute(conn)
                    .await
                    .map(drop)
            })
            .map_err(Error::writing("file_text"))?;
        }
        tx.commit().await
    }

    /// The text of a file, in page order; empty when none was put.
    pub async fn text(&self, sha256: Digest) -> Result<Vec<PageText>, Error> {
        const SQL: &str = "SELECT page, content, verdict FROM file_text WHERE sha256 = $1 ORDER BY page";
        let rows: Vec<(i64, String, String)> = on!(self.reads(), conn => {
            sqlx::query_as(SQL).bind(sha256.as_bytes().as_slice()).fetch_all(conn).await
        })?;
        let page_of = |(page, content, verdict)| {
            Ok(PageText { page: At::row("file_text", &sha256).small("page", page)?, content, verdict })
        };
        Ok(rows.into_iter().map(page_of).collect::<Result<_, DamagedRow>>()?)
    }

    /// At most `limit` pages of the named files that contain `needle`, whatever the case of ASCII letters, by
    /// file and page. The caller names exactly the files that the reader may see.
    pub async fn search_text(
        &self,
        files: &[Digest],
        needle: &str,
        limit: u32,
    ) -> Result<Vec<TextHit>, Error> {
        if files.is_empty() || needle.is_empty() || needle.contains('\0') {
            return Ok(Vec::new());
        }
        let rows: Vec<HitColumns> = match self.reads() {
            Engine::Sqlite(pool) => {
                let names = serde_json::to_string(files).expect("a list of digests is always JSON");
                let (sql, condition) = if needle.chars().count() < 3 {
                    (dialect::SEARCH_SQLITE_SCAN, contains_pattern(needle))
                } else {
                    (dialect::SEARCH_SQLITE_TRIGRAMS, phrase(needle))
                };
                let query = sqlx::query_as(sql).bind(names);
                query.bind(condition).bind(i64::from(limit)).fetch_all(pool).await?
            }
            Engine::Postgres(pool) => {
                let names: Vec<&[u8]> = files.iter().map(|file| file.as_bytes().as_slice()).collect();
                let query = sqlx::query_as(dialect::SEARCH_POSTGRES).bind(names);
                query.bind(contains_pattern(needle)).bind(i64::from(limit)).fetch_all(pool).await?
            }
        };
        let hit_of = |(sha256, page, content): HitColumns| {
            let at = At::row("file_text", &page);
            Ok(TextHit { sha256: at.digest("sha256", &sha256)?, page: at.small("page", page)?, content })
        };
        Ok(rows.into_iter().map(hit_of).collect::<Result<_, DamagedRow>>()?)
    }
}

/// The pattern of LIKE for "contains": its wildcards in the needle stand for themselves.
fn contains_pattern(needle: &str) -> String {
    let mut pattern = String::from("%");
    for c in needle.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The needle as one phrase of the trigram index: quotes in it are doubled, nothing else has a meaning.
fn phrase(needle: &str) -> String {
    format!("\"{}\"", needle.replace('"', "\"\""))
}
