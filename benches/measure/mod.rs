//! Taking a figure and printing it beside its floor.

#[allow(dead_code, reason = "only benches of acts need it")]
pub mod floor;
#[allow(dead_code, reason = "only benches of acts need it")]
pub mod load;

use std::time::{Duration, Instant};

/// As in the executable.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Now, by the machine's own clock.
#[expect(clippy::disallowed_methods, reason = "a bench measures with the machine's own clock")]
pub fn start() -> Instant {
    Instant::now()
}

/// How long it is since.
pub fn since(begun: Instant) -> Duration {
    begun.elapsed()
}

/// How long `work` takes.
pub fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = start();
    let result = work();
    (result, since(begun))
}

/// What this process has used of the cores, whatever else they had to do.
#[allow(dead_code, reason = "not every bench asks")]
pub fn processor_seconds() -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, behind_name) = stat.rsplit_once(')').expect("a name");
    let fields = behind_name.split_whitespace().skip(11).take(2);
    fields.map(|ticks| ticks.parse::<f64>().expect("ticks")).sum::<f64>() / TICKS_A_SECOND
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
