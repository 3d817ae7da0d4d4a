//! `schema.compatibility`: which rows share an object, and by whose schema.

use decoding::columns::resolution::Resolution;
use decoding::columns::{TableRow, TableSchema};
use std::cmp::Reverse;
use std::sync::Arc;

/// `schema.compatibility`: what becomes of rows that were written with several schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compatibility {
    /// `NONE`: an object has the rows of one schema.
    #[default]
    None,
    /// `BACKWARD`: an object has the newest of its rows' schemas that reads all of the others.
    Backward,
    /// `FORWARD`: an object has the oldest of its rows' schemas that reads all of the others.
    Forward,
    /// `FULL`: what `BACKWARD` does; as Connect has it.
    Full,
}

/// The schemas of an object's rows, and which of them read all of the others.
#[derive(Debug)]
pub(super) struct Schemas<'r> {
    compatibility: Compatibility,
    /// In the order in which they first came, which is that of the offsets; each once.
    known: Vec<&'r Arc<TableSchema>>,
    /// Indexes of those that read all that are known; at least one where any is known.
    readers: Vec<usize>,
}

impl<'r> Schemas<'r> {
    pub(super) fn new(compatibility: Compatibility) -> Self {
        Self { compatibility, known: Vec::new(), readers: Vec::new() }
    }

    /// Takes the rows' schemas up to the first row that can't join those before it; returns how many rows those are.
    pub(super) fn take(&mut self, rows: &'r [TableRow<'_>]) -> usize {
        // Neighbours have the same schema, as a rule.
        let mut last: Option<&Arc<TableSchema>> = None;
        for (index, row) in rows.iter().enumerate() {
            let Some((table, _)) = row.place() else { continue };
            if last.is_some_and(|last| Arc::ptr_eq(last, &table.schema)) {
                continue;
            }
            if !self.add(&table.schema) {
                return index;
            }
            last = Some(&table.schema);
        }
        rows.len()
    }

    /// Adds a schema, unless no schema could then read all of them.
    fn add(&mut self, schema: &'r Arc<TableSchema>) -> bool {
        if self.known.iter().any(|known| Arc::ptr_eq(known, schema)) {
            return true;
        }
        let mut readers = self.readers.clone();
        readers.retain(|reader| self.reads(self.known[*reader], schema));
        if self.known.iter().all(|known| self.reads(schema, known)) {
            readers.push(self.known.len());
        }
        if readers.is_empty() {
            return false;
        }
        self.known.push(schema);
        self.readers = readers;
        true
    }

    fn reads(&self, reader: &TableSchema, writer: &TableSchema) -> bool {
        match self.compatibility {
            Compatibility::None => reader.columns == writer.columns,
            Compatibility::Backward | Compatibility::Forward | Compatibility::Full => {
                Resolution::new(&writer.columns, &reader.columns).is_ok()
            }
        }
    }

    /// The schema that the object has; none where all of its rows are tombstones.
    pub(super) fn reader(&self) -> Option<&'r Arc<TableSchema>> {
        // Versions compare only where each schema has one; else a later offset has the newer schema.
        let are_versioned = self.known.iter().all(|known| known.writer.version.is_some());
        let age = |index: &usize| (are_versioned.then(|| self.known[*index].writer.version), *index);
        let index = match self.compatibility {
            Compatibility::Backward | Compatibility::Full => {
                self.readers.iter().min_by_key(|index| Reverse(age(index)))
            }
            Compatibility::None | Compatibility::Forward => {
                self.readers.iter().min_by_key(|index| age(index))
            }
        };
        index.map(|index| self.known[*index])
    }
}
