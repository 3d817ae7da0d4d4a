//! Keys and values, which are base64.

use super::{EventError, cursor::Parsed, parse::Parser, text};
use crate::batch::Span;
use base64_simd::STANDARD;

impl Parser<'_> {
    /// Reads a key or a value.
    #[inline(always)]
    pub(super) fn payload(&mut self, member: &'static str) -> Parsed<Span> {
        let start = self.arena.len();
        match self.cursor.plain_text() {
            // A backslash is no letter of base64, so escapes need no look-out of their own.
            Some(text) if STANDARD.decode_append(text, &mut self.arena).is_ok() => {
                self.cursor.advance(text.len() + 2);
            }
            _ if self.cursor.take(b"null") => return Ok(Span::NULL),
            _ => self.unusual_payload(member)?,
        }
        Ok(self.span_from(start))
    }

    /// Reads a key or a value that has escapes or bits to spare, or is none.
    #[cold]
    fn unusual_payload(&mut self, member: &'static str) -> Parsed<()> {
        if self.cursor.peek() != Some(b'"') {
            return Err(self.cursor.wrong_type(member, "base64 or null"));
        }
        let raw = self.cursor.raw_text()?;
        let mut letters = text::decoded(raw)?.into_owned();
        clear_spare_bits(&mut letters);
        STANDARD.decode_append(&letters, &mut self.arena).map_err(|_| {
            let position = raw.position + first_foreign_letter(raw.bytes);
            Box::new(EventError::NotBase64 { position, member, record: None })
        })
    }
}

/// Zeroes the bits of the last letter that no byte uses.
///
/// Most decoders don't look at them, and Lambda's own sample event has a key that ends in `34==`.
fn clear_spare_bits(base64: &mut [u8]) {
    let [.., third, second, last] = base64 else { return };
    let (letter, used) = match (second, last) {
        (b'=', b'=') => (third, 0b11_0000),
        (letter, b'=') => (letter, 0b11_1100),
        _ => return,
    };
    let alphabet = STANDARD.charset();
    if let Some(value) = alphabet.iter().position(|other| other == letter) {
        *letter = alphabet[value & used];
    }
}

/// Where base64 goes wrong; its end, where every letter is one but their number is not right.
fn first_foreign_letter(base64: &[u8]) -> usize {
    let foreign = |letter: &u8| !STANDARD.charset().contains(letter);
    base64.iter().position(foreign).unwrap_or(base64.len())
}
