//! Values that are one column as they are.

use super::build::{Cell, Rows, declared, decode_each, table_schema};
use super::json::VALUE;
use super::{DecodeValues, DecodedValues, TableSchema};
use arrow_schema::{DataType, Field};
use std::borrow::Cow;
use std::sync::Arc;

/// Takes values as bytes, into the one column `value`: `value.converter=bytes`.
#[derive(Debug)]
pub struct BytesDecoder {
    schema: Arc<TableSchema>,
}

/// Takes values as texts in UTF-8, into the one column `value`: `value.converter=string`.
#[derive(Debug)]
pub struct TextDecoder {
    schema: Arc<TableSchema>,
}

impl BytesDecoder {
    /// A decoder; its values have no schema, so the fingerprint is that of the text `"bytes"`.
    pub fn new() -> Self {
        let field = Field::new(VALUE, DataType::Binary, false);
        Self { schema: table_schema(vec![field], declared(r#""bytes""#)) }
    }
}

impl TextDecoder {
    /// A decoder; its values have no schema, so the fingerprint is that of the text `"string"`.
    pub fn new() -> Self {
        let field = Field::new(VALUE, DataType::Utf8, false);
        Self { schema: table_schema(vec![field], declared(r#""string""#)) }
    }
}

impl Default for BytesDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for TextDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl DecodeValues for BytesDecoder {
    fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues {
        decode_each(&self.schema, payloads, |payload, rows| push(rows, Cell::Bytes(Cow::Borrowed(payload))))
    }
}

impl DecodeValues for TextDecoder {
    fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues {
        decode_each(&self.schema, payloads, |payload, rows| {
            let text = simdutf8::compat::from_utf8(payload).map_err(|error| {
                format!("value is not UTF-8 at byte {} of {}", error.valid_up_to(), payload.len())
            })?;
            push(rows, Cell::Text(Cow::Borrowed(text)))
        })
    }
}

fn push(rows: &mut Rows, cell: Cell<'_>) -> Result<(), String> {
    Ok(rows.push(vec![cell])?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::cast::AsArray;

    #[test]
    fn bytes_are_taken_as_they_are() {
        let decoded = BytesDecoder::new().decode(&[b"\x00\xff", b""]);
        assert_eq!(decoded.of_payloads, [Ok(0), Ok(1)]);
        let values: Vec<_> = decoded.rows["value"].as_binary::<i32>().iter().collect();
        assert_eq!(values, [Some(&b"\x00\xff"[..]), Some(&b""[..])]);
    }

    #[test]
    fn texts_are_in_utf8_or_rejected_alone() {
        let decoded = TextDecoder::new().decode(&["é".as_bytes(), b"ab\xff", b"c"]);
        let expected = [Ok(0), Err("value is not UTF-8 at byte 2 of 3".to_owned()), Ok(1)];
        assert_eq!(decoded.of_payloads, expected);
        let values: Vec<_> = decoded.rows["value"].as_string::<i32>().iter().collect();
        assert_eq!(values, [Some("é"), Some("c")]);
    }
}
