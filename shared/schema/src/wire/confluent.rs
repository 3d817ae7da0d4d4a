//! Confluent's wire format.
//!
//! An id is `0x00` and four bytes, or `0x01` and the sixteen of a GUID; for Protobuf the message's place follows. It
//! stands in the header `__value_schema_id`, or else before the payload.
//! <https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format>

use super::{Framed, MessageRef, Wire, guess, varint};
use crate::{Format, SchemaId};
use record::Record;
use std::borrow::Cow;

/// The header that serializers write where they leave the payload alone.
const HEADER: &str = "__value_schema_id";

pub(super) fn unframe<'b>(record: Record<'b>, value: &'b [u8], format: Format) -> Result<Framed<'b>, String> {
    // The last one counts, and one that is null doesn't, as for Confluent's own deserializers.
    let header = record.headers().filter(|header| header.name == HEADER).last();
    let Some(id) = header.and_then(|header| header.value) else {
        let (schema, message, payload) = identify(value, "value", format)?;
        return Ok(Framed { schema, message, payload: Cow::Borrowed(payload) });
    };
    let (schema, message, rest) = identify(id, "header __value_schema_id", format)?;
    if !rest.is_empty() {
        return Err(format!("header {HEADER} has {} bytes too many", rest.len()));
    }
    Ok(Framed { schema, message, payload: Cow::Borrowed(value) })
}

/// Reads the id, and for Protobuf the message's place, that some bytes begin with; what is left follows.
fn identify<'b>(
    bytes: &'b [u8],
    what: &str,
    format: Format,
) -> Result<(SchemaId, Option<MessageRef>, &'b [u8]), String> {
    let too_short = |needed| {
        let has = bytes.len();
        format!("{what} has {has} bytes, where Confluent's wire format has {needed} before the payload")
    };
    let (schema, rest) = match bytes {
        [] => return Err(format!("{what} is empty, where Confluent's wire format has an id")),
        [0x00, rest @ ..] => {
            let (id, rest) = rest.split_first_chunk().ok_or_else(|| too_short(5))?;
            let schema = SchemaId::number(u32::from_be_bytes(*id))
                .ok_or_else(|| format!("{what} has a schema id above 2147483647, which no registry gives"))?;
            (schema, rest)
        }
        [0x01, rest @ ..] => {
            let (guid, rest) = rest.split_first_chunk().ok_or_else(|| too_short(17))?;
            (SchemaId::Guid(*guid), rest)
        }
        [first, ..] => {
            return Err(format!(
                "{what} begins with 0x{first:02x}, where Confluent's wire format has 0x00 or 0x01{}",
                guess(*first, Wire::Confluent)
            ));
        }
    };
    let (message, rest) = match format {
        Format::Protobuf => message(rest, what)?,
        Format::Avro | Format::JsonSchema => (None, rest),
    };
    Ok((schema, message, rest))
}

/// Reads a Protobuf message's place: a count, then as many indexes; a count of 0 stands for the first message.
pub(super) fn message<'b>(bytes: &'b [u8], what: &str) -> Result<(Option<MessageRef>, &'b [u8]), String> {
    let ended = || format!("{what} does not hold Protobuf message indexes after its schema id");
    let (count, mut rest) = varint::read_signed(bytes).ok_or_else(ended)?;
    if count == 0 {
        return Ok((Some(MessageRef::Path(vec![0])), rest));
    }
    // Each index has a byte at least: nothing is set aside for a count that cannot be true.
    let count = usize::try_from(count).ok().filter(|count| *count <= rest.len()).ok_or_else(ended)?;
    let mut path = Vec::with_capacity(count);
    for _ in 0..count {
        let (index, after) = varint::read_signed(rest).ok_or_else(ended)?;
        path.push(u32::try_from(index).map_err(|_| ended())?);
        rest = after;
    }
    Ok((Some(MessageRef::Path(path)), rest))
}
