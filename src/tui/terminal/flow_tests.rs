use super::*;

/// A line of so many bytes a second, drawn by a terminal that answers.
struct Rig {
    flow: Flow,
    start: Instant,
    at: u64,
}

impl Rig {
    fn new(declared: Declared, fence: Option<Fence>) -> Self {
        Self {
            flow: Flow::new(declared, fence, Duration::from_millis(20)),
            start: Instant::now(),
            at: 0,
        }
    }

    fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.at)
    }

    fn pass(&mut self, millis: u64) {
        self.at += millis;
    }

    fn send(&mut self, bytes: u64) {
        let from = self.flow.rule().map(|rule| rule.from_bytes);
        let fenced = match from {
            Some(from) if bytes >= from => Fenced::Yes,
            Some(_) | None => Fenced::No,
        };
        let now = self.now();
        self.flow.sent(Sent { bytes, fenced }, Written::Yes, now);
    }

    fn answer(&mut self) {
        let now = self.now();
        self.flow.answered(Fence::Status, now);
    }

    fn is_open(&mut self) -> bool {
        let now = self.now();
        self.flow.gate(now) == Gate::Open
    }

    /// Milliseconds until the gate opens by itself.
    fn opens_after(&mut self) -> u64 {
        let begun = self.at;
        while !self.is_open() {
            self.at += 1;
        }
        self.at - begun
    }
}

#[test]
fn a_quick_line_is_never_waited_for_and_never_thin() {
    let mut rig = Rig::new(Declared::Nothing, Some(Fence::Status));
    for _ in 0..BROAD_FRAMES_MIN {
        rig.send(300);
        assert!(rig.is_open(), "short frames are not asked about");
        rig.send(2600);
        assert!(!rig.is_open(), "one frame is under way");
        rig.pass(21);
        rig.answer();
        assert!(rig.is_open());
    }
    // It has shown itself quick: pages are no longer asked about one by one.
    for _ in 0..20 {
        rig.send(2600);
        assert!(rig.is_open());
    }
    rig.send(UNFENCED_BYTES_MAX);
    assert!(!rig.is_open(), "but never is more on its way");
    assert_eq!(rig.flow.speed(), Speed::Broad);
}

#[test]
fn a_line_is_trusted_with_what_it_has_carried_and_no_longer_than_it_does() {
    let mut rig = Rig::new(Declared::Nothing, Some(Fence::Status));
    // 26,000 bytes a second: 1,300 in the time that counts.
    for _ in 0..BROAD_FRAMES_MIN {
        rig.send(2600);
        rig.pass(120);
        rig.answer();
    }
    let asked_from = |rig: &Rig| rig.flow.rule().map(|rule| rule.from_bytes);
    assert_eq!(asked_from(&rig), Some(1300));
    rig.send(2600);
    rig.pass(320);
    rig.answer();
    assert_eq!(asked_from(&rig), Some(UNFENCED_BYTES), "it was slow once");
}

#[test]
fn a_page_at_9600_baud_is_waited_for_and_makes_the_line_thin() {
    let mut rig = Rig::new(Declared::Nothing, Some(Fence::Status));
    rig.send(2600);
    rig.pass(1100);
    assert!(!rig.is_open());
    assert_eq!(rig.flow.speed(), Speed::Thin, "before the answer came");
    rig.pass(1600);
    assert!(!rig.is_open(), "it is still on the line");
    rig.answer();
    assert!(rig.is_open());
    // From now on each frame is alone on its way, and four go in a second.
    rig.send(14);
    assert!(!rig.is_open());
    rig.pass(15);
    rig.answer();
    assert_eq!(rig.opens_after(), THIN_FRAME_MS_MIN - 15);
}

#[test]
fn one_late_answer_of_a_short_frame_says_nothing() {
    let mut rig = Rig::new(Declared::Nothing, Some(Fence::Status));
    rig.send(1100);
    rig.pass(900);
    rig.answer();
    assert_eq!(rig.flow.speed(), Speed::Broad, "a line that hiccups");
    rig.send(1100);
    rig.pass(900);
    rig.answer();
    assert_eq!(rig.flow.speed(), Speed::Thin, "twice is no hiccup");
}

#[test]
fn a_line_that_carries_much_is_broad_again() {
    let mut rig = Rig::new(Declared::Nothing, Some(Fence::Status));
    rig.send(2600);
    rig.pass(2700);
    rig.answer();
    for _ in 0..BROAD_FRAMES_MIN {
        assert_eq!(rig.flow.speed(), Speed::Thin);
        rig.send(2600);
        rig.pass(22);
        rig.answer();
    }
    assert_eq!(rig.flow.speed(), Speed::Broad);
}

#[test]
fn what_was_declared_stays() {
    let mut rig = Rig::new(Declared::Thin, Some(Fence::Status));
    for _ in 0..9 {
        rig.send(2600);
        rig.pass(21);
        rig.answer();
    }
    assert_eq!(rig.flow.speed(), Speed::Thin);
}

#[test]
fn a_thin_line_without_answers_is_given_the_time_of_its_bytes() {
    let mut rig = Rig::new(Declared::Thin, None);
    rig.send(2600);
    assert_eq!(rig.opens_after(), 2600 * 1000 / ASSUMED_BYTES_PER_S);
    rig.send(10);
    assert_eq!(rig.opens_after(), THIN_FRAME_MS_MIN);
}

#[test]
fn a_terminal_that_answers_no_more_is_not_waited_for_for_ever() {
    let mut rig = Rig::new(Declared::Nothing, Some(Fence::Status));
    for _ in 0..LOST_ANSWERS_MAX {
        rig.send(1100);
        assert!(rig.opens_after() < LOST_MS_MAX);
    }
    assert_eq!(rig.flow.rule(), None);
    rig.answer();
    assert_eq!(rig.flow.rule(), None, "it had its chances");
}

#[test]
fn the_first_answer_of_a_slow_terminal_may_come_late() {
    let mut rig = Rig::new(Declared::Nothing, None);
    rig.answer();
    assert_eq!(rig.flow.rule().map(|rule| rule.fence), Some(Fence::Status));
}

#[test]
fn a_terminal_that_takes_nothing_holds_frames_back() {
    let mut rig = Rig::new(Declared::Nothing, None);
    let now = rig.now();
    let sent = Sent {
        bytes: 9000,
        fenced: Fenced::No,
    };
    rig.flow.sent(sent, Written::NotYet, now);
    rig.pass(3000);
    assert!(!rig.is_open());
    let now = rig.now();
    rig.flow.written(now);
    assert_eq!(rig.flow.speed(), Speed::Thin);
}
