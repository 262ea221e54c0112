//! A backup while the platform runs: first the database, in one consistent copy, then the files, which are there before
//! the database speaks of them and never change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::manifest::{self, FORMAT, Manifest, PoolFile};
use super::{UpkeepError, at, pool};
use crate::base::Instant;
use crate::config::Config;
use crate::files::SHELVES;
use crate::store::Database;

/// The pool of files in a backup folder.
pub(super) const POOL: &str = "files";

/// Backs up into the folder `out`; the folder of the new snapshot, and its manifest. Files that an earlier snapshot there
/// has are not copied again.
pub async fn backup(config: &Config, out: &Path, now: Instant) -> Result<(PathBuf, Manifest), UpkeepError> {
    let url = config.database_url();
    let database = Database::open(&url).await.map_err(crate::store::CopyError::from)?;
    let engine = database.engine();
    let snapshot = out.join(now.to_string().replace([':', '.'], "-"));
    pool::make_private(&snapshot)?;
    pool::make_private(&out.join(POOL))?;
    let name = format!("database.{engine}");
    let copy = snapshot.join(&name);
    let log_size = database.copy_to(&url, &copy).await?;
    database.close().await;
    let (files, folder) = (config.files(), out.to_owned());
    let gathered = tokio::task::spawn_blocking(move || gather(&files, &folder)).await;
    let files = gathered.unwrap_or_else(|error| Err(at(out)(std::io::Error::other(error))))?;
    let (len, sha256) = pool::digest(&copy)?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        made_at: now,
        origin: config.origin.clone(),
        engine: engine.to_owned(),
        database: PoolFile { path: name, len, sha256 },
        log_size,
        files,
    };
    manifest.write(&snapshot)?;
    Ok((snapshot, manifest))
}

/// Brings the pool up to date.
fn gather(files: &Path, out: &Path) -> Result<Vec<PoolFile>, UpkeepError> {
    let known = known(out)?;
    let mut pooled = Vec::new();
    for shelf in SHELVES {
        for path in pool::files_below(&files.join(shelf))? {
            let path = Path::new(shelf).join(path);
            let name = path.to_string_lossy().into_owned();
            let there = out.join(POOL).join(&path);
            let file = match known.get(&name).filter(|_| there.exists()) {
                Some(file) => file.clone(),
                None => {
                    let (len, sha256) = pool::copy(&files.join(&path), &there)?;
                    PoolFile { path: name, len, sha256 }
                }
            };
            pooled.push(file);
        }
    }
    Ok(pooled)
}

/// The files of the newest snapshot in `out`.
fn known(out: &Path) -> Result<BTreeMap<String, PoolFile>, UpkeepError> {
    let mut snapshots = Vec::new();
    for entry in fs::read_dir(out).map_err(at(out))? {
        let folder = entry.map_err(at(out))?.path();
        if folder.join(manifest::NAME).exists() {
            snapshots.push(folder);
        }
    }
    let Some(newest) = snapshots.into_iter().max() else { return Ok(BTreeMap::new()) };
    let files = Manifest::read(&newest)?.files;
    Ok(files.into_iter().map(|file| (file.path.clone(), file)).collect())
}
