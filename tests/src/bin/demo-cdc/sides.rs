//! A table's rows in MySQL and in the objects.

use serde_json::Value;
use std::collections::BTreeMap;

/// A table's rows in MySQL and in the objects, by their keys.
pub(crate) struct Sides {
    /// The table.
    pub(crate) table: &'static str,
    /// The rows on each side, by their keys.
    pub(crate) rows: BTreeMap<String, Pair>,
}

/// The rows of one key on both sides; more than one would be wrong.
#[derive(Debug, Default)]
pub(crate) struct Pair {
    /// In MySQL.
    pub(crate) mysql: Vec<Value>,
    /// In the objects.
    pub(crate) objects: Vec<Value>,
}

impl Sides {
    /// Puts rows beside each other.
    pub(crate) fn of((table, key): (&'static str, &str), mysql: Vec<Value>, objects: Vec<Value>) -> Self {
        let mut rows: BTreeMap<String, Pair> = BTreeMap::new();
        for row in mysql {
            rows.entry(name(&row[key])).or_default().mysql.push(row);
        }
        for row in objects {
            rows.entry(name(&row[key])).or_default().objects.push(row);
        }
        Self { table, rows }
    }

    /// How many rows there are in MySQL and in the objects.
    pub(crate) fn counts(&self) -> [usize; 2] {
        let pairs = || self.rows.values();
        [pairs().map(|pair| pair.mysql.len()).sum(), pairs().map(|pair| pair.objects.len()).sum()]
    }

    /// How many rows are not on both sides the same.
    pub(crate) fn differing(&self) -> usize {
        self.rows.values().filter(|pair| !pair.is_equal()).count()
    }
}

impl Pair {
    /// Whether both sides have it, once and the same.
    pub(crate) fn is_equal(&self) -> bool {
        self.mysql.len() == 1 && self.mysql == self.objects
    }
}

/// A key that sorts as people expect it.
fn name(key: &Value) -> String {
    match key {
        Value::String(text) => text.clone(),
        number => format!("{number:>12}"),
    }
}
