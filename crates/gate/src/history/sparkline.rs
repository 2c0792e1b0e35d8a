//! A series as a line of blocks.

/// From low to high.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A scale that is narrower than this around the middle would make mountains of noise.
const LEAST_SPAN: f64 = 0.1;

/// One block a value, from the smallest to the largest, with a bar before each of the positions in `bars`.
pub(super) fn sparkline(values: &[f64], bars: &[usize]) -> String {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let middle = f64::midpoint(low, high);
    let span = (high - low).max(middle * LEAST_SPAN);
    let mut line = String::new();
    for (position, value) in values.iter().enumerate() {
        if bars.contains(&position) {
            line.push('|');
        }
        let share = if span > 0.0 { 0.5 + (value - middle) / span } else { 0.5 };
        let step = (share * BLOCKS.len() as f64) as usize;
        line.push(BLOCKS[step.min(BLOCKS.len() - 1)]);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::sparkline;

    #[test]
    fn the_smallest_value_is_the_lowest_block_and_the_largest_the_highest() {
        assert_eq!(sparkline(&[1., 2., 3., 4., 5., 6., 7., 8.], &[]), "▁▂▃▄▅▆▇█");
        assert_eq!(sparkline(&[10., 10., 20., 20.], &[2]), "▁▁|██");
    }

    #[test]
    fn noise_stays_flat_and_a_constant_in_the_middle() {
        assert_eq!(sparkline(&[100.0, 101.0, 100.0], &[]), "▄▅▄");
        assert_eq!(sparkline(&[0.0, 0.0], &[]), "▅▅");
        assert_eq!(sparkline(&[], &[]), "");
    }
}
