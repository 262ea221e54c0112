//! kill -9 of a process that publishes, takes bids, closes and unseals: what it acknowledged stands, and it goes on.
//!
//! A child process (this test program again) works on real stores and tells on a pipe each head that it published and
//! each receipt that it gave. Its parent kills it at some line, opens the stores, holds them to every line ever told,
//! and starts the next child; the last one may come to its end.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao::base::{BidStatusless, TenderId};
use kaibiao::tender::{LotCommand, OpeningStep, Phase, Procedure};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::tree::Tree;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Actor, Center, PERIOD, lot};
use crate::sealed::envelopes;

on_both_databases!(nothing_acknowledged_is_lost_and_the_opening_comes_to_its_end);

const ORDER: &str = "KAIBIAO_TEST_KILLED";
/// Bids that each bidder submits, one replacing the other.
const BIDS_EACH: usize = 3;
/// After how many lines a child is killed, in turn, and how long it lives on, milliseconds.
const KILLS: [(usize, u64); 14] = [
    (2, 0),
    (9, 3),
    (1, 7),
    (2, 1),
    (3, 11),
    (1, 2),
    (2, 5),
    (1, 0),
    (3, 17),
    (1, 4),
    (2, 9),
    (1, 1),
    (1, 13),
    (2, 6),
];
