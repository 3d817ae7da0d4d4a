//! Batches that come again, with the same or other limits.

use crate::script::Script;

#[test]
fn a_new_batch_is_one_request() {
    let store = Script::default();
    store.check(&[0, 1, 4], "objects 1, records 3, bytes 6", &["PUT t+00000: Created"]);
    store.holds(&["t+00000 0:2,2,1 0 1 4"]);
}

#[test]
fn a_plain_retry_writes_nothing() {
    let store = Script::default();
    store.check(&[0, 1, 4], "objects 1, records 3, bytes 6", &["PUT t+00000: Created"]);
    store.check(&[0, 1, 4], "redelivered 3", &["PUT t+00000: Exists", "HEAD t+00000: Some(\"0:2,2,1\")"]);
    store.holds(&["t+00000 0:2,2,1 0 1 4"]);
}

#[test]
fn a_longer_retry_adds_the_tail_only() {
    let store = Script::default();
    store.check(&[0, 1], "objects 1, records 2, bytes 4", &["PUT t+00000: Created"]);
    store.check(
        &[0, 1, 3, 4, 6],
        "objects 1, records 3, bytes 6, redelivered 2",
        &["PUT t+00000: Exists", "HEAD t+00000: Some(\"0:2\")", "PUT t+00003: Created"],
    );
    store.holds(&["t+00000 0:2 0 1", "t+00003 3:2,1,1 3 4 6"]);
}

#[test]
fn a_shorter_retry_marks_where_the_next_batch_starts() {
    let store = Script::default();
    store.check(&[0, 1, 5, 6], "objects 1, records 4, bytes 8", &["PUT t+00000: Created"]);
    store.check(
        &[0, 1],
        "redelivered 2, markers 1",
        &["PUT t+00000: Exists", "HEAD t+00000: Some(\"0:2,3,2\")", "PUT t+00005: Created"],
    );
    store.holds(&["t+00000 0:2,3,2 0 1 5 6", "t+00005 5:2 marker"]);
    // Its twin finds the marker, and that is all it needs to know.
    store.check(
        &[0, 1],
        "redelivered 2",
        &["PUT t+00000: Exists", "HEAD t+00000: Some(\"0:2,3,2\")", "PUT t+00005: Exists"],
    );
    store.holds(&["t+00000 0:2,3,2 0 1 5 6", "t+00005 5:2 marker"]);
}

/// A store that holds 10 to 19 in one object, after a shorter retry that ended with 13.
fn marked() -> Script {
    let store = Script::default();
    let offsets: Vec<i64> = (10..20).collect();
    store.check(&offsets, "objects 1, records 10, bytes 30", &["PUT t+00010: Created"]);
    store.check(
        &offsets[..4],
        "redelivered 4, markers 1",
        &["PUT t+00010: Exists", "HEAD t+00010: Some(\"10:10\")", "PUT t+00014: Created"],
    );
    store
}

const MARKED: [&str; 2] = ["t+00010 10:10 10 11 12 13 14 15 16 17 18 19", "t+00014 14:6 marker"];

#[test]
fn the_next_batch_skips_what_the_marker_covers() {
    let store = marked();
    store.check(
        &[14, 15, 16, 17, 18, 19],
        "redelivered 6",
        &["PUT t+00014: Exists", "HEAD t+00014: Some(\"14:6\")"],
    );
    store.holds(&MARKED);
}

#[test]
fn the_next_batch_adds_the_tail_behind_the_marker() {
    let store = marked();
    store.check(
        &[14, 15, 16, 17, 18, 19, 20, 21],
        "objects 1, records 2, bytes 6, redelivered 6",
        &["PUT t+00014: Exists", "HEAD t+00014: Some(\"14:6\")", "PUT t+00020: Created"],
    );
    store.holds(&[MARKED[0], MARKED[1], "t+00020 20:2 20 21"]);
}

#[test]
fn markers_form_a_chain_when_the_next_batches_end_inside_the_object_too() {
    let store = marked();
    store.check(
        &[14, 15],
        "redelivered 2, markers 1",
        &["PUT t+00014: Exists", "HEAD t+00014: Some(\"14:6\")", "PUT t+00016: Created"],
    );
    store.check(
        &[16],
        "redelivered 1, markers 1",
        &["PUT t+00016: Exists", "HEAD t+00016: Some(\"16:4\")", "PUT t+00017: Created"],
    );
    store.check(
        &[17, 18, 19, 20],
        "objects 1, records 1, bytes 3, redelivered 3",
        &["PUT t+00017: Exists", "HEAD t+00017: Some(\"17:3\")", "PUT t+00020: Created"],
    );
    store.holds(&[MARKED[0], MARKED[1], "t+00016 16:4 marker", "t+00017 17:3 marker", "t+00020 20:1 20"]);
}

#[test]
fn what_goes_on_behind_another_object_says_where_that_one_stands() {
    let store = marked();
    store.deliver(&[14, 15, 16, 17, 18, 19, 20, 21], "").unwrap();
    store.deliver(&[22, 23], "").unwrap();
    // The marker names the longer object, the tail the marker, and what nothing stood before names nothing.
    assert_eq!(store.after(), [("t+00014".to_owned(), 10), ("t+00020".to_owned(), 14)]);
}

#[test]
fn a_late_twin_walks_over_what_later_batches_wrote() {
    let store = Script::default();
    store.check(&[0, 1], "objects 1, records 2, bytes 4", &["PUT t+00000: Created"]);
    store.check(&[2], "objects 1, records 1, bytes 2", &["PUT t+00002: Created"]);
    store.check(&[5, 6, 7], "objects 1, records 3, bytes 6", &["PUT t+00005: Created"]);
    store.check(
        &[0, 1, 2, 5, 6, 7, 9],
        "objects 1, records 1, bytes 2, redelivered 6",
        &[
            "PUT t+00000: Exists",
            "HEAD t+00000: Some(\"0:2\")",
            "PUT t+00002: Exists",
            "HEAD t+00002: Some(\"2:1\")",
            "PUT t+00005: Exists",
            "HEAD t+00005: Some(\"5:3\")",
            "PUT t+00009: Created",
        ],
    );
    store.holds(&["t+00000 0:2 0 1", "t+00002 2:1 2", "t+00005 5:3 5 6 7", "t+00009 9:1 9"]);
}

#[test]
fn a_late_twin_that_ends_inside_a_later_object_marks_it() {
    let store = Script::default();
    store.check(&[0, 1], "objects 1, records 2, bytes 4", &["PUT t+00000: Created"]);
    store.check(&[2, 3, 4], "objects 1, records 3, bytes 6", &["PUT t+00002: Created"]);
    store.check(
        &[0, 1, 2],
        "redelivered 3, markers 1",
        &[
            "PUT t+00000: Exists",
            "HEAD t+00000: Some(\"0:2\")",
            "PUT t+00002: Exists",
            "HEAD t+00002: Some(\"2:3\")",
            "PUT t+00003: Created",
        ],
    );
    store.holds(&["t+00000 0:2 0 1", "t+00002 2:3 2 3 4", "t+00003 3:2 marker"]);
}

#[test]
fn offsets_above_32_bits_are_nothing_special() {
    let store = Script::default();
    let first = 8_589_934_592;
    store.check(&[first], "objects 1, records 1, bytes 11", &["PUT t+8589934592: Created"]);
    store.check(
        &[first, first + 1],
        "objects 1, records 1, bytes 11, redelivered 1",
        &[
            "PUT t+8589934592: Exists",
            "HEAD t+8589934592: Some(\"8589934592:1\")",
            "PUT t+8589934593: Created",
        ],
    );
}
