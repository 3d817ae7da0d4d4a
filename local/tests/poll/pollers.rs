//! Pollers: alone, together, dying, ending.

use crate::stage::*;
use bytes::Bytes;
use local::lambda::{InvokeError, StartError};
use local::poll::{Deploy, Invoke, Mapping, Notice, PollError, Pollers, Polling, run};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::Notify;

/// Starts functions of which each keeps what it got, and tells how many there are.
#[derive(Default)]
struct Functions {
    started: AtomicUsize,
    stopped: AtomicUsize,
    events: Mutex<Vec<(usize, Places)>>,
    /// How long each invocation takes.
    takes: Duration,
    /// Which function panics at its first event.
    panics: Option<usize>,
}

struct One<'f> {
    functions: &'f Functions,
    number: usize,
}

impl Invoke for One<'_> {
    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        assert!(self.functions.panics != Some(self.number), "as it was told");
        tokio::time::sleep(self.functions.takes).await;
        let batch = record::event::parse(&event).unwrap();
        let places = batch.records().map(|record| (record.partition(), record.offset())).collect();
        self.functions.events.lock().unwrap().push((self.number, places));
        Ok(Bytes::new())
    }
}

impl<'f> Deploy for &'f &'f Functions {
    type Environment = One<'f>;

    async fn start(&self) -> Result<One<'f>, StartError> {
        Ok(One { functions: self, number: self.started.fetch_add(1, SeqCst) })
    }

    async fn stop(&self, _: One<'f>) {
        self.stopped.fetch_add(1, SeqCst);
    }

    fn arn(&self) -> String {
        "arn:aws:lambda:ap-northeast-2:123456789012:function:f".to_owned()
    }
}

impl Functions {
    /// All offsets by partition, each once.
    fn offsets(&self) -> BTreeMap<i32, Vec<i64>> {
        let mut offsets: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
        for (partition, offset) in self.events.lock().unwrap().iter().flat_map(|(_, places)| places) {
            offsets.entry(*partition).or_default().push(*offset);
        }
        for offsets in offsets.values_mut() {
            offsets.sort_unstable();
            offsets.dedup();
        }
        offsets
    }
}

fn polling<'p>(
    mapping: &'p Mapping,
    functions: &'p &'p &'p Functions,
    watch: &'p (dyn Fn(Notice<'_>) + Sync),
) -> Polling<'p, &'p &'p Functions> {
    Polling { mapping, functions, destination: None, watch, seed: 1 }
}

#[tokio::test]
async fn the_minimum_of_pollers_shares_the_partitions_and_loses_nothing() {
    let kafka = topic(6, 600).await;
    let mapping = Mapping { pollers: Pollers { minimum: 3, maximum: 3 }, ..mapping(&kafka) };
    let functions = Functions { takes: Duration::from_millis(20), ..Functions::default() };
    let summary = polling(&mapping, &&&functions, &|_| {}).run(std::future::pending()).await.unwrap();
    assert!(summary.records >= 600, "{summary:?}");
    assert_eq!(functions.offsets(), (0..6).map(|partition| (partition, up_to(100))).collect());
    assert_eq!(committed(&mapping).await, (0..6).map(|partition| (partition, 100)).collect());
    assert_eq!((functions.started.into_inner(), functions.stopped.into_inner()), (3, 3));
}

#[tokio::test]
async fn there_are_no_more_pollers_than_partitions() {
    let kafka = topic(2, 100).await;
    let mapping = Mapping { pollers: Pollers { minimum: 5, maximum: 9 }, ..mapping(&kafka) };
    let functions = Functions { takes: Duration::from_millis(100), ..Functions::default() };
    polling(&mapping, &&&functions, &|_| {}).run(std::future::pending()).await.unwrap();
    assert_eq!(functions.started.into_inner(), 2);
}

#[tokio::test]
async fn pollers_begin_while_records_wait_and_end_when_none_does() {
    let kafka = topic(4, 1200).await;
    let mapping =
        Mapping { pollers: Pollers { minimum: 1, maximum: 3 }, until_caught_up: false, ..mapping(&kafka) };
    let functions = Functions { takes: Duration::from_millis(80), ..Functions::default() };
    let (grown, shrunk) = (AtomicBool::new(false), Notify::new());
    let watch = |notice: Notice<'_>| match notice {
        Notice::PollerStarted(2) => grown.store(true, SeqCst),
        Notice::PollerStopped(1) => shrunk.notify_one(),
        _ => {}
    };
    let summary = polling(&mapping, &&&functions, &watch).run(shrunk.notified()).await.unwrap();
    assert!(grown.into_inner(), "there were more pollers: {summary:?}");
    assert_eq!(functions.offsets(), (0..4).map(|partition| (partition, up_to(300))).collect());
    assert_eq!(committed(&mapping).await, (0..4).map(|partition| (partition, 300)).collect());
}

#[tokio::test]
async fn a_poller_that_dies_does_not_stop_the_others() {
    let kafka = topic(4, 200).await;
    let mapping = Mapping { pollers: Pollers { minimum: 2, maximum: 2 }, ..mapping(&kafka) };
    let functions = Functions { takes: Duration::from_millis(50), panics: Some(1), ..Functions::default() };
    let died = AtomicUsize::new(0);
    let watch = |notice: Notice<'_>| {
        if let Notice::PollerDied { error, .. } = notice {
            assert!(matches!(error, PollError::Panicked { .. }), "{error:?}");
            died.fetch_add(1, SeqCst);
        }
    };
    polling(&mapping, &&&functions, &watch).run(std::future::pending()).await.unwrap();
    assert_eq!(died.into_inner(), 1);
    assert_eq!(functions.offsets(), (0..4).map(|partition| (partition, up_to(50))).collect());
}

#[tokio::test]
async fn a_function_that_does_not_start_ends_it_all() {
    struct Dead;
    impl Deploy for Dead {
        type Environment = &'static Fake<fn(usize, &Places) -> Result<String, InvokeError>>;

        async fn start(&self) -> Result<Self::Environment, StartError> {
            Err(StartError::TimedOut { timeout: Duration::from_secs(10) })
        }

        async fn stop(&self, _: Self::Environment) {}

        fn arn(&self) -> String {
            String::new()
        }
    }
    let kafka = topic(1, 1).await;
    let mapping = mapping(&kafka);
    let polling = Polling { mapping: &mapping, functions: &Dead, destination: None, watch: &|_| {}, seed: 1 };
    let error = polling.run(std::future::pending()).await.unwrap_err();
    assert_eq!(error.to_string(), "the function was not ready within 10 s and was killed");
}

#[tokio::test]
async fn stopping_waits_for_the_invocation_in_flight_and_commits_it() {
    struct Slow {
        entered: Notify,
        go_on: Notify,
        left: AtomicBool,
    }
    impl Invoke for Slow {
        async fn invoke(&self, _: Bytes) -> Result<Bytes, InvokeError> {
            self.entered.notify_one();
            self.go_on.notified().await;
            self.left.store(true, SeqCst);
            Ok(Bytes::new())
        }
    }
    let kafka = topic(1, 15).await;
    let function = Slow { entered: Notify::new(), go_on: Notify::new(), left: AtomicBool::new(false) };
    let stop = async {
        function.entered.notified().await;
        function.go_on.notify_one();
    };
    let mapping = Mapping { until_caught_up: false, ..mapping(&kafka) };
    let summary = run(&mapping, &function, &|_| {}, stop).await.unwrap();
    assert!(function.left.into_inner());
    assert_eq!(summary.records, 10);
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 10)]));
}

#[tokio::test]
async fn a_batch_whose_poller_is_gone_is_not_committed() {
    let kafka = topic(1, 5).await;
    struct Hang(Notify);
    impl Invoke for Hang {
        async fn invoke(&self, _: Bytes) -> Result<Bytes, InvokeError> {
            self.0.notify_one();
            std::future::pending().await
        }
    }
    let (mapping, hang) = (mapping(&kafka), Hang(Notify::new()));
    tokio::select! {
        _ = poll(&mapping, &hang) => unreachable!("the function never answers"),
        () = hang.0.notified() => {}
    }
    assert_eq!(committed(&mapping).await, BTreeMap::new());
}

#[tokio::test]
async fn two_mappings_of_one_group_share_the_partitions_and_lose_nothing() {
    let kafka = topic(4, 400).await;
    let mapping = Mapping { maximum_batching_window: Duration::ZERO, ..mapping(&kafka) };
    let (first, second) = (Fake::new(success), Fake::new(success));
    let ends = tokio::join!(poll(&mapping, &first), poll(&mapping, &second));
    ends.0.unwrap();
    ends.1.unwrap();
    for partition in 0..4 {
        // Both may have had a partition, one after the other; from the second's start on, what the first
        // had not committed may come again.
        let mut all: Vec<i64> = Vec::new();
        for function in [&first, &second] {
            let offsets = function.offsets().remove(&partition).unwrap_or_default();
            all.extend(offsets);
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all, up_to(100), "{partition}");
    }
}
