//! What a report counts.

use crate::run::deliver;
use crate::{batch, of, record, sink, value};
use delivery::Delivered;
use pipeline::Report;
use record::event::NewRecord;
use std::collections::BTreeMap;

/// Two good records, of 2 bytes and a line break each, two tombstones, and a bad one.
fn mixed() -> Vec<NewRecord<'static>> {
    vec![record(0), value(1, None), value(2, Some("{")), record(3), of(0, 4), value(5, None)]
}

fn rejected<const N: usize>(kinds: [(&'static str, u64); N]) -> BTreeMap<&'static str, u64> {
    kinds.into()
}

#[test]
fn each_record_is_counted_once() {
    let report = deliver(&sink(&[]), &batch(&mixed())).expect("delivered");
    let expected = Report {
        records: 6,
        data: Delivered { objects: 2, records: 3, bytes: 9, ..Delivered::default() },
        quarantine: Delivered {
            objects: 1,
            records: 3,
            bytes: report.quarantine.bytes,
            ..Delivered::default()
        },
        rejected: rejected([("invalid_json", 1), ("tombstone", 2)]),
        ..Report::default()
    };
    assert_eq!(report, expected);
    assert!(report.quarantine.bytes > 600, "{report:?}");
}

#[test]
fn a_tombstone_is_skipped_and_counted_where_the_settings_say_so() {
    let report =
        deliver(&sink(&[("BEHAVIOR_ON_NULL_VALUES", "ignore")]), &batch(&mixed())).expect("delivered");
    assert_eq!(
        (report.records, report.ignored, report.data.records, report.quarantine.records),
        (6, 2, 3, 1)
    );
    assert_eq!(report.rejected, rejected([("invalid_json", 1)]));
}

#[test]
fn a_tombstone_is_data_where_the_settings_say_so() {
    let report =
        deliver(&sink(&[("BEHAVIOR_ON_NULL_VALUES", "write")]), &batch(&mixed())).expect("delivered");
    assert_eq!(
        (report.records, report.ignored, report.data.records, report.quarantine.records),
        (6, 0, 5, 1)
    );
}

#[test]
fn a_batch_of_ignored_tombstones_writes_nothing() {
    let sink = sink(&[("BEHAVIOR_ON_NULL_VALUES", "ignore")]);
    let report = deliver(&sink, &batch(&[value(0, None), value(1, None)])).expect("delivered");
    assert_eq!(report, Report { records: 2, ignored: 2, ..Report::default() });
    assert!(sink.store().objects().is_empty());
}

#[test]
fn an_empty_batch_is_delivered_by_doing_nothing() {
    assert_eq!(deliver(&sink(&[]), &batch(&[])).expect("delivered"), Report::default());
}

#[test]
fn the_same_batch_again_writes_nothing_and_is_counted_as_redelivered() {
    let sink = sink(&[]);
    deliver(&sink, &batch(&mixed())).expect("delivered");
    let keys: Vec<String> = sink.store().objects().into_keys().collect();

    let report = deliver(&sink, &batch(&mixed())).expect("delivered");
    let expected = Report {
        records: 6,
        data: Delivered { redelivered: 3, ..Delivered::default() },
        quarantine: Delivered { redelivered: 3, ..Delivered::default() },
        rejected: rejected([("invalid_json", 1), ("tombstone", 2)]),
        ..Report::default()
    };
    assert_eq!(report, expected);
    assert_eq!(sink.store().objects().into_keys().collect::<Vec<_>>(), keys);
}

#[test]
fn a_longer_batch_adds_its_tail_alone() {
    let sink = sink(&[]);
    deliver(&sink, &batch(&[record(0), record(1)])).expect("delivered");
    let report = deliver(&sink, &batch(&[record(0), record(1), record(2)])).expect("delivered");
    let tail = Delivered { objects: 1, records: 1, bytes: 3, redelivered: 2, ..Delivered::default() };
    assert_eq!(report.data, tail);
}

#[test]
fn a_shorter_batch_leaves_a_marker_where_the_next_one_starts() {
    let sink = sink(&[]);
    deliver(&sink, &batch(&[record(0), record(1), record(2)])).expect("delivered");
    let report = deliver(&sink, &batch(&[record(0), record(1)])).expect("delivered");
    assert_eq!(report.data, Delivered { redelivered: 2, markers: 1, ..Delivered::default() });
    let report = deliver(&sink, &batch(&[record(2), record(3)])).expect("delivered");
    let tail = Delivered { objects: 1, records: 1, bytes: 3, redelivered: 1, ..Delivered::default() };
    assert_eq!(report.data, tail);
}
