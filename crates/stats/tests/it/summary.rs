//! `_stats.csv`: what is refused, and in which words.

use crate::folder::{Folder, STATS_HEADER, refusal_of, stats_file, summary_of};

const HEALTH: &str = "GET,/health,10,0,4,4.8,2.1,38.9,2.0,1.0,0.0,4,5,5,6,7,9,13,18,35,39,39";
const SCORE: &str =
    "POST,/score,90,9,44,47.9,9.8,1032.4,148.2,9.0,0.9,44,51,57,61,76,94,130,190,880,1000,1000";
const TOTAL: &str =
    ",Aggregated,100,9,37,35.6,2.1,1032.4,106.4,10.0,0.9,37,47,53,57,71,89,120,180,870,1000,1000";

#[test]
fn a_whole_file_is_read_by_name() {
    let summary = summary_of(stats_file(&[SCORE, HEALTH, TOTAL])).unwrap();
    let names: Vec<_> = summary.endpoints.iter().map(|endpoint| endpoint.name.as_str()).collect();
    assert_eq!(names, ["/health", "/score"], "sorted, whatever the file's order");
    let score = &summary.endpoints[1];
    assert_eq!(
        (score.requests, score.failures, score.median_ms, score.max_ms),
        (90, 9, 44.0, 1032.4)
    );
    assert_eq!(summary.aggregated.percentiles.at(0.95), Some(89.0));
}

#[test]
fn an_endpoint_called_aggregated_is_no_total() {
    let summary =
        summary_of(stats_file(&[&HEALTH.replace("/health", "Aggregated"), SCORE, TOTAL])).unwrap();
    let namesake = &summary.endpoints[1];
    assert_eq!(
        (namesake.method.as_str(), namesake.name.as_str(), namesake.requests),
        ("GET", "Aggregated", 10)
    );
    assert_eq!(summary.aggregated.requests, 100);
}

#[test]
fn a_total_under_the_method_none_is_the_total() {
    let summary = summary_of(stats_file(&[SCORE, HEALTH, &format!("None{TOTAL}")])).unwrap();
    assert_eq!((summary.aggregated.method.as_str(), summary.aggregated.requests), ("", 100));
}

#[test]
fn an_incomplete_file_is_refused() {
    let whole = stats_file(&[HEALTH, SCORE, TOTAL]);
    let cut = |bytes: usize| whole[..whole.len() - bytes].to_owned();
    insta::assert_snapshot!(refusal_of(""), @r#"run_stats.csv: line 1, column "Type": the file is empty; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(refusal_of("Type,Na"), @r#"run_stats.csv: line 1, column "Na": the header has no line end; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(refusal_of(stats_file(&[])), @r#"run_stats.csv: line 2, column "Name": there is no Aggregated row; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(refusal_of(stats_file(&[HEALTH, SCORE])), @r#"run_stats.csv: line 4, column "Name": there is no Aggregated row; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(refusal_of(cut(1)), @r#"run_stats.csv: line 4, column "100%": the row has no line end; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(refusal_of(cut(3)), @r#"run_stats.csv: line 4, column "100%": the row has no line end; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(refusal_of(cut(60)), @r#"run_stats.csv: line 4, column "Max Response Time": the row ends after 8 of 22 fields; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(refusal_of(stats_file(&[HEALTH, "POST,/sco", TOTAL])), @r#"run_stats.csv: line 3, column "Name": the row ends after 2 of 22 fields; is the load generator still running? Wait until it has ended, or run the test again"#);
}

#[test]
fn rows_that_must_not_be_there_are_refused() {
    insta::assert_snapshot!(refusal_of(stats_file(&[HEALTH, SCORE, TOTAL, TOTAL])), @r#"run_stats.csv: line 5, column "Name": a second Aggregated row; were two files joined? Run the test again"#);
    insta::assert_snapshot!(refusal_of(stats_file(&[HEALTH, TOTAL, SCORE])), @r#"run_stats.csv: line 4, column "Name": POST "/score" follows the Aggregated row; were two files joined? Run the test again"#);
    insta::assert_snapshot!(refusal_of(stats_file(&[HEALTH, SCORE, HEALTH, TOTAL])), @r#"run_stats.csv: line 4, column "Name": GET "/health" has a row above already; were two files joined? Run the test again"#);
    insta::assert_snapshot!(refusal_of(stats_file(&[HEALTH, &SCORE.replace("47.9", "47,9"), TOTAL])), @r#"run_stats.csv: line 3, column "100%": the row has 23 fields under 22 names; is there a decimal comma or an unquoted text in it? Use the file that the load generator wrote"#);
}

#[test]
fn however_long_a_name_is_its_refusal_stays_a_line() {
    let long = "/score".repeat(50_000);
    let row = SCORE.replace("/score", &long);
    let refusals = [
        refusal_of(stats_file(&[HEALTH, &row, &row, TOTAL])),
        refusal_of(stats_file(&[HEALTH, TOTAL, &row])),
        refusal_of(&*long),
    ];
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    run_stats.csv: line 4, column "Name": POST "/score/score/score/score/score/score/sco" has a row above already; were two files joined? Run the test again
    run_stats.csv: line 4, column "Name": POST "/score/score/score/score/score/score/sco" follows the Aggregated row; were two files joined? Run the test again
    run_stats.csv: line 1, column "/score/score/score/score/score/score/sco": the header has no line end; is the load generator still running? Wait until it has ended, or run the test again
    "#);
}

#[test]
fn what_is_no_number_is_refused() {
    let refusal = |from: &str, to: &str| {
        refusal_of(stats_file(&[HEALTH, &SCORE.replacen(from, to, 1), TOTAL]))
    };
    insta::assert_snapshot!(refusal(",90,", ",9x,"), @r#"run_stats.csv: line 3, column "Request Count": expected a whole number from 0 up, found "9x""#);
    insta::assert_snapshot!(refusal(",90,", ",-90,"), @r#"run_stats.csv: line 3, column "Request Count": expected a whole number from 0 up, found "-90""#);
    insta::assert_snapshot!(refusal(",90,", ",\"1,090\","), @r#"run_stats.csv: line 3, column "Request Count": expected a whole number from 0 up, found "1,090" (was the file saved by a spreadsheet? Use the one the load generator wrote)"#);
    insta::assert_snapshot!(refusal(",90,", ",8,"), @r#"run_stats.csv: line 3, column "Failure Count": expected no more failures than requests, found "9""#);
    insta::assert_snapshot!(refusal("47.9", "\"47,9\""), @r#"run_stats.csv: line 3, column "Average Response Time": expected a number from 0 up, found "47,9" (was the file saved by a spreadsheet? Use the one the load generator wrote)"#);
    insta::assert_snapshot!(refusal("47.9", "nan"), @r#"run_stats.csv: line 3, column "Average Response Time": expected a number from 0 up, found "nan""#);
    insta::assert_snapshot!(refusal("47.9", "1e999"), @r#"run_stats.csv: line 3, column "Average Response Time": expected a number from 0 up, found "1e999""#);
    insta::assert_snapshot!(refusal(",94,", ",,"), @r#"run_stats.csv: line 3, column "95%": expected milliseconds from 0 up, or N/A in the whole row, found """#);
    insta::assert_snapshot!(refusal(",94,", ",N/A,"), @r#"run_stats.csv: line 3, column "95%": expected milliseconds from 0 up, or N/A in the whole row, found "N/A""#);
}

#[test]
fn numbers_are_plain_or_with_an_exponent_and_nothing_else() {
    let average = |text: &str| {
        let row = SCORE.replacen("47.9", text, 1);
        summary_of(stats_file(&[HEALTH, &row, TOTAL]))
            .ok()
            .map(|summary| summary.endpoints[1].average_ms)
    };
    for (text, number) in [
        ("0", 0.0),
        ("12", 12.0),
        ("12.0", 12.0),
        ("1e-05", 1e-5),
        ("1.2e+17", 1.2e17),
        ("007", 7.0),
    ] {
        assert_eq!(average(text), Some(number), "{text:?}");
    }
    for text in [
        "", " 1", "1 ", "+1", "-0", "-1", ".5", "5.", "5.e1", "1e", "1_000", "0x1", "inf", "NaN",
        "1 000", "\u{661}",
    ] {
        assert_eq!(average(text), None, "{text:?}");
    }
}

#[test]
fn counts_are_whole_but_may_be_written_as_floats() {
    let requests = |text: &str| {
        let row = HEALTH.replacen(",10,", &format!(",{text},"), 1);
        summary_of(stats_file(&[&row, SCORE, TOTAL]))
            .ok()
            .map(|summary| summary.endpoints[0].requests)
    };
    assert_eq!(requests("10.0"), Some(10));
    for text in ["10.5", "1e1", "+10", "10.", "", "18446744073709551616"] {
        assert_eq!(requests(text), None, "{text:?}");
    }
}

#[test]
fn bytes_that_are_no_text_pass_in_names_and_not_in_numbers() {
    let bytes = |place: &str| {
        let at = stats_file(&[HEALTH, SCORE, TOTAL]).find(place).unwrap();
        let mut bytes = stats_file(&[HEALTH, SCORE, TOTAL]).into_bytes();
        bytes[at + 1] = 0xE9;
        bytes
    };
    assert_eq!(summary_of(bytes("/health")).unwrap().endpoints[1].name, "/\u{fffd}ealth");
    insta::assert_snapshot!(refusal_of(bytes("47.9")), @r#"run_stats.csv: line 3, column "Average Response Time": expected a number from 0 up, found "4�.9""#);
}

#[test]
fn a_header_without_the_columns_is_refused() {
    let file = |header: &str| format!("{header}\r\n{TOTAL}\r\n");
    insta::assert_snapshot!(refusal_of(file(&STATS_HEADER.replace("Request Count", "Requests"))), @r#"run_stats.csv: line 1, column "Request Count": is missing; the header must name the columns as Locust does"#);
    insta::assert_snapshot!(refusal_of(file(&STATS_HEADER.replace("Failures/s", "requests/s"))), @r#"run_stats.csv: line 1, column "Requests/s": appears twice; the header must name the columns as Locust does"#);
    insta::assert_snapshot!(refusal_of(file(&STATS_HEADER.replace(',', ";"))), @r#"run_stats.csv: line 1, column "Type": is missing; the header must name the columns as Locust does"#);
    insta::assert_snapshot!(refusal_of(format!("{TOTAL}\r\n")), @r#"run_stats.csv: line 1, column "Type": is missing; the header must name the columns as Locust does"#);
}

#[test]
fn endpoints_that_miss_their_total_by_more_than_a_percent_are_refused() {
    let with_requests =
        |count: u64| stats_file(&[&HEALTH.replacen("10", &count.to_string(), 1), SCORE, TOTAL]);
    insta::assert_snapshot!(refusal_of(with_requests(12)), @r#"run_stats.csv: line 4, column "Request Count": the rows add up to 102, but the Aggregated row says 100: the files do not belong together; was the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(refusal_of(stats_file(&[HEALTH, &SCORE.replace(",90,9,", ",90,8,"), TOTAL])), @r#"run_stats.csv: line 4, column "Failure Count": the rows add up to 8, but the Aggregated row says 9: the files do not belong together; was the load generator still running? Wait until it has ended, or run the test again"#);
    for tolerated in [9, 11] {
        let folder = Folder::new().with("_stats.csv", with_requests(tolerated));
        assert!(folder.read_or_say().contains("but the Aggregated row says 100"), "{tolerated}");
    }
}

#[test]
fn files_of_a_locust_before_1_1_are_refused_by_age() {
    // The headers of Locust 0.13.3 and 0.14.6 are the same, as in their stats.py.
    let locust_0_14 = "\"Type\",\"Name\",\"# requests\",\"# failures\",\"Median response time\",\"Average response time\",\
        \"Min response time\",\"Max response time\",\"Average Content Size\",\"Requests/s\",\"Requests Failed/s\",\"50%\",\
        \"66%\",\"75%\",\"80%\",\"90%\",\"95%\",\"98%\",\"99%\",\"99.9%\",\"99.99%\",\"99.999\",\"100%\"\n\
        \"None\",\"Aggregated\",1,0,1,1,1,1,1,1.00,0.00,1,1,1,1,1,1,1,1,1,1,1,1";
    insta::assert_snapshot!(refusal_of(locust_0_14), @r#"run_stats.csv: line 1, column "Type": Locust 1.0 or older wrote this file, without escaping quotes and without a last line end; run the test again with Locust 1.1 or newer"#);
    insta::assert_snapshot!(refusal_of(format!("{locust_0_14}\n")), @r##"run_stats.csv: line 1, column "# requests": Locust before 1.0 wrote this file, and its percentiles may cover only the last ten seconds; run the test again with Locust 1.1 or newer"##);
    let locust_0_13_2 = Folder::new().with("_requests.csv", "\"Method\",\"Name\",\"# requests\"\n");
    insta::assert_snapshot!(locust_0_13_2.read_or_say(), @r#"run_requests.csv: line 1, column "Method": Locust before 0.13.3 wrote this file instead of _stats.csv, without rates of failure; run the test again with Locust 1.1 or newer"#);
}

#[test]
fn a_missing_file_says_what_the_prefix_is() {
    insta::assert_snapshot!(Folder::new().read_or_say(), @"run_stats.csv: no such file; run the load test with --csv and give the same prefix here (the part before _stats.csv)");
}

#[test]
fn a_folder_in_place_of_the_file_is_no_missing_file() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("run_stats.csv")).unwrap();
    assert!(
        folder.read_or_say().starts_with("run_stats.csv: cannot be read: "),
        "{}",
        folder.read_or_say()
    );
}

#[test]
fn a_file_larger_than_any_run_leaves_is_not_read() {
    let folder = Folder::new().with("_stats.csv", "");
    let file = std::fs::File::options().write(true).open(folder.path("run_stats.csv")).unwrap();
    // A hole: it takes no space on the disk.
    file.set_len(512 * 1024 * 1024 + 1).unwrap();
    insta::assert_snapshot!(folder.read_or_say(), @"run_stats.csv: larger than 536870912 bytes, which no load test leaves behind; is this the right file?");
}
