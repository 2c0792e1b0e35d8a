//! May this target be loaded?
//!
//! A machine of one's own network may; any other may be somebody else's, so [`consent`] asks on a terminal, and demands
//! `--yes` where there is none. What is decided is pure ([`is_private`], [`Answer::to`]); asking reads a line. The caps on
//! users and rate are the command line's.

use std::io::{self, BufRead, IsTerminal, Write};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use thiserror::Error;

use crate::engine::Stop;
use crate::exit;
use crate::plan::Origin;

/// How long a Ctrl-C waits while a question stands.
const GLANCE: Duration = Duration::from_millis(100);

/// Why a target is not loaded.
#[derive(Debug, Error)]
pub enum SafetyError {
    /// There is nobody to ask.
    #[error(
        "{target} is neither this machine nor in a private network, and there is no terminal to ask on; add --yes if you \
         may load it"
    )]
    NobodyToAsk {
        /// The target's name and address.
        target: String,
    },
    /// The wish came from a page: whoever sits before it is not asked, as anybody could click there.
    #[error(
        "{target} is neither this machine nor in a private network; start lead-loadgen with --yes if you may load it"
    )]
    NotConfirmed {
        /// The target's name and address.
        target: String,
    },
    /// The answer was no.
    #[error("{target} is not loaded: the answer was not yes")]
    Declined {
        /// The target's name and address.
        target: String,
    },
    /// Ctrl-C was the answer.
    #[error("{target} is not loaded: interrupted")]
    Interrupted {
        /// The target's name and address.
        target: String,
    },
}

impl SafetyError {
    /// What the program exits with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NobodyToAsk { .. } | Self::NotConfirmed { .. } | Self::Declined { .. } => {
                exit::USAGE
            }
            Self::Interrupted { .. } => exit::INTERRUPTED,
        }
    }
}

/// Whether an address is this machine, or one that no router of the internet knows: loopback, RFC 1918, unique local and
/// link-local ones.
pub fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => {
            four.is_loopback() || four.is_private() || four.is_link_local() || four.is_unspecified()
        }
        IpAddr::V6(six) => {
            six.is_loopback()
                || six.is_unique_local()
                || six.is_unicast_link_local()
                || six.is_unspecified()
        }
    }
}

/// Goes on where a target at an address may be loaded, with as much as `load` says in words: a private one, one that was
/// confirmed, or one that the person at the terminal says yes to.
///
/// # Errors
///
/// [`SafetyError`] where nobody can be asked, where the answer is not yes, and where `stop` is given while the question
/// stands.
pub fn consent(
    target: &Origin,
    address: SocketAddr,
    load: &str,
    is_confirmed: bool,
    stop: &Stop,
) -> Result<(), SafetyError> {
    let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    let target = named(target.host(), address.ip());
    match Answer::to(address.ip(), is_confirmed, is_terminal) {
        Answer::Yes => Ok(()),
        Answer::NobodyToAsk => Err(SafetyError::NobodyToAsk { target }),
        Answer::Ask => {
            let _unseen = write!(io::stderr(), "{}", question(&target, load));
            match said_yes(|| io::stdin().lock(), stop) {
                Some(true) => Ok(()),
                Some(false) => Err(SafetyError::Declined { target }),
                None => Err(SafetyError::Interrupted { target }),
            }
        }
    }
}

/// Goes on where a target at an address may be loaded without a question: a private one, or one that was confirmed.
///
/// # Errors
///
/// [`SafetyError::NotConfirmed`] for any other.
pub(crate) fn allow(
    target: &Origin,
    address: SocketAddr,
    is_confirmed: bool,
) -> Result<(), SafetyError> {
    match Answer::to(address.ip(), is_confirmed, false) {
        Answer::Yes => Ok(()),
        _ => Err(SafetyError::NotConfirmed { target: named(target.host(), address.ip()) }),
    }
}

/// As [`allow`], before anything is sent: a page must not make this machine knock at any door. A name without an address is
/// the preflight's to tell.
///
/// # Errors
///
/// [`SafetyError::NotConfirmed`] where one of the target's addresses is not in a private network.
pub(crate) fn foresee(target: &Origin, is_confirmed: bool) -> Result<(), SafetyError> {
    let addresses = (target.host(), target.port()).to_socket_addrs();
    addresses.into_iter().flatten().try_for_each(|address| allow(target, address, is_confirmed))
}

/// What is known before anybody is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    Ask,
    NobodyToAsk,
}

impl Answer {
    fn to(address: IpAddr, is_confirmed: bool, is_terminal: bool) -> Self {
        match (is_confirmed || is_private(address), is_terminal) {
            (true, _) => Self::Yes,
            (false, true) => Self::Ask,
            (false, false) => Self::NobodyToAsk,
        }
    }
}

/// `api.example.com (203.0.113.9)`, or the address alone where it is the name.
fn named(host: &str, address: IpAddr) -> String {
    let address = address.to_canonical().to_string();
    if host == address { address } else { format!("{host} ({address})") }
}

fn question(target: &str, load: &str) -> String {
    format!(
        "{target} is neither this machine nor in a private network.\nLoad it with {load}? [y/N] "
    )
}

/// Whether the line that comes is a yes; nothing when `stop` is given before. A read cannot be given up, so it gets a thread
/// of its own, which ends with the program.
fn said_yes<R: BufRead>(input: impl FnOnce() -> R + Send + 'static, stop: &Stop) -> Option<bool> {
    let (sender, answer) = channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = input().read_line(&mut line);
        // Nobody listens only when the question was given up.
        let _unheard = sender.send(read.map_or(String::new(), |_| line));
    });
    loop {
        match answer.recv_timeout(GLANCE) {
            Ok(line) => return Some(is_yes(&line)),
            Err(RecvTimeoutError::Disconnected) => return Some(false),
            Err(RecvTimeoutError::Timeout) if stop.is_stopped() => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor, Read};
    use std::sync::mpsc::channel;

    use super::{Answer, SafetyError, Stop, allow, is_private, named, question, said_yes};
    use crate::cli::Args;

    #[test]
    fn only_addresses_that_no_router_of_the_internet_knows_are_private() {
        for own in [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.178.1",
            "169.254.1.1",
            "::1",
            "::",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(own.parse().unwrap()), "{own}");
        }
        for other in [
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.1.1",
            "192.169.1.1",
            "169.253.1.1",
            "100.64.0.1",
            "203.0.113.9",
            "2001:db8::1",
            "fec0::1",
            "fb00::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(!is_private(other.parse().unwrap()), "{other}");
        }
    }

    #[test]
    fn a_stranger_needs_a_yes_and_without_a_terminal_the_option() {
        let (own, other) = ("192.168.0.7".parse().unwrap(), "203.0.113.9".parse().unwrap());
        for is_terminal in [true, false] {
            assert_eq!(Answer::to(own, false, is_terminal), Answer::Yes);
            assert_eq!(Answer::to(other, true, is_terminal), Answer::Yes);
        }
        assert_eq!(Answer::to(other, false, true), Answer::Ask);
        assert_eq!(Answer::to(other, false, false), Answer::NobodyToAsk);
    }

    #[test]
    fn a_page_may_load_a_private_target_and_a_stranger_only_where_that_was_confirmed() {
        let target = crate::plan::Origin::parse("https://api.example.com").unwrap();
        let (own, other) = (([10, 0, 0, 7], 80).into(), ([203, 0, 113, 9], 80).into());
        assert!(allow(&target, own, false).is_ok() && allow(&target, other, true).is_ok());
        let refusal = allow(&target, other, false).unwrap_err();
        assert_eq!(
            (refusal.exit_code(), refusal.to_string().as_str()),
            (
                2,
                "api.example.com (203.0.113.9) is neither this machine nor in a private network; start lead-loadgen with \
                 --yes if you may load it"
            )
        );
    }

    #[test]
    fn the_question_names_the_target_its_address_and_the_load() {
        let words = ["lead-loadgen", "-H", "https://api.example.com", "--rate", "300"];
        let plan = Args::order(words.map(Into::into)).unwrap().plan;
        let target = named(plan.target.host(), "203.0.113.9".parse().unwrap());
        assert_eq!(
            question(&target, &plan.load.to_string()),
            "api.example.com (203.0.113.9) is neither this machine nor in a private network.\n\
             Load it with 300 requests/s? [y/N] "
        );
        assert_eq!(named("203.0.113.9", "203.0.113.9".parse().unwrap()), "203.0.113.9");
    }

    #[test]
    fn only_yes_is_a_yes() {
        for (line, expect) in [
            ("y\n", true),
            ("Yes\r\n", true),
            (" YES", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yep\n", false),
        ] {
            assert_eq!(said_yes(move || Cursor::new(line), &Stop::new()), Some(expect), "{line:?}");
        }
    }

    #[test]
    fn an_interrupt_ends_the_question() {
        /// A person who never answers.
        struct Silent(std::sync::mpsc::Receiver<()>);
        impl Read for Silent {
            fn read(&mut self, _buffer: &mut [u8]) -> std::io::Result<usize> {
                let _never = self.0.recv();
                Ok(0)
            }
        }
        let (held, silence) = channel();
        let stop = Stop::new();
        stop.stop();
        assert_eq!(said_yes(move || BufReader::new(Silent(silence)), &stop), None);
        drop(held);
    }

    #[test]
    fn a_refusal_is_usage_and_an_interrupt_is_one() {
        let target = || "203.0.113.9".to_owned();
        let nobody = SafetyError::NobodyToAsk { target: target() };
        assert_eq!(
            (nobody.exit_code(), nobody.to_string().as_str()),
            (
                2,
                "203.0.113.9 is neither this machine nor in a private network, and there is no terminal to ask on; add \
                 --yes if you may load it"
            )
        );
        assert_eq!(SafetyError::Declined { target: target() }.exit_code(), 2);
        assert_eq!(SafetyError::Interrupted { target: target() }.exit_code(), 130);
    }
}
