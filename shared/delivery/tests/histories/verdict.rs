//! What must hold of a store after a history.

use crate::log::Log;
use crate::store::FaultyStore;
use delivery::Object;
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong in a store.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Offsets that stand in no object.
    pub(crate) lost: Vec<i64>,
    /// Offsets that stand in more than one.
    pub(crate) doubled: Vec<i64>,
    /// Whatever else is not as it should be.
    pub(crate) complaints: Vec<String>,
}

impl Verdict {
    /// Judges a store that should hold a log, each record once.
    pub(crate) fn of(log: &Log, store: &FaultyStore) -> Self {
        let mut verdict = Self::default();
        let mut stands: BTreeMap<i64, usize> = log.offsets().iter().map(|offset| (*offset, 0)).collect();
        for object in store.standing() {
            for offset in verdict.records(log, &object) {
                match stands.get_mut(&offset) {
                    Some(times) => *times += 1,
                    None => {
                        verdict.complain(&object, format_args!("holds {offset}, which is not in the log"));
                    }
                }
            }
        }
        verdict.lost = stands.iter().filter(|(_, times)| **times == 0).map(|(offset, _)| *offset).collect();
        verdict.doubled = stands.iter().filter(|(_, times)| **times > 1).map(|(offset, _)| *offset).collect();
        verdict.judge_writes(log, &store.created());
        verdict
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_clean(&self) -> bool {
        *self == Self::default()
    }

    /// The offsets in an object's body, which must be those that it answers for.
    fn records(&mut self, log: &Log, object: &Object) -> Vec<i64> {
        let body = str::from_utf8(&object.body).expect("bodies are text");
        let offsets: Vec<i64> = body.lines().map(|line| line.parse().expect("a line is an offset")).collect();
        let first = object.coverage.first();
        if object.key != log.key(first) {
            self.complain(object, format_args!("is not the key of its first offset {first}"));
        }
        let Some(identity) = object.identity else {
            if !offsets.is_empty() {
                self.complain(object, format_args!("is a marker with records"));
            }
            return offsets;
        };
        if identity != log.identity(first) {
            self.complain(object, format_args!("has another record's identity"));
        }
        if !object.coverage.offsets().eq(offsets.iter().copied()) {
            self.complain(object, format_args!("covers {} but holds {offsets:?}", object.coverage));
        }
        if offsets.iter().any(|offset| log.place(*offset) != log.place(first)) {
            self.complain(object, format_args!("holds records of another path or flush cell"));
        }
        offsets
    }

    /// No key is written twice; a marker answers only for what an object held before it; what names an object
    /// before it names one that is there.
    fn judge_writes(&mut self, log: &Log, created: &[Object]) {
        let mut keys = BTreeSet::new();
        for (index, object) in created.iter().enumerate() {
            if !keys.insert(&object.key) {
                self.complain(object, format_args!("was written twice"));
            }
            let holds_all = |earlier: &Object| {
                earlier.identity.is_some()
                    && log.place(earlier.coverage.first()) == log.place(object.coverage.first())
                    && object.coverage.offsets().all(|offset| earlier.coverage.contains(offset))
            };
            if object.identity.is_none() && !created[..index].iter().any(holds_all) {
                self.complain(object, format_args!("is a marker for what no object holds"));
            }
            let is_before = |after: i64| {
                log.place(after) == log.place(object.coverage.first())
                    && after < object.coverage.first()
                    && keys.contains(&log.key(after))
            };
            if object.after.is_some_and(|after| !is_before(after)) {
                self.complain(object, format_args!("goes on after {:?}, where nothing stands", object.after));
            }
        }
    }

    fn complain(&mut self, object: &Object, complaint: std::fmt::Arguments<'_>) {
        self.complaints.push(format!("object {} {complaint}", object.key));
    }
}
