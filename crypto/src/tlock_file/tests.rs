//! Files against the published ones of drand, and against files that are none.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../vectors/drand.json")).expect("the file is JSON")
}

fn beacon(round: u64) -> Beacon {
    let vectors = vectors();
    let list = vectors["quicknet"]["beacons"].as_array().expect("a list");
    let text = list.iter().find(|beacon| beacon["round"] == round).expect("a published round").to_string();
    Beacon::from_json(Network::quicknet(), text.as_bytes()).expect("published")
}

fn locked() -> Vec<u8> {
    encrypt(Network::quicknet(), 1000, "开标一览表".as_bytes()).expect("it locks")
}

#[test]
fn the_published_file_of_the_pinned_network_opens() {
    let vectors = vectors();
    let file = &vectors["quicknet"]["age_files"][0];
    let armored = file["armored"].as_str().expect("text").as_bytes();
    let round = round_of(Network::quicknet(), armored).expect("a lock");
    assert_eq!(Some(round), file["round"].as_u64());
    let opened = decrypt(&beacon(round), armored).expect("it opens");
    assert_eq!(String::from_utf8(opened).ok().as_deref(), file["plaintext"].as_str());
    assert_eq!(decrypt(&beacon(1000), armored), Err(TlockFileError::Round(round)));
}

#[test]
fn a_file_tells_its_round_before_there_is_a_beacon() {
    let vectors = vectors();
    let files = vectors["quicknet"]["age_files_unsigned"].as_array().expect("a list");
    assert_eq!(files.len(), 1);
    let armored = files[0]["armored"].as_str().expect("text").as_bytes();
    assert_eq!(round_of(Network::quicknet(), armored).ok(), files[0]["round"].as_u64());
}

#[test]
fn files_of_another_kind_of_lock_and_the_published_one_that_must_fail_do() {
    let vectors = vectors();
    let files = vectors["testnet"]["must_fail_age_files"].as_array().expect("a list");
    assert!(files.iter().any(|file| file["must_fail"].is_string()));
    for file in files {
        let armored = file["armored"].as_str().expect("text").as_bytes();
        assert_eq!(decrypt(&beacon(1000), armored), Err(TlockFileError::Stanza));
        assert_eq!(round_of(Network::quicknet(), armored), Err(TlockFileError::Stanza));
    }
}

#[test]
fn files_of_another_network_are_named_as_such() {
    for file in vectors()["fastnet"]["age_files"].as_array().expect("a list") {
        let armored = file["armored"].as_str().expect("text").as_bytes();
        assert_eq!(decrypt(&beacon(1000), armored), Err(TlockFileError::Network));
        assert_eq!(round_of(Network::quicknet(), armored), Err(TlockFileError::Network));
    }
}

#[test]
fn a_file_opens_with_its_beacon_alone_as_bytes_and_as_text() {
    for size in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let plaintext: Vec<u8> = (0..size).map(|i| u8::try_from(i % 251).expect("below 251")).collect();
        let file = encrypt(Network::quicknet(), 1000, &plaintext).expect("it locks");
        let stanza = format!("age-encryption.org/v1\n-> tlock 1000 {}\n", Network::quicknet().chain());
        assert!(file.starts_with(stanza.as_bytes()));
        for form in [file.clone(), armored(&file).into_bytes()] {
            assert_eq!(round_of(Network::quicknet(), &form), Ok(1000));
            assert_eq!(decrypt(&beacon(1000), &form).as_ref(), Ok(&plaintext));
            assert_eq!(decrypt(&beacon(1001), &form), Err(TlockFileError::Round(1000)));
        }
    }
    assert_eq!(encrypt(Network::quicknet(), 0, b""), Err(TlockFileError::Beacon(BeaconError::Round)));
}

#[test]
fn no_two_files_are_alike() {
    assert_ne!(locked(), locked());
}

/// A header with these stanzas, and with a MAC that belongs to none.
fn headed(stanzas: &str) -> Vec<u8> {
    format!("age-encryption.org/v1\n{stanzas}--- {}\n", "A".repeat(43)).into_bytes()
}

/// The one stanza of a file.
fn stanza() -> String {
    let file = locked();
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').skip(1).take(4).collect();
    String::from_utf8(lines.concat()).expect("a header is text")
}

#[test]
fn stanzas_of_other_kinds_are_passed_over_and_a_second_lock_is_not() {
    let (lock, full) = (stanza(), "A".repeat(64));
    for noise in ["-> x\n\n", "-> x!~ y z\nAAAA\n", &format!("-> x\n{full}\n{full}\n\n"), "-> x\nAA\n", ""] {
        for stanzas in [format!("{noise}{lock}"), format!("{lock}{noise}")] {
            assert_eq!(round_of(Network::quicknet(), &headed(&stanzas)), Ok(1000), "{stanzas}");
            assert_eq!(decrypt(&beacon(1000), &headed(&stanzas)), Err(TlockFileError::Changed));
        }
    }
    let twice = headed(&format!("{lock}{lock}"));
    assert_eq!(round_of(Network::quicknet(), &twice), Err(TlockFileError::Stanza));
}

#[test]
fn stanzas_that_are_not_in_their_one_form_are_refused() {
    let (lock, full) = (stanza(), "A".repeat(64));
    let padded = lock.strip_suffix('\n').expect("a line").to_owned() + "=\n";
    for stanzas in [
        "->\n\n",
        "-> \n\n",
        "->x\n\n",
        "-> x  y\n\n",
        "-> x \n\n",
        "-> x\u{7f}\n\n",
        "-> é\n\n",
        "-> x\r\n\n",
        "-> x\nA\n",
        "-> x\nAB\n",
        "-> x\nAAB\n",
        "-> x\nA-_A\n",
        "-> x\nAA==\n",
        "-> x\n",
        &format!("-> x\n{full}\n"),
        &format!("-> x\n{full}A\n\n"),
        "\n",
        &padded,
    ] {
        let file = headed(&format!("{stanzas}{lock}"));
        assert_eq!(round_of(Network::quicknet(), &file), Err(TlockFileError::Format), "{stanzas:?}");
    }
    for mac in ["", " ", " AAAA", "  ", "- A"] {
        let file = format!("age-encryption.org/v1\n{lock}---{mac}\n");
        assert_eq!(round_of(Network::quicknet(), file.as_bytes()), Err(TlockFileError::Format), "{mac:?}");
    }
}

#[test]
fn armour_has_one_form_but_for_what_mail_changes() {
    let vectors = vectors();
    let text = vectors["quicknet"]["age_files"][0]["armored"].as_str().expect("text").trim();
    let file = armor::removed(text.as_bytes()).expect("published");
    assert_eq!(armored(&file).trim_end(), text);
    let crlf = text.replace('\n', "\r\n");
    for same in [text.to_owned(), format!("\n \t{text}\r\n\n"), crlf] {
        assert_eq!(armor::removed(same.as_bytes()).as_ref(), Ok(&file), "{same}");
    }
    let (first, rest) = text.split_once('\n').expect("lines");
    let (head, last) = rest.rsplit_once('\n').expect("lines");
    for other in [
        first.to_owned(),
        format!("{first}\n{last}"),
        format!("{first}\n\n{last}"),
        format!("{first}\n{head}"),
        format!("{first} \n{rest}"),
        format!("{first}\n\n{rest}"),
        format!("{first}\n{head}\n\n{last}"),
        format!("{first}\nA{rest}"),
        format!("{first}\n{}\n{rest}", "=".repeat(64)),
        format!("{first}\n{}", rest.replacen('\n', "", 1)),
        format!("{first}\n{head}\n{last}\nx"),
        format!("{first}\nAA\n{last}"),
        format!("{first}\nAB==\n{last}"),
    ] {
        assert_eq!(armor::removed(other.as_bytes()), Err(TlockFileError::Format), "{other}");
    }
    for size in 0..200 {
        let file = vec![7; size];
        let lines = armored(&file);
        assert_eq!(armor::removed(lines.as_bytes()).is_ok(), size > 0);
        assert!(lines.lines().all(|line| line.len() <= 64));
    }
}

#[test]
fn headers_that_no_tool_writes_say_why() {
    let file = locked();
    let end = file.windows(4).position(|window| window == b"\n---").expect("a header ends");
    let header = std::str::from_utf8(&file[..end]).expect("a header is text");
    let rewritten = |from: &str, to: &str| {
        assert!(header.contains(from), "{from}");
        [header.replacen(from, to, 1).as_bytes(), &file[end..]].concat()
    };
    let chain = Network::quicknet().chain().to_string();
    let capsule = header.lines().nth(2).expect("the capsule's first line").to_owned();
    let infinity = format!("w{}", "A".repeat(capsule.len() - 1));
    for (file, code) in [
        (Vec::new(), "tlock_file_format"),
        (b"age-encryption.org/v1\n".to_vec(), "tlock_file_format"),
        (rewritten("/v1", "/v2"), "tlock_file_format"),
        (rewritten("-> tlock", "-> xlock"), "tlock_file_no_lock"),
        (rewritten("tlock 1000 ", "tlock "), "tlock_file_stanza"),
        (rewritten("tlock 1000 ", "tlock 01000 "), "tlock_file_stanza"),
        (rewritten("tlock 1000 ", "tlock 0 "), "tlock_file_stanza"),
        (rewritten("tlock 1000 ", "tlock 18446744073709551616 "), "tlock_file_stanza"),
        (rewritten(&chain, &chain.to_uppercase()), "tlock_file_stanza"),
        (rewritten(&chain, &"0".repeat(64)), "tlock_file_network"),
        (rewritten("tlock 1000 ", "tlock 1001 "), "tlock_file_round"),
        (rewritten(&format!("{capsule}\n"), ""), "tlock_file_stanza"),
        (rewritten(&capsule, &infinity), "point_encoding"),
    ] {
        let found = decrypt(&beacon(1000), &file).map_err(TlockFileError::code);
        assert_eq!(found, Err(code), "{}", String::from_utf8_lossy(&file));
    }
}

#[test]
fn every_changed_byte_and_every_cut_is_noticed() {
    let (file, beacon) = (locked(), beacon(1000));
    for place in 0..file.len() {
        let mut changed = file.clone();
        changed[place] ^= 0x01;
        assert!(decrypt(&beacon, &changed).is_err(), "byte {place}");
        assert!(decrypt(&beacon, &file[..place]).is_err(), "cut to {place}");
    }
    assert_eq!(decrypt(&beacon, &[file.as_slice(), b"x"].concat()), Err(TlockFileError::Changed));
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), place in 0..400_usize, value: u8) {
        let mut near = locked();
        let place = place % near.len();
        near[place] = value;
        let headed = [b"age-encryption.org/v1\n-> tlock ".as_slice(), &bytes].concat();
        for file in [bytes, headed, near] {
            let _ = round_of(Network::quicknet(), &file);
            let _ = decrypt(&beacon(1000), &file);
        }
    }
}
