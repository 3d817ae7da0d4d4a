//! Objects that are not an earlier try of ours, and bodies that cannot be made.

use crate::script::{Script, UNENCODABLE, identity};
use delivery::DeliveryError;
use std::error::Error as _;

#[test]
fn an_object_that_starts_with_another_record_is_never_taken_for_a_redelivery() {
    let store = Script::default();
    store.stand("t+00005", Some("5:2"), Some(identity(5, "the topic before")));
    store.check_refused(
        &[5, 6],
        "AnotherRecord",
        "object t+00005 starts with another record than the one at that offset now: topic orders was deleted and \
         made again, or another cluster writes a topic of that name here: \
         write under another topics.dir, or put {cluster} into object.key.template",
        &["PUT t+00005: Exists", "HEAD t+00005: Some(\"5:2\")"],
    );
}

#[test]
fn another_record_is_noticed_in_the_tail_too() {
    let store = Script::default();
    store.check(&[0], "objects 1, records 1, bytes 2", &["PUT t+00000: Created"]);
    store.stand("t+00001", Some("1:1"), Some(identity(1, "the topic before")));
    let error = store.deliver(&[0, 1], "").expect_err("another record stands at offset 1");
    assert!(
        matches!(&error, DeliveryError::AnotherRecord { key, topic } if key == "t+00001" && topic == "orders"),
        "{error}"
    );
}

#[test]
fn the_records_of_a_topic_that_was_made_again_are_refused_whatever_their_number() {
    for offsets in [&[0][..], &[0, 1], &[0, 1, 2], &[0, 1, 2, 3, 4]] {
        let store = Script::default();
        store.check(&[0, 1, 2], "objects 1, records 3, bytes 6", &["PUT t+00000: Created"]);
        let error = store.deliver(offsets, "made again").expect_err("the object is of the topic before");
        assert_eq!(error.kind(), "AnotherRecord", "{offsets:?}");
        store.holds(&["t+00000 0:3 0 1 2"]);
    }
}

#[test]
fn a_marker_belongs_to_whoever_reaches_it() {
    let store = Script::default();
    store.stand("t+00005", Some("5:2"), None);
    store.check(&[5, 6], "redelivered 2", &["PUT t+00005: Exists", "HEAD t+00005: Some(\"5:2\")"]);
}

#[test]
fn an_object_that_this_sink_has_not_written_is_left_alone() {
    for identity in [None, Some(identity(5, ""))] {
        let store = Script::default();
        store.stand("t+00005", None, identity);
        store.check_refused(
            &[5, 6],
            "ForeignObject",
            "object t+00005 was not written by this sink (it has no coverage) and is left alone: \
             move it away, or write under another topics.dir or object.key.template",
            &["PUT t+00005: Exists", "HEAD t+00005: Some(\"\")"],
        );
    }
}

#[track_caller]
fn check_coverage(coverage: &str, is_readable: bool) {
    for identity in [None, Some(identity(5, ""))] {
        let store = Script::default();
        store.stand("t+00005", Some(coverage), identity);
        let error = store.deliver(&[5, 6], "").expect_err(coverage);
        assert_eq!(
            error.to_string(),
            format!(
                "object t+00005 has coverage {coverage:?}, which does not belong to it: it was copied or changed"
            )
        );
        assert_eq!(error.kind(), "CoverageUnreadable");
        let source = error.source().map(ToString::to_string);
        let expected = "expected <first>:<covered>,<not covered>,… or <first>~<bitmap>".to_owned();
        assert_eq!(source, (!is_readable).then_some(expected));
    }
}

#[test]
fn a_coverage_that_cannot_be_read_is_refused() {
    check_coverage("", false);
    check_coverage("5", false);
    check_coverage("5:", false);
    check_coverage("5:2,1", false);
    check_coverage("five", false);
}

#[test]
fn a_coverage_that_starts_elsewhere_is_refused() {
    check_coverage("4:3", true);
    check_coverage("6:1", true);
}

#[test]
fn an_object_that_skips_an_offset_of_the_group_was_grouped_otherwise() {
    let store = Script::default();
    store.stand("t+00005", Some("5:2,2,1"), Some(identity(5, "")));
    store.check_refused(
        &[5, 6, 8, 9, 10],
        "NotCovered",
        "object t+00005 covers offsets on both sides of 8 of topic orders but not that one: \
         the records were grouped or filtered by other settings when it was written",
        &["PUT t+00005: Exists", "HEAD t+00005: Some(\"5:2,2,1\")"],
    );
}

#[test]
fn a_body_that_cannot_be_made_fails_before_anything_is_asked() {
    let store = Script::default();
    let message = "body of object t+99999 could not be made";
    store.check_refused(&[UNENCODABLE], "EncodingFailed", message, &[]);
    let error = store.deliver(&[UNENCODABLE], "").expect_err(message);
    let encoder = error.source().expect("what the encoder says");
    assert_eq!(encoder.to_string(), "encoder failed");
    assert_eq!(encoder.source().map(ToString::to_string).as_deref(), Some("it does not fit"));
    store.holds(&[]);
}
