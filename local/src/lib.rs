//! The workbench: what it takes to run the functions on one computer.
//!
//! [`s3`] is an S3 server over a folder.

pub mod s3;
