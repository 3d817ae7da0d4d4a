//! The role of `s3.role.arn`.

use crate::server::{Answer, Server};
use crate::{KEY, hasty_store, object, store, told};
use delivery::{Store as _, StoreErrorKind};
use jiff::{SignedDuration, Timestamp};
use pipeline::s3::S3Store;
use std::sync::atomic::{AtomicUsize, Ordering};

const ARN: &str = "arn:aws:iam::123456789012:role/writer";

fn store_of_role(s3: &Server, sts: &Server) -> S3Store {
    store(s3, &role_of(sts))
}

fn role_of(sts: &Server) -> [(&str, &str); 4] {
    [
        ("S3_ROLE_ARN", ARN),
        ("S3_ROLE_EXTERNAL_ID", "between us: 1+1"),
        ("S3_ROLE_SESSION_NAME", "landfall@test"),
        ("AWS_ENDPOINT_URL_STS", &*sts.url),
    ]
}

/// An STS whose nth session (from 1) has the key `ASIA<n>` and ends so much later.
async fn sts(valid_for: SignedDuration) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |_| session(count.fetch_add(1, Ordering::Relaxed) + 1, valid_for)).await
}

fn session(count: usize, valid_for: SignedDuration) -> Answer {
    let end = Timestamp::now() + valid_for;
    let body = format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
         <AccessKeyId>ASIA{count}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
         <SessionToken>session {count}</SessionToken><Expiration>{end:.0}</Expiration>\
         </Credentials></AssumeRoleResult></AssumeRoleResponse>"
    );
    Answer::Respond { status: 200, headers: vec![("content-type", "text/xml".to_owned())], body }
}

/// An error as STS writes it.
fn sts_error(status: u16, code: &str, message: &str) -> Answer {
    let Answer::Respond { status, headers, body } = Answer::error(status, code, message) else {
        unreachable!("an error is a response")
    };
    Answer::Respond { status, headers, body: format!("<ErrorResponse>{body}</ErrorResponse>") }
}

/// Asserts what is said of an STS that answers so; the message comes after the object and the role.
async fn check_refused(answer: Answer, kind: StoreErrorKind, message: &str) {
    let (s3, sts) = (Server::saying(Answer::status(200)).await, Server::saying(answer).await);
    let error = told(store_of_role(&s3, &sts).create(&object()).await);
    let start = format!("PutObject of s3://lake/{KEY}: role {ARN} could not be assumed: ");
    assert_eq!(error, (kind, start + &message.replace("<endpoint>", &sts.url)));
    assert!(s3.requests().is_empty());
}

#[tokio::test]
async fn the_role_is_assumed_with_its_external_id_and_session_name_by_the_functions_own_credentials() {
    let (s3, sts) = (Server::saying(Answer::status(200)).await, sts(SignedDuration::from_hours(1)).await);
    store_of_role(&s3, &sts).create(&object()).await.expect("created");

    let request = sts.request();
    assert_eq!(
        String::from_utf8_lossy(&request.body),
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fwriter&\
         RoleSessionName=landfall%40test&ExternalId=between%20us%3A%201%2B1"
    );
    assert_eq!(request.header("x-amz-security-token"), "token");
    let authorization = request.header("authorization");
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), "{authorization}");
    assert!(authorization.contains("/ap-northeast-2/sts/aws4_request"), "{authorization}");

    let request = s3.request();
    assert_eq!(request.header("x-amz-security-token"), "session 1");
    assert!(request.header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=ASIA1/"));
}

#[tokio::test]
async fn a_session_is_used_as_long_as_it_lasts() {
    let (s3, sts) = (Server::saying(Answer::status(200)).await, sts(SignedDuration::from_hours(1)).await);
    let store = store_of_role(&s3, &sts);
    for _ in 0..3 {
        store.create(&object()).await.expect("created");
    }
    store.head(KEY).await.expect("an answer");
    assert_eq!((sts.requests().len(), s3.requests().len()), (1, 4));
}

#[tokio::test]
async fn a_session_is_renewed_before_it_ends() {
    let (s3, sts) = (Server::saying(Answer::status(200)).await, sts(SignedDuration::from_mins(2)).await);
    let store = store_of_role(&s3, &sts);
    for _ in 0..3 {
        store.create(&object()).await.expect("created");
    }
    let tokens: Vec<String> =
        s3.requests().iter().map(|request| request.header("x-amz-security-token").to_owned()).collect();
    assert_eq!(tokens, ["session 1", "session 2", "session 3"]);
}

#[tokio::test]
async fn many_requests_at_once_share_one_session() {
    let (s3, sts) = (Server::saying(Answer::status(200)).await, sts(SignedDuration::from_hours(1)).await);
    let store = store_of_role(&s3, &sts);
    let object = object();
    let creations = futures_util::future::join_all((0..20).map(|_| store.create(&object))).await;
    assert!(creations.iter().all(Result::is_ok), "{creations:?}");
    assert_eq!((sts.requests().len(), s3.requests().len()), (1, 20));
}

#[tokio::test]
async fn a_role_that_may_not_be_assumed_is_denied_with_all_that_may_be_wrong() {
    check_refused(
        sts_error(403, "AccessDenied", "User: x is not authorized to perform: sts:AssumeRole on resource: y"),
        StoreErrorKind::Denied,
        "access denied: it does not exist, its trust policy does not allow this function's role, or \
         s3.role.external.id is not the one it asks for (User: x is not authorized to perform: sts:AssumeRole on \
         resource: y)",
    )
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_ones_own_credentials_is_denied() {
    check_refused(
        sts_error(403, "ExpiredToken", "The security token included in the request is expired"),
        StoreErrorKind::Denied,
        "the function's own session has expired (ExpiredToken)",
    )
    .await;
    check_refused(
        sts_error(403, "InvalidClientTokenId", "The security token included in the request is invalid."),
        StoreErrorKind::Denied,
        "InvalidClientTokenId: The security token included in the request is invalid.",
    )
    .await;
    check_refused(
        sts_error(400, "ValidationError", "1 validation error detected"),
        StoreErrorKind::Denied,
        "ValidationError: 1 validation error detected",
    )
    .await;
}

#[tokio::test]
async fn an_sts_that_may_answer_the_next_time_is_unavailable() {
    let unavailable = StoreErrorKind::Unavailable;
    let internal = sts_error(500, "InternalFailure", "Try again");
    check_refused(internal, unavailable, "InternalFailure: Try again").await;
    check_refused(sts_error(400, "Throttling", "Rate exceeded"), unavailable, "Throttling: Rate exceeded")
        .await;
    let without = |status| format!("STS answered {status}, with neither credentials nor an error code");
    check_refused(Answer::status(503), unavailable, &without(503)).await;
    check_refused(Answer::status(200), unavailable, &without(200)).await;
}

#[tokio::test]
async fn an_sts_out_of_reach_is_unavailable() {
    check_refused(
        Answer::HangUp,
        StoreErrorKind::Unavailable,
        "no answer from <endpoint>: client error (SendRequest): connection closed before message completed",
    )
    .await;
}

#[tokio::test]
async fn an_sts_that_keeps_us_waiting_is_unavailable() {
    let (s3, sts) = (Server::saying(Answer::status(200)).await, Server::saying(Answer::KeepWaiting).await);
    let (kind, message) = told(hasty_store(&s3, &role_of(&sts)).create(&object()).await);
    assert_eq!(kind, StoreErrorKind::Unavailable, "{message}");
    assert!(message.ends_with("occurred after 100ms"), "{message}");
}

#[tokio::test]
async fn an_sts_that_recovers_is_asked_again_by_the_next_try() {
    let s3 = Server::saying(Answer::status(200)).await;
    let count = AtomicUsize::new(0);
    let sts = Server::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::status(503),
        count => session(count, SignedDuration::from_hours(1)),
    })
    .await;
    let store = store_of_role(&s3, &sts);
    told(store.create(&object()).await);
    store.create(&object()).await.expect("created");
    assert_eq!((sts.requests().len(), s3.requests().len()), (2, 1));
}
