//! Phases: what each transport can tell, and how they are shown.

use std::num::NonZeroUsize;
use std::time::Duration;

use lead_loadgen::{
    Args, Phase, Phases, Plan, Second, Transport, final_tables, html, phase_table, phases_json,
};

use crate::counts::check_opened;
use crate::http::{TRANSPORTS, load_until};
use crate::recordings::blank;
use crate::server::{Manner, Server};
use crate::simulated::ramp;

fn plan(url: &str, transport: Transport) -> Plan {
    let words = ["lead-loadgen", "--host", url, "-s", "20s"];
    let mut plan = Args::order(words.map(Into::into)).unwrap().plan;
    plan.transport = transport;
    plan.load = ramp(3, "1000");
    plan.threads = NonZeroUsize::new(2).unwrap();
    plan.scenario.think_time = Duration::from_millis(1)..=Duration::from_millis(3);
    plan
}

#[test]
fn every_answer_has_a_first_byte_and_a_body_and_every_connection_counts() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::InPieces);
        let recording = load_until(&plan(&server.url(), transport), || server.requests() >= 40);
        let (phases, total) = (recording.phases(), recording.total());
        assert_eq!(total.failures(), 0);
        assert_eq!(phases.first_byte.count(), total.requests(), "{transport:?}");
        assert_eq!(phases.body.count(), total.requests(), "{transport:?}");
        check_opened(&recording, &server, transport);
        let connects = if transport == Transport::Raw { phases.opened } else { 0 };
        assert_eq!(phases.connect.count(), connects, "{transport:?}");
        assert_eq!((phases.lookup.count(), phases.tls.count()), (0, 0), "an address, and no TLS");
        // The pieces come one after another, so none of both is the whole.
        let parts = phases.first_byte.average_ms() + phases.body.average_ms();
        assert!(phases.body.average_ms() > 0.0 && parts <= total.latency().average_ms() + 0.002);
    }
}

#[test]
fn a_raw_user_that_waits_needs_one_connection() {
    let server = Server::start(Manner::Right);
    let recording = load_until(&plan(&server.url(), Transport::Raw), || server.requests() >= 40);
    assert!(recording.total().requests() > 20);
    assert!(recording.phases().opened <= 3, "{} for 3 users", recording.phases().opened);
    assert_eq!(recording.phases().reopened, Some(0));
}

#[test]
fn a_name_is_looked_up_once_and_its_time_is_told() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::Right);
        let url = format!("http://localhost:{}", server.address.port());
        let recording = load_until(&plan(&url, transport), || server.requests() >= 40);
        assert_eq!(recording.phases().lookup.count(), 1, "{transport:?}");
        assert!(
            server.seen().head.contains(&format!("host: localhost:{}\r\n", server.address.port()))
        );
    }
}

fn phase(times_us: &[u64]) -> Phase {
    let mut phase = Phase::default();
    times_us.iter().for_each(|&us| phase.record(Duration::from_micros(us)));
    phase
}

/// Everything that can happen.
fn everything() -> Phases {
    Phases {
        lookup: phase(&[1_830]),
        connect: phase(&[210, 240, 380]),
        tls: phase(&[1_900, 2_050, 4_400]),
        first_byte: phase(&[190, 200, 210, 220, 12_345]),
        body: phase(&[1, 2, 3, 4, 120]),
        opened: 3,
        reopened: Some(1),
    }
}

/// What reqwest tells of an address without TLS.
fn least() -> Phases {
    Phases { first_byte: phase(&[250]), body: phase(&[12]), opened: 1, ..Phases::default() }
}

#[test]
fn the_tables_show_what_happened() {
    insta::assert_snapshot!(
        "tables",
        [phase_table(&everything()), phase_table(&least())].join("\n")
    );
    assert_eq!(phase_table(&Phases::default()), "");
}

#[test]
fn the_json_has_every_number() {
    let json = [phases_json(&everything()), phases_json(&least())];
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&json).unwrap());
}

#[test]
fn the_reports_hold_the_phases_where_there_are_some() {
    let mut recording = blank();
    let width = lead_loadgen::NameWidth::of_terminal(None);
    assert!(!final_tables(&recording, width).contains("Phases"));
    recording.fold(&Second { phases: everything(), ..Second::blank(0) });
    assert!(final_tables(&recording, width).contains(&phase_table(&everything())));
    let page = html(&crate::reports::account(recording, crate::reports::valid()));
    let from = page.find("<section>\n<h2>Phases").unwrap();
    let upto = from + page[from..].find("</section>").unwrap();
    insta::assert_snapshot!("section", &page[from..upto]);
}
