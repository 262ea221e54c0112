//! Whole files by their content: kept once, never changed, read as a whole or in part.

use std::fmt::Display;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use kaibiao_crypto::digest::Digest;
use object_store::ObjectStoreExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;

use super::address::Address;
use super::durable;
use super::error::Error;
use super::staging::{self, Goal, Outcome};
use crate::limits::READ_BYTES_MAX;

/// The folder below the root where files arrive. On the same disk as the shelves: a finished file gets its
/// address by a link, without being copied.
const STAGING: &str = "staging";

/// Tells the plain files apart that arrive at the same time.
static PUTS: AtomicU64 = AtomicU64::new(0);

/// The files of the house. Clones share the same folder.
#[derive(Debug, Clone)]
pub struct Files {
    root: Arc<PathBuf>,
    store: Arc<LocalFileSystem>,
}

/// A plain file that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Its digest, and so its address.
    pub sha256: Digest,
    /// Its bytes.
    pub len: u64,
}

impl Files {
    /// Opens the folder, made when absent.
    pub fn open(root: &Path) -> Result<Self, Error> {
        durable::make_folder(&root.join(STAGING))?;
        let store = LocalFileSystem::new_with_prefix(root)?.with_fsync(true);
        Ok(Self { root: Arc::new(root.to_owned()), store: Arc::new(store) })
    }

    /// Keeps a plain file of at most `bytes_max` bytes; durable once it returns. The digest is taken as the
    /// bytes go by.
    pub async fn put<E: Display>(
        &self,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
        bytes_max: u64,
    ) -> Result<Kept, Error> {
        let name = format!("put-{}", PUTS.fetch_add(1, Ordering::Relaxed));
        let path = self.staged(&name);
        let making = path.clone();
        blocking(move || durable::make_file(&making)).await?;
        let goal = Goal { start: 0, room: bytes_max, core_len: None, length: None, checksum: None };
        let (outcome, is_whole) = staging::receive(body, |pieces| staging::write(path, goal, pieces)).await;
        let kept = match outcome? {
            Outcome::Written(written) if is_whole => Ok(Kept { sha256: written.digest, len: written.end }),
            Outcome::Written(_) | Outcome::Abandoned | Outcome::OtherBytes => Err(Error::Interrupted),
            Outcome::TooLarge => Err(Error::TooLarge { bytes_max }),
            Outcome::Damaged => Err(Error::NotFound),
            Outcome::Failed(error) => Err(error.into()),
        };
        if let Ok(kept) = &kept {
            self.adopt(&name, Address::Plain(kept.sha256)).await?;
        }
        self.discard(&name).await?;
        kept
    }

    /// Keeps a plain file that is in memory already.
    pub async fn put_bytes(&self, bytes: Bytes) -> Result<Kept, Error> {
        let bytes_max = bytes.len() as u64;
        self.put(stream::iter([Ok::<_, Error>(bytes)]), bytes_max).await
    }

    /// The bytes of a file; none when it is absent.
    pub async fn length(&self, address: Address) -> Result<Option<u64>, Error> {
        match self.store.head(&address.path()).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Part of a file, for parts that fit in memory; a range that begins beyond its end is an error.
    pub async fn read_range(&self, address: Address, range: Range<u64>) -> Result<Bytes, Error> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        Ok(self.store.get_range(&address.path(), range).await?)
    }

    /// A file, or the part of it in `range`, in pieces of at most [`READ_BYTES_MAX`]. [`Error::NotFound`]
    /// comes before the stream; a range that reaches beyond the end is cut there.
    pub async fn read(
        &self,
        address: Address,
        range: Option<Range<u64>>,
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + Send + 'static, Error> {
        let length = self.length(address).await?.ok_or(Error::NotFound)?;
        let range = range.unwrap_or(0..length);
        let (start, end) = (range.start, range.end.min(length));
        let store = Arc::clone(&self.store);
        Ok(stream::try_unfold(start, move |at| {
            let store = Arc::clone(&store);
            async move {
                if at >= end {
                    return Ok(None);
                }
                let next = end.min(at + READ_BYTES_MAX);
                let piece = store.get_range(&address.path(), at..next).await?;
                Ok(Some((piece, next)))
            }
        }))
    }

    /// A file without a name, for something large that is made only to be sent: it is gone with its last handle, and
    /// with the process.
    pub async fn scratch(&self) -> Result<File, Error> {
        let path = self.staged(&format!("scratch-{}", PUTS.fetch_add(1, Ordering::Relaxed)));
        Ok(blocking(move || {
            let file = File::options().read(true).write(true).create_new(true).open(&path)?;
            std::fs::remove_file(&path)?;
            Ok(file)
        })
        .await?)
    }

    /// An open handle on a file, for a child process to read.
    pub(super) async fn handle(&self, address: Address) -> Result<File, Error> {
        let path = self.store.path_to_filesystem(&address.path())?;
        blocking(move || File::open(path)).await.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::NotFound,
            _ => error.into(),
        })
    }

    /// Where the file of this name arrives.
    pub(super) fn staged(&self, name: &str) -> PathBuf {
        self.root.join(STAGING).join(name)
    }

    /// The folder where files arrive.
    pub(super) fn staging_folder(&self) -> PathBuf {
        self.root.join(STAGING)
    }

    /// Gives a staged file, whose bytes are durable, its address. It keeps its staged name too until it is
    /// discarded, so that a crash after this leads to the same call again.
    pub(super) async fn adopt(&self, name: &str, address: Address) -> Result<(), Error> {
        let from = ObjectPath::from(format!("{STAGING}/{name}"));
        match self.store.copy_if_not_exists(&from, &address.path()).await {
            Ok(()) => Ok(()),
            // The address is the content: what stands there is the same file. Its name may not be durable yet
            // if whoever linked it was killed in between.
            Err(object_store::Error::AlreadyExists { .. }) => {
                let standing = self.store.path_to_filesystem(&address.path())?;
                Ok(blocking(move || durable::sync_folder_of(&standing)).await?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a staged name.
    pub(super) async fn discard(&self, name: &str) -> Result<(), Error> {
        let path = self.staged(name);
        Ok(blocking(move || durable::remove_file(&path)).await?)
    }
}

/// Does something with the disk where waiting for it holds nobody up.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}
