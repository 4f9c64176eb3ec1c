//! What can be done to single requests and answers.

/// Done to a request that was planned for, or to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The service does the work, the answer never comes; the line is closed.
    DropAnswer,
    /// So many bytes of the answer's body come; its head tells the truth about
    /// the whole, and the line is closed.
    CutShort(usize),
    /// So many bytes of the answer's body come, and its head says that this is
    /// all: nothing in HTTP shows it.
    CutWhole(usize),
    /// The request is delivered a second time on another connection; nobody
    /// hears that answer.
    Twice,
    /// Somebody else answers, and the service hears nothing.
    Answer(&'static str),
    /// The service does the work; the desk's connection is reset.
    Reset,
    /// The answer, and what follows on its connection, comes in lots of so
    /// many bytes.
    HoldBack(usize),
    /// The answer ends with its head.
    EndAfterHead,
}

/// A fault for the next requests of a kind.
pub struct Planned {
    /// What stands in the request's first line.
    pub pattern: &'static str,
    pub fault: Fault,
    pub left: usize,
    pub met: usize,
}

/// All that is planned, first come first served.
#[derive(Default)]
pub struct Plans(Vec<Planned>);

/// Names a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanId(usize);

impl Plans {
    pub fn add(&mut self, pattern: &'static str, fault: Fault, times: usize) -> PlanId {
        self.0.push(Planned {
            pattern,
            fault,
            left: times,
            met: 0,
        });
        PlanId(self.0.len() - 1)
    }

    /// What shall be done to the request with this first line.
    pub fn take(&mut self, line: &str) -> Option<Fault> {
        let found = self
            .0
            .iter_mut()
            .find(|planned| planned.left > 0 && line.contains(planned.pattern))?;
        found.left = found.left.saturating_sub(1);
        found.met += 1;
        Some(found.fault)
    }

    pub fn met(&self, plan: PlanId) -> usize {
        self.0[plan.0].met
    }

    /// Nothing is planned any more; what was met stays counted.
    pub fn clear(&mut self) {
        for planned in &mut self.0 {
            planned.left = 0;
        }
    }
}
