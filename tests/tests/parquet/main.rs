//! Values with a schema land in Parquet objects that other readers read right.
//!
//! Schemas are registered in real registries, values are framed by the registries' own serializers, and objects are
//! read back by pyarrow and by DuckDB, which must agree.

mod bad_records;
mod duckdb;
mod evolution;
mod formats;
mod from_kafka;
mod glue;
mod lake;
mod layouts;
mod registries;
mod types;
