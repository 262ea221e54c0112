//! Before the opening the whole world sees how the log grows. Whether one more bid came cannot be told from it (F19).
//!
//! The guesser has a receipt of its own and everything that is public: at which moments the log grew and by how much. It
//! learns on made-up windows of time, of which it is told the truth, and is judged on others, made up and real.

mod guesser;
mod window;

use kaibiao::base::{BidId, Digest, Manifest, ManifestLine, Span};
use kaibiao::tender::{IssueAddendum, LotCommand, Procedure, SubmitBid, TenderCommand};
use uuid::Uuid;

use crate::dice::Dice;
use crate::drill::{held, times};
use crate::harness::{Actor, Center, START};
use crate::sealed::new_submission;
use crate::terms::long;
use guesser::Guesser;
use window::{Step, Window};

/// Between two batches of cover, on average: the platform's own pace.
const PACE: Span = Span::seconds(60);
const HOUR_S: u64 = 3600;
const DAY_S: u64 = 24 * HOUR_S;
/// What the guesser may win at most.
const ADVANTAGE_MAX: f64 = 0.1;

/// What a guesser that learned on `count` windows of each truth wins on as many others.
fn advantage(length_s: u64, pace: Option<Span>, count: usize, dice: &mut Dice) -> f64 {
    let mut windows = |is_further| -> Vec<Window> {
        (0..count).map(|_| Window::made_up(length_s, pace, is_further, dice)).collect()
    };
    let guesser = Guesser::trained(&windows(false), &windows(true));
    let share = |windows: &[Window]| {
        windows.iter().filter(|window| guesser.says_further(window)).count() as f64 / windows.len() as f64
    };
    share(&windows(true)) - share(&windows(false))
}

/// A pace at which cover is too thin.
fn quarter_of(length_s: u64) -> Span {
    Span::seconds(i64::try_from(length_s / 4).expect("small"))
}

#[test]
fn the_growth_of_the_log_does_not_tell_of_one_more_bid() {
    let mut dice = Dice::of(19);
    for (name, length_s, count) in
        [("an hour", HOUR_S, times(4_000, 40_000)), ("a day", DAY_S, times(300, 4_000))]
    {
        let covered = advantage(length_s, Some(PACE), count, &mut dice);
        let thin = advantage(length_s, Some(quarter_of(length_s)), count, &mut dice);
        let bare = advantage(length_s, None, count, &mut dice);
        held(
            &format!("F19 one more bid in {name}, guessed from the growth of the log"),
            &format!(
                "advantage {covered:.3} on {count} + {count} windows; {thin:.3} with four batches of cover, {bare:.3} with none"
            ),
        );
        assert!(covered <= ADVANTAGE_MAX, "{name}: {covered}");
        assert!(thin > ADVANTAGE_MAX && bare > 0.99, "it knows what to look for: {thin}, {bare}");
    }
}

/// A tender in its last day in which one bidder after another replaces a made-up bid.
struct LastDay {
    center: Center,
    standing: [Option<BidId>; 2],
}

impl LastDay {
    async fn with(pace: Option<Span>) -> Self {
        let mut center = Center::on_sqlite().await;
        center.publish(Procedure::OneStage).await;
        let opening_at = Some(START + Span::seconds(i64::try_from(DAY_S).expect("small")));
        let postponed = IssueAddendum {
            affects_bids: false,
            documents: Vec::new(),
            number: 1,
            opening_at,
            text: long("延期"),
        };
        let host = &center.host;
        center.tender(host, TenderCommand::IssueAddendum(postponed)).await.expect("postponed");
        center.jobs = center.jobs_covering(center.ports(&[1, 2, 3, 4, 5]).await, pace);
        center.settle().await;
        Self { center, standing: [None; 2] }
    }

    /// The next hour. The bidder who guesses submits once in it; the other one may.
    async fn hour(&mut self, is_further: bool, dice: &mut Dice) -> Window {
        let mut seen = Vec::new();
        let mut size = self.center.ledger.head().size;
        let (own_at, further_at) = (dice.below(HOUR_S), dice.below(HOUR_S));
        let public = self.public();
        let mut own_offset = 0;
        for second in 0..HOUR_S {
            self.center.clock.advance(Span::seconds(1));
            self.center.jobs.turn().await;
            self.look(second, &mut size, &mut seen);
            if second == own_at {
                own_offset = self.submit(0).await - size;
                self.look(second, &mut size, &mut seen);
            }
            if second == further_at && is_further {
                self.submit(1).await;
                self.look(second, &mut size, &mut seen);
            }
        }
        assert_eq!(public, self.public(), "nothing else that is public changed");
        Window { steps: seen, own_offset }
    }

    /// What one who asks for the head at every moment sees.
    fn look(&self, second: u64, size: &mut u64, seen: &mut Vec<Step>) {
        let now = self.center.ledger.head().size;
        if now > *size {
            seen.push(Step { second, grown: now - *size });
        }
        *size = now;
    }

    fn public(&self) -> String {
        serde_json::to_string(&self.center.state().view(None)).expect("a view")
    }

    /// The bid of a bidder takes the place of the one before; gives its place in the log.
    async fn submit(&mut self, which: usize) -> u64 {
        let line = |envelope: &_| ManifestLine {
            core_sha256: Digest::of(b"core"),
            envelope: *envelope,
            root: Digest::of(b"ciphertext"),
            submission: new_submission(),
            total_len: 1 << 20,
        };
        let lines = Procedure::OneStage.envelopes().iter().map(line).collect();
        let manifest = Manifest::new(lines).expect("a manifest");
        let bid = BidId(Uuid::new_v4());
        let submit = SubmitBid { bid, document_set: 1, manifest, replaces: self.standing[which] };
        let bidder: &Actor = &self.center.bidders[which];
        let accepted = self.center.lot(bidder, LotCommand::SubmitBid(submit)).await.expect("received");
        self.standing[which] = Some(bid);
        accepted.index
    }
}

/// Real hours, every second one with one more bid.
async fn real_hours(pace: Option<Span>, count: usize, dice: &mut Dice) -> Vec<(Window, bool)> {
    let (mut hours, mut day) = (Vec::new(), LastDay::with(pace).await);
    for hour in 0..count {
        if hour > 0 && hour % 23 == 0 {
            day = LastDay::with(pace).await;
        }
        let is_further = hour % 2 == 1;
        hours.push((day.hour(is_further, dice).await, is_further));
    }
    hours
}

/// Every batch looks the same, and those of cover come as they are made up: further away than six deviations they never are.
fn are_as_made_up(hours: &[(Window, bool)], pace: Option<Span>) {
    let (mut covers, mut gaps) = (0, Vec::new());
    for (Window { steps, own_offset }, is_further) in hours {
        assert!(steps.iter().all(|step| step.grown == 16), "{steps:?}");
        assert_eq!(*own_offset, 0, "the own entry is the first of its batch");
        covers += steps.len() - 1 - usize::from(*is_further);
        gaps.extend(steps.windows(2).map(|pair| pair[1].second - pair[0].second));
    }
    let Some(pace) = pace else { return assert_eq!(covers, 0) };
    let pace_s = pace.0 as f64 / 1000.0;
    let is_near = |found: usize, expected: f64| (found as f64 - expected).abs() < 6.0 * expected.sqrt();
    assert!(is_near(covers, hours.len() as f64 * HOUR_S as f64 / pace_s), "{covers} batches of cover");
    let (mut short, mut long) = (0, 0);
    for gap in &gaps {
        short += usize::from((*gap as f64) < pace_s / 3.0);
        long += usize::from(*gap as f64 > pace_s * 2.0);
    }
    let of_gaps = |share: f64| share * gaps.len() as f64;
    assert!(is_near(short, of_gaps(1.0 - (-1.0_f64 / 3.0).exp())), "{short} short gaps of {}", gaps.len());
    assert!(is_near(long, of_gaps((-2.0_f64).exp())), "{long} long gaps of {}", gaps.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_hours_are_like_those_that_the_guesser_learned_on() {
    let mut dice = Dice::of(20);
    let lessons = times(1_500, 20_000);
    for (name, pace, count) in [("", Some(PACE), times(4, 200)), (" without cover", None, times(4, 40))] {
        let mut windows = |is_further| -> Vec<Window> {
            (0..lessons).map(|_| Window::made_up(HOUR_S, pace, is_further, &mut dice)).collect()
        };
        let guesser = Guesser::trained(&windows(false), &windows(true));
        let hours = real_hours(pace, count, &mut dice).await;
        are_as_made_up(&hours, pace);
        let is_right = |(window, is_further): &&(Window, bool)| guesser.says_further(window) == *is_further;
        let right = hours.iter().filter(is_right).count();
        held(&format!("F19 real hours{name}, guessed right"), &format!("{right} of {count}"));
        if pace.is_none() {
            assert_eq!(right, count);
        }
        // Three deviations above what an advantage of 0.1 gives; of a few hours it says nothing.
        let most = 0.5 + ADVANTAGE_MAX / 2.0 + 3.0 * (0.25 / count as f64).sqrt();
        assert!(pace.is_none() || right as f64 <= most * count as f64, "{right} of {count}");
    }
}
