//! What a function's answer says of its batch.
//!
//! Kafka's shape differs from that of queues: an item is a topic-partition and an offset.
//! <https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html>

use super::batch::Envelope;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// All records were processed.
    Processed,
    /// By partition, the first offset that was not.
    Failed(BTreeMap<i32, i64>),
    /// The answer names what the batch does not have, or is no batch response: nothing was processed.
    Invalid(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    batch_item_failures: Option<Vec<Failure>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: Item,
}

#[derive(Deserialize)]
struct Item {
    partition: String,
    offset: i64,
}

/// Reads an answer of a function whose mapping has `ReportBatchItemFailures`.
///
/// Lambda documents that the named records come again, and not whether those behind them do. Here
/// everything from a partition's first named offset on comes again: it keeps the order, and it is what
/// a function must be ready for.
pub(crate) fn read(answer: &[u8], handed: &BTreeSet<(i32, i64)>, envelope: &Envelope) -> Answer {
    if answer.trim_ascii().is_empty() {
        return Answer::Processed;
    }
    let response: Option<Response> = match serde_json::from_slice(answer) {
        Ok(response) => response,
        Err(error) => return Answer::Invalid(error.to_string()),
    };
    let failures = response.and_then(|response| response.batch_item_failures).unwrap_or_default();
    let mut failed = BTreeMap::new();
    for Failure { item_identifier: Item { partition: name, offset } } in failures {
        let named = partition(&name, &envelope.topic).filter(|named| handed.contains(&(*named, offset)));
        let Some(partition) = named else {
            return Answer::Invalid(format!("the batch has no record {name}@{offset}"));
        };
        let first = failed.entry(partition).or_insert(offset);
        *first = offset.min(*first);
    }
    if failed.is_empty() { Answer::Processed } else { Answer::Failed(failed) }
}

/// The partition that a name such as `orders-0` means, if it is the topic's and written as Lambda writes it.
fn partition(name: &str, topic: &str) -> Option<i32> {
    let number = name.strip_prefix(topic)?.strip_prefix('-')?;
    number.parse().ok().filter(|partition: &i32| partition.to_string() == number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::tests::envelope;

    #[track_caller]
    fn check(answer: &str, expected: Answer) {
        let handed = BTreeSet::from([(0, 5), (1, 7), (0, 6), (0, 9)]);
        assert_eq!(read(answer.as_bytes(), &handed, &envelope()), expected);
    }

    fn invalid(reason: &str) -> Answer {
        Answer::Invalid(reason.to_owned())
    }

    fn item(partition: &str, offset: i64) -> String {
        format!(r#"{{"itemIdentifier":{{"partition":"{partition}","offset":{offset}}}}}"#)
    }

    #[test]
    fn nothing_named_is_success() {
        for answer in
            ["", " ", "null", "{}", r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null,"x":1}"#]
        {
            check(answer, Answer::Processed);
        }
    }

    #[test]
    fn a_partition_fails_from_its_first_named_offset_on() {
        let items = [item("t-0", 9), item("t-1", 7), item("t-0", 6)].join(",");
        check(&format!(r#"{{"batchItemFailures":[{items}]}}"#), Answer::Failed([(0, 6), (1, 7)].into()));
    }

    #[test]
    fn what_the_batch_does_not_have_fails_it_as_a_whole() {
        for (partition, offset) in [("t-0", 7), ("t-2", 5), ("0", 5), ("u-0", 5), ("t-00", 5), ("t-+0", 5)] {
            let items = [item("t-1", 7), item(partition, offset)].join(",");
            let reason = format!("the batch has no record {partition}@{offset}");
            check(&format!(r#"{{"batchItemFailures":[{items}]}}"#), invalid(&reason));
        }
    }

    #[test]
    fn what_is_no_batch_response_fails_the_batch() {
        check("done", invalid("expected value at line 1 column 1"));
        check(
            r#"{"batchItemFailures":[{"itemIdentifier":"5"}]}"#,
            invalid("invalid type: string \"5\", expected struct Item at line 1 column 43"),
        );
    }
}
