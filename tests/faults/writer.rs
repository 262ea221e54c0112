//! A writer of its own process: this test program again, which appends acts and tells what was acknowledged.
//!
//! It does nothing else, so that its parent may kill, stop and starve it many times a second.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use kaibiao::ledger::Ledger;
use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::digest::Digest;
use serde_json::{Value, json};

use crate::house::House;
use crate::told::Told;

const ORDER: &str = "KAIBIAO_TEST_WRITER";

/// What a writer is to do: so many acts (or without end), so many of them waiting for an answer at once.
#[derive(Clone, Copy)]
pub struct Work {
    pub acts: Option<usize>,
    pub outstanding: usize,
}

/// A writer at work.
pub struct Writer {
    child: Child,
    pipe: BufReader<ChildStdout>,
}

impl Writer {
    /// Starts one on the stores of `house`.
    pub fn start(house: &House, work: Work) -> Self {
        let order = json!({ "house": house.order(), "acts": work.acts, "outstanding": work.outstanding });
        Self::spawn(child_command("writer::child").env(ORDER, order.to_string()))
    }

    /// Starts this program again as `command` says.
    pub fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the child starts");
        let pipe = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, pipe }
    }

    /// Its next line, or none when it has ended. Half a line was never told.
    pub fn line(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            text.clear();
            self.pipe.read_line(&mut text).ok()?;
            let line = text.strip_suffix('\n')?;
            if let Some(told) = line.strip_prefix("told ") {
                return Some(told.to_owned());
            }
        }
    }

    /// Hears so many lines, or all until it ends; whether it has not ended.
    pub fn hear(&mut self, told: &mut Told, lines: usize) -> bool {
        (0..lines).all(|_| self.line().map(|line| told.hear(&line)).is_some())
    }

    /// Hears it from now on, on a thread of its own.
    pub fn listen(mut self) -> Heard {
        let id = self.child.id();
        let acked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&acked);
        let thread = std::thread::spawn(move || {
            let mut told = Told::default();
            while self.hear(&mut told, 1) {
                counted.store(told.acked.len(), Ordering::Relaxed);
            }
            self.child.wait().expect("it is ours");
            told
        });
        Heard { id, acked, thread: Some(thread) }
    }

    /// kill -9, and what it still had told before; whether that killed it.
    pub fn kill(mut self, told: &mut Told) -> bool {
        self.child.kill().expect("it is ours");
        self.hear(told, usize::MAX);
        let status = self.child.wait().expect("it ends");
        !status.success()
    }

    /// Hears it to its end, which must be a good one.
    pub fn end(mut self, told: &mut Told) {
        self.hear(told, usize::MAX);
        assert!(self.child.wait().expect("it ends").success(), "the writer failed by itself");
    }
}

/// A drill that fails leaves no process behind.
impl Drop for Writer {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A writer that is heard all the time, killed with this value.
pub struct Heard {
    id: u32,
    acked: Arc<AtomicUsize>,
    thread: Option<JoinHandle<Told>>,
}

impl Heard {
    /// How many acts it has acknowledged.
    pub fn acked(&self) -> usize {
        self.acked.load(Ordering::Relaxed)
    }

    /// Waits until it has acknowledged so many acts.
    pub fn until(&self, acked: usize) {
        while !self.has_acked(acked) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Whether it has acknowledged so many acts. It must not end before.
    pub fn has_acked(&self, acked: usize) -> bool {
        let is_over = self.thread.as_ref().is_none_or(JoinHandle::is_finished);
        assert!(!is_over, "the writer ended by itself");
        self.acked() >= acked
    }

    /// Sends a signal: `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.id.to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal is sent");
    }

    /// kill -9; all that it told.
    pub fn kill(mut self) -> Told {
        let thread = self.thread.take().expect("it is heard");
        assert!(!thread.is_finished(), "the writer ended by itself");
        self.signal("KILL");
        thread.join().expect("it was heard to its end")
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        if self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            let _ = Command::new("kill").args(["-s", "KILL", &self.id.to_string()]).status();
        }
    }
}

/// This program as a child that runs one ignored test.
pub fn child_command(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads", "1"]);
    command
}

/// The order of the parent, if there is one.
#[expect(clippy::disallowed_methods, reason = "how a parent tells its child what to do")]
pub fn order_of_parent(name: &str) -> Option<Value> {
    std::env::var(name).ok().map(|order| serde_json::from_str(&order).expect("JSON"))
}

/// Tells the parent, in one write: a line is told or not.
pub fn tell(what: &str) {
    let mut out = std::io::stdout().lock();
    // The runner of tests may stand in the middle of a line.
    let told = out.write_all(format!("\ntold {what}\n").as_bytes()).and_then(|()| out.flush());
    if told.is_err() {
        // The parent is gone.
        std::process::exit(1);
    }
}

/// Submits acts, `outstanding` at a time, and tells each answer. Gives those that were not accepted.
pub async fn append(house: &House, ledger: &Ledger, work: Work, tell: impl Fn(&str)) -> Vec<SignedAct> {
    let acts = stream::iter(0..work.acts.unwrap_or(usize::MAX))
        .map(|number| submit(ledger, house.act(number % 60), &tell));
    let failed = acts.buffer_unordered(work.outstanding).filter_map(std::future::ready);
    failed.collect().await
}

/// Submits an act and tells the answer. Gives it back if it was not accepted.
pub async fn submit(ledger: &Ledger, act: SignedAct, tell: impl Fn(&str)) -> Option<SignedAct> {
    match ledger.submit(act.clone()).await {
        Ok(accepted) => {
            tell(&format!("acked {} {}", accepted.index, Digest::of(&act.payload)));
            None
        }
        Err(rejected) => {
            tell(&format!("failed {} {rejected:?}", rejected.code()).replace('\n', " "));
            Some(act)
        }
    }
}

/// Not a test of its own: the child of the drills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the drills as a child process"]
async fn child() {
    let Some(order) = order_of_parent(ORDER) else { return };
    let house = House::of_order(&order["house"]);
    let ledger = loop {
        match house.open_founded().await {
            Ok(ledger) => break ledger,
            // Another writer was quicker between two steps: once more.
            Err(error) => tell(&format!("failed to open {error:?}").replace('\n', " ")),
        }
    };
    tokio::spawn(tell_heads(ledger.clone()));
    let work = Work {
        acts: serde_json::from_value(order["acts"].clone()).expect("a number"),
        outstanding: serde_json::from_value(order["outstanding"].clone()).expect("a number"),
    };
    append(&house, &ledger, work, tell).await;
}

async fn tell_heads(ledger: Ledger) {
    let mut grown = ledger.grown();
    while grown.changed().await.is_ok() {
        let head = ledger.head();
        tell(&format!("head {} {}", head.size, head.root));
    }
}
