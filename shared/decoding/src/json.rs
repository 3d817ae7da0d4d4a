//! JSON values, delivered as they were produced.

use record::{Batch, Field, FieldPath, Record, Rejection, Row};

/// `behavior.on.null.values`: what becomes of a tombstone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullValues {
    /// It is a bad record.
    Fail,
    /// It is skipped and counted.
    Ignore,
    /// It is kept, as the line `null`.
    Write,
}

/// A record whose value is one JSON text, or a tombstone that is kept.
#[derive(Debug, Clone, Copy)]
pub struct JsonRow<'b> {
    record: Record<'b>,
    /// Valid JSON without white space around it; `null` for a tombstone.
    text: &'b str,
}

/// The records of a batch, decoded.
#[derive(Debug)]
pub struct Decoded<'b> {
    /// In the batch's order.
    pub rows: Vec<JsonRow<'b>>,
    /// What could not be decoded.
    pub rejections: Vec<Rejection<'b>>,
    /// Tombstones that were skipped by setting.
    pub ignored: usize,
}

/// Decodes every record of a batch.
pub fn decode_all(batch: &Batch, null_values: NullValues) -> Decoded<'_> {
    let _ = (batch, null_values);
    todo!()
}

impl<'b> JsonRow<'b> {
    /// The value's text: valid JSON, byte for byte as it was produced; white space between tokens included.
    pub fn text(&self) -> &'b str {
        self.text
    }
}

impl<'b> Row<'b> for JsonRow<'b> {
    fn record(&self) -> Record<'b> {
        self.record
    }

    fn field(&self, path: &FieldPath) -> Field<'_> {
        let _ = path;
        todo!()
    }
}
