//! What an audit finds.

use super::names::TopicPartition;
use super::ranges::Ranges;
use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use std::fmt;

/// How many objects a finding names; the rest is counted.
pub(super) const MOST_NAMES: usize = 100;

/// Something that the audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// Where, as far as it is known.
    pub place: Option<TopicPartition>,
    /// Which offsets; none where they are not known.
    pub offsets: Ranges,
    /// The objects that show it.
    pub objects: Vec<String>,
    /// How many more there are.
    pub more_objects: u64,
    /// What else there is to say, as the end of a sentence; perhaps nothing.
    pub detail: String,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Kafka has the records, the group has committed beyond them, and no object holds them.
    Lost,
    /// Nothing holds them, and without a broker nothing tells why.
    Missing,
    /// Two objects hold them.
    Doubled,
    /// They stand as data and in quarantine.
    DoubledInQuarantine,
    /// Markers answer for them, but no object holds them.
    MarkerWithoutData,
    /// An object or a marker that must have stood there is gone.
    MarkerMissing,
    /// An object at one of our keys does not say what it holds.
    NoCoverage,
    /// An object at one of our keys says it in words that are none of ours.
    BadCoverage,
    /// An object is another one's copy.
    Copied,
    /// An object's coverage does not belong to its key, and what it is a copy of is not there.
    Misplaced,
    /// An object has no bytes, or too few, though it should hold records.
    Truncated,
    /// A marker holds bytes.
    MarkerNotEmpty,
    /// The template gives a key several meanings, and nothing settles which.
    AmbiguousKey,
    /// Kafka's partition ends before them.
    BeyondEnd,
    /// Kafka's topic does not have this partition.
    NoPartition,
    /// Kafka has another record where an object begins.
    AnotherRecord,
    /// An object has more rows or fewer than its coverage.
    RowsDiffer,
    /// An object's rows are of other offsets or of another partition than it says.
    RowsElsewhere,
    /// An object's body can't be read.
    Unreadable,
    /// Objects that are not ours stand where ours do.
    Foreign,
    /// Kafka does not keep them any more: what was there can't be known.
    Expired,
    /// Kafka has no records there.
    NotInKafka,
    /// They are tombstones, which the settings ignore.
    Ignored,
    /// Nothing tells whether they are due.
    Undecided,
    /// They are not due yet.
    NotDelivered,
    /// Nothing tells what should have been delivered.
    NothingCommitted,
    /// Kafka has no such topic.
    NoTopic,
    /// Objects that are not ours stand elsewhere in the bucket.
    ForeignElsewhere,
}

impl FindingKind {
    /// Whether it means that something is lost, doubled, damaged or unclear.
    pub fn is_damage(self) -> bool {
        !matches!(
            self,
            Self::Expired
                | Self::NotInKafka
                | Self::Ignored
                | Self::NotDelivered
                | Self::NothingCommitted
                | Self::NoTopic
                | Self::ForeignElsewhere
        )
    }

    /// A stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Missing => "missing",
            Self::Doubled => "doubled",
            Self::DoubledInQuarantine => "doubled-in-quarantine",
            Self::MarkerWithoutData => "marker-without-data",
            Self::MarkerMissing => "marker-missing",
            Self::NoCoverage => "no-coverage",
            Self::BadCoverage => "bad-coverage",
            Self::Copied => "copied",
            Self::Misplaced => "misplaced",
            Self::Truncated => "truncated",
            Self::MarkerNotEmpty => "marker-not-empty",
            Self::AmbiguousKey => "ambiguous-key",
            Self::BeyondEnd => "beyond-end",
            Self::NoPartition => "no-partition",
            Self::AnotherRecord => "another-record",
            Self::RowsDiffer => "rows-differ",
            Self::RowsElsewhere => "rows-elsewhere",
            Self::Unreadable => "unreadable",
            Self::Foreign => "foreign",
            Self::Expired => "expired",
            Self::NotInKafka => "not-in-kafka",
            Self::Ignored => "ignored",
            Self::Undecided => "undecided",
            Self::NotDelivered => "not-delivered",
            Self::NothingCommitted => "nothing-committed",
            Self::NoTopic => "no-topic",
            Self::ForeignElsewhere => "foreign-elsewhere",
        }
    }

    /// What it means, as the end of a sentence about the offsets or the object.
    fn meaning(self) -> &'static str {
        match self {
            Self::Lost => "are in Kafka and committed, and stand in no object",
            Self::Missing => {
                "stand in no object (give --bootstrap-server to tell compaction and transactions from a loss)"
            }
            Self::Doubled => "stand in more than one object",
            Self::DoubledInQuarantine => {
                "stand both as data and in quarantine; if they were replayed, move the quarantine objects to done/"
            }
            Self::MarkerWithoutData => "have a marker that answers for them, and no object that holds them",
            Self::MarkerMissing => "should have an object or a marker that begins there, and none is there",
            Self::NoCoverage => "says nothing of its offsets: its metadata was removed, or it is not ours",
            Self::BadCoverage => "has a coverage that cannot be read",
            Self::Copied => "is a copy",
            Self::Misplaced => {
                "does not belong to its key by its coverage, and stands nowhere else: was it moved here?"
            }
            Self::Truncated => "has fewer bytes than its records need",
            Self::MarkerNotEmpty => "says that it has no records, but has bytes: its identity was removed",
            Self::AmbiguousKey => "has a key of several meanings (give --topic)",
            Self::BeyondEnd => "are beyond the end of the partition in Kafka: the topic was made again",
            Self::NoPartition => "are of a partition that the topic does not have in Kafka",
            Self::AnotherRecord => {
                "begins with another record than Kafka has at that offset: the topic was made again"
            }
            Self::RowsDiffer => "has not as many rows as its coverage",
            Self::RowsElsewhere => "holds other offsets than it says",
            Self::Unreadable => "cannot be read",
            Self::Foreign => "that are not ours stand where ours do",
            Self::Expired => {
                "stand in no object and are not kept in Kafka any more: whether they were records can't be known"
            }
            Self::NotInKafka => "are no records in Kafka either (compaction, transactions)",
            Self::Ignored => "are tombstones, which behavior.on.null.values=ignore leaves out",
            Self::Undecided => {
                "are in Kafka, behind the last object: not delivered yet, or lost (give --group to tell)"
            }
            Self::NotDelivered => "are not delivered yet",
            Self::NothingCommitted => "has no committed offset of the group",
            Self::NoTopic => "is of a topic that is not in Kafka",
            Self::ForeignElsewhere => "that are not ours stand elsewhere in the bucket",
        }
    }
}

impl Finding {
    /// A finding about offsets of a partition.
    pub fn of_offsets(kind: FindingKind, place: &TopicPartition, offsets: Ranges) -> Self {
        Self {
            kind,
            place: Some(place.clone()),
            offsets,
            objects: Vec::new(),
            more_objects: 0,
            detail: String::new(),
        }
    }

    /// A finding about an object.
    pub fn of_object(kind: FindingKind, place: Option<TopicPartition>, key: &str, offsets: Ranges) -> Self {
        Self { kind, place, offsets, objects: vec![key.to_owned()], more_objects: 0, detail: String::new() }
    }

    /// The same with something more to say.
    #[must_use]
    pub fn because(self, detail: impl fmt::Display) -> Self {
        Self { detail: detail.to_string(), ..self }
    }

    /// Names one more object that shows it.
    pub fn name(&mut self, key: &str) {
        if self.objects.len() < MOST_NAMES {
            self.objects.push(key.to_owned());
        } else {
            self.more_objects += 1;
        }
    }

    /// Whether it is about one object rather than about offsets.
    fn is_of_object(&self) -> bool {
        matches!(
            self.kind,
            FindingKind::NoCoverage
                | FindingKind::BadCoverage
                | FindingKind::Copied
                | FindingKind::Misplaced
                | FindingKind::Truncated
                | FindingKind::MarkerNotEmpty
                | FindingKind::AmbiguousKey
                | FindingKind::AnotherRecord
                | FindingKind::RowsDiffer
                | FindingKind::RowsElsewhere
                | FindingKind::Unreadable
        )
    }

    fn write_objects(&self, f: &mut fmt::Formatter<'_>, objects: &[String]) -> fmt::Result {
        f.write_str(&objects.join(", "))?;
        if self.more_objects > 0 {
            write!(f, " and {} more", self.more_objects)?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    /// One sentence, without its full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        let meaning = self.kind.meaning();
        match (self.kind, self.objects.split_first()) {
            (FindingKind::Foreign | FindingKind::ForeignElsewhere, _) => {
                write!(f, "{} objects {meaning}: ", self.objects.len() as u64 + self.more_objects)?;
                return self.write_objects(f, &self.objects);
            }
            (FindingKind::NothingCommitted | FindingKind::NoTopic, _) => f.write_str(meaning)?,
            (_, Some((key, others))) if self.is_of_object() => {
                write!(f, "{key}")?;
                if !self.offsets.is_empty() {
                    write!(f, " (offsets {})", self.offsets)?;
                }
                write!(f, " {meaning}")?;
                if !others.is_empty() {
                    f.write_str(" of ")?;
                    self.write_objects(f, others)?;
                }
            }
            (kind, _) => {
                let offsets =
                    if kind.is_damage() { self.offsets.to_string() } else { self.offsets.abridged(8) };
                write!(f, "offsets {offsets} ({} in all) {meaning}", self.offsets.count())?;
                if !self.objects.is_empty() {
                    f.write_str(": ")?;
                    self.write_objects(f, &self.objects)?;
                }
            }
        }
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Finding", 10)?;
        object.serialize_field("kind", self.kind.name())?;
        object.serialize_field("damage", &self.kind.is_damage())?;
        object.serialize_field("cluster", &self.place.as_ref().and_then(|place| place.cluster.as_deref()))?;
        object.serialize_field("topic", &self.place.as_ref().map(|place| &place.topic))?;
        object.serialize_field("partition", &self.place.as_ref().map(|place| place.partition))?;
        object.serialize_field("offsets", &self.offsets)?;
        object.serialize_field("count", &self.offsets.count())?;
        object.serialize_field("objects", &self.objects)?;
        object.serialize_field("more_objects", &self.more_objects)?;
        object.serialize_field("text", &self.to_string())?;
        object.end()
    }
}
