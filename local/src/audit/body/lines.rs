//! JSON Lines.

use super::Contents;
use crate::audit::object::Claim;
use bytes::Bytes;
use pipeline::s3::Attributes;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::io::{self, BufRead as _, BufReader, Read};

/// Counts the lines, each of which must be JSON. The error says which is not, and why.
pub(super) fn read(attributes: &Attributes, body: &Bytes) -> Result<Contents, String> {
    let rows = for_each_line(attributes, body, |_, line| {
        serde_json::from_slice::<IgnoredAny>(line).map(|_| ()).map_err(|error| error.to_string())
    })?;
    Ok(Contents { rows, elsewhere: None })
}

/// Where a rejected record came from.
#[derive(Deserialize)]
struct Coordinates {
    topic: String,
    partition: i32,
    offset: i64,
}

/// Counts the lines, and compares the record that each of them names with what the object says.
pub(super) fn read_quarantine(
    claim: &Claim,
    attributes: &Attributes,
    body: &Bytes,
) -> Result<Contents, String> {
    let mut offsets = claim.coverage.offsets();
    let mut elsewhere = None;
    let rows = for_each_line(attributes, body, |number, line| {
        let Coordinates { topic, partition, offset } =
            serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let expected = offsets.next();
        let parts = &claim.parts;
        let is_there =
            topic == parts.topic && partition == parts.partition && expected.is_none_or(|it| it == offset);
        if !is_there && elsewhere.is_none() {
            elsewhere = Some(format!("line {number} is of {topic}-{partition}@{offset}"));
        }
        Ok(())
    })?;
    Ok(Contents { rows, elsewhere })
}

/// Hands each line and its number to `look`, and counts them.
fn for_each_line(
    attributes: &Attributes,
    body: &Bytes,
    mut look: impl FnMut(u64, &[u8]) -> Result<(), String>,
) -> Result<u64, String> {
    let mut reader = BufReader::new(unpacked(attributes, body).map_err(|error| error.to_string())?);
    let mut line = Vec::new();
    let mut lines = 0;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|error| error.to_string())? == 0 {
            return Ok(lines);
        }
        lines += 1;
        let text =
            line.strip_suffix(b"\n").ok_or_else(|| format!("line {lines} has no end: it was cut off"))?;
        look(lines, text).map_err(|reason| format!("line {lines}: {reason}"))?;
    }
}

fn unpacked<'a>(attributes: &Attributes, body: &'a Bytes) -> io::Result<Box<dyn Read + 'a>> {
    // Some servers keep `aws-chunked`, which is of the upload and not of the object.
    let encodings = attributes.content_encoding.as_deref().unwrap_or_default().split(',').map(str::trim);
    Ok(match encodings.filter(|encoding| !matches!(*encoding, "" | "aws-chunked")).collect::<Vec<_>>()[..] {
        [] => Box::new(&body[..]),
        ["gzip"] => Box::new(flate2::read::MultiGzDecoder::new(&body[..])),
        ["zstd"] => Box::new(zstd::stream::read::Decoder::new(&body[..])?),
        ref others => {
            let encodings = others.join(", ");
            return Err(io::Error::other(format!("its Content-Encoding is {encodings}, which is not ours")));
        }
    })
}
