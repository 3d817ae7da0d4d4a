//! The poller over the embedded Kafka, with a function that does as it is told.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

use bytes::Bytes;
use local::kafka::{EmbeddedKafka, Producer};
use local::lambda::InvokeError;
use local::poll::{Invoke, Mapping, Notice, PollError, Summary, run};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use record::TimestampType;
use record::event::{NewRecord, parse};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::Notify;

const TOPIC: &str = "tracking.log";
const LONG: Duration = Duration::from_secs(30);

/// A topic with records whose value is their number, dealt out to its partitions in turn.
async fn topic(partitions: i32, records: usize) -> EmbeddedKafka {
    let kafka = EmbeddedKafka::start().unwrap();
    kafka.create_topic(TOPIC, partitions).unwrap();
    produce(&kafka, partitions, 0..records).await;
    kafka
}

async fn produce(kafka: &EmbeddedKafka, partitions: i32, numbers: std::ops::Range<usize>) {
    let producer = Producer::connect(kafka.bootstrap_servers()).unwrap();
    let sends = numbers.map(|number| {
        let producer = &producer;
        async move {
            let value = number.to_string();
            let record = NewRecord {
                topic: TOPIC,
                partition: number as i32 % partitions,
                offset: 0,
                timestamp_ms: 1_700_000_000_000 + number as i64,
                timestamp_type: TimestampType::CreateTime,
                key: None,
                value: Some(value.as_bytes()),
                headers: vec![("trace", Some(b"\xff\x00")), ("trace", None)],
            };
            producer.send(&record).await.unwrap();
        }
    });
    futures_util::future::join_all(sends).await;
}

fn mapping(kafka: &EmbeddedKafka) -> Mapping {
    Mapping {
        batch_size: 10,
        maximum_batching_window: Duration::from_millis(20),
        until_caught_up: true,
        ..Mapping::new(kafka.bootstrap_servers(), TOPIC, "group")
    }
}

/// A function that keeps the coordinates of all events, and ends each call as `end` says of its number.
struct Fake<F> {
    calls: AtomicUsize,
    events: Mutex<Vec<Vec<(i32, i64)>>>,
    end: F,
}

impl<F: Fn(usize) -> Result<String, InvokeError> + Sync> Fake<F> {
    fn new(end: F) -> Self {
        Self { calls: AtomicUsize::new(0), events: Mutex::default(), end }
    }

    fn events(&self) -> Vec<Vec<(i32, i64)>> {
        self.events.lock().unwrap().clone()
    }

    /// All offsets by partition in the order they were handed over.
    fn offsets(&self) -> BTreeMap<i32, Vec<i64>> {
        let mut offsets: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (partition, offset) in self.events().concat() {
            offsets.entry(partition).or_default().push(offset);
        }
        offsets
    }
}

impl<F: Fn(usize) -> Result<String, InvokeError> + Sync> Invoke for Fake<F> {
    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        let batch = parse(&event).unwrap();
        let coordinates = batch.records().map(|record| (record.partition(), record.offset())).collect();
        self.events.lock().unwrap().push(coordinates);
        (self.end)(self.calls.fetch_add(1, SeqCst)).map(Bytes::from)
    }
}

fn success(_: usize) -> Result<String, InvokeError> {
    Ok(r#"{"batchItemFailures":[]}"#.to_owned())
}

fn failure() -> Result<String, InvokeError> {
    Err(InvokeError::Function { error_type: "StoreFailed".to_owned(), message: "503".to_owned() })
}

async fn poll(mapping: &Mapping, function: &impl Invoke) -> Result<Summary, PollError> {
    run(mapping, function, &|_| {}, std::future::pending()).await
}

/// What the group has committed: by partition, the next offset to read.
async fn committed(mapping: &Mapping) -> BTreeMap<i32, i64> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &mapping.bootstrap_servers).set("group.id", &mapping.consumer_group_id);
    let topic = mapping.topic.clone();
    let committed = tokio::task::spawn_blocking(move || {
        let consumer: BaseConsumer = config.create().unwrap();
        let metadata = consumer.fetch_metadata(Some(&topic), LONG).unwrap();
        let mut partitions = TopicPartitionList::new();
        for partition in metadata.topics()[0].partitions() {
            partitions.add_partition(&topic, partition.id());
        }
        let committed = consumer.committed_offsets(partitions, LONG).unwrap();
        let next = committed.elements().into_iter().filter_map(|element| match element.offset() {
            Offset::Offset(offset) => Some((element.partition(), offset)),
            _ => None,
        });
        next.collect()
    });
    committed.await.unwrap()
}

fn up_to(end: i64) -> Vec<i64> {
    (0..end).collect()
}

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
            assert_eq!(record.timestamp_ms(), Some(1_700_000_000_000));
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
async fn a_batch_that_fails_comes_again_before_all_others() {
    let kafka = topic(1, 25).await;
    let function = Fake::new(|call| if call < 2 { failure() } else { success(call) });
    let failures = AtomicUsize::new(0);
    let watch = |notice: Notice<'_>| {
        if let Notice::Failed { attempts, .. } = notice {
            failures.store(attempts as usize, SeqCst);
        }
    };
    let summary = run(&mapping(&kafka), &function, &watch, std::future::pending()).await.unwrap();
    assert_eq!(summary, Summary { invocations: 5, failures: 2, records: 25 });
    assert_eq!(failures.into_inner(), 2);
    let firsts: Vec<_> = function.events().iter().map(|event| event[0].1).collect();
    assert_eq!(firsts, [0, 0, 0, 10, 20]);
}

#[tokio::test]
async fn nothing_is_committed_before_success() {
    let kafka = topic(1, 15).await;
    let mapping = Mapping { maximum_retry_attempts: Some(1), ..mapping(&kafka) };
    // The first batch succeeds, the second never.
    let function = Fake::new(|call| if call == 0 { success(call) } else { failure() });
    let error = poll(&mapping, &function).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "a batch of 5 records failed 2 times, from tracking.log-0@10 on; nothing of it was committed"
    );
    let cause = error.source().unwrap().source().unwrap().to_string();
    assert_eq!(cause, "the function failed with StoreFailed: 503");
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 10)]));
}

#[tokio::test]
async fn a_partial_failure_commits_what_came_before_it() {
    let kafka = topic(2, 10).await;
    let failed = r#"{"batchItemFailures":[{"itemIdentifier":{"partition":"tracking.log-1","offset":3}}]}"#;
    let mapping = Mapping {
        report_batch_item_failures: true,
        maximum_retry_attempts: Some(0),
        maximum_batching_window: Duration::from_secs(5),
        ..mapping(&kafka)
    };
    let function = Fake::new(|_| Ok(failed.to_owned()));
    let error = poll(&mapping, &function).await.unwrap_err();
    assert_eq!(
        error.source().unwrap().to_string(),
        "the function reports 1 failed partitions, the first at tracking.log-1@3"
    );
    let again = Fake::new(success);
    poll(&mapping, &again).await.unwrap();
    assert_eq!(again.offsets(), BTreeMap::from([(1, vec![3, 4])]));

    // A mapping without ReportBatchItemFailures takes any answer for success.
    let other =
        Mapping { consumer_group_id: "other".to_owned(), report_batch_item_failures: false, ..mapping };
    let function = Fake::new(|_| Ok(failed.to_owned()));
    assert_eq!(poll(&other, &function).await.unwrap(), Summary { invocations: 1, failures: 0, records: 10 });
}

#[tokio::test]
async fn stopping_waits_for_the_invocation_in_flight_and_commits_it() {
    struct Slow {
        entered: Notify,
        go_on: Notify,
        left: AtomicBool,
    }
    impl Invoke for Slow {
        async fn invoke(&self, _: Bytes) -> Result<Bytes, InvokeError> {
            self.entered.notify_one();
            self.go_on.notified().await;
            self.left.store(true, SeqCst);
            Ok(Bytes::new())
        }
    }
    let kafka = topic(1, 15).await;
    let function = Slow { entered: Notify::new(), go_on: Notify::new(), left: AtomicBool::new(false) };
    let stop = async {
        function.entered.notified().await;
        function.go_on.notify_one();
    };
    let mapping = Mapping { until_caught_up: false, ..mapping(&kafka) };
    let summary = run(&mapping, &function, &|_| {}, stop).await.unwrap();
    assert!(function.left.into_inner());
    assert_eq!(summary.records, 10);
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 10)]));
}

#[tokio::test]
async fn a_batch_whose_poller_is_gone_is_not_committed() {
    let kafka = topic(1, 5).await;
    struct Hang(Notify);
    impl Invoke for Hang {
        async fn invoke(&self, _: Bytes) -> Result<Bytes, InvokeError> {
            self.0.notify_one();
            std::future::pending().await
        }
    }
    let (mapping, hang) = (mapping(&kafka), Hang(Notify::new()));
    tokio::select! {
        _ = poll(&mapping, &hang) => unreachable!("the function never answers"),
        () = hang.0.notified() => {}
    }
    assert_eq!(committed(&mapping).await, BTreeMap::new());
}

#[tokio::test]
async fn two_pollers_share_the_partitions_and_lose_nothing() {
    let kafka = topic(4, 400).await;
    let mapping = Mapping { maximum_batching_window: Duration::ZERO, ..mapping(&kafka) };
    let (first, second) = (Fake::new(success), Fake::new(success));
    let ends = tokio::join!(poll(&mapping, &first), poll(&mapping, &second));
    ends.0.unwrap();
    ends.1.unwrap();
    for partition in 0..4 {
        // Both may have had a partition, one after the other; from the second's start on, what the first
        // had not committed may come again.
        let mut all: Vec<i64> = Vec::new();
        for function in [&first, &second] {
            let offsets = function.offsets().remove(&partition).unwrap_or_default();
            assert!(offsets.is_sorted(), "{partition}: {offsets:?}");
            all.extend(offsets);
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all, up_to(100), "{partition}");
    }
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
