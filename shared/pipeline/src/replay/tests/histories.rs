//! Replays of any objects, in any order, broken off anywhere and side by side: each record lands once.

use super::shelf::{Shelf, Standing, View};
use super::stage::{FOR_EVER, JsonSink, deliver, replay_all, run};
use super::steps::{event, record};
use proptest::prelude::*;
use record::event::NewRecord;
use std::collections::BTreeMap;

/// Values whose fate depends on the settings, or does not.
const VALUES: [&str; 4] = [r#"{"b":[]}"#, r#"{"b":[],"c":1}"#, r#"{"b":"x"}"#, "text"];

/// The settings at first, under which a list can't name a path.
const AT_FIRST: [(&str, &str); 3] =
    [("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "b"), ("FLUSH_SIZE", "3")];

/// Mended once, and a second time: by then more is good, and what was good before is placed where it was.
const MENDED: [&[(&str, &str)]; 2] = [&[], &[("BEHAVIOR_ON_NULL_VALUES", "write")]];

/// A replay: of what is under which prefix, with which settings, and when it is stopped dead.
#[derive(Debug, Clone)]
struct Step {
    prefix: String,
    mended: usize,
    ends_at: u64,
}

fn any_step() -> impl Strategy<Value = Step> {
    let prefix = prop_oneof![
        Just("quarantine/".to_owned()),
        (0..3).prop_map(|partition| format!("quarantine/t/partition={partition}/")),
        (0..3, 0..3).prop_map(|(partition, tens)| {
            format!("quarantine/t/partition={partition}/t+{partition}+00000000{tens}")
        }),
    ];
    (prefix, 0..MENDED.len(), prop_oneof![0..40_u64, Just(FOR_EVER)])
        .prop_map(|(prefix, mended, ends_at)| Step { prefix, mended, ends_at })
}

/// Batches of up to three partitions, each from where the one before ended; a partition's value at each offset.
fn any_values() -> impl Strategy<Value = Vec<Vec<Option<usize>>>> {
    let value = prop_oneof![9 => (0..VALUES.len()).prop_map(Some), 1 => Just(None)];
    prop::collection::vec(prop::collection::vec(value, 1..25), 1..4)
}

fn records_of(values: &[Vec<Option<usize>>]) -> Vec<NewRecord<'static>> {
    let partitions = values.iter().zip(0..);
    partitions
        .flat_map(|(values, partition)| {
            values.iter().zip(0..).map(move |(value, offset)| NewRecord {
                partition,
                value: value.map(|index| VALUES[index].as_bytes()),
                ..record(offset, "")
            })
        })
        .collect()
}

fn partition_of(key: &str) -> i32 {
    key.split('+').nth(1).and_then(|it| it.parse().ok()).expect("a key has a partition")
}

/// How often each record stands in data, and how often in quarantine that is not done.
fn counts(objects: &BTreeMap<String, Standing>) -> BTreeMap<(i32, i64), (u32, u32)> {
    let mut counts: BTreeMap<(i32, i64), (u32, u32)> = BTreeMap::new();
    for (key, object) in objects.iter().filter(|(_, object)| !object.is_marker()) {
        let coverage = object.coverage().expect("a sink wrote it");
        assert_eq!(
            object.body.iter().filter(|byte| **byte == b'\n').count() as u64,
            coverage.count(),
            "{key}"
        );
        for offset in coverage.offsets() {
            let count = counts.entry((partition_of(key), offset)).or_default();
            match key.split('/').next() {
                Some("topics") => count.0 += 1,
                Some("quarantine") => count.1 += 1,
                _ => {}
            }
        }
    }
    counts
}

/// Whether a record is data in the end.
fn is_good(record: &NewRecord<'_>) -> bool {
    record.value != Some(b"text")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn each_record_lands_once_whatever_is_replayed_and_wherever_it_is_broken_off(
        values in any_values(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        steps in prop::collection::vec((any_step(), prop::option::of(any_step())), 0..8),
    ) {
        let records = records_of(&values);
        let shelf = Shelf::default();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(records.len())).collect();
        cuts.push(records.len());
        cuts.sort_unstable();
        let mut start = 0;
        for cut in cuts {
            if start < cut {
                deliver(&shelf, &AT_FIRST, event(&records[start..cut]));
            }
            start = cut;
        }

        for (one, other) in steps {
            let replay = async |step: Step| {
                let view = View::new(&shelf, step.ends_at);
                let sink = JsonSink::new(&view, MENDED[step.mended]);
                replay_all(&view, &sink, &step.prefix).await.0
            };
            match other {
                None => drop(run(replay(one))),
                // Side by side: each request of one may fall between any two of the other.
                Some(other) => drop(run(futures_util::future::join(replay(one), replay(other)))),
            }
            for ((partition, offset), (data, quarantine)) in counts(&shelf.objects()) {
                prop_assert!(data <= 1 && quarantine <= 1, "{partition}@{offset}: {data}, {quarantine}");
            }
        }

        let view = View::new(&shelf, FOR_EVER);
        let sink = JsonSink::new(&view, MENDED[1]);
        run(replay_all(&view, &sink, "quarantine/")).expect("nothing stops it").0.expect("the sink takes events");
        let counts = counts(&shelf.objects());
        for record in &records {
            let (data, quarantine) = counts.get(&(record.partition, record.offset)).copied().unwrap_or_default();
            let place = (record.partition, record.offset);
            if is_good(record) {
                prop_assert_eq!(data, 1, "{:?} is data", place);
            } else {
                prop_assert_eq!((data, quarantine), (0, 1), "{:?} is still bad", place);
            }
        }
        // What stays holds something bad.
        let objects = shelf.objects();
        let stays = objects.iter().filter(|(key, it)| key.starts_with("quarantine/") && !it.is_marker());
        for (key, object) in stays {
            let coverage = object.coverage().expect("a sink wrote it");
            let holds = |it: &NewRecord<'_>| it.partition == partition_of(key) && coverage.contains(it.offset);
            prop_assert!(records.iter().any(|it| holds(it) && !is_good(it)), "{} stays for nothing", key);
        }
    }
}
