//! What Kafka tells of gaps, next to a real one.

use super::{deliver, deliver_bad, key};
use end_to_end::damage::{Vandal, Verdict, audit, run};
use end_to_end::embedded::Embedded;
use end_to_end::kafka::Kafka;
use end_to_end::poller::{Poller, PollerSettings};
use end_to_end::records::Mark;
use end_to_end::s3::S3;
use end_to_end::sink::{Program, Sink};
use rdkafka::Message as _;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::producer::{BaseRecord, FutureProducer, FutureRecord, Producer as _, ThreadedProducer};
use rdkafka::{Offset, TopicPartitionList};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const BUCKET: &str = "lake";

const GROUP: &str = "landfall";

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(60);

/// One for all tests of this file: topics keep them apart.
static KAFKA: LazyLock<Kafka> = LazyLock::new(Kafka::start);

/// Settings of a topic that is compacted within seconds.
const COMPACTED: &[(&str, &str)] = &[
    ("cleanup.policy", "compact"),
    ("segment.ms", "100"),
    ("segment.bytes", "1048576"),
    ("min.cleanable.dirty.ratio", "0.01"),
    ("min.compaction.lag.ms", "0"),
    ("max.compaction.lag.ms", "100"),
    ("delete.retention.ms", "100"),
];

async fn create_topic(topic: &str, partitions: i32, settings: &[(&str, &str)]) {
    let admin: AdminClient<DefaultClientContext> =
        KAFKA.client().create().expect("an admin client can be made");
    let mut new = NewTopic::new(topic, partitions, TopicReplication::Fixed(1));
    for (name, value) in settings {
        new = new.set(name, value);
    }
    for made in admin.create_topics(&[new], &AdminOptions::new()).await.expect("Kafka answers") {
        made.expect("the topic can be made");
    }
}

/// Keys of objects of a topic's partition 0.
fn key_of(topic: &str, offset: i64) -> String {
    format!("topics/{topic}/partition=0/{topic}+0+{offset:010}.json")
}

async fn produce(topic: &str, count: i64, key: impl Fn(i64) -> String) {
    let producer: FutureProducer = KAFKA.client().create().expect("a producer can be made");
    for number in 0..count {
        let (key, value) = (key(number), Mark { partition: 0, offset: number }.value());
        let record = FutureRecord::to(topic).partition(0).key(&key).payload(&value);
        producer.send(record, LIMIT).await.expect("Kafka takes the record");
    }
}

/// Has a poller deliver all that a topic has.
async fn poll(topic: &str, s3: &S3) {
    let settings = PollerSettings {
        kafka: &KAFKA,
        topic,
        group: GROUP,
        batch_size: 20,
        s3,
        bucket: BUCKET,
        program: Program::JsonSink,
        function: &[],
    };
    let mut poller = Poller::start(&settings);
    let started = Instant::now();
    let consumer: BaseConsumer =
        KAFKA.client().set("group.id", GROUP).create().expect("a consumer can be made");
    let end = consumer.fetch_watermarks(topic, 0, LIMIT).expect("Kafka answers").1;
    // The last offsets may be no records: commits come after the last record, and not after the end.
    let mut last = (None, Instant::now());
    loop {
        let committed = committed(&consumer, topic);
        if committed != last.0 {
            last = (committed, Instant::now());
        }
        if committed == Some(end) || (committed.is_some() && last.1.elapsed() > Duration::from_secs(3)) {
            break;
        }
        assert!(started.elapsed() < LIMIT, "nothing comes through:\n{}", poller.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let status = poller.stop(Duration::from_secs(30));
    assert!(status.is_some_and(|status| status.success()), "{status:?}:\n{}", poller.log());
}

fn committed(consumer: &BaseConsumer, topic: &str) -> Option<i64> {
    let mut list = TopicPartitionList::new();
    list.add_partition(topic, 0);
    let committed = consumer.committed_offsets(list, Duration::from_secs(10)).ok()?;
    match committed.elements()[0].offset() {
        Offset::Offset(offset) => Some(offset),
        _ => None,
    }
}

fn commit(topic: &str, group: &str, offset: i64) {
    let consumer: BaseConsumer =
        KAFKA.client().set("group.id", group).create().expect("a consumer can be made");
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, 0, Offset::Offset(offset)).expect("an offset can be listed");
    let asked = Instant::now();
    // A coordinator that is not chosen yet says so, for some seconds.
    while let Err(error) = consumer.commit(&list, CommitMode::Sync) {
        assert!(asked.elapsed() < LIMIT, "{error}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

async fn audit_topic(s3: &S3, topic: &str, more: &[&str]) -> Verdict {
    let bootstrap = KAFKA.bootstrap_server();
    audit(s3, BUCKET, &[&["--topic", topic, "--bootstrap-server", bootstrap], more].concat()).await
}

/// Ten transactions of seven records, of which every third is aborted: offsets 8 n to 8 n + 6, then the marker.
fn produce_transactions(topic: &str) {
    let mut config = KAFKA.client();
    config.set("transactional.id", topic);
    let producer: ThreadedProducer<_> = config.create().expect("a producer can be made");
    producer.init_transactions(LIMIT).expect("transactions can be begun");
    for transaction in 0..10 {
        producer.begin_transaction().expect("a transaction can be begun");
        for number in 0..7 {
            let value = Mark { partition: 0, offset: transaction * 8 + number }.value();
            let record = BaseRecord::<(), _>::to(topic).partition(0).payload(&value);
            producer.send(record).map_err(|(error, _)| error).expect("the queue takes the record");
        }
        match transaction % 3 {
            1 => {
                // What never left this process would leave no gap.
                producer.flush(LIMIT).expect("Kafka takes the records");
                producer.abort_transaction(LIMIT)
            }
            _ => producer.commit_transaction(LIMIT),
        }
        .expect("the transaction ends");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_of_transactions_are_told_from_a_loss() {
    let topic = "transactions";
    create_topic(topic, 1, &[]).await;
    produce_transactions(topic);
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    poll(topic, &s3).await;

    for arguments in [&["--group", GROUP][..], &["--group", GROUP, "--deep"], &[]] {
        let verdict = audit_topic(&s3, topic, arguments).await;
        verdict.assert_whole();
        let not_in_kafka = verdict.noted("not-in-kafka").join(", ");
        assert!(not_in_kafka.starts_with("7–15, 23, 31–39, 47"), "{not_in_kafka}");
    }
    // Without a broker they look like a loss.
    let blind = audit(&s3, BUCKET, &[]).await;
    assert_eq!(blind.code, Some(1));
    assert!(
        blind.report["findings"][0]["text"].as_str().is_some_and(|text| text.contains("--bootstrap-server"))
    );

    // The object that holds offset 40 is lost with its records, and not with what is no record.
    let keys = s3.keys(BUCKET).await;
    let lost = keys.iter().rev().find(|key| **key <= key_of(topic, 40)).expect("there is such an object");
    let objects = s3.objects(BUCKET).await;
    let offsets: Vec<String> = objects[lost].text().lines().map(offset_of).collect();
    Vandal::new(&s3, BUCKET).delete(lost).await;
    let verdict = audit_topic(&s3, topic, &["--group", GROUP]).await;
    assert_eq!(verdict.code, Some(1));
    let finding = &verdict.report["findings"][0];
    assert_eq!(
        (finding["kind"].as_str(), finding["count"].as_u64()),
        (Some("lost"), Some(offsets.len() as u64))
    );
    assert_eq!(listed(finding), offsets);
}

/// The offset in a value of [`Mark`].
fn offset_of(line: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
    value["offset"].to_string()
}

/// Every offset of a finding.
fn listed(finding: &serde_json::Value) -> Vec<String> {
    let ranges = finding["offsets"].as_array().into_iter().flatten();
    let ranges = ranges.map(|range| range[0].as_i64().unwrap_or(0)..=range[1].as_i64().unwrap_or(0));
    ranges.flatten().map(|offset| offset.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_of_compaction_are_told_from_a_loss() {
    let topic = "compacted";
    create_topic(topic, 1, COMPACTED).await;
    produce(topic, 200, |number| format!("key-{}", number % 10)).await;
    wait_for_compaction(topic).await;
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    poll(topic, &s3).await;
    let verdict = audit_topic(&s3, topic, &["--group", GROUP]).await;
    verdict.assert_whole();
    assert_eq!(verdict.noted("not-in-kafka").len(), 1, "{:#}", verdict.report);
}

/// Waits until the first record is gone; each new one rolls a segment, which is then compacted.
async fn wait_for_compaction(topic: &str) {
    let started = Instant::now();
    while first_offset(topic) == 0 {
        assert!(started.elapsed() < LIMIT, "{topic} is not compacted");
        produce(topic, 1, |_| "key-0".to_owned()).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The offset of the first record that there is; the low watermark does not move with compaction.
fn first_offset(topic: &str) -> i64 {
    let consumer: BaseConsumer =
        KAFKA.client().set("group.id", "looking").create().expect("a consumer can be made");
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, 0, Offset::Beginning).expect("an offset can be listed");
    consumer.assign(&list).expect("a partition can be assigned");
    let first = consumer.poll(LIMIT).expect("there is a record").expect("it can be read");
    first.offset()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_due_or_not_kept_is_no_loss() {
    let topic = "tracking.log";
    create_topic(topic, 1, &[]).await;
    produce(topic, 100, |number| number.to_string()).await;
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    let sink = Sink::start(&s3, BUCKET, &[]).await.expect("the function starts");
    deliver(&sink, &[(0, 0..10), (0, 20..30), (0, 40..50)]).await;
    deliver_bad(&sink, 0, 50..52).await;

    // Without a group nothing tells whether what comes after the last object is lost.
    let verdict = audit_topic(&s3, topic, &[]).await;
    verdict.assert_damage(&[
        ("lost", "tracking.log-0", "10–19, 30–39", &[]),
        ("undecided", "tracking.log-0", "52–99", &[]),
    ]);

    // With one, all that it has committed is due.
    commit(topic, "due", 60);
    let verdict = audit_topic(&s3, topic, &["--group", "due"]).await;
    verdict.assert_damage(&[("lost", "tracking.log-0", "10–19, 30–39, 52–59", &[])]);
    assert_eq!(verdict.noted("not-delivered"), ["60–99"]);

    // One that stopped inside an object needs a marker there, else the next batch writes the rest again.
    deliver(&sink, &[(0, 10..20)]).await;
    commit(topic, "inside", 16);
    let missing = ("marker-missing", "tracking.log-0", "16", &[key(0, 10)]);
    audit_topic(&s3, topic, &["--group", "inside"]).await.assert_damage(&[(
        missing.0,
        missing.1,
        missing.2,
        &[missing.3[0].as_str()],
    )]);
    deliver(&sink, &[(0, 10..16)]).await;
    audit_topic(&s3, topic, &["--group", "inside"]).await.assert_whole();

    // What Kafka has deleted can't be known any more.
    delete_records(topic, 35).await;
    let verdict = audit_topic(&s3, topic, &["--group", "due"]).await;
    verdict.assert_damage(&[("lost", "tracking.log-0", "35–39, 52–59", &[])]);
    assert_eq!(verdict.noted("expired"), ["30–34"]);

    // A topic that has less than the objects was made again.
    deliver(&sink, &[(0, 98..103)]).await;
    let verdict = audit_topic(&s3, topic, &["--group", "inside"]).await;
    verdict.assert_damage(&[("beyond-end", "tracking.log-0", "100–102", &[])]);

    // And objects of a partition that it does not have.
    deliver(&sink, &[(7, 0..3)]).await;
    let verdict = audit_topic(&s3, topic, &["--group", "inside"]).await;
    verdict.assert_damage(&[
        ("beyond-end", "tracking.log-0", "100–102", &[]),
        ("no-partition", "tracking.log-7", "0–2", &[]),
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_of_another_record_is_found_by_comparing_it_with_kafka() {
    let topic = "made-again";
    create_topic(topic, 1, &[]).await;
    produce(topic, 30, |number| number.to_string()).await;
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    poll(topic, &s3).await;
    audit_topic(&s3, topic, &["--group", GROUP, "--deep"]).await.assert_whole();

    // The records of another topic, under the name of this one.
    let sink = Sink::start(&s3, "lake", &[("TOPICS_DIR", "again")]).await.expect("the function starts");
    let event = end_to_end::records::event(&super::marks(0, 0..30));
    let event = String::from_utf8(event).expect("an event is text").replace("tracking.log", topic);
    sink.invoke(event.into_bytes()).await.expect("the batch is delivered");
    let again = ["--env", "TOPICS_DIR=again", "--prefix", "again/"];
    audit_topic(&s3, topic, &again).await.assert_whole();
    let key = key_of(topic, 0).replacen("topics", "again", 1);
    audit_topic(&s3, topic, &[&again[..], &["--deep"]].concat()).await.assert_damage(&[(
        "another-record",
        "made-again-0",
        "0–29",
        &[&key],
    )]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_kafka_does_not_have_is_named() {
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    let bootstrap = KAFKA.bootstrap_server();
    let output =
        run(&s3, &["--bucket", BUCKET, "--topic", "no.such.topic", "--bootstrap-server", bootstrap]).await;
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        format!("landfall: there is no topic no.such.topic at {bootstrap}\n")
    );
}

/// Deletes all records before an offset.
async fn delete_records(topic: &str, before: i64) {
    let admin: AdminClient<DefaultClientContext> =
        KAFKA.client().create().expect("an admin client can be made");
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, 0, Offset::Offset(before)).expect("an offset can be listed");
    admin.delete_records(&list, &AdminOptions::new()).await.expect("Kafka deletes the records");
}
