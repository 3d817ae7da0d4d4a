//! The two files of one object.

use super::attributes::{Attributes, AttributesFile};
use super::error::{FolderError, io_error};
use super::upload::Upload;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tempfile::NamedTempFile;

/// An object that was opened.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) body: File,
    pub(crate) bytes: u64,
    pub(crate) modified: SystemTime,
    pub(crate) attributes: Attributes,
}

/// Where the two files of one object are.
pub(crate) struct Place {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) body: PathBuf,
    pub(crate) attributes: PathBuf,
}

impl Place {
    pub(crate) fn make_folders(&self) -> Result<(), FolderError> {
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

    /// Removes the folders that only this object was in, so that a shorter key can be put again.
    pub(crate) fn remove_empty_folders(&self) {
        let depth = self.key.matches('/').count();
        for file in [&self.body, &self.attributes] {
            for folder in file.ancestors().skip(1).take(depth) {
                // It isn't empty, most likely; then neither are those above.
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
    }

    pub(crate) fn write_attributes(
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
        let uploads = upload.file.path().parent().unwrap_or(Path::new("."));
        let mut temporary = NamedTempFile::new_in(uploads).map_err(failed)?;
        temporary.write_all(&json).map_err(failed)?;
        temporary.persist(&self.attributes).map(drop).map_err(|error| self.not_written(error.error))
    }

    pub(crate) fn read_attributes(&self, inode: u64) -> Result<Attributes, FolderError> {
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

    pub(crate) fn open(&self) -> Result<Option<Object>, FolderError> {
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

    pub(crate) fn exists(&self) -> FolderError {
        FolderError::Exists { bucket: self.bucket.clone(), key: self.key.clone() }
    }

    pub(crate) fn not_written(&self, source: io::Error) -> FolderError {
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
