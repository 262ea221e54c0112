//! The log and its facts: appended at once or not at all, never changed, read in order.

use kaibiao::store::{Batch, Cosignature, Database, EntryRow, Error, FactHead, FactRow, NewHead};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::tree;
use sqlx::{PgPool, SqlitePool};

use crate::house::House;

on_both_databases!(
    a_batch_is_read_back_as_written,
    a_writer_that_lost_the_race_writes_nothing,
    of_many_writers_one_wins,
    an_act_is_appended_once,
    a_gap_in_a_batch_is_refused,
    cover_entries_have_no_stream,
    a_failed_batch_leaves_nothing,
    a_dropped_transaction_leaves_nothing,
    an_entry_is_never_changed_or_removed,
    streams_and_facts_have_heads,
    a_head_is_signed_once,
    a_second_migration_changes_nothing,
    a_damaged_row_is_named,
    a_large_batch_is_one_transaction,
);

fn entry(seq: u64, stream: &str, sseq: u64) -> EntryRow {
    let bytes = format!("entry {seq}").into_bytes();
    let mut nonce = [0; 16];
    nonce[..8].copy_from_slice(&seq.to_be_bytes());
    EntryRow {
        seq,
        place: Some((stream.to_owned(), sseq)),
        ts: 1_700_000_000_000 + seq as i64,
        leaf: tree::leaf_hash(&bytes),
        bytes,
        events: br#"[{"kind":"bid_submitted"}]"#.to_vec(),
        body: seq.is_multiple_of(2).then(|| b"detached".to_vec()),
        act: Some(("person".to_owned(), nonce)),
    }
}

fn head() -> NewHead {
    NewHead { root: Digest::of(b"root"), note: None }
}

fn fact(stream: &str, n: u64) -> FactRow {
    FactRow { stream: stream.to_owned(), n, ts: 7, bytes: format!("{stream} {n}").into_bytes() }
}

async fn append(database: &Database, old_size: u64, entries: &[EntryRow]) -> Result<(), Error> {
    database.append(&Batch { old_size, entries, facts: &[], head: head() }).await
}

async fn a_batch_is_read_back_as_written(house: House) {
    let entries = [entry(0, "centre", 0), entry(1, "tender", 0), entry(2, "tender", 1)];
    append(&house.database, 0, &entries).await.expect("the first batch fits");

    let database = &house.database;
    assert_eq!(database.entries(0, 10).await.expect("readable"), entries);
    assert_eq!(database.entries(1, 1).await.expect("readable"), entries[1..2]);
    assert_eq!(database.entry(2).await.expect("readable"), Some(entries[2].clone()));
    assert_eq!(database.entry(3).await.expect("readable"), None);
    assert_eq!(database.entry(u64::MAX).await.expect("readable"), None);
    assert_eq!(database.stream_entries("tender", 1, 10).await.expect("readable"), entries[2..]);
    let leaves: Vec<Digest> = entries.iter().map(|entry| entry.leaf).collect();
    assert_eq!(database.leaves(0, 10).await.expect("readable"), leaves);
    assert_eq!(database.leaves(2, 10).await.expect("readable"), leaves[2..]);
}

async fn a_writer_that_lost_the_race_writes_nothing(house: House) {
    append(&house.database, 0, &[entry(0, "centre", 0)]).await.expect("the first batch fits");
    let late = append(&house.database, 0, &[entry(0, "tender", 0)]).await;
    assert!(matches!(late, Err(Error::HeadMoved { expected: 0 })), "{late:?}");
    assert_eq!(house.database.entries(0, 10).await.expect("readable").len(), 1);
}

async fn of_many_writers_one_wins(house: House) {
    let writers = (0..8).map(|writer| {
        let database = house.database.clone();
        tokio::spawn(async move { append(&database, 0, &[entry(0, &format!("stream-{writer}"), 0)]).await })
    });
    let mut won = 0;
    for writer in writers.collect::<Vec<_>>() {
        match writer.await.expect("no writer panics") {
            Ok(()) => won += 1,
            Err(error) => assert_eq!(error.code(), "head_moved"),
        }
    }
    assert_eq!(won, 1);
}

async fn an_act_is_appended_once(house: House) {
    let first = entry(0, "centre", 0);
    append(&house.database, 0, std::slice::from_ref(&first)).await.expect("the first batch fits");
    let again = EntryRow { act: first.act.clone(), ..entry(1, "centre", 1) };
    let error = append(&house.database, 1, &[again]).await.expect_err("the nonce stands already");
    assert!(matches!(error, Error::Taken { table: "entry" }), "{error:?}");

    let (actor, nonce) = first.act.clone().expect("it has an actor");
    assert_eq!(house.database.entry_by_nonce(&actor, &nonce).await.expect("readable"), Some(first));
    assert_eq!(house.database.entry_by_nonce("somebody else", &nonce).await.expect("readable"), None);
    assert_eq!(house.database.entry_by_nonce("a\0b", &nonce).await.expect("readable"), None);
}

async fn a_gap_in_a_batch_is_refused(house: House) {
    let error = append(&house.database, 0, &[entry(0, "centre", 0), entry(2, "centre", 1)]).await;
    assert!(matches!(error, Err(Error::BatchOutOfOrder { expected: 1, found: 2 })), "{error:?}");
    assert!(house.database.last_head().await.expect("readable").is_none());
}

async fn cover_entries_have_no_stream(house: House) {
    let cover =
        |seq| EntryRow { place: None, act: None, events: Vec::new(), body: None, ..entry(seq, "x", 0) };
    let entries = [cover(0), entry(1, "centre", 0), cover(2), cover(3)];
    append(&house.database, 0, &entries).await.expect("covers do not collide");
    assert_eq!(house.database.entries(0, 10).await.expect("readable"), entries);
    assert_eq!(house.database.streams().await.expect("readable").len(), 1);

    let nameless = EntryRow { place: Some((String::new(), 0)), ..entry(4, "x", 0) };
    assert!(append(&house.database, 4, &[nameless]).await.is_err(), "a stream has a name");
}

async fn a_failed_batch_leaves_nothing(house: House) {
    // The facts come after the entries: their failure must take the entries back.
    let twice = [fact("room", 0), fact("room", 0)];
    let entries = [entry(0, "centre", 0)];
    let batch = Batch { old_size: 0, entries: &entries, facts: &twice, head: head() };
    let error = house.database.append(&batch).await.expect_err("a fact stands twice");
    assert!(matches!(error, Error::Taken { table: "fact" }), "{error:?}");
    assert!(house.database.entries(0, 1).await.expect("readable").is_empty());
    append(&house.database, 0, &entries).await.expect("the log is still of size 0");
}

async fn a_dropped_transaction_leaves_nothing(house: House) {
    let entries = [entry(0, "centre", 0)];
    let batch = Batch { old_size: 0, entries: &entries, facts: &[], head: head() };
    let mut tx = house.database.begin().await.expect("a transaction begins");
    tx.append(&batch).await.expect("the batch fits");
    drop(tx);
    assert!(house.database.entries(0, 1).await.expect("readable").is_empty());
    house.database.append(&batch).await.expect("the log is still of size 0");
}

/// Runs a statement past the store, as a stranger's hand would.
async fn by_strangers_hand(house: &House, sql: &'static str) -> Result<u64, sqlx::Error> {
    if house.url.starts_with("sqlite") {
        let pool = SqlitePool::connect(&house.url).await?;
        sqlx::query(sql).execute(&pool).await.map(|done| done.rows_affected())
    } else {
        let pool = PgPool::connect(&house.url).await?;
        sqlx::query(sql).execute(&pool).await.map(|done| done.rows_affected())
    }
}

async fn an_entry_is_never_changed_or_removed(house: House) {
    let entries = [entry(0, "centre", 0)];
    append(&house.database, 0, &entries).await.expect("the first batch fits");
    for sql in ["UPDATE entry SET ts = 0", "DELETE FROM entry WHERE seq = 0", "DELETE FROM entry"] {
        assert!(by_strangers_hand(&house, sql).await.is_err(), "{sql}");
    }
    if house.url.starts_with("postgres") {
        assert!(by_strangers_hand(&house, "TRUNCATE entry").await.is_err());
    }
    assert_eq!(house.database.entries(0, 10).await.expect("readable"), entries);
}

async fn streams_and_facts_have_heads(house: House) {
    let entries = [entry(0, "centre", 0), entry(1, "tender", 0), entry(2, "centre", 1)];
    let facts = [fact("room/public", 0), fact("room/host", 0), fact("room/public", 1)];
    let batch = Batch { old_size: 0, entries: &entries, facts: &facts, head: head() };
    house.database.append(&batch).await.expect("the first batch fits");

    let streams = house.database.streams().await.expect("readable");
    let newest: Vec<_> = streams.iter().map(|head| (head.stream.as_str(), head.sseq, head.seq)).collect();
    assert_eq!(newest, [("tender", 0, 1), ("centre", 1, 2)]);
    assert_eq!((streams[1].leaf, streams[1].ts), (entries[2].leaf, entries[2].ts));

    let heads = house.database.fact_heads().await.expect("readable");
    let head = |stream: &str, n| FactHead { stream: stream.to_owned(), n };
    assert_eq!(heads, [head("room/host", 0), head("room/public", 1)]);
    let after = |after| house.database.facts("room/public", after, 10);
    assert_eq!(after(None).await.expect("readable"), [facts[0].clone(), facts[2].clone()]);
    assert_eq!(after(Some(0)).await.expect("readable"), [facts[2].clone()]);
    assert_eq!(after(Some(1)).await.expect("readable"), []);
    assert_eq!(house.database.facts("room/public", None, 1).await.expect("readable").len(), 1);
}

async fn a_head_is_signed_once(house: House) {
    let database = &house.database;
    append(database, 0, &[entry(0, "centre", 0)]).await.expect("the first batch fits");
    append(database, 1, &[entry(1, "centre", 1), entry(2, "centre", 2)]).await.expect("the second fits");
    let last = database.last_head().await.expect("readable").expect("there is a head");
    assert_eq!((last.size, last.root, last.note), (3, Digest::of(b"root"), None));
    assert_eq!(database.last_signed_head().await.expect("readable"), None);

    database.keep_note(1, "the note of 1").await.expect("kept");
    database.keep_note(1, "another note of 1").await.expect("does nothing");
    let signed = database.last_signed_head().await.expect("readable").expect("one is signed");
    assert_eq!((signed.size, signed.note.as_deref()), (1, Some("the note of 1")));
    let covering = database.head_covering(2).await.expect("readable").expect("there is one");
    assert_eq!(covering.size, 3);

    let line = |name: &str, line: &str| Cosignature { size: 3, name: name.into(), line: line.into() };
    for cosignature in [line("b", "1"), line("a", "2"), line("b", "3")] {
        database.keep_cosignature(&cosignature).await.expect("kept");
    }
    assert_eq!(database.cosignatures(3).await.expect("readable"), [line("a", "2"), line("b", "3")]);
    assert_eq!(database.cosignatures(1).await.expect("readable"), []);
}

async fn a_second_migration_changes_nothing(house: House) {
    append(&house.database, 0, &[entry(0, "centre", 0)]).await.expect("the first batch fits");
    let again = Database::open(&house.url).await.expect("it opens twice");
    again.migrate().await.expect("the schema is up to date");
    assert_eq!(again.entries(0, 10).await.expect("readable").len(), 1);
    again.close().await;
}

async fn a_damaged_row_is_named(house: House) {
    let entries = [entry(0, "centre", 0), entry(1, "centre", 1), entry(2, "centre", 2)];
    append(&house.database, 0, &entries).await.expect("the batch fits");
    let drop_guard = if house.url.starts_with("sqlite") {
        "DROP TRIGGER entry_is_never_removed"
    } else {
        "DROP TRIGGER entry_is_never_changed ON entry"
    };
    by_strangers_hand(&house, drop_guard).await.expect("a stranger with the database can");
    by_strangers_hand(&house, "DELETE FROM entry WHERE seq = 1").await.expect("now it can be removed");

    for error in [
        house.database.leaves(0, 10).await.expect_err("one is missing"),
        house.database.entries(0, 10).await.expect_err("one is missing"),
    ] {
        assert_eq!(error.to_string(), "damaged row: entry.seq of 2 does not follow on the row before");
        assert_eq!(error.code(), "damaged_row");
    }
    let error = house.database.stream_entries("centre", 0, 10).await.expect_err("one is missing");
    assert_eq!(error.to_string(), "damaged row: entry.sseq of 2 does not follow on the row before");
}

async fn a_large_batch_is_one_transaction(house: House) {
    let entries: Vec<EntryRow> = (0..1234).map(|seq| entry(seq, "centre", seq)).collect();
    let facts: Vec<FactRow> = (0..777).map(|n| fact("room", n)).collect();
    let batch = Batch { old_size: 0, entries: &entries, facts: &facts, head: head() };
    house.database.append(&batch).await.expect("the batch fits");
    assert_eq!(house.database.entries(0, 2000).await.expect("readable"), entries);
    assert_eq!(house.database.facts("room", None, 2000).await.expect("readable"), facts);
    assert_eq!(house.database.last_head().await.expect("readable").map(|head| head.size), Some(1234));
}
