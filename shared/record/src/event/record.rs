//! One record of the event.

use super::{
    EventError,
    cursor::Parsed,
    parse::{Home, Parser, missing},
};
use crate::batch::{Entry, Span, TimestampTypeEntry};

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

/// A record on the way.
struct Draft<'p> {
    home: &'p Home<'p>,
    /// Which members were there.
    seen: u16,
    /// What they said.
    entry: Entry,
}

impl Draft<'_> {
    fn has(&self, member: Member) -> bool {
        self.seen & (1 << member as u16) != 0
    }
}

impl Parser<'_> {
    /// Reads a record of this topic-partition.
    pub(super) fn record(&mut self, home: &Home<'_>) -> Parsed<()> {
        let mut draft = Draft { home, seen: 0, entry: self.empty_entry() };
        self.cursor.white_space();
        let start = self.cursor.position();
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

        if !draft.has(Member::Offset) {
            return Err(missing(start, "offset"));
        }
        self.records.push(draft.entry);
        Ok(())
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
        self.cursor.white_space();
        self.value(member, draft)?;
        self.cursor.next_member()
    }

    /// Reads a member of any name; says whether another one follows.
    #[inline(never)]
    fn any_member(&mut self, draft: &mut Draft<'_>) -> Parsed<bool> {
        let name = self.cursor.member_name()?;
        match Member::of(&name) {
            Some(member) => {
                self.cursor.white_space();
                if draft.has(member) {
                    return Err(self.cursor.repeated(member.name()));
                }
                self.value(member, draft)?;
            }
            None => self.cursor.skip_value()?,
        }
        self.cursor.next_member()
    }

    #[inline(always)]
    fn value(&mut self, member: Member, draft: &mut Draft<'_>) -> Parsed<()> {
        draft.seen |= 1 << member as u16;
        let entry = &mut draft.entry;
        match member {
            Member::Topic => self.topic(draft.home)?,
            Member::Partition => self.partition_number(draft.home.partition)?,
            Member::Offset => entry.offset = self.offset()?,
            Member::Timestamp => entry.timestamp_ms = self.timestamp()?,
            Member::TimestampType if self.cursor.take(b"\"CREATE_TIME\"") => {
                entry.timestamp_type = TimestampTypeEntry::CreateTime;
            }
            Member::TimestampType => entry.timestamp_type = self.timestamp_type()?,
            Member::Key => entry.key = self.payload("key")?,
            Member::Value => entry.value = self.payload("value")?,
            Member::Headers if self.cursor.take(b"[]") => {}
            Member::Headers => entry.headers = self.headers()?,
            Member::KeySchema => entry.key_schema = self.schema("keySchemaMetadata")?,
            Member::ValueSchema => entry.value_schema = self.schema("valueSchemaMetadata")?,
        }
        Ok(())
    }

    #[inline(always)]
    fn topic(&mut self, home: &Home<'_>) -> Parsed<()> {
        if home.is_plain && self.cursor.take_quoted(home.topic.as_bytes()) {
            return Ok(());
        }
        self.unusual_topic(home.topic)
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
        let start = self.cursor.position();
        match self.cursor.integer("offset", EXPECTED)? {
            offset @ 0.. => Ok(offset),
            _ => Err(self.cursor.back_to(start).wrong_type("offset", EXPECTED)),
        }
    }

    #[inline(always)]
    fn timestamp(&mut self) -> Parsed<Option<i64>> {
        if self.cursor.take(b"null") {
            return Ok(None);
        }
        self.cursor.integer("timestamp", "a whole number of 64 bits or null").map(Some)
    }

    fn timestamp_type(&mut self) -> Parsed<TimestampTypeEntry> {
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
}

#[cold]
fn contradiction(position: usize, member: &'static str) -> Box<EventError> {
    Box::new(EventError::Contradiction { position, member, record: None })
}
