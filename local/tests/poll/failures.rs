//! What becomes of batches that fail.

use crate::stage::*;
use local::lambda::InvokeError;
use local::poll::{Mapping, Notice, Summary, run};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

/// A mapping that gives up at once, and so takes batches as they come.
fn impatient(mapping: Mapping) -> Mapping {
    Mapping { maximum_retry_attempts: Some(0), ..mapping }
}

#[tokio::test]
async fn a_batch_that_fails_comes_again_before_all_others() {
    let kafka = topic(1, 25).await;
    let function = Fake::new(|call, places| if call < 2 { failure() } else { success(call, places) });
    let tries = Mutex::new(Vec::new());
    let watch = |notice: Notice<'_>| {
        if let Notice::Failed { attempts, first, .. } = notice {
            tries.lock().unwrap().push((attempts, first.map(str::to_owned)));
        }
    };
    let summary = run(&mapping(&kafka), &function, &watch, std::future::pending()).await.unwrap();
    assert_eq!((summary.failures, summary.records), (2, 25));
    let first = Some(format!("{TOPIC}-0@0"));
    assert_eq!(tries.into_inner().unwrap(), [(1, first.clone()), (2, first)]);
    let events = function.events();
    assert!(events[..3].iter().all(|event| event[0] == (0, 0)), "{events:?}");
    assert_eq!(events[2..].concat(), places(0, 0..25));
}

#[tokio::test]
async fn retries_are_cut_anew_and_keep_the_order() {
    let kafka = topic(2, 120).await;
    let mut lengths = BTreeSet::new();
    for seed in 0..3 {
        // Three of four invocations fail.
        let successes = Mutex::new(Vec::new());
        let function = Fake::new(|call, places| {
            if call % 4 < 3 {
                return failure();
            }
            successes.lock().unwrap().extend(places.clone());
            success(call, places)
        });
        let mapping = Mapping { consumer_group_id: format!("group-{seed}"), ..mapping(&kafka) };
        let watch = |_: Notice<'_>| {};
        let functions = &&function;
        let polling =
            local::poll::Polling { mapping: &mapping, functions, destination: None, watch: &watch, seed };
        polling.run(std::future::pending()).await.unwrap();
        lengths.extend(function.events().iter().map(Vec::len));
        let successes = successes.into_inner().unwrap();
        for partition in 0..2 {
            let ours: Vec<_> = successes.iter().copied().filter(|place| place.0 == partition).collect();
            assert_eq!(ours, places(partition, 0..60), "each record succeeds once, in order");
        }
    }
    assert!(lengths.len() > 3, "batches of {lengths:?} records");
}

#[tokio::test]
async fn a_batch_is_tried_as_often_as_the_mapping_says_and_then_discarded() {
    for (retries, expected) in [(0, 1), (2, 3)] {
        let kafka = topic(1, 2).await;
        let mapping = Mapping { maximum_retry_attempts: Some(retries), batch_size: 1, ..mapping(&kafka) };
        let function =
            Fake::new(|call, places| if places[0].1 == 0 { failure() } else { success(call, places) });
        let summary = poll(&mapping, &function).await.unwrap();
        assert_eq!((summary.records, summary.discarded, summary.failures), (1, 1, expected));
        let tried = function.offsets()[&0].iter().filter(|offset| **offset == 0).count();
        assert_eq!(tried as u64, expected);
        assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 2)]));
    }
}

#[tokio::test]
async fn a_batch_is_split_down_to_the_record_that_fails() {
    let kafka = topic(1, 16).await;
    let mapping = Mapping {
        batch_size: 16,
        maximum_batching_window: Duration::from_secs(30),
        bisect_batch_on_function_error: true,
        ..impatient(mapping(&kafka))
    };
    let poison = |places: &Places| places.contains(&(0, 5));
    let function = Fake::new(|call, places| if poison(places) { failure() } else { success(call, places) });
    let shelf = Shelf::default();
    let summary = poll_into(&with_destination(mapping.clone()), &function, &shelf, 1).await.unwrap();
    let expected = [0..16, 0..8, 0..4, 4..8, 4..6, 4..5, 5..6, 6..8, 8..16];
    assert_eq!(function.events(), expected.map(|offsets| places(0, offsets)));
    assert_eq!(shelf.places(), [(vec![(0, 5)], "RetryAttemptsExhausted".to_owned())]);
    assert_eq!(shelf.records()[0].1.request_context.approximate_invoke_count, 5);
    assert_eq!((summary.records, summary.given_up), (15, 1));
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 16)]));
}

#[tokio::test]
async fn a_partial_failure_commits_what_came_before_it_and_only_the_rest_comes_again() {
    let kafka = topic(2, 10).await;
    let mapping = Mapping {
        report_batch_item_failures: true,
        maximum_batching_window: Duration::from_secs(30),
        ..mapping(&kafka)
    };
    let function = Fake::new(|call, places| match call {
        0 => reported(&[item(1, 4), item(1, 3)]),
        _ => success(call, places),
    });
    let summary = poll(&mapping, &function).await.unwrap();
    assert_eq!((summary.records, summary.failures), (10, 1));
    assert_eq!(function.events()[1..].concat(), places(1, 3..5));
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 5), (1, 5)]));

    // A mapping without ReportBatchItemFailures takes any answer for success.
    let other =
        Mapping { consumer_group_id: "other".to_owned(), report_batch_item_failures: false, ..mapping };
    for answer in [r#"{"batchItemFailures":[{}]}"#, "garbage"] {
        let other = Mapping { consumer_group_id: answer.to_owned(), ..other.clone() };
        let function = Fake::new(|_, _| Ok(answer.to_owned()));
        let expected = Summary { invocations: 1, records: 10, ..Summary::default() };
        assert_eq!(poll(&other, &function).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn what_fails_in_part_until_the_end_is_given_up_in_part() {
    let kafka = topic(2, 10).await;
    let mapping = Mapping {
        report_batch_item_failures: true,
        maximum_batching_window: Duration::from_secs(30),
        ..impatient(mapping(&kafka))
    };
    let function = Fake::new(|_, _| reported(&[item(1, 3)]));
    let shelf = Shelf::default();
    let summary = poll_into(&with_destination(mapping.clone()), &function, &shelf, 1).await.unwrap();
    assert_eq!((summary.records, summary.given_up, summary.invocations), (8, 2, 1));
    assert_eq!(shelf.places(), [(places(1, 3..5), "RetryAttemptsExhausted".to_owned())]);
    let response = shelf.records()[0].1.response_context.clone().unwrap();
    assert_eq!(response.function_error, None, "the function did not fail");
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 5), (1, 5)]));
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_fails_the_whole_batch() {
    let garbage = [
        "garbage".to_owned(),
        r#"{"batchItemFailures":[{"itemIdentifier":"5"}]}"#.to_owned(),
        reported(&[item(0, 99)]).unwrap(),
        reported(&[item(7, 0)]).unwrap(),
        reported(&[item(0, 1), item(0, 99)]).unwrap(),
    ];
    for answer in garbage {
        let kafka = topic(1, 4).await;
        let mapping =
            Mapping { report_batch_item_failures: true, batch_size: 4, ..impatient(mapping(&kafka)) };
        let shelf = Shelf::default();
        let function = Fake::new(|_, _| Ok(answer.clone()));
        poll_into(&with_destination(mapping), &function, &shelf, 1).await.unwrap();
        assert_eq!(shelf.places(), [(places(0, 0..4), "RetryAttemptsExhausted".to_owned())], "{answer}");
    }
}

#[tokio::test]
async fn a_batch_that_waits_for_its_retry_holds_up_its_own_partition_only() {
    let kafka = topic(2, 40).await;
    let mapping = Mapping { batch_size: 1, ..mapping(&kafka) };
    // Partition 0 fails until partition 1 is through.
    let is_through = AtomicBool::new(false);
    let function = Fake::new(|call, places| {
        is_through.fetch_or(places.contains(&(1, 19)), SeqCst);
        let fails = places.iter().any(|place| place.0 == 0) && !is_through.load(SeqCst);
        if fails { failure() } else { success(call, places) }
    });
    let summary = poll(&mapping, &function).await.unwrap();
    assert_eq!(summary.records, 40);
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 20), (1, 20)]));
}

#[tokio::test]
async fn every_way_to_fail_is_a_failed_invocation() {
    let ways: [fn() -> InvokeError; 4] = [
        || InvokeError::TimedOut { timeout: Duration::from_secs(1) },
        || InvokeError::AnswerTooLarge,
        || InvokeError::Start(local::lambda::StartError::TimedOut { timeout: Duration::from_secs(1) }),
        || InvokeError::Function { error_type: "X".to_owned(), message: String::new() },
    ];
    let kafka = topic(1, 4).await;
    let function = Fake::new(|call, places| match ways.get(call) {
        Some(way) => Err(way()),
        None => success(call, places),
    });
    let summary = poll(&mapping(&kafka), &function).await.unwrap();
    assert_eq!((summary.failures, summary.records), (4, 4));
}
