//! Many senders at once, each with one act on the way, and how long each act took.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{rate, since, start};

/// What came of it.
pub struct Load {
    /// Acts a second.
    pub rate: f64,
    /// Half of the acts took no longer.
    pub p50: Duration,
    /// Of a hundred acts, 99 took no longer.
    pub p99: Duration,
}

/// Sends all `acts` in order, by `senders` senders that each wait for their answer; a sender is made by `sender`.
pub async fn load<A, S, F>(acts: Vec<A>, senders: usize, sender: impl Fn(usize) -> S) -> Load
where
    A: Send + 'static,
    S: FnMut(A) -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let count = acts.len();
    let queue = Arc::new(Mutex::new(VecDeque::from(acts)));
    let all: Vec<S> = (0..senders).map(sender).collect();
    let begun = start();
    let tasks: Vec<_> = all
        .into_iter()
        .map(|mut send| {
            let queue = Arc::clone(&queue);
            tokio::spawn(async move {
                let mut took = Vec::new();
                while let Some(act) = { queue.lock().expect("no sender panics").pop_front() } {
                    let begun = start();
                    send(act).await;
                    took.push(since(begun));
                }
                took
            })
        })
        .collect();
    let mut took = Vec::with_capacity(count);
    for task in tasks {
        took.extend(task.await.expect("a sender"));
    }
    let rate = rate(count as f64, since(begun));
    took.sort_unstable();
    Load { rate, p50: took[count / 2], p99: took[count * 99 / 100] }
}
