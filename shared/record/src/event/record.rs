//! One record of the event.

use super::{
    EventError,
    cursor::Parsed,
    parse::{Parser, missing},
    text,
};
use crate::batch::{Entry, SchemaEntry, Span, TimestampTypeEntry};
use base64_simd::STANDARD;
use std::borrow::Cow;

/// What a record is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Topic,
    Partition,
    Offset,
    Timestamp,
    TimestampType,
    Key,
    Value,
    Headers,
    KeySchema,
    ValueSchema,
}

impl Member {
    fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"topic" => Self::Topic,
            b"partition" => Self::Partition,
            b"offset" => Self::Offset,
            b"timestamp" => Self::Timestamp,
            b"timestampType" => Self::TimestampType,
            b"key" => Self::Key,
            b"value" => Self::Value,
            b"headers" => Self::Headers,
            b"keySchemaMetadata" => Self::KeySchema,
            b"valueSchemaMetadata" => Self::ValueSchema,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Partition => "partition",
            Self::Offset => "offset",
            Self::Timestamp => "timestamp",
            Self::TimestampType => "timestampType",
            Self::Key => "key",
            Self::Value => "value",
            Self::Headers => "headers",
            Self::KeySchema => "keySchemaMetadata",
            Self::ValueSchema => "valueSchemaMetadata",
        }
    }
}

/// A record on the way: which members were there, and what they said.
struct Draft<'p> {
    topic: &'p str,
    partition: i32,
    seen: u16,
    entry: Entry,
}

impl Draft<'_> {
    fn has(&self, member: Member) -> bool {
        self.seen & (1 << member as u16) != 0
    }
}

impl<'e> Parser<'e> {
    /// Reads a record of this topic-partition.
    pub(super) fn record(&mut self, topic: &str, partition: i32) -> Parsed<Entry> {
        let mut draft = Draft { topic, partition, seen: 0, entry: self.empty_entry() };
        self.cursor.white_space();
        let start = self.cursor;
        let mut more = self.cursor.open_object("records", "arrays of objects")?;

        // Lambda writes the members in this order and without white space; a record in another
        // shape falls through to the loop below, wherever it leaves this one.
        let order = &mut draft;
        more = self.predicted(more, b"\"topic\":", Member::Topic, order)?;
        more = self.predicted(more, b"\"partition\":", Member::Partition, order)?;
        more = self.predicted(more, b"\"offset\":", Member::Offset, order)?;
        more = self.predicted(more, b"\"timestamp\":", Member::Timestamp, order)?;
        more = self.predicted(more, b"\"timestampType\":", Member::TimestampType, order)?;
        more = self.predicted(more, b"\"key\":", Member::Key, order)?;
        more = self.predicted(more, b"\"value\":", Member::Value, order)?;
        more = self.predicted(more, b"\"headers\":", Member::Headers, order)?;
        while more {
            more = self.any_member(order)?;
        }

        if draft.has(Member::Offset) { Ok(draft.entry) } else { Err(missing(start, "offset")) }
    }

    fn empty_entry(&self) -> Entry {
        Entry {
            partition: self.partition_index(),
            offset: 0,
            timestamp_ms: None,
            timestamp_type: TimestampTypeEntry::Absent,
            key: Span::NULL,
            value: Span::NULL,
            headers: 0..0,
            key_schema: None,
            value_schema: None,
        }
    }

    /// Reads a member if it is the one that should come next; says whether another one follows.
    #[inline(always)]
    fn predicted<const N: usize>(
        &mut self,
        more: bool,
        name: &[u8; N],
        member: Member,
        draft: &mut Draft<'_>,
    ) -> Parsed<bool> {
        if !(more && self.cursor.take(name)) {
            return Ok(more);
        }
        self.member(member, draft)?;
        self.cursor.next_member()
    }

    /// Reads a member of any name; says whether another one follows.
    #[inline(never)]
    fn any_member(&mut self, draft: &mut Draft<'_>) -> Parsed<bool> {
        let name = self.cursor.member_name()?;
        match Member::of(&name) {
            Some(member) => self.member(member, draft)?,
            None => self.cursor.skip_value()?,
        }
        self.cursor.next_member()
    }

    #[inline(always)]
    fn member(&mut self, member: Member, draft: &mut Draft<'_>) -> Parsed<()> {
        self.cursor.white_space();
        if draft.has(member) {
            return Err(self.cursor.repeated(member.name()));
        }
        draft.seen |= 1 << member as u16;
        let entry = &mut draft.entry;
        match member {
            Member::Topic => self.topic(draft.topic)?,
            Member::Partition => self.partition_number(draft.partition)?,
            Member::Offset => entry.offset = self.offset()?,
            Member::Timestamp => entry.timestamp_ms = self.timestamp()?,
            Member::TimestampType => entry.timestamp_type = self.timestamp_type()?,
            Member::Key => entry.key = self.payload("key")?,
            Member::Value => entry.value = self.payload("value")?,
            Member::Headers => entry.headers = self.headers()?,
            Member::KeySchema => entry.key_schema = self.schema("keySchemaMetadata")?,
            Member::ValueSchema => entry.value_schema = self.schema("valueSchemaMetadata")?,
        }
        Ok(())
    }

    #[inline(always)]
    fn topic(&mut self, topic: &str) -> Parsed<()> {
        // A topic that needs escapes never stands here byte for byte.
        if self.cursor.take_quoted(topic.as_bytes()) && !topic.contains(['"', '\\']) {
            return Ok(());
        }
        self.unusual_topic(topic)
    }

    #[cold]
    fn unusual_topic(&mut self, topic: &str) -> Parsed<()> {
        if self.cursor.take(b"null") {
            return Ok(());
        }
        let position = self.cursor.position();
        if self.cursor.text("topic", "text or null")? == topic {
            return Ok(());
        }
        Err(contradiction(position, "topic"))
    }

    #[inline(always)]
    fn partition_number(&mut self, partition: i32) -> Parsed<()> {
        if self.cursor.take(b"null") {
            return Ok(());
        }
        let position = self.cursor.position();
        if self.cursor.integer("partition", "a whole number or null")? == i64::from(partition) {
            return Ok(());
        }
        Err(contradiction(position, "partition"))
    }

    #[inline(always)]
    fn offset(&mut self) -> Parsed<i64> {
        const EXPECTED: &str = "a whole number from 0 to 2^63 - 1";
        let start = self.cursor;
        match self.cursor.integer("offset", EXPECTED)? {
            offset @ 0.. => Ok(offset),
            _ => Err(start.wrong_type("offset", EXPECTED)),
        }
    }

    #[inline(always)]
    fn timestamp(&mut self) -> Parsed<Option<i64>> {
        if self.cursor.take(b"null") {
            return Ok(None);
        }
        self.cursor.integer("timestamp", "a whole number of 64 bits or null").map(Some)
    }

    #[inline(always)]
    fn timestamp_type(&mut self) -> Parsed<TimestampTypeEntry> {
        if self.cursor.take(b"\"CREATE_TIME\"") {
            return Ok(TimestampTypeEntry::CreateTime);
        }
        self.unusual_timestamp_type()
    }

    fn unusual_timestamp_type(&mut self) -> Parsed<TimestampTypeEntry> {
        if self.cursor.take(b"null") {
            return Ok(TimestampTypeEntry::Absent);
        }
        Ok(match self.cursor.text("timestampType", "text or null")?.as_ref() {
            "CREATE_TIME" => TimestampTypeEntry::CreateTime,
            "LOG_APPEND_TIME" => TimestampTypeEntry::LogAppendTime,
            "NO_TIMESTAMP_TYPE" => TimestampTypeEntry::NoTimestampType,
            other => {
                let start = self.arena.len();
                self.arena.extend_from_slice(other.as_bytes());
                TimestampTypeEntry::Other(self.span_from(start))
            }
        })
    }

    /// Reads a key or a value.
    #[inline(always)]
    fn payload(&mut self, member: &'static str) -> Parsed<Span> {
        // A backslash is no letter of base64, so escapes need no look-out of their own.
        let Some(text) = self.cursor.plain_text() else { return self.unusual_payload(member) };
        let start = self.arena.len();
        if STANDARD.decode_append(text, &mut self.arena).is_err() {
            return self.unusual_payload(member);
        }
        self.cursor.advance(text.len() + 2);
        Ok(self.span_from(start))
    }

    #[cold]
    fn unusual_payload(&mut self, member: &'static str) -> Parsed<Span> {
        if self.cursor.take(b"null") {
            return Ok(Span::NULL);
        }
        if self.cursor.peek() != Some(b'"') {
            return Err(self.cursor.wrong_type(member, "base64 or null"));
        }
        let raw = self.cursor.raw_text()?;
        let mut letters = text::decoded(raw)?.into_owned();
        clear_spare_bits(&mut letters);
        let start = self.arena.len();
        match STANDARD.decode_append(&letters, &mut self.arena) {
            Ok(()) => Ok(self.span_from(start)),
            Err(_) => {
                let position = raw.position + first_foreign_letter(raw.bytes);
                Err(Box::new(EventError::NotBase64 { position, member, record: None }))
            }
        }
    }

    /// Reads `keySchemaMetadata` or `valueSchemaMetadata`.
    #[inline(never)]
    fn schema(&mut self, member: &'static str) -> Parsed<Option<u32>> {
        /// Records of a batch share a few schemas; the list is not searched further for an old one.
        const REMEMBERED: usize = 8;
        if self.cursor.take(b"null") {
            return Ok(None);
        }
        let object = self.cursor;
        let (mut data_format, mut schema_id) = (None, None);
        let mut more = self.cursor.open_object(member, "an object or null")?;
        while more {
            let name = self.cursor.member_name()?;
            self.cursor.white_space();
            match name.as_ref() {
                b"dataFormat" if data_format.is_some() => return Err(self.cursor.repeated("dataFormat")),
                b"schemaId" if schema_id.is_some() => return Err(self.cursor.repeated("schemaId")),
                b"dataFormat" => data_format = Some(self.cursor.text("dataFormat", "text")?),
                b"schemaId" => schema_id = Some(self.schema_id()?),
                _ => self.cursor.skip_value()?,
            }
            more = self.cursor.next_member()?;
        }
        let data_format = data_format.ok_or_else(|| missing(object, "dataFormat"))?;
        let schema_id = schema_id.ok_or_else(|| missing(object, "schemaId"))?;
        let oldest = self.schemas.len().saturating_sub(REMEMBERED);
        let known = self.schemas[oldest..]
            .iter()
            .position(|schema| schema.data_format == data_format && schema.schema_id == schema_id);
        let index = known.map_or(self.schemas.len(), |known| oldest + known);
        if known.is_none() {
            let (data_format, schema_id) = (data_format.into_owned(), schema_id.into_owned());
            self.schemas.push(SchemaEntry { data_format, schema_id });
        }
        Ok(Some(index as u32))
    }

    /// Reads a UUID of Glue's, or a number of a Confluent registry's as its text.
    fn schema_id(&mut self) -> Parsed<Cow<'e, str>> {
        const EXPECTED: &str = "text or a whole number";
        if self.cursor.peek() == Some(b'"') {
            return self.cursor.text("schemaId", EXPECTED);
        }
        let start = self.cursor.position();
        self.cursor.integer("schemaId", EXPECTED)?;
        Ok(String::from_utf8_lossy(self.cursor.since(start)))
    }
}

#[cold]
fn contradiction(position: usize, member: &'static str) -> Box<EventError> {
    Box::new(EventError::Contradiction { position, member, record: None })
}

/// Zeroes the bits of the last letter that no byte uses.
///
/// Most decoders don't look at them, and Lambda's own sample event has a key that ends in `34==`.
fn clear_spare_bits(base64: &mut [u8]) {
    let [.., third, second, last] = base64 else { return };
    let (letter, used) = match (second, last) {
        (b'=', b'=') => (third, 0b11_0000),
        (letter, b'=') => (letter, 0b11_1100),
        _ => return,
    };
    let alphabet = STANDARD.charset();
    if let Some(value) = alphabet.iter().position(|other| other == letter) {
        *letter = alphabet[value & used];
    }
}

/// Where base64 goes wrong; its end, where every letter is one but their number is not right.
fn first_foreign_letter(base64: &[u8]) -> usize {
    let foreign = |letter: &u8| !STANDARD.charset().contains(letter);
    base64.iter().position(foreign).unwrap_or(base64.len())
}
