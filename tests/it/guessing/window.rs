//! A window of time before the opening, as the whole world sees it; and made-up ones.

use kaibiao::base::Span;

use crate::dice::Dice;

/// Entries of a batch in which something is sealed or that is cover.
const BATCH: u64 = 16;

/// The log grew.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// When, in seconds since the window began.
    pub second: u64,
    /// By how many entries.
    pub grown: u64,
}

/// What is seen of the log in a window, by one who submits once in it.
#[derive(Clone, Debug)]
pub struct Window {
    /// In order.
    pub steps: Vec<Step>,
    /// Where the own entry stands, counted from the head that was seen before.
    pub own_offset: u64,
}

impl Window {
    /// A window as it ought to be: cover at random moments with this pace, the guesser's own bid, perhaps one more.
    pub fn made_up(length_s: u64, pace: Option<Span>, is_further: bool, dice: &mut Dice) -> Self {
        let mut seconds = vec![dice.below(length_s)];
        seconds.extend(is_further.then(|| dice.below(length_s)));
        if let Some(pace) = pace {
            let mut at = waiting_s(pace, dice);
            while at < length_s as f64 {
                seconds.push(at as u64);
                at += waiting_s(pace, dice);
            }
        }
        seconds.sort_unstable();
        let steps = seconds.into_iter().map(|second| Step { second, grown: BATCH }).collect();
        Self { steps, own_offset: 0 }
    }
}

fn waiting_s(pace: Span, dice: &mut Dice) -> f64 {
    let share = (dice.below(1 << 53) + 1) as f64 / (1_u64 << 53) as f64;
    -share.ln() * pace.0 as f64 / 1000.0
}
