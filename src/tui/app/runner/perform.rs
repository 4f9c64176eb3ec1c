//! Effects, performed. Whatever takes time is handed to a worker.

use super::open::Open;
use super::{Bell, ExitKind, Runner};
use crate::fault::fail_point;
use crate::i18n::t;
use crate::store::handle::When;
use crate::tui::app::effect::Effect;
use crate::tui::app::message::{Message, NotDone};
use crate::tui::app::stored::{self, Begun};
use crate::tui::terminal::signals::stop_self;

impl Runner {
    /// Does what `update` asked for.
    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Bell => self.bell_due = self.bell == Bell::Rings,
            Effect::Redraw => {
                fail_point!("runner.redraw");
                self.canvas.painter.repaint_next();
            }
            Effect::Wear(wish) => self.wear(wish),
            Effect::Suspend => {
                let _ = stop_self();
            }
            Effect::Quit => {
                self.over.get_or_insert(ExitKind::Left);
            }
            Effect::SignIn(credentials) => self.sign_in(credentials),
            Effect::Unlock(credentials) => self.unlock(credentials),
            Effect::SignInAgain(credentials) => self.sign_in_again(credentials),
            Effect::SignOut => self.sign_out(),
            Effect::SyncNow => {
                if let Some(engine) = self.open.as_ref().and_then(|open| open.engine.as_ref()) {
                    engine.sync_now();
                }
            }
            other => {
                if matches!(other, Effect::Submit { .. }) {
                    self.acted_at = Some(std::time::Instant::now());
                }
                self.with_store(other);
            }
        }
    }

    fn with_store(&mut self, effect: Effect) {
        let Some(Open { number, store, .. }) = &self.open else {
            // Between two copies: the act stays in its dialog.
            if let Effect::Submit { origin, .. } = effect {
                let why = NotDone::NotStored(t!("screen.switching").into_owned());
                let result = Err(why);
                self.message(Message::Submitted { origin, result });
            }
            return;
        };
        let when = When {
            made_at: self.model.now,
            offset_ms: self.model.status.offset_ms,
        };
        match stored::begin(store, effect, when) {
            Begun::Writing(wait) => self.writes.collect(*number, wait),
            Begun::Reading(wait) => self.reads.collect(*number, wait),
        }
    }
}
