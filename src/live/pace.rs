//! How much may be said in a second.

use tokio::time::{Duration, Instant};

/// Counts what happens in each second.
pub(super) struct Pace {
    per_second_max: u32,
    since: Instant,
    count: u32,
}

impl Pace {
    pub fn new(per_second_max: u32, now: Instant) -> Self {
        Self { per_second_max, since: now, count: 0 }
    }

    /// Counts one more; false if that is too much.
    pub fn take(&mut self, now: Instant) -> bool {
        if now.duration_since(self.since) >= Duration::from_secs(1) {
            (self.since, self.count) = (now, 0);
        }
        self.count = self.count.saturating_add(1);
        self.count <= self.per_second_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_second_begins_anew() {
        let begun = Instant::now();
        let mut pace = Pace::new(2, begun);
        let later = begun + Duration::from_millis(999);
        assert_eq!([pace.take(begun), pace.take(begun), pace.take(later)], [true, true, false]);
        assert!(pace.take(begun + Duration::from_secs(1)));
    }
}
