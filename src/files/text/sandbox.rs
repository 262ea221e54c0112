//! A child with little room: bounded memory, processor time, time on the wall and output, an empty
//! environment, a private folder.
//!
//! The bounds on memory and processor time are set by `prlimit` (util-linux) where it is installed; the
//! others always hold.

use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout_at};

use crate::limits::TextLimits;

/// Where programs of the system are looked for: the environment is not asked.
const PROGRAM_FOLDERS: [&str; 3] = ["/usr/bin", "/usr/local/bin", "/bin"];

/// Tells the private folders of children apart.
static FOLDERS: AtomicU64 = AtomicU64::new(0);

/// What a child left.
#[derive(Debug)]
pub(super) struct Ran {
    /// What it wrote, as far as it was taken.
    pub output: Vec<u8>,
    /// Whether it ended by itself, in time and content.
    pub is_success: bool,
}

/// Where children run and what they may take.
#[derive(Debug, Clone)]
pub(super) struct Sandbox {
    pub workspace: PathBuf,
    pub limits: TextLimits,
}

/// A folder that goes with this value.
pub(super) struct PrivateFolder(pub PathBuf);

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // What stays behind lies in the workspace, which is emptied by whoever owns it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Sandbox {
    /// Runs a program over `input` from its beginning and takes what it writes until `deadline`. A child that
    /// dies, hangs or writes too much is no error: its output until then is given back.
    pub async fn run(
        &self,
        program: &Path,
        arguments: &[&str],
        input: &File,
        deadline: Instant,
    ) -> io::Result<Ran> {
        let folder = self.private_folder()?;
        let mut input = input.try_clone()?;
        input.rewind()?;
        let mut child = self
            .command(program, arguments)
            .env_clear()
            .current_dir(&folder.0)
            .stdin(Stdio::from(input))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut output = Vec::new();
        let taken = timeout_at(deadline, self.take(&mut child, &mut output)).await;
        let is_success = matches!(taken, Ok(Ok(true)));
        if !is_success {
            // It may have died by itself already.
            let _ = child.kill().await;
        }
        Ok(Ran { output, is_success })
    }

    async fn take(&self, child: &mut Child, output: &mut Vec<u8>) -> io::Result<bool> {
        if let Some(stdout) = child.stdout.take() {
            stdout.take(self.limits.output_bytes_max).read_to_end(output).await?;
        }
        if output.len() as u64 == self.limits.output_bytes_max {
            return Ok(false);
        }
        Ok(child.wait().await?.success())
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let Some(prlimit) = find_program("prlimit") else {
            let mut command = Command::new(program);
            command.args(arguments);
            return command;
        };
        let mut command = Command::new(prlimit);
        command
            .arg(format!("--as={}", self.limits.memory_bytes_max))
            .arg(format!("--cpu={}", self.limits.cpu_s_max))
            .arg(format!("--fsize={}", self.limits.output_bytes_max))
            .args(["--nproc=1", "--nofile=32", "--core=0", "--"])
            .arg(program)
            .args(arguments);
        command
    }

    /// A new folder of its own for a child.
    pub fn private_folder(&self) -> io::Result<PrivateFolder> {
        let name = format!("child-{}-{}", std::process::id(), FOLDERS.fetch_add(1, Ordering::Relaxed));
        let folder = self.workspace.join(name);
        fs::create_dir_all(&folder)?;
        Ok(PrivateFolder(folder))
    }
}

/// The path of a program of the system, if it is installed.
pub(super) fn find_program(name: &str) -> Option<PathBuf> {
    PROGRAM_FOLDERS.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file())
}
