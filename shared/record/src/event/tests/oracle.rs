//! The same as `aws_lambda_events` reads, where that crate reads what Lambda sends.
//!
//! It doesn't, and these tests pass it by, where:
//! - a header's value is null, or one of its bytes is written unsigned and above 127: an error there;
//! - `headers` or `timestamp` is absent or null: an error there;
//! - a timestamp is negative or beyond the calendar of `chrono`: an error there;
//! - any other timestamp: it passes through a float there and may come out a millisecond early;
//! - one header object has several members: their order is lost in a `HashMap`, as is that of the partitions;
//! - a topic-partition stands twice in `records`: only the last is kept;
//! - schema metadata: not read.

use super::{super::parse, contents::Contents, properties, samples};
use aws_lambda_events::event::kafka::{KafkaEvent, KafkaRecord};
use proptest::prelude::*;

/// What the oracle reads, as our parser should have it; none where it refuses.
fn oracle(event: &[u8]) -> Option<Vec<String>> {
    let event: KafkaEvent = serde_json::from_slice(event).ok()?;
    Some(sorted(event.records.values().flatten().map(line).collect()))
}

fn line(record: &KafkaRecord) -> String {
    let decoded =
        |text: &Option<String>| text.as_ref().map(|text| base64_simd::STANDARD.decode_to_vec(text).unwrap());
    let mut headers = Vec::new();
    for (name, value) in record.headers.iter().flatten() {
        headers.push((name.clone(), Some(value.iter().map(|byte| byte.cast_unsigned()).collect::<Vec<_>>())));
    }
    format!(
        "{:?} {} {} {:?} {:?} {:?} {headers:?}",
        record.topic.as_deref().unwrap(),
        record.partition,
        record.offset,
        record.timestamp_type,
        decoded(&record.key),
        decoded(&record.value),
    )
}

fn ours(event: &[u8]) -> Vec<String> {
    let records = Contents::of(&parse(event).unwrap()).records;
    let lines = records.into_iter().map(|record| {
        format!(
            "{:?} {} {} {:?} {:?} {:?} {:?}",
            record.topic,
            record.partition,
            record.offset,
            record.timestamp_type,
            record.key,
            record.value,
            record.headers,
        )
    });
    sorted(lines.collect())
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

#[test]
fn samples_are_read_as_the_oracle_reads_them() {
    for name in samples::KAFKA {
        let event = samples::read(name);
        match oracle(&event) {
            Some(expected) => assert_eq!(ours(&event), expected, "{name}"),
            // A null header, a byte above 127; a negative timestamp.
            None => assert!(
                ["headers.json", "bad-records.json", "orders.confluent-guid.json"].contains(&name),
                "{name}"
            ),
        }
    }
}

#[test]
fn what_the_oracle_refuses_although_lambda_sends_it() {
    for member in
        [r#""headers":[{"h":null}]"#, r#""headers":[{"h":[200]}]"#, r#""headers":null"#, r#""partition":0"#]
    {
        let event = format!(
            r#"{{"eventSource":"aws:kafka","records":{{"t-0":[{{"offset":0,"timestamp":0,{member}}}]}}}}"#
        );
        assert_eq!((oracle(event.as_bytes()), ours(event.as_bytes()).len()), (None, 1), "{member}");
    }
}

#[test]
fn timestamps_are_exact_where_the_oracles_are_not() {
    let event =
        br#"{"eventSource":"aws:kafka","records":{"t-0":[{"partition":0,"offset":0,"timestamp":1707240025109,"headers":[]}]}}"#;
    let oracle: KafkaEvent = serde_json::from_slice(event).unwrap();
    assert_eq!(oracle.records["t-0"][0].timestamp.timestamp_millis(), 1_707_240_025_108);
    assert_eq!(Contents::of(&parse(event).unwrap()).records[0].timestamp_ms, Some(1_707_240_025_109));
}

proptest! {
    #[test]
    fn events_are_read_as_the_oracle_reads_them(records in properties::records()) {
        let event = properties::written(&records);
        if let Some(expected) = oracle(&event) {
            prop_assert_eq!(ours(&event), expected);
        }
    }
}
