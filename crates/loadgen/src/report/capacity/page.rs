//! A search as one page that needs neither network nor scripts.
//!
//! [`page`] fills `page.html`, in the style of the report of a run. Whatever came from outside is escaped.

use std::fmt::Write;

use super::curve::curve;
use super::facts::{SearchReport, percent};
use super::table::outcome;
use crate::capacity::{Outcome, Percentile, SearchEnd, Step};
use crate::report::html::STYLE;
use crate::report::markup::{Escaped, fill};
use crate::report::number::{count, ms, rate};
use crate::report::policy::policy;

const PAGE: &str = include_str!("page.html");

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// The whole page.
pub fn page(report: &SearchReport<'_>) -> String {
    fill(PAGE, |mark| match mark {
        "title" => format!("Capacity of {}", Escaped(&report.header.target)),
        "policy" => policy(STYLE),
        "style" => STYLE.to_owned(),
        "target" => Escaped(&report.header.target).to_string(),
        "answer" => Escaped(&report.answer()).to_string(),
        "cards" => cards(report),
        "curve" => curve(report),
        "runs" => runs(report),
        "facts" => facts(report),
        "method" => Escaped(&report.method()).to_string(),
        "version" => Escaped(&report.header.version).to_string(),
        other => unreachable!("page.html has a mark that nobody fills: {other}"),
    })
}

/// The key figures.
fn cards(report: &SearchReport<'_>) -> String {
    let finding = report.finding;
    let (mood, least) = match finding.end {
        SearchEnd::Edge | SearchEnd::Cap => (" good", ""),
        SearchEnd::Floor | SearchEnd::Failing | SearchEnd::Gone => (" bad", ""),
        SearchEnd::Limited | SearchEnd::Unsettled | SearchEnd::Interrupted | SearchEnd::Broken => {
            ("", "&ge; ")
        }
    };
    let figure = |per_s: Option<f64>, before: &str| {
        per_s.map_or("none".to_owned(), |per_s| format!("{before}{}", rate(per_s)))
    };
    let mut cards = vec![
        (mood, figure(finding.held_per_s, least), "requests per second hold"),
        ("", figure(finding.broke_per_s, ""), "requests per second do not"),
    ];
    if let (Some(wanted), Some(held)) = (report.ask.wanted, finding.held_per_s) {
        cards.push(("", count(wanted.replicas(held)), "replicas for the wanted rate"));
    }
    cards.push(("", count(finding.steps.len() as u64), "runs"));
    let card = |(mood, figure, meaning): &(&str, String, &str)| {
        format!("<div class=\"card{mood}\"><b>{figure}</b><span>{meaning}</span></div>\n")
    };
    cards.iter().map(card).collect()
}

fn runs(report: &SearchReport<'_>) -> String {
    let columns = [
        "Asked/s",
        "Answered/s",
        "Requests",
        "50 %",
        "90 %",
        "95 %",
        "99 %",
        "Max",
        "Errors",
        "Unsent",
        "Send lag, 99 %",
    ];
    let head: String =
        columns.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
    let rows: String = report.finding.by_rate().into_iter().map(row).collect();
    format!(
        "<div class=\"table\">\n<table>\n<thead><tr>{head}<th class=\"text\" scope=\"col\">Outcome</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

fn row(step: &Step) -> String {
    let measured = &step.measured;
    let [p50, p90, p95, p99] =
        Percentile::ALL.map(|percentile| ms(measured.percentile_ms(percentile)));
    let cells = [
        rate(step.asked_per_s),
        rate(measured.achieved_per_s),
        count(measured.requests),
        p50,
        p90,
        p95,
        p99,
        ms(measured.max_ms),
        format!("{} %", Escaped(&percent(measured.failure_ratio()))),
        count(measured.unsent),
        ms(measured.send_lag_p99_ms),
    ];
    let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
    let mood = if matches!(step.outcome, Outcome::Held) { "" } else { " bad" };
    format!("<tr>{cells}<td class=\"text{mood}\">{}</td></tr>\n", Escaped(&outcome(&step.outcome)))
}

fn facts(report: &SearchReport<'_>) -> String {
    let header = report.header;
    let text = |text: &str| Escaped(text).to_string();
    let mut facts = vec![("Objectives", text(&report.ask.objectives.to_string()))];
    facts.extend(report.gave_way().map(|what| ("Gave way first", text(&what))));
    facts.extend(report.replicas().map(|replicas| ("Needed", text(&replicas))));
    facts.extend(report.doubt().map(|doubt| ("Doubt", text(&doubt))));
    facts.extend(report.advice().map(|advice| ("Next", text(advice))));
    facts.extend([
        ("Target", text(&header.target)),
        ("Command", format!("<code>{}</code>", Escaped(&header.command))),
        ("Started", report.start.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        ("Scenario", text(&header.scenario)),
        ("Generator", text(&header.version)),
        ("Machine", text(&header.machine)),
    ]);
    facts.iter().fold(String::new(), |mut rows, (name, value)| {
        writeln!(rows, "<dt>{name}</dt><dd>{value}</dd>").expect(FITS);
        rows
    })
}
