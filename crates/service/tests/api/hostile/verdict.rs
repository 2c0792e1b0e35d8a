//! Whether an answer is the one that the table says.

use serde_json::Value;

use super::{
    case::{Answer, Case},
    heard::Heard,
};

/// What is wrong with an answer, if it is not the documented one.
pub(super) fn judged(case: &Case, heard: &Heard) -> Result<(), &'static str> {
    let (status, name, code) = match case.answer {
        Answer::Problem(status, name) | Answer::Then(status, name, _) => (status, name, None),
        Answer::Faults(name, code) => (422, name, Some(code)),
        Answer::Broken(name) => (400, name, None),
        Answer::Empty(status) => {
            let right = heard.status == status && heard.body.is_empty();
            return right.then_some(()).ok_or("not the empty answer");
        }
        Answer::Results(before, code, after) => return results(heard, &[before, &[code], after]),
        Answer::Lines(before, code, after) => {
            return lines(heard, &[before, &[code], after], true);
        }
        Answer::Cut => return lines(heard, &[&["scored"]], false),
    };
    problem(case, heard, status, name)?;
    if case.is_head() {
        return Ok(());
    }
    let problem: Value = serde_json::from_str(&heard.body).map_err(|_| "no JSON")?;
    match code {
        Some(code) if !codes(&problem).any(|found| found == code) => Err("no fault of the code"),
        None if codes(&problem).next().is_some() && name != "invalid-parameter" => Err("faults"),
        _ => Ok(()),
    }
}

/// A problem of this status and name, with all its members.
fn problem(case: &Case, heard: &Heard, status: u16, name: &str) -> Result<(), &'static str> {
    if heard.status != status {
        return Err("another status");
    }
    if !heard.head.contains("content-type: application/problem+json\r\n") {
        return Err("no problem");
    }
    let id = heard.head.lines().find_map(|line| line.strip_prefix("x-request-id: "));
    let id = id.ok_or("no request id")?;
    if case.is_head() {
        return Ok(());
    }
    let problem: Value = serde_json::from_str(&heard.body).map_err(|_| "no JSON")?;
    let has = |member: &str| problem[member].as_str().is_some_and(|text| !text.is_empty());
    if !["type", "title", "detail"].into_iter().all(has) || problem["status"] != status {
        return Err("half a problem");
    }
    let right = problem["type"] == format!("/docs#{name}") && problem["request_id"] == id;
    right.then_some(()).ok_or("another problem")
}

/// The codes of what `errors` holds.
fn codes(problem: &Value) -> impl Iterator<Item = &str> {
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().filter_map(|error| error["code"].as_str())
}

/// Whether a lead came out as told: `scored`, or refused with a fault of this code.
fn came_out(result: &Value, code: &str) -> bool {
    match code {
        "scored" => result["score"].is_object() && result.get("error").is_none(),
        code => result.get("score").is_none() && codes(&result["error"]).any(|found| found == code),
    }
}

/// The results of a partial batch.
fn results(heard: &Heard, expected: &[&[&str]]) -> Result<(), &'static str> {
    let answer: Value = serde_json::from_str(&heard.body).map_err(|_| "no JSON")?;
    let results = answer["results"].as_array().ok_or("no results")?;
    let expected = expected.concat();
    let status = |code: &str| if code == "scored" { 200 } else { 422 };
    let all = results.len() == expected.len()
        && results
            .iter()
            .zip(&expected)
            .all(|(result, code)| came_out(result, code) && result["status"] == status(code));
    (heard.status == 200 && all).then_some(()).ok_or("other results")
}

/// The lines of a stream, and the one that counts them.
fn lines(heard: &Heard, expected: &[&[&str]], complete: bool) -> Result<(), &'static str> {
    let lines: Result<Vec<Value>, _> = heard.body.lines().map(serde_json::from_str).collect();
    let mut lines = lines.map_err(|_| "a line that is no JSON")?;
    let summary = lines.pop().ok_or("no line")?;
    let expected = expected.concat();
    let all = lines.len() == expected.len()
        && lines.iter().zip(&expected).all(|(line, code)| came_out(line, code));
    let whole = summary["summary"]["complete"] == complete;
    (heard.status == 200 && all && whole).then_some(()).ok_or("other lines")
}
