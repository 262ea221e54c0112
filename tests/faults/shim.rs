//! What stands between a child process and its disk: `shim.c`, compiled when it is first needed.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// Makes `command` run over the shim for all files below `watched`; every change is appended to `journal`.
pub fn record(command: &mut Command, watched: &Path, journal: &Path) {
    preload(command).env("SHIM_WATCH", watched).env("SHIM_JOURNAL", journal);
}

/// Kinds of calls that can fail: writes, syncs, changes of names, reads.
pub const WRITES: u32 = 1;
pub const SYNCS: u32 = 2;
pub const NAMES: u32 = 4;
pub const READS: u32 = 8;

/// Errors of the disk, by their number.
pub const EIO: u32 = 5;
pub const ENOSPC: u32 = 28;

/// The call of these kinds that comes `after` so many others fails, and those that follow it, `times` in all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fault {
    pub kinds: u32,
    pub after: u32,
    pub times: u32,
    pub error: u32,
}

/// Faults that can be under way at once: the second is waited for when the first is over.
pub const FAULTS_MAX: usize = 2;
/// Bytes of a fault in the control file, and of the words for what failed.
const FAULT_BYTES: usize = 16;
const WORDS_BYTES: usize = 112;
/// Where the words begin: behind the faults and two counts.
const WORDS_AT: usize = FAULTS_MAX * FAULT_BYTES + 8;

/// Makes calls fail, in a process over the shim.
pub struct Control(File);

impl Control {
    /// Makes `command` run over the shim with a new control file at `path`. Files below `watched` can fail; with
    /// `sockets` the connections to a database too.
    pub fn over(command: &mut Command, watched: &Path, path: &Path, sockets: bool) {
        std::fs::write(path, [0; WORDS_AT + FAULTS_MAX * WORDS_BYTES]).expect("a control file");
        preload(command).env("SHIM_WATCH", watched).env("SHIM_CONTROL", path);
        if sockets {
            command.env("SHIM_SOCKETS", "1");
        }
    }

    /// The control file of this process.
    pub fn open(path: &Path) -> Self {
        Self(File::options().read(true).write(true).open(path).expect("a control file"))
    }

    /// From now on these calls fail, and no others.
    pub fn arm(&self, faults: &[Fault]) {
        let mut bytes = vec![0; WORDS_AT + FAULTS_MAX * WORDS_BYTES];
        for (place, fault) in faults.iter().enumerate() {
            let numbers = [fault.kinds, fault.after, fault.times, fault.error].map(u32::to_le_bytes);
            bytes[place * FAULT_BYTES..][..FAULT_BYTES].copy_from_slice(numbers.as_flattened());
        }
        self.0.write_all_at(&bytes, 0).expect("armed");
    }

    /// Lets everything succeed again. Gives the words for each fault that happened, in order.
    pub fn disarm(&self) -> Vec<String> {
        self.0.write_all_at(&[0; FAULTS_MAX * FAULT_BYTES], 0).expect("disarmed");
        let mut words = [0; FAULTS_MAX * WORDS_BYTES];
        self.0.read_exact_at(&mut words, WORDS_AT as u64).expect("read");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned();
        words.chunks(WORDS_BYTES).map(text).filter(|words| !words.is_empty()).collect()
    }
}

fn preload(command: &mut Command) -> &mut Command {
    command.env("LD_PRELOAD", compiled())
}

/// The shim as a library. It stays until the machine forgets its temporary files: children may still use it.
fn compiled() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
        let library = std::env::temp_dir().join(format!("kaibiao-shim-{}.so", std::process::id()));
        let mut compiler = Command::new("cc");
        compiler.args(["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"]);
        let done = compiler.arg(&library).arg(source).arg("-ldl").status();
        assert!(
            done.is_ok_and(|status| status.success()),
            "these tests need a C compiler: apt-get install gcc"
        );
        library
    })
}
