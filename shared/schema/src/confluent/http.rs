//! One request, to whichever server of the registry answers it.

use super::answer::Problem;
use super::failure::{Failure, Fault, RootCause};
use super::server::Server;
use super::{ConfluentError, ConfluentSettings, trust};
use reqwest::header::{ACCEPT, AUTHORIZATION};
use reqwest::{Client, Proxy, Response, redirect};
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The registry's own content type first, then what Apicurio and gateways have.
const JSON: &str = "application/vnd.schemaregistry.v1+json, application/json";

/// Longest answer that is read: many times the largest schema that a topic of a registry takes.
const MAX_ANSWER_BYTES: usize = 16 << 20;

/// How many redirects are followed; credentials are not handed on to another host.
const MAX_REDIRECTS: usize = 5;

/// The servers of a registry, as one.
#[derive(Debug)]
pub(super) struct Http {
    client: Client,
    servers: Vec<Server>,
    /// The server that answered last: one that is down is not waited for again and again.
    preferred: AtomicUsize,
    connect_timeout: Duration,
    request_timeout: Duration,
}

impl Http {
    pub(super) fn new(settings: &ConfluentSettings) -> Result<Self, ConfluentError> {
        let &ConfluentSettings { connect_timeout, request_timeout, .. } = settings;
        let servers = Server::all(settings)?;
        let mut client = Client::builder()
            .tls_backend_preconfigured(trust::tls(&settings.roots)?)
            .connect_timeout(connect_timeout)
            .timeout(request_timeout)
            .redirect(redirect::Policy::limited(MAX_REDIRECTS))
            .referer(false)
            .user_agent(concat!("landfall/", env!("CARGO_PKG_VERSION")));
        client = match &settings.proxy {
            None => client.no_proxy(),
            Some(url) => {
                let wrong = |_| ConfluentError::Proxy { url: url.redacted() };
                client.proxy(Proxy::all(url.0.as_str()).map_err(wrong)?)
            }
        };
        let client = client.build().map_err(|error| ConfluentError::Client(Box::new(error)))?;
        Ok(Self { client, servers, preferred: AtomicUsize::new(0), connect_timeout, request_timeout })
    }

    /// All servers, for messages.
    pub(super) fn name(&self) -> String {
        self.servers.iter().map(|server| &*server.url).collect::<Vec<_>>().join(",")
    }

    /// What stands at a path, or none where the registry itself says that there is no such thing.
    ///
    /// A server that fails by its own fault is followed by the next one.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Failure> {
        let first = self.preferred.load(Ordering::Relaxed);
        let mut failed: Option<Failure> = None;
        for turn in 0..self.servers.len() {
            let index = (first + turn) % self.servers.len();
            let failure = match self.ask(&self.servers[index], path).await {
                Ok(answer) => {
                    self.preferred.store(index, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            let is_ours = failure.fault == Fault::Ours;
            let failure = match failed.take() {
                Some(earlier) => failure.after(earlier),
                None => failure,
            };
            if is_ours {
                return Err(failure);
            }
            failed = Some(failure);
        }
        Err(failed.expect("there is a server"))
    }

    async fn ask<T: DeserializeOwned>(&self, server: &Server, path: &str) -> Result<Option<T>, Failure> {
        let fail = |(fault, message, cause)| Failure { server: server.url.clone(), fault, message, cause };
        let mut request = self.client.get(format!("{}{path}", server.url)).header(ACCEPT, JSON);
        if let Some(authorization) = &server.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let mut response = request.send().await.map_err(|error| fail(self.unanswered(error)))?;
        let body = self.read(&mut response).await.map_err(fail)?;
        match response.status().as_u16() {
            200..=299 => serde_json::from_slice(&body).map(Some).map_err(|_| {
                let message = "answered 200 with what is no schema: is this a schema registry?";
                fail((Fault::Passing, message.to_owned(), None))
            }),
            404 if Problem::parse(&body).is_some_and(|problem| problem.is_missing()) => Ok(None),
            status => Err(fail(refused(status, &body))),
        }
    }

    /// Reads an answer of bounded length.
    async fn read(&self, response: &mut Response) -> Result<Vec<u8>, Told> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unanswered(error))? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                let message = format!("answered with more than {MAX_ANSWER_BYTES} bytes");
                return Err((Fault::Standing, message, None));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn unanswered(&self, error: reqwest::Error) -> Told {
        let (is_timeout, is_connect) = (error.is_timeout(), error.is_connect());
        let (is_redirect, is_body) = (error.is_redirect(), error.is_body() || error.is_decode());
        let cause = RootCause(error.without_url());
        let (fault, message) = if is_timeout && is_connect {
            (Fault::Passing, format!("no connection within {:?}", self.connect_timeout))
        } else if is_timeout {
            (Fault::Passing, format!("no answer within {:?}", self.request_timeout))
        } else if cause.is_certificate() {
            let message = "its certificate is not trusted";
            (Fault::Standing, message.to_owned())
        } else if is_connect {
            (Fault::Passing, "it cannot be reached".to_owned())
        } else if is_redirect {
            (Fault::Standing, format!("it redirects more than {MAX_REDIRECTS} times"))
        } else if is_body {
            (Fault::Passing, "its answer broke off".to_owned())
        } else {
            (Fault::Passing, "the connection broke before there was an answer".to_owned())
        };
        // That a time-out is one has been said.
        (fault, message, (!is_timeout).then_some(cause))
    }
}

type Told = (Fault, String, Option<RootCause>);

/// What a status other than success says.
fn refused(status: u16, body: &[u8]) -> Told {
    let (fault, hint) = match status {
        401 | 403 => {
            (Fault::Ours, ": see basic.auth.user.info, bearer.auth.token or schema.registry.secret.arn")
        }
        404 => (Fault::Path, ", but not as a schema registry does: see schema.registry.url"),
        // 408: the server waited for the request; 425 and 429: later, please.
        408 | 425 | 429 | 500.. => (Fault::Passing, ""),
        300..=399 => (Fault::Standing, ": see schema.registry.url"),
        _ => (Fault::Ours, ""),
    };
    let words = Problem::parse(body).map(|problem| format!(" ({})", problem.line())).unwrap_or_default();
    (fault, format!("answered {status}{words}{hint}"), None)
}
