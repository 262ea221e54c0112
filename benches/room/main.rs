//! One event and a burst of events to a room of 1,000, 5,000 and 10,000 sockets: how long until the last has heard it and
//! what it costs, beside raw writes of the same bytes to as many sockets (the floor) and beside `ws` and `socket.io` on
//! Node (the peers), in the same run. Each server has the first core to itself, the listeners have the second.

mod bare;
mod child;
mod crowd;
mod figures;
mod listener;
mod ours;

#[path = "../../tests/support/committee.rs"]
#[allow(dead_code, reason = "the tests' custodians; a bench needs a part of them")]
mod committee;
#[path = "../../tests/support/dice.rs"]
mod dice;
#[path = "../../tests/support/folder.rs"]
mod folder;
#[path = "../../tests/it/harness.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "the tests' centre; a bench needs a part of it")]
mod harness;
#[path = "../../tests/support/postgres.rs"]
#[allow(dead_code, reason = "the tests' centre can be on it")]
mod postgres;
#[path = "../../tests/it/procedure.rs"]
#[allow(dead_code, reason = "the tests' procedure; a bench publishes only")]
mod procedure;
#[path = "../../tests/it/served.rs"]
#[allow(dead_code, reason = "the tests' visitors; a bench is a stranger")]
mod served;
#[path = "../../tests/it/terms.rs"]
#[allow(dead_code, reason = "the tests' tender")]
mod terms;

use std::process::Command;
use std::time::Duration;

use child::Child;
use crowd::Crowd;
use figures::Figures;
use rustix::thread::{CpuSet, sched_setaffinity};

/// The core of the servers, and that of the listeners.
const CORES: [usize; 2] = [0, 1];
/// Who is measured: the floor first, then we, then the peers.
const CONTENDERS: [&str; 4] = ["bare", "ours", "ws", "socket.io"];
/// Rooms: listeners, events one by one and their pace, events at once.
const ROOMS: [Room; 3] = [
    Room { listeners: 1_000, paced: 40, every: Duration::from_millis(100), burst: 500 },
    Room { listeners: 5_000, paced: 20, every: Duration::from_millis(400), burst: 100 },
    Room { listeners: 10_000, paced: 14, every: Duration::from_millis(800), burst: 50 },
];
/// For everybody to have heard everything.
const PATIENCE: Duration = Duration::from_secs(60);

struct Room {
    listeners: usize,
    paced: usize,
    every: Duration,
    burst: usize,
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("bare") => bare::serve(),
        Some("ours") => ours::serve(&std::env::args().skip(2).collect::<Vec<_>>()),
        _ => measure_all(),
    }
}

/// For all rooms, or for the sizes that are named.
fn measure_all() {
    pin_to(CORES[1]);
    let wanted: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    println!("{}", Figures::HEAD);
    for room in ROOMS.iter().filter(|room| wanted.is_empty() || wanted.contains(&room.listeners)) {
        let all: Vec<Figures> = CONTENDERS.iter().map(|name| measure(name, room)).collect();
        figures::compare(room.listeners, &all);
    }
}

/// All that is measured of one server and room.
fn measure(name: &str, room: &Room) -> Figures {
    let mut server = Child::start(command(name, &[]));
    let empty = server.resident();
    let used = server.processor();
    let (mut crowd, storm) = Crowd::enter(&server.door, room.listeners);
    std::thread::sleep(Duration::from_secs(2));
    let mut figures = Figures::new(name, room.listeners, &storm);
    figures.bytes_each = (server.resident().saturating_sub(empty)) as f64 / room.listeners as f64;
    figures.enter_micros = (server.processor() - used).as_secs_f64() * 1e6 / room.listeners as f64;

    let used = server.processor();
    server.publish(room.paced, room.every);
    let heard = crowd.hear(&server.door, room.paced, PATIENCE);
    figures.take_paced(&server.published(), &heard, server.processor() - used);

    std::thread::sleep(Duration::from_secs(2));
    let used = server.processor();
    server.publish(room.burst, Duration::ZERO);
    let heard = crowd.hear(&server.door, room.burst, PATIENCE);
    figures.take_burst(&server.published(), &heard, server.processor() - used);
    println!("{figures}");
    if server.door.again.is_some() {
        restart(server, &mut crowd, room);
    }
    figures
}

/// The server is killed and started again, and everybody comes back to where they were: when the last one is there.
fn restart(server: Child, crowd: &mut Crowd, room: &Room) {
    let again = server.door.again.clone().unwrap_or_default();
    let killed = child::now();
    let door = server.kill();
    crowd.lose(&door);
    let starting = std::thread::spawn({
        let again = again.clone();
        move || (Child::start(command("ours", &again)), child::now())
    });
    let back = crowd.come_back(&door, PATIENCE);
    let (server, up) = starting.join().expect("a server");
    let millis = |at: u64| at.saturating_sub(killed) as f64 / 1e6;
    println!(
        "{:>9} ours        killed: again at its door after {:.0} ms, half of the listeners after {:.0}, the last after {:.0}",
        room.listeners,
        millis(up),
        millis(back[back.len() / 2]),
        millis(back[back.len() - 1]),
    );
    drop(server);
    std::fs::remove_dir_all(&again[0]).expect("what the killed one left");
}

/// The server `name` on its core.
fn command(name: &str, arguments: &[String]) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", &CORES[0].to_string()]);
    match name {
        "bare" | "ours" => command.arg(std::env::current_exe().expect("this executable")).arg(name),
        peer => command.arg("node").arg(format!("benches/room/peers/{peer}.mjs")),
    };
    command.args(arguments);
    command
}

fn pin_to(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores).expect("a core");
}
