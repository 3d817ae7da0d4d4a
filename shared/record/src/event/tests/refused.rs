//! What is no Kafka event, and how that is said.

use super::super::parse;

#[track_caller]
pub(super) fn check(json: impl AsRef<[u8]>, expected: &str) {
    let error = parse(json.as_ref()).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

/// Checks the record that starts at byte 45 of an event.
#[track_caller]
pub(super) fn check_record(record: &str, expected: &str) {
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
    check("", "expected an object at byte 0");
    check("   ", "expected an object at byte 3");
    check("nul", "expected an object at byte 0");
    check("[]", "expected an object at byte 0");
    check("\u{feff}{}", "expected an object at byte 0");
    check("{", "expected the name of a member at byte 1");
    check("{]", "expected the name of a member at byte 1");
    check("{eventSource:1}", "expected the name of a member at byte 1");
    check("{'eventSource':1}", "expected the name of a member at byte 1");
    check(r#"{"eventSource" "aws:kafka"}"#, "expected `:` at byte 15");
    check(r#"{"eventSource":aws:kafka}"#, "expected text at byte 15");
    check(r#"{"eventSource":"aws:kafka","records":{},}"#, "expected the name of a member at byte 40");
    check(r#"{"eventSource":"aws:kafka" "records":{}}"#, "expected `,` or `}` at byte 27");
    check(r#"{"eventSource":"aws:kafka","records":{}"#, "expected `,` or `}` at byte 39");
    check(r#"{"eventSource":"aws:kafka","records":{}}}"#, "expected the end of the event at byte 40");
    check(r#"{"eventSource":"aws:kafka","records":{}} {}"#, "expected the end of the event at byte 41");
    check("{\"eventSource\":\"aws:kafka\",\"records\":{}}\0", "expected the end of the event at byte 40");
    check_record("{", "expected the name of a member at byte 46, in record 1 of t-0");
    check_record(r#"{"offset":7,}"#, "expected the name of a member at byte 57, in the record at t-0@7");
    check_record(r#"{"offset":7 "key":null}"#, "expected `,` or `}` at byte 57, in the record at t-0@7");
    check_record(r#"{"offset":7},"#, "expected arrays of objects at byte 58, in record 2 of t-0");
    check_record(r#"{"offset":7}{"offset":8}"#, "expected `,` or `]` at byte 57");
    check_record(r#"{"offset":7,"key":"#, "expected base64 or null at byte 63, in the record at t-0@7");
    check_record(r#"{"offset":7,"key":"aw=="#, r#"expected `"` at byte 71, in the record at t-0@7"#);
    check_record(
        r#"{"offset":7,"key":nul}"#,
        "expected `key` to be base64 or null at byte 63, in the record at t-0@7",
    );
    check_record(r#"{"offset":7,"key":nulls}"#, "expected `,` or `}` at byte 67, in the record at t-0@7");
    check_record(
        r#"{"offset":7,"headers":[{"h":[1,]}]}"#,
        "expected arrays of whole numbers from -128 to 255 at byte 76, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[1,2,,3,4]}]}"#,
        "expected arrays of whole numbers from -128 to 255 at byte 78, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[1 2]}]}"#,
        "expected `,` or `]` at byte 76, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[{"h":[1,2]]}"#,
        "expected `,` or `}` at byte 78, in the record at t-0@7",
    );
}

#[test]
fn what_is_no_json_in_a_member_that_is_stepped_over() {
    check_record(r#"{"offset":7,"new":}"#, "expected a value at byte 63, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":[}"#, "expected a value at byte 64, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":[1,2}"#, "expected `,` or `]` at byte 67, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":{"a":1]}"#, "expected `,` or `}` at byte 69, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":[1,]}"#, "expected a value at byte 66, in the record at t-0@7");
    check_record(
        r#"{"offset":7,"new":{1:2}}"#,
        "expected the name of a member at byte 64, in the record at t-0@7",
    );
    check_record(r#"{"offset":7,"new":01}"#, "expected `,` or `}` at byte 64, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":-}"#, "expected a digit at byte 64, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":1.}"#, "expected a digit at byte 65, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":1e+}"#, "expected a digit at byte 66, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":+1}"#, "expected a value at byte 63, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":NaN}"#, "expected a value at byte 63, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":True}"#, "expected a value at byte 63, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":"\x"}"#, "expected an escape at byte 64, in the record at t-0@7");
    check_record(r#"{"offset":7,"new":"\u12g4"}"#, "expected an escape at byte 64, in the record at t-0@7");
    check_record(
        "{\"offset\":7,\"new\":\"a\tb\"}",
        "expected control characters to be escaped at byte 65, in the record at t-0@7",
    );
}

#[test]
fn texts_that_are_none() {
    let text = |bytes: &[u8]| {
        [br#"{"eventSource":"aws:kafka","bootstrapServers":""#, bytes, br#"","records":{}}"#].concat()
    };
    check(text(b"a\xffb"), "expected UTF-8 at byte 48");
    check(text(b"\xe4\xbd"), "expected UTF-8 at byte 47");
    check(text(b"a\nb"), "expected control characters to be escaped at byte 48");
    check(text(br"a\ud83d"), "expected both halves of a surrogate pair at byte 48");
    check(text(br"a\ud83d\u0041"), "expected both halves of a surrogate pair at byte 48");
    check(text(br"a\ude00\ud83d"), "expected both halves of a surrogate pair at byte 48");
    check(text(br"a\u00"), "expected an escape at byte 48");
    check(text(br"a\U0041"), "expected an escape at byte 48");
    check_record(
        r#"{"offset":7,"headers":[{"a\ud83d":[]}]}"#,
        "expected both halves of a surrogate pair at byte 71, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"timestampType":"\ud83d"}"#,
        "expected both halves of a surrogate pair at byte 74, in the record at t-0@7",
    );
}

#[test]
fn members_that_are_missing_or_stand_twice() {
    check(r#"{"eventSource":"aws:kafka"}"#, "`records` is missing in the object at byte 0");
    check(
        r#" {"eventSource":"SelfManagedKafka","bootstrapServers":""}"#,
        "`records` is missing in the object at byte 1",
    );
    check_record("{}", "`offset` is missing in the object at byte 45, in record 1 of t-0");
    check_record(
        r#"{"topic":"t","partition":0,"timestamp":5}"#,
        "`offset` is missing in the object at byte 45, in record 1 of t-0",
    );
    check_record(
        r#"{"offset":7,"valueSchemaMetadata":{"dataFormat":"AVRO"}}"#,
        "`schemaId` is missing in the object at byte 79, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"keySchemaMetadata":{"schemaId":4}}"#,
        "`dataFormat` is missing in the object at byte 77, in the record at t-0@7",
    );

    check(
        r#"{"eventSource":"aws:kafka","eventSource":"aws:kafka","records":{}}"#,
        "`eventSource` stands twice in one object, again at byte 41",
    );
    check(
        r#"{"eventSource":"aws:kafka","records":{},"records":{}}"#,
        "`records` stands twice in one object, again at byte 50",
    );
    check(
        r#"{"eventSource":"aws:kafka","eventSourceArn":null,"eventSourceArn":null,"records":{}}"#,
        "`eventSourceArn` stands twice in one object, again at byte 66",
    );
    check(
        r#"{"eventSource":"aws:kafka","bootstrapServers":"","bootstrapServers":"","records":{}}"#,
        "`bootstrapServers` stands twice in one object, again at byte 68",
    );
    check_record(
        r#"{"offset":7,"offset":7}"#,
        "`offset` stands twice in one object, again at byte 66, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"value":null,"key":"aw==","v\u0061lue":"dg=="}"#,
        "`value` stands twice in one object, again at byte 96, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"headers":[],"headers":[]}"#,
        "`headers` stands twice in one object, again at byte 80, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"keySchemaMetadata":{"schemaId":4,"schemaId":4}}"#,
        "`schemaId` stands twice in one object, again at byte 102, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":7,"keySchemaMetadata":{"dataFormat":"AVRO","dataFormat":"AVRO"}}"#,
        "`dataFormat` stands twice in one object, again at byte 111, in the record at t-0@7",
    );
}

#[test]
fn names_of_partitions_that_are_none() {
    let records = |name: &str| format!(r#"{{"eventSource":"aws:kafka","records":{{"{name}":[]}}}}"#);
    check(
        records(""),
        r#"expected a topic and a partition such as `orders-0`, but `records` has "" at byte 38"#,
    );
    check(
        records("orders"),
        r#"expected a topic and a partition such as `orders-0`, but `records` has "orders" at byte 38"#,
    );
    check(
        records("-0"),
        r#"expected a topic and a partition such as `orders-0`, but `records` has "-0" at byte 38"#,
    );
    check(
        records("orders-"),
        r#"expected a topic and a partition such as `orders-0`, but `records` has "orders-" at byte 38"#,
    );
    check(
        records("orders-x"),
        r#"expected a topic and a partition such as `orders-0`, but `records` has "orders-x" at byte 38"#,
    );
    check(
        records("orders-+1"),
        r#"expected a topic and a partition such as `orders-0`, but `records` has "orders-+1" at byte 38"#,
    );
    check(
        records("orders-01"),
        r#"expected a topic and a partition such as `orders-0`, but `records` has "orders-01" at byte 38"#,
    );
    check(
        records("orders-2147483648"),
        r#"expected a topic and a partition such as `orders-0`, but `records` has "orders-2147483648" at byte 38"#,
    );
    let cut = "o".repeat(260);
    check(
        records(&"o".repeat(300)),
        &format!(
            "expected a topic and a partition such as `orders-0`, but `records` has \"{cut}…\" at byte 38"
        ),
    );
}

#[test]
fn records_that_contradict_their_partition() {
    check_record(
        r#"{"topic":"u","partition":0,"offset":7}"#,
        "`topic` contradicts the name in `records` at byte 54, in the record at t-0@7",
    );
    check_record(
        r#"{"topic":"tt","partition":0,"offset":7}"#,
        "`topic` contradicts the name in `records` at byte 54, in the record at t-0@7",
    );
    check_record(
        r#"{"topic":"t","partition":1,"offset":7}"#,
        "`partition` contradicts the name in `records` at byte 70, in the record at t-0@7",
    );
    check_record(
        r#"{"topic":"t","partition":-1,"offset":7}"#,
        "`partition` contradicts the name in `records` at byte 70, in the record at t-0@7",
    );
}

#[test]
fn offsets_that_two_records_have() {
    check_record(
        r#"{"offset":7,"value":"dg=="},{"offset":7,"value":"dw=="}"#,
        "two different records stand at t-0@7",
    );
    check_record(
        r#"{"offset":7,"value":null},{"offset":8},{"offset":7,"value":""}"#,
        "two different records stand at t-0@7",
    );
    check_record(
        r#"{"offset":7,"timestamp":1},{"offset":7,"timestamp":2}"#,
        "two different records stand at t-0@7",
    );
    check_record(r#"{"offset":7,"key":"aw=="},{"offset":7}"#, "two different records stand at t-0@7");
    check(
        r#"{"eventSource":"aws:kafka","records":{"t-0":[{"offset":7}],"u-0":[{"offset":7}],"t-0":[{"offset":7,"key":""}]}}"#,
        "two different records stand at t-0@7",
    );
}

#[test]
fn a_header_name_that_needs_escapes_always_needs_them() {
    check_record(
        r#"{"offset":7,"headers":[{"a\"b":[]}]},{"offset":8,"headers":[{"a"b":[]}]}"#,
        "expected `:` at byte 109, in the record at t-0@8",
    );
}

#[test]
fn a_message_says_which_record_of_many() {
    check_record(
        r#"{"offset":5},{"offset":6},{"offset":7,"value":7}"#,
        "expected `value` to be base64 or null at byte 91, in the record at t-0@7",
    );
    check_record(
        r#"{"offset":5},{"offset":6},{"value":"dg==","#,
        "expected the name of a member at byte 87, in record 3 of t-0",
    );
}
