//! Bad settings are refused before the first invocation, all of them at once.

use end_to_end::sink::Sink;
use local::lambda::StartError;
use std::collections::BTreeMap;

#[tokio::test]
async fn every_bad_setting_is_told_with_its_variable_its_value_and_what_is_expected() {
    check(
        &[
            ("S3_BUCKET_NAME", "Not A Bucket"),
            ("S3_REGION", "Seoul"),
            ("STORE_URL", "ftp://somewhere"),
            ("FLUSH_SIZE", "0"),
            ("PARTITIONER_CLASS", "TimeBasedPartitioner"),
            ("TIMEZONE", "Asia/Atlantis"),
            ("ROTATE_SCHEDULE_INTERVAL_MS", "60000"),
        ],
        &[
            "8 settings are wrong",
            r#"  FLUSH_SIZE="0": expected a whole number from 1 up"#,
            "  PARTITION_DURATION_MS is not set: TimeBasedPartitioner needs it",
            "  PATH_FORMAT is not set: TimeBasedPartitioner needs it",
            r#"  ROTATE_SCHEDULE_INTERVAL_MS="60000": rotate.schedule.interval.ms is not supported: objects end with the batch"#,
            r#"  S3_BUCKET_NAME="Not A Bucket": expected the name of a bucket: 3 to 63 of a-z, 0-9, - and ."#,
            r#"  S3_REGION="Seoul": expected a region, such as ap-northeast-2"#,
            r#"  STORE_URL="ftp://somewhere": expected a URL with http:// or https:// and a host"#,
            r#"  TIMEZONE="Asia/Atlantis": expected a time zone of the IANA database or an offset"#,
        ],
    )
    .await;
}

#[tokio::test]
async fn one_bad_setting_is_told_alone() {
    check(
        &[("S3_COMPRESSION_TYPE", "brotli")],
        &["1 setting is wrong", r#"  S3_COMPRESSION_TYPE="brotli": expected none, gzip or zstd"#],
    )
    .await;
}

#[tokio::test]
async fn a_secret_is_never_shown() {
    check(
        &[("S3_SSE_CUSTOMER_KEY", "c2hvcnQ=")],
        &["1 setting is wrong", r#"  S3_SSE_CUSTOMER_KEY="***": expected a key of 256 bits in base64"#],
    )
    .await;
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_refused() {
    check(
        &[("S3_WAN_MODE", "true"), ("S3_ROLE_EXTERNAL_ID", "id")],
        &[
            "3 settings are wrong",
            r#"  S3_ROLE_EXTERNAL_ID="***": expected s3.role.arn beside it"#,
            r#"  S3_WAN_MODE="true": expected false beside an endpoint of one's own"#,
            r#"  S3_WAN_MODE="true": expected s3.path.style.access.enabled=false beside it"#,
        ],
    )
    .await;
}

#[tokio::test]
async fn right_settings_start_without_a_word_and_without_a_connection() {
    // Nothing listens at the endpoint: a function that looked there would fail, or take its time.
    let sink = Sink::start_with(variables(&[])).await.expect("the settings are right");
    assert_eq!(sink.log(), Vec::<String>::new());
}

/// Starts the function with right settings but for these, and compares what it tells Lambda with the beginnings of
/// lines.
async fn check(changes: &[(&str, &str)], expected: &[&str]) {
    let told = match Sink::start_with(variables(changes)).await {
        Err(StartError::Reported { error_type, message }) => {
            assert_eq!(error_type, "Runtime.InvalidSettings");
            message
        }
        other => panic!("expected the function to refuse its settings, got {other:?}"),
    };
    let mut lines: Vec<&str> = told.lines().collect();
    // The order of the problems is the table's, which is not this test's business.
    lines[1..].sort_unstable();
    let matches = lines.len() == expected.len()
        && lines.iter().zip(expected).all(|(line, start)| line.starts_with(start));
    assert!(matches, "expected\n{}\ngot\n{told}", expected.join("\n"));
}

fn variables(changes: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut variables: BTreeMap<String, String> = [
        ("S3_BUCKET_NAME", "lake"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    variables.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    variables
}
