//! What can't be replayed is told in one sentence.

use crate::scene::{BUCKET, command, lake, marks, on_failure, put, replay, run};
use end_to_end::invoke_api::InvokeApi;
use end_to_end::records::event;
use end_to_end::sink::Sink;
use std::sync::Arc;

#[tokio::test]
async fn an_object_that_is_neither_is_named_and_left_alone() {
    let (_embedded, s3) = lake().await;
    put(&s3, "in/1", on_failure(event(&marks(0, 0..3)))).await;
    put(&s3, "in/2", "{\"id\":5}\n").await;
    put(&s3, "in/3", on_failure(b"{\"eventSource\":\"aws:sqs\"}".to_vec())).await;
    let ended = replay(&s3, &["--prefix", "in/", "--function", "json-sink", "--execute"]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.complaint(), "objects stay where they are: 2 cannot be read as anything to replay");
    assert!(ended.stdout.contains("unreadable  in/2: it is neither an on-failure record"), "{ended:?}");
    assert!(ended.stdout.contains("unreadable  in/3: its payload is not an event of Kafka's: "), "{ended:?}");
    assert!(ended.stdout.ends_with("1 of 1 object done: 3 records delivered\n"), "{ended:?}");
    let keys = s3.keys(BUCKET).await;
    assert_eq!(keys[..3], ["done/in/1", "in/2", "in/3"], "{keys:?}");
}

#[tokio::test]
async fn a_prefix_without_objects_has_nothing_to_replay() {
    let (_embedded, s3) = lake().await;
    let ended = replay(&s3, &["--prefix", "nothing/"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(
        ended.stdout,
        "0 objects with 0 records would be replayed. Nothing was done: --execute does it.\n"
    );
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let (_embedded, s3) = lake().await;
    put(&s3, "in/1", on_failure(event(&marks(0, 0..3)))).await;
    let ended = replay(&s3, &["--prefix", "in/", "--function", "no-such-sink", "--execute"]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.complaint().starts_with("there is no function no-such-sink beside this command"),
        "{ended:?}"
    );

    let ended = replay(&s3, &["--prefix", "in/", "--execute"]).await;
    assert_eq!(ended.code, Some(2), "{ended:?}");

    let ended =
        replay(&s3, &["--prefix", "in/", "--function", "json-sink", "--execute", "--env", "FLUSH_SIZE=0"])
            .await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.complaint().starts_with("the function refused to start with Runtime.InvalidSettings"),
        "{ended:?}"
    );
    assert_eq!(s3.keys(BUCKET).await, ["in/1"]);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let (_embedded, s3) = lake().await;
    let mut line = std::process::Command::new(end_to_end::tools::binary("landfall"));
    line.env_clear().envs(s3.environment());
    line.args(["replay", "--bucket", "pond", "--prefix", "in/", "--endpoint-url", &s3.endpoint]);
    let ended = run(line).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.complaint().contains("bucket pond does not exist"), "{ended:?}");
}

#[tokio::test]
async fn a_deployed_function_that_is_the_wrong_one_is_told_once() {
    let (_embedded, s3) = lake().await;
    for number in 0..5 {
        put(&s3, &format!("in/{number}"), on_failure(event(&marks(number, 0..3)))).await;
    }
    let sink = Sink::start(&s3, BUCKET, &[]).await.expect("the function starts");
    let api = InvokeApi::start(Arc::new(sink)).await;
    let mut line = command(&s3, &["--prefix", "in/", "--lambda", "another", "--execute"]);
    line.env("AWS_ENDPOINT_URL_LAMBDA", api.url());
    let ended = run(line).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.complaint(), "there is no function another in ap-northeast-2");
    assert_eq!(s3.keys(BUCKET).await.len(), 5);
}
