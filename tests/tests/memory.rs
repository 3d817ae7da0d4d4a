//! The largest event that Lambda hands over fits a small function.

use end_to_end::embedded::Embedded;
use end_to_end::process;
use end_to_end::records::TOPIC;
use end_to_end::sink::Sink;
use record::event::{EventWriter, NewRecord};
use record::{Source, TimestampType};

/// What a function with 128 MB can spare beside the runtime and the kernel's share.
const LIMIT: u64 = 64 << 20;

/// Lambda's limit on the event of a synchronous invocation.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_EVENT_BYTES: usize = 6 << 20;

#[tokio::test]
async fn six_megabytes_of_small_records_stay_below_64_mb() {
    check(&[], &largest_event(240, 1)).await;
}

#[tokio::test]
async fn six_megabytes_of_small_records_stay_below_64_mb_with_gzip() {
    check(&[("S3_COMPRESSION_TYPE", "gzip")], &largest_event(240, 3)).await;
}

#[tokio::test]
async fn six_megabytes_of_small_records_stay_below_64_mb_with_zstd() {
    check(&[("S3_COMPRESSION_TYPE", "zstd"), ("S3_COMPRESSION_LEVEL", "19")], &largest_event(240, 3)).await;
}

#[tokio::test]
async fn six_megabytes_of_records_stay_below_64_mb_with_an_object_for_each() {
    check(&[("FLUSH_SIZE", "1")], &largest_event(1000, 1)).await;
}

#[tokio::test]
async fn six_megabytes_of_one_record_stay_below_64_mb() {
    check(
        &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")],
        &largest_event(4_600_000, 1),
    )
    .await;
}

#[tokio::test]
async fn six_megabytes_of_bad_records_stay_below_64_mb() {
    let bad =
        String::from_utf8(largest_event(240, 1)).expect("an event is text").replace("eyJ1c2Vy", "e3J1c2Vy");
    check(&[], bad.as_bytes()).await;
}

async fn check(settings: &[(&str, &str)], event: &[u8]) {
    let embedded = Embedded::start().await;
    let sink = Sink::start(&embedded.bucket("lake"), "lake", settings).await.expect("the function starts");
    // The second finds the heap as the first has left it.
    for _ in 0..2 {
        sink.invoke(event.to_vec()).await.expect("the batch is delivered");
    }
    let peak = sink.process_id().and_then(process::peak_resident_bytes).expect("the function runs");
    #[expect(clippy::print_stdout, reason = "the numbers are worth seeing")]
    {
        println!(
            "{settings:?}: {} records, {} bytes, peak {:.1} MB",
            count(event),
            event.len(),
            peak as f64 / 1e6
        );
    }
    assert!(peak < LIMIT, "peak of {peak} bytes");
}

/// As many records with values of about this length as Lambda would hand over at once.
fn largest_event(value_bytes: usize, partitions: i32) -> Vec<u8> {
    let mut event = EventWriter::new(Source::SelfManaged, "127.0.0.1:9092".to_owned());
    for offset in 0..10_000 {
        let text: String =
            (0..value_bytes).map(|at| char::from(b'a' + ((at * 7 + offset * 13) % 26) as u8)).collect();
        let value = format!(r#"{{"user":"user-{}","text":"{text}"}}"#, offset % 100);
        let record = NewRecord {
            topic: TOPIC,
            partition: offset as i32 % partitions,
            offset: offset as i64,
            timestamp_ms: 1_763_683_200_000 + offset as i64,
            timestamp_type: TimestampType::CreateTime,
            key: Some(b"user"),
            value: Some(value.as_bytes()),
            headers: vec![("traceparent", Some(b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))],
        };
        if !event.push_within(&record, MAX_EVENT_BYTES) {
            break;
        }
    }
    event.finish()
}

fn count(event: &[u8]) -> usize {
    event.windows(9).filter(|window| window == b"\"offset\":").count()
}
