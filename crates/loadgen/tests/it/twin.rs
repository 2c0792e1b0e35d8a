//! The JSON twin: it holds everything, satisfies its schema, and reads back to the same page, or says why not.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};
use jsonschema::Validator;
use lead_loadgen::{
    Account, Arrivals, End, Failure, FailureClass, GateRule, GateVerdict, Load, Pair, Phases,
    Pulse, Recording, ResourceSample, Second, Side, Spacing, Stage, Stages, Tally, compare_html,
    html, json, twin,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::recordings::{blank, open, quarter_minute};
use crate::reports::{account, invalid, valid};
use crate::simulated::{plan, task};

/// A run of which everything is known that can be.
pub(crate) fn full() -> Account {
    let pulse = Pulse { at_s: 1.0, covers_s: 1.0, own_cores: Some(0.4), ..Pulse::default() };
    let rule = GateRule {
        label: "p95 (POST /predict)".to_owned(),
        expr: "p95 <= 300ms of each".to_owned(),
        verdict: "pass".to_owned(),
        observed: Some(1.95),
        op: "<=".to_owned(),
        limit: Some(300.0),
        unit: "ms".to_owned(),
        why: "1.95 ms is not above 300 ms".to_owned(),
    };
    Account {
        pulses: vec![pulse, Pulse { at_s: 2.0, open_files: Some(12), ..pulse }],
        resources: vec![
            ResourceSample { at_s: 0.5, cpu_percent: Some(31.5), memory_bytes: Some(51_234_816) },
            ResourceSample { at_s: 1.5, cpu_percent: None, memory_bytes: None },
        ],
        gate: Some(GateVerdict { verdict: "pass".to_owned(), error: None, rules: vec![rule] }),
        ..account(open(), invalid())
    }
}

/// The file of an account in a folder.
pub(crate) fn written(folder: &Path, name: &str, account: &Account) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, twin(account)).unwrap();
    path
}

/// What is said of a document that is no run's.
fn refusal(document: &Value) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    fs::write(&path, document.to_string()).unwrap();
    let fault = Account::read(&path).expect_err("it was spoilt").to_string();
    fault.replace(&path.display().to_string(), "run.json")
}

fn value(account: &Account) -> Value {
    serde_json::from_str(&twin(account)).unwrap()
}

fn check_round_trip(account: &Account) {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "run.json", account);
    let back = Account::read(&path).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(html(&back), html(account));
    assert_eq!(json(&back), json(account));
    assert_eq!(twin(&back), twin(account));
    let errors: Vec<_> = schema().iter_errors(&value(account)).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
}

/// The schema, closed: what it does not describe is a fault here, although its readers must expect more members.
fn schema() -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/run.schema.json");
    let mut schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(schema["properties"]["schema_version"]["const"], lead_loadgen::SCHEMA_VERSION);
    close(&mut schema);
    jsonschema::draft202012::new(&schema).unwrap()
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") && members.contains_key("type") {
                members.insert("additionalProperties".to_owned(), false.into());
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn the_twin_holds_everything() {
    insta::assert_snapshot!("twin", twin(&full()));
}

#[test]
fn what_was_read_makes_the_same_page_byte_for_byte() {
    check_round_trip(&full());
    check_round_trip(&account(quarter_minute(), valid()));
    check_round_trip(&account(blank(), valid()));
    // A run that still goes on.
    let mut recording = blank();
    recording.fold(&Second { users: 3, tasks: vec![Tally::default(); 2], ..Second::blank(0) });
    check_round_trip(&account(recording, invalid()));
}

#[test]
fn an_hour_of_four_endpoints_stays_below_half_a_megabyte() {
    let mut plan = plan(1, "1h", Duration::ZERO);
    plan.scenario.tasks = ["/a", "/b", "/c", "/d"].map(task).to_vec();
    let mut recording = Recording::new(&plan, "2026-08-22T09:40:00Z".parse().unwrap());
    for number in 0..3_600 {
        let times: Vec<u64> = (0..50).map(|at| 300 + (at * 7_919 + number * 31) % 9_000).collect();
        let at = Duration::from_secs(number);
        let tasks = (0..4).map(|_| crate::recordings::tally(&times, at)).collect();
        recording.fold(&Second { tasks, ..Second::blank(number) });
    }
    let account = account(recording, valid());
    let length = twin(&account).len();
    assert!(length < 500_000, "{length} bytes");
    check_round_trip(&account);
}

#[test]
fn another_form_is_refused_with_what_to_give_instead() {
    let mut next = value(&full());
    next["schema_version"] = 2.into();
    let list: Value = serde_json::from_str(&json(&full())).unwrap();
    let mut said = vec![
        refusal(&next),
        refusal(&list),
        refusal(&json!({"schema_version": 1, "kind": "capacity"})),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let read = || {
        let fault = Account::read(&path).unwrap_err().to_string();
        fault.replace(&path.display().to_string(), "run.json")
    };
    said.push(read());
    fs::write(&path, &twin(&full())[..1_000]).unwrap();
    said.push(read());
    insta::assert_snapshot!("refusals", said.join("\n"));
}

#[test]
fn a_member_that_is_wrong_is_named_with_its_pointer() {
    let spoilt = |pointer: &str, wrong: Value| {
        let mut document = value(&full());
        *document.pointer_mut(pointer).expect(pointer) = wrong;
        refusal(&document)
    };
    let said = [
        spoilt("/run/started", json!("yesterday")),
        spoilt("/run/command", json!(7)),
        spoilt("/run/warm_up_s", json!(-1)),
        spoilt("/run/lasted_s", json!(13.5)),
        spoilt("/run/seconds", json!(3)),
        spoilt("/run/end/at_s", json!(1e9)),
        spoilt("/run/asked/requests", json!(901)),
        spoilt("/verdict/validity", json!("VALID")),
        spoilt("/verdict/reasons/0/rule", json!("bad-luck")),
        spoilt("/total/requests", json!(894)),
        spoilt("/total/response/percentiles_ms/95%", json!(1.0)),
        spoilt("/endpoints/1/response/histogram", json!("HISTFAAA")),
        spoilt("/endpoints/1/response/count", json!(896)),
        spoilt("/endpoints/1/response/min_us", json!(10)),
        spoilt("/endpoints/1/response/sum_us", json!(10)),
        spoilt("/endpoints/1/failure_classes/timeout", json!(1)),
        spoilt("/endpoints/1/requests_each_s", json!([1, 2])),
        spoilt("/series/users", json!([1])),
        spoilt("/series/p50_ms/4", json!(null)),
        spoilt("/pulses/open_files/1", json!(1e12)),
        spoilt("/gate/rules/0/unit", json!("h")),
    ];
    insta::assert_snapshot!("faults", said.join("\n"));
}

#[test]
fn more_than_can_be_added_up_or_drawn_is_refused_before_it_is() {
    let spoilt = |changes: &[(&str, Value)]| {
        let mut document = value(&full());
        for (pointer, wrong) in changes {
            *document.pointer_mut(pointer).expect(pointer) = wrong.clone();
        }
        refusal(&document)
    };
    let most = 1_u64 << 53;
    let (bytes, more) = (json!(most), json!(most + 1));
    let column = json!(vec![0; 126]);
    let said = [
        spoilt(&[("/endpoints/0/bytes", more.clone())]),
        spoilt(&[("/endpoints/0/bytes", bytes.clone()), ("/endpoints/1/bytes", bytes)]),
        spoilt(&[("/run/end/unsent", more)]),
        spoilt(&[("/heat/step_s", json!(1_u64 << 63))]),
        spoilt(&[("/heat/step_s", json!(2))]),
        spoilt(&[("/heat/columns", json!([]))]),
        spoilt(&[("/heat/columns/0", column)]),
    ];
    insta::assert_snapshot!("too_many", said.join("\n"));
}

#[test]
fn a_histogram_of_more_than_any_run_counts_is_refused() {
    let mut document = value(&full());
    let response = document.pointer_mut("/endpoints/1/response").unwrap();
    // The form itself can say no more than 2^55.
    (response["count"], response["histogram"]) = (json!(1_u64 << 54), json!(packed(1 << 54)));
    let fault = refusal(&document);
    assert!(fault.contains("/endpoints/1/response/count: is more than"), "{fault}");
}

/// A histogram as a file holds it: one value, so many times.
fn packed(times: u64) -> String {
    let mut histogram = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3).unwrap();
    histogram.record_n(1_000, times).unwrap();
    let mut bytes = Vec::new();
    V2DeflateSerializer::new().serialize(&histogram, &mut bytes).unwrap();
    STANDARD.encode(bytes)
}

#[test]
fn no_member_can_be_left_out_or_be_of_another_kind_unseen() {
    let document = value(&full());
    let mut pointers = Vec::new();
    members(&document, "", &mut pointers);
    assert!(pointers.len() > 150, "{}", pointers.len());
    for pointer in pointers {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/").replace("~0", "~");
        let mut gone = document.clone();
        gone.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(&name).unwrap();
        if pointer != "/gate/error" {
            assert!(refusal(&gone).contains("run.json"), "{pointer}");
        }
        let mut other = document.clone();
        *other.pointer_mut(&pointer).unwrap() = json!([[{"other": true}]]);
        assert!(refusal(&other).contains("run.json"), "{pointer}");
    }
}

/// The pointers of all members of all objects.
fn members(value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                pointers.push(pointer.clone());
                members(value, &pointer, pointers);
            }
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(at, value)| members(value, &format!("{pointer}/{at}"), pointers));
        }
        _ => {}
    }
}

#[test]
fn the_schema_refuses_what_reading_refuses() {
    let schema = schema();
    for (pointer, wrong) in [
        ("/run/command", json!(7)),
        ("/total/requests", json!(-1)),
        ("/endpoints/0/bytes", json!((1_u64 << 53) + 1)),
        ("/verdict/validity", json!("GOOD")),
        ("/series/p50_ms/4", json!(null)),
        ("/endpoints/1/response/histogram", json!(null)),
        ("/kind", json!("capacity")),
    ] {
        let mut document = value(&full());
        *document.pointer_mut(pointer).expect(pointer) = wrong;
        assert!(!schema.is_valid(&document), "{pointer}");
    }
}

/// A second of two tasks, as a worker might tell of it.
#[derive(Debug, Clone)]
struct Told {
    answers: [Vec<(u64, u64, Option<u8>)>; 2],
    users: u64,
    in_flight: u64,
}

fn told() -> impl Strategy<Value = Told> {
    let time = prop_oneof![1_u64..3_000, 1_000_u64..2_000_000, 50_000_000_u64..200_000_000];
    let answer = (time, 0_u64..50_000, prop::option::weighted(0.2, 0_u8..7));
    let answers = || prop::collection::vec(answer.clone(), 0..20);
    ([answers(), answers()], 0_u64..500, 0_u64..90).prop_map(|(answers, users, in_flight)| Told {
        answers,
        users,
        in_flight,
    })
}

/// The second with this number; service times are shorter than response times by the lag.
fn second(number: u64, told: &Told, is_open: bool, is_warm_up: bool) -> Second {
    let mut second =
        Second { users: told.users, in_flight: told.in_flight, ..Second::blank(number) };
    let mut phases = Phases { opened: number % 3, reopened: Some(number % 2), ..Phases::default() };
    let tasks = told.answers.iter().map(|answers| {
        let mut tally = Tally::default();
        for (at, &(us, lag_us, failed)) in answers.iter().enumerate() {
            let at = Duration::from_secs(number) + Duration::from_nanos(at as u64 * 1_234_567);
            let response = Duration::from_micros(us + if is_open { lag_us } else { 0 });
            let outcome = failed.map_or(Ok(()), |class| {
                let class = FailureClass::ALL[usize::from(class)];
                Err(Failure::new(class, format!("<{class} {}>", us % 90)))
            });
            tally.count(response, us % 1_000, outcome, at);
            if is_open {
                tally.service.record(Duration::from_micros(us));
            }
            if is_open && !is_warm_up {
                second.send_lag.record(Duration::from_micros(lag_us));
            }
            phases.first_byte.record(Duration::from_micros(us));
        }
        tally
    });
    let tasks: Vec<Tally> = tasks.collect();
    (second.stall, second.phases) = (Duration::from_micros(told.in_flight * 17), phases);
    if is_warm_up {
        second.tasks = vec![Tally::default(); 2];
        second.warm_up = tasks;
    } else {
        second.tasks = tasks;
    }
    second
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]
    #[test]
    fn every_run_reads_back(
        seconds in prop::collection::vec(told(), 0..12),
        warm_up_s in 0_u64..4,
        rate in prop::option::of((0.0_f64..1e4, prop::collection::vec((0_u64..90_000_000_000, 0.0_f64..1e4), 0..4))),
        end in prop::option::of((0_u64..1_000_000_000, 0_u64..9, 0_u64..9)),
        is_by_chance in any::<bool>(),
    ) {
        let mut plan = plan(5, "60s", Duration::ZERO);
        plan.scenario.tasks = vec![task("/predict?a=<b>"), task("/health")];
        plan.warm_up = Duration::from_secs(warm_up_s);
        if let Some((from, stages)) = &rate {
            let stage = |&(ns, target): &(u64, f64)| Stage { time: Duration::from_nanos(ns), target };
            plan.load = Load::Open(Arrivals {
                rate: Stages::new(*from, stages.iter().map(stage).collect()),
                spacing: if is_by_chance { Spacing::Poisson } else { Spacing::Constant },
                max_in_flight: NonZeroU32::new(100).unwrap(),
            });
        }
        let mut recording = Recording::new(&plan, "2026-08-22T09:40:00.123456789Z".parse().unwrap());
        for (number, told) in (0..).zip(&seconds) {
            recording.fold(&second(number, told, rate.is_some(), number < warm_up_s));
        }
        if let Some((ns, dropped, unsent)) = end {
            let at = Duration::from_secs(seconds.len() as u64) + Duration::from_nanos(ns);
            let waited = Duration::from_nanos(ns / 3);
            let late = lead_loadgen::Late { requests: unsent * 2, held_up: unsent };
            let end = End { at, stopped: at - waited, dropped, waited, unsent, late };
            let tasks = vec![Tally::default(); 2];
            recording.fold(&Second { end: Some(end), tasks, ..Second::blank(seconds.len() as u64) });
        }
        check_round_trip(&account(recording, invalid()));
    }

    #[test]
    fn whatever_a_file_holds_reading_it_ends_with_a_sentence(
        pointer in 0_usize..100_000,
        wrong in prop_oneof![
            Just(json!(null)), Just(json!(-1)), Just(json!(1e300)), Just(json!(18_446_744_073_709_551_615_u64)), Just(json!("")),
            Just(json!({})), Just(json!([])), Just(json!(true)), Just(json!(0)),
        ],
    ) {
        let mut document = value(&full());
        let mut pointers = Vec::new();
        members(&document, "", &mut pointers);
        let pointer = &pointers[pointer % pointers.len()];
        let held = document.pointer_mut(pointer).unwrap();
        let is_same = *held == wrong;
        *held = wrong;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        fs::write(&path, document.to_string()).unwrap();
        match Account::read(&path) {
            Err(fault) => prop_assert!(!is_same && fault.to_string().contains("run.json"), "{fault}"),
            // What is believed can be drawn, alone and beside another.
            Ok(account) => {
                let side = |name: &str, account: &Account| Side { name: name.to_owned(), account: account.clone() };
                let pair = Pair { first: side("a", &account), second: side("b", &full()) };
                prop_assert!(!html(&account).is_empty() && !compare_html(&pair).is_empty());
            }
        }
    }
}

#[test]
fn what_the_gate_wrote_is_read_and_other_files_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gate.json");
    let said = |document: Value| {
        fs::write(&path, document.to_string()).unwrap();
        GateVerdict::read(&path)
            .map_err(|fault| fault.to_string().replace(&path.display().to_string(), "gate.json"))
    };
    let rule = json!({
        "id": "p95", "label": "p95", "expr": "p95 <= 300ms", "severity": "fail", "verdict": "fail", "observed": 512.5,
        "op": "<=", "limit": 300.0, "unit": "ms", "why": "512.5 ms is above 300 ms",
    });
    let file = json!({"schema_version": 2, "verdict": "fail", "exit_code": 1, "rules": [rule]});
    let verdict = said(file.clone()).unwrap();
    assert_eq!((verdict.verdict.as_str(), verdict.rules[0].observed), ("fail", Some(512.5)));
    let (mut later, mut wrong) = (file.clone(), file);
    later["schema_version"] = 3.into();
    wrong["rules"][0]["verdict"] = "good".into();
    let others = [later, json!({"schema_version": 1}), wrong];
    let said = others.map(|document| said(document).unwrap_err());
    insta::assert_snapshot!("gate_refusals", said.join("\n"));
}

#[test]
fn what_was_never_seen_is_null() {
    let document = value(&account(blank(), valid()));
    for pointer in
        ["/total/response", "/phases/tls", "/send_lag", "/run/end", "/run/asked", "/gate"]
    {
        assert_eq!(document.pointer(pointer), Some(&json!(null)), "{pointer}");
    }
}
