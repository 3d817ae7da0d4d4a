//! Properties against AWS's limits, without a template.

use super::{MappingProperties, Property};
use crate::kafka::StartingPosition;
use crate::poll::{Mapping, OnFailure, Pollers};
use std::time::Duration;

/// 2026-11-28T09:00:00Z.
const NOW_MS: i64 = 1_795_856_400_000;

fn properties(written: &[(Property, &str)]) -> MappingProperties {
    let mut properties = MappingProperties::default();
    properties.set(Property::Topics, ["tracking.log"]);
    properties.set(Property::KafkaBootstrapServers, ["localhost:9092"]);
    for (property, value) in written {
        properties.set(*property, [*value]);
    }
    properties
}

fn valid(written: &[(Property, &str)]) -> Mapping {
    properties(written).validate(NOW_MS).unwrap_or_else(|error| panic!("{error}"))
}

/// Checks the sentence of a single wrong property.
#[track_caller]
fn refused(property: Property, value: &str, expected: &str) {
    let error = properties(&[(property, value)]).validate(NOW_MS).unwrap_err().to_string();
    assert_eq!(error, format!("the event source mapping cannot be polled: {expected}"));
}

#[test]
fn what_is_not_written_is_lambdas_default() {
    let mapping = valid(&[]);
    assert_eq!((mapping.batch_size, mapping.maximum_batching_window), (100, Duration::from_millis(500)));
    assert_eq!(mapping.starting_position, StartingPosition::TrimHorizon);
    assert_eq!((mapping.maximum_retry_attempts, mapping.maximum_record_age), (None, None));
    assert_eq!(mapping.pollers, Pollers { minimum: 1, maximum: 1 });
    assert_eq!(mapping.filters, None);
}

#[test]
fn limits_are_inclusive() {
    use Property as P;
    assert_eq!(valid(&[(P::BatchSize, "1")]).batch_size, 1);
    assert_eq!(valid(&[(P::BatchSize, "10000")]).batch_size, 10_000);
    let window = |text| valid(&[(P::MaximumBatchingWindowInSeconds, text)]).maximum_batching_window;
    assert_eq!(["0", "0.2", "300"].map(window), [0, 200, 300_000].map(Duration::from_millis));
    let retries = |text| valid(&[(P::MaximumRetryAttempts, text)]).maximum_retry_attempts;
    assert_eq!(["-1", "0", "10000"].map(retries), [None, Some(0), Some(10_000)]);
    let age =
        |text| valid(&[(P::MaximumRecordAgeInSeconds, text)]).maximum_record_age.map(|age| age.as_secs());
    assert_eq!(["-1", "60", "604800"].map(age), [None, Some(60), Some(604_800)]);
    let pollers = valid(&[(P::MinimumPollers, "200"), (P::MaximumPollers, "2000")]).pollers;
    assert_eq!(pollers, Pollers { minimum: 200, maximum: 2000 });
    assert!(valid(&[(P::FunctionResponseTypes, "ReportBatchItemFailures")]).report_batch_item_failures);
    assert!(valid(&[(P::BisectBatchOnFunctionError, "true")]).bisect_batch_on_function_error);
}

#[test]
fn a_time_goes_with_at_timestamp_and_is_past() {
    let at = |time| {
        let written =
            [(Property::StartingPosition, "AT_TIMESTAMP"), (Property::StartingPositionTimestamp, time)];
        valid(&written).starting_position
    };
    assert_eq!(at("1700000000.5"), StartingPosition::AtTimestamp { unix_ms: 1_700_000_000_500 });
    assert_eq!(at("2023-11-14T22:13:20Z"), StartingPosition::AtTimestamp { unix_ms: 1_700_000_000_000 });
    refused(
        Property::StartingPosition,
        "AT_TIMESTAMP",
        "--starting-position-timestamp is missing: expected the time of AT_TIMESTAMP",
    );
    refused(
        Property::StartingPositionTimestamp,
        "1700000000",
        "--starting-position-timestamp is 1700000000: expected no time, for StartingPosition is not AT_TIMESTAMP",
    );
    let future =
        [(Property::StartingPosition, "AT_TIMESTAMP"), (Property::StartingPositionTimestamp, "1795856401")];
    let error = properties(&future).validate(NOW_MS).unwrap_err().to_string();
    assert!(error.ends_with(
        "--starting-position-timestamp is 1795856401: expected seconds since 1970, \
         or a time such as 2026-11-28T09:00:00Z, not in the future"
    ));
}

#[test]
fn a_destination_is_a_url_or_an_arn() {
    let place = |text| valid(&[(Property::OnFailure, text)]).on_failure.unwrap();
    let expected =
        |bucket: &str, prefix: &str| OnFailure { bucket: bucket.to_owned(), prefix: prefix.to_owned() };
    assert_eq!(place("s3://lost"), expected("lost", ""));
    assert_eq!(place("s3://lost/a/b"), expected("lost", "a/b"));
    assert_eq!(place("arn:aws-cn:s3:::lost"), expected("lost", ""));
    for wrong in ["lost", "s3:///a", "arn:aws:sqs:eu-west-1:1:q", "kafka://lost"] {
        let sentence = format!(
            "--on-failure is {wrong}: expected an S3 bucket: s3://bucket, s3://bucket/prefix or arn:aws:s3:::bucket"
        );
        refused(Property::OnFailure, wrong, &sentence);
    }
}

#[test]
fn a_value_beyond_its_limits_is_named_with_what_is_expected() {
    use Property as P;
    for (property, values, expected) in [
        (P::BatchSize, &["0", "10001", "x", "1.5", ""][..], "1 to 10000"),
        (P::MaximumBatchingWindowInSeconds, &["-1", "301", "NaN"], "0 to 300 seconds"),
        (P::StartingPosition, &["latest", "EARLIEST"], "TRIM_HORIZON, LATEST or AT_TIMESTAMP"),
        (P::MaximumRetryAttempts, &["-2", "10001"], "-1 to 10000"),
        (P::MaximumRecordAgeInSeconds, &["0", "59", "604801", "-2"], "60 to 604800, or -1 for any age"),
        (P::BisectBatchOnFunctionError, &["yes"], "true or false"),
        (P::FunctionResponseTypes, &["BatchItemFailures"], "ReportBatchItemFailures"),
        (P::MinimumPollers, &["0", "201"], "1 to 200"),
        (P::MaximumPollers, &["0", "2001"], "1 to 2000"),
        (P::EventSourceArn, &["cluster"], "an ARN"),
        (P::ConsumerGroupId, &["", "a b"], "1 to 200 letters, digits and any of -/*:_+=.@"),
        (
            P::Topics,
            &["", "a b", ".."],
            "one topic: letters, digits, dots, hyphens and underscores, at most 249 of them",
        ),
    ] {
        for value in values {
            refused(property, value, &format!("{} is {value}: expected {expected}", property.flag()));
        }
    }
}

#[test]
fn a_filter_says_what_is_wrong_with_it() {
    refused(
        Property::FilterCriteria,
        r#"{"key":["x"]}"#,
        "--filter is {\"key\":[\"x\"]}: expected Lambda's patterns \
         (it must be an object with the only field `value`: for Kafka nothing else is filtered)",
    );
}

#[test]
fn all_problems_are_told_together() {
    let mut properties = MappingProperties::default();
    properties.set(Property::Topics, ["a", "b"]);
    properties.set(Property::BatchSize, ["0"]);
    properties.set(Property::MinimumPollers, ["3"]);
    properties.set(Property::MaximumPollers, ["2"]);
    assert_eq!(
        properties.validate(NOW_MS).unwrap_err().to_string(),
        "the event source mapping cannot be polled: \
         --topic is a, b: expected one topic: letters, digits, dots, hyphens and underscores, at most 249 of them; \
         --bootstrap-server is missing: expected brokers as host:port, separated by commas; \
         --batch-size is 0: expected 1 to 10000; \
         --maximum-pollers is 2: expected at least MinimumPollers, which is 3"
    );
}
