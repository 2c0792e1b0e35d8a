//! One task's request, as it is made: beforehand where it can be, otherwise anew from ready pieces.
//!
//! [`Recipe`] joins a task's templates with what they draw and makes [`Ready`] requests. How many are kept is the corpus's to
//! say.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use bytes::Bytes;
use rand_pcg::Pcg64Mcg;
use reqwest::header::{HeaderName, HeaderValue};

use super::draw::{Draw, Needs, Stock};
use super::expect::Condition;
use super::task::{Task, TaskHeader};
use super::template::{Piece, Slot, Template};
use super::values::Values;

/// What a request has beside its body and that differs from request to request.
#[derive(Debug, Default)]
pub(crate) struct Own {
    /// The path, where the task's is not fixed.
    pub(crate) path: Option<String>,
    /// Headers that are not fixed.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// What the task's checks expect to come back, in the order of those checks.
    pub(crate) sent: Vec<String>,
}

/// A request that can be sent.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub(super) body: Option<Bytes>,
    pub(super) leads: Range<usize>,
    pub(super) own: Option<Arc<Own>>,
}

impl Ready {
    /// Bytes of memory it takes, about; `whole` leads are the corpus's and counted there.
    pub(super) fn size(&self, is_whole_lead: bool) -> usize {
        let body = self.body.as_ref().filter(|_| !is_whole_lead).map_or(0, Bytes::len);
        let own = self.own.as_ref().map_or(0, |own| {
            let headers = own.headers.iter().map(|(_, value)| value.len() + 128);
            let sent = own.sent.iter().map(|text| text.len() + 48);
            own.path.as_ref().map_or(0, String::len) + headers.chain(sent).sum::<usize>() + 128
        });
        size_of::<Self>() + body + own
    }
}

/// How a task's requests are made.
#[derive(Debug)]
pub(super) struct Recipe {
    needs: Needs,
    batch: Option<RangeInclusive<usize>>,
    path: Option<Template>,
    headers: Vec<TaskHeader>,
    body: Option<Template>,
    sent: Vec<Template>,
    /// Whether a value must be new in every request.
    is_fresh: bool,
    has_features: bool,
}

impl Recipe {
    pub(super) fn new(task: &Task, values: &Values) -> Self {
        let path = Some(&task.path).filter(|path| !path.is_fixed()).cloned();
        let headers: Vec<TaskHeader> =
            task.headers.iter().filter(|header| !header.value.is_fixed()).cloned().collect();
        let sent: Vec<Template> = task
            .expect
            .checks
            .iter()
            .filter_map(|check| match check.condition() {
                Condition::Sent(template) => Some(template.clone()),
                _ => None,
            })
            .collect();
        let templates = path.iter().chain(headers.iter().map(|header| &header.value));
        let templates = templates.chain(&task.body).chain(&sent);
        let slots: Vec<Slot> = templates.flat_map(Template::slots).collect();
        Self {
            needs: Needs::of(slots.iter().copied()),
            is_fresh: slots.iter().any(|&slot| values.is_fresh(slot)),
            has_features: slots.iter().any(|slot| matches!(slot, Slot::LeadFeature(_))),
            batch: task.leads.clone(),
            body: task.body.clone(),
            path,
            headers,
            sent,
        }
    }

    pub(super) fn is_fresh(&self) -> bool {
        self.is_fresh
    }

    /// Whether leads are drawn.
    pub(super) fn has_leads(&self) -> bool {
        self.needs.has_leads()
    }

    /// Whether single features of leads are named.
    pub(super) fn has_features(&self) -> bool {
        self.has_features
    }

    /// Most leads of a request.
    pub(super) fn most_leads(&self) -> usize {
        self.batch.as_ref().map_or(1, |sizes| *sizes.end())
    }

    pub(super) fn is_batch(&self) -> bool {
        self.batch.is_some()
    }

    /// Whether the body is one lead and nothing else.
    pub(super) fn is_whole_lead(&self) -> bool {
        let pieces = self.body.as_ref().map(|body| &body.pieces[..]);
        matches!(pieces, Some([Piece::Drawn(Slot::Lead, _)]))
    }

    /// Whether nothing but the body differs from request to request.
    pub(super) fn has_no_own(&self) -> bool {
        self.path.is_none() && self.headers.is_empty() && self.sent.is_empty()
    }

    /// Whether all requests are the same.
    pub(super) fn is_constant(&self) -> bool {
        self.has_no_own() && self.body.as_ref().is_none_or(Template::is_fixed)
    }

    /// Makes a request.
    pub(super) fn make(&self, stock: &Stock, rng: &mut Pcg64Mcg) -> Ready {
        let draw = stock.draw(&self.needs, self.batch.as_ref(), rng);
        let body = self.body.as_ref().map(|body| match self.is_whole_lead() {
            true => stock.leads[draw.leads.start].json.clone(),
            false => {
                let mut text = Vec::new();
                stock.write(&mut text, body, &draw);
                text.shrink_to_fit();
                Bytes::from(text)
            }
        });
        let own = if self.has_no_own() { None } else { Some(Arc::new(self.own(stock, &draw))) };
        Ready { body, leads: draw.leads, own }
    }

    fn own(&self, stock: &Stock, draw: &Draw) -> Own {
        let text = |template: &Template| {
            let mut text = Vec::new();
            stock.write(&mut text, template, draw);
            String::from_utf8(text).expect("templates and values are text")
        };
        let header = |header: &TaskHeader| {
            let value = header.value.header(&text(&header.value));
            (header.name.clone(), value.expect("what headers draw from was checked"))
        };
        Own {
            path: self.path.as_ref().map(text),
            headers: self.headers.iter().map(header).collect(),
            sent: self.sent.iter().map(text).collect(),
        }
    }
}
