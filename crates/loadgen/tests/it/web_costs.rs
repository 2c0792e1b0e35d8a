//! What the live page must not give away or be made to spend: the key, a connection, the drawing of reports.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::program::wait_until;
use crate::server::{Manner, Server};
use crate::web::Page;
use crate::web_attacks::{FORM, locked};

#[test]
fn the_key_of_the_command_line_goes_to_no_host_that_a_form_names() {
    let (own, other) = (Server::start(Manner::Right), Server::start(Manner::Right));
    let page = Page::start(&["--api-key", "s3cret", "--host", &own.url()], &[]);
    let run = |server: &Server, more: &str| {
        let (before, form) = (server.requests(), format!("user_count=2&spawn_rate=2{more}"));
        let said = page.swarm(&form);
        assert_eq!(said["success"], true, "{said}");
        wait_until(|| server.requests() > before + 1 && page.requests() > 0);
        assert_eq!(page.ask("POST", "/stop", &[], "").status, 200);
        server.seen().head
    };
    let host = format!("&host={}", other.url());
    let head = run(&other, &host);
    assert!(!head.contains("x-api-key") && !head.contains("s3cret"), "{head}");
    let logs = page.get("/logs").text();
    assert!(
        logs.contains("is not sent to http://127.0.0.1:") && !logs.contains("s3cret"),
        "{logs}"
    );
    let head = run(&other, &format!("{host}&api_key=an0ther"));
    assert!(head.contains("x-api-key: an0ther\r\n"), "{head}");
    // A key that came with a run is forgotten with it.
    let head = run(&other, &host);
    assert!(!head.contains("x-api-key"), "{head}");
    for more in [String::new(), format!("&host={}", own.url())] {
        let head = run(&own, &more);
        assert!(head.contains("x-api-key: s3cret\r\n"), "{head}");
    }
    let said = page.swarm("user_count=1&spawn_rate=1&api_key=%00");
    assert!(said["success"] == false && said["faults"]["api_key"].is_string(), "{said}");
}

#[test]
fn a_form_that_drips_holds_no_connection() {
    let server = Server::start(Manner::Right);
    let page = locked(&server);
    let mut stream = TcpStream::connect(page.address).unwrap();
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: {}\r\n{FORM}\r\nContent-Length: 60000\r\n\r\n",
        page.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let (mut said, mut piece) = (String::new(), [0; 4_096]);
    let mut has_ended = || {
        let _closed = stream.write_all(b"t");
        match stream.read(&mut piece) {
            Ok(0) => true,
            Ok(length) => {
                said.push_str(&String::from_utf8_lossy(&piece[..length]));
                false
            }
            Err(fault) => !matches!(fault.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        }
    };
    wait_until(&mut has_ended);
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
}

#[test]
fn another_sites_page_may_lead_to_the_page_and_has_nothing_drawn() {
    let server = Server::start(Manner::Right);
    let page = Page::of(&server);
    for header in ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"] {
        for mode in ["Sec-Fetch-Mode: no-cors", "Sec-Fetch-Mode: navigate"] {
            for path in [
                "/stats/report",
                "/stats/report?download=1",
                "/stats/json",
                "/stats/hdr",
                "/stats/requests",
                "/stats/requests/csv",
                "/parts/charts",
                "/events",
            ] {
                assert_eq!(page.ask("GET", path, &[header, mode], "").status, 403, "{path}");
            }
            assert_eq!(page.ask("GET", "/", &[header, mode], "").status, 200);
            assert_eq!(page.ask("GET", "/login", &[header, mode], "").status, 303);
        }
    }
    for ours in ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none"] {
        assert_eq!(page.ask("GET", "/stats/requests", &[ours], "").status, 200, "{ours}");
    }
}
