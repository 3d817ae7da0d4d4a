//! Names of databases, tables and columns.

use std::borrow::Cow;

/// Longest name of a database, table or column, in bytes.
/// <https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html#aws-glue-api-catalog-tables-Column>
pub(crate) const MAX_NAME_BYTES: usize = 255;

/// Words that Athena's DDL takes for its own unless they stand in backticks, sorted.
/// <https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html>
const RESERVED: &[&str] = &[
    "all",
    "alter",
    "and",
    "array",
    "as",
    "authorization",
    "between",
    "bigint",
    "binary",
    "boolean",
    "both",
    "by",
    "case",
    "cashe",
    "cast",
    "char",
    "column",
    "commit",
    "conf",
    "constraint",
    "create",
    "cross",
    "cube",
    "current",
    "current_date",
    "current_timestamp",
    "cursor",
    "database",
    "date",
    "dayofweek",
    "decimal",
    "delete",
    "describe",
    "distinct",
    "div",
    "double",
    "drop",
    "else",
    "end",
    "exchange",
    "exists",
    "extended",
    "external",
    "extract",
    "false",
    "fetch",
    "float",
    "floor",
    "following",
    "for",
    "foreign",
    "from",
    "full",
    "function",
    "grant",
    "group",
    "grouping",
    "having",
    "if",
    "import",
    "in",
    "inner",
    "insert",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "join",
    "lateral",
    "left",
    "less",
    "like",
    "local",
    "macro",
    "map",
    "more",
    "none",
    "not",
    "null",
    "numeric",
    "of",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "over",
    "partialscan",
    "partition",
    "percent",
    "preceding",
    "precision",
    "preserve",
    "primary",
    "procedure",
    "range",
    "reads",
    "reduce",
    "references",
    "regexp",
    "revoke",
    "right",
    "rlike",
    "rollback",
    "rollup",
    "row",
    "rows",
    "select",
    "set",
    "smallint",
    "start",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "transform",
    "trigger",
    "true",
    "truncate",
    "unbounded",
    "union",
    "uniquejoin",
    "update",
    "user",
    "using",
    "utc_timestamp",
    "values",
    "varchar",
    "views",
    "when",
    "where",
    "window",
    "with",
];

/// The name that a topic's table has where nobody gives it one: in lower case, with `_` for all that is neither a
/// letter nor a digit.
pub fn table_name(topic: &str) -> String {
    let name: String = topic.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect();
    name.to_ascii_lowercase()
}

/// Whether Athena takes this name everywhere: lower-case letters, digits and underscores.
/// <https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html>
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME_BYTES
        && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
}

/// The name in backticks; it holds none.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// The name as it stands inside a type: in backticks only where it needs them.
pub(crate) fn quoted_if_needed(name: &str) -> Cow<'_, str> {
    let is_bare = is_plain(name)
        && name.starts_with(|it: char| it.is_ascii_lowercase())
        && RESERVED.binary_search(&name).is_err();
    if is_bare { Cow::Borrowed(name) } else { Cow::Owned(quoted(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_makes_the_name_of_a_table() {
        assert_eq!(table_name("s3.sink"), "s3_sink");
        assert_eq!(table_name("shop-mysql.cdc.Orders"), "shop_mysql_cdc_orders");
    }

    #[test]
    fn reserved_words_are_sorted_so_that_they_are_found() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn only_what_needs_backticks_has_them() {
        for (name, expected) in [
            ("id", "id"),
            ("a1_b", "a1_b"),
            ("_kafka", "`_kafka`"),
            ("1st", "`1st`"),
            ("timestamp", "`timestamp`"),
        ] {
            assert_eq!(quoted_if_needed(name), expected);
        }
    }
}
