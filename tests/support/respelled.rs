//! Payloads that mean what a good one means and are spelt otherwise, or say what no payload may say.

/// The good text respelt, each with what is wrong with it. It has an object in `body` with a text in Chinese, and
/// `"client_time":0`.
pub fn respellings(good: &str) -> Vec<(&'static str, Vec<u8>)> {
    let time = |number: &str| good.replacen("\"client_time\":0", &format!("\"client_time\":{number}"), 1);
    let nested = |depth: usize| {
        let inside = format!("{}0{}", "[".repeat(depth), "]".repeat(depth));
        good.replacen("\"body\":{", &format!("\"body\":{{\"a\":{inside},"), 1)
    };
    let twice = good.replacen("\"client_time\":0", "\"client_time\":0,\"client_time\":0", 1);
    let (first, rest) = good[1..].split_once(',').expect("many fields");
    let escaped: String = good
        .chars()
        .map(|letter| if letter == '值' { "\\u503c".to_owned() } else { letter.to_string() })
        .collect();
    let texts = [
        ("a key twice", twice),
        ("keys in another order", format!("{{{},{first}}}", &rest[..rest.len() - 1])),
        ("a fraction of nothing", time("0.0")),
        ("an exponent", time("0e3")),
        ("minus nothing", time("-0")),
        ("a leading zero", time("00")),
        ("a plus sign", time("+0")),
        ("more than 2^53 - 1", time("9007199254740993")),
        ("a fraction", time("1.5")),
        ("below nothing", time("-1")),
        ("a letter and its mark apart", good.replacen('é', "e\u{301}", 1)),
        ("a compatibility letter", good.replacen('é', "\u{2126}", 1)),
        ("a letter as an escape", escaped),
        ("a stroke as an escape", good.replacen("tlog/", "tlog\\/", 1)),
        ("half a pair of surrogates", good.replacen('é', "\\ud800", 1)),
        ("a byte order mark", format!("\u{feff}{good}")),
        ("a space before", format!(" {good}")),
        ("a space inside", good.replacen(':', ": ", 1)),
        ("a line's end behind", format!("{good}\n")),
        ("a comma too many", format!("{},}}", &good[..good.len() - 1])),
        ("something behind", format!("{good}{{}}")),
        ("a zero byte behind", format!("{good}\0")),
        ("too deep", nested(16)),
        ("a field left out", good.replacen("\"lot\":", "\"plot\":", 1)),
        ("a field too many", good.replacen("\"lot\":", "\"load\":null,\"lot\":", 1)),
        ("capitals in an id", good.replacen("\"actor\":\"", "\"actor\":\"A", 1)),
        ("cut short", good[..good.len() - 1].to_owned()),
    ];
    let bytes = texts.into_iter().map(|(name, text)| (name, text.into_bytes()));
    let broken = [("not UTF-8", [good.as_bytes(), &[0xff]].concat()), ("nothing", Vec::new())];
    let all: Vec<(&'static str, Vec<u8>)> = bytes.chain(broken).collect();
    for (name, text) in &all {
        assert_ne!(text, good.as_bytes(), "{name}: the good text is another than this was written for");
    }
    all
}
