//! What a function answers: to a mapping, and to who replays.

use crate::report::{FailedPartition, Report, StillBad};
use record::event::Replay;
use serde::{Deserialize, Serialize};

/// Longest message that an answer has of a record, in bytes: 10,000 of them must fit an answer of 6 MB.
const MAX_MESSAGE_BYTES: usize = 256;

/// The answer that a mapping understands, with and without `ReportBatchItemFailures`.
/// <https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    pub(crate) batch_item_failures: Vec<ItemFailure>,
    /// Only for an event that asks for it, which no mapping's does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replay: Option<Replayed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemFailure {
    pub(crate) item_identifier: Item,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// The topic-partition's name in the event.
    pub(crate) partition: String,
    pub(crate) offset: i64,
}

/// What became of the records of an event that was replayed: each is counted once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Replayed {
    /// Written as data.
    pub(crate) delivered: u64,
    /// Found as data.
    pub(crate) redelivered: u64,
    /// Skipped by setting.
    pub(crate) ignored: u64,
    /// In quarantine, of a batch.
    pub(crate) quarantined: u64,
    /// Still in quarantine, of records out of it.
    pub(crate) still_bad: Vec<BadRecord>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BadRecord {
    pub(crate) partition: String,
    pub(crate) offset: i64,
    pub(crate) error_kind: String,
    pub(crate) error_message: String,
}

impl Answer {
    pub(crate) fn of(report: &Report, replay: Option<Replay>) -> Self {
        Self {
            batch_item_failures: report.failed.iter().map(ItemFailure::from).collect(),
            replay: replay.map(|replay| Replayed {
                delivered: report.data.records,
                redelivered: report.data.redelivered,
                ignored: report.ignored,
                quarantined: match replay {
                    Replay::Batch => report.rejected.values().sum(),
                    Replay::Records => 0,
                },
                still_bad: report.still_bad.iter().map(BadRecord::from).collect(),
            }),
        }
    }
}

impl Replayed {
    /// How many records it accounts for.
    #[cfg(feature = "replay")]
    pub(crate) fn records(&self) -> u64 {
        self.delivered + self.redelivered + self.ignored + self.quarantined + self.still_bad.len() as u64
    }
}

impl From<&FailedPartition> for ItemFailure {
    fn from(failed: &FailedPartition) -> Self {
        let partition = format!("{}-{}", failed.topic, failed.partition);
        Self { item_identifier: Item { partition, offset: failed.offset } }
    }
}

impl From<&StillBad> for BadRecord {
    fn from(bad: &StillBad) -> Self {
        let end = bad.message.floor_char_boundary(MAX_MESSAGE_BYTES);
        let cut = if end < bad.message.len() { "…" } else { "" };
        Self {
            partition: format!("{}-{}", bad.topic, bad.partition),
            offset: bad.offset,
            error_kind: bad.kind.to_owned(),
            error_message: format!("{}{cut}", &bad.message[..end]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[track_caller]
    fn check(report: &Report, replay: Option<Replay>, expected: &str) {
        let answer = Answer::of(report, replay);
        let text = serde_json::to_string(&answer).expect("an answer is JSON");
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Answer>(&text).expect("an answer is read back"), answer);
    }

    fn report() -> Report {
        let mut report =
            Report { records: 9, elapsed: Duration::from_millis(5), ignored: 1, ..Report::default() };
        (report.data.records, report.data.redelivered) = (3, 2);
        report.rejected.insert("invalid_json", 3);
        report
    }

    #[test]
    fn a_mapping_is_told_of_failed_partitions_alone() {
        check(&report(), None, r#"{"batchItemFailures":[]}"#);
        let failed =
            FailedPartition { topic: "a-b".into(), partition: 7, offset: 5, reason: "it rains".into() };
        check(
            &Report { failed: vec![failed], ..report() },
            None,
            r#"{"batchItemFailures":[{"itemIdentifier":{"partition":"a-b-7","offset":5}}]}"#,
        );
    }

    #[test]
    fn who_replays_is_told_what_became_of_each_record() {
        check(
            &report(),
            Some(Replay::Batch),
            r#"{"batchItemFailures":[],"replay":{"delivered":3,"redelivered":2,"ignored":1,"quarantined":3,"stillBad":[]}}"#,
        );
        let bad = StillBad {
            topic: "t".into(),
            partition: 0,
            offset: 5,
            kind: "invalid_json",
            message: "é".repeat(200),
        };
        let message = "é".repeat(128);
        check(
            &Report { still_bad: vec![bad], ..report() },
            Some(Replay::Records),
            &format!(
                r#"{{"batchItemFailures":[],"replay":{{"delivered":3,"redelivered":2,"ignored":1,"quarantined":0,"stillBad":[{{"partition":"t-0","offset":5,"errorKind":"invalid_json","errorMessage":"{message}…"}}]}}}}"#
            ),
        );
    }
}
