//! How a batch fails, and what is left of it.

use crate::run::deliver;
use crate::stores::{Faulty, Slow};
use crate::{batch, batch_from, of, record, sink, sink_over, value};
use delivery::StoreErrorKind;
use pipeline::{FailedPartition, chain};
use record::Source;
use record::event::NewRecord;
use std::sync::atomic::Ordering;

const APART: (&str, &str) = ("REPORT_BATCH_ITEM_FAILURES", "true");

/// Asserts that a batch is refused with this error, and that nothing is written.
#[track_caller]
fn check_refused(vars: &[(&str, &str)], records: &[NewRecord<'_>], kind: &str, message: &str) {
    let sink = sink(vars);
    let error = deliver(&sink, &batch(records)).expect_err("refused");
    assert_eq!((error.kind(), chain(&error).to_string().as_str()), (kind, message));
    assert!(sink.store().objects().is_empty());
}

#[test]
fn without_tolerance_a_bad_record_fails_the_batch_and_nothing_is_written() {
    let refused = |vars: &[(&str, &str)], bad, message| {
        let vars: Vec<_> = vars.iter().copied().chain([("ERRORS_TOLERANCE", "none")]).collect();
        check_refused(&vars, &[record(0), bad, record(9)], "BadRecord", message);
    };
    refused(
        &[],
        value(4, Some("{")),
        "record test-topic-12@4 is refused by errors.tolerance=none: value is not JSON: EOF while parsing an object \
         at line 1 column 1",
    );
    refused(
        &[],
        value(4, None),
        "record test-topic-12@4 is refused by errors.tolerance=none: value is null, and behavior.on.null.values is \
         fail",
    );
    refused(
        &[("PARTITIONER_CLASS", "HourlyPartitioner")],
        NewRecord { timestamp_ms: -1, ..record(4) },
        "record test-topic-12@4 is refused by errors.tolerance=none: the record has no timestamp",
    );
    refused(
        &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "a")],
        value(4, Some(r#"{"a":[]}"#)),
        "record test-topic-12@4 is refused by errors.tolerance=none: the field `a` has the type array, where a text, \
         a whole number, a boolean or null is expected",
    );
}

#[test]
fn without_tolerance_a_good_batch_and_an_allowed_tombstone_are_delivered() {
    let sink = sink(&[("ERRORS_TOLERANCE", "none"), ("BEHAVIOR_ON_NULL_VALUES", "ignore")]);
    let report = deliver(&sink, &batch(&[record(0), value(1, None)])).expect("delivered");
    assert_eq!((report.data.records, report.ignored), (1, 1));
}

#[test]
fn a_key_that_needs_the_clusters_name_fails_where_nothing_tells_it() {
    let template = ("OBJECT_KEY_TEMPLATE", "{cluster}/{topic}/{partition}+{offset}{extension}");
    let message = "object.key.template has {cluster}, but the event names no MSK cluster: set cluster.name";
    check_refused(&[template], &[record(0)], "NoCluster", message);
    let sink = sink(&[template]);
    let from_msk = batch_from(Source::Msk { cluster_arn: None }, &[record(0)]);
    assert_eq!(deliver(&sink, &from_msk).expect_err("refused").kind(), "NoCluster");
}

#[test]
fn a_store_that_fails_fails_the_batch() {
    let store = Faulty::new(|key, _| key.contains("+1+").then_some(StoreErrorKind::Denied));
    let sink = sink_over(&[], store);
    let error = deliver(&sink, &batch(&[of(0, 0), of(1, 0), of(2, 0)])).expect_err("failed");
    assert_eq!(error.kind(), "StoreFailed");
    assert_eq!(
        chain(&error).to_string(),
        "batch is not delivered: object topics/test-topic/partition=1/test-topic+1+0000000000.json could not be \
         written: PutObject was refused"
    );
}

#[test]
fn after_a_failure_nothing_more_is_begun() {
    let store = Faulty::new(|_, _| Some(StoreErrorKind::Denied));
    let sink = sink_over(&[("FLUSH_SIZE", "1"), ("S3_PUT_CONCURRENCY", "1")], store);
    deliver(&sink, &batch(&[record(0), record(1), value(2, Some("{")), of(0, 3)])).expect_err("failed");
    assert_eq!(sink.store().creates.load(Ordering::Relaxed), 1);
}

#[test]
fn a_failed_partition_is_named_by_its_first_offset_and_the_others_are_delivered() {
    let store = Faulty::new(|key, _| key.contains("+1+0000000008").then_some(StoreErrorKind::Denied));
    let sink = sink_over(&[APART, ("FLUSH_SIZE", "1")], store);
    let elsewhere = NewRecord { topic: "other", ..of(1, 7) };
    let records = [of(0, 3), of(1, 7), of(1, 8), of(2, 5), elsewhere];
    let report = deliver(&sink, &batch(&records)).expect("delivered but for one partition");
    assert_eq!(
        report.failed,
        [FailedPartition {
            topic: "test-topic".to_owned(),
            partition: 1,
            offset: 7,
            reason:
                "object topics/test-topic/partition=1/test-topic+1+0000000008.json could not be written: \
                     PutObject was refused"
                    .to_owned(),
        }]
    );
    // What stands of the failed partition is found when it comes again.
    assert_eq!(
        sink.store().keys(),
        [
            "topics/other/partition=1/other+1+0000000007.json",
            "topics/test-topic/partition=0/test-topic+0+0000000003.json",
            "topics/test-topic/partition=1/test-topic+1+0000000007.json",
            "topics/test-topic/partition=2/test-topic+2+0000000005.json",
        ]
    );
}

#[test]
fn a_partition_whose_quarantine_fails_is_failed_from_its_first_offset() {
    let store = Faulty::new(|key, _| key.starts_with("quarantine/").then_some(StoreErrorKind::Denied));
    let sink = sink_over(&[APART], store);
    let report = deliver(&sink, &batch(&[of(0, 3), record(7), value(8, Some("{"))])).expect("delivered");
    let failed: Vec<_> = report.failed.iter().map(|it| (it.partition, it.offset)).collect();
    assert_eq!(failed, [(12, 7)]);
}

#[test]
fn of_a_failed_partition_nothing_more_is_begun() {
    let store = Faulty::new(|key, _| key.contains("+12+").then_some(StoreErrorKind::NoBucket));
    let sink = sink_over(&[APART, ("FLUSH_SIZE", "1"), ("S3_PUT_CONCURRENCY", "1")], store);
    let records = [record(0), record(1), value(2, Some("{")), of(0, 3), of(0, 4)];
    let report = deliver(&sink, &batch(&records)).expect("delivered but for one partition");
    assert_eq!((report.failed.len(), report.data.objects), (1, 2));
    assert_eq!(sink.store().creates.load(Ordering::Relaxed), 3);
}

#[test]
fn a_batch_comes_through_when_its_failed_partition_comes_again() {
    // The first create fails, whatever it is of, and all others work.
    let store = Faulty::new(|_, count| (count == 1).then_some(StoreErrorKind::Denied));
    let sink = sink_over(&[APART], store);
    let records = [of(0, 3), of(1, 7)];
    let report = deliver(&sink, &batch(&records)).expect("delivered but for one partition");
    assert_eq!((report.failed.len(), report.data.objects), (1, 1));
    let report = deliver(&sink, &batch(&records)).expect("delivered");
    assert_eq!((report.failed.len(), report.data.objects, report.data.redelivered), (0, 1, 1));
}

#[test]
fn an_unavailable_store_is_asked_again_as_often_as_the_settings_say() {
    let attempts = |retries, fault| {
        let sink = sink_over(&[("S3_PART_RETRIES", retries)], Faulty::new(fault));
        let result = deliver(&sink, &batch(&[record(0)]));
        let retried = result.map(|report| report.data.retries).map_err(|error| error.kind());
        (retried, sink.store().creates.load(Ordering::Relaxed))
    };
    let down = |_: &str, _| Some(StoreErrorKind::Unavailable);
    assert_eq!(attempts("3", down), (Err("StoreFailed"), 4));
    assert_eq!(attempts("0", down), (Err("StoreFailed"), 1));
    assert_eq!(attempts("3", |_, count| (count < 3).then_some(StoreErrorKind::Unavailable)), (Ok(2), 3));
    assert_eq!(attempts("3", |_, _| Some(StoreErrorKind::Refused)), (Err("StoreFailed"), 1));
}

#[test]
fn no_more_requests_are_under_way_than_the_settings_say() {
    let most = |concurrency| {
        let sink = sink_over(&[("FLUSH_SIZE", "1"), ("S3_PUT_CONCURRENCY", concurrency)], Slow::default());
        let records: Vec<_> = (0..50).map(record).collect();
        deliver(&sink, &batch(&records)).expect("delivered");
        sink.store().most.load(Ordering::Relaxed)
    };
    assert_eq!(most("1"), 1);
    assert_eq!(most("8"), 8);
    assert_eq!(most("1024"), 50);
}
