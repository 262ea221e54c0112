//! The strict reader: recursive descent over the bytes, refusing at the first deviation.
//!
//! *Invariant*: recursion ends at `DEPTH_MAX`, so hostile nesting cannot exhaust the stack.

use serde_json::{Map, Number, Value};

use super::{CanonicalError, DEPTH_MAX, INTEGER_MAX, is_key, is_nfc};

/// The largest number of digits of an integer that can be in range.
const DIGITS_MAX: usize = 16;

pub(super) fn read(bytes: &[u8]) -> Result<Value, CanonicalError> {
    let text = std::str::from_utf8(bytes).map_err(|_| CanonicalError::NotUtf8)?;
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    if reader.at == bytes.len() { Ok(value) } else { Err(CanonicalError::TrailingBytes) }
}

struct Reader<'a> {
    text: &'a str,
    /// Position of the next byte; always on a character boundary when a string is cut out.
    at: usize,
}

impl<'a> Reader<'a> {
    /// A value that stands inside `depth` arrays and objects.
    fn value(&mut self, depth: usize) -> Result<Value, CanonicalError> {
        match self.peek()? {
            b'{' | b'[' if depth == DEPTH_MAX => Err(CanonicalError::TooDeep),
            b'{' => self.object(depth + 1),
            b'[' => self.array(depth + 1),
            b'"' => self.string().map(Value::String),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            b'-' | b'0'..=b'9' => self.integer(),
            b'+' | b'.' => Err(CanonicalError::NumberForm),
            _ => Err(CanonicalError::UnexpectedByte),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, CanonicalError> {
        self.at += 1;
        let mut object = Map::new();
        let mut last: Option<&'a str> = None;
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(Value::Object(object));
        }
        loop {
            if self.peek()? != b'"' {
                return Err(CanonicalError::UnexpectedByte);
            }
            let start = self.at + 1;
            let key = self.string()?;
            if !is_key(&key) {
                return Err(CanonicalError::KeyForm);
            }
            // Nothing in a key is escaped, so it stands in the text as it is.
            let written = &self.text[start..self.at - 1];
            match last.map(|before| before.cmp(written)) {
                None | Some(std::cmp::Ordering::Less) => {}
                Some(std::cmp::Ordering::Equal) => return Err(CanonicalError::KeyTwice),
                Some(std::cmp::Ordering::Greater) => return Err(CanonicalError::KeyOrder),
            }
            self.expect(b':')?;
            let value = self.value(depth)?;
            object.insert(key, value);
            last = Some(written);
            if !self.goes_on(b'}')? {
                return Ok(Value::Object(object));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, CanonicalError> {
        self.at += 1;
        let mut array = Vec::new();
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(Value::Array(array));
        }
        loop {
            array.push(self.value(depth)?);
            if !self.goes_on(b']')? {
                return Ok(Value::Array(array));
            }
        }
    }

    /// After an element: true at a comma, false at the closing byte.
    fn goes_on(&mut self, close: u8) -> Result<bool, CanonicalError> {
        let byte = self.peek()?;
        if byte != b',' && byte != close {
            return Err(CanonicalError::UnexpectedByte);
        }
        self.at += 1;
        Ok(byte == b',')
    }

    fn string(&mut self) -> Result<String, CanonicalError> {
        self.at += 1;
        let mut string = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek()?, b'"' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            // Both ends stand beside ASCII bytes, so the cut is on character boundaries.
            string.push_str(&self.text[start..self.at]);
            match self.peek()? {
                b'"' => break,
                b'\\' => string.push(self.escape()?),
                _ => return Err(CanonicalError::ControlCharacter),
            }
        }
        self.at += 1;
        if is_nfc(&string) { Ok(string) } else { Err(CanonicalError::NotNfc) }
    }

    fn escape(&mut self) -> Result<char, CanonicalError> {
        self.at += 1;
        let letter = self.peek()?;
        self.at += 1;
        match letter {
            b'"' => Ok('"'),
            b'\\' => Ok('\\'),
            b'b' => Ok('\u{8}'),
            b't' => Ok('\t'),
            b'n' => Ok('\n'),
            b'f' => Ok('\u{c}'),
            b'r' => Ok('\r'),
            b'u' => self.escaped_control(),
            _ => Err(CanonicalError::BadEscape),
        }
    }

    /// The four digits after `\u`: only control characters that have no short escape, in lower case.
    fn escaped_control(&mut self) -> Result<char, CanonicalError> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).ok_or(CanonicalError::UnexpectedEnd)?;
        let [b'0', b'0', high @ (b'0' | b'1'), low @ (b'0'..=b'9' | b'a'..=b'f')] = *digits else {
            return Err(CanonicalError::BadEscape);
        };
        let low = if low.is_ascii_digit() { low - b'0' } else { low - b'a' + 10 };
        let control = (high - b'0') * 16 + low;
        if matches!(control, 8 | 9 | 10 | 12 | 13) {
            return Err(CanonicalError::BadEscape);
        }
        self.at += 4;
        Ok(char::from(control))
    }

    fn integer(&mut self) -> Result<Value, CanonicalError> {
        let is_negative = self.peek()? == b'-';
        self.at += usize::from(is_negative);
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = &self.text[self.at..self.at + count];
        self.at += count;
        let has_bad_zero = digits.starts_with('0') && (count > 1 || is_negative);
        if count == 0 || has_bad_zero || matches!(rest.get(count), Some(b'.' | b'e' | b'E')) {
            return Err(CanonicalError::NumberForm);
        }
        if count > DIGITS_MAX {
            return Err(CanonicalError::NumberRange);
        }
        let size: u64 = digits.parse().expect("at most 16 decimal digits fit 64 bits");
        if size > INTEGER_MAX {
            return Err(CanonicalError::NumberRange);
        }
        Ok(Value::Number(if is_negative { Number::from(-(size as i64)) } else { Number::from(size) }))
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, CanonicalError> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Ok(value)
    }

    fn expect(&mut self, byte: u8) -> Result<(), CanonicalError> {
        if self.peek()? != byte {
            return Err(CanonicalError::UnexpectedByte);
        }
        self.at += 1;
        Ok(())
    }

    fn peek(&self) -> Result<u8, CanonicalError> {
        self.text.as_bytes().get(self.at).copied().ok_or(CanonicalError::UnexpectedEnd)
    }
}
