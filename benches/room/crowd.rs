//! Thousands of listeners in one thread: raw sockets, one poll, and no more of WebSocket than hearing needs, so that they
//! are never what is measured.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::child::{Door, now};

/// Listeners on their way in at the same time.
const ENTERING: usize = 512;
/// What is read from a socket at once.
const READ_BYTES: usize = 1 << 16;

/// A room's listeners.
pub struct Crowd {
    poll: Poll,
    people: Vec<Listener>,
    scratch: Vec<u8>,
    fact: Vec<u8>,
    ready: Option<Vec<u8>>,
    /// How many are in.
    entered: usize,
}

/// How long it took to enter.
pub struct Storm {
    pub all: Duration,
    /// Of a hundred listeners, 99 were in after this.
    pub p99: Duration,
}

struct Listener {
    stream: TcpStream,
    state: State,
    /// What was read and is not a whole message yet.
    left: Vec<u8>,
    begun: u64,
    /// Until it was in.
    took: u64,
    /// When each event of the present order was heard.
    heard: Vec<u64>,
}

#[derive(PartialEq, Eq)]
enum State {
    Connecting,
    Upgrading,
    Greeting,
    In,
}

impl Crowd {
    /// Has `count` listeners enter, and says how long that took.
    pub fn enter(door: &Door, count: usize) -> (Self, Storm) {
        let bytes = |text: &String| text.as_bytes().to_vec();
        let mut crowd = Self {
            poll: Poll::new().expect("a poll"),
            people: Vec::with_capacity(count),
            scratch: vec![0; READ_BYTES],
            fact: bytes(&door.fact),
            ready: door.ready.as_ref().map(bytes),
            entered: 0,
        };
        let begun = now();
        while crowd.entered < count {
            while crowd.people.len() < count && crowd.people.len() - crowd.entered < ENTERING {
                crowd.connect(door);
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
    pub fn hear(&mut self, count: usize, patience: Duration) -> Vec<Vec<u64>> {
        let door = Door { port: 0, path: None, hello: None, ready: None, fact: String::new() };
        let begun = now();
        self.people.iter_mut().for_each(|person| person.heard.clear());
        while self.people.iter().any(|person| person.heard.len() < count) {
            assert!(Duration::from_nanos(now() - begun) < patience, "not everybody has heard everything");
            // Looking at everybody costs more than listening does.
            for _ in 0..32 {
                self.turn(&door, Duration::from_millis(5));
            }
        }
        self.people.iter().map(|person| person.heard.clone()).collect()
    }

    fn connect(&mut self, door: &Door) {
        let address = SocketAddr::from(([127, 0, 0, 1], door.port));
        let mut stream = TcpStream::connect(address).expect("a socket");
        let token = Token(self.people.len());
        self.poll.registry().register(&mut stream, token, Interest::WRITABLE).expect("registered");
        let state = State::Connecting;
        self.people.push(Listener {
            stream,
            state,
            left: Vec::new(),
            begun: now(),
            took: 0,
            heard: Vec::new(),
        });
    }

    fn turn(&mut self, door: &Door, wait: Duration) {
        let mut events = Events::with_capacity(1024);
        self.poll.poll(&mut events, Some(wait)).expect("polled");
        for event in &events {
            let place = event.token().0;
            if self.people[place].state == State::Connecting {
                self.begin(place, door);
            } else {
                self.read(place, door);
            }
        }
    }

    /// The connection stands: asks for the upgrade, where there is one.
    fn begin(&mut self, place: usize, door: &Door) {
        let person = &mut self.people[place];
        person.stream.set_nodelay(true).expect("connected");
        let token = Token(place);
        self.poll.registry().reregister(&mut person.stream, token, Interest::READABLE).expect("registered");
        let Some(path) = &door.path else { return person.state = State::Greeting };
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            door.port
        );
        person.stream.write_all(request.as_bytes()).expect("written");
        person.state = State::Upgrading;
    }

    fn let_in(&mut self, place: usize) {
        let person = &mut self.people[place];
        person.state = State::In;
        person.took = now() - person.begun;
        self.entered += 1;
    }

    fn read(&mut self, place: usize, door: &Door) {
        loop {
            let mut scratch = std::mem::take(&mut self.scratch);
            let read = self.people[place].stream.read(&mut scratch);
            match &read {
                Ok(0) => panic!("a listener was sent away"),
                Ok(length) => self.take(place, &scratch[..*length], door),
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}"),
            }
            self.scratch = scratch;
            // What fills the buffer may not be all.
            if !matches!(read, Ok(READ_BYTES)) {
                return;
            }
        }
    }

    /// Takes up what was read: whole messages at once, the rest later.
    fn take(&mut self, place: usize, read: &[u8], door: &Door) {
        let at = now();
        let mut left = std::mem::take(&mut self.people[place].left);
        let whole: &[u8] = if left.is_empty() {
            read
        } else {
            left.extend(read);
            &left
        };
        let mut rest = whole;
        if self.people[place].state == State::Upgrading {
            let Some(end) = rest.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
                self.people[place].left = whole.to_vec();
                return;
            };
            assert!(rest.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&rest[..end]));
            rest = &rest[end + 4..];
            self.greet(place, door);
        }
        while let Some((text, behind)) = message(rest) {
            self.hear_one(place, text, at);
            rest = behind;
        }
        self.people[place].left = rest.to_vec();
    }

    fn greet(&mut self, place: usize, door: &Door) {
        if let Some(hello) = &door.hello {
            self.people[place].stream.write_all(&masked(hello)).expect("written");
        }
        if door.ready.is_none() {
            return self.let_in(place);
        }
        self.people[place].state = State::Greeting;
    }

    fn hear_one(&mut self, place: usize, text: &[u8], at: u64) {
        if text.starts_with(&self.fact) {
            self.people[place].heard.push(at);
        } else if self.people[place].state == State::Greeting
            && self.ready.as_ref().is_some_and(|ready| text.starts_with(ready))
        {
            self.let_in(place);
        }
    }
}

/// The first whole message and what is behind it.
fn message(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, length) = match *bytes.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]))),
        127 => panic!("no message is that long"),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= head + length).then(|| bytes[head..].split_at(length))
}

/// A text as a client sends it. The mask of zeros changes nothing.
fn masked(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("a short text");
    let mut frame = vec![0x81];
    match u8::try_from(length) {
        Ok(short) if short < 126 => frame.push(0x80 | short),
        _ => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    frame
}
