//! Thousands of listeners in one thread with one poll, so that they are never what is measured.

use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::child::{Door, now};
use crate::dice::Dice;
use crate::listener::{Listener, READ_BYTES, State};

/// Listeners on their way in at the same time.
const ENTERING: usize = 512;
/// How our pages come back: at a random moment within so long, doubled with each attempt, up to the latter.
const RETRY_MS: u64 = 500;
const RETRY_MAX_MS: u64 = 20_000;

/// A room's listeners.
pub struct Crowd {
    poll: Poll,
    people: Vec<Listener>,
    scratch: Vec<u8>,
    dice: Dice,
    /// Whether a line may break.
    comes_back: bool,
}

/// How long it took to enter.
pub struct Storm {
    pub all: Duration,
    /// Of a hundred listeners, 99 were in after this.
    pub p99: Duration,
}

impl Crowd {
    /// Has `count` listeners enter, and says how long that took.
    pub fn enter(door: &Door, count: usize) -> (Self, Storm) {
        let mut crowd = Self {
            poll: Poll::new().expect("a poll"),
            people: Vec::with_capacity(count),
            scratch: vec![0; READ_BYTES],
            dice: Dice::of(6),
            comes_back: false,
        };
        let begun = now();
        loop {
            let entered = crowd.entered();
            if entered == count {
                break;
            }
            while crowd.people.len() < count && crowd.people.len() - entered < ENTERING {
                let stream = crowd.connect(door, crowd.people.len());
                crowd.people.push(Listener::new(stream));
            }
            crowd.turn(door, Duration::from_secs(1));
        }
        let all = Duration::from_nanos(now() - begun);
        let mut took: Vec<u64> = crowd.people.iter().map(|person| person.took).collect();
        took.sort_unstable();
        (crowd, Storm { all, p99: Duration::from_nanos(took[count * 99 / 100]) })
    }

    /// Listens until everybody has heard `count` events; gives when, for each listener.
    ///
    /// Panics if that takes longer than `patience`.
    pub fn hear(&mut self, door: &Door, count: usize, patience: Duration) -> Vec<Vec<u64>> {
        let begun = now();
        self.people.iter_mut().for_each(|person| person.heard.clear());
        while self.people.iter().any(|person| person.heard.len() < count) {
            assert!(Duration::from_nanos(now() - begun) < patience, "not everybody has heard everything");
            // Looking at everybody costs more than listening does.
            for _ in 0..32 {
                self.turn(door, Duration::from_millis(5));
            }
        }
        self.people.iter().map(|person| person.heard.clone()).collect()
    }

    /// The server is gone: listens until everybody was sent away.
    pub fn lose(&mut self, door: &Door) {
        self.comes_back = true;
        while self.people.iter().any(|person| person.state != State::Away) {
            self.turn(door, Duration::from_millis(5));
        }
    }

    /// Everybody comes back, as our pages do, to a server that may not be there yet. Gives when each was in, in order.
    ///
    /// Panics if that takes longer than `patience`.
    pub fn come_back(&mut self, door: &Door, patience: Duration) -> Vec<u64> {
        let begun = now();
        while self.entered() < self.people.len() {
            let at = now();
            assert!(Duration::from_nanos(at - begun) < patience, "not everybody is back");
            for place in 0..self.people.len() {
                if self.people[place].state == State::Away && self.people[place].retry_at <= at {
                    let stream = self.connect(door, place);
                    self.people[place].set_out(stream);
                }
            }
            self.turn(door, Duration::from_millis(1));
        }
        let mut back: Vec<u64> = self.people.iter().map(|person| person.begun + person.took).collect();
        back.sort_unstable();
        back
    }

    fn entered(&self) -> usize {
        self.people.iter().filter(|person| person.state == State::In).count()
    }

    fn connect(&self, door: &Door, place: usize) -> TcpStream {
        let address = SocketAddr::from(([127, 0, 0, 1], door.port));
        let mut stream = TcpStream::connect(address).expect("a socket");
        self.poll.registry().register(&mut stream, Token(place), Interest::WRITABLE).expect("registered");
        stream
    }

    fn turn(&mut self, door: &Door, wait: Duration) {
        let mut events = Events::with_capacity(1024);
        self.poll.poll(&mut events, Some(wait)).expect("polled");
        for event in &events {
            let place = event.token().0;
            let person = &mut self.people[place];
            let went = match person.state {
                State::Away => continue,
                State::Connecting => {
                    let began = person.begin(door);
                    let listening = Interest::READABLE;
                    let registry = self.poll.registry();
                    registry.reregister(&mut person.stream, Token(place), listening).expect("registered");
                    began
                }
                State::Upgrading | State::Greeting | State::In => person.read(&mut self.scratch, door),
            };
            if let Err(error) = went {
                assert!(self.comes_back, "a listener was sent away: {error}");
                self.send_away(place);
            }
        }
    }

    fn send_away(&mut self, place: usize) {
        let person = &mut self.people[place];
        if person.state == State::In {
            person.attempts = 0;
        }
        let within = (RETRY_MS << person.attempts.min(16)).min(RETRY_MAX_MS);
        person.attempts += 1;
        person.retry_at = now() + self.dice.below(within * 1_000_000);
        person.state = State::Away;
        // A line that broke may be unknown to the poll already.
        let _ = self.poll.registry().deregister(&mut person.stream);
    }
}
