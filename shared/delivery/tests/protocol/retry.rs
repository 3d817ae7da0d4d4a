//! Requests that fail, with and without effect.

use crate::script::Answer::{Denied, Lost, Nothing, Truth, Unavailable};
use crate::script::{RETRIES, Script};
use delivery::{DeliveryError, StoreErrorKind};
use std::error::Error as _;

#[test]
fn what_may_pass_is_tried_again_and_counted() {
    let store = Script::default();
    store.answer(&[Unavailable, Unavailable]);
    store.check(
        &[0, 1],
        "objects 1, records 2, bytes 4, retries 2",
        &["PUT t+00000: Unavailable", "PUT t+00000: Unavailable", "PUT t+00000: Created"],
    );
}

#[test]
fn each_request_has_its_own_retries() {
    let store = Script::default();
    store.check(&[0, 1], "objects 1, records 2, bytes 4", &["PUT t+00000: Created"]);
    store.answer(&[
        Unavailable,
        Unavailable,
        Truth,
        Unavailable,
        Unavailable,
        Truth,
        Unavailable,
        Unavailable,
    ]);
    store.check(
        &[0],
        "redelivered 1, markers 1, retries 6",
        &[
            "PUT t+00000: Unavailable",
            "PUT t+00000: Unavailable",
            "PUT t+00000: Exists",
            "HEAD t+00000: Unavailable",
            "HEAD t+00000: Unavailable",
            "HEAD t+00000: Some(\"0:2\")",
            "PUT t+00001: Unavailable",
            "PUT t+00001: Unavailable",
            "PUT t+00001: Created",
        ],
    );
}

#[test]
fn an_object_that_was_written_without_an_answer_is_found_by_the_retry() {
    let store = Script::default();
    store.answer(&[Lost]);
    store.check(
        &[0, 1],
        "redelivered 2, retries 1",
        &["PUT t+00000: Unavailable", "PUT t+00000: Exists", "HEAD t+00000: Some(\"0:2\")"],
    );
    store.holds(&["t+00000 0:2 0 1"]);
}

#[test]
fn a_marker_that_was_written_without_an_answer_is_found_by_the_retry() {
    let store = Script::default();
    store.check(&[0, 1], "objects 1, records 2, bytes 4", &["PUT t+00000: Created"]);
    store.answer(&[Truth, Truth, Lost]);
    store.check(
        &[0],
        "redelivered 1, retries 1",
        &[
            "PUT t+00000: Exists",
            "HEAD t+00000: Some(\"0:2\")",
            "PUT t+00001: Unavailable",
            "PUT t+00001: Exists",
        ],
    );
    store.holds(&["t+00000 0:2 0 1", "t+00001 1:1 marker"]);
}

#[test]
fn what_does_not_pass_fails_after_the_last_retry() {
    let store = Script::default();
    store.answer(&[Unavailable; RETRIES + 1]);
    store.check_refused(
        &[0],
        "StoreFailed",
        "object t+00000 could not be written",
        &["PUT t+00000: Unavailable"; RETRIES + 1],
    );
    store.holds(&[]);
    store.check(&[0], "objects 1, records 1, bytes 2", &["PUT t+00000: Created"]);
}

#[test]
fn an_error_says_what_the_store_said() {
    let store = Script::default();
    store.answer(&[Denied]);
    let error = store.deliver(&[0], "").expect_err("the store denies");
    assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("Denied"));
    let DeliveryError::Store { key, source } = error else { panic!("{error}") };
    assert_eq!((&*key, source.kind), ("t+00000", StoreErrorKind::Denied));
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    let message = "object t+00000 could not be written";
    let store = Script::default();
    store.answer(&[Denied]);
    store.check_refused(&[0], "StoreFailed", message, &["PUT t+00000: Denied"]);
    store.check(&[0], "objects 1, records 1, bytes 2", &["PUT t+00000: Created"]);
    store.answer(&[Truth, Denied]);
    store.check_refused(&[0], "StoreFailed", message, &["PUT t+00000: Exists", "HEAD t+00000: Denied"]);
}

#[test]
fn an_object_that_exists_and_is_not_there_is_looked_for_again() {
    let store = Script::default();
    store.check(&[0], "objects 1, records 1, bytes 2", &["PUT t+00000: Created"]);
    store.answer(&[Truth, Nothing, Nothing]);
    store.check(
        &[0],
        "redelivered 1, retries 2",
        &["PUT t+00000: Exists", "HEAD t+00000: None", "HEAD t+00000: None", "HEAD t+00000: Some(\"0:1\")"],
    );
}

#[test]
fn an_object_that_exists_and_is_never_there_fails() {
    let store = Script::default();
    store.check(&[0], "objects 1, records 1, bytes 2", &["PUT t+00000: Created"]);
    store.answer(&[Truth]);
    store.answer(&[Nothing; RETRIES + 1]);
    let error = store.deliver(&[0], "").expect_err("there is nothing to look at");
    assert_eq!(error.kind(), "StoreFailed");
    assert_eq!(
        error.source().map(ToString::to_string).as_deref(),
        Some("PutObject says that t+00000 exists, HeadObject that it does not: was it deleted just now?")
    );
}

#[test]
fn a_tail_that_failed_is_all_that_the_next_try_writes() {
    let store = Script::default();
    store.check(&[0], "objects 1, records 1, bytes 2", &["PUT t+00000: Created"]);
    store.answer(&[Truth, Truth, Denied]);
    store.check_refused(
        &[0, 1],
        "StoreFailed",
        "object t+00001 could not be written",
        &["PUT t+00000: Exists", "HEAD t+00000: Some(\"0:1\")", "PUT t+00001: Denied"],
    );
    store.check(
        &[0, 1],
        "objects 1, records 1, bytes 2, redelivered 1",
        &["PUT t+00000: Exists", "HEAD t+00000: Some(\"0:1\")", "PUT t+00001: Created"],
    );
}

#[test]
fn a_marker_that_failed_fails_the_batch() {
    let store = Script::default();
    store.check(&[0, 1], "objects 1, records 2, bytes 4", &["PUT t+00000: Created"]);
    store.answer(&[Truth, Truth, Denied]);
    store.check_refused(
        &[0],
        "StoreFailed",
        "object t+00001 could not be written",
        &["PUT t+00000: Exists", "HEAD t+00000: Some(\"0:2\")", "PUT t+00001: Denied"],
    );
}
