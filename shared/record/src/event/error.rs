//! Why an event is not a batch.

use std::fmt;

/// Why an event is not a batch.
///
/// Positions are bytes from the event's start. No message holds a key, a value or a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// The event comes from elsewhere.
    #[error("event is not Kafka's: {}", Origin(event_source))]
    NotKafka {
        /// What the event says of itself, if it does.
        event_source: Option<String>,
    },
    /// The event is longer than positions in the arena can say.
    #[error("event has {bytes} bytes, expected at most 4294967294")]
    TooLong {
        /// The event's length.
        bytes: usize,
    },
    /// The event is not JSON, or ends too early.
    #[error("expected {expected} at byte {position}{}", In(record))]
    Syntax {
        /// Where.
        position: usize,
        /// What should stand there.
        expected: &'static str,
        /// In which record, if in one.
        record: Option<RecordPlace>,
    },
    /// A member's value has another type than it should, or is out of range.
    #[error("expected `{member}` to be {expected} at byte {position}{}", In(record))]
    WrongType {
        /// Where the value starts.
        position: usize,
        /// The member's name.
        member: &'static str,
        /// What its value should be.
        expected: &'static str,
        /// In which record, if in one.
        record: Option<RecordPlace>,
    },
    /// A member that must be there is not.
    #[error("`{member}` is missing in the object at byte {position}{}", In(record))]
    Missing {
        /// Where the object starts that should have it.
        position: usize,
        /// The member's name.
        member: &'static str,
        /// In which record, if in one.
        record: Option<RecordPlace>,
    },
    /// A member stands twice in one object.
    #[error("`{member}` stands twice in one object, again at byte {position}{}", In(record))]
    Repeated {
        /// Where the second value starts.
        position: usize,
        /// The member's name.
        member: &'static str,
        /// In which record, if in one.
        record: Option<RecordPlace>,
    },
    /// A key or value is not base64.
    #[error("`{member}` is not base64 at byte {position}{}", In(record))]
    NotBase64 {
        /// The first byte that cannot stand there.
        position: usize,
        /// `key` or `value`.
        member: &'static str,
        /// In which record.
        record: Option<RecordPlace>,
    },
    /// A member of `records` is not called `<topic>-<partition>`.
    #[error(
        "expected a topic and a partition such as `orders-0`, but `records` has {name:?} at byte {position}"
    )]
    PartitionName {
        /// Where the name starts.
        position: usize,
        /// The name, cut where it is very long.
        name: String,
    },
    /// A record names another topic or partition than the member of `records` that it stands in.
    #[error("`{member}` contradicts the name in `records` at byte {position}{}", In(record))]
    Contradiction {
        /// Where the value starts.
        position: usize,
        /// `topic` or `partition`.
        member: &'static str,
        /// In which record.
        record: Option<RecordPlace>,
    },
    /// Two records that differ have one offset.
    #[error("two different records stand at {topic}-{partition}@{offset}")]
    TwoRecords {
        /// Their topic.
        topic: String,
        /// Their partition.
        partition: i32,
        /// Their offset.
        offset: i64,
    },
}

/// Which record of an event is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlace {
    /// The topic, as the name in `records` has it.
    pub topic: String,
    /// The partition, as the name in `records` has it.
    pub partition: i32,
    /// The offset, if it could be read.
    pub offset: Option<i64>,
    /// How many records stand before it in its array.
    pub index: usize,
}

impl fmt::Display for RecordPlace {
    /// Writes `the record at orders-0@250`, or `record 3 of orders-0` where the offset isn't known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topic, partition, offset, index } = self;
        match offset {
            Some(offset) => write!(f, "the record at {topic}-{partition}@{offset}"),
            None => write!(f, "record {} of {topic}-{partition}", index + 1),
        }
    }
}

impl EventError {
    /// Says in which record it is, where that makes sense.
    pub(super) fn in_record(mut self, place: RecordPlace) -> Self {
        match &mut self {
            Self::Syntax { record, .. }
            | Self::WrongType { record, .. }
            | Self::Missing { record, .. }
            | Self::Repeated { record, .. }
            | Self::NotBase64 { record, .. }
            | Self::Contradiction { record, .. } => *record = Some(place),
            Self::NotKafka { .. }
            | Self::TooLong { .. }
            | Self::PartitionName { .. }
            | Self::TwoRecords { .. } => {}
        }
        self
    }
}

struct In<'a>(&'a Option<RecordPlace>);

impl fmt::Display for In<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(place) => write!(f, ", in {place}"),
            None => Ok(()),
        }
    }
}

struct Origin<'a>(&'a Option<String>);

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(event_source) => write!(f, "it comes from {event_source:?}"),
            None => f.write_str("it has no `eventSource`"),
        }
    }
}
