//! The table as a statement for Athena or Hive.

use crate::Table;
use crate::identifier::quoted;
use std::fmt::Write as _;

impl Table {
    /// The statement that makes the table, for Athena, Hive or Spark, without a semicolon.
    /// <https://docs.aws.amazon.com/athena/latest/ug/create-table.html>
    pub fn ddl(&self) -> String {
        let columns = self.columns.iter().map(|column| {
            let comment = match &column.comment {
                Some(comment) => format!(" COMMENT {}", literal(comment)),
                None => String::new(),
            };
            format!("{} {}{comment}", quoted(&column.name), column.hive_type.ddl())
        });
        let partitions =
            self.partitions.iter().map(|partition| format!("{} string", quoted(&partition.name)));
        let properties = self.properties();
        let properties =
            properties.iter().map(|(name, value)| format!("{} = {}", literal(name), literal(value)));

        let name = format!("{}.{}", quoted(&self.name.database), quoted(&self.name.table));
        let mut text = format!("CREATE EXTERNAL TABLE IF NOT EXISTS {name} {}", list(columns));
        let mut clause = |clause: String| write!(text, "\n{clause}").expect("a String takes all text");
        clause(format!("COMMENT {}", literal(&self.comment)));
        if !self.partitions.is_empty() {
            clause(format!("PARTITIONED BY {}", list(partitions)));
        }
        clause("STORED AS PARQUET".to_owned());
        clause(format!("LOCATION {}", literal(&self.location)));
        clause(format!("TBLPROPERTIES {}", list(properties)));
        text
    }
}

/// Items in brackets, one per line.
fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    format!("(\n  {}\n)", items.join(",\n  "))
}

/// A text in single quotes; Hive reads backslashes as C does.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
