//! One task: what is sent, how often, and which answer is right.

use std::ops::RangeInclusive;

use reqwest::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, TRANSFER_ENCODING};
use serde_json::Value;
use toml::de::DeValue;

use super::ScenarioError;
use super::document::{Entry, Section};
use crate::scenario::template::{Slot, Template};
use crate::scenario::{
    Answer, Check, Condition, Expect, JsonType, Method, Statuses, Task, TaskHeader, Values,
};

/// The largest batch that a body is made for.
const MOST_LEADS: usize = 1_000;

/// The largest weight: far from where the sum of many could no longer be held.
const MOST_WEIGHT: u32 = 1_000_000;

/// What frames a request on its connection, so that another value would break it.
const FRAMING: [HeaderName; 3] = [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION];

pub(super) fn task(mut section: Section<'_>, values: &Values) -> Result<Task, ScenarioError> {
    let name = section.find("name");
    let method = section.find("method");
    let path = section.need("path")?;
    let weight = section.find("weight");
    let tags = section.find("tags");
    let headers = section.find("headers");
    let leads = section.find("leads");
    let body = section.find("body");
    let expect = section.find("expect");

    let method = method.map(|entry| entry.choice(&Method::ALL, Method::as_str)).transpose()?;
    let template = values.path(path.text()?).map_err(|flaw| path.fault(flaw))?;
    let mut task = Task::new(method.unwrap_or(Method::Get), template);
    if let Some(name) = name {
        task.name = name.text()?.to_owned();
    }
    if let Some(weight) = weight {
        task.weight = weight.integer()?;
        if task.weight > MOST_WEIGHT {
            return Err(weight.fault(format!(
                "is above {MOST_WEIGHT}; weights only count relative to the others"
            )));
        }
    }
    task.tags = tags.map(|entry| entry.texts()).transpose()?.unwrap_or_default();
    task.headers =
        headers.map(|entry| read_headers(&entry, values)).transpose()?.unwrap_or_default();
    task.leads = leads.as_ref().map(batch).transpose()?;
    if let Some(body) = &body {
        if matches!(task.method, Method::Get | Method::Head) {
            let wrong = format!(
                "a {} has no body; give the task another method, as method = \"POST\"",
                task.method
            );
            return Err(body.fault(wrong));
        }
        task.body = Some(read_body(body, &task.headers, values)?);
    }
    task.expect =
        expect.map(|entry| read_expect(entry.section()?, values)).transpose()?.unwrap_or_default();
    if task.method == Method::Head && !task.expect.is_status_only() {
        return Err(section
            .fault("the answer to a HEAD has no body; expect a status only, or ask with GET"));
    }
    check_leads(&task, &section)?;
    section.finish()?;
    Ok(task)
}

fn batch(entry: &Entry<'_>) -> Result<RangeInclusive<usize>, ScenarioError> {
    let sizes = entry.range_or_one(|end| end.integer::<usize>())?;
    if *sizes.start() == 0 || *sizes.end() > MOST_LEADS {
        return Err(entry.fault(format!("a batch has 1 to {MOST_LEADS} leads")));
    }
    Ok(sizes)
}

/// Whether the task's leads, its placeholders and its expectation go together.
fn check_leads(task: &Task, section: &Section<'_>) -> Result<(), ScenarioError> {
    let names = |wanted: fn(&Slot) -> bool| {
        let sent = task.expect.checks.iter().filter_map(|check| match check.condition() {
            Condition::Sent(template) => Some(template),
            _ => None,
        });
        let headers = task.headers.iter().map(|header| &header.value);
        let templates = [&task.path].into_iter().chain(headers).chain(&task.body).chain(sent);
        templates.flat_map(Template::slots).any(|slot| wanted(&slot))
    };
    let one = names(|slot| {
        matches!(slot, Slot::Lead | Slot::LeadId | Slot::LeadFeatures | Slot::LeadFeature(_))
    });
    let several = names(|slot| matches!(slot, Slot::Leads));
    let wrong = match (task.leads.is_some(), task.expect.answer) {
        (true, _) if !several => {
            "'leads' says how many ${leads} are; write ${leads} into the body, or leave it out"
        }
        (true, _) if one => "a task sends one lead or several; use either ${lead} or ${leads}",
        (false, _) if several => "say how many ${leads} are: leads = [5, 20]",
        (_, Answer::Score) if !one => {
            "an answer of \"score\" is about a lead; write ${lead} into the body"
        }
        (_, Answer::Scores) if !several => {
            "an answer of \"scores\" is about several leads; write ${leads} into the body"
        }
        _ => return Ok(()),
    };
    Err(section.fault(wrong))
}

fn read_headers(entry: &Entry<'_>, values: &Values) -> Result<Vec<TaskHeader>, ScenarioError> {
    let header = |(name, entry): (&str, Entry<'_>)| {
        let parsed = HeaderName::try_from(name);
        let name = parsed
            .map_err(|_| entry.fault("this is no name of a header; use letters, digits and -"))?;
        if FRAMING.contains(&name) {
            return Err(entry.fault("this header is the connection's own; leave it out"));
        }
        let value = values.header(entry.text()?).map_err(|flaw| entry.fault(flaw))?;
        Ok(TaskHeader { name, value })
    };
    entry.section()?.named().into_iter().map(header).collect()
}

/// A body in the form that its content type asks for; JSON where none is given.
fn read_body(
    entry: &Entry<'_>,
    headers: &[TaskHeader],
    values: &Values,
) -> Result<Template, ScenarioError> {
    let kind = headers.iter().find(|header| header.name == CONTENT_TYPE);
    let kind = kind
        .map_or_else(|| "json".to_owned(), |header| header.value.to_string().to_ascii_lowercase());
    let text = entry.text()?;
    let template = if kind.contains("x-www-form-urlencoded") {
        values.form(text)
    } else if kind.contains("json") && !kind.contains("ndjson") && !kind.contains("jsonl") {
        values.body(text)
    } else {
        values.text(text)
    };
    template.map_err(|flaw| entry.fault(flaw))
}

fn read_expect(mut section: Section<'_>, values: &Values) -> Result<Expect, ScenarioError> {
    let status = section.find("status");
    let answer = section.find("answer");
    let checks = section.find("checks");
    section.finish()?;
    let mut expect = Expect::default();
    if let Some(status) = status {
        expect.status = statuses(&status)?;
    }
    if let Some(answer) = answer {
        expect.answer = answer.choice(&Answer::ALL, Answer::as_str)?;
    }
    for entry in checks.map(|entry| entry.list()).transpose()?.unwrap_or_default() {
        expect.checks.extend(read_check(entry.section()?, values)?);
    }
    Ok(expect)
}

/// `200`, `"2xx"`, or a list of such.
fn statuses(entry: &Entry<'_>) -> Result<Statuses, ScenarioError> {
    let one = |entry: &Entry<'_>| {
        let text = match entry.value() {
            DeValue::String(text) => text.clone().into_owned(),
            _ => entry.integer::<u16>()?.to_string(),
        };
        Statuses::parse(&text).map_err(|wrong| entry.fault(wrong))
    };
    if !entry.value().is_array() {
        return one(entry);
    }
    let all = entry.list()?.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    all.into_iter()
        .reduce(Statuses::or)
        .ok_or_else(|| entry.fault("no status would be right; name one, as 200 or \"2xx\""))
}

/// A place and what must hold there: each condition is a check of its own.
fn read_check(mut section: Section<'_>, values: &Values) -> Result<Vec<Check>, ScenarioError> {
    let at = section.need("at")?;
    let exists = section.find("exists");
    let equals = section.find("equals");
    let kind = section.find("type");
    let (min, max) = (section.find("min"), section.find("max"));
    let length = section.find("length");
    let conditions: Vec<Condition> = [
        exists
            .map(|entry| Ok(if entry.boolean()? { Condition::Exists } else { Condition::Absent })),
        kind.map(|entry| Ok(Condition::Type(entry.choice(&JsonType::ALL, JsonType::as_str)?))),
        equals.map(|entry| wanted(&entry, values)),
        min.map(|entry| entry.number().map(Condition::Min)),
        max.map(|entry| entry.number().map(Condition::Max)),
        length.map(|entry| entry.range_or_one(|end| end.integer()).map(Condition::Length)),
    ]
    .into_iter()
    .flatten()
    .collect::<Result<_, _>>()?;
    if conditions.is_empty() {
        return Err(
            section.fault("checks nothing; give it one of: exists, type, equals, min, max, length")
        );
    }
    section.finish()?;
    let place = at.text()?;
    let check = |condition| Check::new(place, condition).map_err(|wrong| at.fault(wrong));
    conditions.into_iter().map(check).collect()
}

/// A value, or with placeholders what was sent.
fn wanted(entry: &Entry<'_>, values: &Values) -> Result<Condition, ScenarioError> {
    let value = match entry.value() {
        DeValue::String(text) => {
            let template = values.text(text).map_err(|flaw| entry.fault(flaw))?;
            match template.fixed() {
                Some(text) => Value::from(text),
                None => return Ok(Condition::Sent(template)),
            }
        }
        DeValue::Boolean(word) => Value::from(*word),
        DeValue::Integer(_) => Value::from(entry.integer::<i64>()?),
        DeValue::Float(_) => Value::from(entry.number()?),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            return Err(entry.fault(
                "must be a text, a number, true or false; check parts of it by their pointers",
            ));
        }
    };
    Ok(Condition::Equals(value))
}
