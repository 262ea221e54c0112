//! Copying files with their digests.

use std::fs::{self, DirBuilder, File};
use std::io::{Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use kaibiao_crypto::digest::{Digest, Hasher};

use super::{UpkeepError, at};
use crate::files::make_folder;
use crate::limits::READ_BYTES_MAX;

/// Nobody else may look into a backup.
const OWNER_ONLY: u32 = 0o700;

/// Copies a file, durably and whole or not at all: its length and SHA-256.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(u64, Digest), UpkeepError> {
    let folder = to.parent().unwrap_or(Path::new("."));
    make_folder(folder).map_err(at(folder))?;
    let beside = to.with_extension("new");
    let mut source = File::open(from).map_err(at(from))?;
    let mut target = File::create(&beside).map_err(at(&beside))?;
    let copied = pass(&mut source, |piece| target.write_all(piece)).map_err(at(from))?;
    target.sync_all().map_err(at(&beside))?;
    fs::rename(&beside, to).map_err(at(to))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))?;
    Ok(copied)
}

/// A folder for its owner only: a backup is as secret as what it is of.
pub(super) fn make_private(folder: &Path) -> Result<(), UpkeepError> {
    DirBuilder::new().recursive(true).mode(OWNER_ONLY).create(folder).map_err(at(folder))
}

/// The length and SHA-256 of a file.
pub(super) fn digest(path: &Path) -> Result<(u64, Digest), UpkeepError> {
    let mut file = File::open(path).map_err(at(path))?;
    pass(&mut file, |_| Ok(())).map_err(at(path))
}

fn pass(
    source: &mut File,
    mut each: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> std::io::Result<(u64, Digest)> {
    let mut piece = vec![0; usize::try_from(READ_BYTES_MAX).unwrap_or(1 << 20)];
    let (mut hasher, mut len) = (Hasher::new(), 0);
    loop {
        let read = source.read(&mut piece)?;
        if read == 0 {
            return Ok((len, hasher.finish()));
        }
        hasher.update(&piece[..read]);
        each(&piece[..read])?;
        len += read as u64;
    }
}

/// The files below `folder`, relative to it, in order; none if there is no such folder.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, UpkeepError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        if !next.exists() {
            continue;
        }
        for entry in fs::read_dir(&next).map_err(at(&next))? {
            let path = entry.map_err(at(&next))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(folder) {
                found.push(relative.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}
