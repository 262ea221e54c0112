//! The written description of the protocol (AsyncAPI 3.0), served beside that of HTTP and held to the code by its tests.

/// The description, JSON.
pub const DESCRIPTION: &str = include_str!("asyncapi.json");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::super::message::{CloseCode, Heard, LogHead, Outcome, Said, StreamHead, VERSION};
    use super::DESCRIPTION;
    use crate::base::{Digest, Instant};
    use crate::limits::{
        ACTS_PER_SECOND_MAX, ACTS_UNDER_WAY_MAX, FOLLOWS_MAX, HELLO_WAIT_MS, MESSAGES_PER_SECOND_MAX,
        SOCKET_MESSAGE_BYTES_MAX, SOCKET_PING_MS, SOCKET_STALL_MS,
    };

    const NOW: Instant = Instant(1_728_922_413_000);

    fn description() -> Value {
        serde_json::from_str(DESCRIPTION).expect("JSON")
    }

    /// The kinds that an operation names.
    fn kinds(description: &Value, operation: &str) -> BTreeSet<String> {
        let messages = description["operations"][operation]["messages"].as_array().expect("messages").iter();
        let kind = |message: &Value| {
            message["$ref"].as_str().and_then(|at| at.rsplit('/').next()).map(str::to_owned)
        };
        messages.map(|message| kind(message).expect("a kind")).collect()
    }

    fn examples(description: &Value, kind: &str) -> Vec<Value> {
        let examples = description["components"]["messages"][kind]["examples"].as_array().cloned();
        examples.unwrap_or_default().iter().map(|example| example["payload"].clone()).collect()
    }

    #[test]
    fn what_is_said_in_it_is_understood() {
        let description = description();
        let said = kinds(&description, "say");
        for kind in &said {
            for example in examples(&description, kind) {
                assert_eq!(example["k"], *kind);
                assert!(serde_json::from_value::<Said>(example.clone()).is_ok(), "{example}");
            }
        }
        let unknown = serde_json::from_str::<Said>(r#"{"k":"?"}"#).expect_err("no kind").to_string();
        let known: BTreeSet<String> = unknown.split('`').skip(3).step_by(2).map(str::to_owned).collect();
        assert_eq!(said, known, "every kind that the server understands, and no other");
        let hello = &description["components"]["messages"]["hello"]["payload"]["properties"];
        assert_eq!(hello["v"]["const"], VERSION);
    }

    #[test]
    fn what_is_heard_in_it_is_what_we_say() {
        let description = description();
        let root = Digest::of(b"");
        let head = LogHead { size: 7, root };
        let stream = StreamHead { s: "0b5e…/1/public", head: 4712, reset: false };
        let said = [
            ("welcome", Heard::Welcome { now: NOW, me: None, streams: vec![stream] }),
            ("now", Heard::Now { now: NOW, online: 2718, head, lacks_witnesses: false }),
            ("answer", Heard::Answer { id: "a", outcome: Outcome::Ok { index: 7 } }),
            ("answer", Heard::Answer { id: "a", outcome: Outcome::refused("too_late") }),
            ("ping", Heard::Ping { now: NOW }),
            ("bye", Heard::Bye { code: CloseCode::Draining.number(), retry_ms: 700 }),
        ];
        for (kind, heard) in &said {
            let text: Value = serde_json::from_str(&heard.text()).expect("JSON");
            assert!(examples(&description, kind).contains(&text), "{text}");
        }
        let mut kinds_said: BTreeSet<String> = said.iter().map(|(kind, _)| (*kind).to_owned()).collect();
        // Framed by the ledger.
        kinds_said.insert("fact".to_owned());
        assert_eq!(kinds(&description, "hear"), kinds_said);
    }

    #[test]
    fn its_limits_and_codes_are_ours() {
        let room = &description()["channels"]["room"];
        let limits = json!({
            "hello_wait_ms": HELLO_WAIT_MS, "message_bytes": SOCKET_MESSAGE_BYTES_MAX,
            "messages_per_second": MESSAGES_PER_SECOND_MAX, "acts_per_second": ACTS_PER_SECOND_MAX,
            "acts_under_way": ACTS_UNDER_WAY_MAX, "follows": FOLLOWS_MAX, "ping_ms": SOCKET_PING_MS,
            "stall_ms": SOCKET_STALL_MS,
        });
        assert_eq!(room["x-limits"], limits);
        let codes: BTreeSet<String> = CloseCode::ALL.iter().map(|code| code.number().to_string()).collect();
        let described = room["x-close-codes"].as_object().expect("codes");
        assert_eq!(described.keys().cloned().collect::<BTreeSet<_>>(), codes);
    }
}
