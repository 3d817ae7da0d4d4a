//! Values in Avro, framed as Confluent's serializers do, and events of them.

use super::{MAX_BYTES, MAX_RECORDS, Span, random::Random};
use record::{
    Source, TimestampType,
    event::{EventWriter, NewRecord},
};

/// An event whose values have one schema.
pub(crate) struct AvroEvent {
    pub(crate) json: Vec<u8>,
    /// How many records there are.
    pub(crate) records: usize,
    /// Bytes of all values with their frames.
    pub(crate) value_bytes: usize,
    pub(crate) schema_id: u32,
    /// The schema's text.
    pub(crate) schema: &'static str,
}

/// A topic whose values have one schema.
pub(super) struct Topic {
    pub(super) name: &'static str,
    pub(super) first_offset: i64,
    pub(super) key_schema_id: u32,
    pub(super) schema_id: u32,
    pub(super) schema: &'static str,
}

impl Topic {
    /// An event of so many records, or of as many as Lambda sends at once; `value` writes one of this timestamp and
    /// returns the number that is the key.
    pub(super) fn event(
        self,
        records: usize,
        span: Span,
        mut value: impl FnMut(&mut Datum, i64, &mut Random) -> i64,
    ) -> AvroEvent {
        let mut writer =
            EventWriter::new(Source::SelfManaged, "broker-1.shop:9092,broker-2.shop:9092".to_owned());
        let mut random = Random(42);
        let (mut written, mut value_bytes) = (0, 0);
        for index in 0..records.min(MAX_RECORDS) {
            let timestamp_ms = span.timestamp_ms(index, &mut random);
            let mut datum = Datum::framed(self.schema_id);
            let id = value(&mut datum, timestamp_ms, &mut random);
            let mut key = Datum::framed(self.key_schema_id);
            key.long(id);
            let record = NewRecord {
                topic: self.name,
                partition: 0,
                offset: self.first_offset + index as i64,
                timestamp_ms,
                timestamp_type: TimestampType::CreateTime,
                key: Some(&key.0),
                value: Some(&datum.0),
                headers: Vec::new(),
            };
            if !writer.push_within(&record, MAX_BYTES) {
                break;
            }
            written += 1;
            value_bytes += datum.0.len();
        }
        AvroEvent {
            json: writer.finish(),
            records: written,
            value_bytes,
            schema_id: self.schema_id,
            schema: self.schema,
        }
    }
}

/// One value in Avro's binary encoding, written in the order of its schema's fields.
pub(super) struct Datum(Vec<u8>);

impl Datum {
    /// Starts with Confluent's frame: a zero, and the schema's id.
    fn framed(schema_id: u32) -> Self {
        let mut bytes = vec![0];
        bytes.extend_from_slice(&schema_id.to_be_bytes());
        Self(bytes)
    }

    /// An `int` or `long`, the branch of a union, or the symbol of an enum.
    pub(super) fn long(&mut self, number: i64) {
        let mut zigzag = ((number << 1) ^ (number >> 63)) as u64;
        while zigzag >= 0x80 {
            self.0.push(zigzag as u8 | 0x80);
            zigzag >>= 7;
        }
        self.0.push(zigzag as u8);
    }

    pub(super) fn double(&mut self, number: f64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn boolean(&mut self, is_true: bool) {
        self.0.push(is_true.into());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// A decimal of `bytes`: the shortest two's complement of its unscaled number, as Java's BigInteger writes it.
    pub(super) fn decimal(&mut self, unscaled: i64) {
        let bytes = unscaled.to_be_bytes();
        let sign = (unscaled >> 63) as u8;
        let is_needed = |at: usize| bytes[at] != sign || (bytes[at + 1] ^ sign) & 0x80 != 0;
        let start = (0..bytes.len() - 1).find(|at| is_needed(*at)).unwrap_or(bytes.len() - 1);
        self.bytes(&bytes[start..]);
    }

    /// A value of a union with null as its first branch.
    pub(super) fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.long(value.is_some().into());
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.long(bytes.len() as i64);
        self.0.extend_from_slice(bytes);
    }
}
