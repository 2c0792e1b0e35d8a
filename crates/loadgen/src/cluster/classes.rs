//! Users by class, as a master counts them, and the arithmetic of them.
//!
//! A worker's users are all alike: classes are kept because the master wants its own back. How many there shall be is
//! [`Life`](super::life::Life)'s.

use std::collections::BTreeMap;

/// Users by class.
pub(super) type Classes = BTreeMap<String, u64>;

/// The same classes with nobody in them.
pub(super) fn none_of(classes: &Classes) -> Classes {
    classes.keys().map(|class| (class.clone(), 0)).collect()
}

/// Users of all classes; a worker's users are all alike.
pub(super) fn count(classes: &Classes) -> u32 {
    classes.values().sum::<u64>().try_into().unwrap_or(u32::MAX)
}

/// The classes with no more users than this, the first ones first, and how many were left out.
pub(super) fn capped(classes: Classes, most: u64) -> (Classes, u64) {
    let (mut room, mut left_out) = (most.min(u64::from(u32::MAX)), 0);
    let fill = |(class, users): (String, u64)| {
        let here = users.min(room);
        room -= here;
        left_out = u64::saturating_add(left_out, users - here);
        (class, here)
    };
    let classes = classes.into_iter().map(fill).collect();
    (classes, left_out)
}
