//! Records that name themselves, so that what landed can be compared with what was sent.

use crate::s3::StoredObject;
use delivery::{Coverage, Metadata};
use record::event::{EventWriter, NewRecord};
use record::{Source, TimestampType};
use serde_json::Value;
use std::collections::BTreeMap;

/// The topic of all records.
pub const TOPIC: &str = "tracking.log";

/// A record: where it stands in [`TOPIC`]. Its value says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
}

impl Mark {
    /// The value: JSON that names the record, with a field `user` of five values, for partitioners to look at.
    pub fn value(self) -> Vec<u8> {
        let Self { partition, offset } = self;
        format!(r#"{{"partition":{partition},"offset":{offset},"user":"user-{}"}}"#, offset % 5).into_bytes()
    }

    /// The timestamp: a minute for each offset, so that an hour has 60.
    pub fn timestamp_ms(self) -> i64 {
        1_763_683_200_000 + self.offset % 1_000_000 * 60_000
    }

    fn parse(line: &str) -> Self {
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line:?} is not JSON: {error}"));
        let number = |name: &str| value[name].as_i64().unwrap_or_else(|| panic!("{line:?} has no {name}"));
        Self {
            partition: i32::try_from(number("partition")).expect("a partition is small"),
            offset: number("offset"),
        }
    }
}

/// The event of a self-managed Kafka that hands over these records.
pub fn event(marks: &[Mark]) -> Vec<u8> {
    event_with_values(marks, Mark::value)
}

/// The event that hands over these records, with other values than their own.
pub fn event_with_values(marks: &[Mark], value: impl Fn(Mark) -> Vec<u8>) -> Vec<u8> {
    let mut event = EventWriter::new(Source::SelfManaged, "127.0.0.1:9092".to_owned());
    for mark in marks {
        event.push(&record(*mark, Some(&value(*mark))));
    }
    event.finish()
}

/// The event that hands over one record with any value, at offset 0 of partition 0.
pub fn event_of_value(value: Option<&[u8]>) -> Vec<u8> {
    let mut event = EventWriter::new(Source::SelfManaged, "127.0.0.1:9092".to_owned());
    event.push(&record(Mark { partition: 0, offset: 0 }, value));
    event.finish()
}

fn record(mark: Mark, value: Option<&[u8]>) -> NewRecord<'_> {
    NewRecord {
        topic: TOPIC,
        partition: mark.partition,
        offset: mark.offset,
        timestamp_ms: mark.timestamp_ms(),
        timestamp_type: TimestampType::CreateTime,
        key: Some(b"user"),
        value,
        headers: Vec::new(),
    }
}

/// In which objects each record stands, once for each line. A line of quarantine names its record as a value does.
///
/// # Panics
///
/// When an object breaks a promise of its own: its coverage must be the offsets of its lines, in order, unless it
/// is a marker, which has none; and its key must name the first of them.
pub fn landed(objects: &BTreeMap<String, StoredObject>) -> BTreeMap<Mark, Vec<String>> {
    let mut landed: BTreeMap<Mark, Vec<String>> = BTreeMap::new();
    for (key, object) in objects {
        let marks: Vec<Mark> = object.text().lines().map(Mark::parse).collect();
        let coverage = object.coverage().unwrap_or_else(|| panic!("{key} has no coverage: {object:?}"));
        let (partition, first) = parse_key(key);
        assert_eq!(coverage.first(), first, "coverage of {key}");
        if marks.is_empty() {
            assert!(
                !object.metadata.contains_key(Metadata::IDENTITY),
                "{key} has an identity but no records"
            );
        } else {
            let covered: Vec<Mark> = coverage.offsets().map(|offset| Mark { partition, offset }).collect();
            assert_eq!(marks, covered, "records of {key}");
        }
        for mark in marks {
            landed.entry(mark).or_default().push(key.clone());
        }
    }
    landed
}

/// How what landed differs from what was sent.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Records that stand in no object.
    pub lost: Vec<Mark>,
    /// Records that stand in more than one line, with their objects.
    pub doubled: Vec<(Mark, Vec<String>)>,
    /// Records that nobody has sent, with their objects.
    pub never_sent: Vec<(Mark, Vec<String>)>,
}

/// Compares what landed with what was sent.
pub fn differences(
    objects: &BTreeMap<String, StoredObject>,
    sent: impl IntoIterator<Item = Mark>,
) -> Differences {
    let mut landed = landed(objects);
    let mut differences = Differences::default();
    for mark in sent {
        match landed.remove(&mark) {
            None => differences.lost.push(mark),
            Some(keys) if keys.len() > 1 => differences.doubled.push((mark, keys)),
            Some(_) => {}
        }
    }
    differences.never_sent = landed.into_iter().collect();
    differences
}

/// Demands that each record that was sent has landed once, and nothing else.
///
/// # Panics
///
/// When it is not so; with the first records that show it.
#[track_caller]
pub fn assert_each_landed_once(
    objects: &BTreeMap<String, StoredObject>,
    sent: impl IntoIterator<Item = Mark>,
) {
    let Differences { mut lost, mut doubled, mut never_sent } = differences(objects, sent);
    let counts = (lost.len(), doubled.len(), never_sent.len());
    lost.truncate(5);
    doubled.truncate(5);
    never_sent.truncate(5);
    assert_eq!(counts, (0, 0, 0), "lost {lost:?}\ndoubled {doubled:?}\nnever sent {never_sent:?}");
}

/// Partition and first offset, as the key ends: `tracking.log+0+0000000042.json`.
fn parse_key(key: &str) -> (i32, i64) {
    let parse = || {
        let name = key.rsplit('/').next()?.strip_prefix(TOPIC)?.strip_prefix('+')?;
        let (partition, rest) = name.split_once('+')?;
        let (offset, _extension) = rest.split_once('.')?;
        Some((partition.parse().ok()?, offset.parse().ok()?))
    };
    parse().unwrap_or_else(|| panic!("{key} is not named as objects of {TOPIC} are"))
}

impl StoredObject {
    /// The offsets that its metadata says it answers for.
    pub fn coverage(&self) -> Option<Coverage> {
        self.metadata.get(Metadata::COVERAGE)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn what_is_lost_doubled_or_never_sent_is_found() {
        let objects = BTreeMap::from([
            object(0, &[5, 6], "5:2"),
            object(0, &[7, 9], "7:1,1,1"),
            object(1, &[5], "5:1"),
        ]);
        let mark = |partition, offset| Mark { partition, offset };
        let sent = [mark(0, 5), mark(0, 6), mark(0, 7), mark(0, 9), mark(1, 5)];
        assert_eq!(differences(&objects, sent), Differences::default());

        let more = Differences { lost: vec![mark(2, 0)], ..Differences::default() };
        assert_eq!(differences(&objects, sent.into_iter().chain([mark(2, 0)])), more);

        let less = Differences { never_sent: vec![(mark(1, 5), vec![key(1, 5)])], ..Differences::default() };
        assert_eq!(differences(&objects, sent.into_iter().take(4)), less);

        let twice = objects.into_iter().chain([object(0, &[6], "6:1")]).collect();
        let doubled = vec![(mark(0, 6), vec![key(0, 5), key(0, 6)])];
        assert_eq!(differences(&twice, sent), Differences { doubled, ..Differences::default() });
    }

    #[test]
    fn a_marker_holds_no_records() {
        let objects = BTreeMap::from([object(0, &[], "8:2")]);
        assert_eq!(landed(&BTreeMap::from([(key(0, 8), objects[&key(0, 0)].clone())])), BTreeMap::new());
    }

    fn object(partition: i32, offsets: &[i64], coverage: &str) -> (String, StoredObject) {
        let lines =
            offsets.iter().flat_map(|offset| [Mark { partition, offset: *offset }.value(), b"\n".to_vec()]);
        let object = StoredObject {
            body: Bytes::from(lines.collect::<Vec<_>>().concat()),
            metadata: [(Metadata::COVERAGE.to_owned(), coverage.to_owned())].into(),
            content_type: None,
            content_encoding: None,
        };
        (key(partition, offsets.first().copied().unwrap_or_default()), object)
    }

    fn key(partition: i32, offset: i64) -> String {
        format!("topics/{TOPIC}/partition={partition}/{TOPIC}+{partition}+{offset:010}.json")
    }
}
