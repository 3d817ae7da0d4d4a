//! Buckets and objects as files.

use super::attributes::Attributes;
use super::error::{FolderError, io_error, unless_missing};
use super::key::relative_path;
use super::place::{Object, Place};
use super::upload::{self, Upload};
use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::SystemTime;

/// Where the store keeps what is not an object; no bucket's name starts with a dot.
const INTERNAL: &str = ".landfall";

/// How many keys can be written at once; keys share a lock by hash.
const LOCKS: usize = 64;

/// A folder of buckets. All calls block for as long as the file system takes.
///
/// Invariant: one process at a time serves a folder (a lock file sees to it), and whoever changes a
/// key holds its lock. An object's body appears under its name as the last step, in one system call.
/// The lock of the folders is taken before that of a key.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    keys: [RwLock<()>; LOCKS],
    /// Held shared by who makes folders, alone by who removes them.
    folders: RwLock<()>,
    /// Locked for as long as it is open; the kernel releases it even after a SIGKILL.
    _lock: File,
}

impl Folder {
    /// Opens a store; makes the folder where it is missing and removes what an earlier process left half done.
    pub(crate) fn open(root: &Path) -> Result<Self, FolderError> {
        let uploads = root.join(INTERNAL).join("uploads");
        make_folder(&uploads)?;
        let lock_path = root.join(INTERNAL).join("lock");
        let lock = File::create(&lock_path).map_err(|source| io_error("open", &lock_path, source))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FolderError::InUse { root: root.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(io_error("lock", &lock_path, source)),
        }
        fs::remove_dir_all(&uploads).map_err(|source| io_error("empty", &uploads, source))?;
        make_folder(&uploads)?;
        let keys = [const { RwLock::new(()) }; LOCKS];
        Ok(Self { root: root.to_owned(), keys, folders: RwLock::default(), _lock: lock })
    }

    /// Where bodies wait until they are whole: the same file system as the objects.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.root.join(INTERNAL).join("uploads")
    }

    /// Makes a bucket; says whether it is new.
    pub(crate) fn create_bucket(&self, bucket: &str) -> Result<bool, FolderError> {
        if !s3s::path::check_bucket_name(bucket) {
            return Err(FolderError::InvalidBucketName { bucket: bucket.to_owned() });
        }
        let path = self.root.join(bucket);
        match fs::create_dir(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(source) => Err(io_error("make", &path, source)),
        }
    }

    /// Removes a bucket and all that is in it.
    pub(crate) fn remove_bucket(&self, bucket: &str) -> Result<(), FolderError> {
        let Ok(objects) = self.bucket(bucket) else { return Ok(()) };
        // Bodies first: attributes without a body are nothing.
        for folder in [objects, self.root.join(INTERNAL).join("attributes").join(bucket)] {
            fs::remove_dir_all(&folder).or_else(unless_missing(&folder, "remove"))?;
        }
        Ok(())
    }

    /// The folder of a bucket that exists.
    pub(crate) fn bucket(&self, bucket: &str) -> Result<PathBuf, FolderError> {
        // The protocol crate checks names in requests; callers in this process come unchecked.
        let path = self.root.join(bucket);
        if s3s::path::check_bucket_name(bucket) && path.is_dir() {
            Ok(path)
        } else {
            Err(FolderError::NoSuchBucket { bucket: bucket.to_owned() })
        }
    }

    /// The buckets by name, each with the time it was made or last changed.
    pub(crate) fn buckets(&self) -> Result<Vec<(String, SystemTime)>, FolderError> {
        let entries = fs::read_dir(&self.root).map_err(|source| io_error("list", &self.root, source))?;
        let mut buckets: Vec<_> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let name = entry.file_name().into_string().ok()?;
                let folder = entry.metadata().ok().filter(fs::Metadata::is_dir)?;
                s3s::path::check_bucket_name(&name).then_some((name, folder.modified().ok()?))
            })
            .collect();
        buckets.sort();
        Ok(buckets)
    }

    /// Puts an object where there is none; of any number of simultaneous writers one succeeds.
    ///
    /// # Errors
    ///
    /// [`FolderError::Exists`] when the key has an object.
    pub(crate) fn create(
        &self,
        bucket: &str,
        key: &str,
        upload: Upload,
        attributes: Attributes,
    ) -> Result<(), FolderError> {
        let place = self.place(bucket, key)?;
        let _folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        let _key = self.lock(&place).write().unwrap_or_else(PoisonError::into_inner);
        if place.body.is_file() {
            return Err(place.exists());
        }
        place.make_folders()?;
        // Nobody can have read these attributes before the next step succeeds: there is no body.
        place.write_attributes(&upload, attributes, None)?;
        match upload.file.persist_noclobber(&place.body) {
            Ok(_) => Ok(()),
            Err(error) if place.body.is_file() => {
                tracing::error!(key, error = %error.error, "a file appeared that this process did not write");
                Err(place.exists())
            }
            Err(error) => Err(place.not_written(error.error)),
        }
    }

    /// Puts an object, whether or not there is one.
    pub(crate) fn replace(
        &self,
        bucket: &str,
        key: &str,
        upload: Upload,
        attributes: Attributes,
    ) -> Result<(), FolderError> {
        let place = self.place(bucket, key)?;
        let _folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        let _key = self.lock(&place).write().unwrap_or_else(PoisonError::into_inner);
        place.make_folders()?;
        let replaced = match fs::metadata(&place.body) {
            Ok(body) if body.is_file() => Some(Box::new(place.read_attributes(body.ino())?)),
            _ => None,
        };
        place.write_attributes(&upload, attributes, replaced)?;
        match upload.file.persist(&place.body) {
            Ok(_) => Ok(()),
            Err(error) => Err(place.not_written(error.error)),
        }
    }

    /// Puts a copy of an object, with its attributes, whether or not there is one at its new place; gives the copy.
    /// None where there is nothing to copy.
    pub(crate) fn copy(&self, from: (&str, &str), to: (&str, &str)) -> Result<Option<Object>, FolderError> {
        let Some(mut object) = self.open_object(from.0, from.1)? else { return Ok(None) };
        let folder = self.uploads();
        let file = upload::copy(&mut object.body, &folder)
            .map_err(|source| io_error("copy into", &folder, source))?;
        let Attributes { etag, checksums, .. } = object.attributes.clone();
        let upload = Upload { file, etag: etag.unwrap_or_default(), checksums };
        self.replace(to.0, to.1, upload, object.attributes)?;
        self.open_object(to.0, to.1)
    }

    /// Opens an object; none where the key has none.
    pub(crate) fn open_object(&self, bucket: &str, key: &str) -> Result<Option<Object>, FolderError> {
        let place = match self.place(bucket, key) {
            Ok(place) => place,
            // No such object can have been put.
            Err(FolderError::NotAFile { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let _key = self.lock(&place).read().unwrap_or_else(PoisonError::into_inner);
        place.open()
    }

    /// Removes an object; says whether there was one.
    pub(crate) fn delete(&self, bucket: &str, key: &str) -> Result<bool, FolderError> {
        let place = match self.place(bucket, key) {
            Ok(place) => place,
            Err(FolderError::NotAFile { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let _folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        let _key = self.lock(&place).write().unwrap_or_else(PoisonError::into_inner);
        if !place.body.is_file() {
            return Ok(false);
        }
        fs::remove_file(&place.body).map_err(|source| io_error("remove", &place.body, source))?;
        // Left behind by a crash, the attributes are overwritten by the key's next object.
        fs::remove_file(&place.attributes).or_else(unless_missing(&place.attributes, "remove"))?;
        place.remove_empty_folders();
        Ok(true)
    }

    fn place(&self, bucket: &str, key: &str) -> Result<Place, FolderError> {
        let folder = self.bucket(bucket)?;
        let relative =
            relative_path(key).map_err(|reason| FolderError::NotAFile { key: key.to_owned(), reason })?;
        Ok(Place {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            body: folder.join(&relative),
            attributes: self.root.join(INTERNAL).join("attributes").join(bucket).join(relative),
        })
    }

    fn lock(&self, place: &Place) -> &RwLock<()> {
        let mut hasher = DefaultHasher::new();
        place.body.hash(&mut hasher);
        &self.keys[hasher.finish() as usize % LOCKS]
    }
}

fn make_folder(path: &Path) -> Result<(), FolderError> {
    fs::create_dir_all(path).map_err(|source| io_error("make", path, source))
}
