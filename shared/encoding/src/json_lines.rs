//! JSON Lines: one value a line, in its own bytes.

#[cfg(test)]
mod tests;

use crate::{Compression, Compressor, Encode, EncodingError};
use decoding::json::JsonRow;
use std::ops::Range;

/// Not registered with IANA, but what the JSON Lines and NDJSON communities agreed on.
pub(crate) const CONTENT_TYPE: &str = "application/x-ndjson";

/// Writes JSON Lines.
#[derive(Debug)]
pub struct JsonLines {
    compressor: Compressor,
}

impl JsonLines {
    /// JSON Lines, compressed like this.
    pub fn new(compression: Compression) -> Self {
        Self { compressor: Compressor::new(compression) }
    }
}

impl Encode<JsonRow<'_>> for JsonLines {
    fn encode(
        &self,
        group: &[JsonRow<'_>],
        written: Range<usize>,
        _coverage: &str,
    ) -> Result<Vec<u8>, EncodingError> {
        let rows = &group[written];
        let mut body = Vec::with_capacity(rows.iter().map(|row| row.text().len() + 1).sum());
        for row in rows {
            push_line(row.text(), &mut body);
        }
        Ok(self.compressor.compress(body)?)
    }

    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }

    fn content_encoding(&self) -> Option<&'static str> {
        self.compressor.compression().content_encoding()
    }
}

/// How an object of JSON Lines ends; Connect's `.json`, not `.jsonl`.
pub fn json_lines_extension(compression: Compression) -> &'static str {
    match compression {
        Compression::None => ".json",
        Compression::Gzip(_) => ".json.gz",
        Compression::Zstd(_) => ".json.zst",
    }
}

/// Appends a valid JSON text as one line.
fn push_line(text: &str, lines: &mut Vec<u8>) {
    let text = text.as_bytes();
    // Inside a string a line break can only be escaped, so one that is there stands between tokens.
    if memchr::memchr2(b'\n', b'\r', text).is_none() {
        lines.extend_from_slice(text);
    } else {
        push_compact(text, lines);
    }
    lines.push(b'\n');
}

/// Appends a valid JSON text without the white space between its tokens.
///
/// All of it, not only the line breaks: what is left of an indentation would be noise.
fn push_compact(text: &[u8], line: &mut Vec<u8>) {
    let mut copied = 0;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => at += string_length(&text[at..]),
            b' ' | b'\t' | b'\n' | b'\r' => {
                line.extend_from_slice(&text[copied..at]);
                at += 1;
                copied = at;
            }
            _ => at += 1,
        }
    }
    line.extend_from_slice(&text[copied..]);
}

/// How long the string at the start of a text is, with its quotation marks.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &text[at..]) {
        at += found;
        if text[at] == b'"' {
            return at + 1;
        }
        // The escaped character may itself be a quotation mark or a backslash.
        at += 2;
    }
    text.len()
}
