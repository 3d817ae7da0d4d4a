//! What a mapping promises, by the release binaries from a real Kafka to a real S3 server: where it begins, what it
//! gives up and keeps, and that several pollers deliver each record once.

use end_to_end::base64;
use end_to_end::kafka::Kafka;
use end_to_end::ministack::Ministack;
use end_to_end::records::{Mark, TOPIC, assert_each_landed_once};
use end_to_end::s3::{S3, StoredObject};
use end_to_end::tools;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{Offset, TopicPartitionList};
use record::event::on_failure::OnFailureRecord;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

const BUCKET: &str = "c4-tracking-log";

/// How long a command may take that ends by itself.
const LIMIT: &str = "150";

/// The values that no JSON function takes.
const POISON: &[u8] = b"no JSON at all {";

/// A Kafka with the topic, and the bucket.
struct Stage {
    kafka: Kafka,
    _ministack: Ministack,
    s3: S3,
}

impl Stage {
    async fn new(partitions: i32) -> Self {
        let (kafka, ministack) = (Kafka::start(), Ministack::start());
        let s3 = ministack.bucket(BUCKET);
        kafka.create_topic(TOPIC, partitions).await;
        Self { kafka, _ministack: ministack, s3 }
    }

    /// Writes records from these offsets on, of partitions 0 to `partitions`; some of them with another value.
    async fn produce(&self, marks: &[Mark], is_poison: impl Fn(Mark) -> bool) {
        let producer: FutureProducer = self.kafka.client().create().expect("a producer can be made");
        let deliveries: Vec<_> = marks
            .iter()
            .map(|mark| {
                let value = if is_poison(*mark) { POISON.to_vec() } else { mark.value() };
                let record = FutureRecord::<(), _>::to(TOPIC).partition(mark.partition).payload(&value);
                let sent = producer.send_result(record.timestamp(mark.timestamp_ms()));
                sent.map_err(|(error, _)| error).expect("the queue takes all records")
            })
            .collect();
        for (mark, delivery) in marks.iter().zip(deliveries) {
            let delivered = delivery.await.expect("the producer lives").expect("Kafka takes the record");
            assert_eq!(delivered.offset, mark.offset);
        }
    }

    /// The command, for json-sink, with the objects' bucket.
    fn poll(&self, group: &str, arguments: &[&str]) -> Command {
        let mut line = Command::new("timeout");
        line.arg(LIMIT).arg(tools::binary("landfall")).args(["poll", "--topic", TOPIC, "--function"]);
        line.arg(tools::binary("json-sink"));
        line.args(["--bootstrap-server", self.kafka.bootstrap_server(), "--consumer-group-id", group]);
        line.args(["--endpoint-url", &self.s3.endpoint, "--env", &format!("S3_BUCKET_NAME={BUCKET}")]);
        line.args(["--maximum-batching-window-in-seconds", "0.2", "--seed", "1"]);
        line.args(["-X", "session.timeout.ms=2000", "-X", "heartbeat.interval.ms=300"]);
        line.args(arguments).envs(self.s3.environment());
        line
    }

    /// Runs the command to its end, which is a good one, and gives what it says.
    fn poll_to_the_end(&self, group: &str, arguments: &[&str]) -> String {
        let output =
            self.poll(group, arguments).arg("--until-caught-up").output().expect("it can be started");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}:\n{stderr}", output.status);
        String::from_utf8(output.stdout).expect("it says text")
    }

    /// The objects of data, and the on-failure records below `given-up/`.
    async fn objects(&self) -> (BTreeMap<String, StoredObject>, Vec<OnFailureRecord>) {
        let mut data = self.s3.objects(BUCKET).await;
        let given_up = data.extract_if(.., |key, _| key.starts_with("given-up/")).map(|(key, object)| {
            assert!(key.starts_with("given-up/aws/lambda/"), "{key}");
            assert_eq!(object.content_type.as_deref(), Some("application/json"));
            OnFailureRecord::from_json(&object.body).expect("it is what Lambda leaves")
        });
        let given_up = given_up.collect();
        (data, given_up)
    }

    /// What the group has committed, by partition.
    fn committed(&self, group: &str, partitions: i32) -> Vec<i64> {
        let consumer: BaseConsumer =
            self.kafka.client().set("group.id", group).create().expect("a consumer can be made");
        let mut list = TopicPartitionList::new();
        list.add_partition_range(TOPIC, 0, partitions - 1);
        let committed = consumer.committed_offsets(list, Duration::from_secs(30)).expect("Kafka answers");
        let offset = |offset| if let Offset::Offset(offset) = offset { offset } else { 0 };
        committed.elements().iter().map(|partition| offset(partition.offset())).collect()
    }
}

fn marks(partitions: std::ops::Range<i32>, offsets: std::ops::Range<i64>) -> Vec<Mark> {
    offsets.flat_map(|offset| partitions.clone().map(move |partition| Mark { partition, offset })).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_are_split_down_to_the_records_that_fail_and_those_are_kept() {
    let stage = Stage::new(2).await;
    let all = marks(0..2, 0..300);
    let poison = [
        Mark { partition: 0, offset: 7 },
        Mark { partition: 0, offset: 8 },
        Mark { partition: 1, offset: 299 },
    ];
    stage.produce(&all, |mark| poison.contains(&mark)).await;
    let said = stage.poll_to_the_end(
        "split",
        &[
            "--env",
            "ERRORS_TOLERANCE=none",
            "--bisect-batch-on-function-error",
            "--maximum-retry-attempts",
            "1",
            "--on-failure",
            &format!("s3://{BUCKET}/given-up"),
        ],
    );
    assert!(said.starts_with("597 records delivered in "), "{said}");
    assert!(said.ends_with("; 3 given up and kept\n"), "{said}");

    let (data, given_up) = stage.objects().await;
    let mut places = Vec::new();
    for record in &given_up {
        let info = &record.kafka_batch_info;
        assert_eq!(
            (info.batch_size, record.request_context.condition.as_str()),
            (1, "RetryAttemptsExhausted")
        );
        let response = record.response_context.as_ref().expect("the function was invoked");
        assert_eq!(response.function_error.as_deref(), Some("Unhandled"));
        let payload = record.payload.as_ref().expect("S3 gets the event");
        assert_eq!(info.payload_size, payload.len() as u64);
        let event: Value = serde_json::from_str(payload).expect("an event is JSON");
        for (name, records) in event["records"].as_object().expect("an event has records") {
            let kept = &records[0];
            assert_eq!(base64::decode(kept["value"].as_str().expect("a value is base64")), POISON);
            let offset = kept["offset"].as_i64().expect("an offset is a number");
            assert_eq!(info.records_info[name].first_record_offset, offset.to_string());
            let partition = kept["partition"].as_i64().and_then(|number| i32::try_from(number).ok());
            places.push(Mark { partition: partition.expect("a partition is a number"), offset });
        }
    }
    places.sort();
    assert_eq!(places, poison);
    assert_each_landed_once(&data, all.into_iter().filter(|mark| !poison.contains(mark)));
    assert_eq!(stage.committed("split", 2), [300, 300]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_without_commits_begins_at_the_timestamp() {
    let stage = Stage::new(2).await;
    stage.produce(&marks(0..2, 0..100), |_| false).await;
    // A second behind the record at offset 39.
    let time = (Mark { partition: 0, offset: 39 }.timestamp_ms() / 1000 + 1).to_string();
    let position = ["--starting-position", "AT_TIMESTAMP", "--starting-position-timestamp", &time];
    let said = stage.poll_to_the_end("late", &position);
    assert!(said.starts_with("120 records delivered in "), "{said}");
    assert_each_landed_once(&stage.objects().await.0, marks(0..2, 40..100));
    assert_eq!(stage.committed("late", 2), [100, 100]);

    // With commits, the position is passed over.
    stage.produce(&marks(0..1, 100..101), |_| false).await;
    let said = stage.poll_to_the_end("late", &position);
    assert!(said.starts_with("1 records delivered in 1 invocations"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pollers_that_come_and_go_deliver_each_record_once_also_of_new_partitions() {
    let stage = Stage::new(4).await;
    stage.produce(&marks(0..4, 0..3000), |_| false).await;
    let pollers = ["--minimum-pollers", "2", "--maximum-pollers", "4", "--batch-size", "150"];
    let mut first = stage.poll("fleet", &pollers);
    let first = first.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be started");

    // Another process joins the group and leaves it, which moves all partitions twice.
    let second = [&pollers[..], &["--until-caught-up"]].concat();
    let second = stage.poll("fleet", &second).output().expect("it can be started");
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));

    let admin: AdminClient<DefaultClientContext> =
        stage.kafka.client().create().expect("an admin client can be made");
    let more = [NewPartitions::new(TOPIC, 6)];
    for made in admin.create_partitions(&more, &AdminOptions::new()).await.expect("Kafka answers") {
        made.expect("partitions can be added");
    }
    let new = marks(4..6, 0..500);
    // The topic has them when its leader says so.
    tokio::time::timeout(Duration::from_secs(30), async {
        let is_there = || {
            let metadata = admin.inner().fetch_metadata(Some(TOPIC), Duration::from_secs(10));
            metadata.is_ok_and(|metadata| {
                let partitions = metadata.topics()[0].partitions();
                partitions.len() == 6 && partitions.iter().all(|partition| partition.leader() >= 0)
            })
        };
        while !is_there() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .expect("the partitions come");
    stage.produce(&new, |_| false).await;
    let expected = [3000, 3000, 3000, 3000, 500, 500];
    tokio::time::timeout(Duration::from_secs(100), async {
        while stage.committed("fleet", 6) != expected {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    })
    .await
    .expect("the pollers see the partitions that were added");

    // `timeout` hands the signal on.
    end_to_end::process::terminate(first.id());
    let output = first.wait_with_output().expect("it can be waited for");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}:\n{stderr}", output.status);
    assert!(stderr.contains("partitions assigned"), "{stderr}");
    let all = [marks(0..4, 0..3000), new].concat();
    assert_each_landed_once(&stage.objects().await.0, all);
}
