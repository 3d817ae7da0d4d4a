//! The function `replayer`, in front of a sink behind Lambda's Invoke API.

use crate::scene::{
    AT_FIRST, BUCKET, MENDED, bad_value, command, deliver_at_first, lake, marks, mended_value, on_failure,
    put, run,
};
use bytes::Bytes;
use end_to_end::invoke_api::{FUNCTION, InvokeApi};
use end_to_end::records::{Mark, assert_each_landed_once, event};
use end_to_end::s3::S3;
use end_to_end::sink::{Program, Sink, failure};
use local::lambda::{InvokeError, StartError};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// replayer, and what it replays to.
struct Deployed {
    replayer: Sink,
    api: InvokeApi,
}

async fn deploy(s3: &S3, sink: &[(&str, &str)], settings: &[(&str, &str)]) -> Deployed {
    let sink = Sink::start(s3, BUCKET, sink).await.expect("the sink starts");
    let api = InvokeApi::start(Arc::new(sink)).await;
    let replayer = start(s3, &api.url(), settings).await.expect("replayer starts");
    Deployed { replayer, api }
}

async fn start(s3: &S3, endpoint: &str, settings: &[(&str, &str)]) -> Result<Sink, StartError> {
    let mut variables: BTreeMap<String, String> = s3.environment().into_iter().collect();
    let least = [
        ("AWS_ENDPOINT_URL_LAMBDA", endpoint),
        ("REPLAY_BUCKET_NAME", BUCKET),
        ("REPLAY_PREFIX", "quarantine/"),
        ("REPLAY_FUNCTION_NAME", FUNCTION),
    ];
    let all = least.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    variables.extend(all);
    Program::Replayer.start_with(variables).await
}

fn schedule() -> Vec<u8> {
    let event = json!({
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2015-10-08T16:53:06Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule"],
        "detail": {},
    });
    event.to_string().into_bytes()
}

fn created(key: &str) -> Vec<u8> {
    let event = json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-west-2",
        "eventTime": "1970-01-01T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": { "principalId": "AIDAJDPLRKLG7UEXAMPLE" },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": {},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "testConfigRule",
            "bucket": { "name": BUCKET, "ownerIdentity": { "principalId": "A" }, "arn": "arn:aws:s3:::lake" },
            "object": { "key": key, "size": 1024, "eTag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "0055" },
        },
    }] });
    event.to_string().into_bytes()
}

fn read(answer: Result<Bytes, InvokeError>) -> Value {
    serde_json::from_slice(&answer.expect("the invocation succeeds")).expect("an answer is JSON")
}

async fn assert_landed(s3: &S3, marks: impl IntoIterator<Item = Mark>) {
    let mut objects = s3.objects(BUCKET).await;
    objects.retain(|key, _| key.starts_with("topics/"));
    assert_each_landed_once(&objects, marks);
}

#[tokio::test]
async fn a_schedule_replays_the_whole_prefix_and_says_what_stays() {
    let (_embedded, s3) = lake().await;
    deliver_at_first(&s3, &marks(0, 5..8), mended_value).await;
    let value = |mark: Mark| if mark.offset == 6 { bad_value(mark) } else { mended_value(mark) };
    deliver_at_first(&s3, &marks(1, 5..8), value).await;
    let deployed = deploy(&s3, &MENDED, &[]).await;
    let good = || {
        marks(0, 5..8).into_iter().chain([Mark { partition: 1, offset: 5 }, Mark { partition: 1, offset: 7 }])
    };
    let answer = read(deployed.replayer.invoke(schedule()).await);
    assert_eq!((&answer["done"], &answer["stillBad"], &answer["left"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(answer["records"]["delivered"], 5);
    assert_landed(&s3, good()).await;
    let log = deployed.replayer.log().join("\n");
    assert!(log.contains("tracking.log-1@6: unusable_field: "), "{log}");
    assert!(log.contains("replayed, and something stays"), "{log}");
    assert!(log.contains("\"ObjectsStillBad\":1"), "{log}");

    let answer = read(deployed.replayer.invoke(schedule()).await);
    assert_eq!((&answer["done"], &answer["stillBad"]), (&json!(0), &json!(1)));
    assert_landed(&s3, good()).await;
}

#[tokio::test]
async fn an_s3_event_replays_its_object_alone() {
    let (_embedded, s3) = lake().await;
    put(&s3, "aws/lambda/a+b", on_failure(event(&marks(0, 0..5)))).await;
    put(&s3, "aws/lambda/2", on_failure(event(&marks(1, 0..5)))).await;
    let deployed = deploy(&s3, &[], &[("REPLAY_PREFIX", "aws/lambda/")]).await;
    let answer = read(deployed.replayer.invoke(created("aws/lambda/a%2Bb")).await);
    assert_eq!(answer["done"], 1);
    assert_landed(&s3, marks(0, 0..5)).await;
    // The copy's own event, and the same event again.
    for key in ["done/aws/lambda/a%2Bb", "aws/lambda/a%2Bb"] {
        assert_eq!(read(deployed.replayer.invoke(created(key)).await)["done"], 0);
    }
    assert_landed(&s3, marks(0, 0..5)).await;
}

#[tokio::test]
async fn by_hand_one_may_look_first() {
    let (_embedded, s3) = lake().await;
    deliver_at_first(&s3, &marks(0, 5..8), mended_value).await;
    let deployed = deploy(&s3, &MENDED, &[("REPLAY_DRY_RUN", "true")]).await;
    let answer = read(deployed.replayer.invoke(b"{}".to_vec()).await);
    assert_eq!((&answer["planned"], &answer["done"]), (&json!(1), &json!(0)));
    assert_landed(&s3, []).await;
    let answer = read(deployed.replayer.invoke(br#"{"prefix":"quarantine/","dryRun":false}"#.to_vec()).await);
    assert_eq!(answer["done"], 1);
    assert_landed(&s3, marks(0, 5..8)).await;
    let (error_type, message) = failure(deployed.replayer.invoke(br#"{"prefix":"topics/"}"#.to_vec()).await);
    assert_eq!(error_type, "TriggerUnknown");
    assert!(message.contains("is not below replay.prefix"), "{message}");
}

#[tokio::test]
async fn what_fails_fails_the_invocation_and_stays() {
    let (_embedded, s3) = lake().await;
    deliver_at_first(&s3, &marks(0, 5..8), mended_value).await;
    // A sink without its bucket.
    let deployed = deploy(&s3, &[MENDED[0], MENDED[1], ("S3_BUCKET_NAME", "pond")], &[]).await;
    let (error_type, message) = failure(deployed.replayer.invoke(schedule()).await);
    assert_eq!(error_type, "ReplayIncomplete");
    assert!(message.starts_with("1 of 1 objects could not be replayed"), "{message}");
    let log = deployed.replayer.log().join("\n");
    assert!(log.contains("bucket pond does not exist"), "{log}");

    let another =
        start(&s3, &deployed.api.url(), &[("REPLAY_FUNCTION_NAME", "another")]).await.expect("it starts");
    let (error_type, message) = failure(another.invoke(schedule()).await);
    assert_eq!(
        (error_type.as_str(), message.as_str()),
        ("FunctionUnusable", "there is no function another in ap-northeast-2")
    );
    assert_eq!(s3.keys(BUCKET).await.len(), 1);
}

#[tokio::test]
async fn it_stops_before_its_time_is_over_and_says_what_is_left() {
    let (_embedded, s3) = lake().await;
    let sink = Sink::start(&s3, BUCKET, &AT_FIRST).await.expect("the function starts");
    let all = marks(0, 0..100);
    for mark in &all {
        sink.invoke(end_to_end::records::event_with_values(&[*mark], mended_value))
            .await
            .expect("it is delivered");
    }
    let deployed = deploy(&s3, &MENDED, &[]).await;
    let (mut done, mut rounds) = (0, 0);
    while done < 100 {
        let answer = read(deployed.replayer.invoke_within(schedule(), Duration::from_secs(2)).await);
        done += answer["done"].as_u64().expect("a number");
        assert_eq!(answer["left"].as_u64().expect("a number") + done, 100, "{answer}");
        rounds += 1;
        assert!(rounds < 100, "it does nothing");
    }
    assert_landed(&s3, all).await;
}

#[tokio::test]
async fn the_command_invokes_a_deployed_function_too() {
    let (_embedded, s3) = lake().await;
    deliver_at_first(&s3, &marks(0, 5..8), mended_value).await;
    let deployed = deploy(&s3, &MENDED, &[]).await;
    let mut line = command(&s3, &["--prefix", "quarantine/", "--lambda", FUNCTION, "--execute"]);
    line.env("AWS_ENDPOINT_URL_LAMBDA", deployed.api.url());
    let ended = run(line).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.ends_with("1 of 1 object done: 3 records delivered\n"), "{ended:?}");
    assert_landed(&s3, marks(0, 5..8)).await;
}

#[tokio::test]
async fn bad_settings_are_told_before_the_first_event() {
    let (_embedded, s3) = lake().await;
    let settings = [("REPLAY_DONE_PREFIX", "quarantine/done/"), ("TOPICS_DIR", "topics")];
    match start(&s3, "http://127.0.0.1:9", &settings).await {
        Err(StartError::Reported { error_type, message }) => {
            assert_eq!(error_type, "Runtime.InvalidSettings");
            assert!(
                message
                    .contains("REPLAY_DONE_PREFIX=\"quarantine/done/\": expected a prefix that is not below"),
                "{message}"
            );
        }
        other => panic!("expected replayer to refuse its settings, got {other:?}"),
    }
}
