//! A backup put where nothing is yet. Everything is compared with the manifest first.

use std::path::Path;

use kaibiao_crypto::digest::Digest;

use super::backup::POOL;
use super::manifest::{Manifest, PoolFile};
use super::{UpkeepError, pool};
use crate::config::Config;
use crate::store::Database;

/// Restores the snapshot in the folder `from`; its manifest. Error: what is there already, or a backup that is damaged; then
/// nothing was changed but files that belong to it.
pub async fn restore(config: &Config, from: &Path) -> Result<Manifest, UpkeepError> {
    let manifest = Manifest::read(from)?;
    if manifest.origin != config.origin {
        return Err(UpkeepError::OtherLog(manifest.origin));
    }
    let url = config.database_url();
    if !url.starts_with(&manifest.engine) {
        return Err(UpkeepError::OtherEngine(manifest.engine));
    }
    let database = from.join(&manifest.database.path);
    expect(&manifest.database, pool::digest(&database)?)?;
    let pooled = from.parent().unwrap_or(Path::new(".")).join(POOL);
    // Files first: the database speaks of them.
    for file in &manifest.files {
        let to = config.files().join(&file.path);
        expect(file, pool::copy(&pooled.join(&file.path), &to)?).inspect_err(|_| {
            // It has the name of what it is not. Whoever could not remove it hears the error all the same.
            let _ = std::fs::remove_file(&to);
        })?;
    }
    Database::take_back(&url, &database).await?;
    Ok(manifest)
}

fn expect(file: &PoolFile, found: (u64, Digest)) -> Result<(), UpkeepError> {
    if found == (file.len, file.sha256) {
        Ok(())
    } else {
        Err(UpkeepError::Damaged(file.path.clone().into()))
    }
}
