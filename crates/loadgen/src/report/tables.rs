//! The tables of the HTML report.
//!
//! One function per table, from a recording to markup; names are escaped here. Failures are `failures.rs`'s, cards and facts
//! around them `html.rs`'s.

use std::fmt::Write;

use lead_stats::LOCUST_PERCENTILES;

use super::load::counted;
use super::markup::Escaped;
use super::number::{bytes, count, ms, percent, rate};
use crate::histogram::Latency;
use crate::record::{Entry, Recording};

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// Counts, times, sizes and rates per endpoint.
pub(super) fn statistics(recording: &Recording) -> String {
    let head = [
        "Requests",
        "Failures",
        "Average",
        "Min",
        "Median",
        "Max",
        "Size",
        "Requests/s",
        "Failures/s",
    ];
    table(recording, &head.map(str::to_owned), |row, entry| {
        let latency = entry.latency();
        let (requests_per_s, failures_per_s) = recording.total_rate(entry);
        write!(row, "<td>{}</td>{}", count(entry.requests()), failed(entry)).expect(FITS);
        let cells = [
            ms(latency.average_ms()),
            ms(latency.min_ms()),
            ms(latency.median_ms()),
            ms(latency.max_ms()),
            bytes(entry.average_bytes()),
            rate(requests_per_s),
            rate(failures_per_s),
        ];
        cells.iter().for_each(|cell| write!(row, "<td>{cell}</td>").expect(FITS));
    })
}

/// The cell of the failed requests, with their share where there are any.
fn failed(entry: &Entry) -> String {
    match entry.failures() {
        0 => "<td>0</td>".to_owned(),
        failures => {
            let share = percent(entry.failure_ratio());
            format!("<td class=\"bad\">{}<small>({share})</small></td>", count(failures))
        }
    }
}

/// A percentile with fewer values above it is grey: its own 95 % interval is wider than two thirds of it.
const FEW: u64 = 10;

/// Percentiles per endpoint, and of its successes alone where some requests failed.
pub(super) fn percentiles(recording: &Recording) -> String {
    let shares = LOCUST_PERCENTILES.map(|fraction| match fraction {
        1.0 => "Max".to_owned(),
        fraction => format!("{} %", (fraction * 1e6).round() / 1e4),
    });
    let head: Vec<String> = ["Requests".to_owned()].into_iter().chain(shares).collect();
    let table = table(recording, &head, |row, entry| {
        times(row, entry.latency());
        if entry.failures() == 0 {
            return;
        }
        let class = if entry.method.is_empty() { "successes total" } else { "successes" };
        write!(
            row,
            "</tr>\n<tr class=\"{class}\"><th class=\"name\" scope=\"row\">successes only</th>"
        )
        .expect(FITS);
        times(row, &entry.successes());
    });
    explained(table)
}

/// How many, and the cells of their percentiles.
fn times(row: &mut String, latency: &Latency) {
    write!(row, "<td>{}</td>", count(latency.count())).expect(FITS);
    if latency.count() == 0 {
        let columns = LOCUST_PERCENTILES.len();
        return write!(row, "<td class=\"weak\" colspan=\"{columns}\">none</td>").expect(FITS);
    }
    let cells = LOCUST_PERCENTILES.iter().map(|&fraction| percentile(latency, fraction));
    row.extend(cells);
}

/// How long requests took from being due and from being sent, and what lies between.
pub(super) fn waiting(recording: &Recording, lag: &Latency) -> String {
    let total = recording.total();
    let rows = [
        ("Response", "from being due to the last byte", total.latency()),
        ("Service", "from being sent to the last byte", total.service()),
        ("Send lag", "from being due to being sent", lag),
    ];
    let rows: String = rows
        .iter()
        .map(|(name, meaning, latency)| {
            let cells = [0.5, 0.9, 0.95, 0.99, 0.999, 1.0].map(|fraction| percentile(latency, fraction));
            format!(
                "<tr><th class=\"name\" scope=\"row\">{name}<small>{meaning}</small></th><td>{}</td>{}</tr>\n",
                count(latency.count()),
                cells.concat()
            )
        })
        .collect();
    explained(format!(
        "<div class=\"table\">\n<table>\n<thead><tr><th class=\"name\" scope=\"col\">Milliseconds</th>\
         <th scope=\"col\">Requests</th><th scope=\"col\">50 %</th><th scope=\"col\">90 %</th><th scope=\"col\">95 %</th>\
         <th scope=\"col\">99 %</th><th scope=\"col\">99.9 %</th><th scope=\"col\">Max</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    ))
}

/// The cell of a percentile, grey where too few requests took longer; the greatest is what it is.
fn percentile(latency: &Latency, fraction: f64) -> String {
    let value = ms(latency.percentile_ms(fraction));
    match doubt(latency, fraction) {
        Some(doubt) => format!("<td class=\"weak\" title=\"{doubt}\">{value}</td>"),
        None => format!("<td>{value}</td>"),
    }
}

/// Why a percentile cannot be relied upon, if so.
pub(super) fn doubt(latency: &Latency, fraction: f64) -> Option<String> {
    let above = latency.above(fraction);
    let is_weak = latency.count() > 0 && fraction < 1.0 && above < FEW;
    let all = || counted(latency.count(), "request");
    is_weak.then(|| match above {
        0 => format!("none of {} took longer", all()),
        above => format!("only {above} of {} took longer", all()),
    })
}

/// A table, and below it what grey figures mean where it has some.
fn explained(table: String) -> String {
    if !table.contains("class=\"weak\"") {
        return table;
    }
    format!(
        "{table}<p class=\"below\">Grey: fewer than {FEW} requests took longer, so another run may well show another figure.</p>\n"
    )
}

/// A table with a row per endpoint that was asked, and the total.
fn table(recording: &Recording, head: &[String], cells: impl Fn(&mut String, &Entry)) -> String {
    let head: String =
        head.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
    let mut rows = String::new();
    let asked = recording.endpoints().into_iter().filter(|entry| entry.requests() > 0);
    for entry in asked.chain([recording.total()]) {
        let class = if entry.method.is_empty() { " class=\"total\"" } else { "" };
        write!(rows, "<tr{class}>{}", name(&entry.method, &entry.name)).expect(FITS);
        cells(&mut rows, entry);
        rows.push_str("</tr>\n");
    }
    format!(
        "<div class=\"table\">\n<table>\n<thead><tr><th class=\"name\" scope=\"col\">Endpoint</th>{head}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

/// The cell that names a row.
pub(super) fn name(method: &str, name: &str) -> String {
    let badge = match method {
        "" => String::new(),
        method => format!("<span class=\"method\">{}</span>", Escaped(method)),
    };
    format!("<th class=\"name\" scope=\"row\">{badge}{}</th>", Escaped(name))
}
