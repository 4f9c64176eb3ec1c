//! The workstation itself over a bad line: what its status line says.

use crate::proxy::fault::Fault;
use crate::proxy::message::PORTAL;
use crate::proxy::weather::Way;
use crate::proxy::{Proxy, STREAM};
use crate::rig::{ACCOUNT, PASSWORD, Service, seed};
use crate::term::Term;

/// A workstation, signed in through `line`, with one incident under its
/// marker; that incident's number.
fn open(service: &Service, line: &Proxy) -> (Term, String) {
    let desk = service.desk("desk", &service.url());
    assert_eq!(desk.sync().0, Some(0));
    let number = desk.register();
    let folder = service.folder("screen");
    let settings = folder.join("settings");
    let env = [
        ("ZHIBAN_DATA", folder.as_path()),
        ("ZHIBAN_CONFIG", settings.as_path()),
    ];
    let mut term = Term::start(&["--service", &line.url(), "--no-probe"], &env);
    term.wait_for("口令");
    term.send(ACCOUNT);
    term.send("\t");
    term.send(PASSWORD);
    term.wait_for("****");
    term.send("\r");
    term.wait_for("●在线");
    term.wait("the marker of the list", |screen| screen.contains('>'));
    term.send("o");
    term.wait_for("时间线");
    (term, number)
}

fn note(term: &mut Term, text: &str) {
    term.send("n");
    term.wait_for("Ctrl-S 提交");
    term.send(text);
    term.wait_for(text);
    term.send("\x13");
    term.wait("the dialog to close", |screen| {
        !screen.replace(' ', "").contains("Ctrl-S提交") && screen.contains(text)
    });
}

fn has_nothing_unsent(term: &Term) {
    term.wait("nothing waits", |screen| {
        let screen = screen.replace(' ', "");
        screen.contains("●在线") && screen.contains("待发0")
    });
}

fn leave(mut term: Term) {
    term.signal("TERM");
    assert!(term.wait_for_end().success());
}

#[test]
fn the_screen_says_offline_and_comes_back_by_itself() {
    let service = Service::start();
    let mut line = service.line(seed());
    let (mut term, number) = open(&service, &line);

    line.cut();
    term.wait_for("离线");
    note(&mut term, "written in a cut");
    term.wait_for("待发1");
    line.mend();
    has_nothing_unsent(&term);

    line.impostor(Some(PORTAL));
    term.wait_for("离线");
    note(&mut term, "written behind a portal");
    term.wait_for("待发1");
    line.impostor(None);
    has_nothing_unsent(&term);

    assert_eq!(
        service.onlooker().notes(&number),
        ["written in a cut", "written behind a portal"]
    );
    leave(term);
}

#[test]
fn a_line_that_takes_and_gives_nothing_back_is_not_called_live() {
    let service = Service::start();
    let line = service.line(seed());
    let (mut term, number) = open(&service, &line);
    // Nothing is closed: only the missing answer tells.
    line.stall(Way::Down);
    note(&mut term, "into silence");
    let screen = term.wait("it is noticed", |screen| !screen.contains("●在线"));
    assert!(screen.replace(' ', "").contains("待发1"), "{screen}");
    line.unstall(Way::Down);
    has_nothing_unsent(&term);
    assert_eq!(service.onlooker().notes(&number), ["into silence"]);
    leave(term);
}

#[test]
fn behind_a_box_that_buffers_what_was_done_is_confirmed_all_the_same() {
    let service = Service::start();
    let line = service.line(seed());
    let (mut term, number) = open(&service, &line);
    // The next stream, and all after it, comes in lots that no night fills.
    let plan = line.plan(STREAM, Fault::HoldBack(1_000_000), usize::MAX);
    line.impostor(Some(PORTAL));
    term.wait("it is noticed", |screen| !screen.contains("●在线"));
    line.impostor(None);
    note(&mut term, "behind a buffer");
    term.wait("nothing waits", |screen| {
        screen.replace(' ', "").contains("待发0")
    });
    assert!(line.met(plan) > 0 || !term.screen().contains("●在线"));
    assert_eq!(service.onlooker().notes(&number), ["behind a buffer"]);
    leave(term);
}
