//! What holds for every event.

use super::{super::parse, contents::Contents, contents::Plain, noise::Noise, samples};
use crate::{
    Source, TimestampType,
    event::{EventWriter, NewRecord},
};
use proptest::{collection::vec, option, prelude::*};

const SERVERS: &str = "b-1:9092,\"b-2\":9092";

fn source() -> Source {
    Source::Msk { cluster_arn: Some("arn:aws:kafka:eu-west-1:1:cluster/c\\1".to_owned()) }
}

/// Records of a few partitions, each offset at most once in one.
pub(super) fn records() -> impl Strategy<Value = Vec<Plain>> {
    vec(record(), 0..12).prop_map(|mut records| {
        let mut seen = std::collections::BTreeSet::new();
        records.retain(|record: &Plain| seen.insert((record.topic.clone(), record.partition, record.offset)));
        records
    })
}

fn record() -> impl Strategy<Value = Plain> {
    let topic = prop_oneof![8 => "[ab](-[0-9])?", 2 => "[a-zA-Z0-9._-]{1,20}", 1 => "\\PC{1,5}", 1 => "[\"\\\\/\n\u{1}]{1,3}"];
    let partition = prop_oneof![8 => 0..3, 1 => 0..=i32::MAX];
    let offset = prop_oneof![0..20_i64, 0..=i64::MAX];
    let timestamp_ms =
        prop_oneof![8 => 1_700_000_000_000..1_800_000_000_000_i64, 1 => Just(-1), 1 => any::<i64>()];
    let timestamp_type = prop_oneof![
        8 => Just("CREATE_TIME".to_owned()),
        1 => Just("LOG_APPEND_TIME".to_owned()),
        1 => Just("NO_TIMESTAMP_TYPE".to_owned()),
        1 => "\\PC{0,8}",
    ];
    let bytes = || option::of(vec(any::<u8>(), 0..40));
    let headers = vec(("\\PC{0,8}|[\"\\\\\u{0}-\u{1f}]{1,3}|[ab]", bytes()), 0..4);
    (topic, partition, offset, timestamp_ms, timestamp_type, bytes(), bytes(), headers).prop_map(
        |(topic, partition, offset, timestamp_ms, timestamp_type, key, value, headers)| Plain {
            topic,
            partition,
            offset,
            timestamp_ms: Some(timestamp_ms),
            timestamp_type: Some(timestamp_type),
            key,
            value,
            headers,
            key_schema: None,
            value_schema: None,
        },
    )
}

fn new_record(record: &Plain) -> NewRecord<'_> {
    NewRecord {
        topic: &record.topic,
        partition: record.partition,
        offset: record.offset,
        timestamp_ms: record.timestamp_ms.unwrap(),
        timestamp_type: match record.timestamp_type.as_deref().unwrap() {
            "CREATE_TIME" => TimestampType::CreateTime,
            "LOG_APPEND_TIME" => TimestampType::LogAppendTime,
            "NO_TIMESTAMP_TYPE" => TimestampType::NoTimestampType,
            other => TimestampType::Other(other),
        },
        key: record.key.as_deref(),
        value: record.value.as_deref(),
        headers: record.headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect(),
    }
}

pub(super) fn written(records: &[Plain]) -> Vec<u8> {
    let mut writer = EventWriter::new(source(), SERVERS.to_owned());
    for record in records {
        writer.push(&new_record(record));
    }
    writer.finish()
}

/// The records as an event has them: each partition's together, in order of first appearance.
fn expected(records: &[Plain]) -> Contents {
    let place = |record: &Plain| (record.topic.clone(), record.partition);
    let mut places: Vec<_> = records.iter().map(place).collect();
    let mut seen = std::collections::BTreeSet::new();
    places.retain(|place| seen.insert(place.clone()));
    let mut sorted = records.to_vec();
    sorted.sort_by_key(|record| places.iter().position(|other| *other == place(record)));
    Contents { source: source(), bootstrap_servers: Some(SERVERS.to_owned()), records: sorted }
}

proptest! {
    #[test]
    fn what_was_written_is_read(records in records()) {
        let batch = parse(&written(&records)).unwrap();
        prop_assert_eq!(Contents::of(&batch), expected(&records));
    }

    #[test]
    fn an_event_is_as_long_as_its_writer_says(records in records()) {
        let mut writer = EventWriter::new(source(), SERVERS.to_owned());
        prop_assert_eq!(writer.len(), written(&[]).len());
        prop_assert!(writer.is_empty());
        for (index, record) in records.iter().enumerate() {
            let longer = written(&records[..=index]).len();
            let before = writer.len();
            prop_assert!(!writer.push_within(&new_record(record), longer - 1));
            prop_assert_eq!(writer.len(), before);
            prop_assert_eq!(writer.is_empty(), index == 0);
            prop_assert!(writer.push_within(&new_record(record), longer));
            prop_assert_eq!(writer.len(), longer);
        }
        prop_assert_eq!(writer.finish(), written(&records));
    }

    #[test]
    fn order_white_space_escapes_and_unknown_members_change_nothing(records in records(), seed: u64) {
        let event = written(&records);
        let noisy = Noise::new(seed).event(&serde_json::from_slice(&event).unwrap());
        // Records of one partition stay in order, partitions don't.
        let sorted = |event: &[u8]| {
            let mut contents = Contents::of(&parse(event).unwrap());
            contents.records.sort_by_key(|record| (record.topic.clone(), record.partition));
            contents
        };
        prop_assert_eq!(sorted(noisy.as_bytes()), sorted(&event));
    }

    #[test]
    fn damaged_bytes_never_panic(
        records in records(),
        damage in vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), "[\"{}\\[\\],:0-9\\\\]".prop_map(|text| text.as_bytes()[0])]), 1..4),
    ) {
        let mut event = written(&records);
        for (index, byte) in damage {
            let index = index.index(event.len());
            event[index] = byte;
        }
        match parse(&event) {
            Ok(batch) => drop(Contents::of(&batch)),
            Err(error) => drop(error.to_string()),
        }
    }
}

proptest! {
    // Each case is some thousand events.
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn an_event_cut_short_is_an_error(records in records(), seed: u64) {
        let event = written(&records);
        let noisy = Noise::new(seed).event(&serde_json::from_slice(&event).unwrap());
        for event in [&event[..], noisy.trim_ascii_end().as_bytes()] {
            for end in 0..event.len() {
                prop_assert!(parse(&event[..end]).is_err());
            }
        }
    }
}

#[test]
fn samples_cut_short_are_errors() {
    for name in samples::KAFKA {
        let event = samples::read(name);
        let event = event.trim_ascii_end();
        // The time grows with the square of the length, so a long sample is cut at some of its bytes.
        for end in (0..event.len()).step_by(1 + event.len() / 8_000) {
            assert!(parse(&event[..end]).is_err(), "{name} up to byte {end}");
        }
    }
}
