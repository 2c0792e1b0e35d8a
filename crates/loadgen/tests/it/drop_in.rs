//! What becomes of every option of Locust, and of its spellings.

use lead_loadgen::{Args, Fate, LocustOption, Order, Surroundings, Takes, UsageError};

/// The table of options in Locust 2.47's `argument_parser.py`: names, variable, and what follows.
const LOCUST: &str = "
-h --help
-V --version
-f --locustfile =LOCUST_LOCUSTFILE
--config =
-H --host =LOCUST_HOST
-u --users =LOCUST_USERS
-r --spawn-rate =LOCUST_SPAWN_RATE
-t --run-time =LOCUST_RUN_TIME
-l --list
--config-users *LOCUST_CONFIG_USERS
--web-host =LOCUST_WEB_HOST
--web-host-display-name =LOCUST_WEB_HOST_DISPLAY_NAME
-P --web-port =LOCUST_WEB_PORT
--headless LOCUST_HEADLESS
--headful LOCUST_HEADFUL
--autostart LOCUST_AUTOSTART
--autoquit =LOCUST_AUTOQUIT
--web-login LOCUST_WEB_LOGIN
--web-auth =LOCUST_WEB_AUTH
--tls-cert =LOCUST_TLS_CERT
--tls-key =LOCUST_TLS_KEY
--web-base-path =LOCUST_WEB_BASE_PATH
--class-picker LOCUST_USERCLASS_PICKER
--build-path =LOCUST_BUILD_PATH
--legacy-ui LOCUST_LEGACY_UI
--master LOCUST_MODE_MASTER
--master-bind-host =LOCUST_MASTER_BIND_HOST
--master-bind-port =LOCUST_MASTER_BIND_PORT
--expect-workers =LOCUST_EXPECT_WORKERS
--expect-workers-max-wait =LOCUST_EXPECT_WORKERS_MAX_WAIT
--enable-rebalancing
--worker LOCUST_MODE_WORKER
--master-host =LOCUST_MASTER_NODE_HOST
--master-port =LOCUST_MASTER_NODE_PORT
--processes =LOCUST_PROCESSES
--expect-slaves
--slave
-T --tags *LOCUST_TAGS
-E --exclude-tags *LOCUST_EXCLUDE_TAGS
--csv =LOCUST_CSV
--csv-full-history LOCUST_CSV_FULL_HISTORY
--print-stats LOCUST_PRINT_STATS
--only-summary LOCUST_ONLY_SUMMARY
--reset-stats LOCUST_RESET_STATS
--html =LOCUST_HTML
--json
--json-file =
--skip-log-setup LOCUST_SKIP_LOG_SETUP
-L --loglevel =LOCUST_LOGLEVEL
--logfile =LOCUST_LOGFILE
--show-task-ratio
--show-task-ratio-json
--exit-code-on-error =LOCUST_EXIT_CODE_ON_ERROR
-s --stop-timeout =LOCUST_STOP_TIMEOUT
--equal-weights
--profile =
--otel LOCUST_ENABLE_OPENTELEMETRY
";

/// Values that are right for the options that take one.
const VALUES: [(&str, &str); 19] = [
    ("host", "http://127.0.0.1:2"),
    ("users", "3"),
    ("spawn-rate", "2.5"),
    ("run-time", "1h"),
    ("web-port", "8090"),
    ("autoquit", "-1"),
    ("master-bind-port", "5558"),
    ("expect-workers", "2"),
    ("expect-workers-max-wait", "5"),
    ("master-port", "5558"),
    ("processes", "-1"),
    ("tags", "score"),
    ("exclude-tags", "batch"),
    ("loglevel", "debug"),
    ("exit-code-on-error", "7"),
    ("stop-timeout", "5s"),
    ("web-base-path", "/lt"),
    ("web-host", "127.0.0.1"),
    ("config", "/dev/null"),
];

/// Options that mean nothing, or something else, without these.
const BESIDE: [(&str, &str); 6] = [
    ("csv-full-history", "--csv=lt"),
    ("autoquit", "--autostart"),
    ("tls-cert", "--tls-key=b.pem"),
    ("tls-key", "--tls-cert=a.pem"),
    ("master-host", "--worker"),
    ("master-port", "--worker"),
];

fn order_in(words: &[&str], around: &Surroundings) -> Result<Order, UsageError> {
    let line = ["lead-loadgen", "--host", "http://127.0.0.1:1"];
    Args::order_in(line.iter().chain(words).map(Into::into), around)
}

fn order(words: &[&str]) -> Result<Order, UsageError> {
    order_in(words, &Surroundings::none())
}

fn fault(words: &[&str]) -> (String, u8) {
    let fault = order(words).map(|_| ()).unwrap_err();
    (fault.text().to_owned(), fault.exit_code())
}

fn beside(option: &LocustOption) -> Vec<&'static str> {
    let more = BESIDE.iter().filter(|(long, _)| *long == option.long());
    more.map(|(_, word)| *word).collect()
}

fn value(option: &LocustOption) -> &'static str {
    VALUES.iter().find(|(long, _)| *long == option.long()).map_or("x", |(_, value)| value)
}

#[test]
fn every_option_of_locust_is_in_the_table_with_its_letter_and_its_variable() {
    let mut known: Vec<String> = LocustOption::ALL.iter().map(line_of).collect();
    let mut wanted: Vec<String> = LOCUST.trim().lines().map(str::to_owned).collect();
    known.sort();
    wanted.sort();
    assert_eq!(known, wanted);
}

/// An option as a line of the list above.
fn line_of(option: &LocustOption) -> String {
    let letter = option.short().map(|letter| format!("-{letter} ")).unwrap_or_default();
    let variable = option.variable.unwrap_or_default();
    let takes = match option.takes {
        Takes::Flag if variable.is_empty() => String::new(),
        Takes::Flag => format!(" {variable}"),
        Takes::One => format!(" ={variable}"),
        Takes::Many => format!(" *{variable}"),
    };
    format!("{letter}--{}{takes}", option.long())
}

#[test]
fn every_option_does_on_the_command_line_what_the_table_says() {
    for option in LocustOption::ALL {
        let long = format!("--{}", option.long());
        let mut words = vec![long.as_str()];
        words.extend((option.takes != Takes::Flag).then(|| value(&option)));
        words.extend(beside(&option));
        check_fate(&option, order(&words), &format!("{words:?}"));
        if let Some(letter) = option.short() {
            let short = format!("-{letter}");
            words[0] = &short;
            check_fate(&option, order(&words), &format!("{words:?}"));
        }
        // Ends a sentence that a person reads.
        if let Fate::Refused(why) | Fate::Ignored(why) = option.fate {
            assert!(why.len() > 20 && !why.ends_with('.'), "{why}");
        }
    }
}

#[test]
fn every_variable_of_locust_does_what_its_option_does() {
    for option in LocustOption::ALL {
        let Some(variable) = option.variable else { continue };
        let value = if option.takes == Takes::Flag { "True" } else { value(&option) };
        let around = Surroundings::none().with(variable, value);
        let line: &[&str] = if option.long() == "host" {
            &["lead-loadgen"]
        } else {
            &["lead-loadgen", "--host", "http://h"]
        };
        let words = line.iter().copied().chain(beside(&option)).map(Into::into);
        check_fate(&option, Args::order_in(words, &around), variable);
        if option.takes == Takes::Flag {
            let unset = Surroundings::none().with(variable, "no");
            let order = order_in(&beside(&option), &unset);
            let order = order.unwrap_or_else(|fault| panic!("{variable}: {}", fault.text()));
            assert_eq!(order.notes, Vec::<String>::new(), "{variable} is not set");
        }
    }
}

fn check_fate(option: &LocustOption, told: Result<Order, UsageError>, words: &str) {
    match (option.fate, told) {
        (Fate::Works, Ok(order)) => assert_eq!(
            order.notes.len(),
            usize::from(option.long() == "locustfile"),
            "{words}: {:?}",
            order.notes
        ),
        // Help, version and lists end the program.
        (Fate::Works, Err(asked)) => assert_eq!(asked.exit_code(), 0, "{words}: {}", asked.text()),
        (Fate::Ignored(why), Ok(order)) => {
            assert!(
                order.notes.len() == 1 && order.notes[0].contains(why),
                "{words}: {:?}",
                order.notes
            );
        }
        (Fate::Refused(why), Err(fault)) => {
            let said = format!("lead-loadgen: error: argument {}: {why}", option.spelling);
            assert!(fault.text().starts_with(&said), "{words}: {}", fault.text());
            assert_eq!(fault.exit_code(), 2);
        }
        (fate, told) => panic!("{words}: {fate:?}, but {told:?}"),
    }
}

#[test]
fn an_abbreviation_that_is_one_of_locusts_stays_one() {
    // Beside each of these stands an option of ours that begins alike.
    for (words, long) in [
        (&["--print"][..], "print-stats"),
        (&["--st", "5s"], "stop-timeout"),
        (&["--ver"], "version"),
        (&["--run", "1h"], "run-time"),
    ] {
        let told = order(words);
        let option = LocustOption::of_name(long).unwrap();
        check_fate(option, told, &format!("{words:?}"));
    }
    assert!(order(&["--print"]).unwrap().outputs.print_stats);
    assert_eq!(order(&["--st", "5s"]).unwrap().plan.stop_timeout.as_secs(), 5);
    // What Locust does not know at all may be one of ours.
    assert_eq!(order(&["--see", "9"]).unwrap().plan.seed, 9);
    let (text, code) = fault(&["--web", "x"]);
    assert_eq!(
        (text.as_str(), code),
        (
            "lead-loadgen: error: ambiguous option: --web could match --web-host, --web-host-display-name, --web-port, \
             --web-auth, --web-login, --web-base-path\n",
            2
        )
    );
    let (text, _) = fault(&["--csw", "x"]);
    assert_eq!(text, "lead-loadgen: error: unrecognized arguments: --csw\nDid you mean '--csv'?\n");
}

#[test]
fn a_master_that_is_a_worker_too_ends_as_in_locust() {
    for words in [["--master", "--worker"], ["--worker", "--master"]] {
        assert_eq!(
            fault(&words),
            (
                "lead-loadgen: error: The --master argument cannot be combined with --worker\n"
                    .to_owned(),
                255
            )
        );
    }
}

#[test]
fn user_classes_are_those_of_the_scenario() {
    assert!(order(&["LeadScoringUser"]).is_ok());
    let (text, code) = fault(&["LeadScoringUser", "Ann", "Bob"]);
    assert_eq!(
        text,
        "lead-loadgen: error: Unknown User(s): Ann, Bob; the scenario's is LeadScoringUser\n"
    );
    assert_eq!(code, 1, "as in Locust");
    let around = Surroundings::none().with("LOCUST_USER_CLASSES", "LeadScoringUser Ann");
    assert!(
        order_in(&[], &around).map(|_| ()).unwrap_err().text().contains("Unknown User(s): Ann;")
    );
    assert!(order_in(&["LeadScoringUser"], &around).is_ok(), "what is typed takes its place");
    assert!(order(&["-T", "score", "--csv", "x", "LeadScoringUser"]).is_ok());
}

#[test]
fn a_locustfile_is_a_scenario_file_or_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.toml");
    std::fs::write(&file, "user = \"Shopper\"\n[[tasks]]\npath = \"/\"\n").unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(order(&["-f", file]).unwrap().plan.scenario.user_class, "Shopper");
    let order = order(&["-f", "locustfile.py"]).unwrap();
    assert_eq!(order.plan.scenario.user_class, "LeadScoringUser");
    assert!(
        order.notes[0].contains("locustfile.py is not read, the built-in scenario runs"),
        "{:?}",
        order.notes
    );
    assert_eq!(
        fault(&["-f", "nowhere.toml"]),
        ("lead-loadgen: error: Could not find 'nowhere.toml'. See --help for available options.\n".to_owned(), 1)
    );
}

#[test]
fn lists_need_no_host() {
    let asked = |word: &str| {
        let told = Args::order(["lead-loadgen", word].map(Into::into)).map(|_| ()).unwrap_err();
        assert_eq!(told.exit_code(), 0);
        told.text().to_owned()
    };
    assert_eq!(asked("-l"), "Available Users:\n    LeadScoringUser\n");
    insta::assert_snapshot!("task_ratio", asked("--show-task-ratio"));
    insta::assert_snapshot!("task_ratio_json", asked("--show-task-ratio-json"));
    let words = ["lead-loadgen", "--show-task-ratio", "--equal-weights"].map(Into::into);
    let equal = Args::order(words).map(|_| ()).unwrap_err();
    assert!(equal.text().contains("25.0"), "{}", equal.text());
}

#[test]
fn processes_are_threads() {
    let threads = |words: &[&str]| order(words).unwrap().plan.threads.get();
    assert_eq!(
        (threads(&["--processes", "3"]), threads(&["--processes", "3", "--threads", "2"])),
        (3, 2)
    );
    assert_eq!(threads(&["--processes", "-1"]), threads(&[]));
    assert_eq!(
        fault(&["--processes", "-2"]),
        ("lead-loadgen: error: Invalid --processes count -2\n".to_owned(), 1)
    );
}

#[test]
fn an_exit_code_may_count_from_the_end() {
    assert_eq!(order(&["--exit-code-on-error", "-1"]).unwrap().outputs.exit_code_on_error, 255);
    assert!(fault(&["--exit-code-on-error", "256"]).0.contains("(0 to 255)"));
}

/// The migration guide.
fn guide() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/LOCUST.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_guide_says_of_every_option_what_the_table_says() {
    let told: Vec<String> = guide()
        .lines()
        .skip_while(|line| *line != "## Every option")
        .skip_while(|line| !line.starts_with("| `"))
        .take_while(|line| line.starts_with("| `"))
        .map(str::to_owned)
        .collect();
    assert_eq!(told.len(), LocustOption::ALL.len());
    for (option, row) in LocustOption::ALL.iter().zip(told) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let variable = option.variable.map(|name| format!("`{name}`")).unwrap_or_default();
        assert_eq!(cells[1..3], [format!("`{}`", option.spelling), variable], "{row}");
        match option.fate {
            Fate::Works => assert!(cells[3] == "works" || cells[3].starts_with("works: "), "{row}"),
            Fate::Ignored(why) => assert_eq!(cells[3], format!("ignored: {why}")),
            Fate::Refused(why) => assert_eq!(cells[3], format!("refused: {why}")),
        }
    }
}

#[test]
fn the_scenarios_of_the_guide_are_read() {
    let guide = guide();
    let scenarios: Vec<&str> = guide
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .filter(|text| text.contains("[[tasks]]"))
        .collect();
    assert!(!scenarios.is_empty());
    for text in scenarios {
        let scenario = lead_loadgen::Scenario::parse(text, std::path::Path::new("shop.toml"));
        assert!(scenario.is_ok(), "{scenario:?}");
    }
}
