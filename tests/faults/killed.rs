//! F1: kill -9 at random moments while acts stream in. Nothing acknowledged is lost, no head is of another history, and
//! the second store is where the log is.

use std::time::Duration;

use crate::dice::Dice;
use crate::drill::{held, times};
use crate::house::House;
use crate::told::Told;
use crate::writer::{Work, Writer};

on_both_databases!(kill_9_at_random_moments);

/// Kills of one log; then a new one begins, so that reading it again stays quick.
const KILLS_OF_A_LOG: u64 = 25;
/// Acts that wait for an answer at once.
const OUTSTANDING: usize = 64;
/// Lines that a writer tells before it may be killed, at most; and how much longer it lives, at most.
const LINES_MAX: u64 = 40;
const LONGER_MAX: Duration = Duration::from_millis(6);

async fn kill_9_at_random_moments(new_house: fn() -> House) {
    let kills = times(50, 1000) as u64;
    let (mut killed, mut acked, mut heads) = (0, 0, 0);
    for log in 0..kills / KILLS_OF_A_LOG {
        let (house, mut told) = (new_house(), Told::default());
        for kill in 0..KILLS_OF_A_LOG {
            let mut dice = Dice::of(log << 32 | kill);
            killed += u64::from(kill_one(&house, &mut told, &mut dice));
            house.is_left_alone().await;
            let ledger = house.open().await.expect("the log opens after a kill");
            let kept = told.is_kept_by(&house, &ledger).await;
            assert_eq!(kept, Ok(()), "log {log}, kill {kill}");
            ledger.database().close().await;
        }
        acked += told.acked.len();
        heads += told.heads.len();
    }
    assert_eq!(killed, kills, "every writer was killed at work");
    assert!(acked > 0 && heads > 0, "something was acknowledged");
    let seen =
        format!("{killed} kills, {acked} acts acknowledged, {heads} heads published: 0 lost, 0 forked");
    held("F1 kill -9 while acts stream in", &seen);
}

/// Starts a writer and kills it: some already while they open the log, most after some acts.
fn kill_one(house: &House, told: &mut Told, dice: &mut Dice) -> bool {
    let mut writer = Writer::start(house, Work { acts: None, outstanding: OUTSTANDING });
    let lines = dice.below(LINES_MAX + LINES_MAX / 10).saturating_sub(LINES_MAX / 10);
    writer.hear(told, usize::try_from(lines).expect("a small number"));
    // Somewhere in what follows, of which nobody knows yet.
    let longer_us = dice.below(u64::try_from(LONGER_MAX.as_micros()).expect("a small number"));
    std::thread::sleep(Duration::from_micros(longer_us));
    writer.kill(told)
}
