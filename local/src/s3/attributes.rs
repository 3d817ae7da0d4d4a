//! What S3 keeps of an object beside its bytes.

use s3s::dto::PutObjectInput;
use s3s::{S3Result, s3_error};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most user metadata that S3 takes, names and values together, in bytes.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>
const MAX_METADATA_BYTES: usize = 2048;

/// Most tags that S3 takes for an object.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>
const MAX_TAGS: usize = 10;

/// What S3 keeps of an object beside its bytes; a JSON file in the store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Attributes {
    /// MD5 in hexadecimal digits; none where the file was put there by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_disposition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cache_control: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) storage_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption_key_id: Option<String>,
    /// `x-amz-meta-*`, by name without that prefix.
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) tags: Vec<(String, String)>,
    /// The checksums the writer sent, in base64, by name: `crc32`, `sha256`, …
    pub(crate) checksums: BTreeMap<String, String>,
}

impl Attributes {
    /// Reads what a request wants kept, within S3's limits.
    pub(crate) fn requested(input: &PutObjectInput) -> S3Result<Self> {
        let metadata: Vec<_> = input.metadata.iter().flatten().collect();
        let metadata_bytes: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
        if metadata_bytes > MAX_METADATA_BYTES {
            return Err(s3_error!(
                MetadataTooLarge,
                "{metadata_bytes} bytes of user metadata, S3 takes 2048"
            ));
        }
        let tags = parse_tags(input.tagging.as_deref().unwrap_or_default());
        if tags.len() > MAX_TAGS {
            return Err(s3_error!(InvalidTag, "{} tags, S3 takes 10", tags.len()));
        }
        let encoding = input.content_encoding.iter().flat_map(|encoding| encoding.split(','));
        // How the body was sent is no property of the object.
        let encoding: Vec<_> = encoding.map(str::trim).filter(|name| *name != "aws-chunked").collect();
        Ok(Self {
            content_type: input.content_type.clone(),
            content_encoding: (!encoding.is_empty()).then(|| encoding.join(",")),
            content_disposition: input.content_disposition.clone(),
            content_language: input.content_language.clone(),
            cache_control: input.cache_control.clone(),
            storage_class: input.storage_class.as_ref().map(|class| class.as_str().to_owned()),
            encryption: input
                .server_side_encryption
                .as_ref()
                .map(|encryption| encryption.as_str().to_owned()),
            encryption_key_id: input.ssekms_key_id.clone(),
            metadata: metadata.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            tags,
            ..Self::default()
        })
    }
}

/// The attributes file of one key.
///
/// It is written before the body appears under its key. While a body is being replaced it holds the
/// attributes of both; the body's inode tells which are the right ones, so that a reader never sees
/// the bytes of one object with the attributes of another, even after a crash between the two steps.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct AttributesFile {
    pub(crate) inode: u64,
    pub(crate) attributes: Attributes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replaced: Option<Box<Attributes>>,
}

impl AttributesFile {
    /// The attributes of the body with this inode.
    pub(crate) fn of(self, inode: u64) -> Attributes {
        match self.replaced {
            Some(replaced) if self.inode != inode => *replaced,
            // Without a replacement under way the inode doesn't matter: a copied tree stays readable.
            _ => self.attributes,
        }
    }
}

/// Reads the `x-amz-tagging` header: `key=value` pairs joined by `&`, percent-encoded.
pub(crate) fn parse_tags(header: &str) -> Vec<(String, String)> {
    let pairs = header.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// Decodes percent-encoding, with `+` for a space, as forms have it.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escaped = tail.first_chunk::<2>().and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        match (first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_decoded() {
        let tags = parse_tags("team=data+lake&owner=a%26b&flag=&%C3%BC=100%");
        let expected = [("team", "data lake"), ("owner", "a&b"), ("flag", ""), ("ü", "100%")];
        assert_eq!(tags, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(parse_tags(""), []);
    }

    #[test]
    fn a_body_that_is_being_replaced_keeps_its_own_attributes() {
        let named = |name: &str| Attributes { etag: Some(name.to_owned()), ..Attributes::default() };
        let replacing =
            AttributesFile { inode: 7, attributes: named("new"), replaced: Some(Box::new(named("old"))) };
        assert_eq!(replacing.clone().of(7), named("new"));
        assert_eq!(replacing.of(5), named("old"));
        let copied = AttributesFile { inode: 7, attributes: named("new"), replaced: None };
        assert_eq!(copied.of(99), named("new"));
    }
}
