//! Tracking events as a shop's applications produce them; the same ones every time.

use jiff::{SignedDuration, Timestamp};
use record::TimestampType;
use record::event::NewRecord;

/// The topic of the tracking log.
pub(crate) const TOPIC: &str = "tracking.log";

/// When the first event happens: 2024-01-15T10:30:00Z.
const START_MS: i64 = 1_705_314_600_000;

/// How long the traffic goes on, however many events there are: over four hours of the clock.
const SPAN_MS: u64 = 10_000_000;

const EVENT_TYPES: [&str; 5] = ["page_view", "page_view", "search", "add_to_cart", "purchase"];

/// All events in the order in which they are produced.
pub(crate) struct Traffic {
    events: Vec<Event>,
}

/// One event.
pub(crate) struct Event {
    pub(crate) partition: i32,
    pub(crate) timestamp_ms: i64,
    /// The user's id.
    pub(crate) key: String,
    /// JSON.
    pub(crate) value: String,
}

impl Traffic {
    pub(crate) fn new(events: u32, partitions: i32) -> Self {
        let mut dice = Dice(0x6c61_6e64_6661_6c6c);
        let step_ms = (SPAN_MS / u64::from(events)).max(1);
        let mut timestamp_ms = START_MS;
        let events = (0..events)
            .map(|_| {
                // A few users make most of the traffic.
                let user = dice.below(1 + dice.clone().below(400));
                let event = Event::new(user, timestamp_ms, partitions, &mut dice);
                timestamp_ms += dice.below(2 * step_ms) as i64;
                event
            })
            .collect();
        Self { events }
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }
}

impl Event {
    fn new(user: u64, timestamp_ms: i64, partitions: i32, dice: &mut Dice) -> Self {
        let key = format!("user-{user}");
        let event_type = EVENT_TYPES[dice.below(EVENT_TYPES.len() as u64) as usize];
        let page = match event_type {
            "search" => format!("/search?q=item+{}", dice.below(90)),
            "purchase" => format!("/orders/{}", 100_000 + dice.below(900_000)),
            _ => format!("/products/{}", 1 + dice.below(500)),
        };
        let time = Timestamp::UNIX_EPOCH + SignedDuration::from_millis(timestamp_ms);
        let value = format!(
            r#"{{"userId":"{key}","eventType":"{event_type}","timestamp":"{time}","page":"{page}"}}"#
        );
        // A user's events stay in order: the same user, the same partition.
        let partition = (user % partitions.unsigned_abs() as u64) as i32;
        Self { partition, timestamp_ms, key, value }
    }

    pub(crate) fn to_record(&self) -> NewRecord<'_> {
        NewRecord {
            topic: TOPIC,
            partition: self.partition,
            offset: 0,
            timestamp_ms: self.timestamp_ms,
            timestamp_type: TimestampType::CreateTime,
            key: Some(self.key.as_bytes()),
            value: Some(self.value.as_bytes()),
            headers: Vec::new(),
        }
    }
}

/// Random numbers that are the same every time: SplitMix64.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_traffic_is_the_same_every_time() {
        let traffic = Traffic::new(1000, 3);
        let first = &traffic.events()[0];
        assert_eq!(first.timestamp_ms, START_MS);
        let again = Traffic::new(1000, 3);
        assert!(traffic.events().iter().zip(again.events()).all(|(a, b)| a.value == b.value));
    }

    #[test]
    fn every_event_is_json_in_one_line() {
        for event in Traffic::new(500, 3).events() {
            let value: serde_json::Value = serde_json::from_str(&event.value).unwrap();
            assert_eq!(value["userId"], event.key.as_str());
            assert!(!event.value.contains('\n'));
            assert!((0..3).contains(&event.partition));
        }
    }

    #[test]
    fn hours_pass_however_few_events_there_are() {
        for events in [10, 10_000] {
            let traffic = Traffic::new(events, 3);
            let span_ms = traffic.events().last().unwrap().timestamp_ms - START_MS;
            assert!(span_ms > 3_600_000, "{events}: {span_ms}");
        }
    }
}
