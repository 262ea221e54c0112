//! Kaibiao.
