//! Markdown that GitHub still accepts.
//!
//! A job summary above one MiB is thrown away as a whole, so [`fitted`] leaves out lines at the end and says so.

/// GitHub takes 1,048,576 bytes a step; a tenth is left to others that write there.
const MOST_BYTES: usize = 900_000;

const CUT: &str = "\n\n_The rest did not fit into a job summary. Keep the whole verdict: `--report json=FILE`._\n";

const OPEN: &str = "<details>";
const CLOSE: &str = "</details>";

/// The text with as many whole lines as fit behind the `taken` bytes that are in the summary already.
pub(in crate::report) fn fitted(text: &str, taken: u64) -> String {
    let taken = usize::try_from(taken).unwrap_or(usize::MAX);
    let room = MOST_BYTES.saturating_sub(taken);
    if text.len() <= room {
        return text.to_owned();
    }
    let room = room.saturating_sub(CUT.len() + CLOSE.len() + 2);
    let lines = text.split_inclusive('\n').scan(0, |length, line| {
        *length += line.len();
        (*length <= room).then_some(line)
    });
    let mut kept: String = lines.collect();
    if kept.matches(OPEN).count() > kept.matches(CLOSE).count() {
        kept.push('\n');
        kept.push_str(CLOSE);
    }
    kept + CUT
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES, fitted};

    #[test]
    fn what_fits_is_left_alone() {
        assert_eq!(fitted("a\nb\n", 0), "a\nb\n");
        assert_eq!(fitted("a\nb\n", MOST_BYTES as u64 - 4), "a\nb\n");
    }

    #[test]
    fn too_much_is_cut_between_lines_and_what_is_open_is_closed() {
        let text = format!("<details>\n{}</details>\n", "| 123456 |\n".repeat(100_000));
        let cut = fitted(&text, 1_000);
        assert!(cut.len() <= MOST_BYTES - 1_000 && cut.len() > MOST_BYTES - 1_300, "{}", cut.len());
        let (kept, note) = cut.split_once("\n</details>").unwrap();
        assert!(kept.ends_with("| 123456 |\n") && note.contains("did not fit"), "{note}");
    }

    #[test]
    fn a_full_summary_gets_a_note_and_nothing_else() {
        assert!(fitted("a\n", u64::MAX).trim_start().starts_with("_The rest"));
    }
}
