//! One who guesses whether somebody else has submitted, from all that can be seen: how often the log grew, by how much, in
//! which rhythm, where the own entry stands.
//!
//! Of each of these it knows from its lessons how much more likely a value is with one more bid than without; it adds up
//! the logarithms, and draws the line where it served best.

use super::window::Window;

/// Into how many ranges the values of a feature are sorted.
const RANGES: usize = 24;
const FEATURES: usize = 7;
/// Seconds that count as one stir.
const STIR_S: u64 = 300;

/// What one looks at in a window.
fn features(window: &Window) -> [u64; FEATURES] {
    let seconds: Vec<u64> = window.steps.iter().map(|step| step.second).collect();
    let gaps = || seconds.windows(2).map(|pair| pair[1] - pair[0]);
    let stir = |from: &u64| seconds.iter().filter(|second| (*from..from + STIR_S).contains(second)).count();
    [
        seconds.len() as u64,
        window.steps.iter().map(|step| step.grown).sum(),
        window.steps.iter().filter(|step| step.grown != 16).count() as u64,
        gaps().min().unwrap_or(u64::MAX),
        gaps().max().unwrap_or(u64::MAX),
        seconds.iter().step_by(seconds.len().div_ceil(60).max(1)).map(stir).max().unwrap_or(0) as u64,
        window.own_offset,
    ]
}

/// Who has had its lessons.
pub struct Guesser {
    scales: [Scale; FEATURES],
    line: f64,
}

impl Guesser {
    /// Learns from windows without and with one more bid.
    pub fn trained(without: &[Window], with: &[Window]) -> Self {
        let (without, with) = (all_features(without), all_features(with));
        let scales = std::array::from_fn(|feature| Scale::of(feature, &without, &with));
        let mut guesser = Self { scales, line: 0.0 };
        guesser.line = guesser.best_line(&without, &with);
        guesser
    }

    /// Whether it thinks that somebody else has submitted.
    pub fn says_further(&self, window: &Window) -> bool {
        self.weight(&features(window)) > self.line
    }

    fn weight(&self, features: &[u64; FEATURES]) -> f64 {
        self.scales.iter().zip(features).map(|(scale, value)| scale.weight(*value)).sum()
    }

    /// The line above which the share of windows with one more bid is furthest beyond that of the others.
    fn best_line(&self, without: &[[u64; FEATURES]], with: &[[u64; FEATURES]]) -> f64 {
        let weigh = |windows: &[[u64; FEATURES]], sign: f64| -> Vec<(f64, f64)> {
            let share = sign / windows.len() as f64;
            windows.iter().map(|features| (self.weight(features), share)).collect()
        };
        let mut weights = [weigh(without, -1.0), weigh(with, 1.0)].concat();
        weights.sort_by(|one, other| other.0.total_cmp(&one.0));
        let (mut advantage, mut best, mut line) = (0.0, 0.0, f64::INFINITY);
        for (place, (weight, share)) in weights.iter().enumerate() {
            advantage += share;
            let next = weights.get(place + 1).map_or(f64::NEG_INFINITY, |next| next.0);
            if advantage > best && next < *weight {
                (best, line) = (advantage, next);
            }
        }
        line
    }
}

fn all_features(windows: &[Window]) -> Vec<[u64; FEATURES]> {
    windows.iter().map(features).collect()
}

/// How much a value of one feature speaks for one more bid.
struct Scale {
    /// Where ranges begin, but the first.
    borders: Vec<u64>,
    weights: Vec<f64>,
}

impl Scale {
    fn of(feature: usize, without: &[[u64; FEATURES]], with: &[[u64; FEATURES]]) -> Self {
        let mut values: Vec<u64> = without.iter().chain(with).map(|features| features[feature]).collect();
        values.sort_unstable();
        let mut borders: Vec<u64> = (1..RANGES).map(|range| values[range * values.len() / RANGES]).collect();
        borders.dedup();
        borders.retain(|border| *border > values[0]);
        let mut scale = Self { weights: vec![0.0; borders.len() + 1], borders };
        let count = |windows: &[[u64; FEATURES]], range| {
            windows.iter().filter(|features| scale.range(features[feature]) == range).count() as f64
        };
        let weights = (0..scale.weights.len()).map(|range| {
            let share =
                |windows: &[[u64; FEATURES]]| (count(windows, range) + 1.0) / (windows.len() as f64 + 1.0);
            (share(with) / share(without)).ln()
        });
        scale.weights = weights.collect();
        scale
    }

    fn range(&self, value: u64) -> usize {
        self.borders.partition_point(|border| *border <= value)
    }

    fn weight(&self, value: u64) -> f64 {
        self.weights[self.range(value)]
    }
}
