//! A server in a process of its own, which is told on its standard input when to publish.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// How one enters, and what is heard inside. A server prints it as its first line.
#[derive(Clone, Serialize, Deserialize)]
pub struct Door {
    pub port: u16,
    /// Where to ask for the upgrade; none where frames come without one.
    pub path: Option<String>,
    /// The first text to say.
    pub hello: Option<String>,
    /// How the text begins that lets one in; none if nothing is said.
    pub ready: Option<String>,
    /// How the text of an event begins.
    pub fact: String,
    /// Events that were there before anybody entered.
    pub before: usize,
    /// What the same server needs to be started again; none if it cannot be.
    pub again: Option<Vec<String>>,
}

impl Door {
    /// What stands in the first text for the number of the last event that was heard.
    pub const HEARD: &str = "\"HEARD\"";
}

/// Nanoseconds of the clock that all processes of the machine share (`CLOCK_MONOTONIC`).
pub fn now() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    u64::try_from(now.tv_sec * 1_000_000_000 + now.tv_nsec).expect("a machine that runs forward")
}

/// What a server does: says where its door is, then publishes whenever it is told to and says when it did.
pub fn obey(door: &Door, mut publish: impl FnMut(usize, Duration) -> Vec<u64>) {
    say(door);
    for line in std::io::stdin().lines() {
        let line = line.expect("a line");
        let (count, every) = line.split_once(' ').expect("how many, how often");
        let every = Duration::from_millis(every.parse().expect("milliseconds"));
        say(&publish(count.parse().expect("a number"), every));
    }
}

fn say(value: &impl Serialize) {
    println!("{}", serde_json::to_string(value).expect("JSON"));
}

/// A running server. It ends, and clears up what it kept, when its orders end: when it is dropped.
pub struct Child {
    process: Process,
    orders: Option<ChildStdin>,
    words: BufReader<ChildStdout>,
    pub door: Door,
}

impl Child {
    pub fn start(mut command: Command) -> Self {
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a server to measure");
        let orders = process.stdin.take();
        let mut words = BufReader::new(process.stdout.take().expect("an output"));
        let door = hear(&mut words);
        Self { process, orders, words, door }
    }

    /// Has so many events published at this pace, or at once.
    pub fn publish(&mut self, count: usize, every: Duration) {
        let orders = self.orders.as_mut().expect("a server that was not ended");
        writeln!(orders, "{count} {}", every.as_millis()).expect("it listens");
    }

    /// When each event of the last order was taken up, once all are published: see [`now`].
    pub fn published(&mut self) -> Vec<u64> {
        hear(&mut self.words)
    }

    /// Ends it as a power cut would; gives its door.
    pub fn kill(mut self) -> Door {
        self.process.kill().expect("it runs");
        self.door.clone()
    }

    /// What all its threads have used of the core.
    pub fn processor(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).expect("Linux");
        let of_task = |task: std::io::Result<std::fs::DirEntry>| {
            let stat = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            stat.split(' ').next()?.parse::<u64>().ok()
        };
        Duration::from_nanos(tasks.filter_map(of_task).sum())
    }

    /// Bytes of memory that it occupies.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
        let kib = line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number");
        kib << 10
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.orders.take());
        // One that is gone already needs no end.
        let _ = self.process.wait();
    }
}

fn hear<T: for<'a> Deserialize<'a>>(words: &mut impl BufRead) -> T {
    let mut line = String::new();
    words.read_line(&mut line).expect("a line");
    serde_json::from_str(&line).expect("what a server says")
}
