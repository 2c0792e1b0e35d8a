//! Files that real Locusts wrote, read as they are.
//!
//! Made on Python 3.11 with `pip install locust==<version>` in an environment of its own (1.x and 2.2.3 with
//! `flask<2.1 jinja2<3.1 markupsafe<2.1 itsdangerous<2.1`), against a small HTTP server that answers everything with
//! 14 bytes of JSON, `/slow` after 120 ms and `/broken` with status 503:
//!
//! ```text
//! locust -f golden/locustfile.py --headless -u 10 -r 5 -t 6s --host http://127.0.0.1:PORT \
//!     --csv golden/<version>/<default|full> [--csv-full-history]
//! ```
//!
//! 1.6, 2.2 and 2.20 ran for 24 s, because they flush the history every ten seconds and not at the end. Nothing was
//! changed but the folders in tracebacks.

use std::{fs, path::PathBuf};

use lead_stats::{Paths, Run, read, read_summary, write};

use crate::{folder::Folder, round_trip::assert_no_cut_lies};

/// Version, history, and the number of notes that reading leaves.
const READABLE: [(&str, &str, usize); 7] = [
    // No exceptions file before Locust 1.4.2.
    ("1.1.1", "default", 1),
    ("1.6.0", "full", 0),
    ("2.2.3", "default", 0),
    ("2.20.1", "full", 0),
    ("2.44.0", "default", 0),
    ("2.47.0", "default", 0),
    ("2.47.0", "full", 0),
];

#[test]
fn runs_of_every_locust_since_1_1_are_read() {
    for (version, history, notes) in READABLE {
        let run = golden(version, history);
        assert_eq!(run.notes.len(), notes, "{version}: {:?}", run.notes);
        assert_eq!(run.history.is_full(), history == "full", "{version}");

        let names: Vec<_> =
            run.summary.endpoints.iter().map(|e| (e.method.as_str(), e.name.as_str())).collect();
        let expected = [
            ("POST", "/broken, always"),
            ("GET", "/checked"),
            ("POST", "/score"),
            ("GET", "/slow?a=\"1\",2"),
            ("GET", "Aggregated"),
            ("GET", "two\nlines ü 😀"),
        ];
        assert_eq!(names, expected, "{version}");

        let [broken, .., slow, _, _] = run.summary.endpoints.as_slice() else {
            panic!("six endpoints")
        };
        assert_eq!(broken.failures, broken.requests, "{version}");
        assert!(
            slow.percentiles.at(0.5).is_some_and(|ms| (120.0..200.0).contains(&ms)),
            "{version}"
        );
        assert!(
            run.history.aggregated().last().is_some_and(|tick| tick.users == 10 || tick.users == 0),
            "{version}"
        );
        assert_eq!(run.failures.len(), 2, "{version}");
        assert!(
            run.exceptions.iter().all(|exception| exception.message.contains("no, \"such\" key")),
            "{version}"
        );
    }
}

#[test]
fn the_latest_locust_says_what_it_always_said() {
    let run = golden("2.47.0", "default");
    insta::assert_debug_snapshot!("latest_total", run.summary.aggregated);
    insta::assert_debug_snapshot!("latest_last_tick", run.history.ticks.last());
    insta::assert_debug_snapshot!("latest_failures", run.failures);
    insta::assert_debug_snapshot!("latest_exceptions", run.exceptions);
}

#[test]
fn the_percentiles_of_an_old_locust_include_one_more() {
    let aggregated = golden("1.1.1", "default").summary.aggregated;
    assert_eq!(aggregated.percentiles.iter().count(), 12);
    assert_eq!(aggregated.percentiles.at(0.99999), Some(130.0));
}

#[test]
fn locust_1_0_is_refused_by_age() {
    let error = read(&prefix("1.0.3", "default")).unwrap_err().to_string();
    assert!(error.ends_with("run the test again with Locust 1.1 or newer"), "{error}");
}

#[test]
fn what_we_write_is_what_the_latest_locust_wrote() {
    for history in ["default", "full"] {
        let folder = Folder::new();
        write(&folder.path("run"), &golden("2.47.0", history)).unwrap();
        let (ours, theirs) =
            (Paths::of(&folder.path("run")), Paths::of(&prefix("2.47.0", history)));
        for (ours, theirs) in [
            (ours.summary, theirs.summary),
            (ours.history, theirs.history),
            (ours.failures, theirs.failures),
            (ours.exceptions, theirs.exceptions),
        ] {
            let ours = fs::read_to_string(ours).unwrap();
            assert_eq!(ours, with_short_medians(&fs::read_to_string(theirs).unwrap()));
        }
    }
}

#[test]
fn a_golden_summary_cut_anywhere_reads_as_itself_or_not_at_all() {
    for (version, history) in [("1.1.1", "default"), ("2.47.0", "full")] {
        let path = Paths::of(&prefix(version, history)).summary;
        assert_no_cut_lies(&fs::read(&path).unwrap(), &read_summary(&path).unwrap());
    }
}

fn golden(version: &str, history: &str) -> Run {
    read(&prefix(version, history)).unwrap_or_else(|error| panic!("Locust {version}: {error}"))
}

/// The prefix of a run in the folder of golden files.
pub(crate) fn prefix(version: &str, history: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/it/golden", version, history].iter().collect()
}

/// The one difference we make on purpose: a median that Locust writes with all its digits has three decimals.
fn with_short_medians(text: &str) -> String {
    let mut lines = text.split_inclusive('\n');
    let header = lines.next().expect("a header");
    let Some(median) = header.split(',').position(|name| name.ends_with("Median Response Time"))
    else {
        return text.to_owned();
    };
    // Counted from the end, because names hold commas and medians do not.
    let from_end = header.split(',').count() - median;
    let shorten = |line: &str| {
        let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        let at = fields.len().wrapping_sub(from_end);
        if let Some(field) = fields.get_mut(at).filter(|field| field.contains('.')) {
            let short = format!("{:.3}", field.parse::<f64>().expect("a median"));
            *field = short.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        fields.join(",")
    };
    [header.to_owned()].into_iter().chain(lines.map(shorten)).collect()
}
