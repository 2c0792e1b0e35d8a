//! [`Guesses`]: how many wrong keys each peer address has sent of late.
//!
//! A fixed table, so that no number of addresses can fill the memory: each address falls into one of the slots by a
//! hash that nobody outside can work out, and a slot is one [`Bucket`]. Two addresses in one slot share their tries,
//! which costs the second one a 429 where it had earned a 401. Only wrong keys ever ask here: a right key passes,
//! whatever was sent from its address before, because behind a load balancer all clients have one address.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use super::{Bucket, Rate};

/// Wrong keys that one address may send at once: enough for a person who mistypes.
const AT_ONCE: u32 = 10;

/// Wrong keys that one address may send in a minute after that.
const PER_MINUTE: f64 = 10.0;

/// Slots of the table, 24 bytes each.
const SLOTS: usize = 4_096;

/// The network of an IPv6 address; its last 64 bits are its owner's to choose.
const NETWORK: u128 = !0 << 64;

/// Wrong keys by peer address.
pub(crate) struct Guesses {
    slots: Vec<Bucket>,
    hash: RandomState,
}

impl Guesses {
    /// Nobody has guessed yet.
    pub(crate) fn new() -> Self {
        let rate = Rate::new(PER_MINUTE / 60.0, NonZeroU32::new(AT_ONCE))
            .expect("ten a minute are a rate in range");
        let slots = (0..SLOTS).map(|_| Bucket::new(&rate)).collect();
        Self { slots, hash: RandomState::new() }
    }

    /// Counts one wrong key from `peer`.
    ///
    /// # Errors
    ///
    /// How long this address should wait, when it has sent too many.
    pub(crate) fn count(&self, peer: IpAddr, now_ns: u64) -> Result<(), Duration> {
        // Below the number of slots, so nothing is cut.
        let slot = (self.hash.hash_one(owner(peer)) % SLOTS as u64) as usize;
        self.slots[slot].take(now_ns)
    }
}

/// The part of an address that one party owns.
fn owner(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
        IpAddr::V4(address) => address.into(),
    }
}

impl fmt::Debug for Guesses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Guesses({SLOTS} slots)")
    }
}

#[cfg(test)]
mod tests {
    use std::{net::IpAddr, time::Duration};

    use super::{Guesses, owner};

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn ten_wrong_keys_pass_and_the_eleventh_waits_six_seconds() {
        let guesses = Guesses::new();
        let peer = address("192.0.2.7");
        assert!((0..10).all(|_| guesses.count(peer, 0).is_ok()));
        assert_eq!(guesses.count(peer, 0), Err(Duration::from_secs(6)));
        assert_eq!(guesses.count(peer, 6_000_000_000), Ok(()));
    }

    #[test]
    fn most_other_addresses_are_not_touched() {
        let guesses = Guesses::new();
        let guesser = address("192.0.2.7");
        while guesses.count(guesser, 0).is_ok() {}
        // Each falls into the guesser's slot with a chance of 1 in 4,096; all ten with none worth naming.
        let others = (0..10).map(|last| IpAddr::from([198, 51, 100, last]));
        assert!(others.filter(|other| guesses.count(*other, 0).is_ok()).count() > 0);
    }

    #[test]
    fn a_network_of_ipv6_is_one_guesser_and_a_mapped_address_is_its_ipv4() {
        assert_eq!(owner(address("2001:db8:1:2:3:4:5:6")), owner(address("2001:db8:1:2::1")));
        assert_ne!(owner(address("2001:db8:1:2::1")), owner(address("2001:db8:1:3::1")));
        assert_eq!(owner(address("::ffff:192.0.2.7")), address("192.0.2.7"));
    }
}
