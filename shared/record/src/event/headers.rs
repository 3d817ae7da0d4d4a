//! The headers of a record.

use super::{cursor::Parsed, parse::Parser};
use crate::batch::{HeaderEntry, Span};
use std::ops::Range;

const EXPECTED: &str = "an array of objects or null";

impl Parser<'_> {
    /// Reads `headers`: an array of objects that map a name to the bytes of the value.
    #[inline]
    pub(super) fn headers(&mut self) -> Parsed<Range<u32>> {
        if self.cursor.take(b"[]") || self.cursor.take(b"null") {
            return Ok(0..0);
        }
        let first = self.headers.len() as u32;
        let mut more = self.cursor.open_array("headers", EXPECTED)?;
        while more {
            let mut member = self.cursor.open_object("headers", EXPECTED)?;
            while member {
                let header = self.header()?;
                self.headers.push(header);
                member = self.cursor.next_member()?;
            }
            more = self.cursor.next_element()?;
        }
        Ok(first..self.headers.len() as u32)
    }

    fn header(&mut self) -> Parsed<HeaderEntry> {
        self.cursor.white_space();
        let start = self.arena.len();
        let name = self.cursor.member_name()?;
        self.arena.extend_from_slice(&name);
        let name = self.span_from(start);
        self.cursor.white_space();
        if self.cursor.take(b"null") {
            return Ok(HeaderEntry { name, value: Span::NULL });
        }
        Ok(HeaderEntry { name, value: self.header_bytes()? })
    }

    /// Reads a header's bytes, which Lambda writes as numbers.
    fn header_bytes(&mut self) -> Parsed<Span> {
        let start = self.arena.len();
        let mut more = self.cursor.open_array("headers", "arrays of bytes or null")?;
        while more {
            while let Some((bytes, length)) = self.cursor.window().and_then(two_bytes) {
                self.arena.extend_from_slice(&bytes);
                self.cursor.advance(length);
            }
            let byte = self.header_byte()?;
            self.arena.push(byte);
            more = self.cursor.next_element()?;
        }
        Ok(self.span_from(start))
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

/// Reads two numbers from 0 to 255, each with a comma behind it; says how long that is.
///
/// Two at once and without a branch on their lengths: the digits of text vary between two and three, so that a
/// loop over them guesses wrong on every other byte.
#[inline(always)]
fn two_bytes(window: &[u8; 8]) -> Option<([u8; 2], usize)> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let window = u64::from_le_bytes(*window);
    let digits = window ^ (EACH * u64::from(b'0'));
    // A byte's high bit is set where it is no digit: 10 and more overflow into it. The first two are exact when
    // the first is a comma, which is too small to carry further.
    let others = (digits.wrapping_add(EACH * (0x80 - 10)) | digits) & (EACH * 0x80);
    let first = others.trailing_zeros() / 8;
    let second = (others & others.wrapping_sub(1)).trailing_zeros() / 8;
    let comma = |at: u32| at < 8 && (window >> (8 * at)) as u8 == b',';
    if !(comma(first) && comma(second)) {
        return None;
    }
    let bytes = [byte(digits, first)?, byte(digits >> (8 * (first + 1)), second - first - 1)?];
    Some((bytes, second as usize + 1))
}

/// The number of one to three digits, the first of which is the lowest byte.
#[inline(always)]
fn byte(digits: u64, length: u32) -> Option<u8> {
    /// The least number that is written with as many digits.
    const LEAST: [u32; 4] = [0, 0, 10, 100];
    if !(1..=3).contains(&length) {
        return None;
    }
    let digits = (digits as u32) << (32 - 8 * length);
    let number = (digits >> 24) + 10 * (digits >> 16 & 0xff) + 100 * (digits >> 8 & 0xff);
    if number < LEAST[length as usize] { None } else { u8::try_from(number).ok() }
}
