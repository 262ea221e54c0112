//! Start-up time and resident memory of an idle server, beside a process that only starts and says its version.

#[allow(dead_code, reason = "this bench takes no rates")]
mod measure;

#[path = "../tests/support/folder.rs"]
mod folder;

use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The executable as built for this run.
const EXECUTABLE: &str = env!("CARGO_BIN_EXE_kaibiao");

fn main() {
    let folder = folder::Folder::new();
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let config = folder.path().join("kaibiao.toml");
    let (data, head) = (folder.path().join("data"), folder.path().join("elsewhere/head.json"));
    let text = format!(
        "origin = \"bench.example/tlog/1\"\ndata = {data:?}\nsecond_store = {head:?}\nlisten = \"127.0.0.1:{port}\"\n"
    );
    std::fs::write(&config, text).expect("a configuration");
    let init = ["init", "--name", "中心", "--name-en", "Centre"];
    let founded =
        Command::new(EXECUTABLE).args(init).arg("--config").arg(&config).stdout(Stdio::null()).status();
    assert!(founded.expect("started").success(), "the centre is founded");

    let (_, bare) =
        measure::time(|| Command::new(EXECUTABLE).arg("--version").stdout(Stdio::null()).status());
    let begun = now();
    let mut server = Command::new(EXECUTABLE)
        .args(["serve", "--config"])
        .arg(&config)
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the server listens");
        sleep(Duration::from_millis(2));
    }
    let listening = begun.elapsed();
    sleep(Duration::from_secs(2));
    let resident = resident_kib(server.id());
    let _ = server.kill();
    let _ = server.wait();
    let ms = |span: Duration| span.as_secs_f64() * 1000.0;
    measure::print("start-up to listening", ms(listening), "--version of the same file", ms(bare), "ms");
    println!("{:<46} {:>12.1} MiB resident", "idle server", resident as f64 / 1024.0);
}

#[expect(clippy::disallowed_methods, reason = "a bench measures with the machine's own clock")]
fn now() -> Instant {
    Instant::now()
}

fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a living process");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a resident size");
    line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number")
}
