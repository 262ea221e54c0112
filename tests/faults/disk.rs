//! A disk that forgets: what may be on it after the power went, at any point of a journal that `shim.c` wrote.
//!
//! A change is safe once its file was synced, a name once its folder was. Of everything else any part may be there, in
//! sectors of 512 bytes and in any order. That is less than most file systems promise, and all that POSIX does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::dice::Dice;

/// What a disk writes whole.
const SECTOR: usize = 512;

/// One change, in the order of the journal.
pub enum Operation {
    Open { handle: u32, path: PathBuf, is_emptied: bool },
    Write { handle: u32, offset: usize, bytes: Vec<u8> },
    Truncate { handle: u32, length: usize },
    Sync { handle: u32 },
    SyncFailed { handle: u32 },
    Rename { from: PathBuf, to: PathBuf },
    Unlink(PathBuf),
    Folder(PathBuf),
}

/// Reads a journal.
pub fn read_journal(path: &Path) -> Vec<Operation> {
    let bytes = std::fs::read(path).expect("a journal");
    let mut rest = bytes.as_slice();
    let mut operations = Vec::new();
    while let Some((head, after)) = rest.split_first_chunk::<21>() {
        let number = |at: usize| {
            let bytes = head[at..at + 8].try_into().expect("eight bytes");
            usize::try_from(u64::from_le_bytes(bytes)).expect("64 bits")
        };
        let handle = u32::from_le_bytes(head[1..5].try_into().expect("four bytes"));
        let (offset, length) = (number(5), number(13));
        let (bytes, after) = after.split_at(length);
        let path = || PathBuf::from(std::str::from_utf8(bytes).expect("a path"));
        operations.push(match head[0] {
            b'o' => Operation::Open { handle, path: path(), is_emptied: offset & 2 != 0 },
            b'w' => Operation::Write { handle, offset, bytes: bytes.to_vec() },
            b't' => Operation::Truncate { handle, length: offset },
            b's' => Operation::Sync { handle },
            b'n' => Operation::SyncFailed { handle },
            b'u' => Operation::Unlink(path()),
            b'm' => Operation::Folder(path()),
            b'r' => {
                let names = std::str::from_utf8(bytes).expect("paths");
                let (from, to) = names.split_once('\n').expect("two names");
                Operation::Rename { from: from.into(), to: to.into() }
            }
            kind => panic!("no such operation: {kind}"),
        });
        rest = after;
    }
    operations
}

/// What the power leaves.
pub enum Left<'a> {
    /// What was synced, and nothing else.
    Synced,
    /// Everything, but of the last write only some of the first sectors.
    Torn(&'a mut Dice),
    /// What was synced, of the rest any sectors, and of the names any number from the first.
    Some(&'a mut Dice),
}

/// A change of a file's bytes.
#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

#[derive(Clone, Default)]
struct File {
    synced: Vec<u8>,
    unsynced: Vec<Change>,
    /// How many of the first unsynced changes a sync failed for: no later sync makes them safe, only writing them again.
    forgotten: usize,
}

/// A change of the names in a folder: the file that has the name from now on, or none.
#[derive(Clone)]
struct Naming {
    folder: PathBuf,
    names: Vec<(PathBuf, Option<Node>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder,
}

/// The disk.
pub struct Disk {
    root: PathBuf,
    files: Vec<File>,
    /// What the process sees.
    names: BTreeMap<PathBuf, Node>,
    /// What is safe.
    names_synced: BTreeMap<PathBuf, Node>,
    namings: Vec<Naming>,
    handles: BTreeMap<u32, (PathBuf, Option<usize>)>,
    last_written: Option<usize>,
}

/// Files and their bytes, and folders, by their path below the root.
#[derive(Default, PartialEq, Eq, Hash)]
pub struct Image {
    files: BTreeMap<PathBuf, Vec<u8>>,
    folders: BTreeSet<PathBuf>,
}

impl Disk {
    /// A folder `root` with one empty folder in it.
    pub fn new(root: &Path, folder: &str) -> Self {
        let names = BTreeMap::from([(root.join(folder), Node::Folder)]);
        Self {
            root: root.to_owned(),
            files: Vec::new(),
            names: names.clone(),
            names_synced: names,
            namings: Vec::new(),
            handles: BTreeMap::new(),
            last_written: None,
        }
    }

    /// The path of the file or folder that was opened with `handle`.
    pub fn path_of(&self, handle: u32) -> &Path {
        &self.handles[&handle].0
    }

    /// An operation in a few words.
    pub fn words(&self, operation: &Operation) -> String {
        let name = |path: &Path| path.file_name().map_or_else(String::new, |name| name.display().to_string());
        let of = |handle: &u32| name(self.path_of(*handle));
        match operation {
            Operation::Open { path, .. } => format!("open {}", name(path)),
            Operation::Write { handle, offset, bytes } => {
                format!("write {} bytes at {offset} of {}", bytes.len(), of(handle))
            }
            Operation::Truncate { handle, length } => format!("cut {} to {length}", of(handle)),
            Operation::SyncFailed { handle } => format!("do not sync {}", of(handle)),
            Operation::Sync { handle } => format!("sync {}", of(handle)),
            Operation::Rename { to, .. } => format!("rename to {}", name(to)),
            Operation::Unlink(path) => format!("unlink {}", name(path)),
            Operation::Folder(path) => format!("make folder {}", name(path)),
        }
    }

    /// Does what the process did.
    pub fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Open { handle, path, is_emptied } => self.open(*handle, path, *is_emptied),
            Operation::Write { handle, offset, bytes } => {
                self.change(*handle, Change::Write(*offset, bytes.clone()));
            }
            Operation::Truncate { handle, length } => self.change(*handle, Change::Truncate(*length)),
            Operation::Sync { handle } => self.sync(*handle),
            Operation::SyncFailed { handle } => self.forget(*handle),
            Operation::Rename { from, to } => {
                let node = self.names.get(from).copied();
                self.name(vec![(to.clone(), node), (from.clone(), None)]);
            }
            Operation::Unlink(path) => self.name(vec![(path.clone(), None)]),
            Operation::Folder(path) => self.name(vec![(path.clone(), Some(Node::Folder))]),
        }
    }

    fn open(&mut self, handle: u32, path: &Path, is_emptied: bool) {
        let file = match self.names.get(path) {
            Some(Node::File(file)) => Some(*file),
            Some(Node::Folder) => None,
            None if path == self.root => None,
            None => {
                self.files.push(File::default());
                let file = self.files.len() - 1;
                self.name(vec![(path.to_owned(), Some(Node::File(file)))]);
                Some(file)
            }
        };
        self.handles.insert(handle, (path.to_owned(), file));
        if is_emptied {
            self.change(handle, Change::Truncate(0));
        }
    }

    fn change(&mut self, handle: u32, change: Change) {
        let file = self.handles[&handle].1.expect("a folder is not written to");
        self.files[file].unsynced.push(change);
        self.last_written = Some(file);
    }

    fn name(&mut self, names: Vec<(PathBuf, Option<Node>)>) {
        let folder = names[0].0.parent().expect("below the root").to_owned();
        set(&mut self.names, &names);
        self.namings.push(Naming { folder, names });
    }

    fn sync(&mut self, handle: u32) {
        match &self.handles[&handle] {
            (_, Some(file)) => {
                let file = &mut self.files[*file];
                for change in std::mem::take(&mut file.unsynced).split_off(file.forgotten) {
                    change.apply(&mut file.synced);
                }
                file.forgotten = 0;
            }
            (path, None) => {
                let synced = &mut self.names_synced;
                self.namings.retain(|naming| {
                    let is_here = naming.folder == *path;
                    if is_here {
                        set(synced, &naming.names);
                    }
                    !is_here
                });
            }
        }
    }

    /// A sync failed: what it was for may never reach the disk, though the process reads it back.
    fn forget(&mut self, handle: u32) {
        if let Some(file) = self.handles[&handle].1 {
            self.files[file].forgotten = self.files[file].unsynced.len();
        }
    }

    /// What is there after the power went.
    pub fn image(&self, left: Left<'_>) -> Image {
        let (names, contents): (_, Box<dyn FnMut(usize) -> Vec<u8>>) = match left {
            Left::Synced => (self.names_synced.clone(), Box::new(|file| self.files[file].synced.clone())),
            Left::Torn(dice) => (self.names.clone(), Box::new(|file| self.torn(file, dice))),
            Left::Some(dice) => {
                let mut names = self.names_synced.clone();
                let count = dice.below(self.namings.len() as u64 + 1);
                let first = self.namings.iter().take(usize::try_from(count).expect("64 bits"));
                first.for_each(|naming| set(&mut names, &naming.names));
                (names, Box::new(|file| self.files[file].some(dice)))
            }
        };
        self.collect(&names, contents)
    }

    fn collect(&self, names: &BTreeMap<PathBuf, Node>, mut contents: impl FnMut(usize) -> Vec<u8>) -> Image {
        let mut image = Image::default();
        for (path, node) in names {
            let below = path.strip_prefix(&self.root).expect("below the root");
            // What lies in a folder that was never made safe is gone with it.
            let is_reached = below
                .parent()
                .is_none_or(|parent| parent.as_os_str().is_empty() || image.folders.contains(parent));
            match node {
                _ if !is_reached => {}
                Node::Folder => drop(image.folders.insert(below.to_owned())),
                Node::File(file) => drop(image.files.insert(below.to_owned(), contents(*file))),
            }
        }
        image
    }

    /// A file with all its changes; the last change of all only as far as the dice say.
    fn torn(&self, number: usize, dice: &mut Dice) -> Vec<u8> {
        let file = &self.files[number];
        let mut bytes = file.synced.clone();
        let is_last = |place: usize| self.last_written == Some(number) && place + 1 == file.unsynced.len();
        for (place, change) in file.unsynced.iter().enumerate() {
            match change {
                Change::Write(offset, written) if is_last(place) => {
                    let sectors = written.len().div_ceil(SECTOR) as u64;
                    let kept = usize::try_from(dice.below(sectors + 1)).expect("64 bits") * SECTOR;
                    Change::Write(*offset, written[..kept.min(written.len())].to_vec()).apply(&mut bytes);
                }
                change => change.apply(&mut bytes),
            }
        }
        bytes
    }
}

impl File {
    /// What was synced, and of the rest what the dice say, sector by sector.
    fn some(&self, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        for change in &self.unsynced {
            match change {
                Change::Truncate(_) if dice.below(2) == 0 => {}
                Change::Truncate(_) => change.apply(&mut bytes),
                Change::Write(offset, written) => {
                    for (place, sector) in written.chunks(SECTOR).enumerate() {
                        if dice.below(2) == 1 {
                            Change::Write(offset + place * SECTOR, sector.to_vec()).apply(&mut bytes);
                        }
                    }
                }
            }
        }
        bytes
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Truncate(length) => bytes.resize(*length, 0),
            Self::Write(_, written) if written.is_empty() => {}
            Self::Write(offset, written) => {
                let end = offset + written.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*offset..end].copy_from_slice(written);
            }
        }
    }
}

fn set(names: &mut BTreeMap<PathBuf, Node>, changes: &[(PathBuf, Option<Node>)]) {
    for (path, node) in changes {
        match node {
            Some(node) => drop(names.insert(path.clone(), *node)),
            None => drop(names.remove(path)),
        }
    }
}

impl Image {
    /// Puts it into `folder`, without the file that has this name.
    pub fn put(&self, folder: &Path, without: &str) {
        for below in &self.folders {
            std::fs::create_dir_all(folder.join(below)).expect("a folder can be made");
        }
        for (below, bytes) in &self.files {
            if below != Path::new(without) {
                std::fs::write(folder.join(below), bytes).expect("a file can be written");
            }
        }
    }
}
