//! What stands in an event, and how many of them there are.

use crate::stage::*;
use bytes::Bytes;
use local::kafka::StartingPosition;
use local::lambda::{InvokeError, MAX_PAYLOAD_BYTES};
use local::poll::{Invoke, Mapping, PollError};
use record::TimestampType;
use record::event::parse;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Mutex;
use std::time::{Duration, Instant};

#[tokio::test]
async fn every_record_is_delivered_once_in_order_and_committed() {
    let kafka = topic(3, 95).await;
    let function = Fake::new(success);
    let summary = poll(&mapping(&kafka), &function).await.unwrap();
    assert_eq!(summary.records, 95);
    assert_eq!(function.offsets(), BTreeMap::from([(0, up_to(32)), (1, up_to(32)), (2, up_to(31))]));
    assert!(function.events().iter().all(|event| event.len() <= 10));

    // The group goes on where it was.
    produce(&kafka, 3, 95..98).await;
    let later = Fake::new(success);
    assert_eq!(poll(&mapping(&kafka), &later).await.unwrap().records, 3);
    assert_eq!(later.offsets(), BTreeMap::from([(0, vec![32]), (1, vec![32]), (2, vec![31])]));
}

#[tokio::test]
async fn an_event_holds_what_the_record_holds() {
    struct Look;
    impl Invoke for Look {
        async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
            let batch = parse(&event).unwrap();
            let record = batch.records().next().unwrap();
            assert_eq!(record.topic(), TOPIC);
            assert_eq!(record.key(), None);
            assert_eq!(record.value(), Some(b"0".as_slice()));
            assert_eq!(record.timestamp_ms(), Some(BEGIN_MS));
            assert_eq!(record.timestamp_type(), Some(TimestampType::CreateTime));
            let headers: Vec<_> = record.headers().map(|header| (header.name, header.value)).collect();
            assert_eq!(headers, [("trace", Some(b"\xff\x00".as_slice())), ("trace", None)]);
            Ok(Bytes::from_static(b"null"))
        }
    }
    let kafka = topic(1, 1).await;
    assert_eq!(poll(&mapping(&kafka), &Look).await.unwrap().records, 1);
}

#[tokio::test]
async fn an_event_has_at_most_ten_thousand_records() {
    let kafka = topic(2, 20_500).await;
    let mapping = Mapping {
        // More than a mapping allows.
        batch_size: 30_000,
        maximum_batching_window: Duration::from_secs(30),
        ..mapping(&kafka)
    };
    let function = Fake::new(success);
    assert_eq!(poll(&mapping, &function).await.unwrap().records, 20_500);
    let lengths: Vec<usize> = function.events().iter().map(Vec::len).collect();
    assert_eq!(lengths, [10_000, 10_000, 500]);
}

#[tokio::test]
async fn an_event_has_at_most_six_megabytes_of_json() {
    struct Weigh(Mutex<Vec<(usize, usize)>>);
    impl Invoke for Weigh {
        async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
            let records = parse(&event).unwrap().len();
            self.0.lock().unwrap().push((records, event.len()));
            Ok(Bytes::new())
        }
    }
    let kafka = topic(1, 0).await;
    // 1 MB makes 1.3 MB of base64: four fit, five don't.
    let megabyte = |number| (number, vec![b'x'; 990_000]);
    produce_values(&kafka, 1, (0..10).map(megabyte)).await;
    let mapping = Mapping { maximum_batching_window: Duration::from_secs(30), ..mapping(&kafka) };
    let function = Weigh(Mutex::default());
    assert_eq!(poll(&mapping, &function).await.unwrap().records, 10);
    let events = function.0.into_inner().unwrap();
    assert_eq!(events.iter().map(|(records, _)| *records).collect::<Vec<_>>(), [4, 4, 2]);
    assert!(events.iter().all(|(_, bytes)| *bytes <= MAX_PAYLOAD_BYTES), "{events:?}");
    assert!(events[0].1 > 5_200_000, "{events:?}");
}

#[tokio::test]
async fn the_first_record_of_an_event_waits_for_the_window_at_most() {
    let kafka = topic(1, 3).await;
    let window = Duration::from_millis(1500);
    let mapping = Mapping { maximum_batching_window: window, until_caught_up: false, ..mapping(&kafka) };
    let began = Instant::now();
    let invoked = tokio::sync::Notify::new();
    let function = Fake::new(|_, _| {
        invoked.notify_one();
        success(0, &Vec::new())
    });
    let ending = local::poll::run(&mapping, &function, &|_| {}, invoked.notified());
    assert_eq!(ending.await.unwrap().records, 3);
    assert!(began.elapsed() >= window, "three records of ten do not go before the window's end");
    assert_eq!(function.events(), [places(0, 0..3)]);
}

#[tokio::test]
async fn a_record_that_fits_no_event_stops_a_mapping_without_destination() {
    let kafka = topic(1, 2).await;
    produce_values(&kafka, 1, [(2, vec![b'x'; 5_000_000]), (3, vec![b'y'])].into_iter()).await;
    let function = Fake::new(success);
    let mapping = mapping(&kafka);
    let error = poll(&mapping, &function).await.unwrap_err();
    assert!(matches!(error, PollError::TooLarge(_)), "{error:?}");
    let cause = error.source().unwrap().to_string();
    assert!(cause.starts_with("record tracking.log-0@2 makes an event of 666"), "{cause}");
    assert_eq!(function.offsets(), BTreeMap::from([(0, vec![0, 1])]));
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 2)]));
}

#[tokio::test]
async fn a_group_without_commits_begins_where_the_mapping_says() {
    let kafka = topic(1, 5).await;
    let latest = Mapping { starting_position: StartingPosition::Latest, ..mapping(&kafka) };
    let function = Fake::new(success);
    assert_eq!(poll(&latest, &function).await.unwrap().records, 0);
}

#[tokio::test]
async fn a_cluster_without_the_topic_and_no_cluster_are_told_apart() {
    let function = Fake::new(success);
    let nowhere = Mapping::new("127.0.0.1:1", TOPIC, "group");
    let error = poll(&nowhere, &function).await.unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(cause.starts_with("no Kafka broker answers at 127.0.0.1:1 within 5 s"), "{cause}");
    assert!(cause.contains("Connection refused"), "{cause}");

    let kafka = topic(1, 0).await;
    let unknown = Mapping { topic: "no.such.topic".to_owned(), ..mapping(&kafka) };
    let error = poll(&unknown, &function).await.unwrap_err();
    let expected = format!("there is no topic no.such.topic at {}", kafka.bootstrap_servers());
    assert_eq!(error.source().unwrap().to_string(), expected);
}

#[tokio::test]
async fn properties_that_break_promises_or_do_not_exist_are_refused() {
    async fn check(name: &str, value: &str, reason: &str) {
        let properties = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let mapping = Mapping { properties, ..Mapping::new("127.0.0.1:1", TOPIC, "group") };
        let error = poll(&mapping, &Fake::new(success)).await.unwrap_err();
        let expected = format!("the Kafka client property {name}={value} cannot be used: {reason}");
        assert_eq!(error.source().unwrap().to_string(), expected);
    }
    check("enable.auto.commit", "true", "it is set by this command").await;
    check("no.such.property", "1", "No such configuration property: \"no.such.property\"").await;
}
