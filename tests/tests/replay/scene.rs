//! What the tests have in common.

use end_to_end::embedded::Embedded;
use end_to_end::records::{Mark, event_with_values};
use end_to_end::s3::S3;
use end_to_end::sink::Sink;
use end_to_end::tools;
use record::event::on_failure::OnFailureRecord;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::{Command, Output};

/// The bucket of every test.
pub(crate) const BUCKET: &str = "lake";

/// The settings at first: the field is an object, which can't name a path.
pub(crate) const AT_FIRST: [(&str, &str); 2] =
    [("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")];

/// The settings afterwards.
pub(crate) const MENDED: [(&str, &str); 2] =
    [("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "kind")];

/// A value that is bad at first, and good afterwards.
pub(crate) fn mended_value(Mark { partition, offset }: Mark) -> Vec<u8> {
    format!(r#"{{"partition":{partition},"offset":{offset},"user":{{"id":1}},"kind":"k{}"}}"#, offset % 2)
        .into_bytes()
}

/// A value that is good at first.
pub(crate) fn good_value(Mark { partition, offset }: Mark) -> Vec<u8> {
    format!(r#"{{"partition":{partition},"offset":{offset},"user":"u","kind":"k"}}"#).into_bytes()
}

/// A value that is bad whatever the settings are.
pub(crate) fn bad_value(Mark { partition, offset }: Mark) -> Vec<u8> {
    format!(r#"{{"partition":{partition},"offset":{offset},"user":[],"kind":[]}}"#).into_bytes()
}

/// The records of a range of offsets.
pub(crate) fn marks(partition: i32, offsets: std::ops::Range<i64>) -> Vec<Mark> {
    offsets.map(|offset| Mark { partition, offset }).collect()
}

/// Delivers records with the settings at first.
pub(crate) async fn deliver_at_first(s3: &S3, marks: &[Mark], value: impl Fn(Mark) -> Vec<u8>) {
    let sink = Sink::start(s3, BUCKET, &AT_FIRST).await.expect("the function starts");
    sink.invoke(event_with_values(marks, value)).await.expect("the batch is delivered");
}

/// What Lambda leaves in S3 of an event: its documentation's example, around it.
pub(crate) fn on_failure(event: Vec<u8>) -> Vec<u8> {
    let example = json!({
        "requestContext": {
            "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
            "functionArn": "arn:aws:lambda:us-west-2:123456789012:function:myfunction",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 1,
        },
        "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
        "version": "1.0",
        "timestamp": "2019-11-14T00:38:06.021Z",
        "KafkaBatchInfo": {
            "batchSize": 500,
            "eventSourceArn": "arn:aws:kafka:us-west-2:123456789012:cluster/c/1",
            "bootstrapServers": "b-1:9092",
            "payloadSize": event.len(),
            "recordsInfo": {
                "tracking.log-0": {
                    "firstRecordOffset": "5",
                    "lastRecordOffset": "9",
                    "firstRecordTimestamp": "2019-11-14T00:38:04.835Z",
                    "lastRecordTimestamp": "2019-11-14T00:38:05.580Z",
                },
            },
        },
        "payload": String::from_utf8(event).expect("an event is text"),
    });
    OnFailureRecord::from_json(example.to_string().as_bytes()).expect("the example is a record").to_json()
}

/// Puts an object into the bucket.
pub(crate) async fn put(s3: &S3, key: &str, body: impl Into<Vec<u8>>) {
    let body = body.into().into();
    s3.client().put_object().bucket(BUCKET).key(key).body(body).send().await.expect("it is put");
}

/// A server in this process with the bucket.
pub(crate) async fn lake() -> (Embedded, S3) {
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket(BUCKET);
    (embedded, s3)
}

/// How the command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// What it wrote with `--json`.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The complaint: the only line of its kind.
    #[track_caller]
    pub(crate) fn complaint(&self) -> &str {
        let complaints: Vec<&str> =
            self.stderr.lines().filter_map(|line| line.strip_prefix("landfall: ")).collect();
        let [complaint] = complaints[..] else { panic!("expected one complaint: {self:?}") };
        assert!(!self.stderr.contains("panicked") && !self.stderr.contains("stack backtrace"), "{self:?}");
        complaint
    }
}

/// The command line of `landfall replay` on the bucket.
pub(crate) fn command(s3: &S3, arguments: &[&str]) -> Command {
    let mut line = Command::new(tools::binary("landfall"));
    let environment: BTreeMap<String, String> = s3.environment().into_iter().collect();
    line.env_clear().envs(environment);
    line.args(["replay", "--bucket", BUCKET, "--endpoint-url", &s3.endpoint]).args(arguments);
    line
}

/// Runs `landfall replay` on the bucket to its end.
pub(crate) async fn replay(s3: &S3, arguments: &[&str]) -> Ended {
    run(command(s3, arguments)).await
}

pub(crate) async fn run(mut line: Command) -> Ended {
    // The servers of the tests run in this process, and go on meanwhile.
    let output = tokio::task::spawn_blocking(move || line.output()).await.expect("it does not panic");
    let Output { status, stdout, stderr } = output.expect("the command can be run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes text");
    Ended { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

/// `--env` for settings.
pub(crate) fn env_arguments(settings: &[(&str, &str)]) -> Vec<String> {
    settings.iter().flat_map(|(name, value)| ["--env".to_owned(), format!("{name}={value}")]).collect()
}

/// Replays quarantine with json-sink and the mended settings.
pub(crate) async fn replay_mended(s3: &S3, more: &[&str]) -> Ended {
    let env = env_arguments(&MENDED);
    let mut arguments = vec!["--prefix", "quarantine/", "--function", "json-sink", "--execute"];
    arguments.extend(env.iter().map(String::as_str));
    arguments.extend(more);
    replay(s3, &arguments).await
}
