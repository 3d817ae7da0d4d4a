use crate::columns::ColumnOptions;
use crate::columns::avro::columns;
use arrow_schema::Field;

fn metadata(field: &Field) -> Vec<(&str, &str)> {
    field.metadata().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

#[test]
fn fields_tell_what_arrow_cannot_say() {
    let text = r#"{"type": "record", "name": "R", "namespace": "a.b", "fields": [
        {"name": "e", "doc": "An enum.", "aliases": ["x", "y"], "default": "B",
         "type": {"type": "enum", "name": "E", "symbols": ["A", "B"], "default": "A"}},
        {"name": "n", "default": null, "type": ["null", {"type": "fixed", "name": "c.F", "size": 16, "logicalType": "uuid"}]},
        {"name": "l", "default": [], "type": {"type": "array", "items": {"type": "record", "name": "S", "fields": [
            {"name": "i", "default": 1, "type": "int"}]}}},
        {"name": "m", "type": {"type": "map", "values": {"type": "string", "connect.name": "io.debezium.data.Json"}}},
        {"name": "u", "type": ["int", "E"]},
        {"name": "d", "type": {"type": "fixed", "name": "D", "size": 12, "logicalType": "duration"}}
    ]}"#;
    let schema = columns(text, &[], ColumnOptions::default()).unwrap();
    assert_eq!(
        metadata(schema.field(0)),
        [
            ("landfall.aliases", r#"["x","y"]"#),
            ("landfall.default", r#""B""#),
            ("landfall.doc", "An enum."),
            ("landfall.enum.default", "A"),
            ("landfall.logical", "enum"),
            ("landfall.name", "a.b.E"),
            ("landfall.symbols", r#"["A","B"]"#),
        ]
    );
    assert_eq!(
        metadata(schema.field(1)),
        [("landfall.default", "null"), ("landfall.logical", "uuid"), ("landfall.name", "c.F")]
    );
    let arrow_schema::DataType::List(item) = schema.field(2).data_type() else { panic!() };
    assert_eq!(metadata(schema.field(2)), [("landfall.default", "[]")]);
    assert_eq!(metadata(item), [("landfall.name", "a.b.S")]);
    let arrow_schema::DataType::Struct(members) = item.data_type() else { panic!() };
    assert_eq!(metadata(&members[0]), [("landfall.default", "1")]);
    let arrow_schema::DataType::Map(entries, _) = schema.field(3).data_type() else { panic!() };
    let arrow_schema::DataType::Struct(entry) = entries.data_type() else { panic!() };
    assert_eq!(metadata(&entry[1]), [("landfall.logical", "json")]);
    assert_eq!(metadata(schema.field(4)), [("landfall.logical", "union")]);
    let arrow_schema::DataType::Struct(branches) = schema.field(4).data_type() else { panic!() };
    assert_eq!(metadata(&branches[1])[2], ("landfall.name", "a.b.E"));
    assert_eq!(metadata(schema.field(5)), [("landfall.logical", "interval"), ("landfall.name", "a.b.D")]);
}
