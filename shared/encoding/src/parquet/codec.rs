//! `parquet.codec`.

use crate::{GzipLevel, LevelError, ZstdLevel};
use ::parquet::basic;
use std::str::FromStr;

/// `parquet.codec` with its level: how pages are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParquetCodec {
    /// `none`
    None,
    /// `snappy`
    Snappy,
    /// `gzip`
    Gzip(GzipLevel),
    /// `zstd`
    Zstd(ZstdLevel),
    /// `lz4_raw`
    Lz4Raw,
    /// `brotli`
    Brotli(BrotliLevel),
}

/// A codec is not what it should be; the message says what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Not a name of a codec.
    #[error("none, snappy, gzip, zstd, lz4_raw or brotli")]
    Unknown,
    /// Connect's `lzo`.
    #[error("zstd or lz4_raw in place of lzo, which today's readers don't have")]
    Lzo,
    /// Connect's `lz4`.
    #[error("lz4_raw in place of lz4, which is Hadoop's own framing of it and deprecated by the format")]
    Lz4,
    /// A level for a codec that has none.
    #[error("no level, for {0} has none")]
    NoLevels(&'static str),
    /// A level out of range.
    #[error(transparent)]
    Level(#[from] LevelError),
}

impl ParquetCodec {
    /// This codec at a level.
    ///
    /// # Errors
    ///
    /// When the codec has no levels, or the level is out of its range.
    pub fn with_level(self, level: u8) -> Result<Self, CodecError> {
        match self {
            Self::Gzip(_) => Ok(Self::Gzip(level.try_into()?)),
            Self::Zstd(_) => Ok(Self::Zstd(level.try_into()?)),
            Self::Brotli(_) => Ok(Self::Brotli(level.try_into()?)),
            Self::None | Self::Snappy | Self::Lz4Raw => Err(CodecError::NoLevels(self.name())),
        }
    }

    /// How an object ends, as Connect has it: the codec before the format.
    pub fn extension(self) -> &'static str {
        match self {
            Self::None => ".parquet",
            Self::Snappy => ".snappy.parquet",
            Self::Gzip(_) => ".gz.parquet",
            Self::Zstd(_) => ".zstd.parquet",
            Self::Lz4Raw => ".lz4raw.parquet",
            Self::Brotli(_) => ".br.parquet",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Snappy => "snappy",
            Self::Gzip(_) => "gzip",
            Self::Zstd(_) => "zstd",
            Self::Lz4Raw => "lz4_raw",
            Self::Brotli(_) => "brotli",
        }
    }

    /// The codec as the writer has it.
    pub(super) fn compression(self) -> basic::Compression {
        const RANGES: &str = "the writer has every level that its codec has";
        match self {
            Self::None => basic::Compression::UNCOMPRESSED,
            Self::Snappy => basic::Compression::SNAPPY,
            Self::Gzip(level) => {
                basic::Compression::GZIP(basic::GzipLevel::try_new(level.get().into()).expect(RANGES))
            }
            Self::Zstd(level) => {
                basic::Compression::ZSTD(basic::ZstdLevel::try_new(level.get().into()).expect(RANGES))
            }
            Self::Lz4Raw => basic::Compression::LZ4_RAW,
            Self::Brotli(level) => {
                basic::Compression::BROTLI(basic::BrotliLevel::try_new(level.get().into()).expect(RANGES))
            }
        }
    }
}

impl Default for ParquetCodec {
    /// Connect's default.
    fn default() -> Self {
        Self::Snappy
    }
}

impl FromStr for ParquetCodec {
    type Err = CodecError;

    /// Reads Connect's name of a codec, which then has its default level.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "none" => Ok(Self::None),
            "snappy" => Ok(Self::Snappy),
            "gzip" => Ok(Self::Gzip(GzipLevel::OF_COLUMNS)),
            "zstd" => Ok(Self::Zstd(ZstdLevel::DEFAULT)),
            "lz4_raw" => Ok(Self::Lz4Raw),
            "brotli" => Ok(Self::Brotli(BrotliLevel::DEFAULT)),
            "lzo" => Err(CodecError::Lzo),
            "lz4" => Err(CodecError::Lz4),
            _ => Err(CodecError::Unknown),
        }
    }
}

/// A level of brotli: 0 to 11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrotliLevel(u8);

impl BrotliLevel {
    /// About as small as gzip at its default, in less time; brotli's own default is its slowest.
    pub const DEFAULT: Self = Self(4);
    /// The smallest and slowest, `BROTLI_MAX_QUALITY`.
    pub const MAX: Self = Self(11);

    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for BrotliLevel {
    type Error = LevelError;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        if level <= Self::MAX.0 { Ok(Self(level)) } else { Err(LevelError::Brotli) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, extension: &str, levels: &[u8]) {
        let codec: ParquetCodec = name.parse().unwrap();
        assert_eq!((codec.name(), codec.extension()), (name, extension));
        let accepted: Vec<_> = (0..=255).filter(|level| codec.with_level(*level).is_ok()).collect();
        assert_eq!(accepted, levels);
        for level in levels {
            codec.with_level(*level).unwrap().compression();
        }
    }

    #[track_caller]
    fn check_refused(name: &str, expected: &str) {
        assert_eq!(name.parse::<ParquetCodec>().unwrap_err().to_string(), expected);
    }

    #[test]
    fn codecs_have_connects_names_and_extensions_and_their_own_levels() {
        check("none", ".parquet", &[]);
        check("snappy", ".snappy.parquet", &[]);
        check("gzip", ".gz.parquet", &Vec::from_iter(0..=9));
        check("zstd", ".zstd.parquet", &Vec::from_iter(1..=22));
        check("lz4_raw", ".lz4raw.parquet", &[]);
        check("brotli", ".br.parquet", &Vec::from_iter(0..=11));
    }

    #[test]
    fn what_is_no_codec_here_is_refused_with_the_way_out() {
        check_refused("lzo", "zstd or lz4_raw in place of lzo, which today's readers don't have");
        check_refused(
            "lz4",
            "lz4_raw in place of lz4, which is Hadoop's own framing of it and deprecated by the format",
        );
        for name in ["", "GZIP", "uncompressed", "gzip(6)", "deflate"] {
            check_refused(name, "none, snappy, gzip, zstd, lz4_raw or brotli");
        }
    }

    #[test]
    fn a_level_that_the_codec_does_not_have_is_refused() {
        let refused = |codec: ParquetCodec, level| codec.with_level(level).unwrap_err().to_string();
        assert_eq!(refused(ParquetCodec::Snappy, 1), "no level, for snappy has none");
        assert_eq!(refused("gzip".parse().unwrap(), 10), "a gzip level from 0 to 9");
        assert_eq!(refused("brotli".parse().unwrap(), 12), "a brotli level from 0 to 11");
    }
}
