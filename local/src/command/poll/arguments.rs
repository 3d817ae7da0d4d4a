//! What a mapping says, as arguments under its own names.

use crate::command::function::seconds;
use anyhow::bail;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use local::kafka::StartingPosition;
use local::poll::{Mapping, OnFailure, Pollers};
use record::Source;
use std::time::Duration;

/// The properties of an event source mapping.
#[derive(Args)]
#[command(next_help_heading = "Mapping")]
pub(crate) struct MappingArguments {
    /// The topic
    #[arg(long)]
    pub(crate) topic: String,

    /// The consumer group
    #[arg(long, alias = "group", value_name = "GROUP", default_value = "landfall")]
    consumer_group_id: String,

    /// Most records of an event
    #[arg(long, value_name = "RECORDS", default_value_t = Mapping::DEFAULT_BATCH_SIZE as u16,
          value_parser = clap::value_parser!(u16).range(1..=Mapping::MAX_BATCH_SIZE as i64))]
    batch_size: u16,

    /// How long the first record of an event waits for others; a mapping that says nothing waits 0.5 s
    #[arg(long, value_name = "SECONDS", value_parser = window)]
    maximum_batching_window_in_seconds: Option<Duration>,

    /// Where to begin in a partition that the group has not committed yet
    #[arg(long, value_enum, default_value = "TRIM_HORIZON")]
    starting_position: Position,

    /// The time of AT_TIMESTAMP: seconds since 1970, or such as 2026-11-28T09:00:00Z
    #[arg(long, value_name = "TIME", value_parser = past, required_if_eq("starting_position", "AT_TIMESTAMP"))]
    starting_position_timestamp: Option<Timestamp>,

    /// How often a failed batch is tried again; -1 for ever, or ten times if there is --on-failure
    ///
    /// After that it goes to --on-failure. Without that it is discarded as Lambda does, and this command ends with
    /// exit code 1.
    #[arg(long, value_name = "RETRIES", default_value_t = -1, allow_negative_numbers = true,
          value_parser = clap::value_parser!(i32).range(-1..=10_000))]
    maximum_retry_attempts: i32,

    /// How old a record may be that is sent to the function: 60 to 604800, or -1 for any age
    #[arg(long, value_name = "SECONDS", default_value = "-1", allow_negative_numbers = true, value_parser = age)]
    maximum_record_age_in_seconds: Age,

    /// Split a batch in two when the function fails, down to a single record
    #[arg(long)]
    bisect_batch_on_function_error: bool,

    /// What of the function's answer is read; without this any answer is success, as for Lambda
    #[arg(long, value_enum, value_name = "TYPE")]
    function_response_types: Option<ResponseType>,

    /// Where batches go that are given up: s3://bucket/prefix, or a bucket's ARN; in the S3 of the objects
    #[arg(long, value_name = "BUCKET", value_parser = on_failure)]
    on_failure: Option<OnFailure>,

    /// How many pollers there are at least; each has a process of the function
    #[arg(long, value_name = "POLLERS", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=200))]
    minimum_pollers: u16,

    /// How many pollers there are at most, while records wait; otherwise the minimum
    #[arg(long, value_name = "POLLERS", value_parser = clap::value_parser!(u16).range(1..=2000))]
    maximum_pollers: Option<u16>,

    /// Send events of Amazon MSK that come from this cluster, instead of a self-managed one's
    #[arg(long, value_name = "ARN")]
    event_source_arn: Option<String>,
}

/// Of a record; none for any.
type Age = Option<Duration>;

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
    /// The mapping, for these brokers.
    pub(crate) fn mapping(&self, bootstrap_servers: &str) -> anyhow::Result<Mapping> {
        let pollers = Pollers {
            minimum: self.minimum_pollers,
            maximum: self.maximum_pollers.unwrap_or(self.minimum_pollers),
        };
        if pollers.maximum < pollers.minimum {
            let Pollers { minimum, maximum } = pollers;
            bail!("--maximum-pollers {maximum} is below --minimum-pollers {minimum}");
        }
        let source = match &self.event_source_arn {
            Some(arn) => Source::Msk { cluster_arn: Some(arn.clone()) },
            None => Source::SelfManaged,
        };
        let window = self.maximum_batching_window_in_seconds;
        Ok(Mapping {
            source,
            batch_size: self.batch_size.into(),
            maximum_batching_window: window.unwrap_or(Mapping::DEFAULT_BATCHING_WINDOW),
            starting_position: self.starting_position()?,
            maximum_retry_attempts: u32::try_from(self.maximum_retry_attempts).ok(),
            maximum_record_age: self.maximum_record_age_in_seconds,
            bisect_batch_on_function_error: self.bisect_batch_on_function_error,
            report_batch_item_failures: self.function_response_types.is_some(),
            on_failure: self.on_failure.clone(),
            pollers,
            ..Mapping::new(bootstrap_servers, &self.topic, &self.consumer_group_id)
        })
    }

    fn starting_position(&self) -> anyhow::Result<StartingPosition> {
        Ok(match (self.starting_position, self.starting_position_timestamp) {
            (Position::AtTimestamp, Some(time)) => {
                StartingPosition::AtTimestamp { unix_ms: time.as_millisecond() }
            }
            (Position::TrimHorizon, None) => StartingPosition::TrimHorizon,
            (Position::Latest, None) => StartingPosition::Latest,
            _ => bail!(
                "--starting-position-timestamp goes with --starting-position AT_TIMESTAMP, and only with it"
            ),
        })
    }
}

fn window(argument: &str) -> Result<Duration, &'static str> {
    let window = if argument == "0" { Ok(Duration::ZERO) } else { seconds(argument) };
    window.ok().filter(|window| *window <= Mapping::MAX_BATCHING_WINDOW).ok_or("expected 0 to 300 seconds")
}

fn age(argument: &str) -> Result<Age, &'static str> {
    match argument.parse::<i64>() {
        Ok(-1) => Ok(None),
        Ok(seconds @ 60..=604_800) => Ok(Some(Duration::from_secs(seconds.unsigned_abs()))),
        Ok(_) | Err(_) => Err("expected 60 to 604800 seconds, or -1"),
    }
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
        assert_eq!(age("-1"), Ok(None));
        assert_eq!(age("60"), Ok(Some(Duration::from_secs(60))));
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
