//! Processes of the executable: one that runs to its end, and one that stays until it is killed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::Instant;

/// Longest wait for anything that a process should do by itself.
pub const WAIT_MAX: Duration = Duration::from_secs(90);

/// The executable with `arguments`, with nothing of this process's input.
pub fn kaibiao<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kaibiao"));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    pub is_good: bool,
    pub out: String,
    pub err: String,
}

/// Runs it to its end, whatever that is.
pub async fn ended(mut command: Command) -> Ended {
    let output = command.output().await.expect("the executable runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { is_good: output.status.success(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// Whether it comes to no good end: refused, or still trying after a while, when it is killed.
pub async fn is_refused(command: Command) -> bool {
    const WHILE: Duration = Duration::from_secs(6);
    !tokio::time::timeout(WHILE, ended(command)).await.is_ok_and(|ended| ended.is_good)
}

/// Runs it to its good end; gives what it printed.
pub async fn done(command: Command) -> String {
    let shown = format!("{:?}", command.as_std());
    let ended = ended(command).await;
    assert!(ended.is_good, "{shown}\n{}{}", ended.out, ended.err);
    ended.out
}

/// Makes a command see another clock: `offset` as `-1h` or `+6s`. Only the wall clock: waiting takes as long as it does.
pub fn with_clock(command: &mut Command, offset: &str) {
    command.env("LD_PRELOAD", faketime());
    command.env("FAKETIME", offset).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
}

fn faketime() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let of_folder = |entry: std::fs::DirEntry| entry.path().join("faketime/libfaketimeMT.so.1");
    let found = folders.map(of_folder).find(|path| path.exists());
    found.expect("these tests need libfaketime: apt-get install faketime")
}

/// A process that stays until it is killed, at the latest with this value.
pub struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Daemon {
    /// Starts it; what it says is appended to `log`.
    pub fn start(mut command: Command, log: &Path) -> Self {
        let file = std::fs::File::options().create(true).append(true).open(log).expect("a log");
        command.stdout(file.try_clone().expect("a log")).stderr(file);
        Self { child: command.spawn().expect("the executable starts"), log: log.to_owned() }
    }

    /// Waits until it listens at `port`.
    pub async fn listens(&mut self, port: u16) {
        let begun = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let gone = self.child.try_wait().expect("a child can be asked");
            assert!(gone.is_none(), "it ended: {}", self.said());
            assert!(begun.elapsed() < WAIT_MAX, "it does not listen: {}", self.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Sends a signal: `STOP`, `CONT`, `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal is sent");
    }

    /// kill -9, and gone.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }

    /// Asks it to stop and waits until it has.
    pub async fn stop(mut self) {
        self.signal("TERM");
        let status = tokio::time::timeout(WAIT_MAX, self.child.wait()).await.expect("it stops");
        assert!(status.expect("it was a child").success(), "it stops well: {}", self.said());
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its id.
    pub fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }
}

/// A process whose lines are read one after the other.
pub struct Spoken {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Spoken {
    /// Starts it.
    pub fn start(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the executable starts");
        let out = child.stdout.take().expect("a pipe");
        Self { child, lines: BufReader::new(out).lines() }
    }

    /// Waits for a line that begins with one of `words`; false if it ended without one.
    pub async fn says(&mut self, words: &[&str]) -> bool {
        let reading = async {
            while let Some(line) = self.lines.next_line().await.expect("a line") {
                if words.iter().any(|word| line.starts_with(word)) {
                    return true;
                }
            }
            false
        };
        tokio::time::timeout(WAIT_MAX, reading).await.unwrap_or_else(|_| panic!("it never says {words:?}"))
    }

    /// kill -9.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }
}

/// Ports that are free now.
pub fn free_ports(count: usize) -> Vec<u16> {
    let listener = |_| std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let listeners: Vec<_> = (0..count).map(listener).collect();
    listeners.iter().map(|listener| listener.local_addr().expect("a port").port()).collect()
}
