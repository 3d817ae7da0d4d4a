//! Offsets so scattered that their coverage does not fit an object's metadata.

use crate::script::{Script, text};

/// 10,000 records, the most of a batch, at every third offset: four cells of 8,192 offsets.
fn offsets() -> Vec<i64> {
    (0..10_000).map(|n| n * 3).collect()
}

const SPLIT: [&str; 4] = [
    "t+00000 object 0..=8190 2731",
    "t+08193 object 8193..=16383 2731",
    "t+16386 object 16386..=24573 2730",
    "t+24576 object 24576..=29997 1808",
];

/// Delivers batches one after the other, and looks at what each did and what stands in the end.
#[track_caller]
fn check(batches: &[(&[i64], &str)], outline: &[&str]) -> Script {
    let store = Script::default();
    for (offsets, did) in batches {
        assert_eq!(text(store.deliver(offsets, "").unwrap()), *did);
    }
    assert_eq!(store.outline(), outline);
    store
}

#[test]
fn scattered_offsets_are_split_at_a_fixed_grid() {
    let store = check(&[(&offsets(), "objects 4, records 10000, bytes 56294")], &SPLIT);
    assert_eq!(
        store.requests(),
        ["PUT t+00000: Created", "PUT t+08193: Created", "PUT t+16386: Created", "PUT t+24576: Created"]
    );
}

#[test]
fn a_plain_retry_of_split_offsets_writes_nothing() {
    let offsets = offsets();
    check(&[(&offsets, "objects 4, records 10000, bytes 56294"), (&offsets, "redelivered 10000")], &SPLIT);
}

#[test]
fn a_shorter_retry_that_fits_finds_the_pieces() {
    let offsets = offsets();
    let store = check(
        &[
            (&offsets, "objects 4, records 10000, bytes 56294"),
            (&offsets[..3000], "redelivered 3000, markers 1"),
        ],
        &[SPLIT[0], SPLIT[1], "t+09000 marker 9000..=16383 2462", SPLIT[2], SPLIT[3]],
    );
    assert_eq!(text(store.deliver(&offsets[3000..5462], "").unwrap()), "redelivered 2462");
    assert_eq!(store.outline().len(), 5);
}

#[test]
fn a_longer_retry_that_is_split_finds_what_was_not() {
    let offsets = offsets();
    check(
        &[
            (&offsets[..3000], "objects 1, records 3000, bytes 14628"),
            (&offsets, "objects 3, records 7000, bytes 41666, redelivered 3000"),
        ],
        &[
            // It reaches into the second cell, and no marker stands between them: the batch goes on.
            "t+00000 object 0..=8997 3000",
            "t+09000 object 9000..=16383 2462",
            "t+16386 object 16386..=24573 2730",
            "t+24576 object 24576..=29997 1808",
        ],
    );
}

#[test]
fn batches_that_start_inside_a_cell_end_with_it() {
    let offsets = offsets();
    check(
        &[
            (&offsets[..1000], "objects 1, records 1000, bytes 4628"),
            (&offsets[1000..], "objects 4, records 9000, bytes 51666"),
            (&offsets, "redelivered 10000"),
        ],
        &[
            "t+00000 object 0..=2997 1000",
            "t+03000 object 3000..=8190 1731",
            "t+08193 object 8193..=16383 2731",
            "t+16386 object 16386..=24573 2730",
            "t+24576 object 24576..=29997 1808",
        ],
    );
}

#[test]
fn a_piece_that_failed_is_found_missing_by_the_next_try() {
    use crate::script::Answer::{Denied, Truth};
    let (store, offsets) = (Script::default(), offsets());
    store.answer(&[Truth, Truth, Denied]);
    assert_eq!(store.deliver(&offsets, "").unwrap_err().to_string(), "object t+16386 could not be written");
    assert_eq!(store.outline(), SPLIT[..2]);
    assert_eq!(
        text(store.deliver(&offsets, "").unwrap()),
        "objects 2, records 4538, bytes 27228, redelivered 5462"
    );
    assert_eq!(store.outline(), SPLIT);
}
