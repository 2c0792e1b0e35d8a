//! By which names this page may be asked, and from which pages.
//!
//! A site that a person visits can let its own name point at this machine (DNS rebinding): its scripts then talk to the page as
//! if it were theirs. So [`Names`] takes only requests whose `Host` is one of the names that the page was started for. A
//! site can also send a form here, or load an address like `/stop` as a picture: [`is_foreign`] tells such requests by what
//! browsers say of their origin; programs say nothing of it and are taken. Pure; refusing is `guard`'s.

use std::net::IpAddr;

/// The names of the page.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// Lower case, without a port.
    known: Vec<String>,
    /// Whether the page listens at every address of this machine.
    is_everywhere: bool,
}

impl Names {
    /// The names of a page that listens at `address`, was told to listen at `host`, and is shown to browsers as `display`: behind a
    /// proxy that must be what the proxy forwards as `Host`.
    pub(super) fn new(address: IpAddr, host: &str, display: Option<&str>) -> Self {
        let mut known = vec!["localhost".to_owned(), host.to_ascii_lowercase()];
        if !address.is_unspecified() {
            known.push(address.to_canonical().to_string());
        }
        known.extend(display.map(|name| name_of(authority_of(name)).to_ascii_lowercase()));
        Self { known, is_everywhere: address.is_unspecified() }
    }

    /// Whether a request with this `Host` is meant for the page. The port may be another one: a tunnel's. Where the page listens
    /// everywhere any address will do, because only names can be made to point elsewhere.
    pub(super) fn allow(&self, host: &str) -> bool {
        let name = name_of(host);
        match name.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) if address.is_loopback() || self.is_everywhere => true,
            Ok(address) => self.known.contains(&address.to_string()),
            Err(_) => self.known.contains(&name.to_ascii_lowercase()),
        }
    }
}

/// Whether a name that browsers shall use leads to this machine alone. With any other one somebody (a proxy) brings requests of other
/// machines here.
pub(super) fn is_own_name(display: &str) -> bool {
    let name = name_of(authority_of(display));
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// What a browser says of where a request comes from; a program says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Source<'r> {
    /// The header `Origin`.
    pub(super) origin: Option<&'r str>,
    /// The header `Sec-Fetch-Site`.
    pub(super) site: Option<&'r str>,
    /// The header `Referer`.
    pub(super) referer: Option<&'r str>,
}

/// Whether a request to `host` was caused by a page of somebody else. Another port of this machine is somebody else, too.
pub(super) fn is_foreign(source: Source<'_>, host: &str) -> bool {
    if let Some(site) = source.site
        && site != "same-origin"
        && site != "none"
    {
        return true;
    }
    let is_ours = |url: &str| url.contains("://") && authority_of(url).eq_ignore_ascii_case(host);
    match (source.origin, source.referer) {
        (Some(origin), _) => !is_ours(origin),
        // Only older browsers say nothing better.
        (None, Some(referer)) => source.site.is_none() && !is_ours(referer),
        (None, None) => false,
    }
}

/// Host and port of a URL, or of a text that is nothing else.
fn authority_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The name of `name:port`; an address of version 6 without its brackets.
fn name_of(authority: &str) -> &str {
    if let Some((address, _)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address;
    }
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, Source, is_foreign, is_own_name};

    fn names(address: &str, host: &str, display: Option<&str>) -> Names {
        Names::new(address.parse().unwrap(), host, display)
    }

    #[test]
    fn a_page_of_this_machine_answers_to_its_own_names_alone() {
        let names = names("127.0.0.1", "127.0.0.1", None);
        for own in [
            "127.0.0.1:8089",
            "127.0.0.1",
            "localhost:8089",
            "LocalHost",
            "127.9.9.9:1",
            "[::1]:8089",
            "localhost:9000",
        ] {
            assert!(names.allow(own), "{own}");
        }
        for other in [
            "",
            "evil.example:8089",
            "127.0.0.1.evil.example:8089",
            "localhost.evil.example",
            "192.168.0.7:8089",
            "0.0.0.0:8089",
            "[::ffff:8.8.8.8]:8089",
            "localhost:8089:8089",
            "evil.example#localhost",
            "user@localhost",
        ] {
            assert!(!names.allow(other), "{other}");
        }
    }

    #[test]
    fn a_page_of_the_network_answers_to_its_address_and_the_name_that_it_was_given() {
        let names = names("192.168.0.7", "192.168.0.7", Some("https://Load.example.com:8443/x"));
        for own in ["192.168.0.7:8089", "load.example.com", "LOAD.example.com:8443", "127.0.0.1"] {
            assert!(names.allow(own), "{own}");
        }
        for other in ["192.168.0.8:8089", "evil.example.com", "example.com"] {
            assert!(!names.allow(other), "{other}");
        }
    }

    #[test]
    fn a_page_that_listens_everywhere_answers_to_addresses_and_to_no_unknown_name() {
        let names = names("0.0.0.0", "*", None);
        assert!(names.allow("203.0.113.9:8089") && names.allow("[2001:db8::1]:8089"));
        assert!(!names.allow("evil.example:8089") && !names.allow("203.0.113.9.evil.example"));
    }

    #[test]
    fn a_name_that_is_shown_tells_whether_others_reach_the_page() {
        for own in ["localhost", "http://LocalHost:8089/x", "127.0.0.1:1", "https://[::1]:8089"] {
            assert!(is_own_name(own), "{own}");
        }
        for other in
            ["load.example.com", "https://load.example.com/x", "10.0.0.1", "localhost.x", ""]
        {
            assert!(!is_own_name(other), "{other}");
        }
    }

    #[test]
    fn a_request_of_another_site_is_told_by_what_its_browser_says() {
        let host = "127.0.0.1:8089";
        let nothing = Source::default();
        for ours in [
            nothing,
            Source { site: Some("same-origin"), origin: Some("http://127.0.0.1:8089"), ..nothing },
            Source { site: Some("none"), ..nothing },
            Source { origin: Some("http://127.0.0.1:8089"), ..nothing },
            Source { referer: Some("http://127.0.0.1:8089/?tab=charts"), ..nothing },
            Source { site: Some("same-origin"), referer: Some("http://proxy.example/"), ..nothing },
        ] {
            assert!(!is_foreign(ours, host), "{ours:?}");
        }
        for foreign in [
            Source { site: Some("cross-site"), ..nothing },
            // Another port of this machine.
            Source { site: Some("same-site"), ..nothing },
            Source { site: Some("same-site"), origin: Some("http://127.0.0.1:3000"), ..nothing },
            Source { origin: Some("http://127.0.0.1:3000"), ..nothing },
            Source { origin: Some("https://evil.example"), ..nothing },
            Source { origin: Some("http://127.0.0.1:8089.evil.example"), ..nothing },
            Source { origin: Some("http://evil.example/127.0.0.1:8089"), ..nothing },
            Source { origin: Some("null"), ..nothing },
            Source { referer: Some("https://evil.example/127.0.0.1:8089"), ..nothing },
            Source { site: Some("none"), origin: Some("https://evil.example"), ..nothing },
        ] {
            assert!(is_foreign(foreign, host), "{foreign:?}");
        }
    }
}
