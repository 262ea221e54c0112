//! Renminbi amounts in capital Chinese numerals (大写), as bids and contracts state them beside the figures.
//! Not a reader of such text. Invariant: different amounts are written differently.
//!
//! Source: 支付结算办法 (银发〔1997〕393号), annex 1 正确填写票据和结算凭证的基本规定, points 1, 2 and 4.
//! Where the annex allows two forms, this is the one that it names first (a 零 between 元 and 角 after a round 元),
//! and 整 follows 元 and 角, never 分.

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
/// Powers of ten that have a name, greatest first; each is read with the ones below it.
const UNITS: [(u64, &str); 5] = [(100_000_000, "亿"), (10_000, "万"), (1_000, "仟"), (100, "佰"), (10, "拾")];

/// An amount of fen in capitals: 123456789090 → "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元玖角整". Negative: with 负 before it.
pub(super) fn capital(fen: i64) -> String {
    let amount = fen.unsigned_abs();
    let (yuan, jiao, fen_digit) = (amount / 100, amount / 10 % 10, amount % 10);
    let mut text = String::from(if fen < 0 { "负" } else { "" });
    if yuan > 0 || amount == 0 {
        write_integer(&mut text, yuan);
        text.push('元');
    }
    if jiao > 0 {
        // 1,680.32 is 壹仟陆佰捌拾元零叁角贰分: the zero stands for the empty last place of the yuan.
        if yuan > 0 && yuan.is_multiple_of(10) {
            text.push('零');
        }
        text.push_str(digit(jiao));
        text.push('角');
    }
    if fen_digit == 0 {
        text.push('整');
        return text;
    }
    if jiao == 0 && yuan > 0 {
        text.push('零');
    }
    text.push_str(digit(fen_digit));
    text.push('分');
    text
}

/// Reads `number` as head, unit, tail; a 零 marks that the tail does not start in the place right after the unit.
fn write_integer(text: &mut String, number: u64) {
    let Some((unit, name)) = UNITS.into_iter().find(|(unit, _)| number >= *unit) else {
        text.push_str(digit(number));
        return;
    };
    let (head, tail) = (number / unit, number % unit);
    write_integer(text, head);
    text.push_str(name);
    if tail == 0 {
        return;
    }
    if tail < unit / 10 {
        text.push('零');
    }
    write_integer(text, tail);
}

fn digit(value: u64) -> &'static str {
    usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).expect("a decimal digit by division by ten")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the annex itself, in the form that it names first.
    #[test]
    fn examples_of_the_rule() {
        assert_eq!(capital(140_950), "壹仟肆佰零玖元伍角整");
        assert_eq!(capital(600_714), "陆仟零柒元壹角肆分");
        assert_eq!(capital(168_032), "壹仟陆佰捌拾元零叁角贰分");
        assert_eq!(capital(10_700_053), "壹拾万柒仟元零伍角叁分");
        assert_eq!(capital(1_640_902), "壹万陆仟肆佰零玖元零贰分");
        assert_eq!(capital(32_504), "叁佰贰拾伍元零肆分");
    }

    #[test]
    fn zeros_at_the_end_and_below_one_yuan() {
        assert_eq!(capital(0), "零元整");
        assert_eq!(capital(5), "伍分");
        assert_eq!(capital(50), "伍角整");
        assert_eq!(capital(32), "叁角贰分");
        assert_eq!(capital(100), "壹元整");
        assert_eq!(capital(1_000), "壹拾元整");
        assert_eq!(capital(1_001), "壹拾元零壹分");
        assert_eq!(capital(-1_010), "负壹拾元零壹角整");
    }

    #[test]
    fn zeros_inside() {
        assert_eq!(capital(1_234_567_890), "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整");
        assert_eq!(capital(10_000_000), "壹拾万元整");
        assert_eq!(capital(10_050_000), "壹拾万零伍佰元整");
        assert_eq!(capital(10_000_100), "壹拾万零壹元整");
        assert_eq!(capital(100_101_000), "壹佰万壹仟零壹拾元整");
        assert_eq!(capital(10_000_000_100), "壹亿零壹元整");
        assert_eq!(capital(10_100_000_000), "壹亿零壹佰万元整");
        assert_eq!(capital(11_000_000_000), "壹亿壹仟万元整");
        assert_eq!(capital(10_000_100_000), "壹亿零壹仟元整");
        assert_eq!(capital(100_000_000_000), "壹拾亿元整");
        assert_eq!(capital(100_010_000_000), "壹拾亿零壹拾万元整");
    }

    #[test]
    fn beyond_ten_thousand_hundred_millions() {
        assert_eq!(capital(100_000_000_000_000), "壹万亿元整");
        assert_eq!(capital(100_000_000_000_101), "壹万亿零壹元零壹分");
        assert_eq!(
            capital(9_007_199_254_740_991),
            "玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角壹分"
        );
    }
}
