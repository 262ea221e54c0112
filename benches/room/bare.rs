//! The floor: what no room can do without. An event is made durable twice, as in the log and its second store, and written
//! to one socket after another by one call each.

use std::fs::File;
use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::child::{Door, now, obey};
use crate::ours;

/// What one who entered hears first.
const READY: &str = "in";

pub fn serve() {
    let listener = kaibiao::http::listen(([127, 0, 0, 1], 0).into()).expect("a port");
    listener.set_nonblocking(false).expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    let people: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
    let entered = Arc::clone(&people);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            stream.write_all(&frame(READY)).expect("somebody enters");
            entered.lock().expect("a list").push(stream);
        }
    });
    let folder = crate::folder::Folder::new();
    let mut files = ["log", "second"].map(|name| File::create(folder.path().join(name)).expect("a file"));
    let ready = Some(READY.to_owned());
    let door =
        Door { port, path: None, hello: None, ready, fact: ours::FACT.to_owned(), before: 0, again: None };
    let frame = frame(&ours::sample());
    obey(&door, |count, every| {
        let mut begun = Vec::with_capacity(count);
        for _ in 0..count {
            begun.push(now());
            if every > Duration::ZERO || begun.len() == 1 {
                durable(&mut files, &frame);
            }
            for mut person in people.lock().expect("a list").iter() {
                person.write_all(&frame).expect("somebody listens");
            }
            let next = Duration::from_nanos(begun[begun.len() - 1]) + every;
            std::thread::sleep(next.saturating_sub(Duration::from_nanos(now())));
        }
        begun
    });
}

/// A text as a WebSocket message.
fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(text.len()) {
        Ok(short) if short < 126 => frame.push(short),
        _ => {
            frame.push(126);
            frame.extend(u16::try_from(text.len()).expect("a short text").to_be_bytes());
        }
    }
    frame.extend(text.as_bytes());
    frame
}

fn durable(files: &mut [File; 2], bytes: &[u8]) {
    for file in files {
        file.write_all(bytes).expect("written");
        file.sync_data().expect("durable");
    }
}
