//! The tracking log: JSON to JSON Lines.

use super::dice::Dice;
use super::pipeline::{Pipeline, Produced, SPAN_MS};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

/// When the first event happens: 2024-01-15T10:30:00Z.
const START_MS: i64 = 1_705_314_600_000;

const EVENT_TYPES: [&str; 5] = ["page_view", "page_view", "search", "add_to_cart", "purchase"];

/// How much of an object is shown.
const SHOWN_LINES: usize = 3;

/// Tracking events as a shop's applications produce them; the same ones every time.
pub(crate) struct TrackingLog {
    events: Vec<Produced>,
}

impl TrackingLog {
    pub(crate) fn new(events: u32) -> Self {
        let mut dice = Dice::new();
        let step_ms = (SPAN_MS / u64::from(events)).max(1);
        let mut timestamp_ms = START_MS;
        let events = (0..events)
            .map(|_| {
                // A few users make most of the traffic.
                let user = dice.below(1 + dice.clone().below(400));
                let event = event(user, timestamp_ms, &mut dice);
                timestamp_ms += dice.below(2 * step_ms) as i64;
                event
            })
            .collect();
        Self { events }
    }
}

impl Pipeline for TrackingLog {
    const TOPIC: &'static str = "tracking.log";
    const PARTITIONS: i32 = 3;
    const BUCKET: &'static str = "c4-tracking-log";
    const RECORDS: &'static str = "tracking events";

    fn records(&self) -> &[Produced] {
        &self.events
    }

    fn sample(&self) -> String {
        self.events.first().map_or_else(String::new, |event| {
            let value = event.value.as_deref().unwrap_or_default();
            format!("{} = {}", event.key, String::from_utf8_lossy(value))
        })
    }

    fn registry(&self) -> Option<String> {
        None
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("PARTITIONER_CLASS", "HourlyPartitioner".to_owned())]
    }

    fn row(&self, index: usize, _offset: i64) -> Bytes {
        self.events[index].value.clone().unwrap_or_default()
    }

    fn rows(&self, object: &Bytes) -> anyhow::Result<Vec<Bytes>> {
        let lines = object.split_inclusive(|byte| *byte == b'\n');
        Ok(lines.map(|line| object.slice_ref(line.strip_suffix(b"\n").unwrap_or(line))).collect())
    }

    fn is_telling(&self, _object: &Bytes) -> bool {
        true
    }

    fn show(&self, object: &Bytes) -> anyhow::Result<Vec<String>> {
        let text = String::from_utf8_lossy(object);
        let lines = text.lines().take(SHOWN_LINES).chain(["…"]);
        Ok(lines.map(str::to_owned).collect())
    }
}

fn event(user: u64, timestamp_ms: i64, dice: &mut Dice) -> Produced {
    let key = format!("user-{user}");
    let event_type = dice.one_of(&EVENT_TYPES);
    let page = match event_type {
        "search" => format!("/search?q=item+{}", dice.below(90)),
        "purchase" => format!("/orders/{}", 100_000 + dice.below(900_000)),
        _ => format!("/products/{}", 1 + dice.below(500)),
    };
    let time = Timestamp::UNIX_EPOCH + SignedDuration::from_millis(timestamp_ms);
    let value =
        format!(r#"{{"userId":"{key}","eventType":"{event_type}","timestamp":"{time}","page":"{page}"}}"#);
    // A user's events stay in order: the same user, the same partition.
    let partition = (user % TrackingLog::PARTITIONS.unsigned_abs() as u64) as i32;
    Produced { partition, timestamp_ms, key, value: Some(value.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_traffic_is_the_same_every_time() {
        let (first, second) = (TrackingLog::new(1000), TrackingLog::new(1000));
        assert_eq!(first.events[0].timestamp_ms, START_MS);
        assert!(first.events.iter().zip(&second.events).all(|(a, b)| a.value == b.value));
    }

    #[test]
    fn every_event_is_json_in_one_line() {
        for event in TrackingLog::new(500).records() {
            let line = event.value.as_deref().unwrap();
            let value: serde_json::Value = serde_json::from_slice(line).unwrap();
            assert_eq!(value["userId"], event.key.as_str());
            assert!(!line.contains(&b'\n'));
            assert!((0..3).contains(&event.partition));
        }
    }

    #[test]
    fn hours_pass_however_few_events_there_are() {
        for events in [10, 10_000] {
            let span_ms = TrackingLog::new(events).records().last().unwrap().timestamp_ms - START_MS;
            assert!(span_ms > 3_600_000, "{events}: {span_ms}");
        }
    }
}
