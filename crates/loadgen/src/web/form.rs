//! The form that starts or changes a run: what it says now, and what is wrong with what was sent.
//!
//! [`Fields`] are the form's, in Locust's names where Locust has them, and in those of our own options otherwise; [`wish`] reads
//! what was sent. Faults that Locust's page tells are told in Locust's words, the others in the command line's, each at its
//! field. What follows from a wish is the session's.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::cli::{Wish, parse_time_span};
use crate::plan::{ApiKey, Load, Origin, Plan, Spacing, Users};

/// The form's fields that are not blank.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Fields(BTreeMap<String, String>);

/// The names of the fields, and the options whose values they are.
const NAMES: [(&str, &str); 9] = [
    ("user_count", "--users"),
    ("spawn_rate", "--spawn-rate"),
    ("rate", "--rate"),
    ("arrivals", "--arrivals"),
    ("stages", "--stages"),
    ("host", "--host"),
    ("run_time", "--run-time"),
    ("warmup", "--warmup"),
    ("stop_timeout", "--stop-timeout"),
];

/// Why a form is not obeyed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fault {
    /// All in one sentence, as a script may show it.
    pub(super) message: String,
    /// By field, as the page shows it.
    pub(super) faults: BTreeMap<String, String>,
}

impl Fields {
    /// As a plan has them; the host only if it was named.
    pub(super) fn of(plan: &Plan, has_target: bool) -> Self {
        let seconds = |time: Duration| format!("{}s", time.as_secs());
        let mut fields = Self::default();
        if has_target {
            fields.set("host", plan.target.to_string());
        }
        match &plan.load {
            Load::Closed(Users::Ramp { users, spawn_rate }) => {
                fields.set("user_count", users.to_string());
                fields.set("spawn_rate", spawn_rate.per_second().to_string());
            }
            Load::Closed(Users::Stages(stages)) => fields.set("stages", stages.typed()),
            Load::Open(arrivals) => {
                fields.set("rate", arrivals.rate.at(Duration::ZERO).to_string());
                fields.set("stages", arrivals.rate.typed());
                let spacing = match arrivals.spacing {
                    Spacing::Constant => "constant",
                    Spacing::Poisson => "poisson",
                };
                fields.set("arrivals", spacing.to_owned());
            }
        }
        plan.run_time.into_iter().for_each(|time| fields.set("run_time", seconds(time)));
        if !plan.warm_up.is_zero() {
            fields.set("warmup", seconds(plan.warm_up));
        }
        fields
    }

    /// What was sent: of each name the last value, as Locust's command line has it.
    pub(super) fn sent(pairs: Vec<(String, String)>) -> Self {
        let mut fields = Self::default();
        for (name, value) in pairs {
            let value = value.trim();
            fields.set(
                &name,
                match name.as_str() {
                    // As in Locust, which shows it on its page as it is.
                    "host" => value.replace(['<', '>'], ""),
                    _ => value.to_owned(),
                },
            );
        }
        fields
    }

    fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// A field that was sent, blank or not.
    pub(super) fn sent_as(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A field that is not blank.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.sent_as(name).filter(|value| !value.is_empty())
    }

    /// Takes over what a change of a run that goes on has changed.
    pub(super) fn edited(self, sent: &Self) -> Self {
        self.with(sent, &["user_count", "spawn_rate", "rate"])
    }

    /// Takes over some fields as they were typed.
    pub(super) fn with(mut self, sent: &Self, names: &[&str]) -> Self {
        for &name in names {
            sent.get(name).into_iter().for_each(|value| self.set(name, value.to_owned()));
        }
        self
    }
}

/// What somebody wishes for by a form.
///
/// # Errors
///
/// For numbers and times that are none, and for a form without any load; `needs_host` says that nothing else names one.
pub(super) fn wish(fields: &Fields, needs_host: bool) -> Result<Wish, Fault> {
    let mut fault = Fault::default();
    let has_shape = fields.get("rate").is_some() || fields.get("stages").is_some();
    if let Some(text) = fields.sent_as("user_count")
        && !(has_shape && text.is_empty())
        && text.parse::<i64>().is_err()
    {
        fault
            .add("user_count", &format!("Invalid user_count value: '{text}' (must be an integer)"));
    }
    if let Some(text) = fields.sent_as("spawn_rate")
        && !(has_shape && text.is_empty())
        && text.parse::<f64>().is_err()
    {
        fault.add("spawn_rate", &format!("Invalid spawn_rate value: '{text}' (must be a number)"));
    }
    if fields.get("run_time").is_some_and(|text| parse_time_span(text).is_err()) {
        let valid = "Valid run_time formats are : 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.";
        fault.add("run_time", valid);
    }
    match fields.get("host").map(Origin::parse) {
        None if needs_host => {
            fault.add("host", "Name the service to load, such as http://127.0.0.1:8000");
        }
        Some(Err(what)) => fault.add("host", &capitalized(&what)),
        _ => {}
    }
    let api_key = fields.get("api_key").map(ApiKey::parse).transpose();
    if let Err(what) = &api_key {
        fault.add("api_key", &capitalized(what));
    }
    if fault.is_some() {
        return Err(fault);
    }
    let is_missing = |name| {
        fields.get(name).is_none_or(|text| text.parse().is_ok_and(|number: f64| number <= 0.0))
    };
    if !has_shape && (is_missing("user_count") || is_missing("spawn_rate")) {
        let message = "Missing or invalid user_count or spawn_rate from /swarm request";
        for name in ["user_count", "spawn_rate"] {
            if is_missing(name) {
                fault.add(name, "Must be a number above 0");
            }
        }
        return Err(Fault { message: message.to_owned(), ..fault });
    }
    let text = |name| fields.sent_as(name).map(str::to_owned);
    Ok(Wish {
        users: text("user_count"),
        spawn_rate: text("spawn_rate"),
        rate: text("rate"),
        arrivals: text("arrivals"),
        stages: text("stages"),
        host: text("host"),
        run_time: text("run_time"),
        warm_up: text("warmup"),
        stop_timeout: text("stop_timeout"),
        api_key: api_key.ok().flatten(),
        is_confirmed: fields.get("confirm") == Some("true"),
    })
}

impl Fault {
    /// A fault of the session, at its field where the words name an option.
    pub(super) fn of(words: &str) -> Self {
        let mut fault = Self { message: words.to_owned(), ..Self::default() };
        let named = words.strip_prefix("argument ").and_then(|rest| rest.split_once(": "));
        if let Some((option, what)) = named
            && let Some((name, _)) =
                NAMES.iter().find(|(_, long)| option.split('/').any(|part| part == *long))
        {
            fault.faults.insert((*name).to_owned(), capitalized(what));
        }
        fault
    }

    /// Says the whole message at one field.
    pub(super) fn at(mut self, field: &str) -> Self {
        self.faults.insert(field.to_owned(), capitalized(&self.message));
        self
    }

    fn add(&mut self, field: &str, what: &str) {
        if self.message.is_empty() {
            what.clone_into(&mut self.message);
        }
        self.faults.insert(field.to_owned(), what.to_owned());
    }

    fn is_some(&self) -> bool {
        !self.message.is_empty()
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
