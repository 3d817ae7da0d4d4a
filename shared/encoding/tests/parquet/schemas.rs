//! From columns to the message that the object has.

use crate::support::{message, table, writer};
use arrow_array::new_empty_array;
use arrow_schema::{DataType, Field, Fields, TimeUnit};
use decoding::columns::meta;
use encoding::parquet::{Enums, Parquet, ParquetOptions};
use encoding::{EncodingError, KafkaMetadata};
use std::sync::Arc;

fn optional(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

fn meaning(name: &str, data_type: DataType, logical: &str) -> Field {
    optional(name, data_type).with_metadata([(meta::LOGICAL.to_owned(), logical.to_owned())])
}

fn message_of(options: ParquetOptions, fields: Vec<Field>) -> Result<String, EncodingError> {
    let empty = |field: Field| {
        let column = new_empty_array(field.data_type());
        (field, column)
    };
    let table = table(writer("1"), fields.into_iter().map(empty).collect());
    let batch = crate::support::batch(1);
    let group = crate::support::rows(&batch, &[Some((&table, 0))]);
    let object = encoding::Encode::encode(&Parquet::new(options), &group, 0..0, "100-")?;
    Ok(message(&object))
}

#[track_caller]
fn check(field: Field, line: &str) {
    let found = message_of(ParquetOptions::default(), vec![field]).unwrap();
    assert_eq!(found, format!("message schema {{\n  {line}\n}}\n"));
}

#[track_caller]
fn check_refused(fields: Vec<Field>, error: &str) {
    let found = message_of(ParquetOptions::default(), fields).unwrap_err();
    assert_eq!(found.to_string(), error);
}

#[test]
fn plain_types_have_no_annotation() {
    check(optional("a", DataType::Boolean), "OPTIONAL BOOLEAN a;");
    check(Field::new("a", DataType::Int32, false), "REQUIRED INT32 a;");
    check(optional("a", DataType::Int64), "OPTIONAL INT64 a;");
    check(optional("a", DataType::Float32), "OPTIONAL FLOAT a;");
    check(optional("a", DataType::Float64), "OPTIONAL DOUBLE a;");
    check(optional("a", DataType::Binary), "OPTIONAL BYTE_ARRAY a;");
    check(optional("a", DataType::FixedSizeBinary(5)), "OPTIONAL FIXED_LEN_BYTE_ARRAY (5) a;");
}

#[test]
fn what_is_always_null_is_optional() {
    check(Field::new("a", DataType::Null, false), "OPTIONAL INT32 a (UNKNOWN);");
}

#[test]
fn texts_are_strings_unless_they_are_json() {
    check(optional("a", DataType::Utf8), "OPTIONAL BYTE_ARRAY a (STRING);");
    check(meaning("a", DataType::Utf8, meta::LOGICAL_JSON), "OPTIONAL BYTE_ARRAY a (JSON);");
}

#[test]
fn enums_are_strings_or_enums_by_setting() {
    let field = meaning("a", DataType::Utf8, meta::LOGICAL_ENUM);
    check(field.clone(), "OPTIONAL BYTE_ARRAY a (STRING);");
    let options = ParquetOptions { enums: Enums::Enum, ..ParquetOptions::default() };
    let found = message_of(options, vec![field]).unwrap();
    assert_eq!(found, "message schema {\n  OPTIONAL BYTE_ARRAY a (ENUM);\n}\n");
}

#[test]
fn fixed_bytes_are_uuids_and_intervals_where_they_mean_them() {
    let uuid = meaning("a", DataType::FixedSizeBinary(16), meta::LOGICAL_UUID);
    check(uuid, "OPTIONAL FIXED_LEN_BYTE_ARRAY (16) a (UUID);");
    let interval = meaning("a", DataType::FixedSizeBinary(12), meta::LOGICAL_INTERVAL);
    check(interval, "OPTIONAL FIXED_LEN_BYTE_ARRAY (12) a (INTERVAL);");
}

#[test]
fn times_keep_their_unit_and_whether_they_are_in_utc() {
    let utc = Some(Arc::from("UTC"));
    check(optional("a", DataType::Date32), "OPTIONAL INT32 a (DATE);");
    check(optional("a", DataType::Time32(TimeUnit::Millisecond)), "OPTIONAL INT32 a (TIME(MILLIS,false));");
    check(optional("a", DataType::Time64(TimeUnit::Microsecond)), "OPTIONAL INT64 a (TIME(MICROS,false));");
    check(optional("a", DataType::Time64(TimeUnit::Nanosecond)), "OPTIONAL INT64 a (TIME(NANOS,false));");
    for (unit, name) in [
        (TimeUnit::Millisecond, "MILLIS"),
        (TimeUnit::Microsecond, "MICROS"),
        (TimeUnit::Nanosecond, "NANOS"),
    ] {
        let local = format!("OPTIONAL INT64 a (TIMESTAMP({name},false));");
        check(optional("a", DataType::Timestamp(unit, None)), &local);
        let instant = format!("OPTIONAL INT64 a (TIMESTAMP({name},true));");
        check(optional("a", DataType::Timestamp(unit, utc.clone())), &instant);
    }
}

#[test]
fn decimals_have_the_narrowest_type_that_holds_them() {
    let check = |precision: u8, scale: i8, physical: &str| {
        let data_type = match precision {
            ..39 => DataType::Decimal128(precision, scale),
            _ => DataType::Decimal256(precision, scale),
        };
        check(optional("a", data_type), &format!("OPTIONAL {physical} a (DECIMAL({precision},{scale}));"));
    };
    check(1, 0, "INT32");
    check(9, 9, "INT32");
    check(10, 2, "INT64");
    check(18, 0, "INT64");
    check(19, 4, "FIXED_LEN_BYTE_ARRAY (9)");
    check(20, 0, "FIXED_LEN_BYTE_ARRAY (9)");
    check(38, 10, "FIXED_LEN_BYTE_ARRAY (16)");
    check(39, 0, "FIXED_LEN_BYTE_ARRAY (17)");
    check(76, 38, "FIXED_LEN_BYTE_ARRAY (32)");
}

#[test]
fn lists_and_maps_have_three_levels_under_parquets_names() {
    let tags = Field::new_list("tags", Field::new("item", DataType::Utf8, true), true);
    check(
        tags,
        "OPTIONAL group tags (LIST) {\n    REPEATED group list {\n      OPTIONAL BYTE_ARRAY element (STRING);\n    }\n  }",
    );
    let key = Field::new("keys", DataType::Utf8, false);
    let value = Field::new_list("values", Field::new("array", DataType::Int32, false), true);
    check(
        Field::new_map("m", "entries", key, value, false, false),
        "REQUIRED group m (MAP) {\n    REPEATED group key_value {\n      REQUIRED BYTE_ARRAY key (STRING);\n      \
         OPTIONAL group value (LIST) {\n        REPEATED group list {\n          REQUIRED INT32 element;\n        \
         }\n      }\n    }\n  }",
    );
}

#[test]
fn structs_and_unions_are_groups() {
    let branches = Fields::from(vec![optional("int", DataType::Int32), optional("string", DataType::Utf8)]);
    check(
        meaning("u", DataType::Struct(branches), meta::LOGICAL_UNION),
        "OPTIONAL group u {\n    OPTIONAL INT32 int;\n    OPTIONAL BYTE_ARRAY string (STRING);\n  }",
    );
    let inner = Field::new_struct("b", vec![Field::new("c", DataType::Date32, false)], false);
    check(
        Field::new_struct("a", vec![inner], true),
        "OPTIONAL group a {\n    REQUIRED group b {\n      REQUIRED INT32 c (DATE);\n    }\n  }",
    );
}

#[test]
fn metadata_is_one_column_after_the_values() {
    let options = ParquetOptions { kafka_metadata: KafkaMetadata::Columns, ..ParquetOptions::default() };
    assert_eq!(
        message_of(options, vec![Field::new("id", DataType::Int64, false)]).unwrap(),
        "\
message schema {
  REQUIRED INT64 id;
  REQUIRED group _kafka {
    REQUIRED BYTE_ARRAY topic (STRING);
    REQUIRED INT32 partition;
    REQUIRED INT64 offset;
    OPTIONAL INT64 timestamp (TIMESTAMP(MILLIS,true));
    OPTIONAL BYTE_ARRAY timestamp_type (STRING);
    OPTIONAL BYTE_ARRAY key;
    REQUIRED group headers (LIST) {
      REPEATED group list {
        REQUIRED group element {
          REQUIRED BYTE_ARRAY name (STRING);
          OPTIONAL BYTE_ARRAY value;
        }
      }
    }
  }
}
"
    );
}

#[test]
fn columns_that_parquet_cannot_hold_are_refused_by_their_names() {
    let nested = |field| vec![Field::new_struct("a", vec![Field::new_list("b", field, true)], true)];
    check_refused(
        nested(optional("item", DataType::UInt16)),
        "column a.b has a type that Parquet can't hold: UInt16",
    );
    check_refused(
        nested(optional("item", DataType::Decimal128(5, -2))),
        "column a.b has a type that Parquet can't hold: Decimal128(5, -2)",
    );
    check_refused(
        nested(Field::new_struct("item", Fields::empty(), true)),
        "column a.b has a type that Parquet can't hold: Struct()",
    );
    check_refused(
        vec![meaning("a", DataType::FixedSizeBinary(15), meta::LOGICAL_UUID)],
        "column a has a type that Parquet can't hold: FixedSizeBinary(15) as uuid",
    );
    check_refused(
        vec![Field::new_struct(
            "a",
            vec![optional("b", DataType::Int32), optional("b", DataType::Utf8)],
            true,
        )],
        "column a.b is there twice",
    );
}

#[test]
fn a_column_of_the_name_of_kafkas_metadata_is_refused_where_that_is_written() {
    let table =
        table(writer("1"), vec![(optional("_kafka", DataType::Int32), new_empty_array(&DataType::Int32))]);
    let columns = &table.schema.columns;
    assert!(Parquet::new(ParquetOptions::default()).check(columns).is_ok());
    let options = ParquetOptions { kafka_metadata: KafkaMetadata::Columns, ..ParquetOptions::default() };
    let error = Parquet::new(options).check(columns).unwrap_err();
    assert_eq!(error.to_string(), "column _kafka has the name that store.kafka.metadata=columns takes");
}
