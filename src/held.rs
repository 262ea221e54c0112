//! Small files that must survive a power cut whole: keys, heads, shares. Written beside, synced, renamed, folder synced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::files::{make_folder, sync_folder_of};

/// Readable and writable by the owner only: these files hold keys.
const OWNER_ONLY: u32 = 0o600;

/// Puts `bytes` at `path`, replacing what was there; once it returns, a power cut finds the old or the new, never a part.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = above(path) {
        make_folder(folder)?;
    }
    let beside = path.with_extension("new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(OWNER_ONLY).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    sync_folder_of(path)
}

/// Puts the file `from` in the place of `to`, in one step; durable once it returns. Both lie in one folder.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder_of(to)
}

/// What is at `path`; none if there is nothing.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps other processes that ask for it from the file at `path`, as long as the value lives; waits for its turn.
pub fn lock(path: &Path) -> io::Result<File> {
    if let Some(folder) = above(path) {
        make_folder(folder)?;
    }
    let beside = path.with_extension("lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(OWNER_ONLY).open(beside)?;
    file.lock()?;
    Ok(file)
}

/// The folder of `path`, where it names one.
fn above(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("kaibiao-held-{}", uuid::Uuid::new_v4()));
        let path = folder.join("log.key");
        assert_eq!(read(&path).expect("readable"), None);
        write(&path, b"first").expect("written");
        write(&path, b"second").expect("replaced");
        assert_eq!(read(&path).expect("readable").as_deref(), Some(&b"second"[..]));
        let mode = fs::metadata(&path).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, OWNER_ONLY);
        fs::remove_dir_all(folder).expect("removed");
    }
}
