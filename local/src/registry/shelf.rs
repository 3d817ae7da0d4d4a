//! The schemas and their subjects.

use super::error::UnknownReference;
use super::guid::Guid;
use super::schema::Schema;
use std::collections::BTreeMap;

/// All that is registered.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// What was registered stands here once; files may give a schema several names.
    schemas: BTreeMap<u32, Entry>,
    /// The ids of a subject's versions: version 1 stands first.
    subjects: BTreeMap<String, Vec<u32>>,
}

/// A schema and the GUID that it has beside its id.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) schema: Schema,
    pub(crate) guid: Guid,
}

/// A schema as a version of a subject.
#[derive(Debug)]
pub(crate) struct Version<'s> {
    pub(crate) subject: &'s str,
    pub(crate) version: u32,
    pub(crate) id: u32,
    pub(crate) entry: &'s Entry,
}

/// Which of a subject's versions is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Number(u32),
    Latest,
}

impl Shelf {
    /// Makes a schema the subject's newest version, unless it is one of its versions already.
    pub(crate) fn register(&mut self, subject: &str, schema: Schema) -> Result<u32, UnknownReference> {
        for reference in &schema.references {
            if self.version(&reference.subject, Which::Number(reference.version)).is_none() {
                return Err(UnknownReference { reference: reference.clone() });
            }
        }
        let known = self.schemas.iter().find(|(_, entry)| entry.schema == schema).map(|(id, _)| *id);
        let id = known.unwrap_or_else(|| {
            let (id, guid) = (self.next_id(), Guid(schema.digest()));
            self.schemas.insert(id, Entry { schema, guid });
            id
        });
        self.add_version(subject, id);
        Ok(id)
    }

    /// Puts a schema where nothing is, as an import does.
    pub(crate) fn put(&mut self, id: u32, entry: Entry, subject: Option<&str>) {
        self.schemas.insert(id, entry);
        if let Some(subject) = subject {
            self.add_version(subject, id);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.schemas.is_empty()
    }

    pub(crate) fn next_id(&self) -> u32 {
        self.schemas.last_key_value().map_or(1, |(id, _)| id + 1)
    }

    pub(crate) fn by_id(&self, id: u32) -> Option<&Entry> {
        self.schemas.get(&id)
    }

    pub(crate) fn by_guid(&self, guid: Guid) -> Option<(u32, &Entry)> {
        self.schemas.iter().find(|(_, entry)| entry.guid == guid).map(|(id, entry)| (*id, entry))
    }

    pub(crate) fn subjects(&self) -> impl Iterator<Item = &str> {
        self.subjects.keys().map(String::as_str)
    }

    /// How many versions a subject has; none where there is no such subject.
    pub(crate) fn versions(&self, subject: &str) -> Option<u32> {
        self.subjects.get(subject).map(|ids| ids.len() as u32)
    }

    pub(crate) fn version(&self, subject: &str, which: Which) -> Option<Version<'_>> {
        let (subject, ids) = self.subjects.get_key_value(subject)?;
        let version = match which {
            Which::Number(version) => version,
            Which::Latest => ids.len() as u32,
        };
        let id = *ids.get(version.checked_sub(1)? as usize)?;
        Some(Version { subject, version, id, entry: self.schemas.get(&id)? })
    }

    /// Where a subject has this very schema.
    pub(crate) fn find(&self, subject: &str, schema: &Schema) -> Option<Version<'_>> {
        let versions = 1..=self.versions(subject)?;
        versions
            .filter_map(|version| self.version(subject, Which::Number(version)))
            .find(|version| version.entry.schema == *schema)
    }

    /// All places that a schema has in subjects.
    pub(crate) fn places(&self, id: u32) -> impl Iterator<Item = (&str, u32)> {
        self.subjects.iter().filter_map(move |(subject, ids)| {
            let index = ids.iter().position(|other| *other == id)?;
            Some((subject.as_str(), index as u32 + 1))
        })
    }

    fn add_version(&mut self, subject: &str, id: u32) {
        let ids = self.subjects.entry(subject.to_owned()).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
}
