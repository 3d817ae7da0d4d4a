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
    /// Invariant: what the event ends with.
    rest: &'e [u8],
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
        Self { event, rest: event }
    }

    /// How many bytes of the event lie behind.
    #[inline(always)]
    pub(super) fn position(&self) -> usize {
        self.event.len() - self.rest.len()
    }

    /// The same event, from a position on that [`Cursor::position`] has given.
    pub(super) fn back_to(self, position: usize) -> Self {
        Self { rest: &self.event[position..], ..self }
    }

    /// The bytes from a position that [`Cursor::position`] has given up to here.
    pub(super) fn since(&self, position: usize) -> &'e [u8] {
        &self.event[position..self.position()]
    }

    /// What lies ahead.
    #[inline(always)]
    pub(super) fn rest(&self) -> &'e [u8] {
        self.rest
    }

    #[inline(always)]
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Steps over bytes that [`Cursor::rest`] has shown.
    #[inline(always)]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    /// Steps over this text if it stands here.
    #[inline(always)]
    pub(super) fn take<const N: usize>(&mut self, text: &[u8; N]) -> bool {
        match self.rest.split_first_chunk() {
            Some((first, rest)) if first == text => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Steps over this text in quotes if it stands here, byte for byte.
    #[inline(always)]
    pub(super) fn take_quoted(&mut self, text: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(b"\"").and_then(|rest| rest.strip_prefix(text));
        match rest.and_then(|rest| rest.strip_prefix(b"\"")) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    #[inline(always)]
    pub(super) fn white_space(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Reads the start of an object; says whether a member follows.
    #[inline]
    pub(super) fn open_object(&mut self, member: &'static str, expected: &'static str) -> Parsed<bool> {
        self.open(b"{", b"}", member, expected)
    }

    /// Reads what stands behind a member: says whether another one follows.
    #[inline(always)]
    pub(super) fn next_member(&mut self) -> Parsed<bool> {
        self.next(b"}", "`,` or `}`")
    }

    /// Reads the start of an array; says whether an element follows.
    #[inline]
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

    /// Reads the string that is this member's value.
    pub(super) fn text(&mut self, member: &'static str, expected: &'static str) -> Parsed<Cow<'e, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong_type(member, expected));
        }
        let raw = self.raw_text()?;
        text::decoded_text(raw)
    }

    /// Reads the string that starts here, as it stands.
    pub(super) fn raw_text(&mut self) -> Parsed<RawText<'e>> {
        let text = &self.rest[1..];
        let position = self.position() + 1;
        let mut length = 0;
        let mut escaped = false;
        loop {
            let ahead = text.get(length..).unwrap_or_default();
            match memchr2(b'"', b'\\', ahead) {
                Some(found) if ahead[found] == b'"' => {
                    length += found;
                    self.rest = &text[length + 1..];
                    return Ok(RawText { position, bytes: &text[..length], escaped });
                }
                // What is escaped may itself be a quote or a backslash.
                Some(found) => {
                    escaped = true;
                    length += found + 2;
                }
                None => {
                    self.rest = &[];
                    return Err(self.expected("`\"`"));
                }
            }
        }
    }

    /// The bytes up to the next quote, for a string that starts here and has no escapes; doesn't move.
    #[inline(always)]
    pub(super) fn plain_text(&self) -> Option<&'e [u8]> {
        let text = self.rest.strip_prefix(b"\"")?;
        Some(&text[..memchr(b'"', text)?])
    }

    /// The error that something else should stand here.
    #[cold]
    pub(super) fn expected(&self, expected: &'static str) -> Box<EventError> {
        Box::new(EventError::Syntax { position: self.position(), expected, record: None })
    }

    /// The error that this member's value, which starts here, should be something else.
    #[cold]
    pub(super) fn wrong_type(&self, member: &'static str, expected: &'static str) -> Box<EventError> {
        match self.peek() {
            Some(b'{' | b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {
                Box::new(EventError::WrongType { position: self.position(), member, expected, record: None })
            }
            _ => self.expected(expected),
        }
    }

    /// The error that this member stands in its object a second time.
    #[cold]
    pub(super) fn repeated(&self, member: &'static str) -> Box<EventError> {
        Box::new(EventError::Repeated { position: self.position(), member, record: None })
    }

    #[inline]
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
        if self.take(b",") {
            return Ok(true);
        }
        self.last(close, expected)
    }

    fn last(&mut self, close: &[u8; 1], expected: &'static str) -> Parsed<bool> {
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
