//! Everything on one machine with a real tender, at a speed that a person can watch.

pub mod content;
