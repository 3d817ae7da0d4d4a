//! Batches that are given up are kept.

use crate::stage::*;
use local::poll::Mapping;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[tokio::test]
async fn a_batch_that_is_given_up_is_kept_and_then_committed() {
    let kafka = topic(2, 6).await;
    let mapping = with_destination(Mapping {
        maximum_retry_attempts: Some(0),
        maximum_batching_window: Duration::from_secs(30),
        ..mapping(&kafka)
    });
    let shelf = Shelf::default();
    let summary = poll_into(&mapping, &Fake::new(|_, _| failure()), &shelf, 1).await.unwrap();
    assert_eq!((summary.given_up, summary.discarded, summary.records), (6, 0, 0));
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 3), (1, 3)]));

    let [(key, record)] = &shelf.records()[..] else { panic!("one batch is kept") };
    assert!(key.starts_with(&format!("given-up/aws/lambda/{}/", mapping.uuid())), "{key}");
    let context = &record.request_context;
    assert_eq!((context.condition.as_str(), context.approximate_invoke_count), ("RetryAttemptsExhausted", 1));
    let response = record.response_context.as_ref().unwrap();
    assert_eq!((response.status_code, response.function_error.as_deref()), (200, Some("Unhandled")));
    let info = &record.kafka_batch_info;
    assert_eq!(info.batch_size, 6);
    assert_eq!(info.payload_size, record.payload.as_ref().unwrap().len() as u64);
    let of_first = &info.records_info["tracking.log-0"];
    assert_eq!((of_first.first_record_offset.as_str(), of_first.last_record_offset.as_str()), ("0", "2"));
    assert_eq!(of_first.last_record_timestamp, "2023-11-14T22:13:20.004Z");
}

#[tokio::test]
async fn for_ever_is_ten_times_where_there_is_a_destination() {
    let kafka = topic(1, 1).await;
    let mapping = with_destination(mapping(&kafka));
    assert_eq!(mapping.retries(), Some(10));
    let mapping = Mapping { maximum_retry_attempts: Some(12), ..mapping };
    assert_eq!(mapping.retries(), Some(12));
    let mapping = Mapping { maximum_retry_attempts: None, on_failure: None, ..mapping };
    assert_eq!(mapping.retries(), None);
}

#[tokio::test]
async fn nothing_is_committed_while_the_destination_cannot_be_written() {
    let kafka = topic(1, 3).await;
    let mapping = with_destination(Mapping { maximum_retry_attempts: Some(0), ..mapping(&kafka) });
    let never = Shelf::refusing(usize::MAX);
    let function = Fake::new(|_, _| failure());
    tokio::select! {
        _ = poll_into(&mapping, &function, &never, 1) => unreachable!("there is always something to do"),
        () = tokio::time::sleep(Duration::from_secs(4)) => {}
    }
    assert_eq!(function.events().len(), 1, "the function is not asked again");
    assert_eq!(committed(&mapping).await, BTreeMap::new());

    let shelf = Shelf::refusing(2);
    let summary = poll_into(&mapping, &function, &shelf, 1).await.unwrap();
    assert_eq!((summary.given_up, shelf.records().len()), (3, 1));
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 3)]));
}

#[tokio::test]
async fn a_record_that_fits_no_event_is_kept_and_the_partition_goes_on() {
    let kafka = topic(1, 2).await;
    produce_values(&kafka, 1, [(2, vec![b'x'; 5_000_000]), (3, vec![b'y'])].into_iter()).await;
    let mapping = with_destination(mapping(&kafka));
    let (function, shelf) = (Fake::new(success), Shelf::default());
    let summary = poll_into(&mapping, &function, &shelf, 1).await.unwrap();
    assert_eq!((summary.records, summary.given_up), (3, 1));
    assert_eq!(function.offsets(), BTreeMap::from([(0, vec![0, 1, 3])]));
    assert_eq!(shelf.places(), [(vec![(0, 2)], "MaximumPayloadSizeExceeded".to_owned())]);
    let record = &shelf.records()[0].1;
    assert_eq!(record.response_context, None);
    assert_eq!(record.request_context.approximate_invoke_count, 0);
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 4)]));
}

#[tokio::test]
async fn records_that_are_too_old_are_not_sent() {
    let kafka = topic(1, 0).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    // The records' timestamps are so many milliseconds behind the number 0's.
    let fresh = (now - BEGIN_MS) as usize;
    let values = [0, fresh, fresh, 1].map(|number| (number, b"{}".to_vec()));
    for value in values {
        produce_values(&kafka, 1, [value].into_iter()).await;
    }
    let mapping = with_destination(Mapping {
        maximum_record_age: Some(Duration::from_secs(3600)),
        maximum_batching_window: Duration::from_secs(30),
        ..mapping(&kafka)
    });
    let (function, shelf) = (Fake::new(success), Shelf::default());
    let summary = poll_into(&mapping, &function, &shelf, 1).await.unwrap();
    assert_eq!((summary.records, summary.given_up, summary.invocations), (2, 2, 1));
    assert_eq!(function.events(), [places(0, 1..3)]);
    let old = |offset| (vec![(0, offset)], "RecordAgeExceeded".to_owned());
    assert_eq!(shelf.places(), [old(0), old(3)]);
    assert_eq!(shelf.records()[0].1.response_context, None);
    assert_eq!(committed(&mapping).await, BTreeMap::from([(0, 4)]));
}

#[tokio::test]
async fn a_batch_that_fails_until_it_is_too_old_is_given_up() {
    let kafka = topic(1, 0).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    produce_values(&kafka, 1, [((now - BEGIN_MS) as usize, b"{}".to_vec())].into_iter()).await;
    let mapping = with_destination(Mapping {
        maximum_record_age: Some(Duration::from_secs(4)),
        maximum_retry_attempts: Some(1000),
        ..mapping(&kafka)
    });
    let shelf = Shelf::default();
    let summary = poll_into(&mapping, &Fake::new(|_, _| failure()), &shelf, 1).await.unwrap();
    assert!(summary.failures >= 1, "{summary:?}");
    assert_eq!(shelf.places(), [(vec![(0, 0)], "RecordAgeExceeded".to_owned())]);
    let record = &shelf.records()[0].1;
    assert_eq!(u64::from(record.request_context.approximate_invoke_count), summary.failures);
}
