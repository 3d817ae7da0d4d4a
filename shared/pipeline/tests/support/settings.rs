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
#[allow(dead_code, reason = "of the tests that share it, some read other settings")]
pub(crate) fn settings(vars: &[(&str, &str)]) -> Settings<JsonSettings> {
    Settings::from_vars(vars_of(vars)).unwrap_or_else(|error| panic!("{error}"))
}

/// Looks variables up, on top of the least that a function needs.
pub(crate) fn vars_of(vars: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
    let vars: BTreeMap<String, OsString> =
        MINIMAL.iter().chain(vars).map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
    move |name| vars.get(name).cloned()
}
