//! The columns of the records.

use crate::identifier::{MAX_NAME_BYTES, is_plain};
use crate::{HiveType, Warning};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use decoding::columns::meta;
use std::collections::BTreeMap;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name, in lower case: Athena reads Parquet's columns by name, whatever their case.
    pub name: String,
    /// The type.
    pub hive_type: HiveType,
    /// What the schema says of it.
    pub comment: Option<String>,
}

/// Longest comment of a column, in bytes.
/// <https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html#aws-glue-api-catalog-tables-Column>
const MAX_COMMENT_BYTES: usize = 255;

/// Longest type of a column, in bytes.
/// <https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html#aws-glue-api-catalog-tables-Column>
const MAX_TYPE_BYTES: usize = 131_072;

/// Most digits of a decimal.
/// <https://docs.aws.amazon.com/athena/latest/ug/data-types.html>
const MAX_DECIMAL_DIGITS: u8 = 38;

const TOO_LONG: &str = "expected a name of at most 255 bytes";

/// Makes columns of Arrow's, and warns of those that it leaves out.
pub(crate) fn columns(schema: &Schema, warnings: &mut Vec<Warning>) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut names = BTreeMap::new();
    for field in schema.fields() {
        let Some(name) = accept(field.name(), field.name(), &mut names, warnings, column_name) else {
            continue;
        };
        match hive_type(field, field.name(), warnings) {
            Ok(hive_type) => {
                if !is_plain(&name) {
                    warnings.push(Warning::OddName { column: name.clone() });
                }
                let comment = field.metadata().get(meta::DOC).and_then(|doc| comment(doc));
                columns.push(Column { name, hive_type, comment });
            }
            Err(reason) => warnings.push(Warning::Unreadable { column: field.name().clone(), reason }),
        }
    }
    columns
}

/// The name of a column or field in lower case; none, and a warning, where it can't have it.
fn accept<'f>(
    name: &'f str,
    path: &str,
    names: &mut BTreeMap<String, &'f str>,
    warnings: &mut Vec<Warning>,
    check: fn(&str) -> Result<(), &'static str>,
) -> Option<String> {
    let lower = name.to_lowercase();
    if let Err(reason) = check(&lower) {
        warnings.push(Warning::UnusableName { column: path.to_owned(), reason });
        return None;
    }
    if let Some(other) = names.get(&lower) {
        warnings.push(Warning::SameName { column: path.to_owned(), other: (*other).to_owned() });
        return None;
    }
    names.insert(lower.clone(), name);
    Some(lower)
}

/// Hive splits lists of columns at `,`, `:` and `;`, and has no way to write a backtick in backticks.
/// <https://cwiki.apache.org/confluence/display/Hive/LanguageManual+DDL>
fn column_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || name.contains(|it: char| matches!(it, ',' | ':' | ';' | '`') || it.is_control()) {
        return Err("expected a name without commas, colons, semicolons, backticks and control characters");
    }
    if name.len() > MAX_NAME_BYTES { Err(TOO_LONG) } else { Ok(()) }
}

/// <https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html>
fn field_name(name: &str) -> Result<(), &'static str> {
    let is_word = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.');
    if name.is_empty() || !name.chars().all(is_word) {
        return Err(
            "expected a name of letters, digits, underscores and periods, as it stands inside a type",
        );
    }
    if name.len() > MAX_NAME_BYTES { Err(TOO_LONG) } else { Ok(()) }
}

/// What Athena reads a Parquet column of this Arrow type as; the error says why it can't.
///
/// Athena's reader is Trino's, which goes by the pair of a table's type and Parquet's annotation. What isn't plain:
/// a timestamp of any unit and zone is a `timestamp`, shown to the millisecond; a time of day in micro- or
/// nanoseconds is read only as a `bigint`, one in milliseconds not at all; a UUID is 16 bytes, which
/// `CAST(id AS uuid)` shows as text; enums and JSON texts are `string`.
fn hive_type(field: &Field, path: &str, warnings: &mut Vec<Warning>) -> Result<HiveType, String> {
    let time_as_number = |unit| Warning::TimeAsNumber { column: path.to_owned(), unit };
    let hive_type = match field.data_type() {
        DataType::Boolean => HiveType::Primitive("boolean"),
        DataType::Int32 => HiveType::Primitive("int"),
        DataType::Int64 => HiveType::Primitive("bigint"),
        DataType::Float32 => HiveType::Primitive("float"),
        DataType::Float64 => HiveType::Primitive("double"),
        DataType::Utf8 => HiveType::Primitive("string"),
        DataType::Binary | DataType::FixedSizeBinary(_) => HiveType::Primitive("binary"),
        DataType::Date32 => HiveType::Primitive("date"),
        DataType::Timestamp(_, _) => HiveType::Primitive("timestamp"),
        DataType::Time64(unit) => {
            let is_nanoseconds = *unit == TimeUnit::Nanosecond;
            warnings.push(time_as_number(if is_nanoseconds { "nanoseconds" } else { "microseconds" }));
            HiveType::Primitive("bigint")
        }
        DataType::Time32(_) => {
            return Err(
                "Athena reads no time of day in milliseconds; debezium.temporal=timestamps keeps those of \
                        Debezium and Connect as numbers"
                    .to_owned(),
            );
        }
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            decimal(*precision, *scale)?
        }
        DataType::Null => return Err("it is never anything but null".to_owned()),
        DataType::List(element) => HiveType::Array(Box::new(hive_type(element, path, warnings)?)),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                HiveType::Map(Box::new(hive_type(&fields[1], path, warnings)?))
            }
            other => return Err(format!("it is a map of {other}")),
        },
        DataType::Struct(fields) => {
            let mut names = BTreeMap::new();
            let mut readable = Vec::new();
            for field in fields {
                let path = format!("{path}.{}", field.name());
                let Some(name) = accept(field.name(), &path, &mut names, warnings, field_name) else {
                    continue;
                };
                match hive_type(field, &path, warnings) {
                    Ok(hive_type) => readable.push((name, hive_type)),
                    Err(reason) => warnings.push(Warning::Unreadable { column: path, reason }),
                }
            }
            if readable.is_empty() {
                return Err("Athena can read none of its fields".to_owned());
            }
            HiveType::Struct(readable)
        }
        other => return Err(format!("Athena has no type for {other}")),
    };
    if hive_type.to_string().len() > MAX_TYPE_BYTES {
        return Err(format!("its type takes more than {MAX_TYPE_BYTES} bytes to write"));
    }
    Ok(hive_type)
}

fn decimal(precision: u8, scale: i8) -> Result<HiveType, String> {
    if precision > MAX_DECIMAL_DIGITS {
        return Err(format!(
            "it is a decimal of {precision} digits, and Athena's have at most {MAX_DECIMAL_DIGITS}"
        ));
    }
    match u8::try_from(scale) {
        Ok(scale) if scale <= precision => Ok(HiveType::Decimal { precision, scale }),
        _ => Err(format!("it is a decimal of {precision} digits, {scale} of them behind the point")),
    }
}

/// On one line and no longer than the catalogue takes; none where nothing is said.
fn comment(doc: &str) -> Option<String> {
    let is_space = |it: char| it.is_whitespace() || it.is_control();
    let words: Vec<&str> = doc.split(is_space).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    if line.len() <= MAX_COMMENT_BYTES {
        return Some(line).filter(|line| !line.is_empty());
    }
    Some(format!("{}...", &line[..line.floor_char_boundary(MAX_COMMENT_BYTES - "...".len())]))
}
