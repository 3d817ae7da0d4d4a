//! From the event's bytes to a batch.

use super::{
    EventError, RecordPlace, Replay,
    cursor::{Cursor, Parsed},
    foreign, settle,
};
use crate::batch::{Batch, Entry, HeaderEntry, PartitionEntry, SchemaEntry, Source, Span};

/// Reads the event that Lambda hands to a function.
///
/// Members may come in any order, and unknown ones are stepped over. The same record twice is one record.
///
/// # Errors
///
/// When the event is not JSON, not a Kafka event, or contradicts itself.
pub fn parse(event: &[u8]) -> Result<Batch, EventError> {
    check_length(event.len())?;
    let mut parser = Parser::new(event);
    parser.event().map_err(|error| {
        // `records` of another service may look wrong before `eventSource` has told that it is another's.
        let foreign = if parser.source.is_none() { foreign::refusal(event) } else { None };
        foreign.unwrap_or(*error)
    })?;
    parser.finish()
}

/// Longest event that a [`Span`] can point into; its greatest length stands for null.
const MAX_EVENT_BYTES: usize = u32::MAX as usize - 1;

fn check_length(bytes: usize) -> Result<(), EventError> {
    if bytes > MAX_EVENT_BYTES { Err(EventError::TooLong { bytes }) } else { Ok(()) }
}

/// What stands in `eventSource` for a Kafka event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventSource {
    Msk,
    SelfManaged,
}

impl EventSource {
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "aws:kafka" => Some(Self::Msk),
            "SelfManagedKafka" => Some(Self::SelfManaged),
            _ => None,
        }
    }
}

/// The topic-partition that records stand under.
pub(super) struct Home<'p> {
    pub(super) topic: &'p str,
    pub(super) partition: i32,
    /// Whether the topic stands in records byte for byte: Kafka's legal names do.
    pub(super) is_plain: bool,
}

impl<'p> Home<'p> {
    fn new(topic: &'p str, partition: i32) -> Self {
        Self { topic, partition, is_plain: !topic.contains(['"', '\\']) }
    }
}

/// One pass over an event; what it has found stands here as the batch will have it.
pub(super) struct Parser<'e> {
    pub(super) cursor: Cursor<'e>,
    pub(super) arena: Vec<u8>,
    pub(super) records: Vec<Entry>,
    pub(super) headers: Vec<HeaderEntry>,
    /// The names of a record's headers as they came last, where they stand in the event byte for byte.
    pub(super) header_names: Vec<Option<Span>>,
    pub(super) schemas: Vec<SchemaEntry>,
    partitions: Vec<PartitionEntry>,
    source: Option<EventSource>,
    cluster_arn: Option<String>,
    bootstrap_servers: Option<String>,
    replay: Option<Replay>,
}

impl<'e> Parser<'e> {
    fn new(event: &'e [u8]) -> Self {
        // A record of base64 and names takes some hundred bytes; more of them only means that the list grows.
        const USUAL_RECORD_BYTES: usize = 400;
        Self {
            cursor: Cursor::new(event),
            // Base64 shrinks to three quarters. Header names could exceed that, and then the arena grows.
            arena: Vec::with_capacity(event.len() / 4 * 3),
            records: Vec::with_capacity(event.len() / USUAL_RECORD_BYTES),
            headers: Vec::new(),
            header_names: Vec::new(),
            schemas: Vec::new(),
            partitions: Vec::new(),
            source: None,
            cluster_arn: None,
            bootstrap_servers: None,
            replay: None,
        }
    }

    fn event(&mut self) -> Parsed<()> {
        self.cursor.white_space();
        let start = self.cursor.position();
        let (mut source, mut arn, mut servers, mut records, mut replay) = (false, false, false, false, false);
        if self.cursor.peek() != Some(b'{') {
            return Err(self.cursor.expected("an object"));
        }
        let mut more = self.cursor.open_object("event", "an object")?;
        while more {
            let name = self.cursor.member_name()?;
            self.cursor.white_space();
            match name.as_ref() {
                b"eventSource" => {
                    self.once(&mut source, "eventSource")?;
                    self.source = self.event_source()?;
                }
                b"eventSourceArn" => {
                    self.once(&mut arn, "eventSourceArn")?;
                    self.cluster_arn = self.optional_text("eventSourceArn")?;
                }
                b"bootstrapServers" => {
                    self.once(&mut servers, "bootstrapServers")?;
                    self.bootstrap_servers = self.optional_text("bootstrapServers")?;
                }
                b"records" => {
                    self.once(&mut records, "records")?;
                    self.partitions()?;
                }
                _ if *name == *Replay::MEMBER.as_bytes() => {
                    self.once(&mut replay, Replay::MEMBER)?;
                    self.replay = Some(self.replay()?);
                }
                _ => self.cursor.skip_value()?,
            }
            more = self.cursor.next_member()?;
        }
        self.cursor.white_space();
        if self.cursor.peek().is_some() {
            return Err(self.cursor.expected("the end of the event"));
        }
        if self.source.is_none() {
            return Err(Box::new(EventError::NotKafka { event_source: None }));
        }
        if !records {
            return Err(missing(start, "records"));
        }
        Ok(())
    }

    fn event_source(&mut self) -> Parsed<Option<EventSource>> {
        if self.cursor.take(b"null") {
            return Ok(None);
        }
        let name = self.cursor.text("eventSource", "text")?;
        match EventSource::of(&name) {
            None => Err(Box::new(EventError::NotKafka { event_source: Some(excerpt(&name)) })),
            source => Ok(source),
        }
    }

    fn replay(&mut self) -> Parsed<Replay> {
        const EXPECTED: &str = "batch or records";
        let here = self.cursor;
        let text = self.cursor.text(Replay::MEMBER, EXPECTED)?;
        Replay::of(&text).ok_or_else(|| here.wrong_type(Replay::MEMBER, EXPECTED))
    }

    fn optional_text(&mut self, member: &'static str) -> Parsed<Option<String>> {
        if self.cursor.take(b"null") {
            return Ok(None);
        }
        Ok(Some(self.cursor.text(member, "text or null")?.into_owned()))
    }

    /// Reads `records`.
    fn partitions(&mut self) -> Parsed<()> {
        let mut more = self.cursor.open_object("records", "an object")?;
        while more {
            self.cursor.white_space();
            let position = self.cursor.position();
            let name = self.cursor.member_name()?;
            let (topic, partition) = topic_and_partition(&name).ok_or_else(|| EventError::PartitionName {
                position,
                name: excerpt(&String::from_utf8_lossy(&name)),
            })?;
            self.partition(topic, partition)?;
            more = self.cursor.next_member()?;
        }
        Ok(())
    }

    fn partition(&mut self, topic: &str, partition: i32) -> Parsed<()> {
        let home = Home::new(topic, partition);
        let first = self.records.len();
        let mut more = self.cursor.open_array("records", "an object of arrays")?;
        while more {
            let start = self.cursor.position();
            self.record(&home).map_err(|error| {
                let (topic, offset) = (topic.to_owned(), find_offset(self.cursor.back_to(start)));
                let index = self.records.len() - first;
                Box::new(error.in_record(RecordPlace { topic, partition, offset, index }))
            })?;
            more = self.cursor.next_element()?;
        }
        let records = first..self.records.len();
        self.partitions.push(PartitionEntry { topic: topic.to_owned(), partition, records });
        Ok(())
    }

    /// The index that the partition being read will have.
    pub(super) fn partition_index(&self) -> u32 {
        // Each takes several bytes of the event, which has fewer than 4 Gi.
        self.partitions.len() as u32
    }

    fn once(&self, seen: &mut bool, member: &'static str) -> Parsed<()> {
        if std::mem::replace(seen, true) { Err(self.cursor.repeated(member)) } else { Ok(()) }
    }

    fn finish(mut self) -> Result<Batch, EventError> {
        settle::settle(&mut self.partitions, &mut self.records, &self.arena)?;
        Ok(Batch {
            source: match self.source {
                Some(EventSource::Msk) => Source::Msk { cluster_arn: self.cluster_arn },
                // `event` has refused what has no source.
                Some(EventSource::SelfManaged) | None => Source::SelfManaged,
            },
            bootstrap_servers: self.bootstrap_servers,
            replay: self.replay,
            arena: self.arena,
            partitions: self.partitions,
            records: self.records,
            headers: self.headers,
            schemas: self.schemas,
        })
    }

    /// What has come to the arena since it was this long.
    #[inline(always)]
    pub(super) fn span_from(&self, start: usize) -> Span {
        // The arena is never longer than the event, see `check_length`.
        Span { start: start as u32, length: (self.arena.len() - start) as u32 }
    }
}

/// The error that the object that starts here lacks a member.
#[cold]
pub(super) fn missing(position: usize, member: &'static str) -> Box<EventError> {
    Box::new(EventError::Missing { position, member, record: None })
}

/// Splits `orders-0`; topics may hold dashes, partitions don't.
fn topic_and_partition(name: &[u8]) -> Option<(&str, i32)> {
    let (topic, digits) = str::from_utf8(name).ok()?.rsplit_once('-')?;
    let partition: i32 = digits.parse().ok()?;
    // The name has to come back byte for byte when a failure is reported: no sign, no leading zero.
    let canonical = digits == "0" || !digits.starts_with(['0', '+']);
    (canonical && !topic.is_empty()).then_some((topic, partition))
}

/// The offset of the record that starts here, which is known to be broken somewhere.
#[cold]
fn find_offset(mut record: Cursor<'_>) -> Option<i64> {
    let mut more = record.open_object("", "").ok()?;
    while more {
        let name = record.member_name().ok()?;
        record.white_space();
        if name.as_ref() == b"offset" {
            return record.integer("", "").ok().filter(|offset| *offset >= 0);
        }
        record.skip_value().ok()?;
        more = record.next_member().ok()?;
    }
    None
}

/// A name that is fit for a message.
pub(super) fn excerpt(name: &str) -> String {
    /// Longer than any topic (249 characters) with its partition.
    const MAX_CHARACTERS: usize = 260;
    match name.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_shorter_than_four_gibibytes() {
        assert_eq!(check_length((1 << 32) - 2), Ok(()));
        let error = check_length((1 << 32) - 1).unwrap_err();
        assert_eq!(error.to_string(), "event has 4294967295 bytes, expected at most 4294967294");
    }
}
