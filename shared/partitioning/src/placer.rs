//! From row to row: which path each has.

use crate::part::Part;
use crate::{Partitioner, Partitioning};
use naming::{Delimiter, Path};
use record::{RejectionKind, Row};
use std::collections::HashMap;

/// Finds the paths of rows, one by one.
///
/// What it keeps from row to row only saves work: rows come in runs of one partition and one bucket.
pub(crate) struct Placer<'p> {
    parts: Vec<Part<'p>>,
    delimiter: &'p Delimiter,
    now_ms: i64,
    paths: Vec<Path>,
    ids: HashMap<Path, PathId>,
    /// The path that the parts make by now, or none where a part has changed since.
    current: Option<PathId>,
    joined: String,
}

/// A path that the placer has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PathId(usize);

/// Why a row has no path.
pub(crate) struct Unplaced {
    pub(crate) kind: RejectionKind,
    pub(crate) message: String,
}

impl<'p> Placer<'p> {
    pub(crate) fn new(partitioning: &'p Partitioning, now_ms: i64) -> Self {
        let Partitioning { partitioners, directory_delimiter: delimiter, flush_size: _ } = partitioning;
        let mut parts: Vec<_> = partitioners.iter().map(Part::new).collect();
        if parts.is_empty() {
            parts.push(Part::new(&Partitioner::Default));
        }
        Self {
            parts,
            delimiter,
            now_ms,
            paths: Vec::new(),
            ids: HashMap::new(),
            current: None,
            joined: String::new(),
        }
    }

    /// Finds the path of a row.
    pub(crate) fn place<'b>(&mut self, row: &impl Row<'b>) -> Result<PathId, Unplaced> {
        for part in &mut self.parts {
            if part.update(row, self.delimiter, self.now_ms)? {
                self.current = None;
            }
        }
        if let Some(id) = self.current {
            return Ok(id);
        }
        self.join();
        let id = match self.ids.get(self.joined.as_str()) {
            Some(id) => *id,
            None => self.insert(),
        };
        self.current = Some(id);
        Ok(id)
    }

    /// The path that an earlier row was given.
    pub(crate) fn path(&self, id: PathId) -> &Path {
        &self.paths[id.0]
    }

    fn join(&mut self) {
        self.joined.clear();
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                self.joined.push_str(self.delimiter.as_str());
            }
            self.joined.push_str(part.path());
        }
    }

    fn insert(&mut self) -> PathId {
        let path = Path::try_from(self.joined.clone()).expect("partitioners and delimiters make safe paths");
        let id = PathId(self.paths.len());
        self.paths.push(path.clone());
        self.ids.insert(path, id);
        id
    }
}
