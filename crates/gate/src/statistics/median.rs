//! The middle of a list of numbers.

/// The middle value, or the mean of the two middle ones; `None` for no values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    median_of(values.to_vec())
}

/// The same of values that nobody needs in their order any more: of millions there is no second list, and none is sorted.
pub(super) fn median_of(mut values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let (middle, is_odd) = (values.len() / 2, values.len() % 2 == 1);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    let lower = if is_odd { None } else { below.iter().copied().max_by(f64::total_cmp) };
    Some(lower.map_or(upper, |lower| f64::midpoint(lower, upper)))
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_is_between_two_values_where_their_number_is_even() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[3.0, 1.0, 2.0, 10.0]), Some(2.5));
        assert_eq!(median(&[4.0, 4.0, 1.0, 4.0]), Some(4.0));
    }
}
