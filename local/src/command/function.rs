//! Functions as arguments.

use super::terminal::note;
use anyhow::{Context as _, bail};
use clap::Args;
use local::lambda::{Function, Log};
use local::registry::EmbeddedRegistry;
use local::s3::EmbeddedS3;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the subcommands that run a function have in common.
#[derive(Args, Clone)]
pub(crate) struct FunctionArguments {
    /// A setting of the function, such as FLUSH_SIZE=1; `landfall settings` lists them
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub(crate) variables: Vec<(String, String)>,

    /// Write to this S3 instead of a folder, with the AWS_* variables of this shell
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,

    /// Start a schema registry with the schemas of this folder: 7.avsc, 8.proto and 9.json have the ids 7, 8, 9
    ///
    /// SCHEMA_REGISTRY_URL is set to it. With --env SCHEMA_REGISTRY_URL=glue it answers as Glue instead, and a
    /// file's name has the UUID of a schema version. A subject may stand before the id: orders-value.7.avsc.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) schemas: Option<PathBuf>,

    /// How long an invocation may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) timeout: Duration,
}

/// The bucket where none is set.
const BUCKET: &str = "landfall";

/// Credentials that the function needs to reach an S3 that isn't ours.
const PASSED_ON: [&str; 6] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_CA_BUNDLE",
    "AWS_ENDPOINT_URL_STS",
];

/// A function that can run, and the servers that it needs.
pub(crate) struct SetUp {
    pub(crate) function: Function,
    /// None where `--endpoint-url` names another.
    pub(crate) s3: Option<EmbeddedS3>,
    /// To be kept as long as the function may ask it.
    pub(crate) registry: Option<EmbeddedRegistry>,
}

/// The function with the given settings, the S3 it writes to, and the registry it asks.
pub(crate) async fn set_up(
    binary: &str,
    arguments: &FunctionArguments,
    folder: &Path,
) -> anyhow::Result<SetUp> {
    let mut function = Function {
        timeout: arguments.timeout,
        log: Log::new(|line| note(line)),
        ..Function::new(find(binary)?)
    };
    // Nobody turns log lines into metrics here.
    function.variables.insert("METRICS_ENABLED".to_owned(), "false".to_owned());
    function.variables.extend(arguments.variables.iter().cloned());
    let registry = match &arguments.schemas {
        Some(schemas) => Some(start_registry(schemas, &mut function).await?),
        None => None,
    };
    let s3 = match &arguments.endpoint_url {
        Some(url) => {
            for name in PASSED_ON {
                if let Ok(value) = std::env::var(name) {
                    function.variables.entry(name.to_owned()).or_insert(value);
                }
            }
            if let Some(region) = function.variables.get("AWS_REGION") {
                function.region.clone_from(region);
            }
            function.variables.insert("AWS_ENDPOINT_URL_S3".to_owned(), url.clone());
            None
        }
        None => {
            let s3 = EmbeddedS3::start(folder, 0).await?;
            let bucket = function.variables.entry("S3_BUCKET_NAME".to_owned());
            let bucket = bucket.or_insert_with(|| BUCKET.to_owned());
            s3.create_bucket(bucket)?;
            function.variables.insert("AWS_ENDPOINT_URL_S3".to_owned(), s3.endpoint());
            Some(s3)
        }
    };
    Ok(SetUp { function, s3, registry })
}

/// Serves a folder's schemas, and tells the function where.
async fn start_registry(schemas: &Path, function: &mut Function) -> anyhow::Result<EmbeddedRegistry> {
    let variable = match function.variables.get("SCHEMA_REGISTRY_URL").map(String::as_str) {
        None => "SCHEMA_REGISTRY_URL",
        Some("glue") => "AWS_ENDPOINT_URL_GLUE",
        Some(_) => {
            bail!("--schemas starts a registry of its own: SCHEMA_REGISTRY_URL is glue then, or unset")
        }
    };
    let registry = EmbeddedRegistry::start().await.context("the embedded schema registry cannot start")?;
    registry.load(schemas)?;
    function.variables.insert(variable.to_owned(), registry.url());
    Ok(registry)
}

/// Finds a function's binary: a path, or a name beside this command.
pub(crate) fn find(function: &str) -> anyhow::Result<PathBuf> {
    let path = Path::new(function);
    if path.components().count() > 1 {
        if !path.is_file() {
            bail!("there is no function at {function}");
        }
        return Ok(std::path::absolute(path)?);
    }
    let this = std::env::current_exe().context("this command does not know where it lies")?;
    let beside = this.with_file_name(function);
    if !beside.is_file() {
        bail!(
            "there is no function {function} beside this command ({}); `cargo build --release` builds all of them",
            beside.display()
        );
    }
    Ok(beside)
}

pub(crate) fn name_and_value(argument: &str) -> Result<(String, String), &'static str> {
    match argument.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE"),
    }
}

pub(crate) fn seconds(argument: &str) -> Result<Duration, &'static str> {
    let seconds = argument.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|seconds| !seconds.is_zero()).ok_or("expected a number of seconds above 0")
}

pub(crate) fn property(argument: &str) -> Result<(String, String), &'static str> {
    name_and_value(argument).map_err(|_| "expected property=value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_has_a_name_and_perhaps_an_empty_value() {
        let pair = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        assert_eq!(name_and_value("A=b=c"), pair("A", "b=c"));
        assert_eq!(name_and_value("TOPICS_DIR="), pair("TOPICS_DIR", ""));
        assert_eq!(name_and_value("=x"), Err("expected NAME=VALUE"));
        assert_eq!(name_and_value("A"), Err("expected NAME=VALUE"));
    }

    #[test]
    fn seconds_are_above_zero() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["0", "-1", "x", "NaN", "inf"] {
            assert_eq!(seconds(wrong), Err("expected a number of seconds above 0"), "{wrong}");
        }
    }

    #[test]
    fn a_missing_function_is_named_with_the_way_to_get_it() {
        let beside = find("no-such-sink").unwrap_err().to_string();
        assert!(beside.starts_with("there is no function no-such-sink beside this command ("), "{beside}");
        assert!(beside.ends_with("no-such-sink); `cargo build --release` builds all of them"), "{beside}");
        assert_eq!(find("./no/such").unwrap_err().to_string(), "there is no function at ./no/such");
    }
}
