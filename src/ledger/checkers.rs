//! The threads that check acts: bytes, form, signature. As many as there are cores, so that a rush is checked in the
//! order in which it came, and the runtime's own threads stay free for rooms and pages.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use super::LedgerError;

type Job = Box<dyn FnOnce() + Send>;

/// The threads. They end when this is dropped and what was asked is done.
pub(super) struct Checkers(mpsc::Sender<Job>);

impl Checkers {
    pub(super) fn start() -> Result<Self, LedgerError> {
        let (sender, jobs) = mpsc::channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new().name("checker".to_owned()).spawn(move || work(&jobs))?;
        }
        Ok(Self(sender))
    }

    /// Does `job` on one of the threads. A job that panics leaves its answer unsaid.
    pub(super) fn ask(&self, job: impl FnOnce() + Send + 'static) {
        // The threads live as long as this does.
        let _ = self.0.send(Box::new(job));
    }
}

fn work(jobs: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // One act that breaks the check must not take the thread from all others.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}
