//! Clickstream records in JSON.

use super::{MAX_BYTES, MAX_RECORDS, START_MS, random::Random};
use record::{
    Source, TimestampType,
    event::{EventWriter, NewRecord},
};

/// Clickstream records without headers: the batch is full by their number.
pub(crate) fn tracking() -> Vec<u8> {
    event(|_| Vec::new())
}

/// Clickstream records with two headers: the batch is full by its bytes.
pub(crate) fn tracking_with_headers() -> Vec<u8> {
    event(|random| {
        let (trace, span) = (random.next(), random.next());
        let parent = format!("00-{trace:016x}{:016x}-{span:016x}-01", random.next());
        vec![("traceparent", parent), ("content-type", "application/json".to_owned())]
    })
}

fn event(headers: impl Fn(&mut Random) -> Vec<(&'static str, String)>) -> Vec<u8> {
    let source = Source::Msk {
        cluster_arn: Some("arn:aws:kafka:ap-northeast-2:123456789012:cluster/tracking/751d2973-2".to_owned()),
    };
    let mut event = EventWriter::new(source, "b-1.tracking:9098,b-2.tracking:9098".to_owned());
    let mut random = Random(42);
    for index in 0..MAX_RECORDS {
        // Two hours in all.
        let timestamp_ms = START_MS + index as i64 * 720 + random.below(700) as i64;
        let user = format!("user-{}", random.below(50_000));
        let value = value(&user, timestamp_ms, &mut random);
        let headers = headers(&mut random);
        let record = NewRecord {
            topic: "tracking.log",
            partition: 0,
            offset: 4_200_000_000 + index as i64,
            timestamp_ms,
            timestamp_type: TimestampType::CreateTime,
            key: Some(user.as_bytes()),
            value: Some(value.as_bytes()),
            headers: headers.iter().map(|(name, value)| (*name, Some(value.as_bytes()))).collect(),
        };
        if !event.push_within(&record, MAX_BYTES) {
            break;
        }
    }
    event.finish()
}

fn value(user: &str, timestamp_ms: i64, random: &mut Random) -> String {
    let event_type =
        random.one_of(&["page_view", "page_view", "page_view", "click", "search", "add_to_cart"]);
    let second = timestamp_ms / 1000 % 86_400;
    let time =
        format!("{:02}:{:02}:{:02}.{:03}", second / 3600, second / 60 % 60, second % 60, timestamp_ms % 1000);
    let page = format!("/products/{}", random.below(5_000));
    let session = random.next();
    let referrer = random.one_of(&["https://www.google.com/", "/", "/search?q=shoes", "/products/77"]);
    let device = random.one_of(&["mobile", "desktop", "tablet"]);
    let country = random.one_of(&["KR", "JP", "US", "DE"]);
    let duration_ms = random.below(90_000);
    let [a, b, c, d] = (random.next() as u32).to_be_bytes();
    format!(
        r#"{{"userId":"{user}","eventType":"{event_type}","timestamp":"2024-01-15T{time}Z","page":"{page}","sessionId":"{session:016x}","referrer":"{referrer}","device":"{device}","ip":"{a}.{b}.{c}.{d}","country":"{country}","durationMs":{duration_ms}}}"#
    )
}
