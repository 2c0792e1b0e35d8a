//! Percentiles by fraction, and the columns a user of Locust can make of them.

use lead_stats::{LOCUST_PERCENTILES, Percentiles, Run, write};

use crate::folder::{Folder, STATS_HEADER, refusal_of, summary_of};

#[test]
fn a_percentile_is_found_by_its_fraction() {
    let percentiles =
        Percentiles::locust([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]);
    assert_eq!(percentiles.at(0.5), Some(1.0));
    assert_eq!(percentiles.at(95.0 / 100.0), Some(6.0));
    assert_eq!(percentiles.at(99.9 / 100.0), Some(9.0));
    assert_eq!(percentiles.at(1.0), Some(11.0));
    assert_eq!(percentiles.at(0.97), None);
    assert_eq!(Percentiles::none().at(0.5), None);
    assert!(percentiles.iter().map(|(fraction, _)| fraction).eq(LOCUST_PERCENTILES));
}

#[test]
fn percentile_columns_are_known_by_their_form() {
    let bytes = custom("42%,99.9 ,100%,99.999%,p95,101%,1e1%", "1,2,3,4,5,6,7");
    let percentiles = summary_of(bytes).unwrap().aggregated.percentiles;
    assert_eq!(
        percentiles.iter().collect::<Vec<_>>(),
        [(0.42, 1.0), (0.999, 2.0), (1.0, 3.0), (0.99999, 4.0)]
    );
}

#[test]
fn a_run_with_percentiles_of_its_own_is_written_with_their_columns() {
    let bytes = custom("42%,99.9%,100%", "1,2,3.5");
    let run = Run { summary: summary_of(&bytes).unwrap(), ..Run::default() };
    let folder = Folder::new();
    write(&folder.path("run"), &run).unwrap();
    assert_eq!(String::from_utf8(folder.bytes("_stats.csv")).unwrap(), bytes);
}

#[test]
fn a_percentile_may_have_one_column_only() {
    insta::assert_snapshot!(refusal_of(custom("95%,95.0", "1,1")), @r#"run_stats.csv: line 1, column "95.0": appears twice; the header must name the columns as Locust does"#);
}

/// A `_stats.csv` with these percentile columns and one row.
fn custom(columns: &str, values: &str) -> String {
    let (fixed, _) = STATS_HEADER.split_once("50%").expect("Locust reports the median");
    format!(
        "{fixed}{columns}\r\nGET,/,5,0,1,1.0,1.0,1.0,2.0,1.0,0.0,{values}\r\n,Aggregated,5,0,1,1.0,1.0,1.0,2.0,1.0,0.0,{values}\r\n"
    )
}
