//! Taking a figure and printing it beside its floor.

use std::time::{Duration, Instant};

/// How long `work` takes.
#[expect(clippy::disallowed_methods, reason = "a bench measures with the machine's own clock")]
pub fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let result = work();
    (result, begun.elapsed())
}

/// Prints a figure, its floor and the ratio.
pub fn print(what: &str, figure: f64, floor_of: &str, floor: f64, unit: &str) {
    println!(
        "{what:<46} {figure:>12.1} {unit:<8} floor {floor_of:<28} {floor:>12.1} {unit:<8} ratio {:.2}",
        figure / floor
    );
}

/// So many a second.
pub fn rate(count: f64, took: Duration) -> f64 {
    count / took.as_secs_f64()
}
