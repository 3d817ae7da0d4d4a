//! What was given up comes in again: by the command, and by the function; each record once.

mod bad_input;
mod command;
mod function;
mod parquet;
mod scene;
