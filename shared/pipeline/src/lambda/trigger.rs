//! What replayer is invoked with: an S3 event, a schedule, or a request by hand.

use crate::replay::Keys;
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use aws_lambda_events::event::s3::S3Event;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

/// What is to be replayed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trigger {
    pub(super) source: Keys,
    /// By hand alone: whether to do nothing but say; none: as the settings have it.
    pub(super) is_dry_run: Option<bool>,
    pub(super) limit: Option<usize>,
}

/// An event asks for nothing that replayer does; the message says what is expected.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct TriggerError(String);

/// Where replayer works.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beat<'a> {
    pub(super) bucket: &'a str,
    pub(super) prefix: &'a str,
}

/// A request by hand.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Request {
    prefix: Option<String>,
    dry_run: Option<bool>,
    limit: Option<usize>,
}

impl Trigger {
    pub(super) fn read(event: Value, beat: Beat<'_>) -> Result<Self, TriggerError> {
        let has = |name: &str| event.get(name).is_some();
        if has("Records") {
            return Self::of_s3(event, beat);
        }
        if has("detail-type") {
            return Self::of_event_bridge(event, beat);
        }
        // S3 sends it when the notification is set up.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
        if event.get("Event").is_some_and(|it| it == "s3:TestEvent") {
            return Ok(Self::of_keys(Vec::new()));
        }
        Self::of_request(event, beat)
    }

    fn of_keys(keys: Vec<String>) -> Self {
        Self { source: Keys::These(keys), is_dry_run: None, limit: None }
    }

    fn of_s3(event: Value, beat: Beat<'_>) -> Result<Self, TriggerError> {
        let event: S3Event = serde_json::from_value(event).map_err(|error| expected(&error))?;
        let mut keys = Vec::new();
        for record in event.records {
            if !record.event_name.as_deref().unwrap_or_default().starts_with("ObjectCreated") {
                continue;
            }
            let key = record.s3.object.key.unwrap_or_default();
            // In notifications a key is encoded as a form's field.
            let key = percent_decode_str(&key.replace('+', " ")).decode_utf8_lossy().into_owned();
            beat.take(record.s3.bucket.name.as_deref(), key, &mut keys)?;
        }
        Ok(Self::of_keys(keys))
    }

    fn of_event_bridge(event: Value, beat: Beat<'_>) -> Result<Self, TriggerError> {
        let event: EventBridgeEvent = serde_json::from_value(event).map_err(|error| expected(&error))?;
        match event.detail_type.as_str() {
            "Scheduled Event" => {
                Ok(Self { source: Keys::Under(beat.prefix.to_owned()), is_dry_run: None, limit: None })
            }
            "Object Created" => {
                let text = |pointer| event.detail.pointer(pointer).and_then(Value::as_str);
                let key = text("/object/key").unwrap_or_default().to_owned();
                let mut keys = Vec::new();
                beat.take(text("/bucket/name"), key, &mut keys)?;
                Ok(Self::of_keys(keys))
            }
            other => Err(expected(&format_args!("EventBridge sent {other:?}"))),
        }
    }

    fn of_request(event: Value, beat: Beat<'_>) -> Result<Self, TriggerError> {
        let Request { prefix, dry_run, limit } =
            serde_json::from_value(event).map_err(|error| expected(&error))?;
        let prefix = prefix.unwrap_or_else(|| beat.prefix.to_owned());
        if !prefix.starts_with(beat.prefix) {
            return Err(TriggerError(format!(
                "prefix {prefix:?} is not below replay.prefix, which is {:?}",
                beat.prefix
            )));
        }
        Ok(Self { source: Keys::Under(prefix), is_dry_run: dry_run, limit })
    }
}

impl Beat<'_> {
    /// Takes a key that was created; one of elsewhere in the bucket is none of ours.
    fn take(self, bucket: Option<&str>, key: String, keys: &mut Vec<String>) -> Result<(), TriggerError> {
        if bucket != Some(self.bucket) {
            return Err(TriggerError(format!(
                "the event is of bucket {}, and replay.bucket.name is {}",
                bucket.unwrap_or("nobody knows which"),
                self.bucket
            )));
        }
        if key.starts_with(self.prefix) {
            keys.push(key);
        }
        Ok(())
    }
}

fn expected(problem: &dyn std::fmt::Display) -> TriggerError {
    TriggerError(format!(
        "expected an S3 event, an event of EventBridge's (Scheduled Event, Object Created), or \
         {{\"prefix\": …, \"dryRun\": …, \"limit\": …}}: {problem}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BEAT: Beat<'static> = Beat { bucket: "lake", prefix: "aws/lambda/" };

    #[track_caller]
    fn check(event: Value, expected: Result<(Keys, Option<bool>, Option<usize>), &str>) {
        let found = Trigger::read(event, BEAT);
        match (found, expected) {
            (Ok(Trigger { source, is_dry_run, limit }), Ok(expected)) => {
                assert_eq!((source, is_dry_run, limit), expected);
            }
            (Err(TriggerError(message)), Err(expected)) => assert!(message.contains(expected), "{message}"),
            (found, expected) => panic!("found {found:?}, expected {expected:?}"),
        }
    }

    fn these(keys: &[&str]) -> Keys {
        Keys::These(keys.iter().map(|key| (*key).to_owned()).collect())
    }

    /// The example of the S3 user guide.
    fn s3_event(event_name: &str, bucket: &str, key: &str) -> Value {
        json!({ "Records": [{
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-west-2",
            "eventTime": "1970-01-01T00:00:00.000Z",
            "eventName": event_name,
            "userIdentity": { "principalId": "AIDAJDPLRKLG7UEXAMPLE" },
            "requestParameters": { "sourceIPAddress": "127.0.0.1" },
            "responseElements": { "x-amz-request-id": "C3D13FE58DE4C810" },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "testConfigRule",
                "bucket": {
                    "name": bucket,
                    "ownerIdentity": { "principalId": "A3NL1KOZZKExample" },
                    "arn": "arn:aws:s3:::amzn-s3-demo-bucket",
                },
                "object": {
                    "key": key,
                    "size": 1024,
                    "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                    "versionId": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                    "sequencer": "0055AED6DCD90281E5",
                },
            },
        }] })
    }

    #[test]
    fn an_s3_event_names_the_objects_that_were_created() {
        check(
            s3_event("ObjectCreated:Put", "lake", "aws/lambda/a+b%2B%C3%A9"),
            Ok((these(&["aws/lambda/a b+é"]), None, None)),
        );
        check(s3_event("ObjectRemoved:Delete", "lake", "aws/lambda/1"), Ok((these(&[]), None, None)));
        check(s3_event("ObjectCreated:Copy", "lake", "done/aws/lambda/1"), Ok((these(&[]), None, None)));
        check(
            s3_event("ObjectCreated:Put", "pond", "aws/lambda/1"),
            Err("the event is of bucket pond, and replay.bucket.name is lake"),
        );
        check(json!({ "Service": "Amazon S3", "Event": "s3:TestEvent" }), Ok((these(&[]), None, None)));
    }

    #[test]
    fn event_bridge_sends_schedules_and_objects() {
        let event = |detail_type: &str, detail: Value| {
            json!({
                "version": "0",
                "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
                "detail-type": detail_type,
                "source": "aws.events",
                "account": "123456789012",
                "time": "2015-10-08T16:53:06Z",
                "region": "us-east-1",
                "resources": ["arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule"],
                "detail": detail,
            })
        };
        let all = Keys::Under("aws/lambda/".to_owned());
        check(event("Scheduled Event", json!({})), Ok((all, None, None)));
        let detail = json!({ "bucket": { "name": "lake" }, "object": { "key": "aws/lambda/a+b" } });
        check(event("Object Created", detail), Ok((these(&["aws/lambda/a+b"]), None, None)));
        check(event("Object Deleted", json!({})), Err("EventBridge sent \"Object Deleted\""));
    }

    #[test]
    fn by_hand_one_says_how_much() {
        let under = |prefix: &str| Keys::Under(prefix.to_owned());
        check(json!({}), Ok((under("aws/lambda/"), None, None)));
        check(
            json!({ "prefix": "aws/lambda/x/", "dryRun": true, "limit": 5 }),
            Ok((under("aws/lambda/x/"), Some(true), Some(5))),
        );
        check(json!({ "prefix": "topics/" }), Err("prefix \"topics/\" is not below replay.prefix"));
        check(json!({ "prefx": "aws/" }), Err("unknown field `prefx`"));
        check(json!("text"), Err("expected an S3 event"));
        check(json!(null), Err("expected an S3 event"));
    }
}
