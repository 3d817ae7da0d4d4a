//! No false alarm, however objects are called and made.

use super::{deliver, deliver_bad, marks};
use end_to_end::damage::{Vandal, audit};
use end_to_end::embedded::Embedded;
use end_to_end::records::{TOPIC, event};
use end_to_end::sink::{Program, Sink};

const BUCKET: &str = "lake";

/// Delivers overlapping batches by these settings, and audits what became of them by the same.
async fn check(program: Program, settings: &[(&str, &str)]) {
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    let sink = program.start(&s3, BUCKET, settings).await.expect("the function starts");
    deliver(&sink, &[(0, 0..60), (0, 0..25), (0, 25..70), (1, 0..7), (1, 7..30), (1, 7..20), (1, 20..30)])
        .await;
    deliver_bad(&sink, 1, 30..32).await;
    // A redelivery with a shorter batch puts a marker in quarantine too.
    deliver_bad(&sink, 1, 30..31).await;
    let variables: Vec<String> = settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut arguments = vec!["--deep"];
    arguments.extend(variables.iter().flat_map(|variable| ["--env", variable.as_str()]));
    let verdict = audit(&s3, BUCKET, &arguments).await;
    verdict.assert_whole();
    let partitions = verdict.report["partitions"].as_array().expect("there are partitions").clone();
    let records: Vec<_> = partitions.iter().map(|partition| partition["records"].as_i64()).collect();
    assert_eq!(records, [Some(70), Some(30)], "{settings:?}");
}

#[tokio::test]
async fn partitioners_are_no_alarm() {
    check(Program::JsonSink, &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")])
        .await;
    check(
        Program::JsonSink,
        &[("PARTITIONER_CLASS", "FieldPartitioner,HourlyPartitioner"), ("PARTITION_FIELD_NAME", "user")],
    )
    .await;
}

#[tokio::test]
async fn objects_of_single_records_and_of_cells_are_no_alarm() {
    check(Program::JsonSink, &[("FLUSH_SIZE", "1")]).await;
    check(Program::JsonSink, &[("FLUSH_SIZE", "16"), ("S3_COMPRESSION_TYPE", "zstd")]).await;
}

#[tokio::test]
async fn keys_of_ones_own_making_are_no_alarm() {
    let template = "{path}/{topic}+{partition}+{offset}{extension}";
    check(
        Program::JsonSink,
        &[("OBJECT_KEY_TEMPLATE", template), ("PARTITIONER_CLASS", "HourlyPartitioner")],
    )
    .await;
    let template = "raw/{cluster}/{topics.dir}/{topic}-{offset}-p{partition}.lines";
    check(
        Program::JsonSink,
        &[("OBJECT_KEY_TEMPLATE", template), ("CLUSTER_NAME", "blue"), ("S3_COMPRESSION_TYPE", "gzip")],
    )
    .await;
    check(
        Program::JsonSink,
        &[
            ("TOPICS_DIR", ""),
            ("DIRECTORY_DELIM", "_"),
            ("FILE_DELIM", "-"),
            ("FILENAME_OFFSET_ZERO_PAD_WIDTH", "0"),
            ("QUARANTINE_DIR", "bad/records"),
        ],
    )
    .await;
}

#[tokio::test]
async fn columns_are_no_alarm_and_damage_to_them_is() {
    let schema = r#"{"type":"record","name":"Mark","fields":[{"name":"partition","type":"int"},
        {"name":"offset","type":"long"},{"name":"user","type":"string"}]}"#;
    let settings = [
        ("VALUE_CONVERTER", "json"),
        ("VALUE_CONVERTER_SCHEMAS_ENABLE", "false"),
        ("VALUE_SCHEMA", schema),
        ("PARQUET_CODEC", "gzip"),
    ];
    check(Program::ParquetSink, &settings).await;

    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    let sink = Program::ParquetSink.start(&s3, BUCKET, &settings).await.expect("the function starts");
    deliver(&sink, &[(0, 0..60), (0, 60..90)]).await;
    let vandal = Vandal::new(&s3, BUCKET);
    let key = |offset: i64| format!("topics/{TOPIC}/partition=0/{TOPIC}+0+{offset:010}.gz.parquet");
    // In the middle of a page.
    vandal.change(&key(0), |body| body[40] ^= 0xff).await;
    audit(&s3, BUCKET, &[]).await.assert_whole();
    audit(&s3, BUCKET, &["--deep"]).await.assert_damage(&[(
        "unreadable",
        "tracking.log-0",
        "0–59",
        &[&key(0)],
    )]);
}

#[tokio::test]
async fn of_several_topics_those_are_audited_that_are_asked_for() {
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    let sink = Sink::start(&s3, BUCKET, &[]).await.expect("the function starts");
    deliver(&sink, &[(0, 0..5), (0, 9..12)]).await;
    let other = String::from_utf8(event(&marks(0, 0..5))).expect("an event is text").replace(TOPIC, "other");
    sink.invoke(other.into_bytes()).await.expect("the batch is delivered");
    audit(&s3, BUCKET, &[]).await.assert_damage(&[("missing", "tracking.log-0", "5–8", &[])]);
    audit(&s3, BUCKET, &["--topic", "other"]).await.assert_whole();
    audit(&s3, BUCKET, &["--prefix", "topics/other/"]).await.assert_whole();
}
