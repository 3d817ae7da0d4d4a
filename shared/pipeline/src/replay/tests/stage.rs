//! A function in this process, and who replays to it.

use super::shelf::{Shelf, View};
use crate::answer::Answer;
use crate::replay::{
    Invoke, InvokeFailure, Keys, Outcome, Replay, ReplayError, Selection, Summary, Survey, survey,
};
use crate::settings::Settings;
use crate::{Format as _, JsonFormat, Sink, Time, chain};
use bytes::Bytes;
use std::ffi::OsString;
use std::sync::Mutex;
use std::time::Duration;

/// What stands before the key of what is done.
pub(super) const DONE: &str = "done/";

/// json-sink, with variables on top of the least that it needs.
pub(super) struct JsonSink<'s> {
    sink: Sink<&'s View<'s>, JsonFormat>,
}

impl<'s> JsonSink<'s> {
    pub(super) fn new(view: &'s View<'s>, variables: &[(&str, &str)]) -> Self {
        let least = [
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "ap-northeast-2"),
            ("S3_BUCKET_NAME", "lake"),
        ];
        let lookup = |name: &str| {
            let all = variables.iter().chain(&least);
            all.clone().find(|(variable, _)| *variable == name).map(|(_, value)| OsString::from(value))
        };
        let settings = Settings::from_vars(lookup).unwrap_or_else(|error| panic!("{error}"));
        let format = JsonFormat::new(&settings).expect("it needs nothing");
        Self { sink: Sink::new(settings, format, view) }
    }
}

impl Invoke for JsonSink<'_> {
    fn name(&self) -> &str {
        "json-sink"
    }

    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeFailure> {
        let failure =
            |error: &(dyn std::error::Error + 'static)| InvokeFailure::Event(chain(error).to_string());
        let batch = record::event::parse(&event).map_err(|error| failure(&error))?;
        let time = Time { now_ms: 0, left: Duration::from_secs(60) };
        let sleeper = |_| std::future::ready(());
        let report = self.sink.deliver(&batch, time, sleeper).await.map_err(|error| failure(&error))?;
        Ok(serde_json::to_vec(&Answer::of(&report, batch.replay())).expect("an answer is JSON").into())
    }
}

/// Looks at everything under a prefix.
pub(super) async fn survey_all(view: &View<'_>, prefix: &str) -> Survey {
    let selection =
        Selection { source: Keys::Under(prefix.to_owned()), done_prefix: DONE.to_owned(), limit: None };
    survey(view, &selection, |_| {}).await.expect("memory can be read")
}

/// Replays everything under a prefix; says what became of each object.
pub(super) async fn replay_all(
    view: &View<'_>,
    function: &impl Invoke,
    prefix: &str,
) -> (Result<Summary, ReplayError>, Vec<(String, Outcome)>) {
    let candidates = survey_all(view, prefix).await.candidates;
    let replay = Replay { objects: view, function, done_prefix: DONE, cluster_arn: None, concurrency: 4 };
    let outcomes = Mutex::new(Vec::new());
    let watch = |candidate: &crate::replay::Candidate, outcome: &Outcome| {
        outcomes.lock().expect("no test panics here").push((candidate.key.clone(), outcome.clone()));
    };
    let summary = replay.run(candidates, || true, watch).await;
    let mut outcomes = outcomes.into_inner().expect("no test panics here");
    outcomes.sort_by(|one, other| one.0.cmp(&other.0));
    (summary, outcomes)
}

/// Runs a future to its end; one that is stopped dead on the way gives none.
pub(super) fn run<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    // A process that has ended never wakes anybody; a living one is ready after a few more polls than it has requests.
    for _ in 0..10_000 {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
    }
    None
}

/// A processes' life without end.
pub(super) const FOR_EVER: u64 = u64::MAX;

/// A shelf with what a sink of these settings makes of an event.
pub(super) fn deliver(shelf: &Shelf, variables: &[(&str, &str)], event: Vec<u8>) {
    let view = View::new(shelf, FOR_EVER);
    let sink = JsonSink::new(&view, variables);
    run(sink.invoke(event.into())).expect("nothing stops it").expect("the batch is delivered");
}
