//! The types that Hive's DDL and the Glue catalogue have names for.

use crate::identifier::quoted_if_needed;
use std::fmt;

/// A column's type in Hive's words, which the Glue catalogue and Athena's DDL use.
/// <https://docs.aws.amazon.com/athena/latest/ug/data-types.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HiveType {
    /// A type that has no parameters, such as `bigint`.
    Primitive(&'static str),
    /// `decimal(precision,scale)`
    Decimal {
        /// Digits in all, at most 38.
        precision: u8,
        /// Digits behind the point.
        scale: u8,
    },
    /// `array<…>`
    Array(Box<Self>),
    /// `map<string,…>`
    Map(Box<Self>),
    /// `struct<name:…>`, with at least one field.
    Struct(Vec<(String, Self)>),
}

impl HiveType {
    /// The type as DDL has it: fields are in backticks where their names need them.
    pub fn ddl(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, &|name| quoted_if_needed(name).into_owned()).expect("a String takes all text");
        text
    }

    fn write(&self, to: &mut impl fmt::Write, name: &dyn Fn(&str) -> String) -> fmt::Result {
        match self {
            Self::Primitive(primitive) => to.write_str(primitive),
            Self::Decimal { precision, scale } => write!(to, "decimal({precision},{scale})"),
            Self::Array(element) => {
                to.write_str("array<")?;
                element.write(to, name)?;
                to.write_str(">")
            }
            Self::Map(value) => {
                to.write_str("map<string,")?;
                value.write(to, name)?;
                to.write_str(">")
            }
            Self::Struct(fields) => {
                for (index, (field, its_type)) in fields.iter().enumerate() {
                    write!(to, "{}{}:", if index == 0 { "struct<" } else { "," }, name(field))?;
                    its_type.write(to, name)?;
                }
                to.write_str(">")
            }
        }
    }
}

/// The type as the Glue catalogue has it, without backticks.
impl fmt::Display for HiveType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &str::to_owned)
    }
}
