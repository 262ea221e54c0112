//! Product tests: a whole centre with its people, on both databases, through the code that runs in production.

#![cfg(feature = "server")]

#[path = "../support/bad_line.rs"]
mod bad_line;
#[path = "../support/committee.rs"]
mod committee;
#[path = "../support/dice.rs"]
mod dice;
#[path = "../support/folder.rs"]
mod folder;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/respelled.rs"]
mod respelled;

#[path = "../support/drill.rs"]
mod drill;
#[macro_use]
mod harness;
mod audit;
mod procedure;
mod sealed;
mod served;
mod terms;

mod access;
mod after;
mod bad_bids;
mod bad_input;
mod clocks;
mod floor;
mod guessing;
mod imports;
mod killed;
mod law;
mod lines;
mod model;
mod page;
mod rooms;
mod secrecy;
mod upkeep;
mod visits;
mod whole;
