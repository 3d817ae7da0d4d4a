//! Parquet: rows of columns as one file.
