//! How a subcommand ends: words in both languages or one line of JSON, and an exit code.

use std::process::ExitCode;

use serde_json::{Map, Value, json};

use crate::client::{Accepted, Blame, ClientError};

/// What a subcommand did.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Report {
    pub(super) zh: String,
    pub(super) en: String,
    /// The same for scripts.
    pub(super) fields: Map<String, Value>,
}

impl Report {
    pub(super) fn new(zh: impl Into<String>, en: impl Into<String>, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Map::new()
            }
        };
        Self { zh: zh.into(), en: en.into(), fields }
    }
}

/// How far a receipt was verified, in both languages.
pub(super) fn verified(accepted: &Accepted) -> (&'static str, &'static str) {
    if accepted.is_witnessed {
        ("回执已校验", "receipt verified")
    } else {
        (
            "回执已校验日志签名，见证人尚未联署",
            "receipt verified as signed by the log; its witnesses have not cosigned yet",
        )
    }
}

/// Says how it ended.
pub(super) fn end(result: Result<Report, ClientError>, is_json: bool) -> ExitCode {
    match (&result, is_json) {
        (Ok(report), true) => {
            let mut fields = report.fields.clone();
            fields.insert("ok".into(), Value::Bool(true));
            println!("{}", Value::Object(fields));
        }
        (Ok(report), false) => println!("{}\n{}", report.zh, report.en),
        (Err(error), true) => println!("{}", failure(error)),
        (Err(error), false) => {
            eprintln!("{}\n{}\n[{}]", error.zh(), error.en(), error.code());
            for (name, value) in error.detail().into_iter().flatten() {
                eprintln!("  {name}: {value}");
            }
        }
    }
    ExitCode::from(exit_code(&result))
}

pub(super) fn failure(error: &ClientError) -> Value {
    json!({
        "ok": false,
        "code": error.code(),
        "status": error.status(),
        "zh": error.zh(),
        "en": error.en(),
        "detail": error.detail(),
    })
}

pub(super) fn exit_code(result: &Result<Report, ClientError>) -> u8 {
    match result.as_ref().map_err(ClientError::blame) {
        Ok(_) => 0,
        Err(Blame::Refused) => 1,
        Err(Blame::Line) => 3,
        Err(Blame::Proof) => 4,
        Err(Blame::Input) => 5,
    }
}
