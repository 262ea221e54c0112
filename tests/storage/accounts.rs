//! Sign-in, sessions, operational values and what is noted of files.

use kaibiao::store::{AccountRow, Error, FileRow, SessionRow};
use kaibiao_crypto::digest::Digest;
use uuid::Uuid;

use crate::house::House;

on_both_databases!(
    an_account_signs_in_by_its_login,
    wrong_passwords_are_counted_until_a_right_one,
    a_session_lives_until_it_is_ended,
    a_secret_is_made_once,
    a_file_is_noted_once,
);

fn account(login: &str) -> AccountRow {
    AccountRow {
        person: Uuid::new_v4(),
        login: login.to_owned(),
        password_hash: None,
        enrolment_hash: Some("$argon2id$enrol".to_owned()),
        failed_count: 0,
        locked_until_ms: None,
    }
}

async fn an_account_signs_in_by_its_login(house: House) {
    let (database, lin) = (&house.database, account("lin@bidder.example"));
    database.insert_account(&lin).await.expect("the login is free");
    let taken = database.insert_account(&account("lin@bidder.example")).await.expect_err("it is taken now");
    assert!(matches!(taken, Error::Taken { table: "account" }), "{taken:?}");

    assert_eq!(database.account_by_login(&lin.login).await.expect("readable"), Some(lin.clone()));
    assert_eq!(database.account(lin.person).await.expect("readable"), Some(lin.clone()));
    for stranger in ["", "LIN@bidder.example", "lin\0"] {
        assert_eq!(database.account_by_login(stranger).await.expect("readable"), None, "{stranger:?}");
    }
    assert!(database.set_password(lin.person, "$argon2id$hash").await.expect("writable"));
    let now = database.account(lin.person).await.expect("readable").expect("it stands");
    assert_eq!((now.password_hash.as_deref(), now.enrolment_hash.as_deref()), (Some("$argon2id$hash"), None));
    assert!(database.set_enrolment(lin.person, "$argon2id$again").await.expect("writable"));
    assert!(!database.set_password(Uuid::new_v4(), "x").await.expect("writable"), "nobody has this id");
    assert!(!format!("{now:?}").contains("argon2"), "hashes stay out of traces");
}

async fn wrong_passwords_are_counted_until_a_right_one(house: House) {
    let (database, lin) = (&house.database, account("lin"));
    database.insert_account(&lin).await.expect("the login is free");
    for expected in 1..=3 {
        assert_eq!(database.count_failure(lin.person).await.expect("writable"), expected);
    }
    database.lock_account(lin.person, 99).await.expect("writable");
    let locked = database.account(lin.person).await.expect("readable").expect("it stands");
    assert_eq!((locked.failed_count, locked.locked_until_ms), (3, Some(99)));
    database.clear_failures(lin.person).await.expect("writable");
    let cleared = database.account(lin.person).await.expect("readable").expect("it stands");
    assert_eq!((cleared.failed_count, cleared.locked_until_ms), (0, None));
}

async fn a_session_lives_until_it_is_ended(house: House) {
    let (database, lin) = (&house.database, account("lin"));
    let session = |token: &str, expires_ms| SessionRow {
        token_hash: Digest::of(token.as_bytes()),
        person: lin.person,
        csrf: "c".to_owned(),
        created_ms: 1,
        expires_ms,
        last_seen_ms: 1,
    };
    assert!(database.insert_session(&session("a", 10)).await.is_err(), "no account, no session");
    database.insert_account(&lin).await.expect("the login is free");
    for (token, expires_ms) in [("a", 10), ("b", 20), ("c", 30)] {
        database.insert_session(&session(token, expires_ms)).await.expect("it begins");
    }
    database.touch_session(Digest::of(b"b"), 15).await.expect("writable");
    let seen = database.session(Digest::of(b"b")).await.expect("readable").expect("it lives");
    assert_eq!(seen, SessionRow { last_seen_ms: 15, ..session("b", 20) });

    assert_eq!(database.delete_expired_sessions(20).await.expect("writable"), 1, "only the first has ended");
    database.delete_session(Digest::of(b"b")).await.expect("writable");
    assert_eq!(database.session(Digest::of(b"b")).await.expect("readable"), None);
    database.delete_sessions_of(lin.person).await.expect("writable");
    assert_eq!(database.session(Digest::of(b"c")).await.expect("readable"), None);
}

async fn a_secret_is_made_once(house: House) {
    let database = &house.database;
    assert_eq!(database.secret("ticket").await.expect("readable"), None);
    assert_eq!(database.secret_or_insert("ticket", b"one").await.expect("writable"), b"one");
    assert_eq!(database.secret_or_insert("ticket", b"two").await.expect("writable"), b"one");
    database.put_secret("ticket", b"three").await.expect("writable");
    assert_eq!(database.secret("ticket").await.expect("readable").as_deref(), Some(&b"three"[..]));
    database.delete_secret("ticket").await.expect("writable");
    assert_eq!(database.secret("ticket").await.expect("readable"), None);
}

async fn a_file_is_noted_once(house: House) {
    let sha256 = Digest::of(b"notice");
    let file = |media_type: &str| FileRow { sha256, len: 6, media_type: media_type.into(), stored_at_ms: 1 };
    house.database.insert_file(&file("application/pdf")).await.expect("writable");
    house.database.insert_file(&file("text/html")).await.expect("the same bytes again");
    assert_eq!(house.database.file(sha256).await.expect("readable"), Some(file("application/pdf")));
}
