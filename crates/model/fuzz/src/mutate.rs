//! Mutations that keep an input in shape, so that the fuzzer reaches what lies behind the parser.
//!
//! Half of the time the input is left to libFuzzer, which knows nothing of shapes and has the dictionary.

use libfuzzer_sys::fuzzer_mutate;
use serde_json::{Map, Number, Value};

use crate::dice::Dice;

/// Numbers at the edges of what a reader takes.
const NUMBERS: [f64; 20] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    0.5,
    0.125,
    1e6,
    1_000_001.0,
    -1e6,
    999.0,
    5e-324,
    1e-300,
    1e300,
    -1e300,
    f64::MAX,
    9_007_199_254_740_991.0,
    9_007_199_254_740_992.0,
    9_007_199_254_740_994.0,
    1e17,
];
/// Texts that readers stumble over.
const TEXTS: [&str; 16] = [
    "", " ", "a", "yes", "no", "NA", "null", "1", "07", "999", "NaN", "(other)", "a\"b\\",
    "\u{7f}", "\u{0}", "😀",
];
/// Nodes that are counted at most: choosing one must not take longer than reading the input.
const NODE_LIMIT: usize = 20_000;

/// Changes one to three nodes of a JSON text of `size` bytes in place; returns the new size.
pub fn mutate_json(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice::new(u64::from(seed));
    if dice.below(2) == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(&data[..size]) else {
        return fuzzer_mutate(data, size, max_size);
    };
    for _ in 0..=dice.below(3) {
        let nodes = count(&value).min(NODE_LIMIT);
        let other = find(&mut value, &mut dice.below(nodes)).cloned();
        let mut at = dice.below(nodes);
        if let Some(node) = find(&mut value, &mut at) {
            change(node, other.unwrap_or_default(), &mut dice);
        }
    }
    let mut text = value.to_string().into_bytes();
    if dice.below(6) == 0 {
        repeat(&mut text, &mut dice);
    }
    put(&text, data, size, max_size)
}

/// Repeats a member or an element, which a tree of JSON could not hold: the text between two commas.
fn repeat(text: &mut Vec<u8>, dice: &mut Dice) {
    let commas: Vec<_> = (0..text.len()).filter(|&at| text[at] == b',').collect();
    if let Some([start, end]) = commas.windows(2).nth(dice.below(commas.len().saturating_sub(1)))
        && end - start < 200
    {
        let part = text[*start..*end].to_vec();
        let place = if dice.below(2) == 0 { *end } else { *dice.pick(&commas) };
        text.splice(place..place, part);
    }
}

/// Changes a line or a cell of a table of `size` bytes in place; returns the new size.
pub fn mutate_table(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice::new(u64::from(seed));
    if dice.below(2) == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let text = data[..size].to_vec();
    let mut lines: Vec<Vec<u8>> = text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(5) {
        // Only a table of many rows says what its columns are.
        0 => {
            let copies = 1 + dice.below(40);
            lines.splice(one..one, vec![lines[other].clone(); copies]);
        }
        1 => lines.swap(one, other),
        2 => drop(lines.remove(one)),
        _ => {
            // The same cell of several rows gets the same text, so that a column changes its kind.
            let separator = *dice.pick(b",;\t|");
            let column = dice.below(8);
            let cell = match dice.below(3) {
                0 => NUMBERS[dice.below(NUMBERS.len())].to_string(),
                1 => format!("{}", dice.below(1000)),
                _ => (*dice.pick(&TEXTS)).to_owned(),
            };
            for line in lines.iter_mut().skip(one).step_by(1 + dice.below(3)) {
                let mut cells: Vec<_> =
                    line.split(|&byte| byte == separator).map(<[u8]>::to_vec).collect();
                if let Some(place) = cells.get_mut(column) {
                    *place = cell.clone().into_bytes();
                    *line = cells.join(&separator);
                }
            }
        }
    }
    put(&lines.join(&b'\n'), data, size, max_size)
}

/// Puts a changed input into its place, or leaves it to libFuzzer if it became too long.
fn put(changed: &[u8], data: &mut [u8], size: usize, max_size: usize) -> usize {
    if changed.len() > max_size || changed.is_empty() {
        return fuzzer_mutate(data, size, max_size);
    }
    data[..changed.len()].copy_from_slice(changed);
    changed.len()
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// The node that `at` counts down to, in reading order.
fn find<'a>(value: &'a mut Value, at: &mut usize) -> Option<&'a mut Value> {
    if *at == 0 {
        return Some(value);
    }
    *at -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| find(item, at)),
        Value::Object(members) => members.values_mut().find_map(|member| find(member, at)),
        _ => None,
    }
}

fn change(node: &mut Value, other: Value, dice: &mut Dice) {
    match node {
        Value::Array(items) if dice.below(4) > 0 => change_items(items, other, dice),
        Value::Object(members) if dice.below(4) > 0 => change_members(members, other, dice),
        Value::Number(number) if dice.below(4) > 0 => {
            let old = number.as_f64().unwrap_or(0.0);
            let new = match dice.below(6) {
                0 => old.next_up(),
                1 => -old,
                2 => old * 2.0,
                3 => old + 1.0,
                4 => old.round(),
                _ => *dice.pick(&NUMBERS),
            };
            *node = numbered(new);
        }
        _ => {
            *node = match dice.below(6) {
                0 => Value::Null,
                1 => Value::Bool(dice.below(2) == 1),
                2 => numbered(*dice.pick(&NUMBERS)),
                3 => Value::String((*dice.pick(&TEXTS)).to_owned()),
                _ => other,
            }
        }
    }
}

/// A whole number is written as one: counts take no fraction.
fn numbered(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e18 && number.to_bits() != (-0.0_f64).to_bits() {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

fn change_items(items: &mut Vec<Value>, other: Value, dice: &mut Dice) {
    let (one, two) = (dice.below(items.len()), dice.below(items.len()));
    match dice.below(7) {
        _ if items.is_empty() => items.push(other),
        // Numbers that are next to each other, such as knots, become neighbours or the same.
        5 | 6 if let Some(number) = items[one].as_f64() => {
            let next = if dice.below(2) == 0 { number.next_up() } else { number };
            items.truncate(if dice.below(4) == 0 { one + 1 } else { items.len() });
            match items.get_mut(one + 1) {
                Some(place) => *place = numbered(next),
                None => items.push(numbered(next)),
            }
        }
        0 => drop(items.remove(one)),
        1 => items.insert(one, items[two].clone()),
        2 => items.swap(one, two),
        3 => items.insert(one, other),
        _ => items.truncate(one + 1),
    }
}

fn change_members(members: &mut Map<String, Value>, other: Value, dice: &mut Dice) {
    let names: Vec<_> = members.keys().cloned().collect();
    let name = names.get(dice.below(names.len())).cloned().unwrap_or_default();
    match dice.below(4) {
        0 => drop(members.remove(&name)),
        1 => drop(members.insert((*dice.pick(&TEXTS)).to_owned(), other)),
        2 => drop(members.insert(name, other)),
        _ => {
            if let Some(value) = members.remove(&name) {
                members.insert((*dice.pick(&TEXTS)).to_owned(), value);
            }
        }
    }
}
