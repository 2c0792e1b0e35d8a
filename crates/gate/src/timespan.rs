//! Lengths of time as people type them: `30`, `90s`, `15m`, `1h30m`, `2d`.
//!
//! The grammar is Locust's for `--run-time`, with days added. Nothing here knows what the length is for.

use std::time::Duration;

/// Reads a length of time; a bare number is seconds. The error is a fragment that says what would do.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no length of time; write 30, 90s, 15m, 1h30m or 2d");
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let mut rest = text;
    let mut seconds: u64 = 0;
    // Each unit may come once, from large to small, so that 1m1h is seen as the slip it is.
    for (unit, length_s) in [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)] {
        let Some((count, after)) = rest.split_once(unit) else { continue };
        let count: u64 = count.parse().map_err(|_| wrong())?;
        seconds = count
            .checked_mul(length_s)
            .and_then(|part| seconds.checked_add(part))
            .ok_or_else(wrong)?;
        rest = after;
    }
    if text.is_empty() || !rest.is_empty() {
        Err(wrong())
    } else {
        Ok(Duration::from_secs(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn usual_lengths_are_read() {
        let seconds = ["30", "90s", "15m", "1h30m", "2d", "1d1h1m1s"]
            .map(|text| parse(text).unwrap().as_secs());
        assert_eq!(seconds, [30, 90, 900, 5400, 172_800, 90_061]);
    }

    #[test]
    fn slips_are_refused_with_examples() {
        for slip in ["", "s", "1m1h", "1x", "-5", "1.5h", "10 m", "99999999999999999999d", "1s1"] {
            let error = parse(slip).unwrap_err();
            assert!(error.contains("1h30m"), "{slip:?} gave {error}");
        }
    }
}
