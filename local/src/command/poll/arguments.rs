//! What a mapping says, as arguments under its own names.

use crate::command::function::seconds;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use local::mapping::{MappingProperties, Property};
use local::poll::{Mapping, OnFailure};
use std::time::Duration;

/// The properties of an event source mapping.
#[derive(Args)]
#[command(next_help_heading = "Mapping")]
pub(crate) struct MappingArguments {
    /// The topic
    #[arg(long, required_unless_present = "template")]
    topic: Option<String>,

    /// The consumer group [default: landfall]
    #[arg(long, alias = "group", value_name = "GROUP")]
    consumer_group_id: Option<String>,

    /// Most records of an event [default: 100]
    #[arg(long, value_name = "RECORDS",
          value_parser = clap::value_parser!(u16).range(1..=Mapping::MAX_BATCH_SIZE as i64))]
    batch_size: Option<u16>,

    /// How long the first record of an event waits for others; a mapping that says nothing waits 0.5 s
    #[arg(long, value_name = "SECONDS", value_parser = window)]
    maximum_batching_window_in_seconds: Option<Duration>,

    /// Where to begin in a partition that the group has not committed yet [default: TRIM_HORIZON]
    #[arg(long, value_enum)]
    starting_position: Option<Position>,

    /// The time of AT_TIMESTAMP: seconds since 1970, or such as 2026-11-28T09:00:00Z
    #[arg(long, value_name = "TIME", value_parser = past, required_if_eq("starting_position", "AT_TIMESTAMP"))]
    starting_position_timestamp: Option<Timestamp>,

    /// How often a failed batch is tried again; -1 for ever, or ten times if there is --on-failure [default: -1]
    ///
    /// After that it goes to --on-failure. Without that it is discarded as Lambda does, and this command ends with
    /// exit code 1.
    #[arg(long, value_name = "RETRIES", allow_negative_numbers = true,
          value_parser = clap::value_parser!(i32).range(-1..=10_000))]
    maximum_retry_attempts: Option<i32>,

    /// How old a record may be that is sent to the function: 60 to 604800, or -1 for any age [default: -1]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = age)]
    maximum_record_age_in_seconds: Option<i64>,

    /// Split a batch in two when the function fails, down to a single record
    #[arg(long)]
    bisect_batch_on_function_error: bool,

    /// What of the function's answer is read; without this any answer is success, as for Lambda
    #[arg(long, value_enum, value_name = "TYPE")]
    function_response_types: Option<ResponseType>,

    /// Where batches go that are given up: s3://bucket/prefix, or a bucket's ARN; in the S3 of the objects
    #[arg(long, value_name = "BUCKET", value_parser = on_failure)]
    on_failure: Option<OnFailure>,

    /// Which records reach the function: a pattern of FilterCriteria, such as '{"value":{"type":["order"]}}'; may be
    /// given more than once, and one that fits is enough
    #[arg(long = "filter", value_name = "PATTERN")]
    filters: Vec<String>,

    /// How many pollers there are at least; each has a process of the function [default: 1]
    #[arg(long, value_name = "POLLERS", value_parser = clap::value_parser!(u16).range(1..=200))]
    minimum_pollers: Option<u16>,

    /// How many pollers there are at most, while records wait; otherwise the minimum
    #[arg(long, value_name = "POLLERS", value_parser = clap::value_parser!(u16).range(1..=2000))]
    maximum_pollers: Option<u16>,

    /// Send events of Amazon MSK that come from this cluster, instead of a self-managed one's
    #[arg(long, value_name = "ARN")]
    event_source_arn: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Position {
    /// The oldest record
    #[value(name = "TRIM_HORIZON")]
    TrimHorizon,
    /// What comes from now on
    #[value(name = "LATEST")]
    Latest,
    /// The first record with --starting-position-timestamp or a later one
    #[value(name = "AT_TIMESTAMP")]
    AtTimestamp,
}

#[derive(Clone, Copy, ValueEnum)]
enum ResponseType {
    /// The records that failed, by topic-partition and offset
    #[value(name = "ReportBatchItemFailures")]
    ReportBatchItemFailures,
}

impl MappingArguments {
    /// What the arguments say of the mapping; what they don't say is a template's, or AWS's default.
    pub(crate) fn properties(&self) -> MappingProperties {
        let bisect = self.bisect_batch_on_function_error.then(|| true.to_string());
        let position = self.starting_position.and_then(|position| position.to_possible_value());
        let types = self.function_response_types.and_then(|name| name.to_possible_value());
        let name = |value: PossibleValue| value.get_name().to_owned();
        let seconds = |window: Duration| window.as_secs_f64().to_string();
        let url = |on_failure: &OnFailure| format!("s3://{}/{}", on_failure.bucket, on_failure.prefix);
        let said = [
            (Property::Topics, self.topic.clone()),
            (Property::EventSourceArn, self.event_source_arn.clone()),
            (Property::ConsumerGroupId, self.consumer_group_id.clone()),
            (Property::BatchSize, text(self.batch_size)),
            (Property::MaximumBatchingWindowInSeconds, self.maximum_batching_window_in_seconds.map(seconds)),
            (Property::StartingPosition, position.map(name)),
            (Property::StartingPositionTimestamp, text(self.starting_position_timestamp)),
            (Property::MaximumRetryAttempts, text(self.maximum_retry_attempts)),
            (Property::MaximumRecordAgeInSeconds, text(self.maximum_record_age_in_seconds)),
            (Property::BisectBatchOnFunctionError, bisect),
            (Property::FunctionResponseTypes, types.map(name)),
            (Property::OnFailure, self.on_failure.as_ref().map(url)),
            (Property::MinimumPollers, text(self.minimum_pollers)),
            (Property::MaximumPollers, text(self.maximum_pollers)),
        ];
        let mut properties = MappingProperties::default();
        for (property, value) in said {
            if let Some(value) = value {
                properties.set(property, [value]);
            }
        }
        if !self.filters.is_empty() {
            properties.set(Property::FilterCriteria, &self.filters);
        }
        properties
    }
}

fn text(value: Option<impl ToString>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn window(argument: &str) -> Result<Duration, &'static str> {
    let window = if argument == "0" { Ok(Duration::ZERO) } else { seconds(argument) };
    window.ok().filter(|window| *window <= Mapping::MAX_BATCHING_WINDOW).ok_or("expected 0 to 300 seconds")
}

fn age(argument: &str) -> Result<i64, &'static str> {
    let age = argument.parse().ok().filter(|age: &i64| *age == -1 || (60..=604_800).contains(age));
    age.ok_or("expected 60 to 604800 seconds, or -1")
}

fn past(argument: &str) -> Result<Timestamp, &'static str> {
    const EXPECTED: &str = "expected seconds since 1970, or a time such as 2026-11-28T09:00:00Z";
    let seconds = argument.parse::<f64>().ok();
    let time = match seconds {
        // Exact for milliseconds for longer than there will be Kafka.
        Some(seconds) => Timestamp::from_millisecond((seconds * 1000.0) as i64).ok(),
        None => argument.parse().ok(),
    };
    let time = time.ok_or(EXPECTED)?;
    if time > Timestamp::now() { Err("expected a time that is not in the future") } else { Ok(time) }
}

fn on_failure(argument: &str) -> Result<OnFailure, &'static str> {
    let place = argument.strip_prefix("s3://").or_else(|| {
        // arn:aws:s3:::bucket, and so in the other partitions.
        let (partition, place) = argument.strip_prefix("arn:")?.split_once(":s3:::")?;
        partition.starts_with("aws").then_some(place)
    });
    let place = place.ok_or("expected s3://bucket, s3://bucket/prefix or arn:aws:s3:::bucket")?;
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    if bucket.is_empty() {
        return Err("expected the name of a bucket");
    }
    Ok(OnFailure { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_a_url_or_an_arn() {
        let place = |bucket: &str, prefix: &str| {
            Ok(OnFailure { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
        };
        assert_eq!(on_failure("s3://lost"), place("lost", ""));
        assert_eq!(on_failure("s3://lost/a/b"), place("lost", "a/b"));
        assert_eq!(on_failure("arn:aws:s3:::lost"), place("lost", ""));
        assert_eq!(on_failure("arn:aws-cn:s3:::lost/a"), place("lost", "a"));
        for wrong in ["lost", "s3:///a", "arn:aws:sqs:eu-west-1:1:q", "https://lost"] {
            assert!(on_failure(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ages_are_in_lambdas_range() {
        assert_eq!((age("-1"), age("60")), (Ok(-1), Ok(60)));
        for wrong in ["0", "59", "604801", "x", "-2"] {
            assert_eq!(age(wrong), Err("expected 60 to 604800 seconds, or -1"), "{wrong}");
        }
    }

    #[test]
    fn times_are_seconds_or_dates_of_the_past() {
        assert_eq!(past("1700000000.5").map(|time| time.as_millisecond()), Ok(1_700_000_000_500));
        assert_eq!(past("2023-11-14T22:13:20Z").map(|time| time.as_millisecond()), Ok(1_700_000_000_000));
        assert_eq!(past("9999999999"), Err("expected a time that is not in the future"));
        assert!(past("yesterday").is_err());
    }
}
