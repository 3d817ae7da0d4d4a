use super::*;
use proptest::prelude::*;

fn kinds() -> Vec<Compression> {
    let gzip = (0..=9).map(|level| Compression::gzip(level).unwrap());
    let zstd = (1..=22).map(|level| Compression::zstd(level).unwrap());
    [Compression::None].into_iter().chain(gzip).chain(zstd).collect()
}

fn decompress(compression: Compression, compressed: &[u8], bytes: usize) -> Vec<u8> {
    match compression {
        Compression::None => compressed.to_vec(),
        Compression::Gzip(_) => {
            let mut body = vec![0; bytes];
            let length = libdeflater::Decompressor::new().gzip_decompress(compressed, &mut body).unwrap();
            body.truncate(length);
            body
        }
        Compression::Zstd(_) => zstd::bulk::decompress(compressed, bytes).unwrap(),
    }
}

#[track_caller]
fn check(compressor: &Compressor, body: &[u8]) {
    let compressed = compressor.compress(body.to_vec()).unwrap();
    let back = decompress(compressor.compression(), &compressed, body.len());
    assert!(back == body, "{} bytes through {compressor:?}", body.len());
}

#[test]
fn every_level_gives_the_body_back() {
    let lines = "{\"userId\":\"user-123\",\"page\":\"/products/123\"}\n".repeat(2_000);
    for compression in kinds() {
        let compressor = Compressor::new(compression);
        for body in [lines.as_bytes(), b"", b"1\n", lines.as_bytes()] {
            check(&compressor, body);
        }
    }
}

#[test]
fn a_body_that_is_not_compressed_is_not_copied() {
    let body = b"{}\n".to_vec();
    let address = body.as_ptr();
    let compressed = Compressor::new(Compression::None).compress(body).unwrap();
    assert_eq!(compressed.as_ptr(), address);
}

#[test]
fn an_empty_body_is_a_valid_stream() {
    let check = |compression: Compression, expected: &[u8]| {
        assert_eq!(Compressor::new(compression).compress(Vec::new()).unwrap(), expected);
    };
    check(Compression::None, &[]);
    // Magic, deflate, no flags, no time, no hint, unknown system; one stored block of 0 bytes; CRC
    // and length of nothing.
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0];
    check(Compression::Gzip(crate::GzipLevel::DEFAULT), &gzip);
    // Magic, one segment with checksum, content size 0; one empty last block; checksum of nothing.
    let zstd = [0x28, 0xb5, 0x2f, 0xfd, 0x24, 0, 1, 0, 0, 0x99, 0xe9, 0xd8, 0x51];
    check(Compression::Zstd(crate::ZstdLevel::DEFAULT), &zstd);
}

#[test]
fn gzip_writes_no_time() {
    for level in 0..=9 {
        let compressed =
            Compressor::new(Compression::gzip(level).unwrap()).compress(b"{}\n".to_vec()).unwrap();
        assert_eq!(compressed[4..8], [0; 4], "level {level}");
    }
}

#[test]
fn zstd_writes_the_size_of_the_content() {
    let compressed = Compressor::new(Compression::zstd(3).unwrap()).compress(b"{}\n".repeat(100)).unwrap();
    assert_eq!(zstd::zstd_safe::get_frame_content_size(&compressed).unwrap(), Some(300));
}

#[test]
fn a_compressor_can_be_shared_between_threads() {
    for compression in [Compression::gzip(6).unwrap(), Compression::zstd(3).unwrap()] {
        let compressor = Compressor::new(compression);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let compressor = &compressor;
                scope.spawn(move || check(compressor, &vec![thread; 10_000]));
            }
        });
    }
}

proptest! {
    #[test]
    fn any_body_comes_back_and_always_as_the_same_bytes(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..2_000), 1..4),
        compression in prop::sample::select(vec![
            Compression::None,
            Compression::gzip(0).unwrap(),
            Compression::gzip(6).unwrap(),
            Compression::zstd(1).unwrap(),
            Compression::zstd(3).unwrap(),
        ]),
    ) {
        let kept = Compressor::new(compression);
        for body in bodies {
            let compressed = kept.compress(body.clone()).unwrap();
            prop_assert_eq!(&Compressor::new(compression).compress(body.clone()).unwrap(), &compressed);
            prop_assert_eq!(decompress(compression, &compressed, body.len()), body);
        }
    }
}
