//! Settings that say where objects go, and as whom.

use super::reader::Reader;
use super::table::{self, Setting};
use aws_credential_types::Credentials;
use aws_sdk_s3::types::ObjectCannedAcl;
use base64_simd::STANDARD as BASE64;
use md5::{Digest as _, Md5};
use std::path::PathBuf;
use std::time::Duration;

/// Where objects go, and as whom.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// `s3.bucket.name`.
    pub bucket: String,
    /// `s3.region`.
    pub region: String,
    /// `store.url`, or the SDK's variables for it; none: AWS.
    pub endpoint: Option<String>,
    /// The endpoint of STS; none: AWS's in the region.
    pub sts_endpoint: Option<String>,
    /// Files of certificates to trust instead of the machine's: `AWS_CA_BUNDLE` and `SSL_CERT_FILE`.
    pub ca_bundles: Vec<PathBuf>,
    /// `s3.path.style.access.enabled`.
    pub path_style: bool,
    /// `s3.wan.mode`.
    pub accelerate: bool,
    /// The function's own credentials.
    pub credentials: Credentials,
    /// The role that writes the objects; none: the function's own.
    pub role: Option<Role>,
    /// `s3.part.retries`.
    pub retries: usize,
    /// `s3.retry.backoff.ms`.
    pub backoff: Duration,
    /// How long a request may take before it is made again; no property sets it.
    pub attempt_timeout: Duration,
    /// `s3.put.concurrency`.
    pub concurrency: usize,
    /// `s3.acl.canned`.
    pub acl: Option<ObjectCannedAcl>,
    /// `s3.ssea.name` and its keys.
    pub encryption: Encryption,
    /// Tags of every object, where `s3.object.tagging` is on; three of our own come on top.
    pub tags: Option<Vec<(String, String)>>,
}

/// A role that is assumed to write the objects.
#[derive(Clone)]
pub struct Role {
    /// `s3.role.arn`.
    pub arn: String,
    /// `s3.role.external.id`.
    pub external_id: Option<String>,
    /// `s3.role.session.name`.
    pub session_name: String,
}

impl std::fmt::Debug for Role {
    /// Writes all but the external id, which is a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { arn, session_name, external_id: _ } = self;
        f.debug_struct("Role").field("arn", arn).field("session_name", session_name).finish_non_exhaustive()
    }
}

/// Server-side encryption of the objects.
#[derive(Clone, PartialEq, Eq)]
pub enum Encryption {
    /// The bucket's own.
    Bucket,
    /// SSE-S3: `AES256`.
    S3,
    /// SSE-KMS: `aws:kms`, with the key where one is named.
    Kms {
        /// `s3.sse.kms.key.id`.
        key_id: Option<String>,
    },
    /// SSE-C: a key of the caller's own.
    Customer {
        /// In base64.
        key: String,
        /// The key's MD5 in base64.
        key_md5: String,
    },
}

impl std::fmt::Debug for Encryption {
    /// Writes the kind; a customer's key is a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bucket => "Bucket",
            Self::S3 => "S3",
            Self::Kms { .. } => "Kms",
            Self::Customer { .. } => "Customer",
        })
    }
}

/// Six megabytes at 200 kB/s.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// Most tags of an object.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>
const MAX_TAGS: usize = 10;

/// Tags that `s3.object.tagging` brings itself.
pub(crate) const OWN_TAGS: [&str; 3] = ["startOffset", "endOffset", "recordCount"];

pub(super) fn read(reader: &mut Reader<'_>) -> Option<S3Settings> {
    read_of_bucket(reader, table::S3_BUCKET_NAME)
}

/// Reads them for the bucket that a setting names.
pub(super) fn read_of_bucket(reader: &mut Reader<'_>, bucket: &Setting) -> Option<S3Settings> {
    let bucket = reader.read(bucket, |text| {
        let is_name = (3..=63).contains(&text.len())
            && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b".-".contains(&it));
        is_name.then(|| text.to_owned()).ok_or("expected the name of a bucket: 3 to 63 of a-z, 0-9, - and .")
    });
    let region = read_region(reader);
    let endpoint = read_endpoint(reader);
    let sts_endpoint =
        ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"].iter().find_map(|name| read_url(reader, name));
    let path_style = reader.boolean(table::S3_PATH_STYLE);
    let accelerate = reader.boolean(table::S3_WAN_MODE);
    if accelerate == Some(true) {
        if path_style == Some(true) {
            reader.refuse(table::S3_WAN_MODE, "expected s3.path.style.access.enabled=false beside it");
        }
        if endpoint.is_some() {
            reader.refuse(table::S3_WAN_MODE, "expected false beside an endpoint of one's own");
        }
    }
    let key_id = reader.text(table::AWS_ACCESS_KEY_ID);
    let secret = reader.text(table::AWS_SECRET_ACCESS_KEY);
    let session_token = reader.text(table::AWS_SESSION_TOKEN);
    let role = read_role(reader);
    let retries = reader.number(table::S3_PART_RETRIES, 0..=100);
    let backoff_ms = reader.number(table::S3_RETRY_BACKOFF_MS, 1..=900_000);
    let concurrency = reader.number(table::S3_PUT_CONCURRENCY, 1..=1024);
    let acl = reader.read(table::S3_ACL_CANNED, |text| {
        let acl = ObjectCannedAcl::from(text);
        let is_known = ObjectCannedAcl::values().contains(&acl.as_str());
        is_known
            .then_some(acl)
            .ok_or_else(|| format!("expected one of {}", ObjectCannedAcl::values().join(", ")))
    });
    let encryption = read_encryption(reader);
    let tags = read_tags(reader);

    Some(S3Settings {
        bucket: bucket?,
        region: region?,
        endpoint,
        sts_endpoint,
        ca_bundles: read_ca_bundles(reader),
        path_style: path_style?,
        accelerate: accelerate?,
        credentials: Credentials::new(key_id?, secret?, session_token, None, "environment"),
        role: role?,
        retries: retries? as usize,
        backoff: Duration::from_millis(backoff_ms?),
        attempt_timeout: ATTEMPT_TIMEOUT,
        concurrency: concurrency? as usize,
        acl,
        encryption: encryption?,
        tags: tags?,
    })
}

fn read_region(reader: &mut Reader<'_>) -> Option<String> {
    let parse = |text: &str| {
        let is_region = text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        is_region.then(|| text.to_owned()).ok_or("expected a region, such as ap-northeast-2")
    };
    if reader.is_set(table::S3_REGION) {
        return reader.read(table::S3_REGION, parse);
    }
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| reader.ambient(name));
    if region.is_none() {
        reader.refuse(table::S3_REGION, "expected a region, or one in AWS_REGION");
    }
    region
}

/// `store.url`, else what the AWS SDKs look at.
fn read_endpoint(reader: &mut Reader<'_>) -> Option<String> {
    if reader.is_set(table::STORE_URL) {
        return reader.read(table::STORE_URL, |text| {
            // Connect's own rule.
            let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
            check_url(&url).map(|()| url)
        });
    }
    ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].iter().find_map(|name| read_url(reader, name))
}

pub(super) fn read_url(reader: &mut Reader<'_>, variable: &str) -> Option<String> {
    let url = reader.ambient(variable)?;
    if let Err(expected) = check_url(&url) {
        reader.refuse_ambient(variable, expected);
    }
    Some(url)
}

/// Both variables where they name two files: AWS tools look at one, other TLS clients at the other.
fn read_ca_bundles(reader: &Reader<'_>) -> Vec<PathBuf> {
    let mut bundles: Vec<PathBuf> = ["AWS_CA_BUNDLE", "SSL_CERT_FILE"]
        .iter()
        .filter_map(|name| reader.ambient(name))
        .map(PathBuf::from)
        .collect();
    bundles.dedup();
    bundles
}

pub(super) fn check_url(url: &str) -> Result<(), &'static str> {
    let expected = "expected a URL with http:// or https:// and a host";
    let uri = url.parse::<http::Uri>().map_err(|_| expected)?;
    match uri.scheme_str() {
        Some("http" | "https") if uri.host().is_some_and(|host| !host.is_empty()) => Ok(()),
        _ => Err(expected),
    }
}

/// None: a problem; `Some(None)`: no role.
#[allow(clippy::option_option, reason = "a problem and a role that is not wanted are two things")]
fn read_role(reader: &mut Reader<'_>) -> Option<Option<Role>> {
    let is_set = reader.is_set(table::S3_ROLE_ARN);
    let arn = reader.read(table::S3_ROLE_ARN, |text| {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let is_role = matches!(parts.as_slice(), ["arn", partition, "iam", "", account, role]
            if partition.starts_with("aws")
                && account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit())
                && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()));
        is_role
            .then(|| text.to_owned())
            .ok_or("expected the ARN of a role: arn:aws:iam::<account>:role/<name>")
    });
    let external_id = reader.text(table::S3_ROLE_EXTERNAL_ID);
    let session_name = reader.read(table::S3_ROLE_SESSION_NAME, |text| {
        // What STS takes: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
        let is_name = (2..=64).contains(&text.len())
            && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"_+=,.@-".contains(&it));
        is_name.then(|| text.to_owned()).ok_or("expected 2 to 64 letters, digits and _+=,.@-")
    });
    if !is_set {
        for setting in [table::S3_ROLE_EXTERNAL_ID, table::S3_ROLE_SESSION_NAME] {
            if reader.is_set(setting) {
                reader.refuse(setting, "expected s3.role.arn beside it");
            }
        }
        return Some(None);
    }
    Some(Some(Role { arn: arn?, external_id, session_name: session_name? }))
}

fn read_encryption(reader: &mut Reader<'_>) -> Option<Encryption> {
    let name = reader.read(table::S3_SSEA_NAME, |text| match text {
        "AES256" | "aws:kms" => Ok(text.to_owned()),
        _ => Err("expected AES256 or aws:kms"),
    });
    let key_id = reader.text(table::S3_SSE_KMS_KEY_ID);
    let customer_key = reader.read(table::S3_SSE_CUSTOMER_KEY, |text| {
        let key = BASE64.decode_to_vec(text).ok().filter(|key| key.len() == 32);
        key.ok_or("expected a key of 256 bits in base64")
    });
    if key_id.is_some() && name.as_deref() != Some("aws:kms") {
        reader.refuse(table::S3_SSE_KMS_KEY_ID, "expected s3.ssea.name=aws:kms beside it");
    }
    if customer_key.is_some() && name.as_deref() == Some("aws:kms") {
        reader.refuse(table::S3_SSE_CUSTOMER_KEY, "expected s3.ssea.name=AES256 beside it, not aws:kms");
    }
    Some(match (name.as_deref(), customer_key) {
        (_, Some(key)) => Encryption::Customer {
            key_md5: BASE64.encode_to_string(Md5::digest(&key)),
            key: BASE64.encode_to_string(&key),
        },
        (Some("aws:kms"), None) => Encryption::Kms { key_id },
        (Some(_), None) => Encryption::S3,
        (None, None) => Encryption::Bucket,
    })
}

/// None: a problem; `Some(None)`: no tags.
#[allow(clippy::option_option, reason = "a problem and tags that are not wanted are two things")]
fn read_tags(reader: &mut Reader<'_>) -> Option<Option<Vec<(String, String)>>> {
    let tagging = reader.boolean(table::S3_OBJECT_TAGGING);
    let tags = reader.read(table::S3_OBJECT_TAGS, parse_tags);
    let are_set = reader.is_set(table::S3_OBJECT_TAGS);
    if are_set && tagging == Some(false) {
        reader.refuse(table::S3_OBJECT_TAGS, "expected s3.object.tagging=true beside it");
    }
    match tagging? {
        false => Some(None),
        true if are_set => Some(Some(tags?)),
        true => Some(Some(Vec::new())),
    }
}

fn parse_tags(text: &str) -> Result<Vec<(String, String)>, String> {
    let is_tag_text = |text: &str| text.chars().all(|c| c.is_alphanumeric() || " +-=._:/@".contains(c));
    let mut tags: Vec<(String, String)> = Vec::new();
    for pair in text.split(',') {
        let (name, value) =
            pair.trim().split_once(':').ok_or("expected name:value pairs, separated by commas")?;
        let fits = (1..=128).contains(&name.chars().count()) && value.chars().count() <= 256;
        if !fits || !is_tag_text(name) || !is_tag_text(value) {
            return Err(
                "expected names of 1 to 128 and values of up to 256 letters, digits, spaces and +-=._:/@"
                    .into(),
            );
        }
        if OWN_TAGS.contains(&name) || tags.iter().any(|(other, _)| other == name) {
            return Err(format!(
                "expected each tag once, not {name} twice; {} come by themselves",
                OWN_TAGS.join(", ")
            ));
        }
        tags.push((name.to_owned(), value.to_owned()));
    }
    if tags.len() > MAX_TAGS - OWN_TAGS.len() {
        return Err(format!("expected at most {} pairs", MAX_TAGS - OWN_TAGS.len()));
    }
    Ok(tags)
}
