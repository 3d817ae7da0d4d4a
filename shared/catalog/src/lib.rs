//! A topic's table, as Glue, Hive and Athena are told of it.
