//! Who may use the page: whoever shows the token.
//!
//! [`Lock`] knows the token and compares what is shown in constant time. The form of `/login` trades the token for a
//! cookie that holds a secret of this process and not the token; programs show the token itself, as
//! `Authorization: Bearer`. [`Tries`] slows down whoever guesses. Which requests need the token is `guard`'s.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes of a token or a secret that is made up: nobody guesses 128 bits.
const RANDOM_BYTES: usize = 16;

/// Wrong tokens that one address may show in a minute; a person mistypes less often.
const TRIES: u32 = 10;

/// How long wrong tokens are remembered.
const MEMORY: Duration = Duration::from_secs(60);

/// Addresses whose wrong tokens are counted one by one; those beyond share one count, so that no number of addresses fills
/// the memory.
const MOST_PEERS: usize = 1_024;

/// What opens the page.
#[derive(Debug)]
pub(super) struct Lock {
    token: [u8; 32],
    secret: String,
    cookie: String,
    tries: Mutex<Tries>,
}

/// Why a token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is another one.
    Wrong,
    /// Too many were wrong: none is looked at until this time has passed.
    TooMany(Duration),
}

impl Lock {
    /// A lock that `token` opens; `port` tells the cookies of two pages of one machine apart.
    pub(super) fn new(token: &str, port: u16) -> Self {
        Self {
            token: digest(token),
            secret: random(),
            cookie: format!("lead_loadgen_{port}"),
            tries: Mutex::new(Tries::default()),
        }
    }

    /// Whether a token that `peer` shows is the right one.
    pub(super) fn try_token(&self, token: &str, peer: Option<IpAddr>) -> Result<(), Refused> {
        let now = Instant::now();
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        // Not even the right one: otherwise one could guess on and only watch for a change.
        if let Some(wait) = tries.wait(peer, now) {
            return Err(Refused::TooMany(wait));
        }
        // Digests have one length, whatever was shown.
        if digest(token).ct_eq(&self.token).into() {
            return Ok(());
        }
        tries.count(peer, now);
        Err(Refused::Wrong)
    }

    /// Whether one of a request's cookies is the page's.
    pub(super) fn knows(&self, cookies: &str) -> bool {
        let values = cookies.split(';').filter_map(|cookie| cookie.trim().split_once('='));
        let mut ours = values.filter(|(name, _)| *name == self.cookie);
        ours.any(|(_, value)| digest(value).ct_eq(&digest(&self.secret)).into())
    }

    /// The cookie that [`Self::knows`], for paths below `base`; a script cannot read it, and other sites' requests do not
    /// carry it.
    pub(super) fn cookie(&self, base: &str, is_secure: bool) -> String {
        let Self { cookie, secret, .. } = self;
        let secure = if is_secure { "; Secure" } else { "" };
        format!("{cookie}={secret}; Path={base}/; HttpOnly; SameSite=Strict{secure}")
    }
}

/// A text of 32 digits that nobody guesses.
pub(super) fn random() -> String {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Wrong tokens of the last minute, by address.
#[derive(Debug, Default)]
struct Tries(HashMap<Option<IpAddr>, (u32, Instant)>);

impl Tries {
    /// How long `peer` has to wait before a token of its is looked at.
    fn wait(&mut self, peer: Option<IpAddr>, now: Instant) -> Option<Duration> {
        self.0.retain(|_, (_, since)| now.duration_since(*since) < MEMORY);
        let &(tries, since) = self.0.get(&self.slot(peer))?;
        (tries >= TRIES).then(|| MEMORY.saturating_sub(now.duration_since(since)))
    }

    fn count(&mut self, peer: Option<IpAddr>, now: Instant) {
        let slot = self.slot(peer);
        let (tries, _) = self.0.entry(slot).or_insert((0, now));
        *tries += 1;
    }

    /// Where an address is counted: by itself, or with all for whom there was no room.
    fn slot(&self, peer: Option<IpAddr>) -> Option<IpAddr> {
        let owner = peer.map(owner);
        if self.0.contains_key(&owner) || self.0.len() < MOST_PEERS { owner } else { None }
    }
}

/// The part of an address that one party owns: the last 64 bits of version 6 are its owner's to choose.
fn owner(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (!0 << 64)).into(),
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::{Duration, Instant};

    use super::{Lock, MOST_PEERS, Refused, TRIES, Tries, random};

    const TOKEN: &str = "0123456789abcdef";

    fn peer(last: u8) -> Option<IpAddr> {
        Some(Ipv4Addr::new(192, 0, 2, last).into())
    }

    #[test]
    fn only_the_token_opens_and_only_the_cookie_that_it_was_traded_for() {
        let lock = Lock::new(TOKEN, 8089);
        assert_eq!(lock.try_token(TOKEN, peer(1)), Ok(()));
        for wrong in ["", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF"] {
            assert_eq!(lock.try_token(wrong, peer(1)), Err(Refused::Wrong), "{wrong}");
        }
        let given = lock.cookie("/load", true);
        assert!(given.ends_with("; Path=/load/; HttpOnly; SameSite=Strict; Secure"), "{given}");
        assert!(!given.contains(TOKEN));
        assert!(lock.cookie("", false).ends_with("; Path=/; HttpOnly; SameSite=Strict"));
        let (cookie, _) = given.split_once(';').unwrap();
        assert!(lock.knows(cookie) && lock.knows(&format!("a=b; {cookie}; c")));
        let (name, secret) = cookie.split_once('=').unwrap();
        for wrong in [
            format!("{name}="),
            format!("x={secret}"),
            format!("{name}={TOKEN}"),
            secret.to_owned(),
        ] {
            assert!(!lock.knows(&wrong), "{wrong}");
        }
        assert!(!Lock::new(TOKEN, 8089).knows(cookie), "another process has another secret");
    }

    #[test]
    fn whoever_guesses_waits_and_others_do_not() {
        let lock = Lock::new(TOKEN, 1);
        for _ in 0..TRIES {
            assert_eq!(lock.try_token("wrong", peer(1)), Err(Refused::Wrong));
        }
        // The right one would tell itself from the others by its answer.
        assert!(matches!(lock.try_token(TOKEN, peer(1)), Err(Refused::TooMany(_))));
        assert_eq!(lock.try_token(TOKEN, peer(2)), Ok(()));
    }

    #[test]
    fn a_minute_later_tokens_are_looked_at_again() {
        let (mut tries, began) = (Tries::default(), Instant::now());
        (0..TRIES).for_each(|_| tries.count(peer(1), began));
        assert_eq!(tries.wait(peer(1), began), Some(Duration::from_secs(60)));
        assert_eq!(
            tries.wait(peer(1), began + Duration::from_secs(59)),
            Some(Duration::from_secs(1))
        );
        assert_eq!(tries.wait(peer(1), began + Duration::from_secs(60)), None);
    }

    #[test]
    fn no_number_of_addresses_fills_the_memory_or_goes_uncounted() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        for number in 0..10 * MOST_PEERS as u32 {
            tries.count(Some(Ipv4Addr::from_bits(number).into()), now);
        }
        assert!(tries.0.len() <= MOST_PEERS + 1);
        assert!(tries.wait(Some(Ipv4Addr::from_bits(u32::MAX).into()), now).is_some());
        let [one, other] = ["2001:db8::1", "2001:db8::2"].map(|text| Some(text.parse().unwrap()));
        let mut tries = Tries::default();
        (0..TRIES).for_each(|_| tries.count(one, now));
        assert!(tries.wait(other, now).is_some(), "the same network");
    }

    #[test]
    fn what_is_made_up_is_never_the_same() {
        assert_eq!(random().len(), 32);
        assert_ne!(random(), random());
    }
}
