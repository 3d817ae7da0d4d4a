//! An S3 server with as many objects as one likes, which are made up when they are asked for.

use crate::http::HttpServer;
use crate::records::TOPIC;
use crate::s3::{Credentials, S3};
use bytes::Bytes;
use delivery::Metadata;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};
use std::fmt::Write as _;
use std::io;

/// Most keys of a page.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
const PAGE: u64 = 1000;

/// A server with a bucket full of objects of one partition, one after the other; ends when dropped.
///
/// It answers ListObjectsV2 and HeadObject, takes any credentials, and has no bodies.
#[derive(Debug)]
pub struct Listing {
    server: HttpServer,
}

impl Listing {
    /// Starts it, with this many objects of so many records each.
    pub async fn start(objects: u64, records: u64) -> Self {
        let server = HttpServer::start(move |request: Request<Incoming>| {
            let answer = answer(&request, objects, records);
            async move { answer }
        });
        Self { server: server.await }
    }

    /// A view on the server.
    pub fn s3(&self) -> S3 {
        let credentials = Credentials {
            access_key_id: "id".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        };
        S3 { endpoint: self.server.url(), region: "eu-west-1".to_owned(), credentials }
    }
}

fn answer(request: &Request<Incoming>, objects: u64, records: u64) -> io::Result<Response<Full<Bytes>>> {
    let query = request.uri().query().unwrap_or_default();
    let response = Response::builder();
    let made = if request.method() == Method::GET && query.contains("list-type=2") {
        let token = query.split('&').find_map(|part| part.strip_prefix("continuation-token="));
        let from = token.and_then(|token| token.parse().ok()).unwrap_or(0);
        response.body(page(from, objects, records).into())
    } else if request.method() == Method::HEAD {
        let offset = request.uri().path().rsplit("%2B").next().and_then(|name| name.strip_suffix(".json"));
        let offset: u64 = offset.and_then(|offset| offset.parse().ok()).ok_or(io::ErrorKind::InvalidInput)?;
        response
            .header(format!("x-amz-meta-{}", Metadata::COVERAGE), format!("{offset}:{records}"))
            .header(format!("x-amz-meta-{}", Metadata::IDENTITY), format!("{offset:016x}"))
            .header("content-length", records * 100)
            .body(Full::default())
    } else {
        response.status(StatusCode::NOT_IMPLEMENTED).body(Full::default())
    };
    made.map_err(io::Error::other)
}

fn page(from: u64, objects: u64, records: u64) -> String {
    let end = (from + PAGE).min(objects);
    let mut page = "<ListBucketResult>".to_owned();
    for number in from..end {
        let offset = number * records;
        let _ = write!(
            page,
            "<Contents><Key>topics/{TOPIC}/partition=0/{TOPIC}+0+{offset:010}.json</Key>\
             <LastModified>2025-11-21T00:00:00.000Z</LastModified><Size>{}</Size></Contents>",
            records * 100
        );
    }
    if end < objects {
        let _ = write!(
            page,
            "<IsTruncated>true</IsTruncated><NextContinuationToken>{end}</NextContinuationToken>"
        );
    } else {
        page += "<IsTruncated>false</IsTruncated>";
    }
    page + "</ListBucketResult>"
}
