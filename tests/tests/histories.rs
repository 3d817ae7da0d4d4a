//! Random histories of deliveries end with each record in exactly one object.
//!
//! The release binary writes through a proxy that fails; its process is killed at random; batches come again with
//! other limits, twice at once, and late, when others have gone on. Afterwards nothing is lost, nothing stands
//! twice, and no object was written more than once.
//!
//! `LANDFALL_HISTORIES` says how many histories, `LANDFALL_SEED` which is the first.

use bytes::Bytes;
use end_to_end::embedded::Embedded;
use end_to_end::faulty::{FaultyS3, Plan};
use end_to_end::process;
use end_to_end::records::{Mark, TOPIC, assert_each_landed_once, event_with_values, landed};
use end_to_end::s3::S3;
use end_to_end::sink::Sink;
use fastrand::Rng;
use futures_util::{StreamExt as _, stream};
use local::lambda::InvokeError;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// As many as run in a minute or so.
const HISTORIES: u64 = 200;

/// Histories at a time: they wait more than they work.
const AT_ONCE: usize = 6;

/// Batches that a history fails, or not, until nothing goes wrong any more.
const TROUBLED_BATCHES: usize = 12;

/// Quick retries, so that a history ends soon, and few, so that invocations fail.
const RETRIES: [(&str, &str); 2] = [("S3_RETRY_BACKOFF_MS", "1"), ("S3_PART_RETRIES", "2")];

/// What decides which records share an object.
const GROUPINGS: [&[(&str, &str)]; 7] = [
    &[],
    &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")],
    &[("PARTITIONER_CLASS", "HourlyPartitioner")],
    &[("PARTITIONER_CLASS", "FieldPartitioner,HourlyPartitioner"), ("PARTITION_FIELD_NAME", "user")],
    &[("FLUSH_SIZE", "1")],
    &[("FLUSH_SIZE", "7"), ("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")],
    &[("S3_COMPRESSION_TYPE", "gzip"), ("PARTITIONER_CLASS", "HourlyPartitioner")],
];

#[tokio::test(flavor = "multi_thread")]
async fn every_history_ends_with_each_record_in_exactly_one_object() {
    let count = number("LANDFALL_HISTORIES").unwrap_or(HISTORIES);
    let first = number("LANDFALL_SEED").unwrap_or(1);
    let embedded = Arc::new(Embedded::start().await);
    let mut histories = stream::iter(first..first + count)
        .map(|seed| {
            let embedded = Arc::clone(&embedded);
            async move { (seed, tokio::spawn(run(seed, embedded)).await) }
        })
        .buffer_unordered(AT_ONCE);
    let mut tally = Tally::default();
    while let Some((seed, history)) = histories.next().await {
        tally += history.unwrap_or_else(|error| panic!("LANDFALL_SEED={seed} LANDFALL_HISTORIES=1: {error}"));
    }
    println!("{count} histories: {tally:?}");
    assert!(count < HISTORIES || tally.is_rich(), "the histories did not meet what they are for: {tally:?}");
}

/// What the histories met.
#[derive(Debug, Default)]
struct Tally {
    records: usize,
    invocations: u32,
    failed: u32,
    killed: u32,
    twins: u32,
    late: u32,
    /// Invocations that succeeded but for some partitions.
    partial: u32,
    objects: usize,
    markers: usize,
    /// Records in quarantine.
    rejected: usize,
}

/// One topic: the offsets of each partition, and how far its group has come.
struct History {
    seed: u64,
    rng: Rng,
    partitions: Vec<Partition>,
    tally: Tally,
}

struct Partition {
    marks: Vec<Mark>,
    /// Index of the first mark that is not committed.
    committed: usize,
    /// Where batches have started: a late twin starts at one of these.
    starts: Vec<usize>,
}

async fn run(seed: u64, embedded: Arc<Embedded>) -> Tally {
    let bucket = format!("history-{seed}");
    let stored = embedded.bucket(&bucket);
    let mut history = History::new(seed);
    let percent = history.rng.u8(10..60);
    let proxy = FaultyS3::start(&stored.endpoint, Plan::seeded(seed, percent)).await;
    let s3 = S3 { endpoint: proxy.endpoint(), ..stored.clone() };
    let grouping = GROUPINGS[history.rng.usize(0..GROUPINGS.len())];
    let report = ("REPORT_BATCH_ITEM_FAILURES", if history.rng.bool() { "true" } else { "false" });
    let settings: Vec<_> = grouping.iter().chain(&RETRIES).copied().chain([report]).collect();
    let sink = Sink::start(&s3, &bucket, &settings).await.expect("the function starts");
    let twin = Arc::new(Sink::start(&s3, &bucket, &settings).await.expect("the function starts"));

    let mut late = JoinSet::new();
    for _ in 0..TROUBLED_BATCHES {
        if history.is_done() {
            break;
        }
        let lengths = history.lengths();
        let (first_offsets, event) = history.batch(&lengths);
        match history.rng.u8(0..10) {
            // Two pollers after a rebalance: the same start, other limits, at once.
            0..2 => {
                history.tally.twins += 1;
                let other = history.lengths();
                late.spawn(invoke_late(Arc::clone(&twin), Duration::ZERO, history.batch(&other).1));
            }
            // A poller that was thought dead goes on with what it was handed long ago.
            2..5 => {
                history.tally.late += 1;
                let delay = Duration::from_millis(history.rng.u64(0..25));
                late.spawn(invoke_late(Arc::clone(&twin), delay, history.late_batch()));
            }
            _ => {}
        }
        let outcome = match history.rng.u8(0..5) {
            0 => invoke_and_kill(&sink, &mut history, event).await,
            _ => sink.invoke(event).await,
        };
        history.tally.invocations += 1;
        match outcome {
            // The poller may die before it commits.
            Ok(_) if history.rng.u8(0..8) == 0 => {}
            Ok(answer) => history.commit(&lengths, &first_offsets, &answer),
            Err(_) => history.tally.failed += 1,
        }
    }
    while late.join_next().await.is_some() {}

    proxy.follow(Plan::calm());
    while !history.is_done() {
        let lengths = history.lengths();
        let (first_offsets, event) = history.batch(&lengths);
        let answer = sink.invoke(event).await.expect("nothing goes wrong any more");
        assert_eq!(answer, r#"{"batchItemFailures":[]}"#);
        history.commit(&lengths, &first_offsets, &answer);
    }

    assert_eq!(proxy.unexpected(), Vec::<String>::new(), "requests that the sink has no reason to make");
    let overwritten: Vec<_> = proxy.created().into_iter().filter(|(_, count)| *count > 1).collect();
    assert_eq!(overwritten, [], "objects that were written more than once");
    let objects = stored.objects(&bucket).await;
    assert_each_landed_once(&objects, history.marks());
    for (mark, keys) in landed(&objects) {
        assert_eq!(keys[0].starts_with("quarantine/"), history.is_bad(mark), "{mark:?} in {keys:?}");
        history.tally.rejected += usize::from(history.is_bad(mark));
    }
    history.tally.records = history.marks().count();
    history.tally.objects = objects.len();
    history.tally.markers = objects.values().filter(|object| object.text().is_empty()).count();
    history.tally
}

impl History {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let partitions = (0..rng.i32(1..4)).map(|partition| Partition::new(&mut rng, partition)).collect();
        Self { seed, rng, partitions, tally: Tally::default() }
    }

    fn is_done(&self) -> bool {
        self.partitions.iter().all(|partition| partition.committed == partition.marks.len())
    }

    /// How many records of each partition the next batch has; at least one in all, where there are any.
    fn lengths(&mut self) -> Vec<usize> {
        loop {
            let rng = &mut self.rng;
            let lengths: Vec<usize> = self
                .partitions
                .iter()
                .map(|partition| rng.usize(0..=30).min(partition.marks.len() - partition.committed))
                .collect();
            if lengths.iter().any(|length| *length > 0) {
                return lengths;
            }
        }
    }

    /// The next batch: its event, and the first offset of each partition in it.
    fn batch(&mut self, lengths: &[usize]) -> (BTreeMap<i32, i64>, Vec<u8>) {
        let mut batch = Vec::new();
        let mut first_offsets = BTreeMap::new();
        for (partition, length) in self.partitions.iter_mut().zip(lengths).filter(|(_, length)| **length > 0)
        {
            partition.starts.push(partition.committed);
            let marks = &partition.marks[partition.committed..partition.committed + length];
            first_offsets.insert(marks[0].partition, marks[0].offset);
            batch.extend_from_slice(marks);
        }
        (first_offsets, self.event(&batch))
    }

    /// A batch of one partition that starts where some batch of it has started, of any length.
    fn late_batch(&mut self) -> Vec<u8> {
        let started: Vec<&Partition> =
            self.partitions.iter().filter(|partition| !partition.starts.is_empty()).collect();
        let partition = started[self.rng.usize(0..started.len())];
        let start = partition.starts[self.rng.usize(0..partition.starts.len())];
        let length = self.rng.usize(1..=40).min(partition.marks.len() - start);
        self.event(&partition.marks[start..start + length])
    }

    fn event(&self, marks: &[Mark]) -> Vec<u8> {
        event_with_values(marks, |mark| {
            let mut value = mark.value();
            if self.is_bad(mark) {
                value.pop();
            }
            value
        })
    }

    /// Whether a record's value is not JSON; of some histories every seventh is.
    fn is_bad(&self, mark: Mark) -> bool {
        self.seed.is_multiple_of(3) && mark.offset % 7 == 3
    }

    /// Commits what the function has answered for.
    fn commit(&mut self, lengths: &[usize], first_offsets: &BTreeMap<i32, i64>, answer: &[u8]) {
        let failed = failed_partitions(answer);
        for (partition, offset) in &failed {
            assert_eq!(
                first_offsets.get(partition),
                Some(offset),
                "a failed partition comes again as a whole"
            );
        }
        self.tally.partial += u32::from(!failed.is_empty());
        for (partition, length) in self.partitions.iter_mut().zip(lengths) {
            if !failed.contains_key(&partition.marks[0].partition) {
                partition.committed += length;
            }
        }
    }

    fn marks(&self) -> impl Iterator<Item = Mark> {
        self.partitions.iter().flat_map(|partition| partition.marks.iter().copied())
    }
}

impl Partition {
    /// Offsets with gaps, as compaction and transactions leave them.
    fn new(rng: &mut Rng, partition: i32) -> Self {
        let bases = [
            0,
            1,
            rng.i64(2..100_000),
            (1 << 33) + rng.i64(0..100_000),
            i64::MAX - rng.i64(10_000..1_000_000),
        ];
        let mut offset = bases[rng.usize(0..bases.len())];
        let gaps = [0, 0, 5, 60][rng.usize(0..4)];
        let mut marks = Vec::new();
        for _ in 0..rng.usize(10..90) {
            marks.push(Mark { partition, offset });
            offset += 1 + if rng.u8(0..100) < gaps { rng.i64(1..40) } else { 0 };
        }
        Self { marks, committed: 0, starts: Vec::new() }
    }
}

/// The partitions that an answer names as failed, with the offsets from which they are to come again.
fn failed_partitions(answer: &[u8]) -> BTreeMap<i32, i64> {
    let answer: Value = serde_json::from_slice(answer).expect("an answer is JSON");
    let failures = answer["batchItemFailures"].as_array().expect("an answer names what failed");
    let parse = |failure: &Value| {
        let item = &failure["itemIdentifier"];
        let partition = item["partition"].as_str()?.strip_prefix(TOPIC)?.strip_prefix('-')?;
        Some((partition.parse().ok()?, item["offset"].as_i64()?))
    };
    failures
        .iter()
        .map(|failure| parse(failure).unwrap_or_else(|| panic!("{failure} names nothing")))
        .collect()
}

/// Invokes, and kills the process in the middle, or just before or after.
async fn invoke_and_kill(sink: &Sink, history: &mut History, event: Vec<u8>) -> Result<Bytes, InvokeError> {
    history.tally.killed += 1;
    let delay = Duration::from_micros(history.rng.u64(0..12_000));
    let kill = async {
        tokio::time::sleep(delay).await;
        if let Some(process_id) = sink.process_id() {
            process::kill(process_id);
        }
    };
    tokio::join!(sink.invoke(event), kill).0
}

/// An invocation whose outcome nobody looks at any more.
async fn invoke_late(sink: Arc<Sink>, delay: Duration, event: Vec<u8>) {
    tokio::time::sleep(delay).await;
    let _ = sink.invoke(event).await;
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is not a number")))
}

impl Tally {
    fn is_rich(&self) -> bool {
        [self.failed, self.killed, self.twins, self.late].iter().all(|count| *count > 50)
            && [self.partial as usize, self.markers, self.rejected].iter().all(|count| *count > 20)
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Self { records, invocations, failed, killed, twins, late, partial, objects, markers, rejected } =
            other;
        self.records += records;
        self.invocations += invocations;
        self.failed += failed;
        self.killed += killed;
        self.twins += twins;
        self.late += late;
        self.partial += partial;
        self.rejected += rejected;
        self.objects += objects;
        self.markers += markers;
    }
}
