//! Buckets and objects as files.

use super::attributes::{Attributes, AttributesFile};
use super::key::relative_path;
use super::upload::Upload;
use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, ErrorKind};
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
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    locks: [RwLock<()>; LOCKS],
    /// Locked for as long as it is open; the kernel releases it even after a SIGKILL.
    _lock: File,
}

/// Something cannot be kept in, or read from, the folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// Another process serves the folder.
    #[error("another process already serves {}", root.display())]
    InUse {
        /// The store's folder.
        root: PathBuf,
    },
    /// There is no such bucket.
    #[error("there is no bucket {bucket}")]
    NoSuchBucket {
        /// The bucket.
        bucket: String,
    },
    /// A bucket's name is not one that S3 would take.
    #[error("{bucket:?} cannot name a bucket")]
    InvalidBucketName {
        /// The name.
        bucket: String,
    },
    /// The key already has an object, and the writer asked that it had none.
    #[error("{bucket}/{key} exists")]
    Exists {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// S3 would take the key, but it cannot be a file's name here.
    #[error("this store keeps objects as files and cannot keep {key:?}: {reason}")]
    NotAFile {
        /// The key.
        key: String,
        /// Why not.
        reason: &'static str,
    },
    /// The file system failed.
    #[error("cannot {verb} {}", path.display())]
    Io {
        /// What was to be done.
        verb: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
}

/// An object that was opened.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) body: File,
    pub(crate) bytes: u64,
    pub(crate) modified: SystemTime,
    pub(crate) attributes: Attributes,
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
        Ok(Self { root: root.to_owned(), locks: [const { RwLock::new(()) }; LOCKS], _lock: lock })
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
        let _lock = self.lock(&place).write().unwrap_or_else(PoisonError::into_inner);
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
        let _lock = self.lock(&place).write().unwrap_or_else(PoisonError::into_inner);
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

    /// Opens an object; none where the key has none.
    pub(crate) fn open_object(&self, bucket: &str, key: &str) -> Result<Option<Object>, FolderError> {
        let place = match self.place(bucket, key) {
            Ok(place) => place,
            // No such object can have been put.
            Err(FolderError::NotAFile { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let _lock = self.lock(&place).read().unwrap_or_else(PoisonError::into_inner);
        place.open()
    }

    /// Removes an object; says whether there was one.
    pub(crate) fn delete(&self, bucket: &str, key: &str) -> Result<bool, FolderError> {
        let place = match self.place(bucket, key) {
            Ok(place) => place,
            Err(FolderError::NotAFile { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let _lock = self.lock(&place).write().unwrap_or_else(PoisonError::into_inner);
        if !place.body.is_file() {
            return Ok(false);
        }
        fs::remove_file(&place.body).map_err(|source| io_error("remove", &place.body, source))?;
        // Left behind by a crash, the attributes are overwritten by the key's next object.
        fs::remove_file(&place.attributes).or_else(unless_missing(&place.attributes, "remove"))?;
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
        &self.locks[hasher.finish() as usize % LOCKS]
    }
}

/// The two files of one object.
struct Place {
    bucket: String,
    key: String,
    body: PathBuf,
    attributes: PathBuf,
}

impl Place {
    fn make_folders(&self) -> Result<(), FolderError> {
        for file in [&self.body, &self.attributes] {
            let folder = file.parent().unwrap_or(file);
            fs::create_dir_all(folder).map_err(|source| match source.kind() {
                ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
                    self.not_a_file("a shorter key is an object")
                }
                _ => io_error("make", folder, source),
            })?;
        }
        Ok(())
    }

    fn write_attributes(
        &self,
        upload: &Upload,
        attributes: Attributes,
        replaced: Option<Box<Attributes>>,
    ) -> Result<(), FolderError> {
        let failed = |source| io_error("write", &self.attributes, source);
        let inode = upload.file.as_file().metadata().map_err(failed)?.ino();
        let file = AttributesFile { inode, attributes, replaced };
        let mut json = serde_json::to_vec_pretty(&file).map_err(|error| failed(error.into()))?;
        json.push(b'\n');
        let beside = self.attributes.parent().unwrap_or(&self.attributes);
        let mut temporary =
            tempfile::NamedTempFile::new_in(upload.file.path().parent().unwrap_or(beside)).map_err(failed)?;
        io::Write::write_all(&mut temporary, &json).map_err(failed)?;
        temporary.persist(&self.attributes).map(drop).map_err(|error| self.not_written(error.error))
    }

    fn read_attributes(&self, inode: u64) -> Result<Attributes, FolderError> {
        match fs::read(&self.attributes) {
            Ok(json) => {
                let file: AttributesFile = serde_json::from_slice(&json)
                    .map_err(|error| io_error("read", &self.attributes, error.into()))?;
                Ok(file.of(inode))
            }
            // A file that was put there by hand is an object without attributes.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Attributes::default()),
            Err(source) => Err(io_error("read", &self.attributes, source)),
        }
    }

    fn open(&self) -> Result<Option<Object>, FolderError> {
        let body = match File::open(&self.body) {
            Ok(body) => body,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(source) => return Err(io_error("open", &self.body, source)),
        };
        let failed = |source| io_error("read", &self.body, source);
        let metadata = body.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Ok(None);
        }
        Ok(Some(Object {
            bytes: metadata.len(),
            modified: metadata.modified().map_err(failed)?,
            attributes: self.read_attributes(metadata.ino())?,
            body,
        }))
    }

    fn exists(&self) -> FolderError {
        FolderError::Exists { bucket: self.bucket.clone(), key: self.key.clone() }
    }

    fn not_written(&self, source: io::Error) -> FolderError {
        if self.body.is_dir() {
            self.not_a_file("longer keys begin with it")
        } else {
            io_error("write", &self.body, source)
        }
    }

    fn not_a_file(&self, reason: &'static str) -> FolderError {
        FolderError::NotAFile { key: self.key.clone(), reason }
    }
}

fn make_folder(path: &Path) -> Result<(), FolderError> {
    fs::create_dir_all(path).map_err(|source| io_error("make", path, source))
}

fn io_error(verb: &'static str, path: &Path, source: io::Error) -> FolderError {
    FolderError::Io { verb, path: path.to_owned(), source }
}

fn unless_missing<'p>(
    path: &'p Path,
    verb: &'static str,
) -> impl FnOnce(io::Error) -> Result<(), FolderError> + 'p {
    move |error| match error.kind() {
        ErrorKind::NotFound => Ok(()),
        _ => Err(io_error(verb, path, error)),
    }
}
