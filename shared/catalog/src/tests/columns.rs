use super::{Layout, described, id};
use crate::CatalogError;
use arrow_schema::{DataType, Field, Fields, TimeUnit};
use decoding::columns::meta;
use std::collections::HashMap;
use std::sync::Arc;

/// Describes a table of these columns: its columns as DDL has them, and what is warned of.
#[track_caller]
fn check(columns: Vec<Field>, expected: &[&str], warnings: &[&str]) {
    let described = described(&Layout::default(), columns).unwrap();
    let found: Vec<_> =
        described.table.columns.iter().map(|it| format!("{} {}", it.name, it.hive_type.ddl())).collect();
    assert_eq!(found, expected);
    let mut found: Vec<_> = described.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(found.pop().as_deref(), Some("records from before 2025 are not seen"));
    assert_eq!(found, warnings);
}

fn field(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

fn list(element: DataType) -> DataType {
    DataType::List(Arc::new(field("item", element)))
}

fn map(value: DataType) -> DataType {
    let entries = vec![Field::new("key", DataType::Utf8, false), field("value", value)];
    DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entries.into()), false)), false)
}

fn record(fields: Vec<Field>) -> DataType {
    DataType::Struct(Fields::from(fields))
}

#[test]
fn each_type_of_a_column_has_its_name_in_hive() {
    let utc = || Some("UTC".into());
    let types = [
        (DataType::Boolean, "boolean"),
        (DataType::Int32, "int"),
        (DataType::Int64, "bigint"),
        (DataType::Float32, "float"),
        (DataType::Float64, "double"),
        (DataType::Utf8, "string"),
        (DataType::Binary, "binary"),
        (DataType::FixedSizeBinary(16), "binary"),
        (DataType::Date32, "date"),
        (DataType::Timestamp(TimeUnit::Millisecond, None), "timestamp"),
        (DataType::Timestamp(TimeUnit::Microsecond, utc()), "timestamp"),
        (DataType::Timestamp(TimeUnit::Nanosecond, utc()), "timestamp"),
        (DataType::Decimal128(20, 0), "decimal(20,0)"),
        (DataType::Decimal256(38, 38), "decimal(38,38)"),
        (list(list(DataType::Int32)), "array<array<int>>"),
        (map(list(DataType::Utf8)), "map<string,array<string>>"),
        (
            record(vec![field("a", DataType::Int32), field("b", record(vec![field("c", DataType::Utf8)]))]),
            "struct<a:int,b:struct<c:string>>",
        ),
    ];
    for (data_type, expected) in types {
        check(vec![field("c", data_type)], &[&format!("c {expected}")], &[]);
    }
}

#[test]
fn a_time_of_day_is_a_number_or_nothing() {
    check(
        vec![
            field("micros", DataType::Time64(TimeUnit::Microsecond)),
            field("deep", list(record(vec![field("nanos", DataType::Time64(TimeUnit::Nanosecond))]))),
            field("millis", DataType::Time32(TimeUnit::Millisecond)),
        ],
        &["micros bigint", "deep array<struct<nanos:bigint>>"],
        &[
            "micros is a bigint, microseconds since midnight: Athena has no type of table columns for a time of day",
            "deep.nanos is a bigint, nanoseconds since midnight: Athena has no type of table columns for a time of \
             day",
            "millis is left out: Athena reads no time of day in milliseconds; debezium.temporal=timestamps keeps \
             those of Debezium and Connect as numbers",
        ],
    );
}

#[test]
fn what_athena_cannot_read_is_left_out_and_named() {
    let large = || DataType::Decimal256(50, 2);
    check(
        vec![
            id(),
            field("nothing", DataType::Null),
            field("large", large()),
            field("larges", list(large())),
            field("order", record(vec![field("total", large()), field("currency", DataType::Utf8)])),
            field("orders", map(record(vec![field("total", large())]))),
        ],
        &["id bigint", "order struct<currency:string>"],
        &[
            "nothing is left out: it is never anything but null",
            "large is left out: it is a decimal of 50 digits, and Athena's have at most 38",
            "larges is left out: it is a decimal of 50 digits, and Athena's have at most 38",
            "order.total is left out: it is a decimal of 50 digits, and Athena's have at most 38",
            "orders.total is left out: it is a decimal of 50 digits, and Athena's have at most 38",
            "orders is left out: Athena can read none of its fields",
        ],
    );
}

#[test]
fn a_table_needs_a_column() {
    let nothing = vec![field("nothing", DataType::Null)];
    assert_eq!(described(&Layout::default(), nothing), Err(CatalogError::NoColumns { columns: 1 }));
    assert_eq!(described(&Layout::default(), Vec::new()), Err(CatalogError::NoColumns { columns: 0 }));
}

#[test]
fn names_are_in_lower_case_and_there_once() {
    check(
        vec![
            field("userId", DataType::Int64),
            field("USERID", DataType::Utf8),
            field("Größe", DataType::Int32),
            field("s", record(vec![field("A", DataType::Int32), field("a", DataType::Int64)])),
        ],
        &["userid bigint", "größe int", "s struct<a:int>"],
        &[
            "USERID is left out: names are in lower case in the catalogue, so it is userId again",
            "größe has characters other than letters, digits and underscores: queries need it in double quotes, and \
             some may fail",
            "s.a is left out: names are in lower case in the catalogue, so it is A again",
        ],
    );
}

#[test]
fn names_that_the_catalogue_cannot_take_are_left_out() {
    let long = "x".repeat(256);
    check(
        vec![
            field("a:b", DataType::Int32),
            field(&long, DataType::Int32),
            field("s", record(vec![field("a-b", DataType::Int32), field("_a.b", DataType::Int32)])),
            field("a-b", DataType::Int32),
        ],
        &["s struct<`_a.b`:int>", "a-b int"],
        &[
            "a:b is left out: expected a name without commas, colons, semicolons, backticks and control characters",
            &format!("{long} is left out: expected a name of at most 255 bytes"),
            "s.a-b is left out: expected a name of letters, digits, underscores and periods, as it stands inside a \
             type",
            "a-b has characters other than letters, digits and underscores: queries need it in double quotes, and \
             some may fail",
        ],
    );
}

#[test]
fn names_inside_types_are_quoted_where_ddl_needs_it_and_never_in_the_catalogue() {
    let column = field("s", record(vec![field("timestamp", DataType::Int64), field("_id", DataType::Utf8)]));
    let table = described(&Layout::default(), vec![column]).unwrap().table;
    assert_eq!(table.columns[0].hive_type.ddl(), "struct<`timestamp`:bigint,`_id`:string>");
    assert_eq!(table.columns[0].hive_type.to_string(), "struct<timestamp:bigint,_id:string>");
}

#[test]
fn a_comment_is_one_line_of_at_most_255_bytes() {
    let comment = |doc: &str| {
        let metadata = HashMap::from([(meta::DOC.to_owned(), doc.to_owned())]);
        described(&Layout::default(), vec![id().with_metadata(metadata)])
            .unwrap()
            .table
            .columns
            .remove(0)
            .comment
    };
    assert_eq!(comment(" what\tit\r\n  is ").as_deref(), Some("what it is"));
    assert_eq!(comment("\n "), None);
    assert_eq!(comment(&"x".repeat(255)), Some("x".repeat(255)));
    assert_eq!(comment(&"ä".repeat(128)), Some(format!("{}...", "ä".repeat(126))));
}
