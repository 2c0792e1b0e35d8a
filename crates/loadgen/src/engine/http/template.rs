//! A request but for what differs from one to the next.
//!
//! [`Template`] holds method and headers of a task, made once, and which answer is right. Where a request goes is the
//! transport's to say; every header stands here, so that both transports send the same.

use reqwest::Method;
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue, USER_AGENT,
};

use super::answer::Answer;
use super::failure;
use crate::engine::check::check;
use crate::engine::target::Request;
use crate::failure::Failure;
use crate::plan::Plan;
use crate::scenario::{Corpus, Expect, Task};

/// Who we are, in every access log of the target.
const AGENT: &str = concat!("lead-loadgen/", env!("CARGO_PKG_VERSION"));

/// What is the same in all requests of a task.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) method: Method,
    headers: HeaderMap,
    name: String,
    expect: Expect,
}

impl Template {
    /// The template of a task.
    ///
    /// # Errors
    ///
    /// When the target's host cannot stand in a header.
    pub(super) fn new(task: &Task, plan: &Plan) -> Result<Self, InvalidHeaderValue> {
        let mut headers = HeaderMap::new();
        // Given here, neither needs to be made for each request.
        headers.insert(HOST, HeaderValue::from_str(&plan.target.authority())?);
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        if task.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(key) = &plan.api_key {
            headers.insert(HeaderName::from_static("x-api-key"), key.header());
        }
        for (name, value) in task.fixed_headers() {
            headers.insert(name, value);
        }
        let (name, expect) = (task.name.clone(), task.expect.clone());
        Ok(Self { method: task.method.into(), headers, name, expect })
    }

    /// The headers of a request.
    pub(super) fn headers(&self, request: &Request) -> HeaderMap {
        let mut headers = self.headers.clone();
        for (name, value) in request.headers() {
            headers.insert(name, value.clone());
        }
        headers
    }

    /// Whether an answer is right.
    pub(super) fn judge(
        &self,
        request: &Request,
        corpus: &Corpus,
        answer: &Answer,
    ) -> Result<(), Failure> {
        if !self.expect.status.contains(answer.status.as_u16()) {
            return Err(failure::of_status(answer.status, &self.name));
        }
        check(&self.expect, request.call(), corpus, answer.body()).map_err(failure::of_answer)
    }
}
