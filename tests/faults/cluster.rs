//! A PostgreSQL server of a drill's own, which it kills, starts again and has followed by a standby.

use std::path::PathBuf;

use crate::folder::Folder;
use crate::postgres::{SERVER_ACCOUNT, newest_programs, shell_of_server};

/// The database of the house.
const NAME: &str = "house";

/// A server, stopped and forgotten with this value.
pub struct Cluster {
    folder: Folder,
    programs: PathBuf,
}

impl Cluster {
    /// A new server that runs, with an empty database.
    pub fn new() -> Self {
        let cluster = Self { folder: Folder::new(), programs: newest_programs() };
        cluster.run("initdb -D data -A trust -E UTF8 --locale=C.UTF-8 -N");
        cluster.start();
        cluster.run(&format!("createdb -h \"$PWD\" {NAME}"));
        cluster
    }

    /// A server that follows this one, asynchronously; it runs.
    pub fn standby(&self) -> Self {
        let standby = Self { folder: Folder::new(), programs: self.programs.clone() };
        let primary = self.folder.path().display();
        standby.run(&format!("pg_basebackup -h {primary} -D data -R -X stream -c fast"));
        standby.start();
        standby
    }

    /// Address of the database.
    pub fn url(&self) -> String {
        format!("postgres://{SERVER_ACCOUNT}@localhost/{NAME}?host={}", self.folder.path().display())
    }

    /// Starts it and waits until it answers.
    pub fn start(&self) {
        self.run("pg_ctl -D data -o \"-k '$PWD' -c listen_addresses=\" -l server.log -w start");
    }

    /// Stops it as a power cut does.
    pub fn kill(&self) {
        self.run("pg_ctl -D data -m immediate -w stop");
    }

    /// Stops it with everything that it has received.
    pub fn stop(&self) {
        self.run("pg_ctl -D data -m fast -w stop");
    }

    /// Makes a standby a primary.
    pub fn promote(&self) {
        self.run("pg_ctl -D data -w promote");
    }

    /// Runs one of the server's programs in its folder.
    fn run(&self, line: &str) {
        let script = format!(
            "cd {}; PATH={}:$PATH; {line} >>programs.log 2>&1",
            self.folder.path().display(),
            self.programs.display()
        );
        let done = shell_of_server(self.folder.path()).args(["-c", &script]).status().expect("a shell");
        assert!(done.success(), "{line}: {}", self.said());
    }

    fn said(&self) -> String {
        let read = |name| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        read("programs.log") + &read("server.log")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.path().join("data/postmaster.pid");
        if data.exists() {
            self.kill();
        }
    }
}
