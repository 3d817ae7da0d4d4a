//! Bad input is a clear error, or goes to quarantine; nothing of it is lost, and a retry finishes what was begun.

use end_to_end::embedded::Embedded;
use end_to_end::faulty::{Asked, Fault, FaultyS3, Plan};
use end_to_end::ministack::Ministack;
use end_to_end::records::{Mark, assert_each_landed_once, event, event_of_value};
use end_to_end::s3::{S3, StoredObject};
use end_to_end::sink::{Sink, failure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// Lambda's limit on the event of a synchronous invocation.
const MAX_EVENT_BYTES: usize = 6 << 20;

const DELIVERED: &str = r#"{"batchItemFailures":[]}"#;

#[tokio::test]
async fn an_event_that_is_no_batch_of_kafka_is_refused_with_the_reason() {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &[]).await.expect("the function starts");
    let check = async |event: &[u8], reason: &str| {
        let (error_type, message) = failure(sink.invoke(event.to_vec()).await);
        let shown = String::from_utf8_lossy(&event[..event.len().min(80)]);
        assert_eq!(error_type, "EventMalformed", "{shown}");
        assert_eq!(message, reason, "{shown}");
    };
    check(b"{}", "event is not Kafka's: it has no `eventSource`").await;
    check(br#"{"Records":[{"eventSource":"aws:s3"}]}"#, "event is not Kafka's: it comes from \"aws:s3\"")
        .await;
    check(br#"{"eventSource":"aws:sqs","records":{}}"#, "event is not Kafka's: it comes from \"aws:sqs\"")
        .await;
    check(b"[]", "expected an object at byte 0").await;
    check(b"null", "expected an object at byte 0").await;
    check(br#""text""#, "expected an object at byte 0").await;
    check(br#"{"eventSource":"aws:kafka"}"#, "`records` is missing in the object at byte 0").await;
    let whole = event(&[Mark { partition: 0, offset: 5 }]);
    check(&whole[..whole.len() - 1], &format!("expected `,` or `}}` at byte {}", whole.len() - 1)).await;
    assert_eq!(embedded.s3().keys("lake").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_event_cut_anywhere_is_refused_and_nothing_of_it_is_written() {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &[]).await.expect("the function starts");
    let marks: Vec<Mark> = (0..3).map(|offset| Mark { partition: 0, offset }).collect();
    let whole = event(&marks);
    for end in 1..whole.len() {
        let (error_type, message) = failure(sink.invoke(whole[..end].to_vec()).await);
        assert_eq!(error_type, "EventMalformed", "cut at byte {end}: {message}");
    }
    assert_eq!(embedded.s3().keys("lake").await, Vec::<String>::new());
    sink.invoke(whole).await.expect("the whole event is a batch");
    assert_each_landed_once(&embedded.s3().objects("lake").await, marks);
}

#[tokio::test]
async fn an_event_without_records_is_delivered_and_writes_nothing() {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &[]).await.expect("the function starts");
    for event in [
        r#"{"eventSource":"SelfManagedKafka","records":{}}"#,
        r#"{"eventSource":"aws:kafka","records":{"t-0":[]}}"#,
    ] {
        let answer = sink.invoke(event.as_bytes().to_vec()).await.expect("nothing is wrong with it");
        assert_eq!(answer, DELIVERED, "{event}");
    }
    assert_eq!(embedded.s3().keys("lake").await, Vec::<String>::new());
}

#[tokio::test]
async fn six_megabytes_of_one_record_land_byte_for_byte() {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &[]).await.expect("the function starts");
    let mut value = format!("{{\"text\":\"{}\"}}", "lang ".repeat(MAX_EVENT_BYTES * 3 / 4 / 5));
    while event_of_value(Some(value.as_bytes())).len() > MAX_EVENT_BYTES {
        value.replace_range(9..109, "");
    }
    sink.invoke(event_of_value(Some(value.as_bytes()))).await.expect("the batch is delivered");
    let objects = embedded.s3().objects("lake").await;
    let object = &objects["topics/tracking.log/partition=0/tracking.log+0+0000000000.json"];
    assert!(object.text() == value + "\n", "the object has {} bytes", object.body.len());
}

#[tokio::test]
async fn ten_thousand_records_land_in_one_object() {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &[]).await.expect("the function starts");
    let marks: Vec<Mark> = (0..10_000).map(|offset| Mark { partition: 0, offset }).collect();
    sink.invoke(event(&marks)).await.expect("the batch is delivered");
    let objects = embedded.s3().objects("lake").await;
    assert_eq!(objects.len(), 1);
    assert_each_landed_once(&objects, marks);
}

#[tokio::test]
async fn a_value_that_is_not_json_goes_to_quarantine_with_its_bytes() {
    check_quarantined(
        Some(b""),
        "",
        "invalid_json",
        "value has 0 bytes, which is neither JSON nor a tombstone",
    )
    .await;
    check_quarantined(Some(b"\xff{}"), "/3t9", "invalid_json", "value is not UTF-8 at byte 0 of 3").await;
    check_quarantined(
        Some(b"{\"a\":1"),
        "eyJhIjox",
        "invalid_json",
        "value is not JSON: EOF while parsing an object at line 1 column 6",
    )
    .await;
    check_quarantined(
        Some(b"1 2"),
        "MSAy",
        "invalid_json",
        "value is not JSON: trailing characters at line 1 column 3",
    )
    .await;
    check_quarantined(None, "null", "tombstone", "value is null, and behavior.on.null.values is fail").await;
}

#[tokio::test]
async fn deep_nesting_lands_as_it_is_and_takes_no_stack() {
    let embedded = Embedded::start().await;
    let settings = [("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "a.b")];
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &settings).await.expect("the function starts");
    let depth = 1_000_000;
    let value = "[".repeat(depth) + &"]".repeat(depth);
    sink.invoke(event_of_value(Some(value.as_bytes()))).await.expect("the batch is delivered");
    let objects = embedded.s3().objects("lake").await;
    // An array has no fields, so the record cannot be placed; what matters is that it is somewhere, whole.
    let keys: Vec<&String> = objects.keys().collect();
    assert_eq!(keys, ["quarantine/tracking.log/partition=0/tracking.log+0+0000000000.json"]);
    let line = only_line(&objects);
    assert_eq!(line["errorKind"], "unusable_field");

    let nested = "{\"a\":{\"b\":1,\"c\":".to_owned() + &value + "}}";
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &settings).await.expect("the function starts");
    sink.invoke(event_of_value(Some(nested.as_bytes()))).await.expect("the batch is delivered");
    let objects = embedded.s3().objects("lake").await;
    let object = &objects["topics/tracking.log/a.b=1/tracking.log+0+0000000000.json"];
    assert!(object.text() == nested + "\n", "the object has {} bytes", object.body.len());
}

#[tokio::test]
async fn a_bad_record_does_not_hold_up_the_others() {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &[]).await.expect("the function starts");
    let good: Vec<Mark> = [0, 1, 3].map(|offset| Mark { partition: 0, offset }).to_vec();
    let all: Vec<Mark> = (0..4).map(|offset| Mark { partition: 0, offset }).collect();
    let bad_value = "{\"partition\":0,\"offset\":2,\"user\":\"user-2\"}";
    // Base64 of the value, and of the same without its last byte, which would close the object.
    let whole = base64_of(bad_value.as_bytes());
    let cut = base64_of(&bad_value.as_bytes()[..bad_value.len() - 1]);
    let event = String::from_utf8(event(&all)).expect("an event is text").replace(&whole, &cut);
    for _ in 0..2 {
        assert_eq!(sink.invoke(event.clone().into_bytes()).await.expect("the batch is delivered"), DELIVERED);
    }
    let mut objects = embedded.s3().objects("lake").await;
    let quarantined = objects
        .remove("quarantine/tracking.log/partition=0/tracking.log+0+0000000002.json")
        .expect("the bad record is in quarantine");
    assert_eq!(quarantined.text().lines().count(), 1);
    assert_each_landed_once(&objects, good);
}

#[tokio::test]
async fn a_bad_record_fails_the_batch_where_the_settings_have_no_tolerance() {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &[("ERRORS_TOLERANCE", "none")])
        .await
        .expect("the function starts");
    let (error_type, message) = failure(sink.invoke(event_of_value(Some(b"{"))).await);
    assert_eq!(error_type, "BadRecord");
    assert_eq!(
        message,
        "record tracking.log-0@0 is refused by errors.tolerance=none: \
         value is not JSON: EOF while parsing an object at line 1 column 1"
    );
    assert_eq!(embedded.s3().keys("lake").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_missing_bucket_is_named_and_the_batch_is_not_acknowledged() {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "late-lake", &[]).await.expect("the function starts");
    let marks = [Mark { partition: 0, offset: 0 }];
    let (error_type, message) = failure(sink.invoke(event(&marks)).await);
    assert_eq!(error_type, "StoreFailed");
    assert!(message.contains("404 NoSuchBucket"), "{message}");
    assert!(message.ends_with(": bucket late-lake does not exist"), "{message}");

    embedded.bucket("late-lake");
    sink.invoke(event(&marks)).await.expect("the bucket is there now");
    assert_each_landed_once(&embedded.s3().objects("late-lake").await, marks);
}

#[tokio::test]
async fn a_denied_write_names_the_object_and_the_permission() {
    let ministack = Ministack::start();
    let s3 = ministack.bucket("lake");
    let account = ministack.set_up(&json!({
        "users": { "nobody": { "policy": {
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::lake" }],
        } } },
    }));
    let nobody = ministack.s3(account.users["nobody"].clone());
    let marks = [Mark { partition: 0, offset: 0 }];
    let sink = Sink::start(&nobody, "lake", &[]).await.expect("the function starts");
    let (error_type, message) = failure(sink.invoke(event(&marks)).await);
    assert_eq!(error_type, "StoreFailed");
    for part in [
        "object topics/tracking.log/partition=0/tracking.log+0+0000000000.json could not be written",
        "403 AccessDenied",
        "the role needs s3:PutObject on the objects of lake",
    ] {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    assert_eq!(s3.keys("lake").await, Vec::<String>::new());

    let sink = Sink::start(&s3, "lake", &[]).await.expect("the function starts");
    sink.invoke(event(&marks)).await.expect("this one may write");
    assert_each_landed_once(&s3.objects("lake").await, marks);
}

#[tokio::test]
async fn an_s3_that_is_down_for_longer_than_the_retries_fails_the_batch_and_a_later_try_finishes_it() {
    let embedded = Embedded::start().await;
    let stored = embedded.bucket("lake");
    let proxy = FaultyS3::start(&stored.endpoint, Plan::new(|_| Fault::HangUpBefore)).await;
    let s3 = S3 { endpoint: proxy.endpoint(), ..stored.clone() };
    let settings = [("S3_RETRY_BACKOFF_MS", "1"), ("S3_PART_RETRIES", "3")];
    let sink = Sink::start(&s3, "lake", &settings).await.expect("the function starts");
    let marks = [Mark { partition: 0, offset: 0 }];
    let (error_type, message) = failure(sink.invoke(event(&marks)).await);
    assert_eq!(error_type, "StoreFailed");
    assert!(message.contains(&format!("got no answer from {}", s3.endpoint)), "{message}");
    assert_eq!(proxy.requests("PUT"), 4, "one try and three retries");
    assert_eq!(stored.keys("lake").await, Vec::<String>::new());

    proxy.follow(Plan::calm());
    sink.invoke(event(&marks)).await.expect("S3 is up again");
    assert_each_landed_once(&stored.objects("lake").await, marks);
}

#[tokio::test]
async fn an_s3_that_hangs_fails_the_batch_before_lambda_kills_the_function() {
    let embedded = Embedded::start().await;
    let stored = embedded.bucket("lake");
    let proxy = FaultyS3::start(&stored.endpoint, Plan::new(|_| Fault::Hang(Duration::from_secs(600)))).await;
    let s3 = S3 { endpoint: proxy.endpoint(), ..stored.clone() };
    let sink = Sink::start(&s3, "lake", &[]).await.expect("the function starts");
    let process_id = sink.process_id();
    let marks = [Mark { partition: 0, offset: 0 }];
    let (error_type, message) = failure(sink.invoke_within(event(&marks), Duration::from_secs(3)).await);
    assert_eq!(error_type, "OutOfTime", "{message}");
    assert_eq!(sink.process_id(), process_id, "the function lives on");

    // The write had taken effect; only its answer was never given.
    proxy.follow(Plan::calm());
    sink.invoke(event(&marks)).await.expect("S3 answers again");
    assert_each_landed_once(&stored.objects("lake").await, marks);
}

#[tokio::test]
async fn a_batch_that_failed_in_the_middle_is_finished_by_its_retry() {
    let embedded = Embedded::start().await;
    let stored = embedded.bucket("lake");
    let proxy = FaultyS3::start(&stored.endpoint, Plan::new(second_partition_fails)).await;
    let s3 = S3 { endpoint: proxy.endpoint(), ..stored.clone() };
    let sink = Sink::start(&s3, "lake", &[]).await.expect("the function starts");
    let marks: Vec<Mark> =
        (0..3).flat_map(|partition| (10..20).map(move |offset| Mark { partition, offset })).collect();
    let (error_type, message) = failure(sink.invoke(event(&marks)).await);
    assert_eq!(error_type, "StoreFailed");
    assert!(message.contains("partition=1/tracking.log+1+0000000010.json"), "{message}");

    proxy.follow(Plan::calm());
    sink.invoke(event(&marks)).await.expect("nothing is refused any more");
    assert_each_landed_once(&stored.objects("lake").await, marks);
    assert_eq!(proxy.created().into_values().max(), Some(1), "no object was written twice");
}

#[tokio::test]
async fn partitions_that_failed_are_named_where_the_mapping_asks_for_them() {
    let embedded = Embedded::start().await;
    let stored = embedded.bucket("lake");
    let proxy = FaultyS3::start(&stored.endpoint, Plan::new(second_partition_fails)).await;
    let s3 = S3 { endpoint: proxy.endpoint(), ..stored.clone() };
    let sink = Sink::start(&s3, "lake", &[("REPORT_BATCH_ITEM_FAILURES", "true")])
        .await
        .expect("the function starts");
    let marks: Vec<Mark> =
        (0..3).flat_map(|partition| (10..20).map(move |offset| Mark { partition, offset })).collect();
    let answer = sink.invoke(event(&marks)).await.expect("the answer names what failed");
    let answer: Value = serde_json::from_slice(&answer).expect("the answer is JSON");
    let failed = json!({ "itemIdentifier": { "partition": "tracking.log-1", "offset": 10 } });
    assert_eq!(answer, json!({ "batchItemFailures": [failed] }));
    let landed = marks.into_iter().filter(|mark| mark.partition != 1);
    assert_each_landed_once(&stored.objects("lake").await, landed);
}

/// Delivers one record with this value, twice, and looks at the only object: its line in quarantine.
async fn check_quarantined(value: Option<&[u8]>, base64: &str, kind: &str, message: &str) {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", &[]).await.expect("the function starts");
    for _ in 0..2 {
        assert_eq!(sink.invoke(event_of_value(value)).await.expect("the batch is delivered"), DELIVERED);
    }
    let objects = embedded.s3().objects("lake").await;
    assert_eq!(
        objects.keys().collect::<Vec<_>>(),
        ["quarantine/tracking.log/partition=0/tracking.log+0+0000000000.json"]
    );
    let value = if base64 == "null" { Value::Null } else { json!(base64) };
    let expected = json!({
        "topic": "tracking.log",
        "partition": 0,
        "offset": 0,
        "timestamp": Mark { partition: 0, offset: 0 }.timestamp_ms(),
        "timestampType": "CREATE_TIME",
        "headers": [],
        "key": "dXNlcg==",
        "value": value,
        "errorKind": kind,
        "errorMessage": message,
    });
    assert_eq!(only_line(&objects), expected);
}

fn only_line(objects: &BTreeMap<String, StoredObject>) -> Value {
    let texts: Vec<String> = objects.values().map(StoredObject::text).collect();
    let [text] = texts.as_slice() else { panic!("expected one object, got {:?}", objects.keys()) };
    let line = text.strip_suffix('\n').expect("a line ends");
    serde_json::from_str(line).expect("a line is JSON")
}

fn base64_of(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// Refuses what is written of partition 1.
fn second_partition_fails(asked: Asked<'_>) -> Fault {
    if asked.path.contains("partition%3D1") {
        Fault::AnswerBefore(403, "AccessDenied")
    } else {
        Fault::None(Duration::ZERO)
    }
}
