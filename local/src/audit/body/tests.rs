use super::inspect;
use crate::audit::names::Kind;
use crate::audit::object::Claim;
use bytes::Bytes;
use naming::KeyParts;
use pipeline::s3::Attributes;
use std::io::Write as _;

fn claim(kind: Kind, coverage: &str, extension: &str) -> Claim {
    let coverage: delivery::Coverage = coverage.parse().unwrap();
    Claim {
        key: format!("k{extension}"),
        parts: KeyParts {
            cluster: None,
            topic: "t".to_owned(),
            partition: 0,
            path: None,
            offset: coverage.first(),
            extension: extension.to_owned(),
        },
        kind,
        coverage,
        identity: Some("0".repeat(16)),
        after: None,
        bytes: 0,
    }
}

#[track_caller]
fn check(claim: &Claim, encoding: &str, body: &[u8], expected: &[&str]) {
    let content_encoding = (!encoding.is_empty()).then(|| encoding.to_owned());
    let attributes = Attributes { content_encoding, ..Attributes::default() };
    let findings = inspect(claim, &attributes, &Bytes::copy_from_slice(body));
    let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(texts, expected);
}

#[test]
fn lines_are_as_many_as_offsets() {
    let claim = claim(Kind::Data, "4:2", ".json");
    check(&claim, "", b"{}\n[1]\n", &[]);
    check(
        &claim,
        "",
        b"{}\n",
        &["t-0: k.json (offsets 4–5) has not as many rows as its coverage: 1 instead of 2"],
    );
    check(
        &claim,
        "",
        b"{}\n[1]",
        &["t-0: k.json (offsets 4–5) cannot be read: line 2 has no end: it was cut off"],
    );
    check(
        &claim,
        "",
        b"{}\n{x}\n",
        &["t-0: k.json (offsets 4–5) cannot be read: line 2: key must be a string at line 1 column 2"],
    );
}

#[test]
fn a_marker_has_no_lines() {
    let marker = Claim { identity: None, ..claim(Kind::Data, "4:2", ".json") };
    check(&marker, "", b"", &[]);
    check(
        &marker,
        "",
        b"1\n",
        &["t-0: k.json (offsets 4–5) has not as many rows as its coverage: 1 instead of 0"],
    );
}

#[test]
fn lines_are_unpacked() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"{}\n[1]\n").unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(&b"{}\n[1]\n"[..], 1).unwrap();
    let claim = claim(Kind::Data, "4:2", ".json.gz");
    check(&claim, "gzip", &gzip, &[]);
    check(&claim, "gzip,aws-chunked", &gzip, &[]);
    check(&claim, "zstd", &zstd, &[]);
    for (encoding, body) in [("gzip", &gzip), ("zstd", &zstd)] {
        let attributes = Attributes { content_encoding: Some(encoding.to_owned()), ..Attributes::default() };
        let cut = Bytes::copy_from_slice(&body[..body.len() - 3]);
        let findings = inspect(&claim, &attributes, &cut);
        assert_eq!(findings.len(), 1, "{encoding}");
        assert!(findings[0].to_string().contains("cannot be read"), "{}", findings[0]);
    }
}

#[test]
fn quarantine_names_its_own_records() {
    let claim = claim(Kind::Quarantine, "4:1,1,1", ".json");
    let line = |topic: &str, offset: i64| {
        format!("{{\"topic\":\"{topic}\",\"partition\":0,\"offset\":{offset},\"value\":null}}\n")
    };
    check(&claim, "", (line("t", 4) + &line("t", 6)).as_bytes(), &[]);
    check(
        &claim,
        "",
        (line("t", 4) + &line("t", 5)).as_bytes(),
        &["t-0: k.json (offsets 4, 6) holds other offsets than it says: line 2 is of t-0@5"],
    );
    check(
        &claim,
        "",
        (line("u", 4) + &line("t", 6)).as_bytes(),
        &["t-0: k.json (offsets 4, 6) holds other offsets than it says: line 1 is of u-0@4"],
    );
}

#[test]
fn what_is_no_parquet_is_said_to_be_unreadable() {
    let claim = claim(Kind::Data, "4:2", ".parquet");
    let findings = inspect(&claim, &Attributes::default(), &Bytes::from_static(b"PAR1"));
    assert_eq!(findings.len(), 1);
    assert!(findings[0].to_string().starts_with("t-0: k.parquet (offsets 4–5) cannot be read: "));
}
