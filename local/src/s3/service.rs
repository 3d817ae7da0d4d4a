//! S3's operations over the folder.

use super::attributes::Attributes;
use super::error::FolderError;
use super::folder::Folder;
use super::place::Object;
use super::server::Counters;
use super::{answer, checksums, upload};
use http_body_util::BodyExt as _;
use s3s::dto::*;
use s3s::{Body, S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// How much of a refused body is read away, so that the client gets to read the answer.
const MAX_DRAINED_BYTES: usize = 64 << 20;

/// S3 over a folder.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) folder: Arc<Folder>,
    pub(crate) counters: Arc<Counters>,
}

#[async_trait::async_trait]
impl S3 for Service {
    async fn put_object(
        &self,
        mut request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        match self.put(&mut request).await {
            Ok(output) => {
                self.counters.created.fetch_add(1, Relaxed);
                Ok(S3Response::new(output))
            }
            Err(error) => {
                let counter = match error.code() {
                    S3ErrorCode::PreconditionFailed => &self.counters.existed,
                    _ => &self.counters.refused,
                };
                counter.fetch_add(1, Relaxed);
                drain(request.input.body.take()).await;
                Err(error)
            }
        }
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let input = request.input;
        let object = self.object(&input.bucket, &input.key).await?;
        let range = input.range.map(|range| range.check(object.bytes)).transpose()?;
        let bytes = range.as_ref().map_or(object.bytes, |range| range.end - range.start);
        // The checksum is of the whole object; a client would compare it with the part.
        let head = answer::head(&object, input.checksum_mode.filter(|_| range.is_none()));
        let output = GetObjectOutput {
            accept_ranges: head.accept_ranges,
            cache_control: head.cache_control,
            checksum_crc32: head.checksum_crc32,
            checksum_crc32c: head.checksum_crc32c,
            checksum_crc64nvme: head.checksum_crc64nvme,
            checksum_sha1: head.checksum_sha1,
            checksum_sha256: head.checksum_sha256,
            checksum_type: head.checksum_type,
            content_disposition: head.content_disposition,
            content_encoding: head.content_encoding,
            content_language: head.content_language,
            content_length: Some(bytes as i64),
            content_range: range
                .as_ref()
                .map(|range| format!("bytes {}-{}/{}", range.start, range.end - 1, object.bytes)),
            content_type: head.content_type,
            e_tag: head.e_tag,
            last_modified: head.last_modified,
            metadata: head.metadata,
            server_side_encryption: head.server_side_encryption,
            ssekms_key_id: head.ssekms_key_id,
            storage_class: head.storage_class,
            tag_count: (!object.attributes.tags.is_empty()).then_some(object.attributes.tags.len() as i32),
            body: Some(answer::body(object, range.map_or(0, |range| range.start), bytes).await?),
            ..GetObjectOutput::default()
        };
        Ok(S3Response::new(output))
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let input = request.input;
        let object = self.object(&input.bucket, &input.key).await?;
        Ok(S3Response::new(answer::head(&object, input.checksum_mode)))
    }

    async fn get_object_tagging(
        &self,
        request: S3Request<GetObjectTaggingInput>,
    ) -> S3Result<S3Response<GetObjectTaggingOutput>> {
        let object = self.object(&request.input.bucket, &request.input.key).await?;
        let tags = object.attributes.tags.into_iter();
        let tag_set = tags.map(|(key, value)| Tag { key: Some(key), value: Some(value) }).collect();
        Ok(S3Response::new(GetObjectTaggingOutput { tag_set, version_id: None }))
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let DeleteObjectInput { bucket, key, .. } = request.input;
        self.blocking(move |folder| folder.delete(&bucket, &key)).await?;
        // S3 answers alike whether or not there was an object.
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn copy_object(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        let input = request.input;
        let CopySource::Bucket { bucket, key, .. } = input.copy_source else {
            return Err(s3_error!(NotImplemented, "there are no access points to copy from"));
        };
        if input.metadata_directive.is_some_and(|directive| directive.as_str() != MetadataDirective::COPY) {
            return Err(s3_error!(NotImplemented, "a copy has the metadata of its source"));
        }
        let (to_bucket, to_key) = (input.bucket, input.key);
        let copied = self.blocking(move |folder| folder.copy((&bucket, &key), (&to_bucket, &to_key))).await?;
        let copy = copied.ok_or_else(|| s3_error!(NoSuchKey, "the specified key does not exist"))?;
        let result = CopyObjectResult {
            e_tag: copy.attributes.etag.map(ETag::Strong),
            last_modified: Some(copy.modified.into()),
            ..CopyObjectResult::default()
        };
        let output = CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() };
        Ok(S3Response::new(output))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        let page = self.blocking(move |folder| answer::page(folder, input)).await?;
        Ok(S3Response::new(page))
    }

    async fn create_bucket(
        &self,
        request: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        let bucket = request.input.bucket;
        let location = format!("/{bucket}");
        if !self.blocking(move |folder| folder.create_bucket(&bucket)).await? {
            return Err(s3_error!(BucketAlreadyOwnedByYou));
        }
        Ok(S3Response::new(CreateBucketOutput { location: Some(location) }))
    }

    async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.blocking(move |folder| folder.bucket(&request.input.bucket)).await?;
        Ok(S3Response::new(HeadBucketOutput::default()))
    }

    async fn list_buckets(
        &self,
        _request: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        let buckets = self.blocking(Folder::buckets).await?.into_iter().map(|(name, made)| Bucket {
            name: Some(name),
            creation_date: Some(made.into()),
            bucket_region: None,
        });
        let buckets = Some(buckets.collect());
        Ok(S3Response::new(ListBucketsOutput { buckets, ..ListBucketsOutput::default() }))
    }
}

impl Service {
    async fn put(&self, request: &mut S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
        let input = &request.input;
        let create = match &input.if_none_match {
            Some(condition) if condition.is_any() => true,
            None if input.if_match.is_none() => false,
            _ => return Err(s3_error!(NotImplemented, "the only condition of a PUT is If-None-Match: *")),
        };
        let attributes = Attributes::requested(input)?;
        let (bucket, key) = (input.bucket.clone(), input.key.clone());
        let wanted = bucket.clone();
        self.blocking(move |folder| folder.bucket(&wanted)).await?;

        let upload = upload::receive(request, &self.folder.uploads()).await?;
        let sums = checksums::to_dto(&upload.checksums);
        let output = PutObjectOutput {
            checksum_type: checksums::kind(&upload.checksums),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            e_tag: Some(ETag::Strong(upload.etag.clone())),
            server_side_encryption: attributes.encryption.clone().map(Into::into),
            ssekms_key_id: attributes.encryption_key_id.clone(),
            ..PutObjectOutput::default()
        };
        let attributes =
            Attributes { etag: Some(upload.etag.clone()), checksums: upload.checksums.clone(), ..attributes };
        let put = if create { Folder::create } else { Folder::replace };
        self.blocking(move |folder| put(folder, &bucket, &key, upload, attributes)).await?;
        Ok(output)
    }

    async fn object(&self, bucket: &str, key: &str) -> S3Result<Object> {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        let object = self.blocking(move |folder| folder.open_object(&bucket, &key)).await?;
        object.ok_or_else(|| s3_error!(NoSuchKey, "the specified key does not exist"))
    }

    /// Runs what waits for the file system away from the threads that serve connections.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T, FolderError> + Send + 'static,
    ) -> S3Result<T> {
        let folder = Arc::clone(&self.folder);
        let done = tokio::task::spawn_blocking(move || work(&folder)).await;
        Ok(done.map_err(S3Error::internal_error)??)
    }
}

impl From<FolderError> for S3Error {
    fn from(error: FolderError) -> Self {
        let message = error.to_string();
        let code = match &error {
            FolderError::NoSuchBucket { .. } => S3ErrorCode::NoSuchBucket,
            FolderError::InvalidBucketName { .. } => S3ErrorCode::InvalidBucketName,
            FolderError::Exists { .. } => S3ErrorCode::PreconditionFailed,
            FolderError::NotAFile { .. } => S3ErrorCode::InvalidRequest,
            FolderError::Io { .. } | FolderError::InUse { .. } => S3ErrorCode::InternalError,
        };
        let mut answer = Self::with_message(code, message);
        answer.set_source(Box::new(error));
        answer
    }
}

/// Reads a refused body away: a server that hangs up on a client that still sends may cut its own answer off.
async fn drain(body: Option<StreamingBlob>) {
    let Some(body) = body else { return };
    let mut body = Body::from(body);
    let mut drained = 0;
    while drained < MAX_DRAINED_BYTES
        && let Some(Ok(frame)) = body.frame().await
    {
        drained += frame.data_ref().map_or(0, |bytes| bytes.len());
    }
}
