//! Many senders at once, each with one act on the way, and how long each act took.

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

/// Sends all `acts` by `senders` senders, in turn: each sender's own in their order, each when the one before is
/// answered. A sender is made by `sender`.
pub async fn load<A, S, F>(acts: Vec<A>, senders: usize, mut sender: impl FnMut(usize) -> S) -> Load
where
    A: Send + 'static,
    S: FnMut(A) -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let count = acts.len();
    let mut own: Vec<Vec<A>> = (0..senders).map(|_| Vec::with_capacity(count / senders + 1)).collect();
    for (place, act) in acts.into_iter().enumerate() {
        own[place % senders].push(act);
    }
    let all: Vec<(Vec<A>, S)> =
        own.into_iter().enumerate().map(|(place, own)| (own, sender(place))).collect();
    let begun = start();
    let send_all = |(own, mut send): (Vec<A>, S)| {
        tokio::spawn(async move {
            let mut took = Vec::with_capacity(own.len());
            for act in own {
                let begun = start();
                send(act).await;
                took.push(since(begun));
            }
            took
        })
    };
    let tasks: Vec<_> = all.into_iter().map(send_all).collect();
    let mut took = Vec::with_capacity(count);
    for task in tasks {
        took.extend(task.await.expect("a sender"));
    }
    let rate = rate(count as f64, since(begun));
    took.sort_unstable();
    Load { rate, p50: took[count / 2], p99: took[count * 99 / 100] }
}
