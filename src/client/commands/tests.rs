//! Arguments, exit codes, and words in both languages.

use clap::Parser;
use serde_json::json;

use super::acting::body;
use super::report::{Report, exit_code, failure};
use super::*;
use crate::client::setting::{Custody, Scratch};
use crate::client::{BidError, ClientError, Problem, RoomFault};
use crate::tender::Procedure;

#[derive(Debug, Parser)]
struct Program {
    #[command(subcommand)]
    command: ClientCommand,
}

#[test]
fn the_arguments_are_those_of_the_help() {
    let good = [
        "kaibiao key new --home /h",
        "kaibiao key show --server https://a.example --login zhang --json",
        "kaibiao fetch 4b1f1d3a-0c53-4f53-9a5e-0a1b2c3d4e5f --server https://a.example",
        "kaibiao seal bid --again --json",
        "kaibiao submit bid --server https://a.example --login zhang --password-file p --ca ca.pem",
        "kaibiao withdraw bid",
        "kaibiao withdraw --tender 4b1f1d3a-0c53-4f53-9a5e-0a1b2c3d4e5f --lot 1",
        "kaibiao act PublishCandidates {} --tender 4b1f1d3a-0c53-4f53-9a5e-0a1b2c3d4e5f --lot 1 --role host",
        "kaibiao watch 4b1f1d3a-0c53-4f53-9a5e-0a1b2c3d4e5f 1 --audience public,own --until lot_closed",
        "kaibiao lock export offer.pdf --out offer.pdf.age --at 2030-03-17T09:30:00+08:00",
        "kaibiao lock export offer.pdf --out offer.pdf.age --round 1000 --armor --json",
        "kaibiao lock open offer.pdf.age --out offer.pdf --beacon 1000.json",
    ];
    for line in good {
        assert!(Program::try_parse_from(line.split(' ')).is_ok(), "{line}");
    }
    let bad = [
        "kaibiao act CheckIn --role boss",
        "kaibiao withdraw --tender 4b1f1d3a-0c53-4f53-9a5e-0a1b2c3d4e5f",
        "kaibiao submit bid --password secret",
        "kaibiao watch tender 1",
        "kaibiao lock export offer.pdf --out offer.pdf.age",
        "kaibiao lock export offer.pdf --out offer.pdf.age --round 0",
        "kaibiao lock export offer.pdf --out offer.pdf.age --at tomorrow",
        "kaibiao lock open offer.pdf.age --out offer.pdf --beacon 1000.json --signature b4",
    ];
    for line in bad {
        assert!(Program::try_parse_from(line.split(' ')).is_err(), "{line}");
    }
}

#[test]
fn exit_codes_tell_who_can_mend_it() {
    let refused = |status| ClientError::Refused(Box::new(Problem::of_answer(status, b"")));
    let cases: [(ClientError, u8); 7] = [
        (refused(409), 1),
        (refused(503), 3),
        (ClientError::Line("no route".into()), 3),
        (ClientError::LogForked, 4),
        (RoomFault::Chain { n: 3 }.into(), 4),
        (BidError::NotSealed.into(), 5),
        (ClientError::Usage("--login".into()), 5),
    ];
    for (error, code) in cases {
        let (said, name) = (failure(&error), error.code().to_owned());
        assert_eq!((said["ok"].clone(), said["code"].clone()), (json!(false), json!(name)));
        assert!(!error.zh().is_empty() && error.zh() != error.en(), "{name}");
        assert_eq!(exit_code(&Err(error)), code, "{name}");
    }
    assert_eq!(exit_code(&Ok(Report::new("好", "good", json!({})))), 0);
}

#[test]
fn a_body_is_an_object_from_the_line_or_a_file() {
    let scratch = Scratch::new();
    let path = scratch.path().join("body.json");
    std::fs::write(&path, "{\"reason\":\"x\"}").expect("written");
    assert_eq!(body(&format!("@{}", path.display())).expect("an object"), json!({"reason": "x"}));
    assert_eq!(body("{}").expect("an object"), json!({}));
    for bad in ["[]", "{", "3"] {
        assert_eq!(body(bad).err().map(|error| error.code().to_owned()), Some("usage".into()), "{bad}");
    }
}

#[test]
fn seal_runs_without_a_server() {
    let (custody, scratch) = (Custody::new(), Scratch::new());
    let folder = scratch.bid_folder(1000);
    let downloaded = custody.downloaded(&custody.tender(Procedure::TwoStage));
    std::fs::write(folder.join("tender.json"), downloaded).expect("written");
    let home = scratch.home().path().display().to_string();
    let line = ["kaibiao", "seal", &folder.display().to_string(), "--home", &home].map(str::to_owned);
    let run = || {
        let ClientCommand::Seal(arguments) = Program::try_parse_from(&line).expect("good").command else {
            panic!("it is seal");
        };
        arguments.run()
    };
    assert_eq!(run().err().map(|error| error.code().to_owned()), Some("key_missing".into()));
    scratch.home().make_key(kaibiao_crypto::key::Algorithm::Sm2).expect("made");
    let report = run().expect("sealed");
    assert_eq!(report.fields["price_minor"], 39_876_543_210_i64);
    assert_eq!(report.fields["is_above_ceiling"], false);
    assert!(report.zh.contains("叁亿玖仟捌佰柒拾陆万伍仟肆佰叁拾贰元壹角整"), "{}", report.zh);
}
