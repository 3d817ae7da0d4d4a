//! Where objects go.

use super::{Lake, framed, record};
use apache_avro::types::Value;

const SCHEMA: &str = r#"{"type":"record","name":"Order","fields":[
    {"name":"country","type":"string"},
    {"name":"at","type":{"type":"long","connect.name":"io.debezium.time.MicroTimestamp"}}
]}"#;

#[track_caller]
fn check(vars: &[(&str, &str)], expected: &str) {
    let lake = Lake::new(vars, &[SCHEMA]);
    // 2024-02-29T23:59:59.999999Z
    let fields = vec![
        ("country".to_owned(), Value::String("a/b".to_owned())),
        ("at".to_owned(), Value::Long(1_709_251_199_999_999)),
    ];
    let value = framed(1, SCHEMA, Value::Record(fields));
    lake.deliver(&[record(42, Some(&value))]);
    assert_eq!(lake.objects().into_keys().collect::<Vec<_>>(), [expected]);
}

#[test]
fn the_lakes_layout_has_the_path_first() {
    check(
        &[
            ("OBJECT_KEY_TEMPLATE", "{path}/{topic}+{partition}+{offset}.parquet"),
            ("PARTITIONER_CLASS", "HourlyPartitioner"),
            ("PARQUET_CODEC", "gzip"),
        ],
        "year=2025/month=11/day=11/hour=10/orders+3+0000000042.parquet",
    );
}

#[test]
fn connects_layout_has_the_codec_in_the_extension() {
    check(
        &[("PARTITIONER_CLASS", "HourlyPartitioner"), ("PARQUET_CODEC", "gzip")],
        "topics/orders/year=2025/month=11/day=11/hour=10/orders+3+0000000042.gz.parquet",
    );
    check(&[], "topics/orders/partition=3/orders+3+0000000042.snappy.parquet");
}

#[test]
fn columns_name_paths_and_tell_times() {
    check(
        &[
            ("PARTITIONER_CLASS", "FieldPartitioner,DailyPartitioner"),
            ("PARTITION_FIELD_NAME", "country"),
            ("TIMESTAMP_EXTRACTOR", "RecordField"),
            ("TIMESTAMP_FIELD", "at"),
        ],
        "topics/orders/country=a%2Fb/year=2024/month=02/day=29/orders+3+0000000042.snappy.parquet",
    );
}

#[test]
fn raw_temporals_are_numbers_of_a_unit() {
    check(
        &[
            ("DEBEZIUM_TEMPORAL", "raw"),
            ("PARTITIONER_CLASS", "DailyPartitioner"),
            ("TIMESTAMP_EXTRACTOR", "RecordField"),
            ("TIMESTAMP_FIELD", "at"),
            ("TIMESTAMP_UNIT", "us"),
        ],
        "topics/orders/year=2024/month=02/day=29/orders+3+0000000042.snappy.parquet",
    );
}
