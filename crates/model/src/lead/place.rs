//! Where in a body a fault lies, as an RFC 6901 pointer.
//!
//! Unknown names come from outside: they are escaped as the RFC asks and cut, so that a fault stays small however long
//! the name is.

/// Longest name in a pointer, in characters; the longest name of the built-in schema has 32.
const NAME_LIMIT: usize = 64;

/// The pointer to a member of a body, or of item `item` of a batch; `path` names the members on the way.
pub(super) fn pointer(item: Option<usize>, path: &[&str]) -> String {
    let mut pointer = String::new();
    if let Some(item) = item {
        pointer.push('/');
        pointer.push_str(&item.to_string());
    }
    for name in path {
        pointer.push('/');
        append(&mut pointer, name);
    }
    pointer
}

fn append(pointer: &mut String, name: &str) {
    for (count, character) in name.chars().enumerate() {
        match character {
            _ if count == NAME_LIMIT => {
                pointer.push('…');
                return;
            }
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            _ => pointer.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pointer;

    #[test]
    fn names_are_escaped_and_cut() {
        assert_eq!(pointer(None, &[]), "");
        assert_eq!(pointer(Some(3), &["features", "a/b~c"]), "/3/features/a~1b~0c");
        assert_eq!(pointer(None, &[""]), "/");
        assert_eq!(pointer(None, &["é".repeat(65).as_str()]), format!("/{}…", "é".repeat(64)));
    }
}
