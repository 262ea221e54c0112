//! What was measured of one server and room, and how it compares.

use std::fmt;
use std::time::Duration;

use crate::crowd::Storm;

/// Of one server and room.
pub struct Figures {
    name: String,
    listeners: usize,
    /// Until everybody was in, and 99 of 100.
    entered: [Duration; 2],
    /// Of the server's core, to let one in, microseconds.
    pub enter_micros: f64,
    /// Of the server's memory, for one who listens.
    pub bytes_each: f64,
    /// From an event to whoever hears it, paced: half, 99 of 100, the last.
    paced: [Duration; 3],
    /// From an event to the last who hears it, paced, on average.
    pub completion: Duration,
    /// Of the server's core for one delivery, microseconds: paced and in the burst.
    pub micros: [f64; 2],
    /// Deliveries a second in the burst.
    pub burst_rate: f64,
}

impl Figures {
    /// What the columns are.
    pub const HEAD: &str = "listeners server      enter all/p99 ms  µs/in  KB each   paced p50/p99/max ms  last ms  µs each   \
                            burst deliveries/s  µs each";

    pub fn new(name: &str, listeners: usize, storm: &Storm) -> Self {
        Self {
            name: name.to_owned(),
            listeners,
            entered: [storm.all, storm.p99],
            enter_micros: 0.0,
            bytes_each: 0.0,
            paced: [Duration::ZERO; 3],
            completion: Duration::ZERO,
            micros: [0.0; 2],
            burst_rate: 0.0,
        }
    }

    /// Events one by one: when each was published, when everybody heard each, what the server used.
    pub fn take_paced(&mut self, published: &[u64], heard: &[Vec<u64>], used: Duration) {
        let since = |of_one: &Vec<u64>| -> Vec<u64> {
            of_one.iter().zip(published).map(|(heard, published)| heard.saturating_sub(*published)).collect()
        };
        let all: Vec<Vec<u64>> = heard.iter().map(since).collect();
        let last = |event: usize| all.iter().map(|of_one| of_one[event]).max().unwrap_or(0);
        let completion: u64 = (0..published.len()).map(last).sum();
        self.completion = Duration::from_nanos(completion / published.len() as u64);
        let mut sorted: Vec<u64> = all.into_iter().flatten().collect();
        sorted.sort_unstable();
        let of_hundred = |part: usize| Duration::from_nanos(sorted[(sorted.len() - 1) * part / 100]);
        self.paced = [of_hundred(50), of_hundred(99), of_hundred(100)];
        self.micros[0] = used.as_secs_f64() * 1e6 / sorted.len() as f64;
    }

    /// Events at once.
    pub fn take_burst(&mut self, published: &[u64], heard: &[Vec<u64>], used: Duration) {
        let deliveries = (published.len() * heard.len()) as f64;
        let last = heard.iter().flatten().max().copied().unwrap_or(0);
        let took = Duration::from_nanos(last.saturating_sub(published[0]));
        self.burst_rate = deliveries / took.as_secs_f64();
        self.micros[1] = used.as_secs_f64() * 1e6 / deliveries;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, max] = self.paced.map(millis);
        let [all, in_99] = self.entered.map(millis);
        write!(
            f,
            "{:>9} {:<11} {all:>8.0}/{in_99:>6.0} {:>8.0} {:>8.1}   {p50:>6.1}/{p99:>6.1}/{max:>6.1} {:>8.1} {:>8.2}   \
             {:>18.0} {:>8.2}",
            self.listeners,
            self.name,
            self.enter_micros,
            self.bytes_each / 1000.0,
            millis(self.completion),
            self.micros[0],
            self.burst_rate,
            self.micros[1],
        )
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Prints our ratios to each other server.
pub fn compare(listeners: usize, all: &[Figures]) {
    let Some(ours) = all.iter().find(|figures| figures.name == "ours") else { return };
    for other in all.iter().filter(|figures| figures.name != "ours") {
        println!(
            "{listeners:>9} ours to {:<11} last {:.2}, µs each {:.2}, burst deliveries {:.2}, entering {:.2}, KB each {:.2}",
            other.name,
            ours.completion.as_secs_f64() / other.completion.as_secs_f64(),
            ours.micros[0] / other.micros[0],
            ours.burst_rate / other.burst_rate,
            ours.entered[0].as_secs_f64() / other.entered[0].as_secs_f64(),
            ours.bytes_each / other.bytes_each.max(1.0),
        );
    }
}
