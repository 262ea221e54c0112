//! Kaibiao: one executable, a subcommand a role.

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kaibiao::replay::command::{self, ReceiptCommand, VerifyArgs};

/// Sealed bids, live opening, remote evaluation, a log that anyone can check.
#[derive(Parser)]
#[command(name = "kaibiao", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks the evidence bundle of a tender, offline.
    Verify(VerifyArgs),
    /// Receipts of submitted acts.
    #[command(subcommand)]
    Receipt(ReceiptCommand),
    /// The child process that reads one document: file in, text out.
    #[cfg(feature = "server")]
    #[command(hide = true)]
    PdfText,
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Verify(args) => command::verify(&args, &mut io::stdout().lock()),
        Command::Receipt(receipt) => command::receipt(&receipt, &mut io::stdout().lock()),
        #[cfg(feature = "server")]
        Command::PdfText => match kaibiao::files::text::answer(io::stdin().lock(), io::stdout().lock()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
    }
}
