//! Configuration files and the environment: what is read, what wins, and what is said about a fault.

use std::path::Path;

use lead_loadgen::{Args, CapacityArgs, Load, Order, Surroundings, UsageError, WorkerOrder};

use crate::simulated::ramp;

/// A home and a folder of the test's own.
struct Place {
    root: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("home")).unwrap();
        Self { root }
    }

    fn put(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.root.path().join(name), text).unwrap();
        self
    }

    fn path(&self, name: &str) -> String {
        self.root.path().join(name).display().to_string()
    }

    fn around(&self) -> Surroundings {
        Surroundings::none().at_home(&self.root.path().join("home")).in_folder(self.root.path())
    }

    fn order(&self, words: &[&str]) -> Order {
        order(words, &self.around()).unwrap_or_else(|fault| panic!("{}", fault.text()))
    }

    /// What is said about a line, without the folder's name.
    fn fault(&self, words: &[&str]) -> String {
        let fault = order(words, &self.around()).map(|_| ()).unwrap_err();
        assert_eq!(fault.exit_code(), 2);
        fault.text().replace(&format!("{}/", self.root.path().display()), "./")
    }
}

fn order(words: &[&str], around: &Surroundings) -> Result<Order, UsageError> {
    let line = ["lead-loadgen", "--host", "http://127.0.0.1:1"];
    Args::order_in(line.iter().chain(words).map(Into::into), around)
}

#[test]
fn the_stronger_place_wins() {
    let place = Place::new();
    let users =
        |words: &[&str], around: &Surroundings| match order(words, around).unwrap().plan.load {
            Load::Closed(users) => users.peak().get(),
            Load::Open(_) => 0,
        };
    place.put("home/.locust.conf", "users = 1\nspawn-rate = 9\n");
    assert_eq!(users(&[], &place.around()), 1);
    place.put("locust.conf", "users = 2\n");
    assert_eq!(users(&[], &place.around()), 2);
    place.put("pyproject.toml", "[project]\nname = \"x\"\n[tool.locust]\nusers = 3\n");
    assert_eq!(users(&[], &place.around()), 3);
    place.put("more.conf", "users 4\n");
    let more = place.path("more.conf");
    assert_eq!(users(&["--config", &more], &place.around()), 4);
    let around = place.around().with("LOCUST_USERS", "5");
    assert_eq!(users(&["--config", &more], &around), 5);
    assert_eq!(users(&["--config", &more, "--users", "6"], &around), 6);
    assert_eq!(users(&["-u7", "--config", &more], &around), 7);
    assert_eq!(users(&["--use=8"], &around), 8);
    assert_eq!(order(&[], &around).unwrap().plan.load, ramp(5, "9"), "the rest is from the home");
}

#[test]
fn every_form_of_a_line_is_read() {
    let place = Place::new();
    place.put(
        "locust.conf",
        "# a comment\n; another\n[section]\n---\n\nusers: 20\n--spawn-rate 5\nrun-time = \"1m\"   ; half a minute more\n\
         headless\nonly-summary = No\ncsv = my results/lt # in a folder\ntags = [score, 'info']\nloglevel=warning\nloglevel=ERROR\n\
         timeout = 7s\nweb-host =\n",
    );
    let Order { plan, outputs, notes, .. } = place.order(&[]);
    assert_eq!(plan.load, ramp(20, "5"));
    assert_eq!(plan.run_time.map(|time| time.as_secs()), Some(60));
    assert!(outputs.headless && !outputs.only_summary);
    assert_eq!(outputs.csv.as_deref(), Some(Path::new("my results/lt")));
    assert_eq!(plan.scenario.tasks.len(), 3, "score, batch and info");
    assert_eq!(outputs.level, lead_loadgen::Level::Error, "a repeated key counts once, the last");
    assert_eq!(plan.timeout.as_secs(), 7, "our own options work too");
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn a_toml_table_is_read_with_its_types() {
    let place = Place::new();
    place.put(
        "pyproject.toml",
        "[tool.locust]\nusers = 20\nspawn-rate = 2.5\nheadless = true\nonly-summary = false\ntags = [\"batch\"]\n\
         stages = [\"30s:100\", \"1m:5\"]\n[tool.other]\nusers = \"many\"\n",
    );
    // Users that a file asks for give way to stages of the same file: that is a contradiction, and it is told.
    assert!(place.fault(&[]).contains("cannot be used with"), "{}", place.fault(&[]));
    let order = place.order(&["--rate", "5", "--stages", "1s:5"]);
    assert!(
        matches!(order.plan.load, Load::Open(_)),
        "what is typed takes the place of users from a file"
    );
    assert!(order.outputs.headless && !order.outputs.only_summary);
    assert_eq!(order.plan.scenario.tasks.len(), 1);
}

#[test]
fn a_flag_that_a_stronger_place_unsets_is_not_set() {
    let place = Place::new();
    place.put("locust.conf", "headless = true\notel = true\n");
    let order = place.order(&[]);
    assert!(
        order.outputs.headless && order.notes[0].contains("--otel changes nothing"),
        "{:?}",
        order.notes
    );
    assert!(
        order.notes[0].contains("(otel in ") && order.notes[0].contains("locust.conf, line 2)")
    );
    let around = place.around().with("LOCUST_HEADLESS", "off");
    assert!(!crate::settings::order(&[], &around).unwrap().outputs.headless);
    assert!(!place.order(&["--headful"]).outputs.headless);
}

#[test]
fn faults_name_file_line_and_key() {
    let place = Place::new();
    let told = |text: &str| {
        place.put("locust.conf", text);
        place.fault(&[])
    };
    assert_eq!(
        told("# load\nspawn-rate = fast\n"),
        "lead-loadgen: error: argument -r/--spawn-rate: invalid float value: 'fast' (spawn-rate in ./locust.conf, line 2)\n"
    );
    assert_eq!(
        told("\n\nuser-count = 5\n"),
        "lead-loadgen: error: unrecognized arguments: --user-count (user-count in ./locust.conf, line 3)\n"
    );
    assert_eq!(
        told("spawnrate = 5\n"),
        "lead-loadgen: error: unrecognized arguments: --spawnrate (spawnrate in ./locust.conf, line 1)\nDid you mean '--spawn-rate'?\n"
    );
    assert_eq!(
        told("headless = maybe\n"),
        "lead-loadgen: error: argument --headless: unexpected value 'maybe', expecting 'true', 'false', 'yes', 'no', 'on', 'off', \
         '1' or '0' (headless in ./locust.conf, line 1)\n"
    );
    assert_eq!(
        told("users = [1, 2]\n"),
        "lead-loadgen: error: argument -u/--users: takes one value, not a list (users in ./locust.conf, line 1)\n"
    );
    assert!(told("master = yes\n").contains("argument --master: there is no master here"));
    assert!(
        told("config = other.conf\n")
            .contains("cannot name another one (config in ./locust.conf, line 1)")
    );
    assert_eq!(
        told("= 5\n"),
        "lead-loadgen: error: ./locust.conf, line 1: this is no setting; write it as key = value\n"
    );
    // A fault that needs more than one option is told at the one that it names.
    assert!(told("warmup = 1m\nrun-time = 30s\n").ends_with("(warmup in ./locust.conf, line 1)\n"));
    place.put("locust.conf", "");
    place.put("pyproject.toml", "[tool.locust]\nusers = 0\n");
    assert!(place.fault(&[]).ends_with("must be > 0 (users in ./pyproject.toml, line 2)\n"));
    place.put("pyproject.toml", "[tool.locust]\nusers = { many = 5 }\n");
    assert!(place.fault(&[]).contains("./pyproject.toml, line 2: users must be a value or a list"));
    place.put("pyproject.toml", "[tool.locust\n");
    assert!(place.fault(&[]).contains("./pyproject.toml, line 1: this is no TOML"));
    place.put("pyproject.toml", "");
    let around = place.around().with("LOCUST_USERS", "some");
    let fault = order(&[], &around).map(|_| ()).unwrap_err();
    assert!(
        fault.text().ends_with("invalid int value: 'some' (LOCUST_USERS)\n"),
        "{}",
        fault.text()
    );
    assert!(
        place
            .fault(&["--config", "nowhere.conf"])
            .contains("argument --config: cannot read nowhere.conf")
    );
}

#[test]
fn secrets_of_files_are_in_no_text() {
    let place = Place::new();
    for text in [
        "api-key = s3cret\u{1}\n",
        "api-kee = s3cret\n",
        "= s3cret\n",
        "api-key = [s3cret, s3cret]\n",
    ] {
        place.put("locust.conf", text);
        let told = place.fault(&[]);
        assert!(told.contains("./locust.conf, line 1") && !told.contains("s3cret"), "{told}");
    }
    place.put("locust.conf", "api-key = s3cret\n");
    let order = place.order(&[]);
    assert!(order.plan.api_key.is_some());
    assert!(!format!("{order:?}").contains("s3cret"));
    let around = place.around().with("LEAD_API_KEY", "s3cret");
    assert!(!format!("{around:?}").contains("s3cret"));
}

#[test]
fn help_is_given_whatever_the_files_say() {
    let place = Place::new();
    place.put("locust.conf", "users = none\n");
    let help = order(&["-h"], &place.around()).map(|_| ()).unwrap_err();
    assert_eq!(help.exit_code(), 0);
    assert!(help.text().contains("LOCUST_USERS") && help.text().contains("Usage:"));
}

#[test]
fn a_search_passes_over_what_is_a_runs() {
    let place = Place::new();
    place.put("locust.conf", "users = 300\nspawn-rate = 5\nheadless = true\ncsv = lt\ntimeout = 3s\nhost = http://127.0.0.1:9\n");
    let around = place.around().with("LOCUST_RUN_TIME", "1h");
    let words = ["lead-loadgen", "capacity", "--p95", "1s"].map(Into::into);
    let order = CapacityArgs::order_in(&words, &around).unwrap();
    assert_eq!(order.plan.timeout.as_secs(), 3);
    assert_eq!(order.plan.target.to_string(), "http://127.0.0.1:9");
    place.put("locust.conf", "user = 300\n");
    assert!(CapacityArgs::order_in(&words, &around).is_err(), "nobody's option is told there too");
}

fn worker(words: &[&str], around: &Surroundings) -> Option<Result<WorkerOrder, String>> {
    let words: Vec<_> = ["lead-loadgen"].iter().chain(words).map(Into::into).collect();
    WorkerOrder::asked_in(&words, around)
        .map(|order| order.map_err(|fault| fault.text().to_owned()))
}

#[test]
fn a_worker_is_set_up_like_a_run() {
    let place = Place::new();
    // What no master can order is passed over where it was not typed.
    place.put(
        "locust.conf",
        "worker = true\nmaster-port = 6000\nmaster-host = far\nclass-picker = true\nrate = 50\n",
    );
    let around = place.around().with("LOCUST_MASTER_NODE_HOST", "near");
    let order = worker(&["--master-port", "7000", "-f", "shop.py"], &around).unwrap().unwrap();
    assert_eq!((order.master.host.as_str(), order.master.port), ("near", 7000));
    let notes = order.notes.join("\n");
    assert!(notes.contains("--class-picker changes nothing"), "{notes}");
    assert!(notes.contains("shop.py is not read"), "{notes}");
    assert!(worker(&[], &around.with("LOCUST_MODE_WORKER", "false")).is_none());

    place.put("locust.conf", "scenario = nowhere.toml\n");
    let fault = worker(&["--worker"], &place.around()).unwrap().unwrap_err();
    assert!(fault.contains("locust.conf, line 1"), "{fault}");
}

#[test]
fn a_worker_with_a_fault_is_no_plain_run() {
    let place = Place::new();
    place.put("home/.locust.conf", "users = many\n");
    place.put("locust.conf", "rate = 50\n");
    assert!(order(&["--worker"], &place.around()).is_ok(), "beside a rate no run looks at users");
    let fault = worker(&["--worker"], &place.around()).expect("a worker").unwrap_err();
    assert!(fault.contains("users in") && fault.contains("line 1"), "{fault}");
    assert!(worker(&[], &place.around()).is_none());
}
