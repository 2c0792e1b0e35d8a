//! The comparison as one page that needs neither network nor scripts.
//!
//! Whatever came from outside is escaped.

use std::fmt::Write;

use super::charts::{curves, over_time};
use super::delta::{Delta, deltas};
use super::likeness::{Likeness, Mood};
use super::pair::{Pair, Row};
use super::table::{CAVEAT, class, interval, percent, shown};
use crate::report::html::{STYLE, day_and_time};
use crate::report::markup::{Escaped, fill};
use crate::report::number::count;
use crate::report::policy::policy;

const PAGE: &str = include_str!("page.html");
const OWN_STYLE: &str = include_str!("page.css");

/// How the intervals came about.
const METHOD: &str = "Intervals hold at 95 %. A percentile's is between order statistics at binomial ranks, a rate's comes from the means \
    of up to 20 batches of its seconds, a share's is Wilson's; those of a ratio or a difference are made of both by square-and-add \
    (Zou and Donner 2008). Where neighbouring requests resemble each other they are too narrow.";

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// The whole page.
pub fn compare_html(pair: &Pair) -> String {
    let likeness = Likeness::of(pair);
    let rows = pair.rows();
    let names = [&pair.first.name, &pair.second.name].map(|name| Escaped(name).to_string());
    fill(PAGE, |mark| match mark {
        "title" => format!("{} and {}", names[0], names[1]),
        "policy" => policy(&format!("{STYLE}{OWN_STYLE}")),
        "style" => STYLE.to_owned(),
        "own_style" => OWN_STYLE.to_owned(),
        "heading" => format!("{} &rarr; {}", names[0], names[1]),
        "summary" => summary(pair),
        "verdict" => verdict(&likeness),
        "facts" => facts(pair, &likeness),
        "caveat" => CAVEAT.replace("`lead-gate compare`", "<code>lead-gate compare</code>"),
        "deltas" => table(pair, &rows),
        "over_time" => over_time(pair),
        "curves" => curves(&rows),
        "method" => METHOD.to_owned(),
        "version" => format!("lead-loadgen {}", env!("CARGO_PKG_VERSION")),
        other => unreachable!("page.html has a mark that nobody fills: {other}"),
    })
}

fn summary(pair: &Pair) -> String {
    let side = |mark: &str, account: &crate::report::account::Account| {
        let requests = count(account.recording.total().requests());
        let start = day_and_time(account.recording.start());
        format!("{mark}: {start}, {requests} requests")
    };
    let [first, second] = pair.accounts();
    format!("{} · {}", side("A", first), side("B", second))
}

fn verdict(likeness: &Likeness) -> String {
    let (mood, sentence) = likeness.verdict();
    let (class, word) = match mood {
        Mood::Good => ("good", "COMPARABLE"),
        Mood::Doubtful => ("doubtful", "TWO TESTS"),
        Mood::Bad => ("bad", "INVALID"),
    };
    format!(
        "<section class=\"panel verdict {class}\" aria-label=\"Can the runs be compared?\">\n<p><b>{word}</b> {}</p>\n</section>\n",
        Escaped(&sentence)
    )
}

/// What each run says of itself.
fn facts(pair: &Pair, likeness: &Likeness) -> String {
    let mut rows = String::new();
    let mut row = |name: &str, says: [String; 2], is_same: bool| {
        let class = if is_same { "" } else { " class=\"differs\"" };
        let [first, second] = says;
        writeln!(
            rows,
            "<tr{class}><th scope=\"row\">{name}</th><td>{first}</td><td>{second}</td></tr>"
        )
        .expect(FITS);
    };
    let validity = likeness.validity.map(|validity| validity.to_string());
    row("Run", validity, likeness.validity[0] == likeness.validity[1]);
    for fact in &likeness.facts {
        let says = fact.says.each_ref().map(|says| match says.as_str() {
            "" => "not known".to_owned(),
            says => Escaped(says).to_string(),
        });
        row(fact.name, says, fact.is_same);
    }
    let commands =
        pair.accounts().map(|account| format!("<code>{}</code>", Escaped(&account.header.command)));
    row("Command", commands, true);
    let [first, second] =
        [&pair.first.name, &pair.second.name].map(|name| Escaped(name).to_string());
    format!(
        "<div class=\"table sides\">\n<table>\n<thead><tr><th></th><th scope=\"col\"><i class=\"mark response\"></i>A: {first}</th>\
         <th scope=\"col\"><i class=\"mark service\"></i>B: {second}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

/// Every figure of every endpoint.
fn table(pair: &Pair, rows: &[Row<'_>]) -> String {
    let mut body = String::new();
    for row in rows {
        body.push_str(&head(row));
        if row.requests().is_some() {
            deltas(pair, row).iter().for_each(|delta| body.push_str(&line(delta)));
        }
    }
    format!(
        "<div class=\"table deltas\">\n<table>\n<thead><tr><th class=\"name\" scope=\"col\">Figure</th><th scope=\"col\">A</th>\
         <th scope=\"col\">B</th><th scope=\"col\">Change</th><th scope=\"col\">95 % interval</th>\
         <th class=\"name\" scope=\"col\">Reading</th></tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )
}

/// The row that names an endpoint.
fn head(row: &Row<'_>) -> String {
    let requests = match row.requests() {
        Some([first, second]) => format!("{} and {} requests", count(first), count(second)),
        None => row.only_in().to_owned(),
    };
    let name = match row.method {
        "" => "All requests".to_owned(),
        method => format!("<span class=\"method\">{}</span>{}", Escaped(method), Escaped(row.name)),
    };
    format!(
        "<tr class=\"head\"><th class=\"name\" scope=\"rowgroup\" colspan=\"6\">{name} <small>{requests}</small></th></tr>\n"
    )
}

fn line(delta: &Delta) -> String {
    let value = |value: Option<f64>| Escaped(&shown(delta.figure, value)).to_string();
    let [first, second] = delta.values.map(value);
    let change = delta.change.map_or("-".to_owned(), |change| percent(delta.figure, change.value));
    let reading = delta.reading().as_str();
    let doubt = delta.doubt.as_ref().map(|doubt| format!(" title=\"{}\"", Escaped(doubt)));
    let class = class(delta);
    let weak = if delta.doubt.is_some() { " class=\"weak\"" } else { "" };
    format!(
        "<tr><th class=\"name\" scope=\"row\">{}</th><td{weak}{}>{first}</td><td{weak}>{second}</td><td class=\"{class}\">{change}</td>\
         <td>{}</td><td class=\"reading {class}\">{reading}</td></tr>\n",
        delta.figure.name(),
        doubt.unwrap_or_default(),
        interval(delta),
    )
}
