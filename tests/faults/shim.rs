//! What stands between a child process and its disk: `shim.c`, compiled when it is first needed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Makes `command` run over the shim for all files below `watched`; every change is appended to `journal`.
pub fn record(command: &mut Command, watched: &Path, journal: &Path) {
    preload(command).env("SHIM_WATCH", watched).env("SHIM_JOURNAL", journal);
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
