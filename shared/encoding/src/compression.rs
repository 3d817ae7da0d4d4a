//! `s3.compression.type` and `s3.compression.level`.

/// `s3.compression.type` with its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// `none`
    None,
    /// `gzip`
    Gzip(GzipLevel),
    /// `zstd`
    Zstd(ZstdLevel),
}

impl Compression {
    /// gzip at a level from 0 (stored) to 9.
    ///
    /// # Errors
    ///
    /// When the level is out of range.
    pub fn gzip(level: u8) -> Result<Self, LevelError> {
        level.try_into().map(Self::Gzip)
    }

    /// zstd at a level from 1 to 22.
    ///
    /// # Errors
    ///
    /// When the level is out of range.
    pub fn zstd(level: u8) -> Result<Self, LevelError> {
        level.try_into().map(Self::Zstd)
    }

    /// The `Content-Encoding` of a body that was compressed like this: names registered with IANA.
    pub fn content_encoding(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip(_) => Some("gzip"),
            Self::Zstd(_) => Some("zstd"),
        }
    }
}

/// A level of gzip: 0 to 9, as zlib counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GzipLevel(u8);

impl GzipLevel {
    /// What zlib means by -1, and Connect's default with it.
    pub const DEFAULT: Self = Self(6);
    /// Parquet's columns: what the dictionaries leave is hardly smaller at 6 (0.3 to 0.7 % of the object, as
    /// `make bench` has them) and takes a quarter longer.
    pub const OF_COLUMNS: Self = Self(4);
    /// The smallest and slowest.
    pub const MAX: Self = Self(9);

    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for GzipLevel {
    type Error = LevelError;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        if level <= Self::MAX.0 { Ok(Self(level)) } else { Err(LevelError::Gzip) }
    }
}

/// A level of zstd: 1 to 22.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ZstdLevel(u8);

impl ZstdLevel {
    /// zstd's own default, `ZSTD_CLEVEL_DEFAULT`.
    pub const DEFAULT: Self = Self(3);
    /// The smallest and slowest, `ZSTD_maxCLevel()`.
    pub const MAX: Self = Self(22);

    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for ZstdLevel {
    type Error = LevelError;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        if (1..=Self::MAX.0).contains(&level) { Ok(Self(level)) } else { Err(LevelError::Zstd) }
    }
}

/// A level is out of range; the message says what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LevelError {
    /// Of gzip.
    #[error("a gzip level from 0 to 9")]
    Gzip,
    /// Of zstd.
    #[error("a zstd level from 1 to 22")]
    Zstd,
    /// Of brotli.
    #[error("a brotli level from 0 to 11")]
    Brotli,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_gzip_go_from_0_to_9() {
        assert_eq!(Compression::gzip(0).unwrap(), Compression::Gzip(GzipLevel(0)));
        assert_eq!(Compression::gzip(9).unwrap(), Compression::Gzip(GzipLevel::MAX));
        assert_eq!(Compression::gzip(10).unwrap_err().to_string(), "a gzip level from 0 to 9");
    }

    #[test]
    fn levels_of_zstd_go_from_1_to_22() {
        assert_eq!(Compression::zstd(1).unwrap(), Compression::Zstd(ZstdLevel(1)));
        assert_eq!(Compression::zstd(22).unwrap(), Compression::Zstd(ZstdLevel::MAX));
        // The library takes 0 for its default; here a level means itself.
        for level in [0, 23] {
            assert_eq!(Compression::zstd(level).unwrap_err().to_string(), "a zstd level from 1 to 22");
        }
        assert_eq!(zstd::compression_level_range().last(), Some(i32::from(ZstdLevel::MAX.get())));
    }
}
