//! Servers of the tests' own, which stand in front of real ones.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::EXPECT;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A free port of loopback.
pub(crate) const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A running server; ends when dropped, and its connections with it.
#[derive(Debug)]
pub(crate) struct HttpServer {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl HttpServer {
    /// Starts on a free port of loopback. Where `answer` fails, the connection ends without an answer.
    pub(crate) async fn start<F>(answer: impl Fn(Request<Incoming>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Response<Full<Bytes>>>> + Send + 'static,
    {
        Self::start_at(LOOPBACK, answer).await
    }

    /// The same at an address.
    pub(crate) async fn start_at<F>(
        address: SocketAddr,
        answer: impl Fn(Request<Incoming>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = io::Result<Response<Full<Bytes>>>> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await.expect("the port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let answer = Arc::new(answer);
        let server = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let answer = Arc::clone(&answer);
                connections.spawn(async move {
                    let service = service_fn(|request| answer(request));
                    let http = hyper::server::conn::http1::Builder::new();
                    // An error is a failure that was planned, or a client that was killed.
                    let _ = http.serve_connection(TokioIo::new(stream), service).await;
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Self { address, server }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The address in an `http` URL of loopback.
pub(crate) fn address(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().expect("the URL has an address and nothing else")
}

/// Lets the server at `upstream` answer a request, which arrives there as it was sent.
pub(crate) async fn forward(
    request: Request<Incoming>,
    upstream: SocketAddr,
) -> io::Result<Response<Full<Bytes>>> {
    let (mut parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    // The body is here already, so nobody waits for a 100.
    parts.headers.remove(EXPECT);
    let stream = TcpStream::connect(upstream).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let exchange = async {
        let response = sender.send_request(Request::from_parts(parts, Full::new(body))).await?;
        let (head, body) = response.into_parts();
        Ok::<_, hyper::Error>((head, body.collect().await?.to_bytes()))
    };
    let (head, body) = tokio::select! {
        answer = exchange => answer.map_err(io::Error::other)?,
        _ = connection => return Err(io::ErrorKind::ConnectionReset.into()),
    };
    Ok(Response::from_parts(head, Full::new(body)))
}
