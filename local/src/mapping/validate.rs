//! Holds properties to AWS's limits.

use super::reading::Reading;
use super::{MappingError, MappingProperties, Problem, Property};
use crate::filter::Filters;
use crate::kafka::StartingPosition;
use crate::poll::{Mapping, OnFailure, Pollers};
use record::Source;
use std::error::Error as _;
use std::time::Duration;

/// The group where none is set. Lambda's is the mapping's UUID, which another mapping never has.
const DEFAULT_GROUP: &str = "landfall";

/// What retry controls need in Lambda.
/// <https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html>
const NEEDS_POLLERS: [Property; 4] = [
    Property::MaximumRetryAttempts,
    Property::MaximumRecordAgeInSeconds,
    Property::BisectBatchOnFunctionError,
    Property::FunctionResponseTypes,
];

impl MappingProperties {
    /// The mapping, if AWS would make it; `now_ms` tells times that are in the future.
    ///
    /// # Errors
    ///
    /// All that is wrong, together.
    pub fn validate(self, now_ms: i64) -> Result<Mapping, MappingError> {
        let mut reading = Reading::new(self);
        let mapping = read(&mut reading, now_ms);
        if reading.problems.is_empty() {
            Ok(mapping)
        } else {
            Err(MappingError { problems: reading.problems })
        }
    }
}

/// Where something is wrong, the reading knows, and what is returned is of no use.
fn read(reading: &mut Reading, now_ms: i64) -> Mapping {
    let topic = topic(reading);
    let servers = bootstrap_servers(reading);
    let group =
        reading.value(Property::ConsumerGroupId, GROUP, |text| is_group(text).then(|| text.to_owned()));
    let defaults = Mapping::new(servers, topic, group.unwrap_or_else(|| DEFAULT_GROUP.to_owned()));
    let batch_size = reading.value(Property::BatchSize, "1 to 10000", |text| {
        text.parse().ok().filter(|size| (1..=Mapping::MAX_BATCH_SIZE).contains(size))
    });
    let window = window(reading);
    let filters = filters(reading);
    let mapping = Mapping {
        source: source(reading),
        batch_size: batch_size.unwrap_or(defaults.batch_size),
        maximum_batching_window: window.unwrap_or(defaults.maximum_batching_window),
        starting_position: starting_position(reading, now_ms),
        maximum_retry_attempts: retries(reading),
        maximum_record_age: record_age(reading),
        bisect_batch_on_function_error: reading
            .value(Property::BisectBatchOnFunctionError, "true or false", |text| text.parse().ok())
            .unwrap_or(false),
        report_batch_item_failures: response_types(reading),
        filters,
        on_failure: on_failure(reading),
        pollers: pollers(reading),
        ..defaults
    };
    check_pollers_are_provisioned(reading, &mapping);
    mapping
}

fn topic(reading: &mut Reading) -> String {
    const EXPECTED: &str = "one topic: letters, digits, dots, hyphens and underscores, at most 249 of them";
    if !reading.is_set(Property::Topics) {
        reading.missing(Property::Topics, EXPECTED);
    }
    reading
        .value(Property::Topics, EXPECTED, |text| is_topic(text).then(|| text.to_owned()))
        .unwrap_or_default()
}

fn bootstrap_servers(reading: &mut Reading) -> String {
    if !reading.is_set(Property::KafkaBootstrapServers) {
        // An MSK cluster's ARN does not say where its brokers are, and here it is another Kafka in any case.
        reading.missing(Property::KafkaBootstrapServers, "brokers as host:port, separated by commas");
        return String::new();
    }
    reading.texts(Property::KafkaBootstrapServers).unwrap_or_default().join(",")
}

fn source(reading: &mut Reading) -> Source {
    // What events are told only: an ARN that is unknown is made up.
    if !reading.is_set(Property::EventSourceArn) {
        return Source::SelfManaged;
    }
    let mut known = reading
        .value(Property::EventSourceArn, "an ARN", |text| text.starts_with("arn:").then(|| text.to_owned()));
    if known.is_none()
        && let Some(at) = reading.problems.iter().position(
            |problem| matches!(problem, Problem::Unknown { name, .. } if *name == Property::EventSourceArn.name()),
        )
    {
        reading.problems.remove(at);
        known = Some(MADE_UP_CLUSTER.to_owned());
    }
    Source::Msk { cluster_arn: known }
}

/// A cluster of the account that local invocations have, as `arn:aws:kafka:region:account:cluster/name/uuid`.
const MADE_UP_CLUSTER: &str =
    "arn:aws:kafka:ap-northeast-2:123456789012:cluster/local/00000000-0000-0000-0000-000000000000-1";

fn window(reading: &mut Reading) -> Option<Duration> {
    if reading.is_from_template(Property::MaximumBatchingWindowInSeconds) {
        return reading.value(Property::MaximumBatchingWindowInSeconds, "0 to 300 whole seconds", |text| {
            text.parse()
                .ok()
                .map(Duration::from_secs)
                .filter(|window| *window <= Mapping::MAX_BATCHING_WINDOW)
        });
    }
    // Who tries something out need not wait for whole seconds.
    reading.value(Property::MaximumBatchingWindowInSeconds, "0 to 300 seconds", |text| {
        let window = Duration::try_from_secs_f64(text.parse().ok()?).ok()?;
        (window <= Mapping::MAX_BATCHING_WINDOW).then_some(window)
    })
}

fn starting_position(reading: &mut Reading, now_ms: i64) -> StartingPosition {
    const EXPECTED: &str = "TRIM_HORIZON, LATEST or AT_TIMESTAMP";
    const TIME: &str = "seconds since 1970, or a time such as 2026-11-28T09:00:00Z, not in the future";
    if !reading.is_set(Property::StartingPosition) && reading.has_template() {
        let (name, expected) = (Property::StartingPosition.name().to_owned(), EXPECTED.to_owned());
        reading.problems.push(Problem::Missing { name, expected });
    }
    let time = reading.value(Property::StartingPositionTimestamp, TIME, |text| {
        unix_ms(text).filter(|unix_ms| *unix_ms <= now_ms)
    });
    let at_timestamp = "AT_TIMESTAMP";
    let position = reading.value(Property::StartingPosition, EXPECTED, |text| {
        ["TRIM_HORIZON", "LATEST", at_timestamp].into_iter().find(|name| *name == text)
    });
    if position == Some(at_timestamp) && !reading.is_set(Property::StartingPositionTimestamp) {
        reading.missing(Property::StartingPositionTimestamp, "the time of AT_TIMESTAMP");
    }
    if position != Some(at_timestamp)
        && let Some(texts) = reading.texts(Property::StartingPositionTimestamp)
    {
        let only = "no time, for StartingPosition is not AT_TIMESTAMP";
        reading.wrong(Property::StartingPositionTimestamp, &texts.join(", "), only);
    }
    match (position, time) {
        (Some("LATEST"), _) => StartingPosition::Latest,
        (Some("AT_TIMESTAMP"), Some(unix_ms)) => StartingPosition::AtTimestamp { unix_ms },
        _ => StartingPosition::TrimHorizon,
    }
}

fn retries(reading: &mut Reading) -> Option<u32> {
    let retries = reading.value(Property::MaximumRetryAttempts, "-1 to 10000", |text| {
        text.parse().ok().filter(|retries: &i32| (-1..=10_000).contains(retries))
    });
    retries.and_then(|retries| u32::try_from(retries).ok())
}

fn record_age(reading: &mut Reading) -> Option<Duration> {
    let age = reading.value(Property::MaximumRecordAgeInSeconds, "60 to 604800, or -1 for any age", |text| {
        text.parse().ok().filter(|age: &i64| *age == -1 || (60..=604_800).contains(age))
    });
    age.and_then(|age| u64::try_from(age).ok()).map(Duration::from_secs)
}

fn response_types(reading: &mut Reading) -> bool {
    const KNOWN: &str = "ReportBatchItemFailures";
    let types = reading.texts(Property::FunctionResponseTypes).unwrap_or_default();
    if types.iter().any(|name| name != KNOWN) || types.len() > 1 {
        reading.wrong(Property::FunctionResponseTypes, &types.join(", "), KNOWN);
    }
    !types.is_empty()
}

fn filters(reading: &mut Reading) -> Option<Filters> {
    let patterns = reading.texts(Property::FilterCriteria)?;
    match Filters::parse(&patterns) {
        Ok(filters) => Some(filters),
        Err(error) => {
            let reason = error.source().map(|source| format!(" ({source})")).unwrap_or_default();
            reading.wrong(
                Property::FilterCriteria,
                &patterns.join(" "),
                &format!("Lambda's patterns{reason}"),
            );
            None
        }
    }
}

fn on_failure(reading: &mut Reading) -> Option<OnFailure> {
    const EXPECTED: &str = "an S3 bucket: s3://bucket, s3://bucket/prefix or arn:aws:s3:::bucket";
    reading.value(Property::OnFailure, EXPECTED, |text| {
        let place = text.strip_prefix("s3://").or_else(|| {
            // arn:aws:s3:::bucket, and so in the other partitions.
            let (partition, place) = text.strip_prefix("arn:")?.split_once(":s3:::")?;
            partition.starts_with("aws").then_some(place)
        })?;
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        let on_failure = OnFailure { bucket: bucket.to_owned(), prefix: prefix.to_owned() };
        (!bucket.is_empty()).then_some(on_failure)
    })
}

/// In on-demand mode Lambda scales as it likes; here it is one poller.
fn pollers(reading: &mut Reading) -> Pollers {
    let mut number = |property, most: u16| {
        let expected = format!("1 to {most}");
        reading.value(property, &expected, |text| {
            text.parse().ok().filter(|pollers: &u16| (1..=most).contains(pollers))
        })
    };
    let minimum = number(Property::MinimumPollers, 200).unwrap_or(1);
    let maximum = number(Property::MaximumPollers, 2000);
    if let Some(maximum) = maximum.filter(|maximum| *maximum < minimum) {
        let expected = format!("at least MinimumPollers, which is {minimum}");
        reading.wrong(Property::MaximumPollers, &maximum.to_string(), &expected);
    }
    Pollers { minimum, maximum: maximum.unwrap_or(minimum) }
}

/// Only for what a template says: Lambda would not make such a mapping. Flags describe what is to happen on this
/// computer, where pollers cost nothing and are always there.
fn check_pollers_are_provisioned(reading: &mut Reading, mapping: &Mapping) {
    if reading.is_set(Property::MinimumPollers) {
        return;
    }
    for property in NEEDS_POLLERS {
        let is_used = match property {
            Property::MaximumRetryAttempts => mapping.maximum_retry_attempts.is_some(),
            Property::MaximumRecordAgeInSeconds => mapping.maximum_record_age.is_some(),
            Property::BisectBatchOnFunctionError => mapping.bisect_batch_on_function_error,
            _ => mapping.report_batch_item_failures,
        };
        if is_used && reading.is_from_template(property) {
            let expected = format!("for {}: retry controls need provisioned mode", property.name());
            reading.problems.push(Problem::Missing { name: "ProvisionedPollerConfig".to_owned(), expected });
        }
    }
}

/// A name that Kafka takes.
fn is_topic(text: &str) -> bool {
    (1..=249).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && ![".", ".."].contains(&text)
}

const GROUP: &str = "1 to 200 letters, digits and any of -/*:_+=.@";

/// <https://docs.aws.amazon.com/lambda/latest/api/API_AmazonManagedKafkaEventSourceConfig.html>
fn is_group(text: &str) -> bool {
    (1..=200).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-/*:_+=.@".contains(&byte))
}

fn unix_ms(text: &str) -> Option<i64> {
    match text.parse::<f64>() {
        // Exact for milliseconds for longer than there will be Kafka.
        Ok(seconds) if seconds.abs() < 1e12 => Some((seconds * 1000.0) as i64),
        Ok(_) => None,
        Err(_) => text.parse::<jiff::Timestamp>().ok().map(|time| time.as_millisecond()),
    }
}
