//! What S3 answers about objects.

use super::checksums;
use super::error::FolderError;
use super::folder::Folder;
use super::listing::{self, Entry, Query};
use super::place::Object;
use bytes::BytesMut;
use futures_util::stream;
use s3s::dto::*;
use s3s::{S3Error, S3Result};
use std::io::{self, SeekFrom};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

/// Most keys in one page of a listing.
const MAX_KEYS: usize = 1000;

/// How much of an object is read at once.
const READ_BYTES: usize = 256 << 10;

/// What HEAD says of an object; GET says the same and adds the body.
pub(crate) fn head(object: &Object, checksum_mode: Option<ChecksumMode>) -> HeadObjectOutput {
    let attributes = object.attributes.clone();
    let head = HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        cache_control: attributes.cache_control,
        content_disposition: attributes.content_disposition,
        content_encoding: attributes.content_encoding,
        content_language: attributes.content_language,
        content_length: Some(object.bytes as i64),
        content_type: Some(attributes.content_type.unwrap_or_else(|| "binary/octet-stream".to_owned())),
        e_tag: attributes.etag.map(ETag::Strong),
        last_modified: Some(object.modified.into()),
        metadata: Some(attributes.metadata.into_iter().collect()),
        server_side_encryption: attributes.encryption.map(Into::into),
        ssekms_key_id: attributes.encryption_key_id,
        storage_class: attributes.storage_class.map(Into::into),
        ..HeadObjectOutput::default()
    };
    if checksum_mode.is_none() {
        return head;
    }
    let sums = checksums::to_dto(&attributes.checksums);
    HeadObjectOutput {
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        checksum_type: checksums::kind(&attributes.checksums),
        ..head
    }
}

/// The bytes of an object from `start` on.
pub(crate) async fn body(object: Object, start: u64, bytes: u64) -> S3Result<StreamingBlob> {
    let mut file = File::from_std(object.body);
    file.seek(SeekFrom::Start(start)).await.map_err(S3Error::internal_error)?;
    let chunks = stream::try_unfold(file.take(bytes), |mut file| async {
        let mut chunk = BytesMut::with_capacity(READ_BYTES.min(file.limit() as usize));
        let read = file.read_buf(&mut chunk).await?;
        io::Result::Ok((read > 0).then(|| (chunk.freeze(), file)))
    });
    Ok(StreamingBlob::wrap::<_, io::Error>(chunks))
}

/// One page of a bucket's keys.
pub(crate) fn page(folder: &Folder, input: ListObjectsV2Input) -> Result<ListObjectsV2Output, FolderError> {
    let root = folder.bucket(&input.bucket)?;
    let after = input.continuation_token.as_deref().or(input.start_after.as_deref()).unwrap_or_default();
    let limit = input.max_keys.map_or(MAX_KEYS, |limit| usize::try_from(limit).unwrap_or(0).min(MAX_KEYS));
    let page = match limit {
        0 => listing::Page::default(),
        _ => listing::list(
            &root,
            Query {
                prefix: input.prefix.as_deref().unwrap_or_default(),
                delimiter: input.delimiter.as_deref().unwrap_or_default(),
                after,
                limit,
            },
        )?,
    };
    // Asked to, S3 encodes names for readers of XML, which knows no control characters.
    let encoded = input.encoding_type.is_some();
    let name = |name: &str| if encoded { percent_encode(name) } else { name.to_owned() };

    let next = page.entries.last().filter(|_| page.truncated).map(|last| last.name().to_owned());
    let key_count = page.entries.len() as i32;
    let (mut contents, mut common_prefixes) = (Vec::new(), Vec::new());
    for entry in page.entries {
        match entry {
            Entry::CommonPrefix(prefix) => common_prefixes.push(CommonPrefix { prefix: Some(name(&prefix)) }),
            // An object may have been deleted since its name was read.
            Entry::Key(key) => {
                if let Some(object) = folder.open_object(&input.bucket, &key)? {
                    contents.push(s3s::dto::Object {
                        key: Some(name(&key)),
                        e_tag: object.attributes.etag.map(ETag::Strong),
                        last_modified: Some(object.modified.into()),
                        size: Some(object.bytes as i64),
                        storage_class: object.attributes.storage_class.map(Into::into),
                        ..s3s::dto::Object::default()
                    });
                }
            }
        }
    }
    Ok(ListObjectsV2Output {
        prefix: Some(name(input.prefix.as_deref().unwrap_or_default())),
        delimiter: input.delimiter.as_deref().map(name),
        start_after: input.start_after.as_deref().map(name),
        name: Some(input.bucket),
        max_keys: Some(limit as i32),
        key_count: Some(key_count),
        is_truncated: Some(next.is_some()),
        continuation_token: input.continuation_token,
        next_continuation_token: next,
        contents: Some(contents),
        common_prefixes: Some(common_prefixes),
        encoding_type: input.encoding_type,
        ..ListObjectsV2Output::default()
    })
}

/// Encodes all but unreserved characters and slashes.
fn percent_encode(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                encoded.push(byte.into());
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
