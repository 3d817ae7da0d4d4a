//! Each record stands in exactly one object, whatever it is and whatever the settings are.

use crate::run::deliver;
use crate::{batch, sink};
use delivery::Object;
use pipeline::Report;
use proptest::prelude::*;
use record::event::NewRecord;
use std::collections::{BTreeMap, BTreeSet};

/// A record's topic, partition and offset.
type Place = (String, i32, i64);

/// Values of all kinds: good ones, tombstones, and what no JSON parser takes.
const VALUES: [Option<&[u8]>; 12] = [
    Some(b"{}"),
    Some(br#"{"a":"x","t":1427961600000}"#),
    Some(br#"{"a":"y/z","t":"2015-04-02T08:59:00Z"}"#),
    Some(br#"{"a":null,"t":"soon"}"#),
    Some(b"{\n  \"a\": 12.5\n}"),
    Some(b"[1, 2]"),
    Some(b"null"),
    Some(b""),
    Some(b"{"),
    Some(b"\xff"),
    None,
    Some(br#"{"a":true}"#),
];

const PARTITIONERS: [&str; 6] = [
    "DefaultPartitioner",
    "FieldPartitioner",
    "DailyPartitioner",
    "HourlyPartitioner",
    "FieldPartitioner,HourlyPartitioner",
    "DefaultPartitioner,FieldPartitioner,DailyPartitioner",
];

fn any_settings() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let one_of = |variable, values: &'static [&'static str]| {
        proptest::sample::select(values).prop_map(move |value| (variable, value))
    };
    (
        one_of("PARTITIONER_CLASS", &PARTITIONERS),
        one_of("TIMESTAMP_EXTRACTOR", &["Record", "RecordField"]),
        one_of("FLUSH_SIZE", &["1", "2", "3", "1000000"]),
        one_of("BEHAVIOR_ON_NULL_VALUES", &["fail", "ignore", "write"]),
        one_of("S3_PUT_CONCURRENCY", &["1", "3", "64"]),
    )
        .prop_map(|(partitioners, extractor, flush, nulls, concurrency)| {
            let fields = [("PARTITION_FIELD_NAME", "a"), ("TIMESTAMP_FIELD", "t")];
            [partitioners, extractor, flush, nulls, concurrency].into_iter().chain(fields).collect()
        })
}

/// Records of up to four partitions: offsets rise, with gaps.
fn any_records() -> impl Strategy<Value = Vec<NewRecord<'static>>> {
    let times = proptest::sample::select(&[1_427_961_600_000, 1_427_965_199_999, 1_428_048_000_000, -1][..]);
    let record = (0..2_usize, 0..2, 1..4_i64, times, proptest::sample::select(&VALUES[..]));
    proptest::collection::vec(record, 1..40).prop_map(|records| {
        let mut next = BTreeMap::new();
        let records = records.into_iter().map(|(topic, partition, step, timestamp_ms, value)| {
            let topic = ["a", "b-0"][topic];
            let offset = next.entry((topic, partition)).or_insert(8_589_934_590);
            *offset += step;
            NewRecord { topic, partition, offset: *offset, timestamp_ms, value, ..crate::record(0) }
        });
        records.collect()
    })
}

/// Every offset that an object holds a line of, each as often as it stands somewhere; panics where an object has
/// more or fewer lines than it says.
fn places(objects: &BTreeMap<String, Object>) -> Vec<Place> {
    let mut places = Vec::new();
    for (key, object) in objects {
        let lines = object.body.iter().filter(|byte| **byte == b'\n').count();
        if object.identity.is_none() {
            assert_eq!(lines, 0, "{key} is a marker");
            continue;
        }
        assert_eq!(lines as u64, object.coverage.count(), "{key}");
        let name = key.rsplit('/').next().expect("a name");
        let [topic, partition, _] = name.split('+').collect::<Vec<_>>()[..] else { panic!("{key}") };
        let partition = partition.parse().expect("a partition");
        places.extend(object.coverage.offsets().map(|offset| (topic.to_owned(), partition, offset)));
    }
    places.sort();
    places
}

/// The records that are to stand somewhere.
fn expected(records: &[NewRecord<'_>], vars: &[(&str, &str)]) -> Vec<Place> {
    let ignores = vars.contains(&("BEHAVIOR_ON_NULL_VALUES", "ignore"));
    let kept = records.iter().filter(|record| !(ignores && record.value.is_none()));
    let places: BTreeSet<Place> =
        kept.map(|record| (record.topic.to_owned(), record.partition, record.offset)).collect();
    places.into_iter().collect()
}

fn check_counts(report: &Report, objects: &BTreeMap<String, Object>) {
    let Report { records, data, quarantine, rejected, ignored, failed, .. } = report;
    let rejected: u64 = rejected.values().sum();
    assert_eq!(*records, data.records + data.redelivered + rejected + ignored);
    assert_eq!(quarantine.records + quarantine.redelivered, rejected);
    assert!(failed.is_empty());
    let total = |prefix| {
        let objects = objects.iter().filter(|(key, _)| key.starts_with(prefix));
        objects.fold((0, 0), |(count, bytes), (_, object)| (count + 1, bytes + object.body.len() as u64))
    };
    assert_eq!(total("topics/"), (data.objects, data.bytes));
    assert_eq!(total("quarantine/"), (quarantine.objects, quarantine.bytes));
}

proptest! {
    #[test]
    fn each_record_is_in_exactly_one_object(vars in any_settings(), records in any_records()) {
        let sink = sink(&vars);
        let report = deliver(&sink, &batch(&records)).expect("delivered");
        let objects = sink.store().objects();
        prop_assert_eq!(places(&objects), expected(&records, &vars));
        check_counts(&report, &objects);
    }

    #[test]
    fn batches_of_other_limits_change_nothing_of_that(
        vars in any_settings(),
        records in any_records(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let sink = sink(&vars);
        for cut in cuts {
            let first = &records[..=cut.index(records.len())];
            deliver(&sink, &batch(first)).expect("delivered");
        }
        deliver(&sink, &batch(&records)).expect("delivered");
        prop_assert_eq!(places(&sink.store().objects()), expected(&records, &vars));
    }

    #[test]
    fn the_same_batch_again_writes_nothing(vars in any_settings(), records in any_records()) {
        let sink = sink(&vars);
        deliver(&sink, &batch(&records)).expect("delivered");
        let keys: Vec<String> = sink.store().objects().into_keys().collect();
        let report = deliver(&sink, &batch(&records)).expect("delivered");
        let (data, quarantine) = (report.data, report.quarantine);
        prop_assert_eq!((data.objects, data.markers, quarantine.objects, quarantine.markers), (0, 0, 0, 0));
        prop_assert_eq!(data.redelivered + quarantine.redelivered + report.ignored, report.records);
        prop_assert_eq!(sink.store().objects().into_keys().collect::<Vec<_>>(), keys);
    }

    #[test]
    fn the_order_of_the_partitions_in_the_event_is_nothing_to_the_objects(
        vars in any_settings(),
        records in any_records(),
    ) {
        let of = |records: &[NewRecord<'_>]| {
            let sink = sink(&vars);
            deliver(&sink, &batch(records)).expect("delivered");
            format!("{:?}", sink.store().objects())
        };
        let mut reordered = records.clone();
        reordered.sort_by_key(|record| (std::cmp::Reverse((record.topic, record.partition)), record.offset));
        prop_assert_eq!(of(&records), of(&reordered));
    }
}
