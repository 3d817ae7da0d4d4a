//! What a PUT and a HEAD say.

use crate::server::{Answer, Request, Server};
use crate::{KEY, marker, object, store, store_at, told};
use delivery::{Creation, Metadata, Object, Store as _, StoreErrorKind};

/// Puts an object, and returns what the server was asked.
async fn put(vars: &[(&str, &str)], object: Object) -> Request {
    let server = Server::saying(Answer::status(200)).await;
    let creation = store(&server, vars).create(&object).await;
    assert!(matches!(creation, Ok(Creation::Created)), "{creation:?}");
    server.request()
}

/// The headers of a request whose names start so.
fn headers<'r>(request: &'r Request, prefix: &str) -> Vec<(&'r str, &'r str)> {
    let headers = request.headers.iter().filter(|(name, _)| name.starts_with(prefix));
    headers.map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Asserts that the headers of server-side encryption are these.
#[track_caller]
fn check_encryption(request: &Request, expected: &[(&str, &str)]) {
    assert_eq!(headers(request, "x-amz-server-side-encryption"), expected);
}

#[tokio::test]
async fn a_put_creates_only_what_is_not_there_and_carries_all_that_belongs_to_it() {
    let request = put(&[], object()).await;
    assert_eq!(request.method, "PUT");
    assert_eq!(request.target, "/lake/topics/t/partition%3D0/t%2B0%2B0000000007.json?x-id=PutObject");
    assert_eq!(request.body, b"1\n2\n3\n");
    assert_eq!(request.header("if-none-match"), "*");
    assert_eq!(request.header("content-type"), "application/x-ndjson");
    assert_eq!(request.header("content-length"), "6");
    assert_eq!(
        headers(&request, "x-amz-meta-"),
        [("x-amz-meta-landfall-coverage", "7:2,1,1"), ("x-amz-meta-landfall-identity", "3c1de93af1769c5c")]
    );
    for name in ["content-encoding", "x-amz-tagging", "x-amz-acl", "x-amz-server-side-encryption"] {
        assert!(!request.headers.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn a_put_is_signed_and_so_is_its_body_where_no_tls_protects_it() {
    let request = put(&[], object()).await;
    assert_eq!(request.header("x-amz-checksum-crc32"), "d19U2A==");
    assert_eq!(
        request.header("x-amz-content-sha256"),
        "14c5e74c4b96ccef41cd94db73a9ec3348038ac094feca4fd897cecffa07cdae"
    );
    assert_eq!(request.header("x-amz-security-token"), "token");
    let authorization = request.header("authorization");
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), "{authorization}");
    assert!(authorization.contains("/ap-northeast-2/s3/aws4_request"), "{authorization}");
    assert!(
        authorization.contains("if-none-match;x-amz-checksum-crc32;x-amz-content-sha256"),
        "{authorization}"
    );
}

#[tokio::test]
async fn a_compressed_object_says_how() {
    let request = put(&[], Object { content_encoding: Some("gzip"), ..object() }).await;
    assert_eq!(request.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn a_marker_has_no_body_and_no_identity() {
    let request = put(&[], marker()).await;
    assert_eq!(request.header("content-length"), "0");
    assert_eq!(request.header("if-none-match"), "*");
    assert_eq!(request.header("x-amz-checksum-crc32"), "AAAAAA==");
    assert_eq!(
        headers(&request, "x-amz-meta-"),
        [("x-amz-meta-landfall-after", "7"), ("x-amz-meta-landfall-coverage", "10:1")]
    );
}

#[tokio::test]
async fn tags_are_part_of_the_put() {
    let tagging = ("S3_OBJECT_TAGGING", "true");
    let tags = ("S3_OBJECT_TAGGING_KEY_VALUE_PAIRS", "team:data platform,url:a:b/c,팀:é");
    assert_eq!(
        put(&[tagging], object()).await.header("x-amz-tagging"),
        "startOffset=7&endOffset=10&recordCount=3"
    );
    assert_eq!(
        put(&[tagging, tags], object()).await.header("x-amz-tagging"),
        "startOffset=7&endOffset=10&recordCount=3&team=data%20platform&url=a%3Ab%2Fc&%ED%8C%80=%C3%A9"
    );
    // It answers for an offset, but holds no record.
    assert_eq!(
        put(&[tagging], marker()).await.header("x-amz-tagging"),
        "startOffset=10&endOffset=10&recordCount=0"
    );
}

#[tokio::test]
async fn the_acl_is_part_of_the_put() {
    let request = put(&[("S3_ACL_CANNED", "bucket-owner-full-control")], object()).await;
    assert_eq!(request.header("x-amz-acl"), "bucket-owner-full-control");
}

#[tokio::test]
async fn encryption_is_part_of_the_put() {
    check_encryption(&put(&[], object()).await, &[]);
    check_encryption(
        &put(&[("S3_SSEA_NAME", "AES256")], object()).await,
        &[("x-amz-server-side-encryption", "AES256")],
    );
    // Connect sends nothing at all without a key's id.
    check_encryption(
        &put(&[("S3_SSEA_NAME", "aws:kms")], object()).await,
        &[("x-amz-server-side-encryption", "aws:kms")],
    );
    let key_id = "arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd";
    check_encryption(
        &put(&[("S3_SSEA_NAME", "aws:kms"), ("S3_SSE_KMS_KEY_ID", key_id)], object()).await,
        &[
            ("x-amz-server-side-encryption", "aws:kms"),
            ("x-amz-server-side-encryption-aws-kms-key-id", key_id),
        ],
    );
}

/// 32 bytes of zeros, and their MD5.
const CUSTOMER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const CUSTOMER_KEY_HEADERS: [(&str, &str); 3] = [
    ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
    ("x-amz-server-side-encryption-customer-key", CUSTOMER_KEY),
    ("x-amz-server-side-encryption-customer-key-md5", "cLyPS3KoaSFGi/joRB3OUQ=="),
];

#[tokio::test]
async fn a_key_of_ones_own_is_sent_with_its_digest_to_write_and_to_look() {
    for name in [&[][..], &[("S3_SSEA_NAME", "AES256")]] {
        let vars = [&[("S3_SSE_CUSTOMER_KEY", CUSTOMER_KEY)], name].concat();
        check_encryption(&put(&vars, object()).await, &CUSTOMER_KEY_HEADERS);

        let server = Server::saying(Answer::status(200)).await;
        store(&server, &vars).head(KEY).await.expect("an answer");
        check_encryption(&server.request(), &CUSTOMER_KEY_HEADERS);
    }
}

#[tokio::test]
async fn the_bucket_stands_in_the_path_or_in_the_name_of_the_host() {
    let server = Server::saying(Answer::status(200)).await;
    let url = server.url.replace("127.0.0.1", "localhost");
    let host = url.trim_start_matches("http://");
    let path = "/topics/t/partition%3D0/t%2B0%2B0000000007.json?x-id=PutObject";

    store_at(&url, &[]).create(&object()).await.expect("created");
    let by_path = server.request();
    assert_eq!((by_path.header("host"), &*by_path.target), (host, &*format!("/lake{path}")));

    let by_host = store_at(&url, &[("S3_PATH_STYLE_ACCESS_ENABLED", "false")]);
    match by_host.create(&object()).await {
        Ok(_) => {
            let by_host = &server.requests()[1];
            assert_eq!((by_host.header("host"), &*by_host.target), (&*format!("lake.{host}"), path));
        }
        // Not every machine knows names below `localhost`, but all know it itself.
        refused => {
            let (_, message) = told(refused);
            assert!(message.contains("client error (Connect): "), "{message}");
        }
    }
}

#[tokio::test]
async fn keys_are_encoded_on_the_way_and_nowhere_else() {
    let target = async |key: &str| {
        let request = put(&[], Object { key: key.to_owned(), ..object() }).await;
        request.target.trim_start_matches("/lake/").trim_end_matches("?x-id=PutObject").to_owned()
    };
    assert_eq!(target("a b/c+d").await, "a%20b/c%2Bd");
    assert_eq!(target("x=%2F").await, "x%3D%252F");
    assert_eq!(target("서울/ä?#").await, "%EC%84%9C%EC%9A%B8/%C3%A4%3F%23");
}

#[tokio::test]
async fn a_key_that_s3_would_refuse_is_not_sent() {
    let server = Server::saying(Answer::status(200)).await;
    let store = store(&server, &[]);
    let key = "x".repeat(1024);
    store.create(&Object { key: key.clone(), ..object() }).await.expect("created");
    let (kind, message) = told(store.create(&Object { key: format!("{key}y"), ..object() }).await);
    assert_eq!(kind, StoreErrorKind::Refused);
    assert_eq!(message, format!("key of 1025 bytes is longer than S3 takes: {key}y"));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_setting_that_fits_no_header_is_told_and_not_tried_again() {
    let server = Server::saying(Answer::status(200)).await;
    let store = store(&server, &[("S3_SSEA_NAME", "aws:kms"), ("S3_SSE_KMS_KEY_ID", "a\nb")]);
    let (kind, message) = told(store.create(&object()).await);
    assert_eq!(kind, StoreErrorKind::Refused);
    let start = format!(
        "PutObject of s3://lake/{KEY} could not be put into a request: invalid field in input: ssekms_key_id"
    );
    assert!(message.starts_with(&start), "{message}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_head_tells_what_an_object_says_of_itself() {
    let headers =
        [("x-amz-meta-landfall-coverage", "7:2,1,1"), ("x-amz-meta-landfall-identity", "3c1de93af1769c5c")];
    let head = async |headers: &[(&'static str, &str)]| {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let server = Server::saying(Answer::Respond { status: 200, headers, body: String::new() }).await;
        let metadata = store(&server, &[]).head(KEY).await.expect("an answer");
        assert_eq!(server.request().method, "HEAD");
        assert_eq!(server.request().target, "/lake/topics/t/partition%3D0/t%2B0%2B0000000007.json");
        metadata.expect("an object")
    };
    let [coverage, identity] = headers.map(|(_, value)| Some(value.to_owned()));
    assert_eq!(head(&headers).await, Metadata { coverage: coverage.clone(), identity });
    assert_eq!(head(&headers[..1]).await, Metadata { coverage, identity: None });
    assert_eq!(head(&[("x-amz-meta-author", "someone")]).await, Metadata::default());
}

#[tokio::test]
async fn a_head_of_what_is_not_there_is_no_error() {
    let server = Server::saying(Answer::status(404)).await;
    assert_eq!(store(&server, &[]).head(KEY).await.expect("an answer"), None);
}
