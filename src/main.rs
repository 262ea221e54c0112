//! `kaibiao`: one executable, a subcommand a role.

#[cfg(feature = "server")]
mod serving;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kaibiao::verify::{self, EquivocationArgs, ReceiptCommand, VerifyArgs};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 开标：公共资源交易平台 · Kaibiao, a platform for public-resource trading
#[derive(Parser)]
#[command(name = "kaibiao", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 离线验证证据包（.tdr）· Check an evidence bundle offline
    Verify(VerifyArgs),
    /// 两个已签署的日志头是否互相矛盾 · Whether two signed heads contradict each other
    Equivocation(EquivocationArgs),
    /// 投标回执 · Receipts
    #[command(subcommand)]
    Receipt(ReceiptCommand),
    #[cfg(feature = "server")]
    #[command(flatten)]
    Serve(serving::ServeCommand),
    #[cfg(feature = "server")]
    #[command(flatten)]
    Upkeep(kaibiao::upkeep::commands::UpkeepCommand),
    #[cfg(feature = "server")]
    #[command(flatten)]
    Client(kaibiao::client::commands::ClientCommand),
    #[cfg(feature = "server")]
    #[command(subcommand)]
    Signer(kaibiao::signer::commands::SignerCommand),
    #[cfg(feature = "server")]
    #[command(subcommand)]
    Witness(kaibiao::witness::commands::WitnessCommand),
    #[cfg(feature = "server")]
    #[command(flatten)]
    Custody(kaibiao::custodian::commands::CustodyCommand),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Verify(arguments) => verify::verify(&arguments, &mut std::io::stdout()),
        Command::Equivocation(arguments) => verify::equivocation(&arguments, &mut std::io::stdout()),
        Command::Receipt(receipt) => verify::receipt(&receipt, &mut std::io::stdout()),
        #[cfg(feature = "server")]
        Command::Serve(serve) => serve.run(),
        #[cfg(feature = "server")]
        Command::Upkeep(upkeep) => upkeep.run(),
        #[cfg(feature = "server")]
        Command::Client(client) => client.run(),
        #[cfg(feature = "server")]
        Command::Signer(signer) => signer.run(),
        #[cfg(feature = "server")]
        Command::Witness(witness) => witness.run(),
        #[cfg(feature = "server")]
        Command::Custody(custody) => custody.run(),
    }
}
