//! The headers of a record.

use super::{cursor::Parsed, number::two_bytes, parse::Parser};
use crate::batch::{HeaderEntry, Span};
use std::{borrow::Cow, ops::Range};

const EXPECTED: &str = "an array of objects or null";

impl Parser<'_> {
    /// Reads `headers`: an array of objects that map a name to the bytes of the value.
    pub(super) fn headers(&mut self) -> Parsed<Range<u32>> {
        if self.cursor.take(b"null") {
            return Ok(0..0);
        }
        let first = self.headers.len();
        let mut more = self.cursor.open_array("headers", EXPECTED)?;
        while more {
            let mut member = self.cursor.open_object("headers", EXPECTED)?;
            while member {
                let header = self.header(self.headers.len() - first)?;
                self.headers.push(header);
                member = self.cursor.next_member()?;
            }
            more = self.cursor.next_element()?;
        }
        Ok(first as u32..self.headers.len() as u32)
    }

    /// Reads a header, of which so many stand before it in its record.
    fn header(&mut self, index: usize) -> Parsed<HeaderEntry> {
        self.cursor.white_space();
        let name = self.header_name(index)?;
        self.cursor.white_space();
        if self.cursor.take(b"null") {
            return Ok(HeaderEntry { name, value: Span::NULL });
        }
        Ok(HeaderEntry { name, value: self.header_bytes()? })
    }

    /// Reads a header's name and the colon behind it.
    ///
    /// Records of a topic mostly have the same headers, so the name is likely there already.
    fn header_name(&mut self, index: usize) -> Parsed<Span> {
        if let Some(Some(span)) = self.header_names.get(index) {
            let start = self.cursor.position();
            if self.cursor.take_quoted(&self.arena[span.range()]) && self.cursor.take(b":") {
                return Ok(*span);
            }
            self.cursor = self.cursor.back_to(start);
        }
        let start = self.arena.len();
        let name = self.cursor.member_name()?;
        self.arena.extend_from_slice(&name);
        let span = self.span_from(start);
        if self.header_names.len() <= index {
            self.header_names.resize(index + 1, None);
        }
        // A name that needed no escapes stands in the event byte for byte.
        self.header_names[index] = matches!(name, Cow::Borrowed(_)).then_some(span);
        Ok(span)
    }

    /// Reads a header's bytes, which Lambda writes as numbers.
    fn header_bytes(&mut self) -> Parsed<Span> {
        let start = self.arena.len();
        let mut more = self.cursor.open_array("headers", "arrays of bytes or null")?;
        while more {
            if self.pairs_of_bytes() {
                break;
            }
            let byte = self.header_byte()?;
            self.arena.push(byte);
            more = self.cursor.next_element()?;
        }
        Ok(self.span_from(start))
    }

    /// Reads bytes two by two, as far as they stand as Lambda writes them; says whether the array has ended.
    fn pairs_of_bytes(&mut self) -> bool {
        let mut rest = self.cursor.rest();
        let mut ended = false;
        while !ended && let Some(pair) = rest.first_chunk().and_then(two_bytes) {
            self.arena.extend_from_slice(&pair.bytes);
            rest = &rest[pair.length..];
            ended = pair.are_last;
        }
        self.cursor.advance(self.cursor.rest().len() - rest.len());
        ended
    }

    fn header_byte(&mut self) -> Parsed<u8> {
        const EXPECTED: &str = "arrays of whole numbers from -128 to 255";
        self.cursor.white_space();
        let start = self.cursor;
        // Lambda writes Java's signed bytes; other producers of events write unsigned ones.
        match self.cursor.integer("headers", EXPECTED)? {
            byte @ -128..=255 => Ok(byte as u8),
            _ => Err(start.wrong_type("headers", EXPECTED)),
        }
    }
}
