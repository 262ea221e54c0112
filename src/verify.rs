//! `kaibiao verify`, `kaibiao receipt verify` and `kaibiao equivocation`: what they read, print and return. Needs no server.

mod equivocation;

pub use equivocation::{EquivocationArgs, equivocation};

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use kaibiao_crypto::checkpoint::{NoteError, NoteVerifier};
use kaibiao_crypto::receipt::{RECEIPT_BYTES_MAX, Receipt, ReceiptError, Verified};
use kaibiao_crypto::succession::{LogKeys, SuccessionError};

use crate::base::Instant;
use crate::replay::bundle::{Bundle, BundleError};
use crate::replay::check::{self, Policy, PolicyError, Report, Trust, Verdict};

/// Arguments of `kaibiao verify`.
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// The evidence bundle (.tdr).
    pub file: PathBuf,
    /// The log's public key (a vkey line), from another source than the file.
    #[arg(long)]
    pub log_key: Option<String>,
    /// A file that says which witnesses must have cosigned (C2SP tlog-policy).
    #[arg(long)]
    pub policy: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `kaibiao receipt`.
#[derive(Subcommand, Clone, Debug)]
pub enum ReceiptCommand {
    /// Checks a receipt, alone and offline.
    Verify(ReceiptArgs),
}

/// Arguments of `kaibiao receipt verify`.
#[derive(Args, Clone, Debug)]
pub struct ReceiptArgs {
    /// The receipt.
    pub file: PathBuf,
    /// The log's public key (a vkey line), from another source than the receipt.
    #[arg(long)]
    pub log_key: String,
    /// Public keys of witnesses (vkey lines): all of them must have cosigned.
    #[arg(long)]
    pub witness: Vec<String>,
    /// A file that says which witnesses must have cosigned, and how many (C2SP tlog-policy).
    #[arg(long, conflicts_with = "witness")]
    pub policy: Option<PathBuf>,
    /// Receipts of the rotations of the log's key, in their order, where the receipt is by another key than yours.
    #[arg(long)]
    pub rotation: Vec<PathBuf>,
}

/// Why a command could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The bundle cannot be read at all.
    #[error("not an evidence bundle: {0}")]
    Bundle(#[from] BundleError),
    /// A receipt of a rotation of the log's key.
    #[error("the rotation: {0}")]
    Rotation(#[from] SuccessionError),
    /// A key that was given.
    #[error("the key: {0}")]
    Key(#[from] NoteError),
    /// The policy that was given.
    #[error("the policy: {0}")]
    Policy(#[from] PolicyError),
    /// What was given holds no signed head.
    #[error("{0} holds no signed head")]
    NoHead(String),
    /// A proof that was given.
    #[error("the proof: {0}")]
    Proof(#[from] serde_json::Error),
    /// The report cannot be printed.
    #[error("printing: {0}")]
    Print(#[from] io::Error),
}

impl CommandError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Bundle(error) => error.code(),
            Self::Rotation(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::Policy(error) => error.code(),
            Self::NoHead(_) => "no_head",
            Self::Proof(_) => "proof_form",
            Self::Print(_) => "print",
        }
    }
}

/// Runs `kaibiao verify`: prints the report; success if no check failed. A file that cannot be read is a failure too.
pub fn verify(args: &VerifyArgs, out: &mut dyn Write) -> ExitCode {
    let done = report(args).and_then(|report| {
        if args.json {
            serde_json::to_writer_pretty(&mut *out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        } else {
            out.write_all(report.to_text().as_bytes())?;
        }
        Ok(report.verdict == Verdict::Verified)
    });
    end(done, out)
}

fn report(args: &VerifyArgs) -> Result<Report, CommandError> {
    let log_key = args.log_key.as_deref().map(NoteVerifier::parse).transpose()?;
    let policy = args.policy.as_deref().map(read_policy).transpose()?;
    let file = File::open(&args.file).map_err(|source| at(&args.file, source))?;
    let mut bundle = Bundle::open(BufReader::new(file))?;
    Ok(check::verify(&mut bundle, &Trust { log_key, policy })?)
}

fn read_policy(path: &Path) -> Result<Policy, CommandError> {
    let text = std::fs::read_to_string(path).map_err(|source| at(path, source))?;
    Ok(Policy::parse(&text)?)
}

/// Runs `kaibiao receipt`: prints what the receipt proves; success if it proves it.
pub fn receipt(command: &ReceiptCommand, out: &mut dyn Write) -> ExitCode {
    let ReceiptCommand::Verify(args) = command;
    let done = proof(args).and_then(|proof| {
        match &proof {
            Ok(verified) => write_receipt(verified, out)?,
            Err(error) => writeln!(out, "✗ 回执不成立 / not a valid receipt: {error} ({})", error.code())?,
        }
        Ok(proof.is_ok())
    });
    end(done, out)
}

fn proof(args: &ReceiptArgs) -> Result<Result<Verified, ReceiptError>, CommandError> {
    let log = NoteVerifier::parse(&args.log_key)?;
    let (witnesses, quorum) = match &args.policy {
        Some(path) => {
            let policy = read_policy(path)?;
            (policy.witnesses, policy.quorum)
        }
        None => {
            let keys = args.witness.iter().map(|vkey| NoteVerifier::parse(vkey));
            (keys.collect::<Result<Vec<_>, _>>()?, args.witness.len())
        }
    };
    let keys = followed(&log, &args.rotation, &witnesses, quorum)?;
    let verify = |receipt: Receipt| receipt.verify(keys.of_note(&receipt.note), &witnesses, quorum);
    Ok(read_receipt(&args.file)?.and_then(verify))
}

/// The keys of the log from the one that is trusted on, as receipts of its rotations prove them.
fn followed(
    trusted: &NoteVerifier,
    rotations: &[PathBuf],
    witnesses: &[NoteVerifier],
    quorum: usize,
) -> Result<LogKeys, CommandError> {
    let read = |path: &PathBuf| Ok(read_receipt(path)?.map_err(SuccessionError::from)?);
    let rotations = rotations.iter().map(read).collect::<Result<Vec<Receipt>, CommandError>>()?;
    Ok(LogKeys::proven(trusted, &rotations, witnesses, quorum)?)
}

fn read_receipt(path: &Path) -> Result<Result<Receipt, ReceiptError>, CommandError> {
    let bytes = read_short(path, RECEIPT_BYTES_MAX as u64).map_err(|source| at(path, source))?;
    Ok(Receipt::parse(&bytes))
}

fn write_receipt(verified: &Verified, out: &mut dyn Write) -> io::Result<()> {
    let Verified { index, size, ts, payload, cosignatures, .. } = verified;
    let moment = Instant(i64::try_from(*ts).unwrap_or(i64::MAX));
    writeln!(out, "✓ 回执成立 / the receipt holds")?;
    writeln!(out, "  条目 entry {index} / {size}: {} · {moment}", payload.kind)?;
    let tender = payload.tender.as_deref().unwrap_or("–");
    let lot = payload.lot.as_deref().unwrap_or("–");
    writeln!(out, "  项目 tender {tender}, 标段 lot {lot}, 行为人 actor {}", payload.actor)?;
    let seen = |(name, seconds): &(String, u64)| {
        let ms = i64::try_from(*seconds).unwrap_or(i64::MAX).saturating_mul(1000);
        (name.clone(), Instant(ms))
    };
    for (name, moment) in cosignatures.iter().map(seen) {
        writeln!(out, "  见证 witness {name} · {moment}")?;
    }
    Ok(())
}

fn end(done: Result<bool, CommandError>, out: &mut dyn Write) -> ExitCode {
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where nothing can be printed the exit code is what is left.
            let _ = writeln!(out, "✗ {error} ({})", error.code());
            ExitCode::FAILURE
        }
    }
}

/// The bytes of a file, and one more than `most` if it is longer, so that its reader refuses it by its size.
fn read_short(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(File::open(path)?, most + 1), &mut bytes)?;
    Ok(bytes)
}

fn at(path: &Path, source: io::Error) -> CommandError {
    CommandError::File { path: path.display().to_string(), source }
}
