//! Metrics in CloudWatch's embedded metric format: a line of the log that CloudWatch reads as numbers.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
//! Writing them needs no permission beyond the log's.

use crate::Report;
use serde_json::{Map, Value, json};

/// The line of an invocation, without line break; dimensions are the function, and the function and topic.
pub(crate) fn line(namespace: &str, function: &str, topic: &str, now_ms: i64, report: &Report) -> String {
    let Report { records, data, quarantine, rejected, ignored, failed, elapsed, still_bad: _ } = report;
    let metrics = [
        ("Records", "Count", *records),
        ("Objects", "Count", data.objects),
        ("Bytes", "Bytes", data.bytes),
        ("Quarantined", "Count", rejected.values().sum()),
        ("Ignored", "Count", *ignored),
        ("Redelivered", "Count", data.redelivered + quarantine.redelivered),
        ("Markers", "Count", data.markers + quarantine.markers),
        ("Retries", "Count", data.retries + quarantine.retries),
        ("FailedPartitions", "Count", failed.len() as u64),
        ("Duration", "Milliseconds", elapsed.as_millis() as u64),
    ];
    let dimensions = [("FunctionName", function), ("Topic", topic)];
    embedded(namespace, &dimensions, &metrics, now_ms)
}

/// The line of a replay; the dimension is the function.
#[cfg(feature = "replay")]
pub(crate) fn replay_line(
    namespace: &str,
    function: &str,
    now_ms: i64,
    replay: &crate::lambda::ReplayReport,
) -> String {
    let crate::replay::Summary { done, still_bad, failed, left, records, .. } = &replay.summary;
    let metrics = [
        ("ObjectsReplayed", "Count", *done),
        ("ObjectsStillBad", "Count", *still_bad),
        ("ObjectsFailed", "Count", *failed),
        ("ObjectsUnreadable", "Count", replay.unreadable),
        ("ObjectsLeft", "Count", *left),
        ("RecordsReplayed", "Count", records.delivered),
        ("RecordsStillBad", "Count", records.still_bad.len() as u64),
        ("Duration", "Milliseconds", replay.elapsed.as_millis() as u64),
    ];
    embedded(namespace, &[("FunctionName", function)], &metrics, now_ms)
}

/// A line of metrics: by the first dimension, by the first two, and so on.
fn embedded(
    namespace: &str,
    dimensions: &[(&str, &str)],
    metrics: &[(&str, &str, u64)],
    now_ms: i64,
) -> String {
    let definitions: Vec<Value> =
        metrics.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
    let names: Vec<&str> = dimensions.iter().map(|(name, _)| *name).collect();
    let sets: Vec<&[&str]> = (1..=names.len()).map(|count| &names[..count]).collect();
    let directive = json!({
        "Timestamp": now_ms,
        "CloudWatchMetrics": [{ "Namespace": namespace, "Dimensions": sets, "Metrics": definitions }],
    });
    let mut line = Map::new();
    line.insert("_aws".to_owned(), directive);
    line.extend(dimensions.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())));
    line.extend(metrics.iter().map(|(name, _, value)| ((*name).to_owned(), (*value).into())));
    Value::Object(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_metric_that_is_declared_has_a_value_and_every_dimension_too() {
        let report = Report { records: 7, elapsed: Duration::from_millis(12), ..Report::default() };
        let line: Value =
            serde_json::from_str(&line("landfall", "json-sink", "t", 5, &report)).expect("JSON");
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(line["_aws"]["Timestamp"], 5);
        assert_eq!(directive["Namespace"], "landfall");
        for metric in directive["Metrics"].as_array().expect("metrics") {
            assert!(line[metric["Name"].as_str().expect("a name")].is_u64(), "{metric}");
        }
        for dimension in directive["Dimensions"]
            .as_array()
            .expect("sets")
            .iter()
            .flat_map(|it| it.as_array().expect("a set"))
        {
            assert!(line[dimension.as_str().expect("a name")].is_string(), "{dimension}");
        }
        assert_eq!((line["Records"].clone(), line["Duration"].clone()), (json!(7), json!(12)));
    }
}
