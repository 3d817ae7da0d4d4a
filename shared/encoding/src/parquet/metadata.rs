//! What an object tells of itself, beside its rows.

use ::parquet::file::metadata::KeyValue;
use decoding::columns::{TableRow, Writer};
use record::Record;
use std::collections::BTreeSet;

/// Key of the topic.
pub const TOPIC: &str = "landfall.topic";
/// Key of the partition.
pub const PARTITION: &str = "landfall.partition";
/// Key of the offsets that the object answers for, in the text of `delivery`'s coverage, as in the object's metadata.
pub const COVERAGE: &str = "landfall.coverage";
/// Key of what the registry calls the schemas that the rows were written with: a comma list, ascending; absent where
/// no registry knows them.
pub const SCHEMA_ID: &str = "landfall.schema.id";
/// Key of the fingerprints of those schemas: a comma list in the order of [`SCHEMA_ID`].
pub const SCHEMA_FINGERPRINT: &str = "landfall.schema.fingerprint";

/// Who wrote the object, in the pattern that readers take versions from.
pub const CREATED_BY: &str = concat!("landfall version ", env!("CARGO_PKG_VERSION"));

/// What an object tells of itself.
pub(super) fn key_values(record: Record<'_>, coverage: &str, rows: &[TableRow<'_>]) -> Vec<KeyValue> {
    let mut key_values = vec![
        KeyValue::new(TOPIC.to_owned(), record.topic().to_owned()),
        KeyValue::new(PARTITION.to_owned(), record.partition().to_string()),
        KeyValue::new(COVERAGE.to_owned(), coverage.to_owned()),
    ];
    let writers: BTreeSet<_> = rows
        .iter()
        .filter_map(TableRow::place)
        .map(|(table, _)| Ordered::from(&table.schema.writer))
        .collect();
    let ids = list(writers.iter().map(|writer| writer.id));
    let fingerprints = list(writers.iter().map(|writer| writer.fingerprint));
    let schemas = [(SCHEMA_ID, ids), (SCHEMA_FINGERPRINT, fingerprints)];
    let known = schemas.into_iter().filter(|(_, list)| !list.is_empty());
    key_values.extend(known.map(|(key, list)| KeyValue::new(key.to_owned(), list)));
    key_values
}

/// A writer as it stands in lists: numbers by their size, other ids after them.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Ordered<'a> {
    is_text: bool,
    number: u64,
    id: &'a str,
    fingerprint: &'a str,
}

impl<'a> From<&'a Writer> for Ordered<'a> {
    fn from(writer: &'a Writer) -> Self {
        let number = writer.id.parse().ok();
        Self {
            is_text: number.is_none(),
            number: number.unwrap_or_default(),
            id: &writer.id,
            fingerprint: &writer.fingerprint,
        }
    }
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    items.filter(|item| !item.is_empty()).collect::<Vec<_>>().join(",")
}
