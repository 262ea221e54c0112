//! `kaibiao`: one executable, a subcommand a role.

#[cfg(feature = "server")]
mod serving;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// 开标：公共资源交易平台 · Kaibiao, a platform for public-resource trading
#[derive(Parser)]
#[command(name = "kaibiao", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Check(kaibiao::replay::CheckCommand),
    #[cfg(feature = "server")]
    #[command(flatten)]
    Serve(serving::ServeCommand),
    #[cfg(feature = "server")]
    #[command(flatten)]
    Client(kaibiao::client::commands::ClientCommand),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Check(command) => command.run(),
        #[cfg(feature = "server")]
        Command::Serve(command) => command.run(),
        #[cfg(feature = "server")]
        Command::Client(command) => command.run(),
    }
}
