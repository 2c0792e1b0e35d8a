//! One pass over JSON bytes, without building anything.
//!
//! [`Scanner`] knows the grammar of RFC 8259 and nothing of leads: it walks objects and arrays, hands out numbers (see
//! `number.rs`) and texts (see `text.rs`), and skips values that nobody asked for. Its verdict on what is JSON is
//! `serde_json`'s, nesting limit included; a property test holds the two against each other.

/// Most arrays and objects that may be open at once, as in `serde_json`.
const DEPTH_LIMIT: u32 = 127;

/// A position in a body, and how deep it lies.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    depth: u32,
}

/// Why a body is not JSON: what was expected at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    pub(super) at: usize,
    pub(super) expected: &'static str,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, depth: 0 }
    }

    /// The next byte that is not white space, left in place; 0 at the end, which is no byte of JSON.
    #[inline]
    pub(super) fn peek(&mut self) -> u8 {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(&byte) => return byte,
                None => return 0,
            }
        }
    }

    /// What has not been read yet.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Steps over `byte`, after white space.
    #[inline]
    pub(super) fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), Syntax> {
        if self.peek() != byte {
            return Err(self.error(expected));
        }
        self.at += 1;
        Ok(())
    }

    /// Steps into an array or object whose opening byte is next; says whether it has a first element.
    #[inline]
    pub(super) fn enter(&mut self, closing: u8) -> Result<bool, Syntax> {
        if self.depth == DEPTH_LIMIT {
            return Err(self.error("at most 127 levels of nesting"));
        }
        self.depth += 1;
        self.at += 1;
        if self.peek() == closing {
            self.leave();
            return Ok(false);
        }
        Ok(true)
    }

    /// After an element: whether another one follows, or the array or object ends here.
    #[inline]
    pub(super) fn more(&mut self, closing: u8) -> Result<bool, Syntax> {
        match self.peek() {
            b',' => {
                self.at += 1;
                Ok(true)
            }
            byte if byte == closing => {
                self.leave();
                Ok(false)
            }
            _ if closing == b'}' => Err(self.error("a comma or a closing brace")),
            _ => Err(self.error("a comma or a closing bracket")),
        }
    }

    /// Nothing but white space may follow.
    pub(super) fn end(&mut self) -> Result<(), Syntax> {
        self.peek();
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.error("the end of the body")) }
    }

    /// Steps over one value of any kind, checking that it is JSON, without recursion.
    pub(super) fn skip_value(&mut self) -> Result<(), Syntax> {
        // One bit per open level, set for objects; the lowest bit is the innermost level.
        let mut objects: u128 = 0;
        let outside = self.depth;
        loop {
            let opened = match self.peek() {
                b'{' => self.enter(b'}')?.then_some(1),
                b'[' => self.enter(b']')?.then_some(0),
                _ => {
                    self.skip_scalar()?;
                    None
                }
            };
            if let Some(bit) = opened {
                objects = objects << 1 | bit;
            } else if !self.skip_closings(&mut objects, outside)? {
                return Ok(());
            }
            if objects & 1 == 1 {
                self.skip_text()?;
                self.expect(b':', "a colon")?;
            }
        }
    }

    /// After a skipped element: closes every level that ends here; false once back at depth `outside`.
    fn skip_closings(&mut self, objects: &mut u128, outside: u32) -> Result<bool, Syntax> {
        while self.depth > outside {
            let closing = if *objects & 1 == 1 { b'}' } else { b']' };
            if self.more(closing)? {
                return Ok(true);
            }
            *objects >>= 1;
        }
        Ok(false)
    }

    fn skip_scalar(&mut self) -> Result<(), Syntax> {
        match self.peek() {
            b'"' => self.skip_text(),
            b'-' | b'0'..=b'9' => self.number().map(drop),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => Err(self.error("a value")),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), Syntax> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.error("a value"));
        }
        self.at += word.len();
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    /// The complaint that something else was `expected` here.
    #[cold]
    pub(super) fn error(&self, expected: &'static str) -> Syntax {
        Syntax { at: self.at, expected }
    }
}

#[cfg(test)]
mod tests {
    use super::Scanner;

    fn accepts(json: &str) -> bool {
        let mut scanner = Scanner::new(json.as_bytes());
        scanner.skip_value().and_then(|()| scanner.end()).is_ok()
    }

    #[test]
    fn nesting_is_accepted_up_to_127_levels() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = |levels| format!("{}0{}", open.repeat(levels), close.repeat(levels));
            assert!(accepts(&nested(127)));
            assert!(!accepts(&nested(128)));
            assert!(!accepts(&nested(100_000)));
        }
    }

    #[test]
    fn mixed_nesting_closes_in_the_right_order() {
        assert!(accepts(r#"[{"a":[{},[]],"b":{"c":[1,{"d":null}]}},true]"#));
        assert!(!accepts(r#"[{"a":[1}]}"#));
        assert!(!accepts(r#"{"a":1,}"#));
        assert!(!accepts("[1,]"));
        assert!(!accepts("[1 2]"));
    }
}
