//! A place in the event, and the tokens of JSON that are read there.

use super::{EventError, text};
use memchr::{memchr, memchr2};
use std::borrow::Cow;

/// What a parsing step gives; the error is boxed so that the ordinary answer fits in registers.
pub(super) type Parsed<T> = Result<T, Box<EventError>>;

/// A place in the event's bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'e> {
    event: &'e [u8],
    /// Invariant: not beyond the event's end.
    at: usize,
}

/// What stands between the quotes of a string, as it stands there.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawText<'e> {
    /// Where it starts, behind the quote.
    pub(super) position: usize,
    pub(super) bytes: &'e [u8],
    /// Whether there is a backslash in it.
    pub(super) escaped: bool,
}

impl<'e> Cursor<'e> {
    pub(super) fn new(event: &'e [u8]) -> Self {
        Self { event, at: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.event.get(self.at).copied()
    }

    /// The next eight bytes, if there are as many.
    #[inline(always)]
    pub(super) fn window(&self) -> Option<&'e [u8; 8]> {
        self.event[self.at..].first_chunk()
    }

    /// Steps over bytes that [`Cursor::window`] has shown.
    #[inline(always)]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Steps over this text if it stands here.
    #[inline(always)]
    pub(super) fn take<const N: usize>(&mut self, text: &[u8; N]) -> bool {
        let taken = self.event[self.at..].first_chunk() == Some(text);
        if taken {
            self.at += N;
        }
        taken
    }

    /// Steps over this text in quotes if it stands here, byte for byte.
    #[inline(always)]
    pub(super) fn take_quoted(&mut self, text: &[u8]) -> bool {
        let quoted = self.event[self.at..]
            .strip_prefix(b"\"")
            .and_then(|rest| rest.strip_prefix(text))
            .is_some_and(|rest| rest.first() == Some(&b'"'));
        if quoted {
            self.at += text.len() + 2;
        }
        quoted
    }

    #[inline(always)]
    pub(super) fn white_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Reads the start of an object; says whether a member follows.
    pub(super) fn open_object(&mut self, member: &'static str, expected: &'static str) -> Parsed<bool> {
        self.open(b"{", b"}", member, expected)
    }

    /// Reads what stands behind a member: says whether another one follows.
    #[inline(always)]
    pub(super) fn next_member(&mut self) -> Parsed<bool> {
        self.next(b"}", "`,` or `}`")
    }

    /// Reads the start of an array; says whether an element follows.
    pub(super) fn open_array(&mut self, member: &'static str, expected: &'static str) -> Parsed<bool> {
        self.open(b"[", b"]", member, expected)
    }

    /// Reads what stands behind an element: says whether another one follows.
    #[inline(always)]
    pub(super) fn next_element(&mut self) -> Parsed<bool> {
        self.next(b"]", "`,` or `]`")
    }

    /// Reads a member's name and the colon behind it.
    pub(super) fn member_name(&mut self) -> Parsed<Cow<'e, [u8]>> {
        self.white_space();
        if self.peek() != Some(b'"') {
            return Err(self.expected("the name of a member"));
        }
        let raw = self.raw_text()?;
        let name = text::decoded(raw)?;
        self.white_space();
        if !self.take(b":") {
            return Err(self.expected("`:`"));
        }
        Ok(name)
    }

    /// Finds the end of the string that starts here.
    pub(super) fn raw_text(&mut self) -> Parsed<RawText<'e>> {
        let position = self.at + 1;
        let mut from = position;
        let mut escaped = false;
        loop {
            let rest = self.event.get(from..).unwrap_or_default();
            match memchr2(b'"', b'\\', rest) {
                Some(found) if rest[found] == b'"' => {
                    let end = from + found;
                    self.at = end + 1;
                    return Ok(RawText { position, bytes: &self.event[position..end], escaped });
                }
                Some(found) => {
                    escaped = true;
                    from += found + 2;
                }
                None => {
                    self.at = self.event.len();
                    return Err(self.expected("`\"`"));
                }
            }
        }
    }

    /// The bytes up to the next quote, for a string that starts here and has no escapes; doesn't move.
    #[inline(always)]
    pub(super) fn plain_text(&self) -> Option<&'e [u8]> {
        let rest = self.event[self.at..].strip_prefix(b"\"")?;
        Some(&rest[..memchr(b'"', rest)?])
    }

    /// Reads the string that is this member's value.
    pub(super) fn text(&mut self, member: &'static str, expected: &'static str) -> Parsed<Cow<'e, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong_type(member, expected));
        }
        let raw = self.raw_text()?;
        text::decoded_text(raw)
    }

    /// Reads the whole number that is this member's value.
    #[inline]
    pub(super) fn integer(&mut self, member: &'static str, expected: &'static str) -> Parsed<i64> {
        // Any number of as many digits fits into 64 bits.
        const SAFE_DIGITS: usize = 18;
        let start = *self;
        let negative = self.take(b"-");
        let first = self.at;
        let mut value = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = &self.event[first..self.at];
        if digits.is_empty() || matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return Err(start.wrong_type(member, expected));
        }
        if digits[0] == b'0' && digits.len() > 1 {
            return Err(start.expected("a number without leading zeros"));
        }
        if digits.len() > SAFE_DIGITS {
            let number = str::from_utf8(&self.event[start.at..self.at]).unwrap_or_default();
            return number.parse().map_err(|_| start.wrong_type(member, expected));
        }
        let value = value.cast_signed();
        Ok(if negative { -value } else { value })
    }

    /// The bytes from a place passed earlier up to here.
    pub(super) fn since(&self, position: usize) -> &'e [u8] {
        &self.event[position..self.at]
    }

    /// The error that something else should stand here.
    #[cold]
    pub(super) fn expected(&self, expected: &'static str) -> Box<EventError> {
        Box::new(EventError::Syntax { position: self.at, expected, record: None })
    }

    /// The error that this member's value, which starts here, should be something else.
    #[cold]
    pub(super) fn wrong_type(&self, member: &'static str, expected: &'static str) -> Box<EventError> {
        match self.peek() {
            Some(b'{' | b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {
                Box::new(EventError::WrongType { position: self.at, member, expected, record: None })
            }
            _ => self.expected(expected),
        }
    }

    /// The error that this member stands in its object a second time.
    #[cold]
    pub(super) fn repeated(&self, member: &'static str) -> Box<EventError> {
        Box::new(EventError::Repeated { position: self.at, member, record: None })
    }

    fn open(
        &mut self,
        open: &[u8; 1],
        close: &[u8; 1],
        member: &'static str,
        expected: &'static str,
    ) -> Parsed<bool> {
        self.white_space();
        if !self.take(open) {
            return Err(self.wrong_type(member, expected));
        }
        self.white_space();
        Ok(!self.take(close))
    }

    #[inline(always)]
    fn next(&mut self, close: &[u8; 1], expected: &'static str) -> Parsed<bool> {
        self.white_space();
        if self.take(b",") {
            Ok(true)
        } else if self.take(close) {
            Ok(false)
        } else {
            Err(self.expected(expected))
        }
    }
}
