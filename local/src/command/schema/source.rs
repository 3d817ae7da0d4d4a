//! Where the schema and the settings come from.

use anyhow::Context as _;
use clap::Args;
use schema::Reference;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// A schema in a file.
#[derive(Args)]
pub(super) struct FileArguments {
    /// The schema in a file: .avsc, .proto or .json; the ending says what it is where VALUE_CONVERTER doesn't
    #[arg(long, value_name = "FILE", group = "schema")]
    pub(super) file: Option<PathBuf>,

    /// What the schema in the file refers to, by the name that it has there (a full name in Avro, an import in
    /// Protobuf, a URI in JSON Schema); what is referred to comes before what refers to it
    #[arg(long = "reference", value_name = "NAME=FILE", requires = "file", value_parser = super::name_and_value)]
    references: Vec<(String, String)>,
}

impl FileArguments {
    /// What the schema refers to.
    pub(super) fn references(&self) -> anyhow::Result<Vec<Reference>> {
        self.references
            .iter()
            .map(|(name, file)| Ok(Reference { name: name.clone(), text: read(Path::new(file))? }))
            .collect()
    }
}

/// Reads a file of text.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The variables that the settings are read from.
pub(super) struct Variables<'a> {
    /// Those of `--env`.
    pub(super) given: &'a [(String, String)],
    /// The schema's file.
    pub(super) file: Option<&'a Path>,
}

impl Variables<'_> {
    /// A variable: of the arguments (the last of a name counts), else of this shell.
    ///
    /// A file is read without a registry, a region and keys, so that these have values where nothing sets them.
    pub(super) fn get(&self, name: &str) -> Option<OsString> {
        self.set(name).or_else(|| self.instead(name).map(OsString::from))
    }

    /// The same where it is set, and nothing in its place.
    pub(super) fn set(&self, name: &str) -> Option<OsString> {
        let given = self.given.iter().rev().find(|(it, _)| it == name);
        given.map(|(_, value)| OsString::from(value)).or_else(|| std::env::var_os(name))
    }

    fn instead(&self, name: &str) -> Option<&'static str> {
        let converter = match self.file?.extension().and_then(|it| it.to_str()) {
            Some("proto") => "protobuf",
            Some("json") => "json_schema",
            _ => "avro",
        };
        match name {
            "VALUE_CONVERTER" => Some(converter),
            // Only beside the converter above: others want none.
            "SCHEMA_REGISTRY_URL" if self.set("VALUE_CONVERTER").is_none() => Some("glue"),
            "AWS_REGION" => Some("us-east-1"),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("unused"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &[(&str, &str)], file: Option<&str>, name: &str, expected: Option<&str>) {
        let given: Vec<_> =
            given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let variables = Variables { given: &given, file: file.map(Path::new) };
        assert_eq!(variables.get(name), expected.map(OsString::from));
    }

    #[test]
    fn the_last_of_a_name_counts() {
        check(&[("S3_BUCKET_NAME", "a"), ("S3_BUCKET_NAME", "b")], None, "S3_BUCKET_NAME", Some("b"));
    }

    #[test]
    fn a_file_needs_no_registry_and_says_what_it_is() {
        check(&[], Some("a.avsc"), "VALUE_CONVERTER", Some("avro"));
        check(&[], Some("a.proto"), "VALUE_CONVERTER", Some("protobuf"));
        check(&[], Some("a.json"), "VALUE_CONVERTER", Some("json_schema"));
        check(&[], Some("a.json"), "SCHEMA_REGISTRY_URL", Some("glue"));
        check(&[("VALUE_CONVERTER", "json")], Some("a.json"), "VALUE_CONVERTER", Some("json"));
        check(&[("VALUE_CONVERTER", "json")], Some("a.json"), "SCHEMA_REGISTRY_URL", None);
        check(&[], None, "VALUE_CONVERTER", None);
    }
}
