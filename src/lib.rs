//! Kaibiao.

pub mod base;
pub mod formula;
