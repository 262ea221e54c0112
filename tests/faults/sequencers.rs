//! F8: two sequencers on one database, with the lock file out of the way, stopped and resumed at random moments.
//!
//! Each thinks that it is the only one. Whoever resumes after the other has written must write nothing on what it
//! remembers, sign nothing, and acknowledge nothing that is not there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use kaibiao::signer::KeptHead;

use crate::dice::Dice;
use crate::drill::{held, times};
use crate::folder::Folder;
use crate::house::House;
use crate::told::Told;
use crate::writer::{Heard, Work, Writer};

on_both_databases!(two_sequencers_with_one_second_store, two_sequencers_with_a_second_store_each);

/// Times that a sequencer is stopped in one log.
const STOPS_OF_A_LOG: u64 = 20;
/// How long both run, and how long one alone, at most.
const TOGETHER_MAX_US: u64 = 40_000;
const ALONE_MAX_US: u64 = 60_000;
/// How long the one that is ahead waits for the other at the beginning, again and again.
const BREATH: Duration = Duration::from_millis(200);
/// How often the second store is looked at meanwhile.
const LOOK_EVERY: Duration = Duration::from_micros(200);
const OUTSTANDING: usize = 8;

async fn two_sequencers_with_one_second_store(new_house: fn() -> House) {
    drill("one second store", new_house, |house, _| House::of_order(&house.order())).await;
}

async fn two_sequencers_with_a_second_store_each(new_house: fn() -> House) {
    drill("a second store each", new_house, House::beside).await;
}

async fn drill(what: &str, new_house: fn() -> House, other: fn(&House, &Path) -> House) {
    let logs = times(1, 25) as u64;
    let (mut acked, mut heads, mut lost_races, mut looks, mut engine) = ([0, 0], 0, 0, 0, "");
    for log in 0..logs {
        let (house, folder) = (new_house(), Folder::new());
        engine = house.engine();
        house.open_founded().await.expect("the log opens").database().close().await;
        let other = other(&house, folder.path());
        let watch = Watch::begin(house.second_store());
        let told = stop_and_resume([&house, &other], &mut Dice::of(log));
        looks += watch.end();
        house.is_left_alone().await;
        for house in [&house, &other] {
            let ledger = house.open().await.expect("the log opens");
            for told in &told {
                assert_eq!(told.is_kept_by(house, &ledger).await, Ok(()), "log {log}, {what}");
            }
            ledger.database().close().await;
        }
        for (sum, told) in acked.iter_mut().zip(&told) {
            *sum += told.acked.len();
            heads += told.heads.len();
            lost_races += told.failed.iter().filter(|failed| failed.contains("HeadMoved")).count();
        }
    }
    assert!(acked.iter().all(|count| *count > 0), "both wrote: {acked:?}");
    assert!(lost_races > 0, "they met");
    assert!(looks > 0, "the second store was looked at");
    let seen = format!(
        "{} stops, {} acts acknowledged, {lost_races} refused to the loser, {heads} heads: 0 lost, 0 forked, second store never back",
        logs * STOPS_OF_A_LOG,
        acked.iter().sum::<usize>()
    );
    held(&format!("F8 two sequencers, {what}, {engine}"), &seen);
}

/// Lets both write, stops one or the other now and then, and kills both in the end.
fn stop_and_resume(houses: [&House; 2], dice: &mut Dice) -> [Told; 2] {
    let start = |house: &House| Writer::start(house, Work { acts: None, outstanding: OUTSTANDING }).listen();
    let writers = houses.map(start);
    while !writers.iter().all(|writer| writer.has_acked(1)) {
        // Who has written may be faster than who must first read what was written, for ever: it waits now and then.
        let ahead = writers.iter().max_by_key(|writer| writer.acked()).expect("one of two");
        ahead.signal("STOP");
        std::thread::sleep(BREATH);
        ahead.signal("CONT");
        std::thread::sleep(BREATH / 4);
    }
    for _ in 0..STOPS_OF_A_LOG {
        let one = &writers[usize::try_from(dice.below(2)).expect("one of two")];
        std::thread::sleep(Duration::from_micros(dice.below(TOGETHER_MAX_US)));
        one.signal("STOP");
        std::thread::sleep(Duration::from_micros(dice.below(ALONE_MAX_US)));
        one.signal("CONT");
    }
    writers.map(Heard::kill)
}

/// Somebody who looks at a second store again and again: it never holds less than before, and never half a head.
struct Watch {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<u64>,
}

impl Watch {
    fn begin(second_store: PathBuf) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            let (mut last, mut looks) = (0, 0);
            while !until.load(Ordering::Relaxed) {
                let bytes = std::fs::read(&second_store).expect("a second store");
                let kept: KeptHead = serde_json::from_slice(&bytes).expect("a whole head");
                assert!(kept.size >= last, "the second store went back from {last} to {}", kept.size);
                last = kept.size;
                looks += 1;
                std::thread::sleep(LOOK_EVERY);
            }
            looks
        });
        Self { is_over, thread }
    }

    /// How often it looked.
    fn end(self) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("it never went back")
    }
}
