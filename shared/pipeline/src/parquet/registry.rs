//! Who tells the schemas of a function's values.

use super::decoders::Known;
use super::values::{Values, WriterRef};
use crate::aws::{http_client, read_bundle, timeouts};
use crate::chain::chain;
use crate::format::Patience;
use crate::settings::{
    ConfluentSettings, Converter, ParquetSettings, RegistryAuth, RegistrySettings, Requests, S3Settings,
    Settings,
};
use crate::sink::InvocationError;
use aws_sdk_s3::config::{BehaviorVersion, Region, SharedHttpClient, StalledStreamProtectionConfig};
use aws_smithy_types::retry::RetryConfig;
use backon::Sleeper;
use schema::{AnyRegistry, Auth, Confluent, ConfluentOptions, Glue, SchemaId, Schemas};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;
