use super::*;
use partitioning::Partitioner;
use std::collections::BTreeMap;

/// What Lambda sets, and the one setting without a default.
const MINIMAL: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
    ("AWS_SESSION_TOKEN", "token"),
    ("AWS_REGION", "ap-northeast-2"),
    ("S3_BUCKET_NAME", "c4-tracking-log"),
];

fn read(vars: &[(&str, &str)]) -> Result<Settings<JsonSettings>, SettingsError> {
    let vars: BTreeMap<&str, &str> = MINIMAL.iter().chain(vars).copied().collect();
    Settings::from_vars(|name| vars.get(name).map(OsString::from))
}

/// Asserts that these variables are refused with just these lines.
#[track_caller]
fn check_refused(vars: &[(&str, &str)], expected: &[&str]) {
    let error = read(vars).expect_err("settings should be refused");
    let problems: Vec<String> = error.problems.iter().map(Problem::to_string).collect();
    assert_eq!(problems, expected);
}

#[test]
fn with_a_bucket_alone_every_default_holds() {
    let settings = read(&[]).expect("valid");
    assert_eq!(settings.s3.bucket, "c4-tracking-log");
    assert_eq!(settings.s3.region, "ap-northeast-2");
    assert_eq!(settings.naming.directory, "topics");
    assert_eq!(settings.quarantine.directory, "quarantine");
    assert_eq!(settings.naming.extension, ".json");
    assert!(matches!(settings.partitioning.partitioners.as_slice(), [Partitioner::Default]));
    assert_eq!(settings.partitioning.flush_size, None);
    assert_eq!(settings.null_values, NullValues::Fail);
    assert_eq!(settings.tolerance, Tolerance::All);
    assert!(settings.s3.role.is_none() && settings.s3.tags.is_none() && settings.s3.path_style);
    assert_eq!(settings.metrics_namespace.as_deref(), Some("landfall"));
}

#[test]
fn every_default_of_the_table_is_what_its_absence_means() {
    let explicit: Vec<(String, &str)> = settings_of(Function::JsonSink)
        .filter_map(|setting| match setting.default {
            // Beside file.delim, which is set here too, the template would say a thing twice.
            DefaultValue::Value(_) if setting.property == "object.key.template" => None,
            // These belong to a role.
            DefaultValue::Value(_) if setting.property == "s3.role.session.name" => None,
            DefaultValue::Value(value) => Some((setting.variable(), value)),
            _ => None,
        })
        .collect();
    let explicit: Vec<(&str, &str)> = explicit.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let settings = read(&explicit).expect("valid");
    assert_eq!(format!("{settings:?}"), format!("{:?}", read(&[]).expect("valid")));
}

#[test]
fn all_problems_are_told_at_once_with_variable_value_and_what_is_expected() {
    let vars: BTreeMap<&str, &str> = [
        ("FLUSH_SIZE", "0"),
        ("TIMEZONE", ""),
        ("S3_COMPRESSION_TYPE", "snappy"),
        ("ROTATE_SCHEDULE_INTERVAL_MS", "60000"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ]
    .into();
    let error =
        Settings::<JsonSettings>::from_vars(|name| vars.get(name).map(OsString::from)).expect_err("refused");
    assert_eq!(
        error.to_string(),
        "6 settings are wrong\n  \
         ROTATE_SCHEDULE_INTERVAL_MS=\"60000\": rotate.schedule.interval.ms is not supported: objects end with the \
         batch: set the mapping's MaximumBatchingWindowInSeconds and BatchSize, or flush.size\n  \
         S3_BUCKET_NAME is not set: it is required\n  \
         S3_REGION is not set: expected a region, or one in AWS_REGION\n  \
         S3_COMPRESSION_TYPE=\"snappy\": expected none, gzip or zstd\n  \
         TIMEZONE=\"\": expected a value that is not empty: time zone\n  \
         FLUSH_SIZE=\"0\": expected a whole number from 1 up"
    );
}

#[test]
fn a_property_of_connect_that_is_off_is_as_good_as_not_set() {
    read(&[
        ("ROTATE_SCHEDULE_INTERVAL_MS", "-1"),
        ("S3_PART_SIZE", "26214400"),
        ("SCHEMA_COMPATIBILITY", "NONE"),
        ("STORAGE_CLASS", "io.confluent.connect.s3.storage.S3Storage"),
        ("FORMAT_CLASS", "io.confluent.connect.s3.format.json.JsonFormat"),
        ("VALUE_CONVERTER", "org.apache.kafka.connect.json.JsonConverter"),
        ("VALUE_CONVERTER_SCHEMAS_ENABLE", "false"),
        ("S3_SSEA_NAME", ""),
        ("PATH_FORMAT", ""),
    ])
    .expect("valid");
}

#[test]
fn contradictions_are_refused() {
    check_refused(
        &[("OBJECT_KEY_TEMPLATE", "{topic}/{path}/{partition}-{offset}{extension}"), ("FILE_DELIM", "-")],
        &["FILE_DELIM=\"-\": expected it not to be set beside object.key.template, which says it all"],
    );
    check_refused(
        &[("QUARANTINE_DIR", "topics")],
        &["QUARANTINE_DIR=\"topics\": expected another directory than topics.dir"],
    );
    check_refused(
        &[("S3_COMPRESSION_LEVEL", "6")],
        &["S3_COMPRESSION_LEVEL=\"6\": expected -1, because s3.compression.type is none"],
    );
    check_refused(
        &[
            ("PARTITIONER_CLASS", "HourlyPartitioner"),
            ("PATH_FORMAT", "'h'=HH"),
            ("PARTITION_DURATION_MS", "60000"),
        ],
        &[
            "PARTITION_DURATION_MS=\"60000\": expected it not to be set beside a daily or hourly partitioner, which \
             has its own: take TimeBasedPartitioner",
            "PATH_FORMAT=\"'h'=HH\": expected it not to be set beside a daily or hourly partitioner, which has its \
             own: take TimeBasedPartitioner",
        ],
    );
    check_refused(
        &[("S3_SSE_KMS_KEY_ID", "k"), ("S3_SSEA_NAME", "AES256")],
        &["S3_SSE_KMS_KEY_ID=\"k\": expected s3.ssea.name=aws:kms beside it"],
    );
    check_refused(
        &[("S3_ROLE_EXTERNAL_ID", "secret")],
        &["S3_ROLE_EXTERNAL_ID=\"***\": expected s3.role.arn beside it"],
    );
    check_refused(
        &[("S3_OBJECT_TAGGING_KEY_VALUE_PAIRS", "team:data")],
        &["S3_OBJECT_TAGGING_KEY_VALUE_PAIRS=\"team:data\": expected s3.object.tagging=true beside it"],
    );
    check_refused(
        &[("S3_WAN_MODE", "true")],
        &["S3_WAN_MODE=\"true\": expected s3.path.style.access.enabled=false beside it"],
    );
}

#[test]
fn a_key_of_the_quarantine_always_fits() {
    let (directory, cluster) = ("d".repeat(256), "c".repeat(128));
    let rest = [
        ("OBJECT_KEY_TEMPLATE", "{cluster}/{topic}/{partition}+{offset}{extension}"),
        ("S3_COMPRESSION_TYPE", "zstd"),
    ];
    let settings =
        read(&[rest[0], rest[1], ("QUARANTINE_DIR", &directory), ("CLUSTER_NAME", &cluster)]).expect("valid");
    let place = naming::Place {
        cluster: &cluster,
        topic: &"t".repeat(249),
        partition: i32::MAX,
        path: &naming::Path::of_partition(i32::MAX),
    };
    assert!(settings.quarantine.fits(&place));

    let (directory, cluster) = (format!("{directory}d"), format!("{cluster}c"));
    check_refused(
        &[rest[0], rest[1], ("QUARANTINE_DIR", &directory), ("CLUSTER_NAME", &cluster)],
        &[
            &format!("QUARANTINE_DIR={directory:?}: expected a directory of at most 256 bytes"),
            &format!(
                "CLUSTER_NAME={cluster:?}: expected a name of at most 128 bytes, without /, % and control characters"
            ),
        ],
    );
}

#[test]
fn a_partitioner_asks_for_what_it_needs() {
    check_refused(
        &[("PARTITIONER_CLASS", "FieldPartitioner,TimeBasedPartitioner")],
        &[
            "PARTITION_FIELD_NAME is not set: FieldPartitioner needs it",
            "PATH_FORMAT is not set: TimeBasedPartitioner needs it",
            "PARTITION_DURATION_MS is not set: TimeBasedPartitioner needs it",
        ],
    );
}

#[test]
fn secrets_are_not_shown() {
    let secrets = [
        ("S3_SSE_CUSTOMER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("S3_ROLE_ARN", "arn:aws:iam::123456789012:role/writer"),
        ("S3_ROLE_EXTERNAL_ID", "between-us"),
        ("AWS_SECRET_ACCESS_KEY", "own-secret"),
        ("AWS_SESSION_TOKEN", "own-session"),
    ];
    let shown = format!("{:?}", read(&secrets).expect("valid"));
    for secret in ["AAAAAAAA", "between-us", "own-secret", "own-session"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    check_refused(
        &[("S3_SSE_CUSTOMER_KEY", "not-32-bytes")],
        &["S3_SSE_CUSTOMER_KEY=\"***\": expected a key of 256 bits in base64"],
    );
}

#[test]
fn classes_are_taken_by_their_short_and_their_full_names() {
    let package = "io.confluent.connect.storage.partitioner.";
    let settings = read(&[
        ("PARTITIONER_CLASS", &format!("{package}FieldPartitioner, {package}HourlyPartitioner")),
        ("PARTITION_FIELD_NAME", "country"),
        ("TIMESTAMP_EXTRACTOR", &format!("{package}TimeBasedPartitioner$RecordFieldTimestampExtractor")),
        // The same as the preset: no contradiction.
        ("PATH_FORMAT", "'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH"),
    ])
    .expect("valid");
    assert!(matches!(
        settings.partitioning.partitioners.as_slice(),
        [Partitioner::Field(_), Partitioner::TimeBased(hourly)] if hourly.duration_ms.get() == 3_600_000
    ));
    check_refused(
        &[("PARTITIONER_CLASS", "DailyPartitioner,DailyPartitioner")],
        &["PARTITIONER_CLASS=\"DailyPartitioner,DailyPartitioner\": expected each partitioner once, not \
           DailyPartitioner twice"],
    );
}

#[test]
fn the_endpoint_is_store_url_before_the_variables_of_the_sdks() {
    let endpoint = |vars: &[(&str, &str)]| read(vars).expect("valid").s3.endpoint;
    assert_eq!(endpoint(&[]), None);
    assert_eq!(endpoint(&[("AWS_ENDPOINT_URL", "http://a")]).as_deref(), Some("http://a"));
    let both = [("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_S3", "http://b:1")];
    assert_eq!(endpoint(&both).as_deref(), Some("http://b:1"));
    assert_eq!(
        endpoint(&[both[0], both[1], ("STORE_URL", "minio:9000")]).as_deref(),
        Some("https://minio:9000")
    );
    check_refused(
        &[("STORE_URL", "ftp://x")],
        &["STORE_URL=\"ftp://x\": expected a URL with http:// or https:// and a host"],
    );
    check_refused(
        &[("AWS_ENDPOINT_URL", "localhost")],
        &["AWS_ENDPOINT_URL=\"localhost\": expected a URL with http:// or https:// and a host"],
    );
}

#[test]
fn tags_are_checked_against_what_s3_takes() {
    let tags = |pairs| [("S3_OBJECT_TAGGING", "true"), ("S3_OBJECT_TAGGING_KEY_VALUE_PAIRS", pairs)];
    let settings = read(&tags("team:data,url:a:b/c")).expect("valid");
    let expected =
        [("team", "data"), ("url", "a:b/c")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(settings.s3.tags.as_deref(), Some(expected.as_slice()));
    check_refused(
        &tags("team"),
        &["S3_OBJECT_TAGGING_KEY_VALUE_PAIRS=\"team\": expected name:value pairs, separated by commas"],
    );
    check_refused(
        &tags("a:1,b:2,c:3,d:4,e:5,f:6,g:7,h:8"),
        &["S3_OBJECT_TAGGING_KEY_VALUE_PAIRS=\"a:1,b:2,c:3,d:4,e:5,f:6,g:7,h:8\": expected at most 7 pairs"],
    );
}
