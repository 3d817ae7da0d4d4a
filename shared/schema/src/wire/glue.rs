//! AWS Glue's wire format.
//!
//! `0x03`, `0x00` for plain or `0x05` for zlib, the UUID of the schema version, the payload. For Protobuf, the index
//! of the message is part of what may be compressed.
//! <https://github.com/awslabs/aws-glue-schema-registry>

use super::{Framed, MessageRef, Wire, guess, varint};
use crate::{Format, SchemaId};
use flate2::{Decompress, FlushDecompress, Status};
use std::borrow::Cow;

const VERSION: u8 = 3;
const PLAIN: u8 = 0;
const ZLIB: u8 = 5;

/// The bytes before the payload.
const FRAME_BYTES: usize = 18;

/// How much a value may grow: six megabytes of an event can hold gigabytes of zeros.
const MAX_INFLATED_BYTES: usize = 64 << 20;

pub(super) fn unframe(value: &[u8], format: Format) -> Result<Framed<'_>, String> {
    let (compression, id, body) = match value {
        [] => return Err("value is empty, where AWS Glue's wire format has an id".to_owned()),
        [VERSION, compression, rest @ ..] if rest.len() >= 16 => {
            let (id, body) = rest.split_first_chunk().expect("there are 16 bytes");
            (*compression, *id, body)
        }
        [VERSION, ..] => {
            let has = value.len();
            return Err(format!(
                "value has {has} bytes, where AWS Glue's wire format has {FRAME_BYTES} before the payload"
            ));
        }
        [first, ..] => {
            return Err(format!(
                "value begins with 0x{first:02x}, where AWS Glue's wire format has 0x03{}",
                guess(*first, Wire::Glue)
            ));
        }
    };
    let schema = SchemaId::Glue(id);
    let body = match compression {
        PLAIN => Cow::Borrowed(body),
        ZLIB => Cow::Owned(inflate(body, MAX_INFLATED_BYTES)?),
        other => {
            return Err(format!(
                "value has 0x{other:02x} for its compression, where AWS Glue's wire format has 0x00 or 0x05"
            ));
        }
    };
    if format != Format::Protobuf {
        return Ok(Framed { schema, message: None, payload: body });
    }
    let (message, payload) = message(&body)?;
    let payload = match &body {
        Cow::Borrowed(_) => Cow::Borrowed(&value[value.len() - payload.len()..]),
        Cow::Owned(_) => Cow::Owned(payload.to_owned()),
    };
    Ok(Framed { schema, message, payload })
}

/// Reads a Protobuf message's index.
pub(super) fn message(bytes: &[u8]) -> Result<(Option<MessageRef>, &[u8]), String> {
    let (index, payload) =
        varint::read(bytes).ok_or("value does not hold a Protobuf message index after its schema id")?;
    Ok((Some(MessageRef::Sorted(index)), payload))
}

/// Inflates a whole zlib stream of at most so many bytes.
pub(super) fn inflate(compressed: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    let mut stream = Decompress::new(true);
    let mut inflated = Vec::with_capacity(compressed.len().saturating_mul(4).min(limit));
    loop {
        let rest = &compressed[stream.total_in() as usize..];
        let status = stream
            .decompress_vec(rest, &mut inflated, FlushDecompress::None)
            // What zlib says is about its own structure: "corrupt deflate stream".
            .map_err(|error| format!("value is not a zlib stream after its frame: {error}"))?;
        if inflated.len() > limit {
            return Err(format!("value is more than {limit} bytes when its zlib stream is inflated"));
        }
        if status == Status::StreamEnd {
            break;
        }
        // Room is left, and yet it stopped: there is nothing more to read.
        if inflated.len() < inflated.capacity() {
            return Err("value ends in the middle of its zlib stream".to_owned());
        }
        let has = inflated.len();
        inflated.reserve_exact(has.max(4096).min(limit + 1 - has));
    }
    let after = compressed.len() as u64 - stream.total_in();
    if after > 0 {
        return Err(format!("value has {after} bytes after its zlib stream"));
    }
    Ok(inflated)
}
