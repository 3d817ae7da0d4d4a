//! From a real Kafka to a real S3 server, each record lands once, though pollers and functions are killed on the way.
//!
//! `LANDFALL_SEED` says who is killed when.

use end_to_end::kafka::Kafka;
use end_to_end::ministack::Ministack;
use end_to_end::poller::{Poller, PollerSettings};
use end_to_end::process;
use end_to_end::records::{Mark, TOPIC, assert_each_landed_once};
use end_to_end::sink::Program;
use fastrand::Rng;
use futures_util::future::try_join_all;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{Offset, TopicPartitionList};
use std::time::{Duration, Instant};

const PARTITIONS: i32 = 3;

const RECORDS: i64 = 100_000;

/// Pollers of one group, as a mapping that has scaled out has them.
const POLLERS: usize = 2;

/// Processes that are killed: pollers and functions, in turn.
const KILLS: i64 = 12;

/// How long it all may take, from the first poller's start.
const LIMIT: Duration = Duration::from_secs(240);

const GROUP: &str = "landfall";

const BUCKET: &str = "c4-tracking-log";

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_records_land_once_though_processes_are_killed() {
    let seed =
        std::env::var("LANDFALL_SEED").map_or(1, |text| text.parse().expect("LANDFALL_SEED is a number"));
    let mut rng = Rng::with_seed(seed);
    let (kafka, ministack) = (Kafka::start(), Ministack::start());
    let s3 = ministack.bucket(BUCKET);
    kafka.create_topic(TOPIC, PARTITIONS).await;
    let marks = produce(&kafka).await;

    // Each poller with limits of its own, so that what comes again comes in other batches.
    let settings = |rng: &mut Rng| PollerSettings {
        kafka: &kafka,
        topic: TOPIC,
        group: GROUP,
        batch_size: rng.u16(100..1000),
        s3: &s3,
        bucket: BUCKET,
        program: Program::JsonSink,
        function: &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")],
    };
    let started = Instant::now();
    let mut pollers: Vec<Poller> = (0..POLLERS).map(|_| Poller::start(&settings(&mut rng))).collect();
    let mut orphans = Vec::new();
    let progress = Progress::new(&kafka);
    for kill in 1..=KILLS {
        // Not at the very threshold: anywhere in what happens after it.
        progress.wait_for(kill * RECORDS / (KILLS + 1), &mut pollers, started).await;
        tokio::time::sleep(Duration::from_millis(rng.u64(0..60))).await;
        let victim = &mut pollers[rng.usize(0..POLLERS)];
        let function = victim.function_process_id();
        if kill % 2 == 0 {
            // The poller starts it again, and the batch comes again.
            function.into_iter().for_each(process::kill);
        } else {
            // Its function goes on with what it has, while another poller gets the same batch.
            victim.kill();
            orphans.extend(function);
            *victim = Poller::start(&settings(&mut rng));
        }
    }
    progress.wait_for(RECORDS, &mut pollers, started).await;

    for mut poller in pollers {
        let status = poller.stop(Duration::from_secs(30));
        assert!(
            status.is_some_and(|status| status.success()),
            "ended with {status:?}; it wrote:\n{}",
            poller.log()
        );
    }
    assert_eq!(progress.committed(), RECORDS, "nothing is committed beyond the end");
    let objects = s3.objects(BUCKET).await;
    let markers = objects.values().filter(|object| object.body.is_empty()).count();
    println!(
        "{RECORDS} records in {} objects, {markers} of them markers, after {:.1?}",
        objects.len(),
        started.elapsed()
    );
    assert_each_landed_once(&objects, marks);
    let orphans: Vec<u32> =
        orphans.into_iter().filter(|orphan| process::is_running(*orphan, "json-sink")).collect();
    assert!(orphans.is_empty(), "functions outlive their pollers: {orphans:?}");
}

/// Produces the records, of which each value says its partition and offset.
async fn produce(kafka: &Kafka) -> Vec<Mark> {
    let mut config = kafka.client();
    config
        .set("enable.idempotence", "true")
        .set("linger.ms", "20")
        .set("queue.buffering.max.messages", "200000");
    let producer: FutureProducer = config.create().expect("a producer can be made");
    let marks: Vec<Mark> = (0..RECORDS)
        .map(|number| Mark {
            partition: (number % i64::from(PARTITIONS)) as i32,
            offset: number / i64::from(PARTITIONS),
        })
        .collect();
    let deliveries = marks.iter().map(|mark| {
        let (key, value) = (format!("user-{}", mark.offset % 5), mark.value());
        let record = FutureRecord::to(TOPIC)
            .partition(mark.partition)
            .key(&key)
            .payload(&value)
            .timestamp(mark.timestamp_ms());
        producer.send_result(record).map_err(|(error, _)| error).expect("the queue takes all records")
    });
    let deliveries: Vec<_> = deliveries.collect();
    let delivered = try_join_all(deliveries).await.expect("the producer lives");
    for (mark, delivered) in marks.iter().zip(delivered) {
        let delivery = delivered.map_err(|(error, _)| error).expect("Kafka takes the record");
        assert_eq!((delivery.partition, delivery.offset), (mark.partition, mark.offset));
    }
    marks
}

/// How far the group has come.
struct Progress {
    consumer: BaseConsumer,
}

impl Progress {
    fn new(kafka: &Kafka) -> Self {
        Self { consumer: kafka.client().set("group.id", GROUP).create().expect("a consumer can be made") }
    }

    /// How many records are committed.
    fn committed(&self) -> i64 {
        let mut partitions = TopicPartitionList::new();
        partitions.add_partition_range(TOPIC, 0, PARTITIONS - 1);
        let asked = Instant::now();
        let committed = loop {
            match self.consumer.committed_offsets(partitions.clone(), Duration::from_secs(30)) {
                Ok(committed) => break committed,
                // A coordinator that is not chosen or not loaded yet says so, for some seconds at the start.
                Err(error) => {
                    assert!(asked.elapsed() < Duration::from_secs(30), "Kafka does not answer: {error}");
                }
            }
            std::thread::sleep(Duration::from_millis(100));
        };
        let offset = |offset| if let Offset::Offset(offset) = offset { offset } else { 0 };
        committed.elements().iter().map(|partition| offset(partition.offset())).sum()
    }

    async fn wait_for(&self, records: i64, pollers: &mut [Poller], started: Instant) {
        while self.committed() < records {
            for poller in &mut *pollers {
                assert!(!poller.has_ended(), "a poller has ended by itself; it wrote:\n{}", poller.log());
            }
            let logs = || pollers.iter().map(Poller::log).collect::<Vec<_>>().join("\n\n");
            assert!(
                started.elapsed() < LIMIT,
                "only {} of {records} records came through:\n{}",
                self.committed(),
                logs()
            );
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}
