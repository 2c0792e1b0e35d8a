//! How the run went, and the baseline beside it: one chart for each percentile, and one for the rate.
//!
//! Both runs begin at the left edge, so that like lies over like. The steady part of this run is tinted; a limit is drawn
//! where it does not push everything else to the bottom.

use super::chart::{Chart, Limit, Line, clock};
use crate::{
    quantity::{Quantity, counted},
    report::escape::markup,
    rule::{Limit as RuleLimit, Metric, Scope},
    timeline::HistoryMode,
    track::{Moment, Track},
    verdict::Verdict,
};

/// A limit this many times as high as everything else is said instead of drawn.
const FAR: f64 = 1.6;

/// The charts of a verdict; nothing if the run has no history.
pub(super) fn section(verdict: &Verdict) -> String {
    let Some(track) = &verdict.run.track else { return String::new() };
    let before = verdict.run.baseline.as_ref().and_then(|baseline| baseline.track.as_ref());
    let view = View { verdict, track, before };
    let charts = [
        view.times("P50", 0.50, "p50", |moment| moment.p50_ms),
        view.times("P95", 0.95, "p95", |moment| moment.p95_ms),
        view.times("P99", 0.99, "p99", |moment| moment.p99_ms),
    ];
    format!(
        "<section>\n<h2>Over time</h2>\n<p class=\"note\">{}</p>\n<div class=\"pair\">\n{}{}</div>\n</section>\n",
        view.note(),
        charts.concat(),
        view.rates()
    )
}

/// The two runs that are drawn.
struct View<'v> {
    verdict: &'v Verdict,
    track: &'v Track,
    before: Option<&'v Track>,
}

impl View<'_> {
    /// How to read the charts.
    fn note(&self) -> String {
        let times = match self.track.mode {
            HistoryMode::Windowed => "Response times of the last ten seconds at each moment",
            _ => {
                "Response times since the start of the run, as this history holds no others: a late change is nearly \
                 invisible in them"
            }
        };
        let before = match (self.before, &self.verdict.run.baseline) {
            (Some(before), _) if before.mode != self.track.mode => {
                " The baseline's response times are of another kind (since the start, or of ten seconds): compare the \
                 rate only."
            }
            (None, Some(_)) => " The baseline has no history to be drawn.",
            _ => "",
        };
        format!(
            "{times}; failed requests are included. Limits, in red, are meant for the whole run.{before}"
        )
    }

    fn times(
        &self,
        name: &'static str,
        fraction: f64,
        class: &'static str,
        ms: fn(&Moment) -> Option<f64>,
    ) -> String {
        let own = points(self.track, ms);
        let mut lines = Vec::new();
        if let Some(before) = self.before {
            let points = points(before, ms);
            lines.push(Line { class: "before", label: "Baseline", points, is_right: false });
        }
        let title = format!("{name} (ms)");
        let tips = self.tips(|moment| match ms(moment) {
            Some(ms) => Quantity::Milliseconds(ms).to_string(),
            None => "no requests".to_owned(),
        });
        lines.push(Line { class, label: "This run", points: own, is_right: false });
        Chart {
            title: &title,
            description: self
                .description(&format!("{name} of the response times in milliseconds"), ms),
            limit: self.limit(Metric::Percentile(fraction), &lines),
            finest: 0.001,
            lines,
            tips,
            ..self.blank()
        }
        .render()
    }

    fn rates(&self) -> String {
        let rate = |moment: &Moment| Some(moment.requests_per_s);
        let users = points(self.track, |moment| Some(moment.users as f64));
        let mut lines = vec![Line {
            class: "users",
            label: "Users (right scale)",
            points: users,
            is_right: true,
        }];
        if let Some(before) = self.before {
            let points = points(before, rate);
            lines.push(Line { class: "before", label: "Baseline", points, is_right: false });
        }
        let (own, failed) =
            (points(self.track, rate), |moment: &Moment| Some(moment.failures_per_s));
        lines.push(Line { class: "rate", label: "This run", points: own, is_right: false });
        if self.verdict.run.failures > 0 {
            let points = points(self.track, failed);
            lines.push(Line { class: "failed", label: "Failed", points, is_right: false });
        }
        let tips = self.tips(|moment| {
            format!(
                "{}, {} failed, {}",
                Quantity::PerSecond(moment.requests_per_s),
                Quantity::PerSecond(moment.failures_per_s),
                counted(moment.users, "user")
            )
        });
        Chart {
            title: "Requests per second",
            description: self
                .description("Requests per second on the left scale, users on the right one", rate),
            limit: self
                .limit(Metric::SteadyRps, &lines)
                .or_else(|| self.limit(Metric::Rps, &lines)),
            finest: 0.1,
            lines,
            tips,
            ..self.blank()
        }
        .render()
    }

    /// A chart of this run's time with nothing in it.
    fn blank(&self) -> Chart<'_> {
        let length_s = self.before.map_or(0, |before| before.length_s).max(self.track.length_s);
        Chart {
            title: "",
            description: String::new(),
            length_s,
            window: self.track.steady_s.map(|window| (window, "steady")),
            lines: Vec::new(),
            limit: None,
            finest: 1.0,
            tips: Vec::new(),
        }
    }

    /// What a chart shows, in words that stand for it.
    fn description(&self, what: &str, part: impl Fn(&Moment) -> Option<f64>) -> String {
        let values = || self.track.moments.iter().filter_map(&part);
        let range = match (values().reduce(f64::min), values().reduce(f64::max)) {
            (Some(least), Some(most)) => {
                let [least, most] =
                    [least, most].map(|value| Quantity::PerSecond(value).to_string());
                let (least, most) = (least.trim_end_matches("/s"), most.trim_end_matches("/s"));
                format!(", from {least} to {most}")
            }
            _ => String::new(),
        };
        let beside = if self.before.is_some() { ", with the baseline beside it" } else { "" };
        format!("{what} over {}{range}{beside}", clock(self.track.length_s))
    }

    fn tips(&self, words: impl Fn(&Moment) -> String) -> Vec<(u64, String)> {
        let tip =
            |moment: &Moment| (moment.at_s, format!("{} · {}", clock(moment.at_s), words(moment)));
        self.track.moments.iter().map(tip).collect()
    }

    /// The limit of a rule over all requests, if the policy has one that lies near the lines.
    fn limit(&self, metric: Metric, lines: &[Line<'_>]) -> Option<Limit> {
        let on_left = lines.iter().filter(|line| !line.is_right);
        let values = on_left.flat_map(|line| line.points.iter().filter_map(|(_, value)| *value));
        let most = values.fold(0.0, f64::max);
        let fits = |outcome: &&crate::verdict::Outcome| {
            let rule = &outcome.rule;
            let is_fixed = matches!(rule.limit(), RuleLimit::Absolute(_));
            rule.metric() == metric && *rule.scope() == Scope::All && is_fixed
        };
        let outcome = self.verdict.outcomes.iter().find(fits)?;
        let limit = outcome.limit?;
        let label = markup(&format!("{} {limit}", outcome.rule.op()));
        (limit.value() <= most * FAR).then_some(Limit { value: limit.value(), label })
    }
}

fn points(track: &Track, part: impl Fn(&Moment) -> Option<f64>) -> Vec<(u64, Option<f64>)> {
    track.moments.iter().map(|moment| (moment.at_s, part(moment))).collect()
}
