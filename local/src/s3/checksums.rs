//! The checksums that a writer sends with a body.

use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256};
use s3s::dto::{Checksum, ChecksumType, PutObjectInput};
use std::collections::BTreeMap;

/// The names of S3's additional checksums, as in `x-amz-checksum-<name>`.
const NAMES: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// Computes the checksums of a body that are to be compared.
pub(crate) struct Checksums {
    hasher: ChecksumHasher,
    /// Always: it is the ETag.
    md5: Md5,
}

/// What a body's checksums really are.
pub(crate) struct Digests {
    pub(crate) md5: [u8; 16],
    /// In base64, by name.
    pub(crate) additional: BTreeMap<String, String>,
}

/// Reads the checksums that a request's headers promise, by name.
pub(crate) fn promised(input: &PutObjectInput) -> BTreeMap<String, String> {
    by_name([
        input.checksum_crc32.clone(),
        input.checksum_crc32c.clone(),
        input.checksum_crc64nvme.clone(),
        input.checksum_sha1.clone(),
        input.checksum_sha256.clone(),
    ])
}

/// Reads the names of the checksums that will follow the body: the `x-amz-trailer` header.
pub(crate) fn announced(headers: &http::HeaderMap) -> Vec<&'static str> {
    let header = headers.get("x-amz-trailer").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let names = header.split(',').filter_map(|name| name.trim().strip_prefix("x-amz-checksum-"));
    names.filter_map(|name| NAMES.into_iter().find(|known| *known == name)).collect()
}

/// Reads the checksums that followed the body.
pub(crate) fn trailing(trailers: &http::HeaderMap) -> BTreeMap<String, String> {
    by_name(NAMES.map(|name| {
        let value = trailers.get(format!("x-amz-checksum-{name}"))?;
        Some(value.to_str().ok()?.to_owned())
    }))
}

/// Gives the checksums as the protocol crate has them in answers.
pub(crate) fn to_dto(checksums: &BTreeMap<String, String>) -> Checksum {
    let [crc32, crc32c, crc64nvme, sha1, sha256] = NAMES.map(|name| checksums.get(name).cloned());
    Checksum {
        checksum_crc32: crc32,
        checksum_crc32c: crc32c,
        checksum_crc64nvme: crc64nvme,
        checksum_sha1: sha1,
        checksum_sha256: sha256,
        checksum_type: None,
    }
}

/// Says what the checksums cover, where there are any.
pub(crate) fn kind(checksums: &BTreeMap<String, String>) -> Option<ChecksumType> {
    (!checksums.is_empty()).then(|| ChecksumType::from_static(ChecksumType::FULL_OBJECT))
}

/// In the order of `NAMES`.
fn by_name(values: [Option<String>; 5]) -> BTreeMap<String, String> {
    NAMES.into_iter().zip(values).filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

impl Checksums {
    /// Starts the named checksums.
    pub(crate) fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut hasher = ChecksumHasher::default();
        for name in names {
            match name {
                "crc32" => hasher.crc32 = Some(Crc32::new()),
                "crc32c" => hasher.crc32c = Some(Crc32c::new()),
                "crc64nvme" => hasher.crc64nvme = Some(Crc64Nvme::new()),
                "sha1" => hasher.sha1 = Some(Sha1::new()),
                "sha256" => hasher.sha256 = Some(Sha256::new()),
                // `promised` and `announced` give no other names.
                _ => {}
            }
        }
        Self { hasher, md5: Md5::new() }
    }

    /// Takes the next bytes of the body.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.md5.update(bytes);
    }

    /// Ends the body.
    pub(crate) fn finish(self) -> Digests {
        let sums = self.hasher.finalize();
        let additional = by_name([
            sums.checksum_crc32,
            sums.checksum_crc32c,
            sums.checksum_crc64nvme,
            sums.checksum_sha1,
            sums.checksum_sha256,
        ]);
        Digests { md5: self.md5.finalize(), additional }
    }
}
