//! The fields that name a path.

use record::FieldPath;
use std::str::FromStr;

/// `partition.field.name`: the fields that name a path, in order.
///
/// Invariant: at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(Vec<FieldPath>);

/// A list of fields is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected one or more fields separated by commas, each of names separated by dots, none of them empty"
)]
pub struct FieldsError;

impl Fields {
    /// The fields in order.
    pub fn as_slice(&self) -> &[FieldPath] {
        &self.0
    }
}

impl FromStr for Fields {
    type Err = FieldsError;

    /// Reads a comma list; white space around a field is not part of it, as in all lists of Connect.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(',')
            .map(|field| field.trim().parse().map_err(|_| FieldsError))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, FieldsError};

    #[track_caller]
    fn check(text: &str, expected: Result<&[&str], FieldsError>) {
        let fields: Result<Fields, _> = text.parse();
        let names = fields.map(|fields| fields.0.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(names, expected.map(|names| names.iter().map(ToString::to_string).collect()));
    }

    #[test]
    fn fields_are_separated_by_commas() {
        check("country", Ok(&["country"]));
        check("user.address.city, country", Ok(&["user.address.city", "country"]));
        check("", Err(FieldsError));
        check("   ", Err(FieldsError));
        check("a,,b", Err(FieldsError));
        check("a,", Err(FieldsError));
        check("a..b", Err(FieldsError));
    }
}
