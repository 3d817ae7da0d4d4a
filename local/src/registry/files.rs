//! Schemas that lie in a folder.

use super::error::FilesError;
use super::guid::Guid;
use super::schema::{Schema, SchemaType};
use super::shelf::{Entry, Shelf};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A schema's file, and what its name says.
struct File {
    path: PathBuf,
    schema_type: SchemaType,
    subject: Option<String>,
}

/// What a file's schema is called.
enum Id {
    Number(u32),
    Guid(Guid),
}

/// Reads the schemas of a folder; what is neither `.avsc` nor `.proto` nor `.json` is left alone.
pub(crate) fn read(folder: &Path) -> Result<Shelf, FilesError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| FilesError::Unreadable { path, source }
    };
    let mut paths = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        paths.insert(entry.map_err(unreadable(folder))?.path());
    }

    let mut numbers: BTreeMap<u32, File> = BTreeMap::new();
    let mut guids: BTreeMap<Guid, File> = BTreeMap::new();
    for path in paths {
        let Some((id, file)) = File::named(path)? else { continue };
        let other = match id {
            Id::Number(id) => numbers.insert(id, file),
            Id::Guid(guid) => guids.insert(guid, file),
        };
        if let Some(File { path, .. }) = other {
            return Err(FilesError::SameId { path });
        }
    }

    // Numbers first: they must not meet one that was made up for a GUID. A subject's versions are in the
    // order of their ids, as in a registry.
    let mut shelf = Shelf::default();
    let numbers = numbers.into_iter().map(|(id, file)| (Some(id), None, file));
    let guids = guids.into_iter().map(|(guid, file)| (None, Some(guid), file));
    for (id, guid, file) in numbers.chain(guids) {
        let text = fs::read_to_string(&file.path).map_err(unreadable(&file.path))?;
        let schema = Schema::new(file.schema_type, text);
        let guid = guid.unwrap_or_else(|| Guid(schema.digest()));
        let id = id.unwrap_or_else(|| shelf.next_id());
        shelf.put(id, Entry { schema, guid }, file.subject.as_deref());
    }
    if shelf.is_empty() {
        return Err(FilesError::Empty { path: folder.to_owned() });
    }
    Ok(shelf)
}

impl File {
    /// Reads a file's name: `7.avsc`, or `orders-value.7.avsc` where it has a subject.
    fn named(path: PathBuf) -> Result<Option<(Id, Self)>, FilesError> {
        let schema_type = match path.extension().and_then(|extension| extension.to_str()) {
            Some("avsc") => SchemaType::Avro,
            Some("proto") => SchemaType::Protobuf,
            Some("json") => SchemaType::Json,
            _ => return Ok(None),
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (subject, id) = match stem.rsplit_once('.') {
            Some((subject, id)) => (Some(subject.to_owned()), id),
            None => (None, stem.as_str()),
        };
        let number = id.parse().ok().filter(|number| (1..=i32::MAX.cast_unsigned()).contains(number));
        let id = number.map(Id::Number).or_else(|| Guid::parse(id).map(Id::Guid));
        match id {
            Some(id) => Ok(Some((id, Self { path, schema_type, subject }))),
            None => Err(FilesError::NoId { path }),
        }
    }
}
