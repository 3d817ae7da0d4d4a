//! Settings, read as a function reads them.

use pipeline::settings::{JsonSettings, Settings};
use std::collections::BTreeMap;
use std::ffi::OsString;

/// What Lambda sets, and the one setting without a default.
const MINIMAL: [(&str, &str); 5] = [
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("AWS_SESSION_TOKEN", "token"),
    ("AWS_REGION", "ap-northeast-2"),
    ("S3_BUCKET_NAME", "lake"),
];

/// Reads variables on top of the least that a function needs.
#[track_caller]
pub(crate) fn settings(vars: &[(&str, &str)]) -> Settings<JsonSettings> {
    let vars: BTreeMap<&str, &str> = MINIMAL.iter().chain(vars).copied().collect();
    Settings::from_vars(|name| vars.get(name).map(OsString::from)).unwrap_or_else(|error| panic!("{error}"))
}
