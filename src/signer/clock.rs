//! The signer's own clock, held against a second one that nobody can set: between two heads both must have run equally
//! long. A deadline that was moved by moving the clock, or a machine that slept through one, is found before a head is
//! signed.

use std::time::Duration;

use tokio::time::Instant as Monotonic;

use crate::base::{Instant, Span};
use crate::clock::Clock;

/// How far the two clocks may drift apart between two heads, and how far the clock may be behind the last head.
const STEP_MAX: Span = Span::seconds(1);

/// Watches a clock.
pub(super) struct Watch {
    clock: Clock,
    last: Option<(Instant, Monotonic)>,
}

impl Watch {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, last: None }
    }

    /// The moment now; an error says by how much the clock has stepped since it was looked at last, or, after a restart,
    /// how far it is behind the last head.
    pub(super) fn look(&mut self, signed_at: Option<Instant>) -> Result<Instant, Span> {
        let (wall, monotonic) = (self.clock.now(), Monotonic::now());
        let stepped = match self.last {
            Some((wall_before, before)) => step(wall.since(wall_before), monotonic - before),
            None => signed_at.map_or(Span(0), |signed_at| wall.since(signed_at)).min(Span(0)),
        };
        if stepped.0.abs() > STEP_MAX.0 {
            return Err(stepped);
        }
        self.last = Some((wall, monotonic));
        Ok(wall)
    }
}

/// How much more time has passed by the wall than by the clock that nobody sets.
fn step(wall: Span, monotonic: Duration) -> Span {
    Span(wall.0.saturating_sub(i64::try_from(monotonic.as_millis()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_in_either_direction_is_found_and_stays_found() {
        let clock = Clock::held_at(Instant(1_000_000));
        let mut watch = Watch::new(clock.clone());
        assert_eq!(watch.look(None), Ok(Instant(1_000_000)));
        clock.advance(Span(900));
        assert!(watch.look(None).is_ok(), "less than a second is no step");
        clock.advance(Span::seconds(60));
        assert!(watch.look(None).is_err_and(|stepped| stepped > Span::seconds(59)));
        assert!(watch.look(None).is_err(), "and again");
        clock.advance(Span::seconds(-120));
        assert!(watch.look(None).is_err_and(|stepped| stepped < Span::seconds(-59)));
    }

    #[test]
    fn after_a_restart_the_clock_may_not_be_behind_the_last_head() {
        let now = Instant(1_000_000);
        let look = |signed_at: i64| Watch::new(Clock::held_at(now)).look(Some(Instant(signed_at)));
        assert_eq!(look(1_000_900), Ok(now));
        assert_eq!(look(500_000), Ok(now), "the machine was off");
        assert_eq!(look(1_003_000), Err(Span::seconds(-3)));
    }
}
