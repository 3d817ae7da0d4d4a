//! Random histories of deliveries end with each record in exactly one object.
//!
//! The release binary writes through a proxy that fails; its process is killed at random; batches come again with
//! other limits, twice at once, and late, when others have gone on. Afterwards nothing is lost, nothing stands
//! twice, and no object was written more than once.
//!
//! `LANDFALL_HISTORIES` says how many histories, `LANDFALL_SEED` which is the first.

mod format;
mod history;
mod tally;

use bytes::Bytes;
use end_to_end::embedded::Embedded;
use end_to_end::faulty::{FaultyS3, Plan};
use end_to_end::process;
use end_to_end::records::{assert_each_landed_once, landed};
use end_to_end::s3::S3;
use end_to_end::sink::Sink;
use format::Format;
use futures_util::{StreamExt as _, stream};
use history::History;
use local::lambda::InvokeError;
use std::sync::Arc;
use std::time::Duration;
use tally::Tally;
use tokio::task::JoinSet;

/// As many of JSON Lines as run in a minute or so.
const JSON_HISTORIES: u64 = 200;

/// As many of Parquet as run in a minute or so.
const PARQUET_HISTORIES: u64 = 60;

/// Histories at a time: they wait more than they work.
const AT_ONCE: usize = 6;

/// Batches that a history fails, or not, until nothing goes wrong any more.
const TROUBLED_BATCHES: usize = 12;

/// Quick retries, so that a history ends soon, and few, so that invocations fail.
const RETRIES: [(&str, &str); 2] = [("S3_RETRY_BACKOFF_MS", "1"), ("S3_PART_RETRIES", "2")];

/// What decides which records share an object.
const GROUPINGS: [&[(&str, &str)]; 6] = [
    &[],
    &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")],
    &[("PARTITIONER_CLASS", "HourlyPartitioner")],
    &[("PARTITIONER_CLASS", "FieldPartitioner,HourlyPartitioner"), ("PARTITION_FIELD_NAME", "user")],
    &[("FLUSH_SIZE", "1")],
    &[("FLUSH_SIZE", "7"), ("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")],
];

#[tokio::test(flavor = "multi_thread")]
async fn every_history_ends_with_each_record_in_exactly_one_object() {
    check(Format::Json, JSON_HISTORIES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_history_ends_with_each_record_in_exactly_one_object_of_parquet() {
    check(Format::parquet(), PARQUET_HISTORIES).await;
}

async fn check(format: Format, histories: u64) {
    let format = Arc::new(format);
    let count = number("LANDFALL_HISTORIES").unwrap_or(histories);
    let first = number("LANDFALL_SEED").unwrap_or(1);
    let embedded = Arc::new(Embedded::start().await);
    let mut running = stream::iter(first..first + count)
        .map(|seed| {
            let (format, embedded) = (Arc::clone(&format), Arc::clone(&embedded));
            async move { (seed, tokio::spawn(run(seed, format, embedded)).await) }
        })
        .buffer_unordered(AT_ONCE);
    let mut tally = Tally::default();
    while let Some((seed, history)) = running.next().await {
        tally += history.unwrap_or_else(|error| panic!("LANDFALL_SEED={seed} LANDFALL_HISTORIES=1: {error}"));
    }
    #[expect(clippy::print_stdout, reason = "the numbers are worth seeing")]
    {
        println!("{count} histories: {tally:?}");
    }
    assert!(count < histories || tally.is_rich(), "the histories did not meet what they are for: {tally:?}");
}

async fn run(seed: u64, format: Arc<Format>, embedded: Arc<Embedded>) -> Tally {
    let bucket = format!("history-{seed}");
    let stored = embedded.bucket(&bucket);
    let mut history = History::new(seed, &format);
    let percent = history.rng.u8(10..60);
    let proxy = FaultyS3::start(&stored.endpoint, Plan::seeded(seed, percent)).await;
    let s3 = S3 { endpoint: proxy.endpoint(), ..stored.clone() };
    let grouping = GROUPINGS[history.rng.usize(0..GROUPINGS.len())];
    let report = ("REPORT_BATCH_ITEM_FAILURES", if history.rng.bool() { "true" } else { "false" });
    let of_format = format.settings(&mut history.rng);
    let of_format = of_format.iter().map(|(name, value)| (*name, value.as_str()));
    let settings: Vec<_> =
        grouping.iter().chain(&RETRIES).copied().chain([report]).chain(of_format).collect();
    let start = || format.program().start(&s3, &bucket, &settings);
    let sink = start().await.expect("the function starts");
    let twin = Arc::new(start().await.expect("the function starts"));

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
    let objects = format.as_lines(stored.objects(&bucket).await);
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
