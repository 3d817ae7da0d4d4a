//! What Lambda leaves in S3 of a batch that it gave up.
//!
//! The shape is the example of
//! <https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html>, "S3 destination": the record of every
//! kind of destination, and only for S3 the whole event as text.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A batch that an event source mapping gave up, as it stands in its on-failure destination.
///
/// The order of the members is that of Lambda's JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OnFailureRecord {
    /// Which invocation it was, and why the batch was given up.
    pub request_context: RequestContext,
    /// How the last invocation ended; null where there was none.
    #[serde(default)]
    pub response_context: Option<ResponseContext>,
    /// `1.0`
    #[serde(default)]
    pub version: String,
    /// When it was given up, as RFC 3339 in UTC with milliseconds.
    #[serde(default)]
    pub timestamp: String,
    /// What the batch was.
    #[serde(rename = "KafkaBatchInfo")]
    pub kafka_batch_info: KafkaBatchInfo,
    /// The event, as text; only an S3 destination has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

/// Which invocation a batch was given up after, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestContext {
    /// The id of the last invocation.
    pub request_id: String,
    /// The function.
    pub function_arn: String,
    /// Why: [`RETRY_ATTEMPTS_EXHAUSTED`], [`MAXIMUM_PAYLOAD_SIZE_EXCEEDED`], or another word of Lambda's.
    pub condition: String,
    /// How often the function was invoked.
    pub approximate_invoke_count: u32,
}

/// How the last invocation ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResponseContext {
    /// HTTP status of the Invoke call; 200 also where the function failed.
    pub status_code: u16,
    /// `$LATEST`, or a version.
    pub executed_version: String,
    /// `Unhandled` where the function failed.
    pub function_error: Option<String>,
}

/// What a batch was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KafkaBatchInfo {
    /// How many records.
    pub batch_size: u64,
    /// The cluster; missing where it is self-managed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_source_arn: Option<String>,
    /// The brokers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootstrap_servers: Option<String>,
    /// How long the event was, in bytes.
    pub payload_size: u64,
    /// Its first and last records, by the name that a topic-partition has in the event.
    pub records_info: BTreeMap<String, RecordsInfo>,
}

/// The first and the last record of a topic-partition in a batch. Lambda writes offsets as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RecordsInfo {
    /// The first offset.
    pub first_record_offset: String,
    /// The last offset.
    pub last_record_offset: String,
    /// The first record's timestamp, as RFC 3339 in UTC with milliseconds.
    pub first_record_timestamp: String,
    /// The last record's timestamp, likewise.
    pub last_record_timestamp: String,
}

/// A condition: the batch was tried as often as the mapping allows.
pub const RETRY_ATTEMPTS_EXHAUSTED: &str = "RetryAttemptsExhausted";

/// A condition: a record fits no event.
pub const MAXIMUM_PAYLOAD_SIZE_EXCEEDED: &str = "MaximumPayloadSizeExceeded";

/// An object is not what Lambda leaves in an on-failure destination.
#[derive(Debug, thiserror::Error)]
#[error("expected the JSON that Lambda leaves of a Kafka batch in an on-failure destination")]
pub struct OnFailureError(#[source] serde_json::Error);

impl OnFailureRecord {
    /// Reads what Lambda, or [`OnFailureRecord::to_json`], wrote. Members that are not known are passed over, and
    /// what is missing is empty: AWS shows one example, and `requestContext` and `KafkaBatchInfo` tell what it is.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn from_json(json: &[u8]) -> Result<Self, OnFailureError> {
        serde_json::from_slice(json).map_err(OnFailureError)
    }

    /// The JSON, on one line.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and numbers are JSON, and a vector takes every write")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the developer guide, with its elisions filled in.
    const EXAMPLE: &str = r#"{
  "requestContext": {
    "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
    "functionArn": "arn:aws:lambda:us-west-2:123456789012:function:myfunction",
    "condition": "RetryAttemptsExhausted",
    "approximateInvokeCount": 1
  },
  "responseContext": {
    "statusCode": 200,
    "executedVersion": "$LATEST",
    "functionError": "Unhandled"
  },
  "version": "1.0",
  "timestamp": "2019-11-14T00:38:06.021Z",
  "KafkaBatchInfo": {
    "batchSize": 500,
    "eventSourceArn": "arn:aws:kafka:us-west-2:123456789012:cluster/myCluster/1234abcd",
    "bootstrapServers": "b-1:9092,b-2:9092",
    "payloadSize": 2039086,
    "recordsInfo": {
      "Topic-0": {
        "firstRecordOffset": "49601189658422359378836298521827638475320189012309704722",
        "lastRecordOffset": "49601189658422359378836298522902373528957594348623495186",
        "firstRecordTimestamp": "2019-11-14T00:38:04.835Z",
        "lastRecordTimestamp": "2019-11-14T00:38:05.580Z"
      },
      "Topic-1": {
        "firstRecordOffset": "1",
        "lastRecordOffset": "2",
        "firstRecordTimestamp": "2019-11-14T00:38:04.835Z",
        "lastRecordTimestamp": "2019-11-14T00:38:05.580Z"
      }
    }
  },
  "payload": "{\"eventSource\":\"aws:kafka\",\"records\":{}}"
}"#;

    #[test]
    fn lambdas_example_is_read_and_written_again_to_the_letter() {
        let record = OnFailureRecord::from_json(EXAMPLE.as_bytes()).expect("the example is a record");
        assert_eq!(record.payload.as_deref(), Some(r#"{"eventSource":"aws:kafka","records":{}}"#));
        assert_eq!(record.kafka_batch_info.records_info.len(), 2);
        // On one line, and nothing else changed: no text in the example has a space or a line end.
        let one_line: String = EXAMPLE.chars().filter(|it| !it.is_whitespace()).collect();
        assert_eq!(String::from_utf8(record.to_json()).expect("JSON is text"), one_line);
    }

    #[test]
    fn a_record_too_large_to_be_sent_has_no_response() {
        let mut record = OnFailureRecord::from_json(EXAMPLE.as_bytes()).expect("the example is a record");
        record.response_context = None;
        let json = String::from_utf8(record.to_json()).expect("JSON is text");
        assert!(json.contains(r#""responseContext":null,"version""#), "{json}");
        assert_eq!(OnFailureRecord::from_json(json.as_bytes()).expect("it is one"), record);
    }

    #[test]
    fn what_is_not_known_is_passed_over_and_what_is_no_kafka_batch_is_refused() {
        let more = EXAMPLE.replacen('{', r#"{"esmUuid":"1","#, 1);
        let more = more.replace("RetryAttemptsExhausted", "DESERIALIZATION_ERROR");
        let record = OnFailureRecord::from_json(more.as_bytes()).expect("it is a record");
        assert_eq!(record.request_context.condition, "DESERIALIZATION_ERROR");
        let least = br#"{"requestContext":{},"KafkaBatchInfo":{},"payload":"{}"}"#;
        assert_eq!(OnFailureRecord::from_json(least).expect("it is one").payload.as_deref(), Some("{}"));
        for text in ["", "null", "[]", "{}", &EXAMPLE.replace("KafkaBatchInfo", "KinesisBatchInfo")] {
            OnFailureRecord::from_json(text.as_bytes()).expect_err(text);
        }
    }
}
