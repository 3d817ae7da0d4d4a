//! What the command says when it can't look.

use end_to_end::damage::run;
use end_to_end::embedded::Embedded;
use end_to_end::s3::S3;
use std::process::Output;

async fn check(output: impl Future<Output = Output>, code: i32, expected: &str) {
    let output = output.await;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(stderr.contains(expected), "{expected:?} is not in\n{stderr}");
    // Settings that are wrong are listed, each on a line of its own.
    let is_list = code == 2 || stderr.contains("setting is wrong");
    assert!(is_list || stderr.lines().count() == 1, "more than one sentence:\n{stderr}");
}

/// A server that is not asked.
fn nowhere() -> S3 {
    S3 {
        endpoint: "http://127.0.0.1:1".to_owned(),
        region: "eu-west-1".to_owned(),
        credentials: end_to_end::s3::Credentials {
            access_key_id: "id".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        },
    }
}

#[tokio::test]
async fn wrong_usage_is_told_before_anything_is_asked() {
    let s3 = nowhere();
    check(run(&s3, &[]), 2, "--bucket").await;
    check(run(&s3, &["--bucket", "lake", "--group", "g"]), 2, "--bootstrap-server").await;
    check(run(&s3, &["--bucket", "lake", "--concurrency", "1001"]), 2, "1..=1000").await;
    check(
        run(&s3, &["--bucket", "lake", "--env", "TOPIC_DIR=x"]),
        2,
        "TOPIC_DIR is no setting of a function",
    )
    .await;
    check(run(&s3, &["--bucket", "lake", "--env", "TOPICS_DIR=/"]), 1, "landfall: 1 setting is wrong").await;
}

#[tokio::test]
async fn what_cannot_be_reached_is_named() {
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket("lake");
    check(run(&s3, &["--bucket", "nothere"]), 1, "bucket nothere does not exist").await;
    let nobody = nowhere();
    check(run(&nobody, &["--dir", "/no/such/folder"]), 1, "landfall: there is no folder /no/such/folder")
        .await;
    let kafka = ["--bucket", "lake", "--bootstrap-server", "127.0.0.1:1"];
    check(run(&s3, &kafka), 1, "landfall: no Kafka broker answers at 127.0.0.1:1").await;
    let template = "OBJECT_KEY_TEMPLATE={cluster}/{topic}+{partition}+{offset}{extension}";
    check(
        run(&s3, &[&kafka[..], &["--env", template]].concat()),
        1,
        "say which one these brokers are, with --env CLUSTER_NAME=<name>",
    )
    .await;
    let mut stranger = s3.clone();
    stranger.credentials.secret_access_key = "wrong".to_owned();
    check(run(&stranger, &["--bucket", "lake"]), 1, "the secret does not belong to the access key").await;
}

#[tokio::test]
async fn an_empty_bucket_is_whole() {
    let embedded = Embedded::start().await;
    let s3 = embedded.bucket("lake");
    let output = run(&s3, &["--bucket", "lake"]).await;
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).expect("it writes text");
    assert!(text.contains("Looked at 0 objects of s3://lake/"), "{text}");
}
