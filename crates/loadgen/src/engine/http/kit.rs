//! What a thread needs for HTTP, whatever carries it: templates, time limit, judgement, phases.
//!
//! [`Kit::within`] holds an exchange to the time limit, [`Kit::reply`] turns its end into the [`Reply`] that is counted.
//! Connections are the transport's.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use reqwest::header::InvalidHeaderValue;

use super::answer::Answer;
use super::deadline::Deadlines;
use super::failure;
use super::template::Template;
use crate::engine::target::{Reply, Request};
use crate::failure::Failure;
use crate::phases::Phases;
use crate::plan::Plan;
use crate::scenario::Corpus;

/// One thread's side of HTTP.
#[derive(Debug)]
pub(super) struct Kit {
    templates: Vec<Template>,
    corpus: Arc<Corpus>,
    deadlines: Deadlines,
    phases: RefCell<Phases>,
}

impl Kit {
    /// For the tasks of a plan; `corpus` is what answers are checked against.
    ///
    /// # Errors
    ///
    /// When the target's host cannot stand in a header.
    pub(super) fn new(plan: &Plan, corpus: Arc<Corpus>) -> Result<Self, InvalidHeaderValue> {
        let tasks = plan.scenario.tasks.iter();
        Ok(Self {
            templates: tasks.map(|task| Template::new(task, plan)).collect::<Result<_, _>>()?,
            corpus,
            deadlines: Deadlines::new(plan.timeout),
            phases: RefCell::default(),
        })
    }

    /// What is the same in all requests of this one's task.
    pub(super) fn template(&self, request: &Request) -> &Template {
        &self.templates[request.task()]
    }

    /// The end of an exchange, or the failure of one that took too long.
    pub(super) async fn within(
        &self,
        began: Instant,
        exchange: Pin<&mut impl Future<Output = Result<Answer, Failure>>>,
    ) -> Result<Answer, Failure> {
        let ended = self.deadlines.within(began, exchange).await;
        ended.unwrap_or_else(|| Err(failure::of_timeout(self.deadlines.limit())))
    }

    /// What came of a request that `began` then and ends now.
    pub(super) fn reply(
        &self,
        request: &Request,
        began: Instant,
        exchange: Result<Answer, Failure>,
    ) -> Reply {
        let ended = Instant::now();
        let latency = ended.duration_since(began);
        match exchange {
            Err(failure) => Reply { latency, first_byte: None, bytes: 0, outcome: Err(failure) },
            Ok(answer) => {
                if request.is_measured() {
                    self.note(|phases| {
                        phases.first_byte.record(answer.headed.duration_since(answer.sent));
                        phases.body.record(ended.duration_since(answer.headed));
                    });
                }
                Reply {
                    latency,
                    first_byte: Some(answer.headed.duration_since(began)),
                    bytes: answer.bytes,
                    outcome: self.template(request).judge(request, &self.corpus, &answer),
                }
            }
        }
    }

    /// Writes into the phases.
    pub(super) fn note(&self, write: impl FnOnce(&mut Phases)) {
        write(&mut self.phases.borrow_mut());
    }

    /// Takes the phases away and leaves blank ones.
    pub(super) fn take_phases(&self) -> Phases {
        self.phases.take()
    }
}
