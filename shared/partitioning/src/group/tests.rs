use super::{Grouped, group};
use crate::samples::{Sample, SampleRow, batch, integer, rows, text};
use crate::{Partitioner, Partitioning, TimestampExtractor, TimestampUnit, parse_time_zone};
use naming::Delimiter;
use proptest::prelude::*;
use record::{Field, Row};
use std::collections::BTreeSet;
use std::num::NonZeroU64;

fn partitioning(partitioners: Vec<Partitioner>, flush_size: u64) -> Partitioning {
    let directory_delimiter = Delimiter::directory();
    Partitioning { partitioners, directory_delimiter, flush_size: NonZeroU64::new(flush_size) }
}

fn country() -> Partitioner {
    Partitioner::Field("country".parse().unwrap())
}

fn hourly() -> Partitioner {
    let zone = parse_time_zone("America/New_York").unwrap();
    Partitioner::hourly(zone, TimestampExtractor::Record, &Delimiter::directory())
}

fn daily_of_field() -> Partitioner {
    let field = "ts".parse().unwrap();
    let extractor = TimestampExtractor::RecordField { field, unit: TimestampUnit::Seconds };
    Partitioner::daily(parse_time_zone("Asia/Seoul").unwrap(), extractor, &Delimiter::directory())
}

/// One group a line: topic, partition, path and offsets.
fn lines(grouped: &Grouped<'_, SampleRow<'_>>) -> Vec<String> {
    grouped
        .groups
        .iter()
        .map(|group| {
            let first = group.rows[0].record();
            let offsets: Vec<_> = group.rows.iter().map(|row| row.record().offset()).collect();
            format!("{}-{} {} {offsets:?}", first.topic(), first.partition(), group.path)
        })
        .collect()
}

#[track_caller]
fn check(partitioning: &Partitioning, samples: &[Sample], expected: &[&str]) {
    let batch = batch(samples);
    assert_eq!(lines(&group(rows(&batch, samples), partitioning, 0)), expected);
}

fn sample(topic: &'static str, partition: i32, offset: i64) -> Sample {
    Sample { topic, partition, offset, ..Sample::default() }
}

fn in_country(offset: i64, country: &'static str) -> Sample {
    Sample { offset, ..Sample::with(&[("country", text(country))]) }
}

#[test]
fn a_topic_partition_is_a_group_in_order_of_its_first_row() {
    let samples =
        [sample("b", 1, 7), sample("a", 0, 3), sample("b", 0, 5), sample("b", 1, 8), sample("a", 0, 9)];
    let expected = ["b-1 partition=1 [7, 8]", "a-0 partition=0 [3, 9]", "b-0 partition=0 [5]"];
    check(&partitioning(vec![Partitioner::Default], 0), &samples, &expected);
}

#[test]
fn the_same_path_of_two_partitions_is_two_groups() {
    let samples = [
        Sample { partition: 1, ..in_country(4, "KR") },
        Sample { partition: 0, ..in_country(4, "KR") },
        Sample { topic: "returns", ..in_country(4, "KR") },
    ];
    let expected = ["orders-1 country=KR [4]", "orders-0 country=KR [4]", "returns-0 country=KR [4]"];
    check(&partitioning(vec![country()], 0), &samples, &expected);
}

#[test]
fn interleaved_paths_are_one_group_each() {
    let samples = [in_country(1, "KR"), in_country(2, "DE"), in_country(3, "KR"), in_country(4, "DE")];
    check(
        &partitioning(vec![country()], 0),
        &samples,
        &["orders-0 country=KR [1, 3]", "orders-0 country=DE [2, 4]"],
    );
}

#[test]
fn a_batch_without_rows_has_no_groups() {
    check(&partitioning(vec![Partitioner::Default], 0), &[], &[]);
}

#[test]
fn flush_size_cuts_at_multiples_of_the_offset() {
    let samples: Vec<_> = [0, 2, 3, 5, 6, 11, 12].map(|offset| sample("t", 0, offset)).into();
    check(
        &partitioning(vec![Partitioner::Default], 3),
        &samples,
        &[
            "t-0 partition=0 [0, 2]",
            "t-0 partition=0 [3, 5]",
            "t-0 partition=0 [6]",
            "t-0 partition=0 [11]",
            "t-0 partition=0 [12]",
        ],
    );
    let one_each: Vec<_> = [0, 2, 3, 5, 6, 11, 12].map(|offset| format!("t-0 partition=0 [{offset}]")).into();
    let one_each: Vec<_> = one_each.iter().map(String::as_str).collect();
    check(&partitioning(vec![Partitioner::Default], 1), &samples, &one_each);
    check(
        &partitioning(vec![Partitioner::Default], u64::MAX),
        &samples,
        &["t-0 partition=0 [0, 2, 3, 5, 6, 11, 12]"],
    );
}

#[test]
fn rows_are_sorted_by_offset() {
    let samples = [sample("t", 0, 9), sample("t", 0, 3), sample("t", 0, i64::MAX), sample("t", 0, 5)];
    check(
        &partitioning(vec![Partitioner::Default], 0),
        &samples,
        &["t-0 partition=0 [3, 5, 9, 9223372036854775807]"],
    );
}

#[test]
fn an_hour_that_comes_twice_is_one_group() {
    let at = |offset, timestamp_ms| Sample { offset, ..Sample::at(timestamp_ms) };
    // 01:30 in New York, first in summer time and then not, and 02:30.
    let samples = [at(1, 1_730_611_800_000), at(2, 1_730_615_400_000), at(3, 1_730_619_000_000)];
    check(
        &partitioning(vec![hourly()], 0),
        &samples,
        &[
            "orders-0 year=2024/month=11/day=03/hour=01 [1, 2]",
            "orders-0 year=2024/month=11/day=03/hour=02 [3]",
        ],
    );
}

#[test]
fn a_rejected_row_leaves_its_neighbours_alone() {
    let both =
        |offset, country, ts| Sample { offset, ..Sample::with(&[("country", text(country)), ("ts", ts)]) };
    let samples = [
        both(1, "KR", integer("0")),
        both(2, "DE", Field::Boolean(true)),
        both(3, "DE", integer("0")),
        both(4, "FR", Field::Absent),
        both(5, "KR", integer("0")),
    ];
    let batch = batch(&samples);
    let grouped = group(rows(&batch, &samples), &partitioning(vec![country(), daily_of_field()], 0), 0);
    assert_eq!(
        lines(&grouped),
        [
            "orders-0 country=KR/year=1970/month=01/day=01 [1, 5]",
            "orders-0 country=DE/year=1970/month=01/day=01 [3]",
        ]
    );
    let rejected: Vec<_> =
        grouped.rejections.iter().map(|it| (it.record.offset(), it.kind.as_str())).collect();
    assert_eq!(rejected, [(2, "no_timestamp"), (4, "no_timestamp")]);
}

/// Plain numbers choose from lists: a strategy of its own for each choice takes most of a test's time.
fn any_sample() -> impl Strategy<Value = Sample> {
    let fields = [
        text("KR"),
        text("a/b"),
        text(""),
        text("null"),
        text("2024-11-03T01:30"),
        text("2024-11-03TZ"),
        integer("-0"),
        integer("0"),
        integer("1730611800"),
        integer("99999999999999"),
        Field::Boolean(true),
        Field::Other("array"),
        Field::Absent,
    ];
    (0..2_usize, 0..3, 0..50_i64, 0..400_usize, 0..fields.len(), 0..=fields.len()).prop_map(
        move |(topic, partition, offset, time, country, ts)| Sample {
            topic: ["a", "b"][topic],
            partition,
            offset,
            // Minutes around the end of summer time in New York.
            timestamp_ms: match time {
                0..20 => -1,
                20..25 => i64::MAX,
                _ => 1_730_600_000_000 + (time as i64) * 60_000,
            },
            fields: fields.get(ts).map(|ts| vec![("country", fields[country].clone()), ("ts", ts.clone())]),
        },
    )
}

fn any_samples() -> impl Strategy<Value = Vec<Sample>> {
    prop::collection::vec(any_sample(), 1..60).prop_map(|mut samples| {
        let mut seen = BTreeSet::new();
        samples.retain(|it| seen.insert((it.topic, it.partition, it.offset)));
        samples
    })
}

fn any_partitioning() -> impl Strategy<Value = Partitioning> {
    let partitioner = prop_oneof![
        Just(Partitioner::Default),
        Just(country()),
        Just(hourly()),
        Just(daily_of_field()),
        Just(Partitioner::Field("ts,country".parse().unwrap())),
    ];
    (prop::collection::vec(partitioner, 0..4), 0..5_u64)
        .prop_map(|(partitioners, flush_size)| partitioning(partitioners, flush_size))
}

/// Where each row went: its path, or the message of its rejection, by the sample's index.
fn placed(samples: &[Sample], partitioning: &Partitioning) -> Vec<(usize, Result<String, String>)> {
    let batch = batch(samples);
    let grouped = group(rows(&batch, samples), partitioning, 0);
    let mut placed: Vec<_> = grouped
        .groups
        .iter()
        .flat_map(|group| group.rows.iter().map(|row| (row.index(), Ok(group.path.to_string()))))
        .collect();
    placed.extend(grouped.rejections.iter().map(|rejection| {
        let value = std::str::from_utf8(rejection.record.value().unwrap()).unwrap();
        (value.parse().unwrap(), Err(rejection.message.clone()))
    }));
    placed.sort_by_key(|(index, _)| *index);
    placed
}

proptest! {
    #[test]
    fn a_path_is_a_function_of_the_row_alone(
        samples in any_samples(), partitioning in any_partitioning(),
    ) {
        for (index, in_batch) in placed(&samples, &partitioning) {
            let alone = placed(&samples[index..=index], &partitioning);
            prop_assert_eq!(&alone[0].1, &in_batch);
        }
    }

    #[test]
    fn each_row_is_in_one_group_or_rejected(
        samples in any_samples(), partitioning in any_partitioning(),
    ) {
        let indexes: Vec<_> = placed(&samples, &partitioning).into_iter().map(|(index, _)| index).collect();
        prop_assert_eq!(indexes, (0..samples.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_group_is_of_one_place_and_one_cell_with_offsets_ascending(
        samples in any_samples(), partitioning in any_partitioning(),
    ) {
        let batch = batch(&samples);
        let grouped = group(rows(&batch, &samples), &partitioning, 0);
        let mut keys = BTreeSet::new();
        for group in &grouped.groups {
            prop_assert!(group.rows.is_sorted_by_key(|row| row.record().offset()));
            let of_row = |row: &SampleRow<'_>| {
                let record = row.record();
                let size = partitioning.flush_size.map_or(i64::MAX, |size| size.get().cast_signed());
                (record.topic().to_owned(), record.partition(), record.offset() / size)
            };
            let key = of_row(&group.rows[0]);
            prop_assert!(group.rows.iter().all(|row| of_row(row) == key));
            prop_assert!(keys.insert((key, group.path.clone())), "two groups share a place");
        }
    }

    #[test]
    fn groups_stand_in_the_order_of_their_first_rows(
        samples in any_samples(), partitioning in any_partitioning(),
    ) {
        let batch = batch(&samples);
        let order: Vec<_> = rows(&batch, &samples).iter().map(SampleRow::index).collect();
        let grouped = group(rows(&batch, &samples), &partitioning, 0);
        let firsts = grouped.groups.iter().map(|group| {
            let first = |row: &SampleRow<'_>| order.iter().position(|index| *index == row.index());
            group.rows.iter().map(first).min()
        });
        prop_assert!(firsts.is_sorted());
    }
}
