//! Several servers of one registry.

use crate::server::{Answer, Server, nowhere};
use crate::{ask, confluent, doc, failure, settings};
use schema::{Confluent, Fetched};
use std::time::Duration;

/// Asserts that a second server is asked where the first one answers so, and is asked first from then on.
async fn check_passed_over(answer: Answer) {
    let first = Server::saying(answer.clone()).await;
    let second = Server::saying(Answer::schema("second")).await;
    let mut settings = settings(&[&first.url, &second.url]);
    settings.request_timeout = Duration::from_secs(2);
    let registry = Confluent::new(&settings).unwrap();
    for _ in 0..3 {
        assert_eq!(doc(ask(&registry).await), "second", "{answer:?}");
    }
    assert_eq!((first.requests().len(), second.requests().len()), (1, 3), "{answer:?}");
}

#[tokio::test]
async fn the_next_server_is_asked_where_one_fails_by_its_own_fault() {
    check_passed_over(Answer::html(500)).await;
    check_passed_over(Answer::html(429)).await;
    check_passed_over(Answer::html(200)).await;
    check_passed_over(Answer::html(404)).await;
    check_passed_over(Answer::BreakOff { body: "{".to_owned() }).await;
    check_passed_over(Answer::KeepWaiting).await;
}

#[tokio::test]
async fn a_server_that_is_down_is_passed_over() {
    let second = Server::saying(Answer::schema("second")).await;
    assert_eq!(doc(ask(&confluent(&[&nowhere().await, &second.url])).await), "second");
}

#[tokio::test]
async fn what_a_working_server_says_counts() {
    for (answer, expected) in [
        (Answer::problem(404, 40403, "Schema not found"), Some(Fetched::Unknown)),
        (Answer::html(401), None),
        (Answer::html(400), None),
    ] {
        let (first, second) = (Server::saying(answer).await, Server::saying(Answer::schema("second")).await);
        assert_eq!(ask(&confluent(&[&first.url, &second.url])).await.ok(), expected);
        assert_eq!(second.targets(), [""; 0]);
    }
}

#[tokio::test]
async fn where_all_fail_all_are_named() {
    let (down, ill, wrong) =
        (nowhere().await, Server::saying(Answer::html(503)).await, Server::saying(Answer::html(404)).await);
    let message = format!(
        "schema 7 could not be fetched from {}: answered 404, but not as a schema registry does: see \
         schema.registry.url; and before, {}: answered 503; and before, {down}: it cannot be reached (Connection \
         refused (os error 111))",
        wrong.url, ill.url
    );
    assert_eq!(failure(ask(&confluent(&[&down, &ill.url, &wrong.url])).await), (message, true));
}

#[tokio::test]
async fn where_all_urls_are_wrong_asking_again_is_in_vain() {
    let (first, second) = (Server::saying(Answer::html(404)).await, Server::saying(Answer::html(404)).await);
    let (_, is_transient) = failure(ask(&confluent(&[&first.url, &second.url])).await);
    assert!(!is_transient);
}
