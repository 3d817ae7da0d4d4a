//! The proxy.

use super::fault::{Asked, Fault, Plan};
use crate::http::{self, HttpServer};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, IF_NONE_MATCH};
use hyper::{Method, Request, Response, StatusCode};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A running proxy; ends when dropped.
#[derive(Debug)]
pub struct FaultyS3 {
    server: HttpServer,
    state: Arc<Mutex<State>>,
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
        let upstream = http::address(upstream);
        let (asked, created, unexpected) = Default::default();
        let state = Arc::new(Mutex::new(State { plan, asked, created, unexpected }));
        let shared = Arc::clone(&state);
        let server = HttpServer::start(move |request| answer(request, upstream, Arc::clone(&shared))).await;
        Self { server, state }
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        self.server.url()
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

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Lets the real server answer, and counts what it has created.
async fn forward(
    request: Request<Incoming>,
    upstream: SocketAddr,
    state: &Mutex<State>,
) -> io::Result<Response<Full<Bytes>>> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = http::forward(request, upstream).await?;
    if method == Method::PUT && response.status().is_success() {
        *lock(state).created.entry(path).or_default() += 1;
    }
    Ok(response)
}

fn error(status: StatusCode, code: &str) -> Response<Full<Bytes>> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>planned</Message></Error>"
    );
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response
}
