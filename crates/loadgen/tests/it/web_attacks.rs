//! The live page and those who want to make a weapon of it: other sites' pages, other names, guessers, strangers' targets.

use serde_json::json;

use crate::program::wait_until;
use crate::server::{Manner, Server};
use crate::web::Page;

pub(crate) const TOKEN: &str = "0123456789abcdefghij";
pub(crate) const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

pub(crate) fn locked(server: &Server) -> Page {
    Page::start(&["--web-login", "--host", &server.url()], &[("LEAD_WEB_TOKEN", TOKEN)])
}

#[test]
fn a_name_that_was_made_to_point_here_reaches_nothing() {
    let server = Server::start(Manner::Right);
    let page = Page::of(&server);
    let port = page.address.port();
    for host in [
        format!("evil.example:{port}"),
        "evil.example".to_owned(),
        format!("127.0.0.1.evil.example:{port}"),
        format!("203.0.113.9:{port}"),
        String::new(),
    ] {
        let header = format!("Host: {host}");
        for (method, path) in [
            ("GET", "/"),
            ("GET", "/stats/requests"),
            ("POST", "/swarm"),
            ("GET", "/events"),
            ("GET", "/nothing"),
        ] {
            let reply = page.ask_at(method, path, &[&header, FORM], "user_count=1&spawn_rate=1");
            assert!(matches!(reply.status, 400 | 421), "{host} {method} {path}: {reply:?}");
        }
    }
    let ours = format!("Host: 127.0.0.1:{port}");
    // Two names, none, and a target that says another one than the header.
    for headers in [&[ours.as_str(), "Host: evil.example"][..], &[]] {
        assert!(matches!(page.ask_at("GET", "/", headers, "").status, 400 | 421), "{headers:?}");
    }
    let absolute = format!("http://evil.example:{port}/stats/requests");
    assert_eq!(page.ask_at("GET", &absolute, &[&ours], "").status, 421);
    // What a proxy or a page claims changes nothing.
    let claimed =
        ["Host: evil.example", "X-Forwarded-Host: 127.0.0.1", "Forwarded: host=127.0.0.1"];
    assert_eq!(page.ask_at("GET", "/", &claimed, "").status, 421);
    for name in ["localhost", "127.0.0.1", "LOCALHOST:1", "[::1]:8089"] {
        assert_eq!(page.ask_at("GET", "/", &[&format!("Host: {name}")], "").status, 200, "{name}");
    }
    assert_eq!(server.requests(), 0);
    drop(page);
    // A name that a proxy shows; the port is the one that has just become free.
    let (url, port) = (server.url(), port.to_string());
    let words =
        ["--host", &url, "--web-host-display-name", "https://load.example", "--web-port", &port];
    let named = Page::start(&words, &[("LEAD_WEB_TOKEN", TOKEN)]);
    assert!(named.said().contains("web interface at https://load.example\n"), "{}", named.said());
    // Whoever the proxy lets through is not the one who started the program.
    let name = "Host: load.example";
    for path in ["/", "/stop", "/stats/reset"] {
        assert_eq!(named.ask_at("GET", path, &[name], "").status, 401, "{path}");
    }
    let bearer = format!("Authorization: Bearer {TOKEN}");
    assert_eq!(named.ask_at("GET", "/", &[name, &bearer], "").status, 200);
}

#[test]
fn a_page_behind_a_name_of_others_makes_up_a_token_by_itself() {
    let server = Server::start(Manner::Right);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (url, port) = (server.url(), port.to_string());
    let words = ["--host", &url, "--web-host-display-name", "load.example", "--web-port", &port];
    let page = Page::start(&words, &[]);
    assert_eq!(page.get("/stats/requests").status, 401);
    wait_until(|| page.said().contains("Token for the web interface: "));
    drop(page);
    let words = ["--host", &url, "--web-host-display-name", "localhost", "--web-port", &port];
    assert_eq!(Page::start(&words, &[]).get("/stats/requests").status, 200);
}

#[test]
fn another_sites_page_starts_stops_and_forgets_nothing() {
    let server = Server::start(Manner::Right);
    let page = Page::of(&server);
    let form = "user_count=1&spawn_rate=1";
    let port = page.address.port();
    let foreign = [
        "Origin: https://evil.example".to_owned(),
        "Origin: null".to_owned(),
        format!("Origin: http://127.0.0.1:{}", port.wrapping_add(1)),
        format!("Origin: http://localhost:{port}"),
        format!("Origin: http://127.0.0.1:{port}.evil.example"),
        "Sec-Fetch-Site: cross-site".to_owned(),
        "Sec-Fetch-Site: same-site".to_owned(),
        "Referer: https://evil.example/127.0.0.1".to_owned(),
    ];
    for header in &foreign {
        assert_eq!(page.ask("POST", "/swarm", &[FORM, header], form).status, 403, "{header}");
    }
    assert_eq!((page.numbers()["state"].clone(), server.requests()), (json!("ready"), 0));
    // A script says nothing of where it comes from; the page itself says that it is the page.
    assert_eq!(page.swarm(form)["success"], true);
    wait_until(|| page.requests() > 0);
    for header in &foreign {
        for (method, path) in [
            ("GET", "/stop"),
            ("POST", "/stop"),
            ("HEAD", "/stop"),
            ("GET", "/%73top"),
            ("GET", "/stop?x=1"),
            ("GET", "/stats/reset"),
            ("GET", "/stats%2Freset"),
            ("POST", "/stats/reset"),
            ("POST", "/swarm"),
            ("POST", "/user"),
        ] {
            let status = page.ask(method, path, &[header, FORM], form).status;
            assert!(matches!(status, 403..=405), "{header} {method} {path}: {status}");
        }
    }
    let before = page.requests();
    wait_until(|| page.requests() > before);
    assert_eq!(page.numbers()["state"], "running");
    let own = format!("Origin: http://127.0.0.1:{port}");
    assert_eq!(page.ask("POST", "/stop", &[&own, "Sec-Fetch-Site: same-origin"], "").status, 200);
    assert_eq!(page.numbers()["state"], "stopped");
}

#[test]
fn every_answer_is_told_to_load_nothing_from_elsewhere() {
    let server = Server::start(Manner::Right);
    let page = locked(&server);
    let bearer = format!("Authorization: Bearer {TOKEN}");
    for (path, headers) in [
        ("/", &[bearer.as_str()][..]),
        ("/", &[]),
        ("/login", &[]),
        ("/assets/page.js", &[]),
        ("/assets/page.css", &[]),
        ("/assets/report.css", &[]),
        ("/nothing", &[bearer.as_str()]),
        ("/stats/requests", &[bearer.as_str()]),
        ("/swarm", &[bearer.as_str()]),
    ] {
        let head = page.ask("GET", path, headers, "").head;
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(head.contains(header), "{path}: no {header} in {head}");
        }
        assert!(!head.contains("access-control-") && !head.contains("unsafe"), "{path}: {head}");
    }
    // The page has nothing that its own policy forbids.
    for path in ["/", "/login"] {
        let text = page.ask("GET", path, &[&bearer], "").text();
        assert!(
            !text.contains("<style") && !text.contains(" style=") && !text.contains(" onclick="),
            "{path}"
        );
        assert!(!text.contains("<script>") && !text.contains("{{"), "{path}");
    }
}

#[test]
fn without_the_token_there_is_a_door_and_nothing_else() {
    let server = Server::start(Manner::Right);
    let page = locked(&server);
    assert!(!page.said().contains(TOKEN), "a token that was given is not printed");
    for path in [
        "/",
        "/stats/requests",
        "/stats/requests/csv",
        "/events",
        "/logs",
        "/tasks",
        "/parts/charts",
        "/stats/report",
        "/stats/json",
        "/stop",
        "/nothing",
        "/assets",
        "/assets/../stats/requests",
        "/assets/..%2fstats%2frequests",
        "/login/../stats/requests",
        "/login/",
        "/loginx",
        "//stats/requests",
        "/./stats/requests",
        "/stats/requests;/login",
        "/stats/requests?/assets/",
        "/%6cogin/../stats/requests",
    ] {
        let reply = page.ask("GET", path, &[], "");
        let is_shut = matches!(reply.status, 401 | 404) || reply.status == 303;
        assert!(is_shut && !reply.text().contains("current_rps"), "{path}: {reply:?}");
    }
    for wrong in
        ["", "Bearer", "Bearer wrong", "Basic d3Jvbmc6d3Jvbmc=", "bearer 0123456789abcdefghi"]
    {
        let reply = page.ask("GET", "/stats/requests", &[&format!("Authorization: {wrong}")], "");
        assert_eq!(reply.status, 401, "{wrong}");
        assert!(reply.head.contains("www-authenticate: bearer"), "{}", reply.head);
    }
    assert_eq!(page.ask("POST", "/swarm", &[FORM], "user_count=1&spawn_rate=1").status, 401);
    let door = page.ask("GET", "/", &["Accept: text/html"], "");
    assert!(door.status == 303 && door.head.contains("location: /login"), "{door:?}");
    let bearer = format!("Authorization: Bearer {TOKEN}");
    assert_eq!(page.ask("GET", "/stats/requests", &[&bearer], "").status, 200);
    assert_eq!(server.requests(), 0);
}

#[test]
fn the_form_trades_the_token_for_a_cookie_that_no_script_reads() {
    let server = Server::start(Manner::Right);
    let page = locked(&server);
    let wrong = page.ask("POST", "/login", &[FORM], "token=not+the+token+at+all");
    assert!(wrong.status == 401 && wrong.text().contains("That is not the token"), "{wrong:?}");
    assert!(!wrong.head.contains("set-cookie"));
    let foreign = ["Origin: https://evil.example", FORM];
    assert_eq!(page.ask("POST", "/login", &foreign, &format!("token={TOKEN}")).status, 403);
    let right = page.ask("POST", "/login", &[FORM], &format!("token={TOKEN}"));
    assert!(right.status == 303 && right.head.contains("location: /\r\n"), "{right:?}");
    let cookie = right.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    assert!(
        cookie.ends_with("; path=/; httponly; samesite=strict") && !cookie.contains(TOKEN),
        "{cookie}"
    );
    let (value, _) = cookie.split_once(';').unwrap();
    assert_eq!(
        page.ask("GET", "/stats/requests", &[&format!("Cookie: a=b; {value}")], "").status,
        200
    );
    // The cookie opens nothing for another site's page.
    let foreign = [&format!("Cookie: {value}"), "Sec-Fetch-Site: cross-site"];
    assert_eq!(page.ask("GET", "/stop", &foreign, "").status, 403);
    let (name, _) = value.split_once('=').unwrap();
    for wrong in [format!("{name}=x"), format!("{name}={TOKEN}"), format!("x{value}")] {
        assert_eq!(
            page.ask("GET", "/stats/requests", &[&format!("Cookie: {wrong}")], "").status,
            401
        );
    }
}

#[test]
fn whoever_guesses_tokens_has_to_wait() {
    let server = Server::start(Manner::Right);
    let page = locked(&server);
    let guess = |number: u32| {
        page.ask("GET", "/tasks", &[&format!("Authorization: Bearer {number}")], "").status
    };
    let statuses: Vec<u16> = (0..12).map(guess).collect();
    assert_eq!(statuses, [&[401; 10][..], &[429; 2]].concat());
    // Not even the right one is looked at: it would tell itself from the others.
    let right = page.ask("GET", "/tasks", &[&format!("Authorization: Bearer {TOKEN}")], "");
    assert!(right.status == 429 && right.head.contains("retry-after: "), "{right:?}");
    assert_eq!(page.ask("POST", "/login", &[FORM], &format!("token={TOKEN}")).status, 429);
}

#[test]
fn a_page_that_others_can_reach_demands_a_token_by_itself() {
    let server = Server::start(Manner::Right);
    let page = Page::start(&["--web-host", "*", "--host", &server.url()], &[]);
    assert_eq!(page.get("/stats/requests").status, 401);
    let printed = || {
        let said = page.said();
        let (_, rest) = said.split_once("Token for the web interface: ")?;
        Some(rest.split_once('\n')?.0.to_owned())
    };
    wait_until(|| printed().is_some());
    let token = printed().unwrap();
    assert_eq!(token.len(), 32);
    let bearer = format!("Authorization: Bearer {token}");
    assert_eq!(page.ask("GET", "/stats/requests", &[&bearer], "").status, 200);
    let logs = page.ask("GET", "/logs", &[&bearer], "").text();
    assert!(logs.contains("http://0.0.0.0:") && !logs.contains(&token), "{logs}");
}

#[test]
fn a_strangers_machine_is_not_loaded_without_a_yes() {
    // Addresses for documentation, which are nobody's: nothing is ever sent there.
    let server = Server::start(Manner::Right);
    let page = Page::of(&server);
    for host in ["http://203.0.113.9:8000", "http://[2001:db8::1]:8000"] {
        let said = page.swarm(&format!("user_count=1&spawn_rate=1&host={host}"));
        assert_eq!((&said["success"], &said["confirm"]), (&json!(false), &json!(true)), "{said}");
        assert!(
            said["message"]
                .as_str()
                .unwrap()
                .contains("neither this machine nor in a private network"),
            "{said}"
        );
        assert!(said["faults"]["host"].is_string());
    }
    assert_eq!(page.numbers()["state"], "ready");
}
