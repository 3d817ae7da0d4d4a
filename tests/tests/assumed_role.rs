//! Objects are written under the role of `s3.role.arn`, and under no other.

use end_to_end::ministack::{Account, Ministack, write_only};
use end_to_end::records::{Mark, assert_each_landed_once, event};
use end_to_end::s3::{Credentials, S3};
use end_to_end::sink::{Sink, failure};
use end_to_end::sts::ShortSessions;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// Shared by the tests of this file, each with a bucket and users of its own; ends with the process.
static MINISTACK: LazyLock<Ministack> = LazyLock::new(Ministack::start);

const EXTERNAL_ID: &str = "the right one";

const BATCH: [Mark; 2] = [Mark { partition: 0, offset: 7 }, Mark { partition: 0, offset: 8 }];

#[tokio::test]
async fn the_role_writes_what_the_function_itself_may_not() {
    let scene = Scene::new("right");
    let function = scene.function();
    let alone = Sink::start(&function, "right", &[]).await.expect("the function starts");
    let (error_type, message) = failure(alone.invoke(event(&BATCH)).await);
    assert_eq!(error_type, "StoreFailed");
    assert!(message.contains("403 AccessDenied"), "{message}");
    assert!(message.contains("the role needs s3:PutObject on the objects of right"), "{message}");

    scene.sink("writer", EXTERNAL_ID).await.invoke(event(&BATCH)).await.expect("the role may write");
    assert_each_landed_once(&scene.s3.objects("right").await, BATCH);
}

#[tokio::test]
async fn a_wrong_external_id_is_a_clear_error_and_loses_nothing() {
    let scene = Scene::new("external");
    let error = failure(scene.sink("writer", "the wrong one").await.invoke(event(&BATCH)).await);
    check_refused(&error, &scene.account.roles["external-writer"]);
    scene.nothing_landed_until_the_role_is_right().await;
}

#[tokio::test]
async fn no_external_id_where_one_is_asked_for_is_a_clear_error_and_loses_nothing() {
    let scene = Scene::new("without");
    let role = &scene.account.roles["without-writer"];
    let settings = [("S3_ROLE_ARN", role.as_str()), ("AWS_ENDPOINT_URL_STS", scene.s3.endpoint.as_str())];
    let sink = Sink::start(&scene.function(), "without", &settings).await.expect("the function starts");
    check_refused(&failure(sink.invoke(event(&BATCH)).await), role);
    scene.nothing_landed_until_the_role_is_right().await;
}

#[tokio::test]
async fn a_role_that_does_not_trust_the_function_is_a_clear_error_and_loses_nothing() {
    let scene = Scene::new("trust");
    let error = failure(scene.sink("stranger", EXTERNAL_ID).await.invoke(event(&BATCH)).await);
    check_refused(&error, &scene.account.roles["trust-stranger"]);
    scene.nothing_landed_until_the_role_is_right().await;
}

#[tokio::test]
async fn an_expired_session_is_a_clear_error_and_loses_nothing() {
    // One of its own: ministack forgets expired sessions when it gives a new one, to whomever.
    let ministack = Ministack::start();
    let scene = Scene::on(&ministack, "expired");
    let user = &scene.account.users["expired-function"];
    let expired = ministack.expired_session(user, &scene.account.roles["expired-function"]);
    let function = ministack.s3(expired);

    let alone = Sink::start(&function, "expired", &[]).await.expect("the function starts");
    let (error_type, message) = failure(alone.invoke(event(&BATCH)).await);
    assert_eq!(error_type, "StoreFailed");
    assert!(message.contains("ExpiredToken"), "{message}");
    assert!(message.contains("the session of the credentials has expired"), "{message}");

    let role = &scene.account.roles["expired-writer"];
    let settings = [
        ("S3_ROLE_ARN", role.as_str()),
        ("S3_ROLE_EXTERNAL_ID", EXTERNAL_ID),
        ("AWS_ENDPOINT_URL_STS", scene.s3.endpoint.as_str()),
    ];
    let sink = Sink::start(&function, "expired", &settings).await.expect("the function starts");
    let (error_type, message) = failure(sink.invoke(event(&BATCH)).await);
    assert_eq!(error_type, "StoreFailed");
    assert!(message.contains(&format!("role {role} could not be assumed")), "{message}");
    assert!(message.contains("the function's own session has expired"), "{message}");
    scene.nothing_landed_until_the_role_is_right().await;
}

#[tokio::test]
async fn a_session_serves_many_batches_and_is_renewed_before_it_ends() {
    let scene = Scene::new("renewed");
    let assumed_for_two_batches = async |lifetime| {
        let sts = ShortSessions::start(&scene.s3.endpoint, lifetime).await;
        let role = &scene.account.roles["renewed-writer"];
        let endpoint = sts.endpoint();
        let settings = [
            ("S3_ROLE_ARN", role.as_str()),
            ("S3_ROLE_EXTERNAL_ID", EXTERNAL_ID),
            ("AWS_ENDPOINT_URL_STS", endpoint.as_str()),
        ];
        let sink = Sink::start(&scene.function(), "renewed", &settings).await.expect("the function starts");
        for mark in BATCH {
            sink.invoke(event(&[mark])).await.expect("the role may write");
        }
        sts.requests()
    };
    assert_eq!(assumed_for_two_batches(SignedDuration::from_hours(1)).await, 1);
    // Less than an invocation may take: the next one must not start with it.
    assert!(assumed_for_two_batches(SignedDuration::from_secs(60)).await >= 2);
    assert_each_landed_once(&scene.s3.objects("renewed").await, BATCH);
}

/// A bucket; a user that stands for the function's own role, who may do nothing but assume roles; and roles:
/// `writer`, which trusts that user and may write; `stranger`, which trusts another; `function`, which trusts the
/// user too, and may do what the user may.
struct Scene<'m> {
    ministack: &'m Ministack,
    name: &'static str,
    account: Account,
    /// The view of one who may read.
    s3: S3,
}

impl Scene<'static> {
    fn new(name: &'static str) -> Self {
        Self::on(&MINISTACK, name)
    }
}

impl<'m> Scene<'m> {
    fn on(ministack: &'m Ministack, name: &'static str) -> Self {
        let s3 = ministack.bucket(name);
        let user = format!("{name}-function");
        let trust = |user: &str, condition: Value| {
            json!({
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": { "AWS": format!("arn:aws:iam::000000000000:user/{user}") },
                    "Action": "sts:AssumeRole",
                    "Condition": condition,
                }],
            })
        };
        let assume = json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }],
        });
        let asks = json!({ "StringEquals": { "sts:ExternalId": EXTERNAL_ID } });
        let account = ministack.set_up(&json!({
            "users": { &user: { "policy": &assume } },
            "roles": {
                format!("{name}-writer"): { "trust": trust(&user, asks.clone()), "policy": write_only(name) },
                format!("{name}-stranger"): { "trust": trust("somebody", asks), "policy": write_only(name) },
                format!("{name}-function"): { "trust": trust(&user, json!({})), "policy": assume },
            },
        }));
        Self { ministack, name, account, s3 }
    }

    fn function(&self) -> S3 {
        let credentials: &Credentials = &self.account.users[&format!("{}-function", self.name)];
        self.ministack.s3(credentials.clone())
    }

    async fn sink(&self, role: &str, external_id: &str) -> Sink {
        let role = &self.account.roles[&format!("{}-{role}", self.name)];
        let settings = [
            ("S3_ROLE_ARN", role.as_str()),
            ("S3_ROLE_EXTERNAL_ID", external_id),
            ("AWS_ENDPOINT_URL_STS", self.s3.endpoint.as_str()),
        ];
        Sink::start(&self.function(), self.name, &settings).await.expect("the function starts")
    }

    async fn nothing_landed_until_the_role_is_right(&self) {
        assert_eq!(self.s3.keys(self.name).await, Vec::<String>::new());
        self.sink("writer", EXTERNAL_ID).await.invoke(event(&BATCH)).await.expect("the role may write");
        assert_each_landed_once(&self.s3.objects(self.name).await, BATCH);
    }
}

#[track_caller]
fn check_refused((error_type, message): &(String, String), role: &str) {
    assert_eq!(error_type, "StoreFailed");
    assert!(message.contains(&format!("role {role} could not be assumed: access denied")), "{message}");
    assert!(message.contains("s3.role.external.id"), "{message}");
    assert!(!message.contains("the wrong one"), "{message}");
}
