//! Bytes, rate and time left of uploads, in whole numbers.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

/// The rate is that of so much time: long enough to be calm, short enough to notice a line that stands still.
const WINDOW: Duration = Duration::from_secs(10);
/// Lines are told at most so often.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// How far an upload has come. Its text is one line in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that the server has.
    pub bytes_done: u64,
    /// Bytes in all.
    pub bytes_total: u64,
    /// Bytes per second of the last seconds; none before anything moved.
    pub bytes_per_second: Option<u64>,
    /// Seconds left at that rate.
    pub seconds_left: Option<u64>,
}

impl fmt::Display for Progress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent =
            (u128::from(self.bytes_done) * 100).checked_div(u128::from(self.bytes_total)).unwrap_or(100);
        write!(out, "{percent:>3} %  {} / {} bytes", self.bytes_done, self.bytes_total)?;
        if let Some(rate) = self.bytes_per_second {
            write!(out, "  {} kB/s", rate / 1000)?;
        }
        if let Some(left) = self.seconds_left.filter(|left| *left > 0) {
            write!(out, "  剩余 left {}:{:02}", left / 60, left % 60)?;
        }
        Ok(())
    }
}

/// Measures one upload or several in a row.
pub(crate) struct Meter {
    total: u64,
    marks: VecDeque<(Instant, u64)>,
    told: Option<Instant>,
}

impl Meter {
    pub(crate) fn new(total: u64) -> Self {
        Self { total, marks: VecDeque::new(), told: None }
    }

    /// Takes the count of bytes at `now`; what there is to tell, at most once a second and at the end.
    pub(crate) fn mark(&mut self, done: u64, now: Instant) -> Option<Progress> {
        self.marks.push_back((now, done));
        while self.marks.len() > 2
            && self.marks.front().is_some_and(|(at, _)| now.duration_since(*at) > WINDOW)
        {
            self.marks.pop_front();
        }
        let is_due = self.told.is_none_or(|told| now.duration_since(told) >= TELL_EVERY);
        if !is_due && done < self.total {
            return None;
        }
        self.told = Some(now);
        Some(self.progress(done, now))
    }

    fn progress(&self, done: u64, now: Instant) -> Progress {
        let rate = self.marks.front().and_then(|(at, before)| {
            let elapsed_ms = now.duration_since(*at).as_millis();
            let bytes = u128::from(done.saturating_sub(*before));
            let rate = (bytes * 1000).checked_div(elapsed_ms)?;
            u64::try_from(rate).ok().filter(|rate| *rate > 0)
        });
        Progress {
            bytes_done: done,
            bytes_total: self.total,
            bytes_per_second: rate,
            seconds_left: rate.map(|rate| self.total.saturating_sub(done).div_ceil(rate)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_rate_and_time_left() {
        let start = crate::client::clock::tick();
        let mut meter = Meter::new(10_000_000);
        let first = meter.mark(0, start).expect("the first is told");
        assert_eq!((first.bytes_per_second, first.seconds_left), (None, None));
        assert_eq!(meter.mark(500_000, start + Duration::from_millis(500)), None);
        let later = meter.mark(2_000_000, start + Duration::from_secs(2)).expect("a second has passed");
        assert_eq!((later.bytes_per_second, later.seconds_left), (Some(1_000_000), Some(8)));
        assert_eq!(later.to_string(), " 20 %  2000000 / 10000000 bytes  1000 kB/s  剩余 left 0:08");
        let end =
            meter.mark(10_000_000, start + Duration::from_millis(2_100)).expect("the end is always told");
        assert_eq!(end.seconds_left, Some(0));
    }

    #[test]
    fn the_rate_forgets_what_is_long_past() {
        let start = crate::client::clock::tick();
        let mut meter = Meter::new(100_000);
        meter.mark(0, start);
        meter.mark(50_000, start + Duration::from_secs(1));
        meter.mark(50_000, start + Duration::from_secs(12));
        let still = meter.mark(50_000, start + Duration::from_secs(23)).expect("due");
        assert_eq!(still.bytes_per_second, None);
    }
}
