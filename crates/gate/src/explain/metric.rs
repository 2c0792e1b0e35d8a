//! What each metric is, and where it stands in the files.

use crate::rule::{Course, Metric, NAMED};

/// All metrics by the names that can be explained, percentiles by the usual ones.
pub(super) fn names() -> Vec<String> {
    let percentiles = [0.50, 0.95, 0.99].map(Metric::Percentile);
    let drift = Metric::Drift(Course::Percentile(0.95));
    let all = percentiles.into_iter().chain(NAMED).chain([drift]);
    all.map(|metric| metric.to_string()).collect()
}

/// What is measured.
pub(super) fn meaning(metric: Metric) -> String {
    match metric {
        Metric::Percentile(fraction) => format!(
            "The response time that {} % of the requests stayed within, failed ones included.",
            percent(fraction)
        ),
        Metric::Median => "The response time that half of the requests stayed within.".to_owned(),
        Metric::Average => "The mean of all response times.".to_owned(),
        Metric::Min => "The shortest response time.".to_owned(),
        Metric::Max => "The longest response time: a single request, so it differs from run to run.".to_owned(),
        Metric::Rps => "Requests per second over the whole run, ramp included.".to_owned(),
        Metric::SteadyRps => "Requests per second while all users were at work.".to_owned(),
        Metric::MinWindowRps => {
            "Requests per second in the slowest ten seconds while all users were at work.".to_owned()
        }
        Metric::Requests => "Requests, failed ones included.".to_owned(),
        Metric::Failures => "Requests that failed.".to_owned(),
        Metric::ErrorRate => "Requests that failed, in percent of all requests.".to_owned(),
        Metric::Exceptions => {
            "Crashes of the scenario's own code. They are no failed requests: their users simply stop sending.".to_owned()
        }
        Metric::Drift(course) => format!(
            "How much worse {} became while all users were at work, in percent. Becoming better never fails.",
            match course {
                Course::Percentile(fraction) => format!("P{}", percent(fraction)),
                Course::Average => "the mean response time".to_owned(),
                Course::Rps => "the rate".to_owned(),
            }
        ),
    }
}

/// Where it stands, and by which formula it is found.
pub(super) fn source(metric: Metric) -> String {
    match metric {
        Metric::Percentile(fraction) => format!(
            "Column {}% of _stats.csv, as reported; nothing is interpolated. Locust rounds it to whole milliseconds below \
             100, then to tens, hundreds, thousands: 1000 ms may truly be 950 ms to 1,050 ms.",
            percent(fraction)
        ),
        Metric::Median => "Column Median Response Time of _stats.csv.".to_owned(),
        Metric::Average => "Column Average Response Time of _stats.csv. Exact in Locust's files as well, and so the better \
                            figure for a service of a few milliseconds."
            .to_owned(),
        Metric::Min => "Column Min Response Time of _stats.csv.".to_owned(),
        Metric::Max => "Column Max Response Time of _stats.csv.".to_owned(),
        Metric::Rps => "Column Requests/s of _stats.csv: requests / (last request - start).".to_owned(),
        Metric::SteadyRps => "The steady part of _stats_history.csv, from the counter and not from the smoothed rate: (requests \
                              at its end - requests at its start) / (end - start). Without a steady part the rate of the whole \
                              run, with a note; of one endpoint only with --csv-full-history. In the open model it meets a limit \
                              that it misses by no more answers than were under way."
            .to_owned(),
        Metric::MinWindowRps => "The steady part of _stats_history.csv in windows of 10 s that share no request: the smallest \
                                 (requests at the end - requests at the start) / (end - start). A steady part below 10 s \
                                 has no data."
            .to_owned(),
        Metric::Requests => "Column Request Count of _stats.csv.".to_owned(),
        Metric::Failures => "Column Failure Count of _stats.csv.".to_owned(),
        Metric::ErrorRate => "Columns Failure Count and Request Count of _stats.csv, compared in whole numbers and without \
                              dividing: failures x 100 against limit x requests. One failure in a million is not 0 %."
            .to_owned(),
        Metric::Exceptions => "The rows of _exceptions.csv, by their Count; a row is one at least.".to_owned(),
        Metric::Drift(course) => drift(course),
    }
}

fn drift(course: Course) -> String {
    let blocks = match course {
        Course::Percentile(_) => {
            "each with its own percentile where the history is full (--csv-full-history) and with its exact mean where it \
             is cumulative"
        }
        Course::Average => "each with its exact mean",
        Course::Rps => "each with the time between two answers, 1 / rate",
    };
    format!(
        "The steady part of _stats_history.csv in blocks of 10 s that share no request, {blocks}. The effect is the larger \
         of two: median of the last third / median of the first third - 1, and the Theil-Sen slope over all blocks. \
         p is the Mann-Kendall test's chance of such a rise in pure noise, or of a step that divides the blocks as evenly \
         where there is a clear one and that is rarer."
    )
}

fn percent(fraction: f64) -> String {
    Metric::Percentile(fraction).to_string().trim_start_matches('p').to_owned()
}
