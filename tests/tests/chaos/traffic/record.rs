//! The records, each of which names itself.

use super::Kind;
use fastrand::Rng;

/// Timestamps begin here: 2025-11-21T00:00:00Z. They lie within a few hours, so that every batch has some of each.
const BASE_MS: i64 = 1_763_683_200_000;

/// Length of a large value, without what is around it.
const LARGE_BYTES: usize = 1_000_000;

/// How many hours the timestamps lie in, and how many users there are.
const GROUPS: u64 = 4;

/// One in so many records of a producer with keys is a tombstone.
const TOMBSTONES: u64 = 200;

/// One in so many values is no JSON, and goes to quarantine.
const POISON: u64 = 5_000;

/// A record that is to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) key: Option<String>,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) timestamp_ms: i64,
}

impl Record {
    /// The record of this number. All values differ.
    pub(crate) fn new(kind: Kind, number: u64, rng: &mut Rng) -> Self {
        let user = rng.u64(0..GROUPS);
        let has_key = kind != Kind::Keyless;
        let is_tombstone =
            matches!(kind, Kind::Idempotent | Kind::Transactional) && rng.u64(0..TOMBSTONES) == 0;
        let hour = rng.i64(0..GROUPS as i64);
        Self {
            key: has_key.then(|| format!("key-{}", rng.u32(0..1_000))),
            value: (!is_tombstone).then(|| value(kind, (number, user), rng)),
            timestamp_ms: BASE_MS + hour * 3_600_000 + rng.i64(0..3_600_000),
        }
    }
}

/// JSON with what a parser that writes its own text would change: escapes, and a number's zeros.
fn value(kind: Kind, (number, user): (u64, u64), rng: &mut Rng) -> Vec<u8> {
    let length = if kind == Kind::Large { LARGE_BYTES } else { rng.usize(20..240) };
    let padding: String = std::iter::repeat_with(|| rng.alphanumeric()).take(length).collect();
    let mut value = format!(
        r#"{{"producer":"{kind:?}","number":{number},"user":"user-{user}","amount":1.50,"note":"caf\u00e9 \/","padding":"{padding}"}}"#
    );
    if rng.u64(0..POISON) == 0 {
        value.pop();
    }
    value.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(kind: Kind) -> Vec<Record> {
        let mut rng = Rng::with_seed(1);
        (0..20_000).map(|number| Record::new(kind, number, &mut rng)).collect()
    }

    #[test]
    fn there_are_tombstones_poison_and_null_keys() {
        let is_json = |record: &Record| {
            record
                .value
                .as_ref()
                .is_some_and(|value| serde_json::from_slice::<serde::de::IgnoredAny>(value).is_ok())
        };
        let keyed = records(Kind::Idempotent);
        let tombstones = keyed.iter().filter(|record| record.value.is_none()).count();
        let poison = keyed.len() - tombstones - keyed.iter().filter(|record| is_json(record)).count();
        assert!(keyed.iter().all(|record| record.key.is_some()));
        assert!((50..200).contains(&tombstones), "{tombstones} tombstones");
        assert!((1..20).contains(&poison), "{poison} values that are no JSON");
        assert!(records(Kind::Keyless).iter().all(|record| record.key.is_none() && record.value.is_some()));
    }

    #[test]
    fn a_large_value_has_a_megabyte() {
        let record = Record::new(Kind::Large, 0, &mut Rng::with_seed(1));
        assert!(record.value.is_some_and(|value| (LARGE_BYTES..LARGE_BYTES + 1_000).contains(&value.len())));
    }
}
