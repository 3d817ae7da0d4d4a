//! An STS whose sessions are said to end soon: a proxy in front of a real one.

use crate::http::{self, HttpServer};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::CONTENT_LENGTH;
use hyper::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A running proxy; ends when dropped.
#[derive(Debug)]
pub struct ShortSessions {
    server: HttpServer,
    requests: Arc<AtomicU32>,
}

impl ShortSessions {
    /// Starts in front of the server at `upstream`; the sessions that it gives are said to end after `lifetime`.
    pub async fn start(upstream: &str, lifetime: SignedDuration) -> Self {
        let upstream = http::address(upstream);
        let requests = Arc::<AtomicU32>::default();
        let counter = Arc::clone(&requests);
        let server = HttpServer::start(move |request| {
            counter.fetch_add(1, Relaxed);
            answer(request, upstream, lifetime)
        })
        .await;
        Self { server, requests }
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        self.server.url()
    }

    /// How many requests there were.
    pub fn requests(&self) -> u32 {
        self.requests.load(Relaxed)
    }
}

async fn answer(
    request: Request<Incoming>,
    upstream: SocketAddr,
    lifetime: SignedDuration,
) -> io::Result<Response<Full<Bytes>>> {
    let (mut head, body) = http::forward(request, upstream).await?.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let text = String::from_utf8(body.into()).map_err(io::Error::other)?;
    head.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(head, Full::new(with_expiration(&text, Timestamp::now() + lifetime).into())))
}

fn with_expiration(answer: &str, end: Timestamp) -> String {
    const NAME: &str = "<Expiration>";
    match answer.split_once(NAME).and_then(|(before, rest)| Some((before, rest.split_once('<')?.1))) {
        Some((before, after)) => format!("{before}{NAME}{end:.0}<{after}"),
        None => answer.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_the_session_is_another() {
        let end: Timestamp = "2025-11-21T10:00:00Z".parse().unwrap();
        let answer = "<Id>1</Id><Expiration>2025-11-21T11:00:00Z</Expiration><Id>2</Id>";
        let expected = "<Id>1</Id><Expiration>2025-11-21T10:00:00Z</Expiration><Id>2</Id>";
        assert_eq!(with_expiration(answer, end), expected);
        assert_eq!(with_expiration("<Error/>", end), "<Error/>");
    }
}
