//! The bucket that is replayed from, and the function that writes beside it.

use crate::command::function::{FunctionArguments, SetUp, set_up};
use anyhow::bail;
use local::lambda::Function;
use local::registry::EmbeddedRegistry;
use local::s3::{ACCESS_KEY_ID, EmbeddedS3, SECRET_ACCESS_KEY};
use pipeline::settings::{JsonSettings, S3Settings, Settings};
use std::ffi::OsString;
use std::path::Path;

/// Where the objects are, and how to get there.
pub(crate) struct Access {
    /// As a function would be told.
    pub(crate) settings: S3Settings,
    /// Lambda's endpoint; none: AWS's.
    pub(crate) lambda_endpoint: Option<String>,
    /// To be kept as long as it is asked.
    embedded: Option<EmbeddedS3>,
}

/// A function that can run, and what it needs meanwhile.
pub(crate) struct Runnable {
    pub(crate) function: Function,
    _registry: Option<EmbeddedRegistry>,
}

/// What an access takes of this shell.
const SHELL: [&str; 13] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_STS",
    "S3_ROLE_ARN",
    "S3_ROLE_EXTERNAL_ID",
    "S3_ROLE_SESSION_NAME",
];

impl Access {
    /// A bucket in a folder, at an endpoint, or at AWS.
    pub(crate) async fn open(
        bucket: &str,
        folder: Option<&Path>,
        arguments: &FunctionArguments,
    ) -> anyhow::Result<Self> {
        let embedded = match folder {
            Some(folder) if folder.join(bucket).is_dir() => Some(EmbeddedS3::start(folder, 0).await?),
            Some(folder) => bail!("there is no bucket {bucket} in {}", folder.display()),
            None => None,
        };
        let endpoint = embedded.as_ref().map(EmbeddedS3::endpoint).or_else(|| arguments.endpoint_url.clone());
        let lookup = |name: &str| -> Option<OsString> {
            match (name, &embedded) {
                ("S3_BUCKET_NAME", _) => Some(bucket.into()),
                ("AWS_ENDPOINT_URL_S3", _) if endpoint.is_some() => endpoint.clone().map(OsString::from),
                ("AWS_ACCESS_KEY_ID", Some(_)) => Some(ACCESS_KEY_ID.into()),
                ("AWS_SECRET_ACCESS_KEY", Some(_)) => Some(SECRET_ACCESS_KEY.into()),
                ("AWS_REGION", Some(_)) => Some("us-east-1".into()),
                (_, Some(_)) => None,
                (_, None) if SHELL.contains(&name) => std::env::var_os(name),
                (_, None) => None,
            }
        };
        // What a sink would be told of its bucket; of the rest the defaults are taken, and not used.
        let settings = Settings::<JsonSettings>::from_vars(lookup)?.s3;
        let lambda_endpoint = ["AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|url| !url.is_empty()));
        Ok(Self { settings, lambda_endpoint, embedded })
    }

    /// A function that runs here and writes to the same bucket, unless it is told another.
    pub(crate) async fn function(
        &self,
        binary: &str,
        arguments: &FunctionArguments,
    ) -> anyhow::Result<Runnable> {
        let url = self.settings.endpoint.clone();
        let url = url.unwrap_or_else(|| format!("https://s3.{}.amazonaws.com", self.settings.region));
        let arguments = FunctionArguments { endpoint_url: Some(url), ..arguments.clone() };
        // The folder is for an S3 of its own, which it does not start beside an endpoint.
        let SetUp { mut function, registry, .. } = set_up(binary, &arguments, Path::new("")).await?;
        let variables = &mut function.variables;
        let bucket = self.settings.bucket.clone();
        variables.entry("S3_BUCKET_NAME".to_owned()).or_insert(bucket);
        if self.embedded.is_some() {
            variables.insert("AWS_ACCESS_KEY_ID".to_owned(), ACCESS_KEY_ID.to_owned());
            variables.insert("AWS_SECRET_ACCESS_KEY".to_owned(), SECRET_ACCESS_KEY.to_owned());
            variables.remove("AWS_SESSION_TOKEN");
        }
        Ok(Runnable { function, _registry: registry })
    }
}
