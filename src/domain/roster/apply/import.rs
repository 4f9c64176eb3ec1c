//! Many lines of one file, and back.

use std::collections::BTreeSet;

use super::{Doing, no};
use crate::domain::command::Change;
use crate::domain::incident::apply::check;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::Refusal;
use crate::domain::roster::act::{Act, DayEdit, Import, ImportLine, UndoImport};
use crate::domain::roster::refusal::Why;
use crate::domain::roster::{Before, Layer, Rota, Shift, rota_id};

/// The longest name of a file that is kept, in characters.
pub const FILE_NAME_MAX_CHARS: usize = 120;

impl Doing<'_> {
    /// Sets the days of many lines: all of them, or none.
    pub(super) fn import(&self, args: &Import) -> Result<Vec<Change>, Refusal> {
        check::filled(Field::Title, &args.file, FILE_NAME_MAX_CHARS)?;
        self.only_these(args)?;
        let mut changes = Vec::with_capacity(args.lines.len());
        for line in &args.lines {
            let (record, mut rota) = self.line(line.post, line.person, args.month)?;
            self.set(&mut rota, args, line)?;
            // Of the file, a line's event keeps what happened to the line.
            let act = Act::RosterImport(Box::new(Import {
                lines: vec![line.clone()],
                ..args.clone()
            }));
            changes.push(self.changed_line(&record, rota, act)?);
        }
        Ok(changes)
    }

    /// The targets are these lines and their posts, each once.
    fn only_these(&self, args: &Import) -> Result<(), Refusal> {
        let mut wanted = BTreeSet::new();
        for line in &args.lines {
            if !wanted.insert(rota_id(line.post, line.person, args.month)) {
                return Err(self.wrong_targets());
            }
        }
        wanted.extend(args.lines.iter().map(|line| line.post));
        let told: BTreeSet<_> = self.command.targets.iter().map(|it| it.id).collect();
        if args.lines.is_empty() || told != wanted || told.len() != self.command.targets.len() {
            return Err(self.wrong_targets());
        }
        Ok(())
    }

    fn set(&self, rota: &mut Rota, args: &Import, line: &ImportLine) -> Result<(), Refusal> {
        let mut before = Before {
            import: args.import,
            days: Vec::with_capacity(line.days.len()),
            shifts: Vec::new(),
        };
        for edit in &line.days {
            let wrong = || no(Why::NoDay { day: edit.day });
            let date = rota.month.day(edit.day).ok_or_else(wrong)?;
            if before.days.contains(&edit.day) {
                return Err(wrong());
            }
            unchanged(rota, *edit)?;
            before.days.push(edit.day);
            before.shifts.extend(take_plan(rota, edit.day));
            for code in edit.to.codes() {
                let (starts, ends) = self.context.policy.roster.of(code).on(date);
                rota.shifts.push(Shift {
                    date,
                    code,
                    starts,
                    ends,
                    layer: Layer::Plan,
                    reason: String::new(),
                    cut: None,
                    checked_in: None,
                });
            }
        }
        rota.before = Some(before);
        Ok(())
    }

    /// Puts back what an import replaced, as long as nobody has touched what it
    /// brought.
    pub(super) fn undo_import(&self, args: UndoImport) -> Result<Vec<Change>, Refusal> {
        if self.command.targets.is_empty() {
            return Err(self.wrong_targets());
        }
        let mut changes = Vec::with_capacity(self.command.targets.len());
        for target in &self.command.targets {
            let record = self.record(target.id).ok_or(Refusal::NotFound)?;
            let rota =
                crate::domain::roster::rota_of(record).ok_or_else(|| self.wrong_targets())?;
            self.permitted(record.area)?;
            let mut rota = rota.clone();
            let before = rota
                .before
                .take()
                .filter(|before| before.import == args.import)
                .ok_or(no(Why::NotUndoable))?;
            for day in &before.days {
                let brought = take_plan(&mut rota, *day);
                let touched = |shift: &Shift| shift.cut.is_some() || shift.checked_in.is_some();
                if brought.iter().any(touched) {
                    return Err(no(Why::NotUndoable));
                }
            }
            rota.shifts.extend(before.shifts);
            changes.push(self.changed_line(record, rota, self.act.for_event())?);
        }
        Ok(changes)
    }
}

fn unchanged(rota: &Rota, edit: DayEdit) -> Result<(), Refusal> {
    let now = rota.cell(edit.day);
    if now == edit.from {
        return Ok(());
    }
    Err(no(Why::DayChanged {
        day: edit.day,
        seen: edit.from,
        now,
    }))
}

/// Takes what the plan has for a day, also what was taken off there.
fn take_plan(rota: &mut Rota, day: u8) -> Vec<Shift> {
    let (taken, left) = std::mem::take(&mut rota.shifts)
        .into_iter()
        .partition(|shift| shift.layer == Layer::Plan && shift.date.day() == day);
    rota.shifts = left;
    taken
}
