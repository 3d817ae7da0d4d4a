//! The proxy.

use super::fault::{Asked, Fault, Plan};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, EXPECT, HeaderValue, IF_NONE_MATCH};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A running proxy; ends when dropped.
#[derive(Debug)]
pub struct FaultyS3 {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    plan: Plan,
    /// How many requests there were, by method and path.
    asked: BTreeMap<(String, String), u32>,
    /// How many PUTs took effect, by path.
    created: BTreeMap<String, u32>,
    /// Requests that the sink has no reason to make.
    unexpected: Vec<String>,
}

impl FaultyS3 {
    /// Starts in front of the server at `upstream`, an `http` URL of loopback.
    pub async fn start(upstream: &str, plan: Plan) -> Self {
        let upstream =
            upstream.trim_start_matches("http://").parse().expect("the real server's URL has an address");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
        let address = listener.local_addr().expect("a listener has an address");
        let (asked, created, unexpected) = Default::default();
        let state = Arc::new(Mutex::new(State { plan, asked, created, unexpected }));
        let server = tokio::spawn(serve(listener, upstream, Arc::clone(&state)));
        Self { address, state, server }
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets another plan decide from now on.
    pub fn follow(&self, plan: Plan) {
        lock(&self.state).plan = plan;
    }

    /// How many PUTs took effect, by bucket and key as the URL has them.
    pub fn created(&self) -> BTreeMap<String, u32> {
        lock(&self.state).created.clone()
    }

    /// How many requests there were of a method.
    pub fn requests(&self, method: &str) -> u32 {
        lock(&self.state).asked.iter().filter(|((asked, _), _)| asked == method).map(|(_, count)| count).sum()
    }

    /// Requests that the sink has no reason to make: lists, deletes, PUTs that would overwrite.
    pub fn unexpected(&self) -> Vec<String> {
        lock(&self.state).unexpected.clone()
    }
}

impl Drop for FaultyS3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, upstream: SocketAddr, state: Arc<Mutex<State>>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let state = Arc::clone(&state);
        connections.spawn(async move {
            let service = service_fn(move |request| answer(request, upstream, Arc::clone(&state)));
            // An error is the hang-up that was planned, or a client that was killed.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Answers a request, or fails, which ends the connection without an answer.
async fn answer(
    request: Request<Incoming>,
    upstream: SocketAddr,
    state: Arc<Mutex<State>>,
) -> io::Result<Response<Full<Bytes>>> {
    let fault = lock(&state).note(&request);
    match fault {
        Fault::None(delay) => {
            tokio::time::sleep(delay).await;
            forward(request, upstream, &state).await
        }
        Fault::ExistsEarly => {
            let is_taken = lock(&state).created.contains_key(request.uri().path());
            if request.method() != Method::PUT || !is_taken {
                return forward(request, upstream, &state).await;
            }
            let mut exists = error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
            exists.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            Ok(exists)
        }
        Fault::HangUpBefore => Err(io::ErrorKind::ConnectionReset.into()),
        Fault::HangUpAfter => {
            forward(request, upstream, &state).await?;
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Fault::AnswerBefore(status, code) => {
            request.into_body().collect().await.map_err(io::Error::other)?;
            Ok(error(StatusCode::from_u16(status).map_err(io::Error::other)?, code))
        }
        Fault::AnswerAfter(status, code) => {
            forward(request, upstream, &state).await?;
            Ok(error(StatusCode::from_u16(status).map_err(io::Error::other)?, code))
        }
        Fault::Hang(time) => {
            forward(request, upstream, &state).await?;
            tokio::time::sleep(time).await;
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
}

impl State {
    fn note(&mut self, request: &Request<Incoming>) -> Fault {
        let (method, path) = (request.method().as_str(), request.uri().path());
        let is_expected = match *request.method() {
            Method::PUT => request.headers().get(IF_NONE_MATCH).is_some_and(|value| value == "*"),
            Method::HEAD => true,
            _ => false,
        };
        if !is_expected {
            self.unexpected.push(format!("{method} {}", request.uri()));
        }
        let count = self.asked.entry((method.to_owned(), path.to_owned())).or_default();
        let asked = Asked { method, path, earlier: *count };
        *count += 1;
        self.plan.decide(asked)
    }
}

async fn forward(
    request: Request<Incoming>,
    upstream: SocketAddr,
    state: &Mutex<State>,
) -> io::Result<Response<Full<Bytes>>> {
    let (mut parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    // The body is here already, so nobody waits for a 100.
    parts.headers.remove(EXPECT);
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());

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
    if method == Method::PUT && head.status.is_success() {
        *lock(state).created.entry(path).or_default() += 1;
    }
    Ok(Response::from_parts(head, Full::new(body)))
}

fn error(status: StatusCode, code: &str) -> Response<Full<Bytes>> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>planned</Message></Error>"
    );
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response
}
