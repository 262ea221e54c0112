//! One listener: a raw socket, and no more of WebSocket than entering and hearing need.

use std::io::{ErrorKind, Read, Write};

use mio::net::TcpStream;

use crate::child::{Door, now};

/// What is read from a socket at once.
pub const READ_BYTES: usize = 1 << 16;

/// How far a listener has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    Connecting,
    Upgrading,
    Greeting,
    In,
    /// Its line broke.
    Away,
}

/// A listener.
pub struct Listener {
    pub stream: TcpStream,
    pub state: State,
    /// When it set out, and how long it took until it was in.
    pub begun: u64,
    pub took: u64,
    /// When each event of the present order was heard.
    pub heard: Vec<u64>,
    /// Events heard in all.
    pub total: usize,
    /// Attempts since it was in last, and when to try again.
    pub attempts: u32,
    pub retry_at: u64,
    /// What was read and is not a whole message yet.
    left: Vec<u8>,
}

impl Listener {
    pub fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            state: State::Connecting,
            begun: now(),
            took: 0,
            heard: Vec::new(),
            total: 0,
            attempts: 0,
            retry_at: 0,
            left: Vec::new(),
        }
    }

    /// Sets out again on another line, with what was heard in mind.
    pub fn set_out(&mut self, stream: TcpStream) {
        self.stream = stream;
        self.state = State::Connecting;
        self.left.clear();
    }

    /// The connection stands or never will: asks for the upgrade, where there is one.
    pub fn begin(&mut self, door: &Door) -> std::io::Result<()> {
        if let Some(error) = self.stream.take_error()? {
            return Err(error);
        }
        self.stream.set_nodelay(true)?;
        let Some(path) = &door.path else {
            self.state = State::Greeting;
            return Ok(());
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            door.port
        );
        self.state = State::Upgrading;
        self.stream.write_all(request.as_bytes())
    }

    /// Reads what is there. Error: the line broke.
    pub fn read(&mut self, scratch: &mut [u8], door: &Door) -> std::io::Result<()> {
        loop {
            let length = match self.stream.read(scratch) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            self.take(&scratch[..length], door)?;
            // What fills the buffer may not be all.
            if length < scratch.len() {
                return Ok(());
            }
        }
    }

    /// Takes up what was read: whole messages at once, the rest later.
    fn take(&mut self, read: &[u8], door: &Door) -> std::io::Result<()> {
        let at = now();
        let mut left = std::mem::take(&mut self.left);
        let whole: &[u8] = if left.is_empty() {
            read
        } else {
            left.extend(read);
            &left
        };
        let mut rest = whole;
        if self.state == State::Upgrading {
            let Some(end) = rest.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
                self.left = whole.to_vec();
                return Ok(());
            };
            assert!(rest.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&rest[..end]));
            rest = &rest[end + 4..];
            self.greet(door)?;
        }
        while let Some((text, behind)) = message(rest) {
            self.hear(text, at, door);
            rest = behind;
        }
        self.left = rest.to_vec();
        Ok(())
    }

    fn greet(&mut self, door: &Door) -> std::io::Result<()> {
        if door.ready.is_none() {
            self.enter();
        } else {
            self.state = State::Greeting;
        }
        let Some(hello) = &door.hello else { return Ok(()) };
        let hello = hello.replace(Door::HEARD, &(door.before + self.total).to_string());
        self.stream.write_all(&masked(&hello))
    }

    fn enter(&mut self) {
        self.state = State::In;
        self.took = now() - self.begun;
    }

    fn hear(&mut self, text: &[u8], at: u64, door: &Door) {
        if text.starts_with(door.fact.as_bytes()) {
            self.heard.push(at);
            self.total += 1;
        } else if self.state == State::Greeting
            && door.ready.as_ref().is_some_and(|ready| text.starts_with(ready.as_bytes()))
        {
            self.enter();
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
