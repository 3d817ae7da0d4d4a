//! The function, as far as a replay needs to know it.

use super::contents::Ask;
use crate::answer::{Answer, Replayed};
use bytes::Bytes;

/// Takes events, as Lambda's Invoke call does.
pub trait Invoke: Sync {
    /// The function's name, for messages.
    fn name(&self) -> &str;

    /// Hands over an event and waits for the answer.
    fn invoke(&self, event: Bytes) -> impl Future<Output = Result<Bytes, InvokeFailure>>;
}

/// An invocation did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeFailure {
    /// This event failed; another may not.
    #[error("{0}")]
    Event(String),
    /// No event can succeed: no such function, no permission, a function that does not start.
    #[error("{0}")]
    Function(String),
    /// Who replays has no time left to wait for the answer.
    #[error("no time is left to wait for function {0}")]
    OutOfTime(String),
}

/// What became of the records of one event.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) replayed: Replayed,
}

/// Invokes the function, and reads of its answer what became of the records.
pub(super) async fn ask(invoke: &impl Invoke, ask: Ask) -> Result<Reply, InvokeFailure> {
    let Ask { event, records, is_silent } = ask;
    let answer = invoke.invoke(event).await?;
    read(&answer, records, is_silent, invoke.name())
}

fn read(answer: &[u8], records: u64, is_silent: bool, function: &str) -> Result<Reply, InvokeFailure> {
    let Ok(Answer { batch_item_failures, replay }) = serde_json::from_slice::<Answer>(answer) else {
        return Err(foreign(function));
    };
    if let Some(failure) = batch_item_failures.first() {
        let (partitions, first) = (batch_item_failures.len(), &failure.item_identifier);
        return Err(InvokeFailure::Event(format!(
            "{partitions} of its topic-partitions could not be delivered, the first: {} from offset {} on; the \
             function's log has the reason",
            first.partition, first.offset
        )));
    }
    match replay {
        Some(replayed) if replayed.records() == records => Ok(Reply { replayed }),
        Some(replayed) => Err(InvokeFailure::Event(format!(
            "the function accounts for {} records of {records}",
            replayed.records()
        ))),
        // The mapping's own answer, which says that every record is in an object.
        None if is_silent => Ok(Reply { replayed: Replayed { redelivered: records, ..Replayed::default() } }),
        None => Err(foreign(function)),
    }
}

fn foreign(function: &str) -> InvokeFailure {
    InvokeFailure::Function(format!(
        "function {function} does not answer as a sink of landfall that knows replays: is it the right one, and of \
         this version?"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, is_silent: bool, expected: Result<u64, &str>) {
        let found = read(answer.as_bytes(), 3, is_silent, "sink");
        let found = found.map(|reply| reply.replayed.delivered).map_err(|error| error.to_string());
        assert_eq!(found.as_ref().map_err(String::as_str), expected.as_ref().map_err(|it| *it), "{answer}");
    }

    const FOREIGN: &str = "function sink does not answer as a sink of landfall that knows replays: is it the right \
                           one, and of this version?";

    #[test]
    fn every_record_is_accounted_for() {
        let replay = |delivered: u64| {
            format!(
                r#"{{"batchItemFailures":[],"replay":{{"delivered":{delivered},"redelivered":0,"ignored":1,"quarantined":0,"stillBad":[]}}}}"#
            )
        };
        check(&replay(2), false, Ok(2));
        check(&replay(1), false, Err("the function accounts for 2 records of 3"));
        check(&replay(3), false, Err("the function accounts for 4 records of 3"));
    }

    #[test]
    fn a_partition_that_failed_is_named() {
        let items = r#"{"itemIdentifier":{"partition":"t-1","offset":5}}"#;
        check(
            &format!(r#"{{"batchItemFailures":[{items},{items}]}}"#),
            false,
            Err(
                "2 of its topic-partitions could not be delivered, the first: t-1 from offset 5 on; the function's \
                 log has the reason",
            ),
        );
    }

    #[test]
    fn a_function_that_is_none_of_ours_is_told_even_where_a_mapping_would_take_its_answer() {
        for answer in ["", "null", "{}", "\"done\"", r#"{"batchItemFailures":[]}"#, r#"{"statusCode":200}"#] {
            check(answer, false, Err(FOREIGN));
        }
    }

    #[test]
    fn an_event_without_room_for_the_question_is_answered_as_a_mapping_is() {
        check(r#"{"batchItemFailures":[]}"#, true, Ok(0));
        for answer in ["null", "{}", r#"{"statusCode":200}"#] {
            check(answer, true, Err(FOREIGN));
        }
    }
}
