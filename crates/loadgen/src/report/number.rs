//! Numbers as a person reads them.
//!
//! Thousands are parted, times keep as many digits as mean something. CSV and JSON do not come here: they keep every
//! digit.

/// A whole number with its thousands parted: `1,234,567`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut parted = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// A rate per second: whole above 100, else with decimals.
pub(super) fn rate(per_second: f64) -> String {
    match per_second {
        rate if rate >= 99.95 => count(rate.round() as u64),
        rate if rate >= 9.995 => format!("{rate:.1}"),
        0.0 => "0".to_owned(),
        rate => format!("{rate:.2}"),
    }
}

/// Milliseconds: `0.214`, `4.83`, `47.9`, `1,032`.
pub(super) fn ms(ms: f64) -> String {
    match ms {
        ms if ms >= 99.95 => count(ms.round() as u64),
        ms if ms >= 9.995 => format!("{ms:.1}"),
        ms if ms >= 0.9995 => format!("{ms:.2}"),
        0.0 => "0".to_owned(),
        ms => format!("{ms:.3}"),
    }
}

/// A share of one as percent: `0 %`, `0.004 %`, `12.5 %`; never 0 for something, never 100 for less than all.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        percent if percent < 0.001 => "&lt; 0.001 %".to_owned(),
        percent if percent < 0.1 => format!("{percent:.3} %"),
        percent if (99.95..100.0).contains(&percent) => "&gt; 99.9 %".to_owned(),
        percent => format!("{percent:.1} %").replace(".0 %", " %"),
    }
}

/// A share of one as percent, where no markup is understood.
pub(super) fn plain_percent(share: f64) -> String {
    percent(share).replace("&lt;", "<").replace("&gt;", ">")
}

/// Bytes: `640 B`, `1.8 kB`, `12.4 MB`.
pub(super) fn bytes(bytes: f64) -> String {
    match bytes {
        bytes if bytes >= 999_950_000.0 => format!("{:.1} GB", bytes / 1e9),
        bytes if bytes >= 999_950.0 => format!("{:.1} MB", bytes / 1e6),
        bytes if bytes >= 999.5 => format!("{:.1} kB", bytes / 1e3),
        bytes => format!("{bytes:.0} B"),
    }
}

/// A span in words: `1 minute and 30 seconds`.
pub(super) fn span(seconds: u64) -> String {
    let parts =
        [(seconds / 3_600, "hour"), (seconds / 60 % 60, "minute"), (seconds % 60, "second")];
    let words = |&(number, unit): &(u64, &str)| {
        (number > 0).then(|| format!("{number} {unit}{}", if number == 1 { "" } else { "s" }))
    };
    let words: Vec<String> = parts.iter().filter_map(words).collect();
    match words.split_last() {
        None => "less than a second".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// A moment of a run: `0:05`, `12:40`, `1:02:03`.
pub(super) fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes, clock, count, ms, percent, rate, span};

    #[test]
    fn numbers_keep_the_digits_that_mean_something() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0.0, 0.5, 12.34, 99.96, 4_321.4].map(rate),
            ["0", "0.50", "12.3", "100", "4,321"]
        );
        assert_eq!(
            [0.0, 0.214, 0.9996, 4.832, 47.96, 1_032.4].map(ms),
            ["0", "0.214", "1.00", "4.83", "48.0", "1,032"]
        );
        assert_eq!(
            [0.0, 1e-7, 4e-5, 0.125, 0.9999, 1.0].map(percent),
            ["0 %", "&lt; 0.001 %", "0.004 %", "12.5 %", "&gt; 99.9 %", "100 %"]
        );
        assert_eq!(
            [0.0, 640.0, 1_830.0, 12_400_000.0].map(bytes),
            ["0 B", "640 B", "1.8 kB", "12.4 MB"]
        );
        assert_eq!(
            [0, 60, 90, 3_661].map(span),
            [
                "less than a second",
                "1 minute",
                "1 minute and 30 seconds",
                "1 hour, 1 minute and 1 second"
            ]
        );
        assert_eq!([5, 760, 3_723].map(clock), ["0:05", "12:40", "1:02:03"]);
    }
}
