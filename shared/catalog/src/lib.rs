//! A topic's table, as Glue, Hive and Athena are told of it.
//!
//! [`describe`] makes a [`Table`] of a topic's columns and of where its objects stand; the table writes itself as a
//! statement ([`Table::ddl`]) or as a template ([`Table::cloudformation`]). Partitions are projected: Athena works
//! their values and places out from the table's properties, so that neither a crawler nor `MSCK REPAIR TABLE` has to
//! tell it of new ones. Whatever Athena could not read is left out, and a [`Warning`] says so.
//! [`describe_for_duckdb`] is the same for DuckDB, which needs no catalogue: its views read the objects themselves.
//!
//! ```
//! use arrow_schema::{DataType, Field, Schema};
//! use catalog::{Scope, TableName, Topic, describe};
//! use naming::{Delimiter, Naming};
//! use partitioning::{Partitioner, Partitioning};
//!
//! let topic = Topic {
//!     name: "orders",
//!     columns: &Schema::new(vec![Field::new("id", DataType::Int64, false)]),
//!     partitioning: &Partitioning {
//!         partitioners: vec![Partitioner::Default],
//!         directory_delimiter: Delimiter::directory(),
//!         flush_size: None,
//!     },
//!     naming: &Naming {
//!         template: Default::default(),
//!         directory: "topics".to_owned(),
//!         offset_pad_width: 10,
//!         extension: ".snappy.parquet".to_owned(),
//!     },
//!     bucket: "lake",
//!     cluster: None,
//! };
//! let name = TableName { database: "raw".to_owned(), table: "orders".to_owned() };
//! let described = describe(&topic, name, Scope { since_year: 2025, partitions: 6 })?;
//! assert_eq!(described.table.location, "s3://lake/topics/orders/");
//! assert!(described.table.ddl().starts_with("CREATE EXTERNAL TABLE IF NOT EXISTS `raw`.`orders` ("));
//! # Ok::<(), catalog::CatalogError>(())
//! ```

mod cloudformation;
mod column;
mod ddl;
mod describe;
mod directories;
mod duckdb;
mod hive_type;
mod identifier;
mod projection;
mod table;
mod time;
mod view;
mod warning;

pub use column::Column;
pub use describe::{CatalogError, Described, Scope, Topic, describe};
pub use duckdb::{DuckDbName, DuckDbTable, describe_for_duckdb};
pub use hive_type::HiveType;
pub use identifier::table_name;
pub use projection::{DateUnit, Projection};
pub use table::{PartitionColumn, Table, TableName};
pub use view::{CURRENT_SUFFIX, ViewError};
pub use warning::Warning;

#[cfg(test)]
mod tests;
