//! Tells in the terminal what happens, in Chinese and English, one line a step.

/// Tells the story.
#[derive(Clone, Copy, Debug)]
pub struct Narrator {
    /// Whether to run to the end without waiting.
    pub is_fast: bool,
}

impl Narrator {
    /// A new part of the story.
    pub fn chapter(&self, zh: &str, en: &str) {
        println!("\n\x1b[1m■ {zh}\x1b[0m  {en}");
    }

    /// Something that has happened.
    pub fn step(&self, text: impl AsRef<str>) {
        println!("  {}", text.as_ref());
    }

    /// Something that was checked.
    pub fn checked(&self, text: impl AsRef<str>) {
        println!("  \x1b[32m✓\x1b[0m {}", text.as_ref());
    }
}
