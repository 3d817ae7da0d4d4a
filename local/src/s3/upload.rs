//! A body on its way into the store.

use super::checksums::{self, Checksums};
use http_body_util::BodyExt as _;
use s3s::dto::PutObjectInput;
use s3s::{Body, S3Error, S3Request, S3Result, s3_error};
use std::collections::BTreeMap;
use std::fs::{File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tempfile::NamedTempFile;

/// Smaller bodies are held in memory until they are whole.
const SPILL_BYTES: usize = 1 << 20;

/// A body that was read to its end and whose checksums are right.
#[derive(Debug)]
pub(crate) struct Upload {
    /// Lies in the store's own folder; gone when dropped.
    pub(crate) file: NamedTempFile,
    /// MD5 in hexadecimal digits.
    pub(crate) etag: String,
    /// The checksums the writer sent, in base64, by name.
    pub(crate) checksums: BTreeMap<String, String>,
}

/// Reads a request's body into a file in `folder` and verifies every checksum that came with it.
///
/// # Errors
///
/// When the body breaks off, when a checksum is wrong, or when the file cannot be written.
pub(crate) async fn receive(request: &mut S3Request<PutObjectInput>, folder: &Path) -> S3Result<Upload> {
    let mut promised = checksums::promised(&request.input);
    let announced = checksums::announced(&request.headers);
    let mut sums = Checksums::new(promised.keys().map(String::as_str).chain(announced.iter().copied()));

    let mut file = temporary_file(folder).map_err(S3Error::internal_error)?;
    let mut pending = Vec::new();
    let mut body = Body::from(request.input.body.take().unwrap_or_else(|| Body::empty().into()));
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame.map_err(broken_body)?.into_data() else { continue };
        sums.update(&bytes);
        pending.extend_from_slice(&bytes);
        if pending.len() >= SPILL_BYTES {
            (file, pending) = write(file, pending).await?;
        }
    }
    let (file, _) = write(file, pending).await?;

    if !announced.is_empty() {
        let trailers =
            request.trailing_headers.as_ref().and_then(|trailers| trailers.read(checksums::trailing));
        promised.extend(trailers.unwrap_or_default());
        if let Some(missing) = announced.iter().find(|name| !promised.contains_key(**name)) {
            return Err(s3_error!(
                InvalidRequest,
                "the trailer x-amz-checksum-{missing} was announced but did not come"
            ));
        }
    }
    let digests = sums.finish();
    for (name, expected) in &promised {
        if digests.additional.get(name) != Some(expected) {
            return Err(s3_error!(BadDigest, "the body does not match its x-amz-checksum-{name}"));
        }
    }
    let md5 = base64_simd::STANDARD.encode_to_string(digests.md5);
    if request.input.content_md5.as_ref().is_some_and(|expected| *expected != md5) {
        return Err(s3_error!(BadDigest, "the body does not match its Content-MD5"));
    }
    let etag = digests.md5.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Upload { file, etag, checksums: promised })
}

/// Writes a body that is there into a file in `folder`. It blocks for as long as the file system takes.
pub(crate) fn copy(body: &mut File, folder: &Path) -> io::Result<NamedTempFile> {
    let mut file = temporary_file(folder)?;
    io::copy(body, &mut file)?;
    Ok(file)
}

fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        // What an ordinary file has before the umask: the objects are there to be looked at.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
}

/// Writes what is pending, away from the threads that serve connections.
async fn write(mut file: NamedTempFile, mut pending: Vec<u8>) -> S3Result<(NamedTempFile, Vec<u8>)> {
    let written = tokio::task::spawn_blocking(move || {
        file.write_all(&pending)?;
        pending.clear();
        io::Result::Ok((file, pending))
    });
    written.await.map_err(S3Error::internal_error)?.map_err(S3Error::internal_error)
}

/// Says why a body could not be read to its end.
fn broken_body(error: s3s::StdError) -> S3Error {
    // The protocol crate verifies x-amz-content-sha256 while the body is read, with an error type of its own
    // that it does not export.
    if error.to_string().contains("Sha256Mismatch") {
        return s3_error!(BadDigest, "the body does not match its x-amz-content-sha256");
    }
    let mut broken = s3_error!(IncompleteBody, "the body ended before its Content-Length");
    broken.set_source(error);
    broken
}
