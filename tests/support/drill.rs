//! Cases that `make drill` runs in their long form.

/// How often a case is repeated: in `make test`, and in the drill.
#[expect(clippy::disallowed_methods, reason = "how the drill asks for its long form")]
pub fn times(quick: usize, drill: usize) -> usize {
    if std::env::var_os("KAIBIAO_DRILL").is_some() { drill } else { quick }
}

/// Says what held, for the table of the drill.
pub fn held(case: &str, seen: &str) {
    println!("held\t{case}\t{seen}");
}
