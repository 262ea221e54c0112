//! What the house keeps: rows in both databases, files, uploads, the text of documents.
//!
//! Every test that takes a [`House`] runs on SQLite and on PostgreSQL.

#![cfg(feature = "server")]

#[path = "../support/folder.rs"]
mod folder;
#[path = "../support/postgres.rs"]
mod postgres;

#[macro_use]
mod house;
mod accounts;
mod content;
mod crash;
mod finishing;
mod limits;
mod log;
mod pdf;
mod sender;
mod shelf;
mod texts;
mod uploads;
