//! Files that survive a power cut: a name is durable once its folder is synced, bytes once their file is.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::held::sync_folder_of;

/// Makes an empty file whose name is durable; an older file of that name is emptied.
pub(super) fn make_file(path: &Path) -> io::Result<File> {
    let file = File::options().read(true).write(true).create(true).truncate(true).open(path)?;
    sync_folder_of(path)?;
    Ok(file)
}

/// Removes a file, durably; one that is gone already is fine.
pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder_of(path),
    }
}
