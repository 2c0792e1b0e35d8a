//! Are the files of a run whole, and all of one run?
//!
//! Each file alone may look good: what was cut off, mixed or begun anew shows where two of them contradict each other. It
//! is asked of the run that is judged and of the one that it is compared with. The format of the files, their sums and
//! torn rows are [`lead_stats`]'s business.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use lead_stats::{Paths, Run, Summary};

use crate::{error::GateError, quantity::counted, timeline::Timeline};

/// Summary and history are written in one pass, but Locust flushes the latter every ten seconds, and requests end after
/// its last row.
const LATE_S: f64 = 15.0;

/// Of a short run a tenth may be missing, and in any case what its last rows are late by.
const LATE_SHARE: f64 = 0.1;
const SURELY_LATE_S: f64 = 5.0;

/// Two spellings of one time differ by no more than this share.
const SAME_TIME: f64 = 1e-6;

/// Rows come once a second; what is less than half of that late is a request that ended while both were written.
const KILLED_S: f64 = 0.5;

/// Refuses a summary whose rows count more failures than requests, or none at all.
pub(crate) fn require_requests(paths: &Paths, summary: &Summary) -> Result<(), GateError> {
    if summary.aggregated.requests == 0 {
        return Err(GateError::NoRequests { path: paths.summary.clone() });
    }
    let mut rows = summary.endpoints.iter().chain([&summary.aggregated]);
    match rows.find(|row| row.failures > row.requests) {
        None => Ok(()),
        Some(row) => Err(GateError::Impossible {
            path: paths.summary.clone(),
            name: row.name.clone(),
            failures: row.failures,
            requests: row.requests,
        }),
    }
}

/// Refuses a history that was begun and holds no row of all requests, though some were made: it was cut off, and a missing history is
/// only a warning.
pub(crate) fn require_followed(paths: &Paths, run: &Run) -> Result<(), GateError> {
    let summary = run.summary.aggregated.requests;
    // A row of an endpoint alone tells nothing: those of all requests come behind it.
    if summary > 0 && run.history.aggregated().next().is_none() && paths.history.exists() {
        return Err(differs(paths, "requests", 0, summary));
    }
    Ok(())
}

/// Refuses a history that began anew more than once, or whose counters end elsewhere than the summary's: each alone may be
/// whole, and both wrong.
pub(crate) fn require_one_run(
    paths: &Paths,
    timeline: &Timeline,
    summary: &Summary,
) -> Result<(), GateError> {
    if timeline.restarts > 1 {
        let (path, times) = (paths.history.clone(), timeline.restarts);
        return Err(GateError::Restarted { path, times });
    }
    let Some(last) = timeline.points.last() else { return Ok(()) };
    let (total, failed) = (summary.aggregated.requests, summary.aggregated.failures);
    let one_percent = total / 100 + 1;
    // A writer that stopped before the first request has not followed the run, however short that was.
    if last.requests == 0
        || last.requests > total.saturating_add(one_percent)
        || total > last.requests.saturating_add(late(summary).max(one_percent))
    {
        return Err(differs(paths, "requests", last.requests, total));
    }
    // A failure that the history has seen cannot be undone by the end; where the summary has none, not even one.
    if last.failures > failed.saturating_add(failed / 100) {
        return Err(differs(paths, "failures", last.failures, failed));
    }
    Ok(())
}

/// Refuses a history whose last row tells of other times than the summary, though it counts the same requests; and one whose
/// requests came for longer than the summary's rate allows.
///
/// Both take mean and maximum from the same sums, so there they are equal, but for the digits of an old Locust. Requests/s is
/// the number of requests over the time to the last of them.
pub(crate) fn require_same_times(
    paths: &Paths,
    timeline: &Timeline,
    run: &Run,
) -> Result<(), GateError> {
    let all = &run.summary.aggregated;
    let last = run.history.aggregated().last().filter(|last| last.total_requests == all.requests);
    let times = last.into_iter().flat_map(|last| {
        [
            ("a mean", last.total_average_ms, all.average_ms),
            ("a maximum", last.total_max_ms, all.max_ms),
        ]
    });
    for (what, history_ms, summary_ms) in times {
        if (history_ms - summary_ms).abs() > history_ms.max(summary_ms) * SAME_TIME {
            let (history_path, summary_path) = (paths.history.clone(), paths.summary.clone());
            let requests = all.requests;
            return Err(GateError::TimesDiffer {
                history_path,
                what,
                history_ms,
                summary_path,
                summary_ms,
                requests,
            });
        }
    }
    require_span(paths, timeline, &run.summary)
}

fn require_span(paths: &Paths, timeline: &Timeline, summary: &Summary) -> Result<(), GateError> {
    let (requests, per_s) = (summary.aggregated.requests, summary.aggregated.requests_per_s);
    let points = &timeline.points;
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Ok(()) };
    // Users may come late, and a server may stop answering: no request is counted in either time, and the summary's time
    // ends with the last that it has counted.
    let began = points.iter().rfind(|point| point.requests == first.requests);
    let ended = points.iter().find(|point| point.requests >= last.requests.min(requests));
    let (Some(began), Some(ended)) = (began, ended) else { return Ok(()) };
    let history_s = ended.at_s.saturating_sub(began.at_s);
    let summary_s = requests as f64 / per_s;
    // Without a rate there is no time to miss.
    if history_s as f64 <= summary_s + SURELY_LATE_S {
        return Ok(());
    }
    let (history_path, summary_path) = (paths.history.clone(), paths.summary.clone());
    Err(GateError::SpanDiffers {
        history_path,
        history_s,
        summary_path,
        requests,
        per_s,
        summary_s,
    })
}

/// A note if the history ends at least half a second before the summary. Locust from 2.44 on and `lead-loadgen` write both to
/// the same end, unless they are killed: then nobody wrote the rest.
pub(crate) fn cut_short(timeline: &Timeline, summary: &Summary) -> Option<String> {
    let last = timeline.points.last()?;
    let (total, rate) = (summary.aggregated.requests, summary.aggregated.requests_per_s);
    let missing = total.saturating_sub(last.requests);
    let late_s = missing as f64 / rate;
    (missing > 1 && rate > 0.0 && late_s >= KILLED_S).then(|| {
        format!(
            "the history ends {}, {late_s:.1} s, before the summary: its load generator was killed, or it is a Locust before \
             2.44; write run.expect_duration, which refuses a run that is too short",
            counted(missing, "request")
        )
    })
}

/// How many requests the summary may count beyond the last row of the history.
fn late(summary: &Summary) -> u64 {
    let rate = summary.aggregated.requests_per_s;
    if rate <= 0.0 {
        return 0;
    }
    let lasted_s = summary.aggregated.requests as f64 / rate;
    (rate * (lasted_s * LATE_SHARE).clamp(SURELY_LATE_S, LATE_S)) as u64
}

fn differs(paths: &Paths, what: &'static str, history: u64, summary: u64) -> GateError {
    let (history_path, summary_path) = (paths.history.clone(), paths.summary.clone());
    GateError::HistoryDiffers { history_path, what, history, summary_path, summary }
}

/// Refuses a summary whose last line has no end, and returns when it was written, in Unix seconds.
///
/// Without the line end the last number may be the beginning of a longer one.
pub(crate) fn require_finished(summary: &Path) -> Result<u64, GateError> {
    let written = last_byte(summary)
        .map_err(|source| GateError::Unreadable { path: summary.to_owned(), source })?;
    match written {
        (b'\n', written) => Ok(unix_s(written)),
        _ => Err(GateError::Unfinished { path: summary.to_owned() }),
    }
}

fn last_byte(path: &Path) -> io::Result<(u8, SystemTime)> {
    let mut file = File::open(path)?;
    let written = file.metadata()?.modified()?;
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok((last[0], written))
}

/// Unix seconds; a clock before 1970 counts as 1970.
pub(crate) fn unix_s(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
