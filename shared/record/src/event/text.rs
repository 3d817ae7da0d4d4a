//! From a JSON string to the text that it means.

use super::{EventError, cursor::Parsed, cursor::RawText};
use std::borrow::Cow;

/// Refuses what cannot stand in a JSON string.
///
/// Half a surrogate pair may stand there: it is valid JSON that means no text.
pub(super) fn check(raw: RawText<'_>) -> Parsed<()> {
    if let Err(error) = str::from_utf8(raw.bytes) {
        return Err(expected("UTF-8", raw.position + error.valid_up_to()));
    }
    if let Some(at) = raw.bytes.iter().position(|byte| *byte < b' ') {
        return Err(expected("control characters to be escaped", raw.position + at));
    }
    if raw.escaped {
        let mut rest = raw.bytes;
        while let Some(at) = memchr::memchr(b'\\', rest) {
            rest = match &rest[at + 1..] {
                [b'u', rest @ ..] if code_unit(rest).is_some() => &rest[4..],
                [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..] => rest,
                unknown => {
                    return Err(expected("an escape", raw.position + raw.bytes.len() - unknown.len() - 1));
                }
            };
        }
    }
    Ok(())
}

/// The bytes of the text that a string means; they are UTF-8.
pub(super) fn decoded(raw: RawText<'_>) -> Parsed<Cow<'_, [u8]>> {
    check(raw)?;
    if !raw.escaped {
        return Ok(Cow::Borrowed(raw.bytes));
    }
    let mut text = Vec::with_capacity(raw.bytes.len());
    let mut rest = raw.bytes;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        text.extend_from_slice(&rest[..at]);
        let escape = &rest[at..];
        let character = character(escape).ok_or_else(|| {
            expected("both halves of a surrogate pair", raw.position + raw.bytes.len() - escape.len())
        })?;
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        // Only characters beyond the basic plane take two escapes.
        rest = &escape[match (escape[1], character) {
            (b'u', '\u{10000}'..) => 12,
            (b'u', _) => 6,
            _ => 2,
        }..];
    }
    text.extend_from_slice(rest);
    Ok(Cow::Owned(text))
}

/// The text that a string means.
pub(super) fn decoded_text(raw: RawText<'_>) -> Parsed<Cow<'_, str>> {
    Ok(match decoded(raw)? {
        Cow::Borrowed(bytes) => Cow::Borrowed(str::from_utf8(bytes).expect("checked on decoding")),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).expect("checked on decoding")),
    })
}

/// The character of a checked escape, which may be two of them; none for half a pair.
fn character(escape: &[u8]) -> Option<char> {
    Some(match escape[1] {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let units = [&escape[2..], escape[6..].strip_prefix(b"\\u").unwrap_or_default()];
            let units = units.into_iter().map_while(code_unit);
            char::decode_utf16(units).next()?.ok()?
        }
        itself => char::from(itself),
    })
}

/// The UTF-16 code unit that four hexadecimal digits say.
fn code_unit(digits: &[u8]) -> Option<u16> {
    digits.first_chunk::<4>()?.iter().try_fold(0, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(unit << 4 | digit as u16)
    })
}

#[cold]
fn expected(expected: &'static str, position: usize) -> Box<EventError> {
    Box::new(EventError::Syntax { position, expected, record: None })
}
