//! Settings of replayer.

use super::reader::Reader;
use super::{Function, S3Settings, SettingsError, s3, table};
use std::ffi::OsString;

/// What replayer is told.
#[derive(Debug, Clone)]
pub struct ReplaySettings {
    /// Where the objects are, and as whom to read and move them.
    pub s3: S3Settings,
    /// The endpoint of Lambda; none: AWS's in the region.
    pub lambda_endpoint: Option<String>,
    /// `replay.prefix`.
    pub prefix: String,
    /// `replay.done.prefix`.
    pub done_prefix: String,
    /// `replay.function.name`.
    pub function_name: String,
    /// `replay.dry.run`.
    pub is_dry_run: bool,
    /// `replay.concurrency`.
    pub concurrency: usize,
    /// `replay.event.source.arn`.
    pub cluster_arn: Option<String>,
    /// CloudWatch namespace of the metrics; none: they are off.
    pub metrics_namespace: Option<String>,
}

impl ReplaySettings {
    /// Reads the process's environment.
    ///
    /// # Errors
    ///
    /// With every variable that is not what it should be.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_vars(|name| std::env::var_os(name))
    }

    /// Reads settings from wherever `lookup` finds variables.
    ///
    /// # Errors
    ///
    /// With every variable that is not what it should be.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(Function::Replayer, &lookup);
        reader.refuse_unsupported();
        let settings = Self::read(&mut reader);
        reader.finish(settings)
    }

    /// Reads every setting before it gives up on any, so that all problems come to light together.
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let s3 = s3::read_of_bucket(reader, table::REPLAY_BUCKET_NAME);
        let lambda_endpoint = ["AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"]
            .iter()
            .find_map(|name| s3::read_url(reader, name));
        let prefix = reader.text(table::REPLAY_PREFIX);
        let done_prefix = reader.text(table::REPLAY_DONE_PREFIX);
        if let (Some(prefix), Some(done_prefix)) = (&prefix, &done_prefix)
            && done_prefix.starts_with(prefix.as_str())
        {
            // What is moved would come again, by the event of its own copy.
            let expected = format!("expected a prefix that is not below replay.prefix, which is {prefix:?}");
            reader.refuse(table::REPLAY_DONE_PREFIX, expected);
        }
        let function_name = reader.text(table::REPLAY_FUNCTION_NAME);
        let is_dry_run = reader.boolean(table::REPLAY_DRY_RUN);
        let concurrency = reader.number(table::REPLAY_CONCURRENCY, 1..=64);
        let cluster_arn = reader.read(table::REPLAY_EVENT_SOURCE_ARN, |text| {
            let is_cluster =
                text.starts_with("arn:") && text.contains(":kafka:") && text.contains(":cluster/");
            is_cluster.then(|| text.to_owned()).ok_or(
                "expected the ARN of an MSK cluster: arn:aws:kafka:<region>:<account>:cluster/<name>/<id>",
            )
        });
        let metrics_enabled = reader.boolean(table::METRICS_ENABLED);
        let metrics_namespace = reader.text(table::METRICS_NAMESPACE);
        Some(Self {
            s3: s3?,
            lambda_endpoint,
            prefix: prefix?,
            done_prefix: done_prefix?,
            function_name: function_name?,
            is_dry_run: is_dry_run?,
            concurrency: concurrency? as usize,
            cluster_arn,
            metrics_namespace: metrics_namespace.filter(|_| metrics_enabled == Some(true)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: [(&str, &str); 6] = [
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "ap-northeast-2"),
        ("REPLAY_BUCKET_NAME", "lake"),
        ("REPLAY_PREFIX", "quarantine/"),
        ("REPLAY_FUNCTION_NAME", "sink"),
    ];

    fn read(variables: &[(&str, &str)]) -> Result<ReplaySettings, SettingsError> {
        ReplaySettings::from_vars(|name| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_least_that_it_takes_is_a_bucket_a_prefix_and_a_function() {
        let settings = read(&RIGHT).expect("they are right");
        assert_eq!((settings.s3.bucket.as_str(), settings.prefix.as_str()), ("lake", "quarantine/"));
        assert_eq!((settings.done_prefix.as_str(), settings.concurrency), ("done/", 4));
        assert!(!settings.is_dry_run && settings.cluster_arn.is_none() && settings.lambda_endpoint.is_none());
        assert_eq!(settings.metrics_namespace.as_deref(), Some("landfall"));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let wrong = [
            ("REPLAY_PREFIX", "done/"),
            ("REPLAY_DRY_RUN", "perhaps"),
            ("REPLAY_CONCURRENCY", "65"),
            ("REPLAY_EVENT_SOURCE_ARN", "kafka"),
            ("TOPICS_DIR", "topics2"),
        ];
        let all: Vec<_> = wrong
            .into_iter()
            .chain(RIGHT.into_iter().filter(|(name, _)| !name.starts_with("REPLAY")))
            .collect();
        let told = read(&all).expect_err("they are wrong").to_string();
        let mut lines: Vec<&str> = told.lines().skip(1).collect();
        lines.sort_unstable();
        assert_eq!(
            lines,
            [
                r#"  REPLAY_BUCKET_NAME is not set: it is required"#,
                r#"  REPLAY_CONCURRENCY="65": expected a whole number from 1 to 64"#,
                r#"  REPLAY_DONE_PREFIX is not set: expected a prefix that is not below replay.prefix, which is "done/""#,
                r#"  REPLAY_DRY_RUN="perhaps": expected true or false"#,
                r#"  REPLAY_EVENT_SOURCE_ARN="kafka": expected the ARN of an MSK cluster: arn:aws:kafka:<region>:<account>:cluster/<name>/<id>"#,
                r#"  REPLAY_FUNCTION_NAME is not set: it is required"#,
                r#"  TOPICS_DIR="topics2": replayer does not have topics.dir: remove it"#,
            ]
        );
    }
}
