//! Faults of scenario files: each names file, line, key, and what to do.

use std::path::Path;

use lead_loadgen::{Args, Scenario};

/// What is said of a file.
fn fault(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rows.csv"), "id,name\n1,x\n").unwrap();
    std::fs::write(folder.path().join("empty.csv"), "id,name\n").unwrap();
    let told = match Scenario::parse(text, &folder.path().join("shop.toml")) {
        Ok(_) => panic!("no fault in:\n{text}"),
        Err(fault) => fault.to_string(),
    };
    told.replace(&format!("{}/", folder.path().display()), "")
}

/// The fault of a task whose lines these are.
fn task(lines: &str) -> String {
    fault(&format!("[[tasks]]\n{lines}\n"))
}

#[test]
fn a_fault_names_file_line_key_and_the_next_step() {
    assert_eq!(
        task("path = \"/x\"\nwieght = 3"),
        "shop.toml, line 3: tasks[1].wieght: unknown key; did you mean 'weight'? \
         Known here: name, method, path, weight, tags, headers, leads, body, expect"
    );
    assert_eq!(
        fault("usr = \"X\"\n[[tasks]]\npath = \"/x\"\n"),
        "shop.toml, line 1: usr: unknown key; did you mean 'user'? Known here: user, think_time, leads, feeders, values, tasks"
    );
    assert_eq!(
        task("path = 3"),
        "shop.toml, line 2: tasks[1].path: must be a text in quotes, not a number"
    );
    assert_eq!(
        task("method = \"GET\""),
        "shop.toml, line 1: tasks[1]: the key 'path' is missing; add it"
    );
    assert_eq!(
        task("path = \"/x\"\nmethod = \"PSOT\""),
        "shop.toml, line 3: tasks[1].method: 'PSOT' is not one of its words; did you mean 'POST'? \
         There are: GET, HEAD, POST, PUT, PATCH, DELETE"
    );
    assert_eq!(
        task("path = \"x\""),
        "shop.toml, line 2: tasks[1].path: 'x' must begin with a slash; it is joined to --host"
    );
    assert_eq!(
        task("path = \"/x\"\nweight = -1"),
        "shop.toml, line 3: tasks[1].weight: the number is too large or too small here"
    );
}

#[test]
fn toml_that_is_none_is_told_by_its_line() {
    let told = fault("user = \"X\"\n[[tasks]]\npath = /x\n");
    assert!(told.starts_with("shop.toml, line 3: this is no TOML: "), "{told}");
    assert_eq!(fault("user = \"X\"\n"), "shop.toml, line 1: the key 'tasks' is missing; add it");
    assert!(
        fault("[[tasks]]\npath = \"/x\"\nweight = 0\n")
            .contains("tasks: there is no task with a weight above zero; give it one")
    );
}

#[test]
fn placeholders_must_name_what_is_there() {
    let head = "[feeders.rows]\nfile = \"rows.csv\"\n[values]\namount = { integer = [1, 2] }\n[[tasks]]\nmethod = \"POST\"\n";
    let told = fault(&format!("{head}path = \"/x/${{rows.idd}}\"\n"));
    assert_eq!(
        told,
        "shop.toml, line 7: tasks[1].path: the feeder 'rows' has no column 'idd'; did you mean 'id'? Its columns: id, name"
    );
    let told = fault(&format!("{head}path = \"/x\"\nbody = '{{\"a\": ${{amuont}}}}'\n"));
    assert_eq!(
        told,
        "shop.toml, line 8: tasks[1].body: there is no value 'amuont'; did you mean 'amount'? There are: lead, lead.id, \
         lead.features, lead.features.NAME, leads, env:NAME, amount, rows.id, rows.name"
    );
    let told = fault(&format!("{head}path = \"/x\"\nbody = '{{\"a\": }}'\n"));
    assert!(
        told.starts_with(
            "shop.toml, line 8: tasks[1].body: it is no JSON (expected value at line 1 column 7)"
        ),
        "{told}"
    );
    let told = task("path = \"/x\"\nheaders = { X = \"${env:SURELY_NOT_SET_ANYWHERE}\" }");
    assert_eq!(
        told,
        "shop.toml, line 3: tasks[1].headers.X: the environment variable SURELY_NOT_SET_ANYWHERE is not set (or is no text); \
         set it: SURELY_NOT_SET_ANYWHERE=... lead-loadgen ..."
    );
}

#[test]
fn files_that_a_scenario_names_are_told_by_the_line_that_names_them() {
    let told = fault("[feeders.a]\nfile = \"acounts.csv\"\n[[tasks]]\npath = \"/x\"\n");
    assert!(
        told.starts_with(
            "shop.toml, line 2: feeders.a.file: acounts.csv: cannot read it (No such file"
        ),
        "{told}"
    );
    let told = fault("[feeders.a]\nfile = \"empty.csv\"\n[[tasks]]\npath = \"/x\"\n");
    assert_eq!(
        told,
        "shop.toml, line 2: feeders.a.file: empty.csv: it has no row below its header; give it one at least"
    );
    let told =
        fault("[feeders.a]\nfile = \"rows.csv\"\norder = \"sequence\"\n[[tasks]]\npath = \"/x\"\n");
    assert!(told.contains("line 3: feeders.a.order: 'sequence' is not one of its words; did you mean 'sequential'?"), "{told}");
    let told = fault("[leads]\nfrom = \"rows.csv\"\n[[tasks]]\npath = \"/x\"\n");
    assert!(
        told.contains("line 2: leads.from: rows.csv: it is neither a model file nor a schema"),
        "{told}"
    );
}

#[test]
fn values_say_what_they_are() {
    let value = |text: &str| fault(&format!("[values]\nv = {text}\n[[tasks]]\npath = \"/x\"\n"));
    let head = "shop.toml, line 2: values.v";
    assert_eq!(
        value("{ }"),
        format!(
            "{head}: says not what it is; give it one of: integer, float, choice, uuid, sequence"
        )
    );
    assert_eq!(
        value("{ uuid = true, sequence = 1 }"),
        format!(
            "{head}: is more than one thing; leave it one of: integer, float, choice, uuid, sequence"
        )
    );
    assert_eq!(
        value("{ integer = [2, 1] }"),
        format!("{head}.integer: falls: the lower end comes first")
    );
    assert_eq!(
        value("{ integer = [1] }"),
        format!("{head}.integer: must be two values, [low, high]")
    );
    assert!(
        value("{ integr = [1, 2] }")
            .contains("values.v.integr: unknown key; did you mean 'integer'?")
            || value("{ integr = [1, 2] }").contains("says not what it is")
    );
    assert!(value("{ choice = [] }").contains("nothing can be drawn"));
    assert!(value("{ integer = [1, 2], decimals = 1 }").contains("'decimals' is for 'float' only"));
    assert!(
        fault("[values]\nlead = { uuid = true }\n[[tasks]]\npath = \"/x\"\n")
            .contains("values.lead: the name 'lead' is taken")
    );
}

#[test]
fn bodies_leads_and_answers_must_go_together() {
    assert!(
        task("path = \"/x\"\nbody = \"{}\"")
            .contains("tasks[1].body: a GET has no body; give the task another method")
    );
    let post = "method = \"POST\"\npath = \"/x\"\n";
    for (lines, expect) in [
        ("body = \"${leads}\"", "say how many ${leads} are: leads = [5, 20]"),
        ("leads = 3\nbody = \"${lead}\"", "write ${leads} into the body, or leave it out"),
        ("leads = 3\nbody = '[${lead}, ${leads}]'", "use either ${lead} or ${leads}"),
        ("leads = 0\nbody = \"${leads}\"", "tasks[1].leads: a batch has 1 to 1000 leads"),
        ("body = \"{}\"\nexpect.answer = \"score\"", "write ${lead} into the body"),
        ("body = \"${lead}\"\nexpect.answer = \"scores\"", "write ${leads} into the body"),
        (
            "expect.status = \"20x\"",
            "expect.status: '20x' is no status; write 201, or 2xx for a class",
        ),
        ("expect.status = []", "no status would be right"),
        (
            "expect.checks = [{ at = \"/a\" }]",
            "expect.checks[1]: checks nothing; give it one of: exists, type, equals, min, max, length",
        ),
        (
            "expect.checks = [{ at = \"a\", min = 1 }]",
            "expect.checks[1].at: 'a' is no JSON pointer; it begins with a slash, as in /a",
        ),
        ("expect.checks = [{ at = \"/a\", mn = 1, max = 2 }]", "expect.checks[1].mn: unknown key"),
    ] {
        let told = task(&format!("{post}{lines}"));
        assert!(told.contains(expect), "{lines}: {told}");
    }
    let told = fault("think_time = \"10\"\n[[tasks]]\npath = \"/x\"\n");
    assert_eq!(told, "shop.toml, line 1: think_time: '10' is no time; write 250ms, 1.5s or 2m");
}

#[test]
fn what_could_never_work_is_refused() {
    assert!(task("path = \"/x\"\nweight = 1000001").contains("tasks[1].weight: is above 1000000"));
    assert!(
        task("path = \"/x\"\nheaders = { content-length = \"3\" }")
            .contains("the connection's own; leave it out")
    );
    assert!(task("path = \"/x\"\nheaders = { \"a b\" = \"3\" }").contains("no name of a header"));
    assert!(
        task("path = \"/x\"\nmethod = \"HEAD\"\nexpect.answer = \"object\"")
            .contains("the answer to a HEAD has no body")
    );
}

#[test]
fn the_faults_of_the_guide_are_those_that_are_told() {
    let guide = include_str!("../../../../docs/SCENARIOS.md");
    let example = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("accounts.csv"), "id,name,city\n1,Ann,Rome\n").unwrap();
    for (right, wrong) in [
        ("weight", "wieght"),
        ("accounts.id", "accounts.idd"),
        ("accounts.csv", "acounts.csv"),
        // Nobody sets the secret of the guide.
        ("SHOP_TOKEN", "SHOP_TOKEN"),
    ] {
        let mut text = example.replacen(right, wrong, 1);
        if right != "SHOP_TOKEN" {
            text = text.replace("SHOP_TOKEN", "CARGO_PKG_NAME");
        }
        let told =
            Scenario::parse(&text, &folder.path().join("shop.toml")).unwrap_err().to_string();
        let told = told.replace(&format!("{}/", folder.path().display()), "");
        let line = format!("lead-loadgen: error: argument --scenario: {told}\n");
        assert!(guide.contains(&line), "the guide lacks:\n{line}");
    }
}

#[test]
fn the_command_line_tells_a_faulty_file_as_a_usage_error() {
    let told = Args::order(
        ["lead-loadgen", "-H", "http://localhost:1", "--scenario", "no/shop.toml"].map(Into::into),
    );
    let told = told.map(|_| ()).unwrap_err();
    assert_eq!(told.exit_code(), 2);
    let expect = "lead-loadgen: error: argument --scenario: cannot read no/shop.toml: ";
    assert!(
        told.text().starts_with(expect) && told.text().contains("--print-scenario shows one"),
        "{}",
        told.text()
    );
    let words = ["lead-loadgen", "-H", "http://localhost:1", "--verify", "no/model.json"];
    let told = Args::order(words.map(Into::into)).map(|_| ()).unwrap_err();
    assert!(
        told.text()
            .starts_with("lead-loadgen: error: argument --verify: cannot read no/model.json: "),
        "{}",
        told.text()
    );
    assert!(Scenario::read(Path::new("no/shop.toml")).is_err());
}
