//! What is made of a server's answers.

use crate::server::{Answer, Server};
use crate::{KEY, object, store, told};
use delivery::StoreErrorKind::{Denied, NoBucket, Refused, Unavailable};
use delivery::{Creation, Store as _, StoreErrorKind};

/// Asserts what a PUT makes of an answer; the message comes after the object's name.
async fn check(answer: Answer, kind: StoreErrorKind, message: &str) {
    check_with(&[], answer, kind, message).await;
}

async fn check_with(vars: &[(&str, &str)], answer: Answer, kind: StoreErrorKind, message: &str) {
    let server = Server::saying(answer).await;
    let error = told(store(&server, vars).create(&object()).await);
    assert_eq!(error, (kind, format!("PutObject of s3://lake/{KEY} was answered with {message}")));
    // Trying again is the delivery's business, which knows what to say then.
    assert_eq!(server.requests().len(), 1);
}

async fn check_head(status: u16, kind: StoreErrorKind, message: &str) {
    let server = Server::saying(Answer::status(status)).await;
    let error = told(store(&server, &[]).head(KEY).await);
    assert_eq!(error, (kind, format!("HeadObject of s3://lake/{KEY} was answered with {message}")));
}

#[tokio::test]
async fn a_failed_precondition_is_an_object_that_exists() {
    let answer = Answer::error(412, "PreconditionFailed", "At least one of the pre-conditions did not hold");
    for answer in [answer, Answer::status(412)] {
        let server = Server::saying(answer).await;
        assert_eq!(store(&server, &[]).create(&object()).await.expect("an answer"), Creation::Exists);
    }
}

#[tokio::test]
async fn what_may_work_the_next_time_is_unavailable() {
    check(
        Answer::error(503, "SlowDown", "Please reduce your request rate."),
        Unavailable,
        "503 SlowDown Please reduce your request rate.",
    )
    .await;
    check(
        Answer::error(500, "InternalError", "We encountered an internal error."),
        Unavailable,
        "500 InternalError We encountered an internal error.",
    )
    .await;
    check(
        Answer::error(409, "ConditionalRequestConflict", "A conflict occurred."),
        Unavailable,
        "409 ConditionalRequestConflict A conflict occurred.",
    )
    .await;
    check(
        Answer::error(400, "RequestTimeout", "Your socket was idle."),
        Unavailable,
        "400 RequestTimeout Your socket was idle.",
    )
    .await;
    check(Answer::status(429), Unavailable, "429").await;
    check(Answer::status(408), Unavailable, "408").await;
    check(Answer::status(502), Unavailable, "502").await;
    check_head(503, Unavailable, "503").await;
    check_head(500, Unavailable, "500").await;
}

#[tokio::test]
async fn an_answer_of_something_in_between_is_taken_by_its_status() {
    let page = Answer::Respond {
        status: 503,
        headers: vec![("content-type", "text/html".to_owned())],
        body: "<html><body>no upstream</body></html>".to_owned(),
    };
    check(page, Unavailable, "503").await;
}

#[tokio::test]
async fn what_the_role_may_not_do_is_named() {
    let denied = || Answer::error(403, "AccessDenied", "Access Denied");
    check(
        denied(),
        Denied,
        "403 AccessDenied Access Denied: the role needs s3:PutObject on the objects of lake",
    )
    .await;
    check_head(403, Denied, "403: the role needs s3:GetObject on the objects of lake").await;
    // Headers that ask for actions of their own.
    let vars = [
        ("S3_OBJECT_TAGGING", "true"),
        ("S3_ACL_CANNED", "bucket-owner-full-control"),
        ("S3_SSEA_NAME", "aws:kms"),
    ];
    check_with(
        &vars,
        denied(),
        Denied,
        "403 AccessDenied Access Denied: the role needs s3:PutObject, s3:PutObjectTagging, s3:PutObjectAcl, \
         kms:GenerateDataKey on the objects of lake",
    )
    .await;
}

#[tokio::test]
async fn credentials_that_are_not_good_any_more_are_told_as_such() {
    for (status, code) in [(400, "ExpiredToken"), (403, "ExpiredToken"), (400, "TokenRefreshRequired")] {
        check(
            Answer::error(status, code, "The provided token has expired."),
            Denied,
            &format!(
                "{status} {code} The provided token has expired.: the session of the credentials has expired"
            ),
        )
        .await;
    }
    check(
        Answer::error(403, "InvalidAccessKeyId", "No such key"),
        Denied,
        "403 InvalidAccessKeyId No such key: the credentials are not known",
    )
    .await;
    check(
        Answer::error(403, "SignatureDoesNotMatch", "No"),
        Denied,
        "403 SignatureDoesNotMatch No: the secret does not belong to the access key",
    )
    .await;
    check(
        Answer::error(403, "RequestTimeTooSkewed", "Off"),
        Refused,
        "403 RequestTimeTooSkewed Off: the clock of this machine is wrong",
    )
    .await;
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    check(
        Answer::error(404, "NoSuchBucket", "The specified bucket does not exist"),
        NoBucket,
        "404 NoSuchBucket The specified bucket does not exist: bucket lake does not exist",
    )
    .await;
}

#[tokio::test]
async fn a_bucket_of_another_region_is_asked_about() {
    for (status, code) in [(301, "PermanentRedirect"), (400, "AuthorizationHeaderMalformed")] {
        check(
            Answer::error(status, code, "Elsewhere"),
            Refused,
            &format!("{status} {code} Elsewhere: is bucket lake in region ap-northeast-2?"),
        )
        .await;
    }
}

#[tokio::test]
async fn a_server_without_conditional_writes_is_told_as_such() {
    check(
        Answer::error(501, "NotImplemented", "A header you provided implies functionality that is not implemented"),
        Refused,
        "501 NotImplemented A header you provided implies functionality that is not implemented: the server does \
         not support If-None-Match, which nothing can be safe without",
    )
    .await;
}

#[tokio::test]
async fn a_body_that_was_damaged_on_the_way_is_sent_again() {
    check(
        Answer::error(400, "BadDigest", "The CRC32 did not match."),
        Unavailable,
        "400 BadDigest The CRC32 did not match.",
    )
    .await;
}

#[tokio::test]
async fn what_no_other_try_would_change_is_refused() {
    check(
        Answer::error(400, "KMS.NotFoundException", "Key does not exist"),
        Refused,
        "400 KMS.NotFoundException Key does not exist",
    )
    .await;
    check_head(400, Refused, "400").await;
}
