//! What programs that stay have in common: one process a folder, and a good end when they are asked to stop.

use std::fs::{File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum_server::Handle;

/// How long open requests may take at the end.
const GRACE: Duration = Duration::from_secs(5);

/// Why a folder could not be locked.
#[derive(Debug)]
pub enum LockError {
    /// Another process has it.
    Held,
    /// The file.
    File(io::Error),
}

/// Holds `folder/name` for this process. The lock goes with the process, however that ends.
pub fn lock(folder: &Path, name: &str) -> Result<File, LockError> {
    let file = File::create(folder.join(name)).map_err(LockError::File)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LockError::Held),
        Err(TryLockError::Error(error)) => Err(LockError::File(error)),
    }
}

/// The handle of a server that stops gracefully on SIGTERM and Ctrl-C.
pub fn handle() -> Handle<SocketAddr> {
    let handle = Handle::new();
    tokio::spawn(stop_on_signal(handle.clone()));
    handle
}

async fn stop_on_signal(handle: Handle<SocketAddr>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    handle.graceful_shutdown(Some(GRACE));
}
