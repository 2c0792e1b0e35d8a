//! Scenarios as files: what is written is what is sent.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use lead_loadgen::{Args, Corpus, LEAD_SCORING, Method, Plan, Recording, Scenario, UsageError};
use serde_json::Value;

use crate::http::load_corpus_until;
use crate::sent::{Sent, sent};
use crate::server::{Manner, Server};
use crate::simulated::ramp;

fn order(words: &[&str]) -> Result<Plan, UsageError> {
    let base = ["lead-loadgen", "-H", "http://localhost:1", "--threads", "1", "--seed", "42"];
    Args::order(base.iter().chain(words).map(Into::into)).map(|order| order.plan)
}

/// A plan of a scenario in a file of a folder with the guide's accounts: one user without pauses, about 200 requests.
fn plan(text: &str) -> Plan {
    let folder = tempfile::tempdir().unwrap();
    let accounts = "id,name,city\n1,\"Ann \"\"A\"\"\",K\u{f6}ln\n2,Bob,New York\n03,Cy,Rome\n";
    std::fs::write(folder.path().join("accounts.csv"), accounts).unwrap();
    let file = folder.path().join("shop.toml");
    std::fs::write(&file, text).unwrap();
    let mut plan = order(&["--scenario", file.to_str().unwrap()])
        .map_err(|fault| fault.text().to_owned())
        .unwrap();
    plan.load = ramp(1, "1");
    plan.run_time = Some(Duration::from_millis(200));
    plan
}

fn json(sent: &Sent) -> Value {
    serde_json::from_str(sent.body.as_deref().unwrap())
        .unwrap_or_else(|fault| panic!("{fault}: {sent:?}"))
}

#[test]
fn the_built_in_scenario_sends_what_it_always_sent() {
    let requests = sent(&order(&["-u", "3", "-r", "3", "-t", "20s"]).unwrap());
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for one in &requests {
        for byte in [one.task as u8].iter().chain(one.body.as_deref().unwrap_or("-").as_bytes()) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
    // A seed is a promise: whoever changes this says so in the changelog.
    assert_eq!((requests.len(), hash), (1060, 0xfab1_648d_8239_ba1d));
}

#[test]
fn what_is_printed_saved_and_given_back_sends_the_same_bytes() {
    let printed = order(&["--print-scenario"]).unwrap_err();
    assert_eq!((printed.exit_code(), printed.text()), (0, LEAD_SCORING));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.toml");
    std::fs::write(&file, printed.text()).unwrap();
    let file = file.to_str().unwrap();
    let words = ["-u", "2", "-r", "2", "-t", "5s"];
    let built_in = sent(&order(&words).unwrap());
    assert!(built_in.len() > 100);
    assert_eq!(sent(&order(&[&words[..], &["--scenario", file]].concat()).unwrap()), built_in);
    let again = order(&["--scenario", file, "--print-scenario"]).unwrap_err();
    assert_eq!(again.text(), LEAD_SCORING);
}

#[test]
fn the_built_in_scenario_is_the_guides() {
    let scenario = Scenario::lead_scoring();
    let tasks: Vec<(Method, &str, u32)> =
        scenario.tasks.iter().map(|task| (task.method, task.name.as_str(), task.weight)).collect();
    let expect = [
        (Method::Post, "/api/v1/score", 10),
        (Method::Post, "/api/v1/score/batch", 2),
        (Method::Get, "/api/v1/model/info", 1),
        (Method::Get, "/health", 1),
    ];
    assert_eq!(tasks, expect);
    assert_eq!(scenario.think_time, Duration::from_millis(10)..=Duration::from_millis(100));
    assert_eq!(scenario.user_class, "LeadScoringUser");
}

#[test]
fn values_of_one_request_belong_together_and_are_escaped_where_they_stand() {
    let requests = sent(&plan(
        r#"
        [feeders.accounts]
        file = "accounts.csv"
        [values]
        amount = { integer = [1, 9] }
        price = { float = [0.5, 2.0], decimals = 2 }
        plan = { choice = ["free", "pro", 3, true] }
        [[tasks]]
        method = "PUT"
        path = "/accounts/${accounts.id}?city=${accounts.city}&n=${amount}"
        headers = { X-Account = "acc-${accounts.id}" }
        body = '''
        {"id": ${accounts.id}, "name": "Dear ${accounts.name}", "city": ${accounts.city},
         "amount": ${amount}, "again": "${amount}", "price": ${price}, "plan": ${plan}, "money": "$${amount}"}'''
        "#,
    ));
    assert_eq!(requests.len(), 200);
    let mut cities = BTreeSet::new();
    let mut plans = BTreeSet::new();
    for one in &requests {
        let body = json(one);
        let id = body["id"].as_str().map_or_else(|| body["id"].to_string(), str::to_owned);
        let (name, city, escaped) = match id.as_str() {
            "1" => ("Ann \"A\"", "K\u{f6}ln", "K%C3%B6ln"),
            "2" => ("Bob", "New York", "New%20York"),
            _ => ("Cy", "Rome", "Rome"),
        };
        assert_eq!((&body["name"], &body["city"]), (&format!("Dear {name}").into(), &city.into()));
        assert_eq!(
            one.path.as_deref(),
            Some(&*format!("/accounts/{id}?city={escaped}&n={}", body["amount"]))
        );
        assert_eq!(one.headers, [("x-account".to_owned(), format!("acc-{id}"))]);
        assert!((1..=9).contains(&body["amount"].as_i64().unwrap()));
        assert_eq!(body["again"], body["amount"].to_string());
        assert!((0.5..=2.0).contains(&body["price"].as_f64().unwrap()));
        assert_eq!(body["money"], "${amount}");
        assert_eq!(body["id"].is_string(), id == "03", "a leading zero is no number");
        cities.insert(city);
        plans.insert(body["plan"].to_string());
    }
    assert_eq!(cities.len(), 3);
    assert_eq!(plans.into_iter().collect::<Vec<_>>(), ["\"free\"", "\"pro\"", "3", "true"]);
}

#[test]
fn what_must_be_new_is_new_in_every_request() {
    let requests = sent(&plan(
        r#"
        [feeders.turn]
        file = "accounts.csv"
        order = "sequential"
        [feeders.mixed]
        file = "accounts.csv"
        order = "shuffle"
        [values]
        id = { uuid = true }
        number = { sequence = 100 }
        [[tasks]]
        method = "POST"
        path = "/orders/${id}"
        headers = { Idempotency-Key = "${id}" }
        body = '{"id": "${id}", "number": ${number}, "turn": "${turn.name}", "mixed": "${mixed.name}", "lead": ${lead}}'
        "#,
    ));
    let mut ids = BTreeSet::new();
    let mut mixed = BTreeMap::<String, u32>::new();
    for (position, one) in requests.iter().enumerate() {
        let body = json(one);
        assert_eq!(body["number"], 100 + position);
        assert_eq!(body["turn"], ["Ann \"A\"", "Bob", "Cy"][position % 3]);
        assert_eq!(
            one.path.as_deref(),
            Some(&*format!("/orders/{}", body["id"].as_str().unwrap()))
        );
        assert_eq!(one.headers[0].1, body["id"]);
        assert!(body["lead"]["features"]["bounce_rate"].is_number());
        ids.insert(body["id"].to_string());
        *mixed.entry(body["mixed"].to_string()).or_default() += 1;
    }
    assert_eq!((requests.len(), ids.len()), (200, 200));
    let counts: Vec<u32> = mixed.into_values().collect();
    assert_eq!(counts.iter().sum::<u32>(), 200);
    assert!(
        counts.iter().all(|count| (66..=67).contains(count)),
        "every row once before any again: {counts:?}"
    );
}

#[test]
fn leads_can_be_taken_apart_for_another_services_shape() {
    let requests = sent(&plan(
        r#"
        [[tasks]]
        method = "POST"
        path = "/predict"
        body = '{"key": "${lead.id}", "inputs": [${lead.features}], "bounce": ${lead.features.bounce_rate}, "tier": "t${lead.features.geographic_tier}"}'
        "#,
    ));
    for one in &requests {
        let body = json(one);
        let inputs = &body["inputs"][0];
        assert_eq!(inputs.as_object().unwrap().len(), 50);
        assert_eq!(inputs["bounce_rate"], body["bounce"]);
        assert_eq!(body["tier"], format!("t{}", inputs["geographic_tier"]));
        assert!(body["key"].as_str().unwrap().starts_with("lead-"));
    }
    let keys: BTreeSet<String> = requests.iter().map(|one| json(one)["key"].to_string()).collect();
    assert!(keys.len() > 100, "{}", keys.len());
}

#[test]
fn batches_have_as_many_leads_as_they_should() {
    let requests = sent(&plan(
        r#"
        [[tasks]]
        method = "POST"
        path = "/batch"
        leads = [2, 4]
        body = '{"leads": ${leads}, "note": "x"}'
        "#,
    ));
    let sizes: BTreeSet<usize> =
        requests.iter().map(|one| json(one)["leads"].as_array().unwrap().len()).collect();
    assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [2, 3, 4]);
}

#[test]
fn leads_of_a_model_are_like_its_training_rows() {
    let text = format!(
        "[leads]\nfrom = {:?}\n[[tasks]]\nmethod = \"POST\"\npath = \"/s\"\nbody = \"${{lead}}\"\n",
        crate::scores::MODEL
    );
    // The committed model has the built-in schema, whose leads are the synthetic world's.
    let first = sent(&plan(&text)).remove(0);
    let built_in = sent(&order(&["-t", "1s"]).unwrap());
    let bodies: BTreeSet<&str> = built_in.iter().filter_map(|one| one.body.as_deref()).collect();
    assert!(json(&first)["lead_id"].is_string() && !bodies.is_empty());

    let folder = tempfile::tempdir().unwrap();
    let mut features = lead_model::Schema::b2b().features()[..5].to_vec();
    features.reverse();
    let schema = lead_model::Schema::new("own", features).unwrap();
    let file = folder.path().join("own.json");
    std::fs::write(&file, serde_json::to_vec(&schema).unwrap()).unwrap();
    let text = text.replace(crate::scores::MODEL, file.to_str().unwrap());
    for one in sent(&plan(&text)) {
        lead_model::Lead::from_json(&schema, one.body.unwrap().as_bytes()).unwrap();
    }
}

#[test]
fn forms_and_other_bodies_are_written_in_their_own_way() {
    let requests = sent(&plan(
        r#"
        [feeders.accounts]
        file = "accounts.csv"
        order = "sequential"
        [[tasks]]
        method = "POST"
        path = "/form"
        headers = { Content-Type = "application/x-www-form-urlencoded" }
        body = "name=${accounts.name}&city=${accounts.city}"
        "#,
    ));
    assert_eq!(requests[0].body.as_deref(), Some("name=Ann%20%22A%22&city=K%C3%B6ln"));
    let requests = sent(&plan(
        r#"
        [[tasks]]
        method = "POST"
        path = "/stream"
        headers = { Content-Type = "application/x-ndjson" }
        leads = 2
        body = "${leads}\n"
        "#,
    ));
    assert!(requests[0].body.as_deref().unwrap().ends_with("}}]\n"));
}

#[test]
fn tags_choose_tasks_as_in_locust() {
    let names = |words: &[&str]| {
        let plan = order(words).map_err(|fault| fault.text().to_owned());
        plan.map(|plan| plan.scenario.tasks.into_iter().map(|task| task.name).collect::<Vec<_>>())
    };
    assert_eq!(names(&["--tags", "batch,health"]).unwrap(), ["/api/v1/score/batch", "/health"]);
    assert_eq!(names(&["-T", "batch", "health"]).unwrap(), ["/api/v1/score/batch", "/health"]);
    assert_eq!(names(&["-T", "score", "-E", "batch"]).unwrap(), ["/api/v1/score"]);
    assert_eq!(names(&["--exclude-tags", "score,info"]).unwrap(), ["/health"]);
    assert_eq!(
        names(&["-T", "scor"]).unwrap_err(),
        "lead-loadgen: error: argument -T/--tags: no task is left; the scenario's tags are: batch, health, info, score\n"
    );
    assert!(
        names(&["-E", "score,info,health"])
            .unwrap_err()
            .contains("argument -E/--exclude-tags: no task is left")
    );
}

/// Loads the test server with a scenario and returns what was seen.
fn load(text: &str, manner: Manner) -> (Recording, Server) {
    let server = Server::start(manner);
    let mut plan = plan(text);
    let words =
        ["lead-loadgen", "--host", &server.url(), "-s", "20s", "--api-key", "k3y"].map(Into::into);
    plan = Plan { scenario: plan.scenario, load: plan.load, ..Args::order(words).unwrap().plan };
    plan.threads = NonZeroUsize::MIN;
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let recording = load_corpus_until(&plan, corpus, || server.requests() >= 60);
    (recording, server)
}

fn texts(recording: &Recording) -> Vec<String> {
    recording
        .failures()
        .into_iter()
        .map(|failure| format!("{} {}", failure.name, failure.error))
        .collect()
}

#[test]
fn every_method_path_and_header_arrives() {
    for method in Method::ALL {
        let body = if matches!(method, Method::Get | Method::Head) {
            ""
        } else {
            "body = '{\"n\": ${n}}'"
        };
        let text = format!(
            "[values]\nn = {{ integer = [7, 7] }}\n[[tasks]]\nname = \"echo\"\nmethod = \"{method}\"\npath = \"/echo/${{n}}\"\n\
             headers = {{ X-Api-Key = \"${{env:CARGO_PKG_NAME}}\", X-Number = \"n${{n}}\" }}\n{body}\n"
        );
        let (recording, server) = load(&text, Manner::Right);
        assert_eq!(recording.failures(), [], "{method}");
        assert_eq!(recording.endpoints()[0].name, "echo");
        let seen = server.seen();
        assert_eq!(seen.requests.keys().collect::<Vec<_>>(), [&format!("{method} /echo/7")]);
        assert!(
            seen.head.contains("x-api-key: lead-loadgen\r\n") && !seen.head.contains("k3y"),
            "{}",
            seen.head
        );
        assert!(seen.head.contains("x-number: n7"), "{}", seen.head);
        assert_eq!(
            seen.head.contains("content-type: application/json"),
            !body.is_empty(),
            "{}",
            seen.head
        );
    }
}

#[test]
fn the_secret_of_a_header_shows_itself_nowhere() {
    let plan = plan(
        "[[tasks]]\npath = \"/x\"\nheaders = { Authorization = \"Bearer ${env:CARGO_PKG_NAME}-${env:CARGO_PKG_VERSION}\" }\n",
    );
    let shown = format!("{plan:?}");
    assert!(
        shown.contains("Bearer ${env:CARGO_PKG_NAME}") && !shown.contains("lead-loadgen-"),
        "{shown}"
    );
}

#[test]
fn checks_of_places_hold_or_are_wrong_answers_that_name_them() {
    let text = |checks: &str| {
        format!(
            "[values]\nn = {{ integer = [1, 99] }}\n[[tasks]]\nname = \"echo\"\nmethod = \"POST\"\npath = \"/echo/${{n}}\"\n\
             body = '{{\"n\": ${{n}}, \"list\": [1, 2]}}'\nexpect = {{ status = [\"2xx\", 404], checks = [{checks}] }}\n"
        )
    };
    let right = r#"
        { at = "/body/n", type = "integer", min = 1, max = 99, equals = "${n}" },
        { at = "/line", type = "string", equals = "POST /echo/${n}" },
        { at = "/body/list", length = 2 },
        { at = "/body/list/1", equals = 2 },
        { at = "/nothing", exists = false },
    "#;
    let (recording, _server) = load(&text(right), Manner::Right);
    assert_eq!(texts(&recording), Vec::<String>::new());
    assert!(recording.total().requests() > 10);
    for (check, expect) in [
        (r#"{ at = "/nothing", exists = true }"#, "/nothing is missing"),
        (r#"{ at = "/body/n", type = "string" }"#, "/body/n is no string"),
        (r#"{ at = "/body/n", max = 0 }"#, "/body/n is no number of at most 0"),
        (r#"{ at = "/body/list", length = [3, 9] }"#, "/body/list is not 3 to 9 long"),
        (r#"{ at = "/line", equals = "${n}" }"#, "/line is not the ${n} that was sent"),
    ] {
        let (recording, _server) = load(&text(check), Manner::Right);
        assert_eq!(texts(&recording), [format!("echo CatchResponseError('{expect}')")]);
        assert_eq!(recording.total().failures(), recording.total().requests());
    }
    let (recording, _server) = load(&text(right), Manner::Garbage);
    assert_eq!(texts(&recording), ["echo CatchResponseError('answer is not JSON')"]);
}

#[test]
fn the_expected_status_is_the_right_one() {
    let text = "[[tasks]]\npath = \"/x\"\nexpect.status = [\"2xx\", 404]\n";
    assert_eq!(texts(&load(text, Manner::Status(204)).0).len(), 0);
    assert_eq!(texts(&load(text, Manner::Status(404)).0).len(), 0);
    let (recording, _server) = load(text, Manner::Status(500));
    assert_eq!(
        texts(&recording),
        ["/x HTTPError('500 Server Error: Internal Server Error for url: /x')"]
    );
    let only = "[[tasks]]\npath = \"/x\"\nexpect.status = 201\n";
    assert_eq!(
        texts(&load(only, Manner::Right).0),
        ["/x HTTPError('200 Unexpected Status: OK for url: /x')"]
    );
}

#[test]
fn the_examples_of_the_guide_can_be_run() {
    let guide = include_str!("../../../../docs/SCENARIOS.md");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("accounts.csv"), "id,name,city\n1,Ann,Rome\n2,Bob,Oslo\n")
        .unwrap();
    std::fs::copy(crate::scores::MODEL, folder.path().join("crm.json")).unwrap();
    let examples: Vec<&str> =
        guide.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 3, "{} examples", examples.len());
    for example in examples {
        // The secret of the guide is one that every test has.
        let text = example.replace("SHOP_TOKEN", "CARGO_PKG_NAME");
        let scenario = Scenario::parse(&text, &folder.path().join("example.toml"))
            .unwrap_or_else(|fault| panic!("{fault}\n{example}"));
        Corpus::new(&scenario, 1);
    }
    assert!(
        guide.contains(LEAD_SCORING.split_once("\n\n").unwrap().1),
        "the built-in scenario is in the guide"
    );
}
