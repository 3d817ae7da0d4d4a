//! `landfall audit` finds what was damaged on purpose, and nothing else.
//!
//! All objects are made by the release functions.

mod damage;
mod kafka;
mod layouts;
mod memory;
mod usage;

use end_to_end::records::{Mark, TOPIC, event, event_with_values};
use end_to_end::s3::S3;
use end_to_end::sink::Sink;
use std::ops::Range;

/// The key of data, or of a marker.
fn key(partition: i32, offset: i64) -> String {
    format!("topics/{TOPIC}/partition={partition}/{TOPIC}+{partition}+{offset:010}.json")
}

/// The key of quarantine.
fn quarantine_key(partition: i32, offset: i64) -> String {
    format!("quarantine/{TOPIC}/partition={partition}/{TOPIC}+{partition}+{offset:010}.json")
}

fn marks(partition: i32, offsets: Range<i64>) -> Vec<Mark> {
    offsets.map(|offset| Mark { partition, offset }).collect()
}

/// Delivers batches of good records, in this order.
async fn deliver(sink: &Sink, batches: &[(i32, Range<i64>)]) {
    for (partition, offsets) in batches {
        let event = event(&marks(*partition, offsets.clone()));
        sink.invoke(event).await.expect("the batch is delivered");
    }
}

/// Delivers records that are no JSON.
async fn deliver_bad(sink: &Sink, partition: i32, offsets: Range<i64>) {
    let event = event_with_values(&marks(partition, offsets), |_| b"{".to_vec());
    sink.invoke(event).await.expect("the batch is delivered");
}

/// Fills a bucket with all that a healthy sink leaves behind:
///
/// - partition 0: 0–9, a marker that answers for 6–9 and goes on after 0, and 10–14, which go on after 6;
/// - partition 1: 0–4, 5–7 and 9–11, and in quarantine 8.
async fn fill(s3: &S3, bucket: &str) {
    let sink = Sink::start(s3, bucket, &[]).await.expect("the function starts");
    deliver(&sink, &[(0, 0..10), (0, 0..6), (0, 6..15), (1, 0..5), (1, 5..8), (1, 9..12)]).await;
    deliver_bad(&sink, 1, 8..9).await;
}
