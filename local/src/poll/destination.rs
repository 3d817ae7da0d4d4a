//! Where batches go that are given up.

use super::batch::{Batch, Envelope};
use super::tries::{Ending, Tries};
use crate::lambda::request_id;
use bytes::Bytes;
use jiff::Timestamp;
use record::Source;
use record::event::on_failure::{
    KafkaBatchInfo, OnFailureRecord, RecordsInfo, RequestContext, ResponseContext,
};
use std::collections::BTreeMap;
use std::error::Error;
use std::pin::Pin;

/// Keeps on-failure records: the bucket of `DestinationConfig.OnFailure`.
pub trait Destination: Sync {
    /// Writes a record; it is durable when this ends well. Writing it twice does no harm.
    fn put<'d>(
        &'d self,
        key: &'d str,
        record: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<(), DestinationError>> + Send + 'd>>;

    /// Where a record is, for people.
    fn url(&self, key: &str) -> String;
}

/// An on-failure record was not written.
#[derive(Debug, thiserror::Error)]
#[error("the on-failure record {url} was not written")]
pub struct DestinationError {
    /// Where it should be.
    pub url: String,
    /// Why it is not.
    pub source: Box<dyn Error + Send + Sync>,
}

/// The JSON of a batch that is given up.
pub(crate) fn on_failure_record(batch: &Batch, tries: &Tries, envelope: &Envelope, arn: String) -> Bytes {
    let event = batch.event();
    let record = OnFailureRecord {
        request_context: RequestContext {
            request_id: request_id(),
            function_arn: arn,
            condition: tries.doom.map(|condition| condition.as_str()).unwrap_or_default().to_owned(),
            approximate_invoke_count: tries.invocations,
        },
        response_context: tries.last.map(|ending| ResponseContext {
            status_code: 200,
            executed_version: "$LATEST".to_owned(),
            // Lambda shows no record of a batch whose function answered and named failures; it did not fail.
            function_error: (ending == Ending::Failed).then(|| "Unhandled".to_owned()),
        }),
        version: "1.0".to_owned(),
        timestamp: date_time(Timestamp::now().as_millisecond()),
        kafka_batch_info: KafkaBatchInfo {
            batch_size: batch.records().len() as u64,
            event_source_arn: match &envelope.source {
                Source::Msk { cluster_arn } => cluster_arn.clone(),
                Source::SelfManaged => None,
            },
            bootstrap_servers: Some(envelope.bootstrap_servers.clone()),
            payload_size: event.len() as u64,
            records_info: records_info(batch, envelope),
        },
        // Nor does it show one of a record that is too large; without its bytes nobody could mend it.
        payload: Some(String::from_utf8_lossy(&event).into_owned()),
    };
    record.to_json().into()
}

/// A key in the form that Lambda documents for its streams:
/// `aws/lambda/<mapping>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<random>`.
/// <https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html>
pub(crate) fn key(prefix: &str, mapping: &str) -> String {
    let now = Timestamp::now();
    let (day, time) = (now.strftime("%Y/%m/%d"), now.strftime("%Y-%m-%dT%H.%M.%S"));
    let path = format!("aws/lambda/{mapping}/{day}/{time}-{}", request_id());
    match prefix.trim_matches('/') {
        "" => path,
        prefix => format!("{prefix}/{path}"),
    }
}

fn records_info(batch: &Batch, envelope: &Envelope) -> BTreeMap<String, RecordsInfo> {
    let mut partitions: BTreeMap<String, RecordsInfo> = BTreeMap::new();
    for record in batch.records() {
        let (offset, timestamp) = (record.offset.to_string(), date_time(record.timestamp_ms));
        let name = format!("{}-{}", envelope.topic, record.partition);
        match partitions.get_mut(&name) {
            Some(info) => {
                info.last_record_offset = offset;
                info.last_record_timestamp = timestamp;
            }
            None => {
                let info = RecordsInfo {
                    first_record_offset: offset.clone(),
                    last_record_offset: offset,
                    first_record_timestamp: timestamp.clone(),
                    last_record_timestamp: timestamp,
                };
                partitions.insert(name, info);
            }
        }
    }
    partitions
}

fn date_time(unix_ms: i64) -> String {
    // A producer may have set any number; a date beyond year 9999 has no form.
    let time = Timestamp::from_millisecond(unix_ms).unwrap_or_default();
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::tests::{batch, envelope};
    use crate::poll::tries::Condition;

    fn tries(invocations: u32, last: Option<Ending>, doom: Condition) -> Tries {
        Tries { invocations, counted: invocations, last, doom: Some(doom), object: None }
    }

    fn read(batch: &Batch, tries: &Tries) -> OnFailureRecord {
        let json = on_failure_record(batch, tries, &envelope(), "arn:aws:lambda:f".to_owned());
        OnFailureRecord::from_json(&json).unwrap()
    }

    #[test]
    fn a_batch_is_kept_as_lambda_keeps_it() {
        let batch = batch(&[(0, 5), (1, 7), (0, 9)]);
        let tries = tries(3, Some(Ending::Failed), Condition::RetryAttemptsExhausted);
        let json = on_failure_record(&batch, &tries, &envelope(), "arn:aws:lambda:f".to_owned());
        let record = OnFailureRecord::from_json(&json).unwrap();
        let event = String::from_utf8(batch.event().to_vec()).unwrap();
        let (id, now, size) = (&record.request_context.request_id, &record.timestamp, event.len());
        let payload = serde_json::to_string(&event).unwrap();
        let expected = format!(
            r#"{{"requestContext":{{"requestId":"{id}","functionArn":"arn:aws:lambda:f","condition":"RetryAttemptsExhausted","approximateInvokeCount":3}},"responseContext":{{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"}},"version":"1.0","timestamp":"{now}","KafkaBatchInfo":{{"batchSize":3,"bootstrapServers":"b:9092","payloadSize":{size},"recordsInfo":{{"t-0":{{"firstRecordOffset":"5","lastRecordOffset":"9","firstRecordTimestamp":"2023-11-14T22:13:20.005Z","lastRecordTimestamp":"2023-11-14T22:13:20.009Z"}},"t-1":{{"firstRecordOffset":"7","lastRecordOffset":"7","firstRecordTimestamp":"2023-11-14T22:13:20.007Z","lastRecordTimestamp":"2023-11-14T22:13:20.007Z"}}}}}},"payload":{payload}}}"#
        );
        assert_eq!(String::from_utf8(json.to_vec()).unwrap(), expected);
        assert_eq!((now.len(), &now[19..20]), ("2019-11-14T00:38:06.021Z".len(), "."), "{now}");
    }

    #[test]
    fn the_response_says_how_the_last_invocation_ended() {
        let batch = batch(&[(0, 5)]);
        let reported = read(&batch, &tries(1, Some(Ending::Answered), Condition::RetryAttemptsExhausted));
        assert_eq!(reported.response_context.unwrap().function_error, None);
        let never = read(&batch, &tries(0, None, Condition::MaximumPayloadSizeExceeded));
        assert_eq!(never.response_context, None);
        assert_eq!(never.request_context.approximate_invoke_count, 0);
        assert_eq!(never.request_context.condition, "MaximumPayloadSizeExceeded");
    }

    #[test]
    fn keys_tell_the_mapping_and_the_day() {
        let now = Timestamp::now();
        for (prefix, start) in [("", ""), ("given-up", "given-up/"), ("/a/b/", "a/b/")] {
            let key = key(prefix, "m");
            assert!(key.starts_with(&format!("{start}aws/lambda/m/{}/", now.strftime("%Y"))), "{key}");
            let name = key.rsplit('/').next().unwrap();
            assert_eq!(name.len(), "2019-11-14T00.38.06-".len() + 36, "{key}");
        }
    }
}
