//! A throwaway PostgreSQL for tests: one server per test process, one database per test.
//!
//! The server keeps its data in a private folder, listens on a socket there and nowhere else, and runs with
//! its safe defaults (`fsync` on). A shell holds it and watches a pipe from the test process: when that ends,
//! however it ends, the shell stops the server and removes the folder.
//!
//! Nothing is skipped: without PostgreSQL the test fails and says what to install.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The account that owns the server's files when tests run as root: PostgreSQL refuses root.
pub const SERVER_ACCOUNT: &str = "postgres";
const START_WAIT_MAX: Duration = Duration::from_secs(60);

struct Server {
    folder: PathBuf,
    programs: PathBuf,
    /// Its standard input is the pipe that keeps the server alive.
    _holder: Child,
}

/// The address of a new, empty database.
pub fn new_database() -> String {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(start);
    let name = format!("house_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let made = server.command("createdb").arg(&name).output().expect("createdb runs");
    assert!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
    format!("postgres://{SERVER_ACCOUNT}@localhost/{name}?host={}", server.folder.display())
}

impl Server {
    /// A client program pointed at this server.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.arg("-h").arg(&self.folder).args(["-U", SERVER_ACCOUNT]);
        command
    }
}

fn start() -> Server {
    let programs = newest_programs();
    // Short: the name of a socket may have 107 bytes.
    let folder = std::env::temp_dir().join(format!("kbpg-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder of the server can be made");
    let script = format!(
        "set -e; cd {folder}; \
         {programs}/initdb -D data -U {SERVER_ACCOUNT} -A trust -E UTF8 --locale=C.UTF-8 -N >initdb.log 2>&1; \
         {programs}/postgres -D data -k {folder} -c listen_addresses= -c max_connections=300 >server.log 2>&1 & \
         server=$!; cat >end; kill -INT $server; wait $server || true; cd /; rm -rf {folder}",
        folder = folder.display(),
        programs = programs.display(),
    );
    let mut shell = shell_of_server(&folder);
    let holder = shell.args(["-c", &script]).stdin(Stdio::piped()).spawn().expect("a shell starts");
    let server = Server { folder, programs, _holder: holder };
    server.wait_until_ready();
    server
}

impl Server {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a server of its own takes is no time of the platform"
    )]
    fn wait_until_ready(&self) {
        let begun = Instant::now();
        while !self.command("pg_isready").arg("-q").status().is_ok_and(|status| status.success()) {
            let log = |name| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
            assert!(
                begun.elapsed() < START_WAIT_MAX,
                "PostgreSQL did not start: {}{}",
                log("initdb.log"),
                log("server.log")
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A shell as an account that PostgreSQL accepts and that owns the folder.
pub fn shell_of_server(folder: &Path) -> Command {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Command::new("sh");
    }
    let owned = Command::new("chown").arg(SERVER_ACCOUNT).arg(folder).status();
    assert!(owned.is_ok_and(|status| status.success()), "the account {SERVER_ACCOUNT} exists");
    let mut shell = Command::new("runuser");
    shell.args(["-u", SERVER_ACCOUNT, "--", "sh"]);
    shell
}

/// The folder of the newest PostgreSQL on this machine.
pub fn newest_programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|version| version.file_name().to_str()?.parse::<u32>().ok())
        .max()
        .expect("these tests need PostgreSQL: apt-get install postgresql");
    PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"))
}
