//! `flush.size`: an object holds the offsets of one cell.

use crate::batch::record;
use crate::{at, check_offsets, value};
use record::event::NewRecord;

fn records(offsets: &[i64]) -> Vec<NewRecord<'static>> {
    offsets.iter().map(|offset| record(*offset)).collect()
}

#[test]
fn a_flush_size_of_one_is_one_object_per_record() {
    check_offsets(
        &[("FLUSH_SIZE", "1")],
        &records(&[7, 8, 10]),
        &[
            ("topics/test-topic/partition=12/test-topic+12+0000000007.json", &[7]),
            ("topics/test-topic/partition=12/test-topic+12+0000000008.json", &[8]),
            ("topics/test-topic/partition=12/test-topic+12+0000000010.json", &[10]),
        ],
    );
}

#[test]
fn records_from_0_on_are_cut_as_connect_cuts_them() {
    check_offsets(
        &[("FLUSH_SIZE", "3")],
        &records(&[0, 1, 2, 3, 4, 5, 6]),
        &[
            ("topics/test-topic/partition=12/test-topic+12+0000000000.json", &[0, 1, 2]),
            ("topics/test-topic/partition=12/test-topic+12+0000000003.json", &[3, 4, 5]),
            ("topics/test-topic/partition=12/test-topic+12+0000000006.json", &[6]),
        ],
    );
}

#[test]
fn where_a_batch_starts_does_not_move_the_cells() {
    check_offsets(
        &[("FLUSH_SIZE", "3")],
        &records(&[2, 3, 4, 5, 6, 7]),
        &[
            ("topics/test-topic/partition=12/test-topic+12+0000000002.json", &[2]),
            ("topics/test-topic/partition=12/test-topic+12+0000000003.json", &[3, 4, 5]),
            ("topics/test-topic/partition=12/test-topic+12+0000000006.json", &[6, 7]),
        ],
    );
}

#[test]
fn gaps_leave_cells_short_or_out() {
    check_offsets(
        &[("FLUSH_SIZE", "3")],
        &records(&[1, 4, 9]),
        &[
            ("topics/test-topic/partition=12/test-topic+12+0000000001.json", &[1]),
            ("topics/test-topic/partition=12/test-topic+12+0000000004.json", &[4]),
            ("topics/test-topic/partition=12/test-topic+12+0000000009.json", &[9]),
        ],
    );
}

#[test]
fn cells_are_the_same_above_33_bits() {
    check_offsets(
        &[("FLUSH_SIZE", "1000")],
        &records(&[8_589_934_999, 8_589_935_000]),
        &[
            ("topics/test-topic/partition=12/test-topic+12+8589934999.json", &[8_589_934_999]),
            ("topics/test-topic/partition=12/test-topic+12+8589935000.json", &[8_589_935_000]),
        ],
    );
}

#[test]
fn a_flush_size_above_all_offsets_cuts_nothing() {
    check_offsets(
        &[("FLUSH_SIZE", "9223372036854775807")],
        &records(&[0, 5, 1_000_000]),
        &[("topics/test-topic/partition=12/test-topic+12+0000000000.json", &[0, 5, 1_000_000])],
    );
}

#[test]
fn without_a_flush_size_a_batch_is_one_object_per_path() {
    check_offsets(
        &[],
        &records(&[2, 3, 4_000]),
        &[("topics/test-topic/partition=12/test-topic+12+0000000002.json", &[2, 3, 4_000])],
    );
}

#[test]
fn each_path_has_its_own_object_in_each_cell() {
    check_offsets(
        &[("FLUSH_SIZE", "2"), ("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "a")],
        &[
            value(0, r#"{"a":"x"}"#),
            value(1, r#"{"a":"y"}"#),
            value(2, r#"{"a":"x"}"#),
            value(3, r#"{"a":"x"}"#),
            value(4, r#"{"a":"y"}"#),
        ],
        &[
            ("topics/test-topic/a=x/test-topic+12+0000000000.json", &[0]),
            ("topics/test-topic/a=x/test-topic+12+0000000002.json", &[2, 3]),
            ("topics/test-topic/a=y/test-topic+12+0000000001.json", &[1]),
            ("topics/test-topic/a=y/test-topic+12+0000000004.json", &[4]),
        ],
    );
}

#[test]
fn hours_are_cut_into_cells_too() {
    check_offsets(
        &[("FLUSH_SIZE", "2"), ("PARTITIONER_CLASS", "HourlyPartitioner")],
        &[at(0, "2017-03-02T10:00:00Z"), at(1, "2017-03-02T10:59:59Z"), at(2, "2017-03-02T10:00:00Z")],
        &[
            ("topics/test-topic/year=2017/month=03/day=02/hour=10/test-topic+12+0000000000.json", &[0, 1]),
            ("topics/test-topic/year=2017/month=03/day=02/hour=10/test-topic+12+0000000002.json", &[2]),
        ],
    );
}
