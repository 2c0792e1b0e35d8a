//! What somebody wishes for while the program runs: the load options of the command line, as text from a form.
//!
//! [`Wish::order`] reads it by the command line's own rules into an [`Order`], where whatever is left open stays as the
//! command line had it; [`Wish::edited`] reads what may change while a run goes on. Nothing here starts or changes anything.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::ValueEnum;

use super::load::outlasts_warm_up;
use super::shape::{rate, stage, users};
use super::{Order, ShapeArgs, Spaced, UsageError, parse_time_span};
use crate::plan::{ApiKey, Load, Origin, Plan, Spacing, SpawnRate, Users};

/// A load that is wished for. What is nothing or blank stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Peak number of concurrent users, as `--users`.
    pub users: Option<String>,
    /// Users to start per second, as `--spawn-rate`.
    pub spawn_rate: Option<String>,
    /// Requests per second, as `--rate`.
    pub rate: Option<String>,
    /// How requests of a rate follow one another, as `--arrivals`.
    pub arrivals: Option<String>,
    /// Lines of load, as `--stages`.
    pub stages: Option<String>,
    /// Base URL of the service, as `--host`.
    pub host: Option<String>,
    /// When to stop, as `--run-time`; blank for no limit.
    pub run_time: Option<String>,
    /// What counts nowhere, as `--warmup`.
    pub warm_up: Option<String>,
    /// Time for requests in flight to end, as `--stop-timeout`.
    pub stop_timeout: Option<String>,
    /// Key for this run, as `--api-key`; nothing leaves the command line's, which is sent to the origin it was given for alone.
    pub api_key: Option<ApiKey>,
    /// Whether the target may be loaded even if it is not in a private network, as `--yes`.
    pub is_confirmed: bool,
}

impl Wish {
    /// The order that follows from a wish, beside what the command line said.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in the command line's words.
    pub fn order(&self, base: &Order) -> Result<Order, UsageError> {
        let plan = &base.plan;
        let load = self.load(plan)?;
        let is_same_model = matches!(load, Load::Open(_)) == matches!(plan.load, Load::Open(_));
        let patience = match &load {
            _ if is_same_model || base.is_patient => plan.stop_timeout,
            // As the command line would have it: what was due must not vanish at the end, users may.
            Load::Open(_) => plan.timeout,
            Load::Closed(_) => Duration::ZERO,
        };
        let time = |text: &str| parse_time_span(text).map_err(|fault| fault.to_string());
        let host = read("-H/--host", &self.host, Origin::parse)?;
        let plan = Plan {
            api_key: self.api_key.clone().or_else(|| own_key(base, host.as_ref())),
            target: host.unwrap_or(plan.target.clone()),
            warm_up: read("--warmup", &self.warm_up, time)?.unwrap_or(plan.warm_up),
            run_time: match &self.run_time {
                None => plan.run_time,
                // Zero is no limit, as on the command line.
                text => read("-t/--run-time", text, time)?.filter(|time| !time.is_zero()),
            },
            stop_timeout: read("-s/--stop-timeout", &self.stop_timeout, time)?.unwrap_or(patience),
            load,
            ..plan.clone()
        };
        outlasts_warm_up(&plan)?;
        base.safety.check(&plan)?;
        Ok(Order {
            plan,
            is_patient: base.is_patient || given(&self.stop_timeout),
            is_confirmed: base.is_confirmed || self.is_confirmed,
            ..base.clone()
        })
    }

    /// A plan that goes on, with the users or the rate that are wished for from now on.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in the command line's words; also a wish for what cannot change in a run that goes on.
    pub fn edited(&self, order: &Order, plan: &Plan) -> Result<Plan, UsageError> {
        let refused = |what: &str| {
            UsageError::new(format!(
                "{what} cannot change while a test runs: stop it and start a new one"
            ))
        };
        let host = read("-H/--host", &self.host, Origin::parse)?;
        if host.is_some_and(|host| host != plan.target) {
            return Err(refused("the host"));
        }
        if given(&self.stages) {
            return Err(refused("stages"));
        }
        let is_open = matches!(plan.load, Load::Open(_));
        if given(if is_open { &self.users } else { &self.rate }) {
            return Err(refused("the model (users or a rate)"));
        }
        if ![&self.users, &self.spawn_rate, &self.rate].into_iter().any(given) {
            return Ok(plan.clone());
        }
        let steady = match &plan.load {
            Load::Closed(users) => Load::ramp(users.peak(), spawn_rate(users)),
            Load::Open(arrivals) => Load::Open(arrivals.clone()),
        };
        let load = self.load(&Plan { load: steady, ..plan.clone() })?;
        let plan = Plan { load, ..plan.clone() };
        order.safety.check(&plan)?;
        Ok(plan)
    }

    /// The load that is wished for, beside that of a plan.
    fn load(&self, plan: &Plan) -> Result<Load, UsageError> {
        let is_named = [&self.users, &self.spawn_rate, &self.rate, &self.stages].map(given);
        if is_named == [false; 4] {
            return Ok(plan.load.clone());
        }
        let [_, _, has_rate, has_stages] = is_named;
        if (is_named[0] || is_named[1]) && (has_rate || has_stages) {
            let what = if has_rate { "--rate" } else { "--stages" };
            return Err(UsageError::new(format!(
                "argument {what}: not allowed with argument --users or --spawn-rate"
            )));
        }
        let stages = self.stages.iter().flat_map(|text| text.split(','));
        let stages = stages.map(str::trim).filter(|text| !text.is_empty()).map(|text| {
            stage(text).map_err(|fault| UsageError::new(format!("argument --stages: {fault}")))
        });
        let (arrivals, max_in_flight) = match &plan.load {
            Load::Open(arrivals) => (spaced(arrivals.spacing), Some(arrivals.max_in_flight)),
            Load::Closed(_) => (Spaced::Constant, None),
        };
        let (planned, per_second) = match &plan.load {
            Load::Closed(users) => (users.peak(), spawn_rate(users)),
            Load::Open(_) => (NonZeroU32::MIN, SpawnRate::ONE),
        };
        let shape = ShapeArgs {
            users: read("-u/--users", &self.users, users)?.unwrap_or(planned),
            spawn_rate: read("-r/--spawn-rate", &self.spawn_rate, SpawnRate::parse)?
                .unwrap_or(per_second),
            rate: read("--rate", &self.rate, rate)?,
            stages: stages.collect::<Result<_, _>>()?,
            arrivals: read("--arrivals", &self.arrivals, |text| Spaced::from_str(text, true))?
                .unwrap_or(arrivals),
            max_in_flight,
            warmup: Duration::ZERO,
            reset_stats: false,
        };
        shape.load()
    }
}

/// The command line's key, where it is meant for this host: whoever may name a host must not have the key sent to it.
fn own_key(base: &Order, host: Option<&Origin>) -> Option<ApiKey> {
    let is_meant = host.is_none_or(|host| base.web.has_target && host.is_same(&base.plan.target));
    base.plan.api_key.clone().filter(|_| is_meant)
}

fn spaced(spacing: Spacing) -> Spaced {
    match spacing {
        Spacing::Constant => Spaced::Constant,
        Spacing::Poisson => Spaced::Poisson,
    }
}

/// How fast users are started; stages say so themselves.
fn spawn_rate(users: &Users) -> SpawnRate {
    match users {
        Users::Ramp { spawn_rate, .. } => *spawn_rate,
        Users::Stages(_) => SpawnRate::ONE,
    }
}

/// Whether a field says something.
fn given(text: &Option<String>) -> bool {
    text.as_ref().is_some_and(|text| !text.trim().is_empty())
}

/// Reads a field by an option's own rule; nothing where it says nothing.
fn read<T>(
    option: &str,
    text: &Option<String>,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, UsageError> {
    let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let fault = |fault| UsageError::new(format!("argument {option}: {fault}"));
    text.map(parse).transpose().map_err(fault)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Wish;
    use crate::cli::{Args, Order};
    use crate::plan::ApiKey;

    fn base(words: &[&str]) -> Order {
        let words = ["lead-loadgen", "--host", "http://127.0.0.1:1"].iter().chain(words);
        Args::order(words.map(Into::into)).expect("an order")
    }

    fn wish(fields: &[(&str, &str)]) -> Wish {
        let field = |name: &str| {
            let found = fields.iter().find(|(other, _)| *other == name);
            found.map(|(_, text)| (*text).to_owned())
        };
        Wish {
            users: field("users"),
            spawn_rate: field("spawn_rate"),
            rate: field("rate"),
            arrivals: field("arrivals"),
            stages: field("stages"),
            host: field("host"),
            run_time: field("run_time"),
            warm_up: field("warm_up"),
            stop_timeout: field("stop_timeout"),
            api_key: None,
            is_confirmed: false,
        }
    }

    #[test]
    fn the_command_lines_key_is_for_the_origin_that_was_named_with_it() {
        let key = |base: &Order, host: &str| {
            let plan = wish(&[("host", host)]).order(base).expect("an order").plan;
            plan.api_key.is_some()
        };
        let named = base(&["--api-key", "k3y"]);
        for same in ["", "http://127.0.0.1:1", "http://127.0.0.1:1/base/"] {
            assert!(key(&named, same), "{same}");
        }
        for other in [
            "http://127.0.0.1:2",
            "https://127.0.0.1:1",
            "http://127.0.0.2:1",
            "http://localhost:1",
        ] {
            assert!(!key(&named, other), "{other}");
        }
        // Where no host was named the key is for nobody yet, not even for what stands in a name's place.
        let words = ["lead-loadgen", "--api-key", "k3y"];
        let unnamed = Args::order(words.map(Into::into)).expect("an order");
        assert!(!key(&unnamed, "http://localhost") && !key(&unnamed, "http://127.0.0.1:1"));
        let host = Some("http://127.0.0.1:2".to_owned());
        let given = Some(ApiKey::parse("other").expect("a key"));
        let wish = Wish { host, api_key: given.clone(), ..Wish::default() };
        assert_eq!(wish.order(&named).expect("an order").plan.api_key, given);
    }

    #[test]
    fn what_is_left_open_stays_as_the_command_line_had_it() {
        let base = base(&["-u", "7", "-r", "3", "-t", "1m", "--stop-timeout", "5"]);
        let order = wish(&[("users", " "), ("host", "")]).order(&base).expect("an order");
        assert_eq!(order.plan.load.to_string(), "7 users at 3 per second");
        assert_eq!(order.plan.run_time, Some(Duration::from_secs(60)));
        let order = wish(&[("users", "9"), ("run_time", "")]).order(&base).expect("an order");
        assert_eq!(order.plan.load.to_string(), "9 users at 3 per second");
        assert_eq!((order.plan.run_time, order.plan.stop_timeout.as_secs()), (None, 5));
    }

    #[test]
    fn another_model_brings_its_own_patience() {
        let closed = base(&["-u", "7"]);
        let order = wish(&[("rate", "300"), ("stages", "10s:300,5s:0")]).order(&closed);
        let plan = order.expect("an order").plan;
        assert_eq!(plan.load.to_string(), "300 requests/s, to 300 in 10s, to 0 in 5s");
        assert_eq!(plan.stop_timeout, Duration::from_secs(60));
        let open = base(&["--rate", "50"]);
        let plan =
            wish(&[("users", "4"), ("spawn_rate", "2")]).order(&open).expect("an order").plan;
        assert_eq!(plan.load.to_string(), "4 users at 2 per second");
        assert_eq!(plan.stop_timeout, Duration::ZERO);
    }

    #[test]
    fn a_wrong_wish_is_told_in_the_command_lines_words() {
        let base = base(&[]);
        for (fields, expect) in [
            (&[("users", "many")][..], "argument -u/--users: invalid int value: 'many'"),
            (&[("users", "0")], "argument -u/--users: must be > 0"),
            (&[("spawn_rate", "-1")], "argument -r/--spawn-rate: must be > 0"),
            (&[("run_time", "1x")], "argument -t/--run-time: invalid time span '1x'"),
            (
                &[("rate", "5"), ("users", "5")],
                "argument --rate: not allowed with argument --users",
            ),
            (&[("stages", "10s")], "argument --stages: '10s' has no colon"),
            (&[("stages", "10s:0")], "there would never be any users"),
            (&[("host", "ftp://x")], "argument -H/--host: "),
            (&[("users", "10001")], "10001 users are more than 10000; add --no-caps"),
            (&[("warm_up", "20"), ("run_time", "10")], "argument --warmup: the run would be over"),
        ] {
            let fault = wish(fields).order(&base).expect_err("it is wrong");
            assert!(fault.text().contains(expect), "{fields:?}: {}", fault.text());
        }
    }

    #[test]
    fn only_users_or_the_rate_change_while_a_run_goes_on() {
        let (closed, open) = (base(&["-u", "7", "-r", "3"]), base(&["--rate", "50"]));
        let edited = |base: &Order, fields| {
            let plan = wish(fields).edited(base, &base.plan);
            plan.map(|plan| plan.load.to_string()).map_err(|fault| fault.text().to_owned())
        };
        assert_eq!(edited(&closed, &[("users", "9")]).expect("more"), "9 users at 3 per second");
        assert_eq!(edited(&open, &[("rate", "0.5")]).expect("less"), "0.5 requests/s");
        for (base, fields) in [
            (&closed, &[("rate", "5")][..]),
            (&open, &[("users", "5")]),
            (&closed, &[("stages", "5s:5")]),
            (&closed, &[("host", "http://127.0.0.2:1")]),
        ] {
            let fault = edited(base, fields).expect_err("it cannot change");
            assert!(fault.contains("cannot change while a test runs: stop it"), "{fault}");
        }
        let fault = edited(&closed, &[("users", "20000")]).expect_err("too many");
        assert!(fault.contains("--no-caps"), "{fault}");
    }
}
