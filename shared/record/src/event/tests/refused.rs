//! What is no Kafka event, and how that is said.

use super::super::parse;

#[track_caller]
fn check(json: impl AsRef<[u8]>, expected: &str) {
    let error = parse(json.as_ref()).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

/// Checks the record that starts at byte 46 of an event.
#[track_caller]
fn check_record(record: &str, expected: &str) {
    check(format!(r#"{{"eventSource":"aws:kafka","records":{{"t-0":[{record}]}}}}"#), expected);
}

#[test]
fn events_of_others() {
    check("{}", "event is not Kafka's: it has no `eventSource`");
    check(r#"{"records":{}}"#, "event is not Kafka's: it has no `eventSource`");
    check(r#"{"eventSource":null,"records":{}}"#, "event is not Kafka's: it has no `eventSource`");
    check(r#"{"eventSource":"aws:rmq"}"#, r#"event is not Kafka's: it comes from "aws:rmq""#);
    check(
        r#"{"rmqMessagesByQueue":{"q":[{}]},"eventSource":"aws:rmq"}"#,
        r#"event is not Kafka's: it comes from "aws:rmq""#,
    );
    check(
        r#"{"Records":[{"messageId":"1","eventSource":"aws:sqs"}]}"#,
        r#"event is not Kafka's: it comes from "aws:sqs""#,
    );
    check(r#"{"Records":[{"EventSource":"aws:sns"}]}"#, r#"event is not Kafka's: it comes from "aws:sns""#);
    check(r#"{"Records":[]}"#, "event is not Kafka's: it has no `eventSource`");
    check(
        r#"{"id":"1","source":"aws.events","detail":{}}"#,
        r#"event is not Kafka's: it comes from "aws.events""#,
    );
    // Firehose has `records` too, but an array.
    check(r#"{"records":[{"recordId":"1"}]}"#, "event is not Kafka's: it has no `eventSource`");
    check(r#"{"records":[],"eventSource":"aws:x"}"#, r#"event is not Kafka's: it comes from "aws:x""#);
}

#[test]
fn what_is_no_json() {
    check("", "expected `{` at byte 0");
    check("[]", "expected `event` to be `{` at byte 0");
}
