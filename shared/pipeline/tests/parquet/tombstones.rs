//! Records without a value.

use super::{Lake, V1, framed, record};
use apache_avro::types::Value;

#[track_caller]
fn lake(vars: &[(&str, &str)]) -> Lake {
    let lake = Lake::new(vars, &[V1]);
    let value = framed(1, V1, Value::Record(vec![("id".to_owned(), Value::Long(0))]));
    let report = lake.deliver(&[record(0, Some(&value)), record(1, None)]);
    assert_eq!(report.data.records + report.quarantine.records + report.ignored, 2);
    lake
}

#[test]
fn a_tombstone_goes_to_quarantine_by_default() {
    assert_eq!(lake(&[]).quarantine()[0].1, "tombstone");
}

#[test]
fn a_tombstone_may_be_ignored() {
    let lake = lake(&[("BEHAVIOR_ON_NULL_VALUES", "ignore")]);
    assert_eq!((lake.quarantine().len(), lake.objects().len()), (0, 1));
}

#[test]
fn a_tombstone_that_is_written_is_a_row_without_values() {
    let vars = [("BEHAVIOR_ON_NULL_VALUES", "write"), ("STORE_KAFKA_METADATA", "columns")];
    for mode in ["NONE", "BACKWARD"] {
        let lake = lake(&[vars[0], vars[1], ("SCHEMA_COMPATIBILITY", mode)]);
        let rows: Vec<_> = lake.rows().into_values().flatten().collect();
        assert_eq!(rows.len(), 2, "{mode}");
        let tombstone = rows.iter().find(|row| row["_kafka"]["offset"] == 1).expect("the tombstone's row");
        assert!(tombstone["id"].is_null(), "{tombstone}");
        assert_eq!(tombstone["_kafka"]["topic"], "orders");
    }
}
