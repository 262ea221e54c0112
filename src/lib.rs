//! Kaibiao.
#[cfg(feature = "server")]
pub mod limits;
#[cfg(feature = "server")]
pub mod store;
#[cfg(feature = "server")]
pub mod files;
