//! A topic, a function and an on-failure destination that do as they are told.

use bytes::Bytes;
use local::kafka::{EmbeddedKafka, Producer};
use local::lambda::InvokeError;
use local::poll::{Destination, DestinationError, Invoke, Mapping, Notice, PollError, Polling, Summary, run};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use record::TimestampType;
use record::event::on_failure::OnFailureRecord;
use record::event::{NewRecord, parse};
use std::collections::BTreeMap;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

pub(crate) const TOPIC: &str = "tracking.log";
const LONG: Duration = Duration::from_secs(30);

/// The timestamp of record 0; each one's is a millisecond later than the one's before it.
pub(crate) const BEGIN_MS: i64 = 1_700_000_000_000;

/// The places of an event's records: partition and offset.
pub(crate) type Places = Vec<(i32, i64)>;

/// A topic with records whose value is their number, dealt out to its partitions in turn.
pub(crate) async fn topic(partitions: i32, records: usize) -> EmbeddedKafka {
    let kafka = EmbeddedKafka::start().unwrap();
    kafka.create_topic(TOPIC, partitions).unwrap();
    produce(&kafka, partitions, 0..records).await;
    kafka
}

pub(crate) async fn produce(kafka: &EmbeddedKafka, partitions: i32, numbers: Range<usize>) {
    let values = numbers.map(|number| (number, number.to_string().into_bytes()));
    produce_values(kafka, partitions, values).await;
}

/// Writes records with these values, of which each has its number beside it.
pub(crate) async fn produce_values(
    kafka: &EmbeddedKafka,
    partitions: i32,
    values: impl Iterator<Item = (usize, Vec<u8>)>,
) {
    let producer = Producer::connect(kafka.bootstrap_servers()).unwrap();
    let sends = values.map(|(number, value)| {
        let producer = &producer;
        async move {
            let record = NewRecord {
                topic: TOPIC,
                partition: number as i32 % partitions,
                offset: 0,
                timestamp_ms: BEGIN_MS + number as i64,
                timestamp_type: TimestampType::CreateTime,
                key: None,
                value: Some(&value),
                headers: vec![("trace", Some(b"\xff\x00")), ("trace", None)],
            };
            producer.send(&record).await.unwrap();
        }
    });
    futures_util::future::join_all(sends).await;
}

pub(crate) fn mapping(kafka: &EmbeddedKafka) -> Mapping {
    Mapping {
        batch_size: 10,
        maximum_batching_window: Duration::from_millis(20),
        until_caught_up: true,
        ..Mapping::new(kafka.bootstrap_servers(), TOPIC, "group")
    }
}

/// A function that keeps the places of all events, and ends each call as `end` says of its number and its event.
pub(crate) struct Fake<F> {
    calls: AtomicUsize,
    events: Mutex<Vec<Places>>,
    end: F,
}

impl<F: Fn(usize, &Places) -> Result<String, InvokeError> + Sync> Fake<F> {
    pub(crate) fn new(end: F) -> Self {
        Self { calls: AtomicUsize::new(0), events: Mutex::default(), end }
    }

    pub(crate) fn events(&self) -> Vec<Places> {
        self.events.lock().unwrap().clone()
    }

    /// All offsets by partition in the order they were handed over.
    pub(crate) fn offsets(&self) -> BTreeMap<i32, Vec<i64>> {
        let mut offsets: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (partition, offset) in self.events().concat() {
            offsets.entry(partition).or_default().push(offset);
        }
        offsets
    }
}

impl<F: Fn(usize, &Places) -> Result<String, InvokeError> + Sync> Invoke for Fake<F> {
    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        let batch = parse(&event).unwrap();
        let places: Places = batch.records().map(|record| (record.partition(), record.offset())).collect();
        self.events.lock().unwrap().push(places.clone());
        (self.end)(self.calls.fetch_add(1, SeqCst), &places).map(Bytes::from)
    }
}

pub(crate) fn success(_: usize, _: &Places) -> Result<String, InvokeError> {
    Ok(r#"{"batchItemFailures":[]}"#.to_owned())
}

pub(crate) fn failure() -> Result<String, InvokeError> {
    Err(InvokeError::Function { error_type: "StoreFailed".to_owned(), message: "503".to_owned() })
}

pub(crate) fn item(partition: i32, offset: i64) -> String {
    format!(r#"{{"itemIdentifier":{{"partition":"{TOPIC}-{partition}","offset":{offset}}}}}"#)
}

pub(crate) fn reported(items: &[String]) -> Result<String, InvokeError> {
    Ok(format!(r#"{{"batchItemFailures":[{}]}}"#, items.join(",")))
}

/// An on-failure destination in memory, which refuses so many records first.
#[derive(Default)]
pub(crate) struct Shelf {
    refusals: AtomicUsize,
    records: Mutex<Vec<(String, OnFailureRecord)>>,
}

impl Shelf {
    pub(crate) fn refusing(times: usize) -> Self {
        Self { refusals: AtomicUsize::new(times), ..Self::default() }
    }

    pub(crate) fn records(&self) -> Vec<(String, OnFailureRecord)> {
        self.records.lock().unwrap().clone()
    }

    /// The places of the records that were given up, in order, with their conditions.
    pub(crate) fn places(&self) -> Vec<(Places, String)> {
        let records = self.records();
        let places = records.iter().map(|(_, record)| {
            let event = record.payload.as_ref().unwrap();
            let batch = parse(event.as_bytes()).unwrap();
            let places = batch.records().map(|record| (record.partition(), record.offset()));
            (places.collect(), record.request_context.condition.clone())
        });
        places.collect()
    }
}

impl Destination for Shelf {
    fn put<'d>(
        &'d self,
        key: &'d str,
        record: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<(), DestinationError>> + Send + 'd>> {
        Box::pin(async move {
            if self.refusals.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
                return Err(DestinationError { url: self.url(key), source: "503 Slow Down".into() });
            }
            let record = OnFailureRecord::from_json(&record).unwrap();
            self.records.lock().unwrap().push((key.to_owned(), record));
            Ok(())
        })
    }

    fn url(&self, key: &str) -> String {
        format!("memory://{key}")
    }
}

/// The mapping with an on-failure destination.
pub(crate) fn with_destination(mapping: Mapping) -> Mapping {
    let on_failure = local::poll::OnFailure { bucket: "lost".to_owned(), prefix: "given-up".to_owned() };
    Mapping { on_failure: Some(on_failure), ..mapping }
}

pub(crate) async fn poll(mapping: &Mapping, function: &impl Invoke) -> Result<Summary, PollError> {
    run(mapping, function, &|_| {}, std::future::pending()).await
}

pub(crate) async fn poll_into(
    mapping: &Mapping,
    function: &impl Invoke,
    destination: &Shelf,
    seed: u64,
) -> Result<Summary, PollError> {
    let watch = |_: Notice<'_>| {};
    let functions = &function;
    let polling = Polling { mapping, functions, destination: Some(destination), watch: &watch, seed };
    polling.run(std::future::pending()).await
}

/// What the group has committed: by partition, the next offset to read.
pub(crate) async fn committed(mapping: &Mapping) -> BTreeMap<i32, i64> {
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

pub(crate) fn up_to(end: i64) -> Vec<i64> {
    (0..end).collect()
}

pub(crate) fn places(partition: i32, offsets: Range<i64>) -> Places {
    offsets.map(|offset| (partition, offset)).collect()
}
