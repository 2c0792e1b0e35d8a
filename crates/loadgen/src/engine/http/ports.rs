//! Which of our own ports were seen.
//!
//! Reqwest tells of a connection nothing but its addresses; [`Ports`] so counts those that gave an answer. The system
//! hands a port out again only after thousands of others, or never while its connection lasts.

use std::cell::RefCell;

/// One bit for each port.
#[derive(Debug)]
pub(super) struct Ports(RefCell<Box<[u64]>>);

impl Default for Ports {
    fn default() -> Self {
        Self(RefCell::new(vec![0; 1 << 10].into_boxed_slice()))
    }
}

impl Ports {
    /// Whether a port was not seen before; now it was.
    pub(super) fn is_new(&self, port: u16) -> bool {
        let word = &mut self.0.borrow_mut()[usize::from(port >> 6)];
        let bit = 1 << (port & 63);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::Ports;

    #[test]
    fn a_port_is_new_once() {
        let ports = Ports::default();
        let first: Vec<bool> = [0, 63, 64, 65_535].map(|port| ports.is_new(port)).into();
        assert_eq!(first, [true; 4]);
        assert!((0..=65_535).filter(|&port| ports.is_new(port)).count() == 65_532);
    }
}
