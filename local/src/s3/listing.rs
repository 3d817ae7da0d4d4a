//! The keys of a bucket in S3's order: by their bytes.

use super::error::FolderError;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Which keys are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'q> {
    /// Only keys that start with this.
    pub(crate) prefix: &'q str,
    /// Keys that hold this after the prefix are given as one common prefix.
    pub(crate) delimiter: &'q str,
    /// Only keys, and common prefixes, behind this one.
    pub(crate) after: &'q str,
    /// How many keys and common prefixes at most.
    pub(crate) limit: usize,
}

/// One page of a listing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// Whether there is more behind the last entry.
    pub(crate) truncated: bool,
}

/// A key or a common prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Key(String),
    CommonPrefix(String),
}

impl Entry {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Key(name) | Self::CommonPrefix(name) => name,
        }
    }
}

/// Lists a bucket's folder.
pub(crate) fn list(bucket: &Path, query: Query<'_>) -> Result<Page, FolderError> {
    let mut page = Page::default();
    walk(bucket, "", query, &mut page)?;
    Ok(page)
}

/// Visits a folder in the order of its keys; stops when the page is full.
fn walk(folder: &Path, parent: &str, query: Query<'_>, page: &mut Page) -> Result<(), FolderError> {
    let failed = |source| FolderError::Io { verb: "list", path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(failed(source)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        // No key of ours is anything else than UTF-8.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_folder = entry.file_type().map_err(failed)?.is_dir();
        // A folder sorts as its keys do, which all go on with a slash: `a.b` stands before `a/b`.
        names.push(format!("{parent}{name}{}", if is_folder { "/" } else { "" }));
    }
    names.sort_unstable();

    for name in names {
        if page.truncated {
            break;
        }
        let wanted = if name.ends_with('/') {
            let inside_prefix = name.starts_with(query.prefix) || query.prefix.starts_with(&name);
            inside_prefix && (name.as_str() > query.after || query.after.starts_with(&name))
        } else {
            name.starts_with(query.prefix) && name.as_str() > query.after
        };
        if !wanted {
            continue;
        }
        match common_prefix(&name, query) {
            // A folder may be empty: S3 has no folders, and so lists none.
            Some(_) if name.ends_with('/') && !holds_a_key(&folder.join(&name[parent.len()..]))? => {}
            Some(prefix) => add_common_prefix(prefix, query, page),
            None if name.ends_with('/') => walk(&folder.join(&name[parent.len()..]), &name, query, page)?,
            None => add(Entry::Key(name), query, page),
        }
    }
    Ok(())
}

fn holds_a_key(folder: &Path) -> Result<bool, FolderError> {
    let any = Query { prefix: "", delimiter: "", after: "", limit: 1 };
    Ok(!list(folder, any)?.entries.is_empty())
}

/// The common prefix that a key, or all keys of a folder, go into.
fn common_prefix<'n>(name: &'n str, query: Query<'_>) -> Option<&'n str> {
    if query.delimiter.is_empty() {
        return None;
    }
    let rest = name.strip_prefix(query.prefix)?;
    let end = rest.find(query.delimiter)? + query.delimiter.len();
    Some(&name[..query.prefix.len() + end])
}

fn add_common_prefix(prefix: &str, query: Query<'_>, page: &mut Page) {
    let again = page.entries.last().is_some_and(|last| last.name() == prefix);
    if !again && prefix > query.after {
        add(Entry::CommonPrefix(prefix.to_owned()), query, page);
    }
}

fn add(entry: Entry, query: Query<'_>, page: &mut Page) {
    if page.entries.len() == query.limit {
        page.truncated = true;
    } else {
        page.entries.push(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket() -> tempfile::TempDir {
        let bucket = tempfile::tempdir().unwrap();
        for key in ["a/1", "a/2", "a/b/3", "a.txt", "a0", "b/c/4", "z"] {
            let path = bucket.path().join(key);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, key).unwrap();
        }
        fs::create_dir_all(bucket.path().join("empty/er")).unwrap();
        bucket
    }

    #[track_caller]
    fn check((prefix, delimiter, after): (&str, &str, &str), expected: &[&str]) {
        let bucket = bucket();
        for limit in 1..=expected.len().max(1) {
            let mut names: Vec<String> = Vec::new();
            loop {
                let after = names.last().map_or(after, String::as_str).to_owned();
                let page = list(bucket.path(), Query { prefix, delimiter, after: &after, limit }).unwrap();
                assert!(page.entries.len() <= limit);
                names.extend(page.entries.iter().map(|entry| entry.name().to_owned()));
                if !page.truncated {
                    break;
                }
            }
            assert_eq!(names, expected, "{limit} a page");
        }
    }

    #[test]
    fn keys_come_in_the_order_of_their_bytes() {
        check(("", "", ""), &["a.txt", "a/1", "a/2", "a/b/3", "a0", "b/c/4", "z"]);
    }

    #[test]
    fn a_prefix_need_not_end_at_a_slash() {
        check(("a", "", ""), &["a.txt", "a/1", "a/2", "a/b/3", "a0"]);
        check(("a/", "", ""), &["a/1", "a/2", "a/b/3"]);
        check(("b/c", "", ""), &["b/c/4"]);
        check(("x", "", ""), &[]);
    }

    #[test]
    fn a_delimiter_folds_what_is_behind_it() {
        check(("", "/", ""), &["a.txt", "a/", "a0", "b/", "z"]);
        check(("a/", "/", ""), &["a/1", "a/2", "a/b/"]);
        check(("a", "b", ""), &["a.txt", "a/1", "a/2", "a/b", "a0"]);
    }

    #[test]
    fn a_listing_starts_behind_any_key() {
        check(("", "", "a/2"), &["a/b/3", "a0", "b/c/4", "z"]);
        check(("", "", "a/b"), &["a/b/3", "a0", "b/c/4", "z"]);
        check(("", "/", "a/"), &["a0", "b/", "z"]);
        check(("", "", "zz"), &[]);
    }
}
