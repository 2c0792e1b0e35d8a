//! JSON, CSV and HTML of scripted recordings.

use std::fs;

use lead_loadgen::{
    Account, CsvFiles, Header, Judgement, Machine, Pulse, Reason, Recording, Rule, Second, Tally,
    Transport, html, json,
};
use lead_stats::{Paths, Validity};

use crate::recordings::{blank, failed, open, quarter_minute, tally};

pub(crate) fn header() -> Header {
    Header {
        command: "lead-loadgen --host http://127.0.0.1:8000 --api-key ***".to_owned(),
        target: "http://127.0.0.1:8000".to_owned(),
        load: "50 users at 10 per second, for 15 seconds, from 2 threads, random start 1"
            .to_owned(),
        scenario: "Visitor: POST /predict (1), GET /health (1); then 0 to 0 ms of thinking"
            .to_owned(),
        machine: "worker-3 · Some CPU · 2 cores · Linux 6.1".to_owned(),
        version: "lead-loadgen 0.0.0".to_owned(),
        revision: Some("4b47cbb2d3a1".to_owned()),
        model: Some("some_model 1.2.0".to_owned()),
        health: Some("healthy".to_owned()),
        wrong_score: None,
    }
}

/// A run that is told under the header above.
pub(crate) fn account(recording: Recording, judgement: Judgement) -> Account {
    Account::new(recording, header(), judgement)
}

/// A verdict without a reason.
pub(crate) fn valid() -> Judgement {
    let notes = vec!["The generator used at most 8 % of the CPU of its 2 threads.".to_owned()];
    Judgement { validity: Validity::Valid, reasons: Vec::new(), generator: None, notes }
}

/// A verdict with two reasons, one of them with letters that a page must escape.
pub(crate) fn invalid() -> Judgement {
    let reason =
        |rule, validity, sentence: &str| Reason { rule, validity, sentence: sentence.to_owned() };
    Judgement {
        validity: Validity::Invalid,
        reasons: vec![
            reason(Rule::Unsent, Validity::Invalid, "0.56 % were never sent <b>&</b> so on."),
            reason(Rule::HostCpu, Validity::Suspect, "The machine was busy."),
        ],
        generator: None,
        notes: Vec::new(),
    }
}

#[test]
fn the_verdict_is_in_every_object_of_the_json() {
    let value: serde_json::Value =
        serde_json::from_str(&json(&account(open(), invalid()))).unwrap();
    assert_eq!(value[0]["run_validity"], "INVALID");
    assert_eq!(value[0]["run_reasons"][1], "The machine was busy.");
    let value: serde_json::Value =
        serde_json::from_str(&json(&account(quarter_minute(), valid()))).unwrap();
    assert!(value[1]["run_validity"] == "VALID" && value[1].get("run_reasons").is_none());
}

#[test]
fn the_verdict_comes_first_on_the_page() {
    let page = html(&account(open(), invalid()));
    let (before, rest) = page.split_once("<section class=\"panel verdict").unwrap();
    let (panel, _) = rest.split_once("</section>").unwrap();
    assert!(before.ends_with("<main>\n"));
    insta::assert_snapshot!(panel, @r#"
     bad" aria-label="Verdict on the run">
    <p class="bad"><b>Measurement: INVALID</b> Do not use these numbers: they tell of the generator, or of another load than the one that was asked for.</p>
    <p class="good"><b>Failures: NONE</b> of 895 requests.</p>
    <ul>
    <li class="bad"><b>INVALID</b> 0.56 % were never sent &lt;b&gt;&amp;&lt;/b&gt; so on.</li>
    <li class="doubtful"><b>SUSPECT</b> The machine was busy.</li>
    </ul>
    "#);
}

#[test]
fn the_json_has_locusts_members_and_exact_ones() {
    let mut recording = blank();
    let tasks =
        vec![tally(&[1_500, 2_500], std::time::Duration::from_millis(600)), Tally::default()];
    recording.fold(&Second { number: 0, users: 2, tasks, end: None, ..Second::blank(0) });
    insta::assert_snapshot!("json", json(&account(recording, valid())));
}

#[test]
fn the_json_of_a_long_run_reads_back() {
    let value: serde_json::Value =
        serde_json::from_str(&json(&account(quarter_minute(), valid()))).unwrap();
    assert_eq!(value[1]["name"], "/predict");
    assert_eq!(value[1]["num_requests"], 300);
    assert_eq!(value[1]["num_fail_per_sec"].as_object().unwrap().len(), 1);
    assert_eq!(value[0]["percentiles_ms"]["95%"], 0.296);
}

#[test]
fn the_page_stands_on_its_own() {
    let page = html(&account(quarter_minute(), valid()));
    insta::assert_snapshot!("page", without_style(&page));
    for outside in
        ["src=", "href=", "url(", "@import", "<script", "http-equiv=\"refresh", "style=\""]
    {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(!page.contains("{{"), "a mark was left");
}

#[test]
fn the_page_of_an_open_run_shows_what_was_asked_and_what_it_waited_for() {
    let page = html(&account(open(), invalid()));
    let (head, rest) = page.split_once("<section>\n<h2>Statistics").unwrap();
    insta::assert_snapshot!("open_page", without_style(head));
    assert_eq!(
        page.matches("warm-up, not counted</text>").count(),
        5,
        "shaded in every chart over time"
    );
    assert!(rest.contains("Without the warm-up of 3 seconds"));
    assert!(rest.contains(
        "<dt>Warm-up</dt><dd>3 seconds, 300 requests: in the charts, in no other number</dd>"
    ));
    assert!(rest.contains("Open model: requests were due at times fixed beforehand"));
    for outside in ["src=", "href=", "url(", "<script", "xmlns", "style=\""] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(!page.contains("NaN") && !page.contains("{{"));
}

/// A pulse a second, at work for so much of it.
fn pulses(own_cores: &[f32]) -> Vec<Pulse> {
    let pulse = |(at, &own_cores): (usize, &f32)| Pulse {
        at_s: (at + 1) as f32,
        covers_s: 1.0,
        own_cores: Some(own_cores),
        busiest_sender: Some(own_cores / 2.0),
        wanting_sender: Some(own_cores / 2.0 + 0.05),
        ..Pulse::default()
    };
    own_cores.iter().enumerate().map(pulse).collect()
}

#[test]
fn the_generators_cpu_stands_beside_its_send_lag() {
    let mut pulses = pulses(&[0.9, 0.1, 0.1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]);
    // Nobody looked for a while: one pulse covers the tenth and the eleventh second.
    pulses.remove(9);
    pulses[9].covers_s = 2.0;
    let page = html(&Account { pulses: pulses.clone(), ..account(open(), invalid()) });
    let (_, pair) = page.split_once("<div class=\"pair\">\n").unwrap();
    let (pair, _) = pair.split_once("</figure>\n</div>").unwrap();
    let (cpu, lag) = pair.split_once("</figure>").unwrap();
    assert!(lag.contains("<h3>Send lag (ms)</h3>"));
    insta::assert_snapshot!("cpu_chart", cpu);
    assert_eq!(page.matches("warm-up, not counted</text>").count(), 6, "shaded as in the others");
    // The closed model has no lag; whoever measured nothing has no chart.
    let page = html(&Account { pulses, ..account(quarter_minute(), valid()) });
    assert!(page.contains("<h3>Generator's CPU (cores)</h3>"));
    let pulses = vec![Pulse::default(); 20];
    let page = html(&Account { pulses, ..account(quarter_minute(), valid()) });
    assert!(!page.contains("Generator's CPU"));
}

#[test]
fn a_percentile_that_few_requests_exceed_is_grey() {
    let mut recording = blank();
    let thousand: Vec<u64> = (1..=1_000).collect();
    let tasks = vec![tally(&thousand, std::time::Duration::ZERO), Tally::default()];
    recording.fold(&Second { tasks, ..Second::blank(0) });
    let page = html(&account(recording.clone(), valid()));
    assert!(page.contains(
        "<td>0.981</td><td class=\"weak\" title=\"only 9 of 1,000 requests took longer\">0.991</td>"
    ));
    assert!(page.contains("<td>1.00</td></tr>"), "the greatest is what it is");
    assert!(page.contains("99 % of all within; only 9 of 1,000 requests took longer"));
    assert!(page.contains("<p class=\"below\">Grey: fewer than 10 requests took longer"));
    let tasks = vec![tally(&thousand, std::time::Duration::ZERO), Tally::default()];
    recording.fold(&Second { tasks, ..Second::blank(1) });
    let page = html(&account(recording.clone(), valid()));
    assert!(
        page.contains("<td>0.991</td><td class=\"weak\" title=\"only 1 of 2,000"),
        "19 took longer than 0.991 ms"
    );
}

#[test]
fn the_json_of_an_open_run_also_has_the_service_times() {
    let value: serde_json::Value =
        serde_json::from_str(&json(&account(open(), invalid()))).unwrap();
    let entry = &value[0];
    assert_eq!(
        value.as_array().unwrap().len(),
        1,
        "still Locust's array, one object per endpoint that was asked"
    );
    assert_eq!(entry["num_requests"], 895, "without those of the warm-up");
    assert_eq!(entry["percentiles_ms"]["100%"], 42.0);
    assert_eq!(entry["service_percentiles_ms"]["100%"], 2.0);
    // Counting began after three seconds of warm-up.
    assert_eq!(entry["start_time"], 1_787_391_603.25);
    let closed: serde_json::Value =
        serde_json::from_str(&json(&account(quarter_minute(), valid()))).unwrap();
    assert!(closed[0].get("service_percentiles_ms").is_none());
}

#[test]
fn what_comes_from_a_server_stays_text() {
    let mut recording = blank();
    let evil = "</code><script>alert(1)</script>{{style}}'\"&\u{0}";
    let slow = failed(tally(&[500], std::time::Duration::ZERO), 1, evil, std::time::Duration::ZERO);
    recording.fold(&Second {
        number: 0,
        users: 1,
        tasks: vec![slow, Tally::default()],
        end: None,
        ..Second::blank(0)
    });
    let header = Header { command: "lead-loadgen '<img src=x>'".to_owned(), ..header() };
    let page = html(&Account::new(recording, header, valid()));
    assert!(page.contains(
        "&lt;/code&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{style}}&#39;&quot;&amp;\u{fffd}"
    ));
    assert!(!page.contains("<script") && !page.contains("<img"));
}

#[test]
fn a_page_of_an_hour_stays_small() {
    let mut recording = blank();
    for number in 0..3_600 {
        let tasks = vec![
            tally(&[900, 1_900 + number], std::time::Duration::from_secs(number)),
            Tally::default(),
        ];
        recording.fold(&Second { number, users: 300, tasks, end: None, ..Second::blank(0) });
    }
    let page = html(&account(recording.clone(), valid()));
    assert!(page.len() < 400_000, "{} bytes", page.len());
}

#[test]
fn pages_without_a_whole_second_or_with_one_are_pages() {
    let mut recording = blank();
    assert!(html(&account(recording.clone(), valid())).contains("no whole second"));
    recording.fold(&Second {
        number: 0,
        users: 1,
        tasks: vec![Tally::default(), Tally::default()],
        end: None,
        ..Second::blank(0)
    });
    let page = html(&account(recording.clone(), valid()));
    assert!(!page.contains("NaN") && !page.contains("inf"), "a silent second");
}

#[test]
fn the_csv_files_are_there_from_the_start_and_complete_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("deep/in/loadtest");
    let read = |path: &std::path::Path| fs::read_to_string(path).unwrap();
    let paths = Paths::of(&prefix);

    let mut files = CsvFiles::create(&prefix, true).unwrap();
    assert!(read(&paths.history).starts_with("Timestamp,User Count,Type,Name,"));
    assert_eq!(read(&paths.failures), "Method,Name,Error,Occurrences,First Seen,Last Seen\r\n");
    assert_eq!(read(&paths.exceptions), "Count,Message,Traceback,Nodes\r\n");
    assert!(read(&paths.summary).ends_with(
        ",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A\r\n"
    ));

    let recording = live(&mut files, |seen| {
        let so_far = lead_stats::read(&prefix).unwrap();
        assert_eq!(so_far.summary.aggregated.requests, seen, "readable in every second");
    });

    let run = lead_stats::read(&prefix).unwrap();
    assert_eq!(run.notes, []);
    assert_eq!(run.summary, recording.summary());
    assert_eq!(run.failures, recording.failures());
    assert_eq!(
        run.history.ticks.last().unwrap().total_requests,
        61,
        "the last piece of a second is not lost"
    );
    assert!(run.history.is_full());
    let times: Vec<u64> = run.history.aggregated().map(|tick| tick.timestamp_s).collect();
    assert!(times.is_sorted_by(|a, b| a < b), "{times:?}");
    let leftovers = fs::read_dir(prefix.parent().unwrap()).unwrap().count();
    assert_eq!(leftovers, 4, "nothing but the four files");
    insta::assert_snapshot!("history", read(&paths.history).replace("\r\n", "\n"));
    insta::assert_snapshot!("stats", read(&paths.summary).replace("\r\n", "\n"));
}

/// Three seconds and a piece, each ticked; `after` is told the requests so far.
fn live(files: &mut CsvFiles, after: impl Fn(u64)) -> Recording {
    let mut recording = blank();
    files.tick(&recording).unwrap();
    for number in 0..3 {
        let at = std::time::Duration::from_millis(number * 1_000 + 500);
        let tasks = vec![
            failed(tally(&[40_000; 5], at), 1, "Timeout('a, \"b\"')", at),
            tally(&[214; 15], at),
        ];
        recording.fold(&Second { number, users: 2, tasks, end: None, ..Second::blank(0) });
        files.tick(&recording).unwrap();
        after(recording.total().requests());
    }
    let at = std::time::Duration::from_millis(3_200);
    let end = Some(lead_loadgen::End { at, stopped: at, ..Default::default() });
    recording.fold(&Second {
        number: 3,
        users: 0,
        tasks: vec![tally(&[90_000], at), Tally::default()],
        end,
        ..Second::blank(0)
    });
    files.tick(&recording).unwrap();
    recording
}

/// The style has a file of its own; a snapshot of it would only be a copy.
fn without_style(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    // Nor is its hash a thing to read.
    let (policy, rest) = before.split_once("'sha256-").unwrap();
    let (_, rest) = rest.split_once('\'').unwrap();
    format!("{policy}'sha256-...'{rest}<style></style>{after}")
}

#[test]
fn only_users_think() {
    let mut plan = crate::simulated::plan(1, "10s", std::time::Duration::from_millis(10));
    let machine = Machine::read();
    let closed = Header::new(&plan, "lead-loadgen", &machine).scenario;
    let words = ["lead-loadgen", "-H", "http://localhost:8000", "--rate", "10"];
    plan.load = lead_loadgen::Args::order(words.map(Into::into)).unwrap().plan.load;
    let open = Header::new(&plan, "lead-loadgen", &machine).scenario;
    assert_eq!(closed, format!("{open}; then 10 to 10 ms of thinking"));
}

#[test]
fn the_header_names_another_transport_and_what_is_not_verified() {
    let mut plan = crate::simulated::plan(1, "10s", std::time::Duration::ZERO);
    let machine = Machine::read();
    let usual = Header::new(&plan, "lead-loadgen", &machine).load;
    assert!(usual.ends_with("random start 1"), "{usual}");
    (plan.transport, plan.insecure) = (Transport::Raw, true);
    let other = Header::new(&plan, "lead-loadgen", &machine).load;
    assert_eq!(other, format!("{usual}, raw transport, certificates not verified"));
}
