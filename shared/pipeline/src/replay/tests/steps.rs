//! What a replay does, step by step.

use super::shelf::{Shelf, View};
use super::stage::{FOR_EVER, JsonSink, deliver, replay_all, run, survey_all};
use crate::replay::{Extent, Kind, Outcome, Tally};
use record::event::on_failure::{KafkaBatchInfo, OnFailureRecord, RequestContext};
use record::event::{EventWriter, NewRecord};
use record::{Source, TimestampType};
use std::collections::BTreeMap;

/// A record of partition 0 of `t`.
pub(super) fn record(offset: i64, value: &str) -> NewRecord<'_> {
    NewRecord {
        topic: "t",
        partition: 0,
        offset,
        timestamp_ms: 1_427_961_600_000,
        timestamp_type: TimestampType::CreateTime,
        key: Some(b"k"),
        value: Some(value.as_bytes()),
        headers: vec![("trace", Some(b"\xff"))],
    }
}

pub(super) fn event(records: &[NewRecord<'_>]) -> Vec<u8> {
    let mut event = EventWriter::new(Source::SelfManaged, "broker:9092".to_owned());
    records.iter().for_each(|record| event.push(record));
    event.finish()
}

/// What Lambda leaves of a batch.
pub(super) fn on_failure(event: Option<Vec<u8>>) -> Vec<u8> {
    let record = OnFailureRecord {
        request_context: RequestContext {
            request_id: "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81".to_owned(),
            function_arn: "arn:aws:lambda:us-west-2:123456789012:function:sink".to_owned(),
            condition: "RetryAttemptsExhausted".to_owned(),
            approximate_invoke_count: 1,
        },
        response_context: None,
        version: "1.0".to_owned(),
        timestamp: "2019-11-14T00:38:06.021Z".to_owned(),
        kafka_batch_info: KafkaBatchInfo {
            batch_size: 1,
            event_source_arn: None,
            bootstrap_servers: None,
            payload_size: 1,
            records_info: BTreeMap::new(),
        },
        payload: event.map(|event| String::from_utf8(event).expect("an event is text")),
    };
    record.to_json()
}

const BY_A: [(&str, &str); 2] = [("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "a")];
const BY_B: [(&str, &str); 2] = [("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "b")];

const BAD: &str = "quarantine/t/partition=0/t+0+0000000005.json";

#[track_caller]
fn check_keys(shelf: &Shelf, expected: &[&str]) {
    let keys: Vec<String> = shelf.objects().into_keys().collect();
    assert_eq!(keys, expected);
}

/// Replays everything with these settings.
#[track_caller]
fn replay(shelf: &Shelf, variables: &[(&str, &str)]) -> Vec<(String, Outcome)> {
    let view = View::new(shelf, FOR_EVER);
    let sink = JsonSink::new(&view, variables);
    let (summary, outcomes) = run(replay_all(&view, &sink, "")).expect("nothing stops it");
    summary.expect("the function takes events");
    outcomes
}

fn tally(delivered: u64, redelivered: u64, still_bad: &[&str]) -> Tally {
    let still_bad = still_bad.iter().map(|text| (*text).to_owned()).collect();
    Tally { delivered, redelivered, still_bad, ..Tally::default() }
}

#[test]
fn what_was_bad_lands_once_when_the_setting_is_mended() {
    let shelf = Shelf::default();
    deliver(
        &shelf,
        &BY_B,
        event(&[record(5, r#"{"a":1,"b":[]}"#), record(6, r#"{"b":1}"#), record(7, r#"{"a":2,"b":[]}"#)]),
    );
    check_keys(&shelf, &[BAD, "topics/t/b=1/t+0+0000000006.json"]);
    let quarantined = shelf.objects()[BAD].clone();

    assert_eq!(replay(&shelf, &BY_A), [(BAD.to_owned(), Outcome::Done(tally(2, 0, &[])))]);
    let done = format!("done/{BAD}");
    check_keys(
        &shelf,
        &[
            &done,
            "topics/t/a=1/t+0+0000000005.json",
            "topics/t/a=2/t+0+0000000007.json",
            "topics/t/b=1/t+0+0000000006.json",
        ],
    );
    assert_eq!(shelf.objects()[&done], quarantined);
    assert_eq!(shelf.objects()["topics/t/a=2/t+0+0000000007.json"].body, "{\"a\":2,\"b\":[]}\n");
    assert_eq!(replay(&shelf, &BY_A), []);
}

#[test]
fn records_that_are_still_bad_stay_and_are_named_and_the_others_land_once() {
    let shelf = Shelf::default();
    let (good, bad) = (r#"{"a":1,"b":[]}"#, r#"{"a":{},"b":[]}"#);
    deliver(&shelf, &BY_B, event(&[record(5, good), record(6, "text"), record(7, good), record(8, bad)]));
    let quarantined = shelf.objects()[BAD].clone();
    let landed = ["topics/t/a=1/t+0+0000000005.json", "topics/t/a=1/t+0+0000000007.json"];
    for (delivered, redelivered) in [(2, 0), (0, 2)] {
        let [(key, Outcome::StillBad(found))] = &replay(&shelf, &BY_A)[..] else {
            panic!("one object stays")
        };
        assert_eq!((key.as_str(), found.delivered, found.redelivered), (BAD, delivered, redelivered));
        let [one, other] = &found.still_bad[..] else { panic!("{found:?}") };
        assert_eq!(one, "t-0@6: invalid_json: value is not JSON: expected ident at line 1 column 2");
        assert!(other.starts_with("t-0@8: unusable_field: "), "{other}");
        check_keys(&shelf, &[BAD, landed[0], landed[1]]);
        assert_eq!(shelf.objects()[BAD], quarantined);
    }
}

#[test]
fn a_batch_that_was_given_up_is_delivered_as_it_would_have_been() {
    let shelf = Shelf::default();
    let batch = event(&[record(5, r#"{"a":1}"#), record(6, "text"), record(7, r#"{"a":1}"#)]);
    shelf.put("aws/lambda/1", on_failure(Some(batch)));
    let expected = Tally { quarantined: 1, ..tally(2, 0, &[]) };
    let outcomes = replay(&shelf, &BY_A);
    // What it put into quarantine was not there when the objects were listed.
    assert_eq!(outcomes, [("aws/lambda/1".to_owned(), Outcome::Done(expected))]);
    check_keys(
        &shelf,
        &[
            "done/aws/lambda/1",
            "quarantine/t/partition=0/t+0+0000000006.json",
            "topics/t/a=1/t+0+0000000005.json",
        ],
    );
    assert_eq!(shelf.objects()["topics/t/a=1/t+0+0000000005.json"].body, "{\"a\":1}\n{\"a\":1}\n");
}

#[test]
fn a_survey_says_of_each_object_what_it_is_or_why_it_cannot_be_replayed() {
    let shelf = Shelf::default();
    deliver(&shelf, &BY_B, event(&[record(5, "text"), record(6, r#"{"b":[]}"#), record(9, "[]")]));
    // A shorter redelivery leaves a marker.
    deliver(&shelf, &BY_B, event(&[record(5, "text")]));
    shelf.put("aws/lambda/1", on_failure(Some(event(&[record(5, "{}"), record(6, "{}")]))));
    shelf.put("aws/lambda/2", on_failure(None));
    shelf.put("aws/lambda/3", on_failure(Some(b"{}".to_vec())));
    let large = format!("[{}]", "1,".repeat(3 << 20));
    shelf.put("aws/lambda/4", on_failure(Some(event(&[record(5, &large)]))));
    shelf.put("done/5", "done");
    shelf.put("empty", "");
    shelf.put("folder/", "");
    shelf.put("foreign", "{\"id\":5}\n");
    let view = View::new(&shelf, FOR_EVER);
    let survey = run(survey_all(&view, "")).expect("nothing stops it");
    let extent = |first, last, records| Extent { topic: "t".to_owned(), partition: 0, first, last, records };
    let found: Vec<_> =
        survey.candidates.iter().map(|it| (it.key.as_str(), it.kind, it.extents.clone())).collect();
    assert_eq!(
        found,
        [
            ("aws/lambda/1", Kind::OnFailure, vec![extent(5, 6, 2)]),
            (BAD, Kind::Quarantine, vec![extent(5, 9, 3)]),
        ]
    );
    assert_eq!(survey.candidates[0].reason, "RetryAttemptsExhausted");
    let reason = &survey.candidates[1].reason;
    assert!(reason.starts_with("invalid_json: value is not JSON"), "{reason}");
    assert!(reason.contains("; 2 × unusable_field, the first: "), "{reason}");
    assert_eq!(survey.markers, 1);
    let unreadable: Vec<_> =
        survey.unreadable.iter().map(|it| format!("{}: {}", it.key, it.reason)).collect();
    assert_eq!(
        unreadable,
        [
            "aws/lambda/2: it is an on-failure record without the payload: only an S3 destination has it",
            "aws/lambda/3: its payload is not an event of Kafka's: event is not Kafka's: it has no `eventSource`",
            "aws/lambda/4: its event has 8388845 bytes, and Lambda takes 6291456",
            "empty: it is empty",
            "foreign: it is neither an on-failure record of Lambda's (expected the JSON that Lambda leaves of a Kafka \
             batch in an on-failure destination) nor quarantine lines: line 1 is not a rejected record: missing field \
             `topic` at line 1 column 8",
        ]
    );
}

#[test]
fn an_object_whose_function_fails_stays_and_quarantine_waits_for_a_batch_with_the_same_records() {
    let shelf = Shelf::default();
    deliver(&shelf, &BY_B, event(&[record(5, r#"{"b":[]}"#), record(6, r#"{"b":1}"#)]));
    // Another record at the offset of an object: the batch cannot be delivered.
    shelf.put("aws/lambda/1", on_failure(Some(event(&[record(5, r#"{"b":[]}"#), record(6, r#"{"b":1 }"#)]))));
    let outcomes = replay(&shelf, &BY_B);
    let [(batch, Outcome::Failed(reason)), (_, waits)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(batch, "aws/lambda/1");
    assert!(reason.contains("starts with another record"), "{reason}");
    assert_eq!(waits, &Outcome::Waits("aws/lambda/1".to_owned()));
    check_keys(&shelf, &["aws/lambda/1", BAD, "topics/t/b=1/t+0+0000000006.json"]);
}
