//! THE table of actions: everything an officer can do with a key.
//!
//! One row each, in the order in which help and hints show them. Keymaps,
//! help, hints, `zhiban keys` and the README's key table are made from it; a
//! key does nothing that is not listed here, except moving and deleting
//! inside a text field. Names are object-verb and never change once shipped,
//! because users' keymaps hold them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::context::Context;
use super::group::{Danger, Group, Prominence};
use crate::i18n;

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    /// Object-verb in kebab case, as keymap files have it.
    pub name: &'static str,
    /// The sections in which it may be bound: these, and those that stand on
    /// them.
    pub contexts: &'static [Context],
    /// How it is secured.
    pub danger: Danger,
    /// Whether the hint line offers it.
    pub prominence: Prominence,
    /// Where help lists it.
    pub group: Group,
    /// Text key of its short name.
    pub short_key: &'static str,
    /// Text key of its help sentence.
    pub help_key: &'static str,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident $name:literal [$($context:ident),+] $danger:ident $prominence:ident $group:ident;)+) => {
        /// Something an officer can do with a key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])* $variant,)+ }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its row in the table.
            #[must_use]
            pub const fn row(self) -> &'static Row {
                match self {
                    $(Self::$variant => &Row {
                        name: $name,
                        contexts: &[$(Context::$context),+],
                        danger: Danger::$danger,
                        prominence: Prominence::$prominence,
                        group: Group::$group,
                        short_key: concat!("action.", $name, ".short"),
                        help_key: concat!("action.", $name, ".help"),
                    },)+
                }
            }
        }
    };
}

actions! {
    /// This seat answers for the alarm; the holder stays.
    IncidentAcknowledge "incident-acknowledge" [Incident] None Hint Incident;
    /// The holder's step begins.
    IncidentAccept "incident-accept" [Incident] None Hint Incident;
    /// Choose lead, assistants and those informed.
    IncidentAssign "incident-assign" [Incident] None Hint Incident;
    /// Write into the timeline.
    IncidentNote "incident-note" [Incident] None Hint Incident;
    /// Write down a telephone call.
    IncidentLogCall "incident-log-call" [Incident] None Hint Incident;
    /// To a graver rank.
    IncidentRaise "incident-raise" [Incident] None Hint Incident;
    /// To a lighter rank, with a reason.
    IncidentLower "incident-lower" [Incident] None Help Incident;
    /// Let the alarm rest for a while.
    IncidentSnooze "incident-snooze" [Incident] None Hint Incident;
    /// Back to who assigned it, with a reason.
    IncidentReturn "incident-return" [Incident] None Help Incident;
    /// Take back what was given out and is not accepted yet.
    IncidentRecall "incident-recall" [Incident] None Help Incident;
    /// Take back the latest act, where the rules have a way.
    ActUndo "act-undo" [Board] None Help Incident;
    /// The holder's step ends.
    IncidentFinish "incident-finish" [Incident] None Hint Incident;
    /// The creator finds it done.
    IncidentVerify "incident-verify" [Incident] None Hint Incident;
    /// The creator finds it not done.
    IncidentSendBack "incident-send-back" [Incident] None Help Incident;
    /// Record the follow-up visit.
    IncidentFollowUp "incident-follow-up" [Incident] None Hint Incident;
    /// Propose to strike it off, with the four elements.
    StrikeOffPropose "strike-off-propose" [Incident] None Help Incident;
    /// The second person's signature.
    StrikeOffSign "strike-off-sign" [Incident] Confirm Help Incident;
    /// The second person refuses to sign.
    StrikeOffDecline "strike-off-decline" [Incident] None Help Incident;
    /// Open a closed incident again.
    IncidentReopen "incident-reopen" [Incident] Confirm Help Incident;
    /// Say what it is and how urgent, and route it in the same form.
    IncidentTriage "incident-triage" [Incident] None Hint Incident;
    /// To the unit above, with a reason.
    IncidentEscalate "incident-escalate" [Incident] None Help Incident;
    /// To a unit below.
    IncidentHandDown "incident-hand-down" [Incident] None Help Incident;
    /// Tell other units.
    IncidentCopy "incident-copy" [Incident] None Help Incident;
    /// The own unit, which was told, has read it.
    IncidentRead "incident-read" [Incident] None Help Incident;
    /// Call units that have the powers to report in.
    WhistleBlow "whistle-blow" [Incident] None Help Incident;
    /// A called unit is there.
    WhistleReportIn "whistle-report-in" [Incident] None Help Incident;
    /// How a called unit answered.
    WhistleRate "whistle-rate" [Incident] None Help Incident;
    /// Drive the work on; it only rises.
    SupervisionRaise "supervision-raise" [Incident] None Help Incident;
    /// Cancel the supervision, with a reason.
    SupervisionLift "supervision-lift" [Incident] None Help Incident;
    /// Ask for more time.
    ExtensionAsk "extension-ask" [Incident] None Help Incident;
    /// Grant more time.
    ExtensionGrant "extension-grant" [Incident] None Help Incident;
    /// Grant no more time.
    ExtensionRefuse "extension-refuse" [Incident] None Help Incident;
    /// A matter of the police after all; it ends here.
    IncidentReturnToPolice "incident-return-to-police" [Incident] Confirm Help Incident;
    /// Registered in error; it ends here.
    IncidentVoid "incident-void" [Incident] Confirm Help Incident;
    /// Fold two cases into one; both numbers stay.
    IncidentMerge "incident-merge" [Incident] Confirm Help Incident;
    /// Part two cases that were folded into one.
    IncidentUnmerge "incident-unmerge" [Incident] None Help Incident;
    /// Let two cases name each other.
    IncidentLink "incident-link" [Incident] None Help Incident;
    /// Take that away again.
    IncidentUnlink "incident-unlink" [Incident] None Help Incident;
    /// Rule on two acts that met.
    IncidentSettle "incident-settle" [Incident] None Hint Incident;
    /// See what is masked of the opened incident, with a reason; it is logged.
    IncidentReveal "incident-reveal" [Detail] None Help Incident;
    /// Correct or complete the record.
    IncidentAmend "incident-amend" [Incident] None Help Incident;
    /// Who is nearest to the case, to be asked to settle it.
    ContactsNear "contacts-near" [Incident] None Help Incident;

    /// Show the numbers of whoever is under the hand; it is logged why.
    ContactCall "contact-call" [Network] None Hint Network;
    /// They answered; it is logged.
    ContactAnswered "contact-answered" [Network] None Hint Network;
    /// They did not answer; it is logged, and the second time the next one is
    /// under the hand.
    ContactNoAnswer "contact-no-answer" [Network] None Hint Network;
    /// The line was busy; it is logged.
    ContactBusy "contact-busy" [Network] None Help Network;
    /// The number reaches nobody any more; it is logged.
    ContactDead "contact-dead" [Network] None Help Network;
    /// A code that a telephone can read the number from.
    ContactTel "contact-tel" [Network] None Help Network;
    /// Correct what is known of them.
    ContactAmend "contact-amend" [Network] None Help Network;
    /// All of it was right today.
    ContactVerify "contact-verify" [Network] None Help Network;
    /// From the tree to the people, and back.
    PaneSwitch "pane-switch" [Network] None Help Movement;

    /// Open what is under the highlight.
    ListOpen "list-open" [List] None Hint Movement;
    /// One row down.
    ListDown "list-down" [List, Filter, Picker, Search] None Help Movement;
    /// One row up.
    ListUp "list-up" [List, Filter, Picker, Search] None Help Movement;
    /// One page down.
    ListPageDown "list-page-down" [List, Filter, Picker, Search] None Help Movement;
    /// One page up.
    ListPageUp "list-page-up" [List, Filter, Picker, Search] None Help Movement;
    /// Half a page down.
    ListHalfPageDown "list-half-page-down" [List] None Help Movement;
    /// Half a page up.
    ListHalfPageUp "list-half-page-up" [List] None Help Movement;
    /// The first row.
    ListFirst "list-first" [List] None Help Movement;
    /// The last row.
    ListLast "list-last" [List] None Help Movement;
    /// Text one line down; in the queue, the text of the pane beside it.
    ScrollDown "scroll-down" [Scroll, Queue] None Help Movement;
    /// Text one line up.
    ScrollUp "scroll-up" [Scroll, Queue] None Help Movement;
    /// Text one page down.
    ScrollPageDown "scroll-page-down" [Scroll] None Room Movement;
    /// Text one page up.
    ScrollPageUp "scroll-page-up" [Scroll] None Help Movement;
    /// The text's beginning.
    ScrollFirst "scroll-first" [Scroll] None Help Movement;
    /// The text's end.
    ScrollLast "scroll-last" [Scroll] None Help Movement;
    /// Narrow the list while typing.
    ListFilter "list-filter" [List] None Hint Movement;
    /// Show the whole list again.
    FilterClear "filter-clear" [List, Filter] None Help Movement;
    /// Keep the filter and return to the list.
    FilterApply "filter-apply" [Filter] None Hint Movement;
    /// Mark this one, or take its mark away: the next verb is for all that are
    /// marked.
    MarkToggle "mark-toggle" [Queue] None Help Movement;
    /// Mark every row on the screen.
    MarkPage "mark-page" [Queue] None Help Movement;
    /// The lists that ship and those of one's own.
    ListsOpen "lists-open" [Queue] None Room Movement;
    /// The last word of the filter must not occur, or must again.
    FilterInvert "filter-invert" [Queue] None Help Movement;
    /// The next order of the list.
    QueueSort "queue-sort" [Queue] None Room Movement;
    /// The next list: open, all, struck off.
    QueueView "queue-view" [Queue] None Help Movement;
    /// What is snoozed, and back.
    QueueSuppressed "queue-suppressed" [Queue] None Help Movement;
    /// The next red that nobody answers for.
    QueueNextUnacknowledgedRed "queue-next-unacknowledged-red" [Global] None Room Movement;
    /// To the incident that the banner announces.
    BannerJump "banner-jump" [Global] None Help Movement;
    /// Back to where one was before the jump.
    BannerReturn "banner-return" [Global] None Help Movement;
    /// One step back.
    BackStep "back-step" [Board, Help] None Help Movement;

    /// Try a refused act again, or mend it first.
    OutboxRetry "outbox-retry" [Outbox] None Hint Outbox;
    /// Keep a refused act's words as a note.
    OutboxToNote "outbox-to-note" [Outbox] None Hint Outbox;
    /// Give a refused act up.
    OutboxDiscard "outbox-discard" [Outbox] TypeToConfirm Hint Outbox;

    /// Who fills the gap under the highlight.
    RosterAssign "roster-assign" [Roster] None Hint Roster;
    /// Take somebody off, from now on or whole, with the reason.
    RosterRemove "roster-remove" [Roster] None Hint Roster;
    /// Somebody has reported that the person is there.
    RosterCheckIn "roster-check-in" [Roster] None Hint Roster;
    /// See the number, ring, and say how it went.
    RosterCall "roster-call" [Roster] None Hint Roster;
    /// Set up a new post: a village's, a patrol team, a checkpoint.
    RosterPostAdd "roster-post-add" [Roster] None Help Roster;
    /// From the list to tonight's strip, and back.
    RosterView "roster-view" [Roster] None Hint Roster;
    /// The post at the left on the strip; in the list, one step back.
    RosterLeft "roster-left" [Roster] None Help Roster;
    /// The post at the right on the strip.
    RosterRight "roster-right" [Roster] None Help Roster;
    /// This seat answers for the warning.
    WarningAcknowledge "warning-acknowledge" [Warnings] None Hint Warning;
    /// To a graver colour, with a reason.
    WarningUpgrade "warning-upgrade" [Warnings] None Hint Warning;
    /// To the next lighter colour, with a reason; a leader's.
    WarningDowngrade "warning-downgrade" [Warnings] None Hint Warning;
    /// There is nothing to be warned of any more, with a reason.
    WarningLift "warning-lift" [Warnings] None Hint Warning;
    /// Warn of a place; of the incident under the hand.
    WarningRaise "warning-raise" [Warnings, Incident] None Hint Warning;
    /// By colour, by town, by age.
    WarningGroup "warning-group" [Warnings] None Hint Warning;

    /// A telephone call at the desk.
    LogCall "log-call" [Log] None Hint Duty;
    /// A new line that corrects the one under the cursor.
    LogCorrect "log-correct" [Log] None Hint Duty;
    /// A line that says that the promise under the cursor was kept.
    LogKeep "log-keep" [Log] None Hint Duty;
    /// The number of the call under the cursor, whole; the log keeps who looked.
    LogReveal "log-reveal" [Log] None Hint Duty;
    /// On duty, with a sound test.
    DutySignOn "duty-sign-on" [Log, Handover] None Hint Duty;
    /// Gone through, or not yet.
    HandoverTick "handover-tick" [Handover] None Hint Duty;
    /// What comes next in a matter.
    HandoverNext "handover-next" [Handover] None Hint Duty;
    /// Sign what is handed on.
    HandoverOffer "handover-offer" [Handover] None Hint Duty;
    /// Sign what was gone through.
    HandoverTake "handover-take" [Handover] None Hint Duty;

    /// The next field.
    FieldNext "field-next" [Text] None Help Form;
    /// The field before.
    FieldPrevious "field-previous" [Text] None Help Form;
    /// Done with this field: the next one, its list, or a new line in a long
    /// text.
    FieldEnter "field-enter" [Form, Dialog, SignIn] None Help Form;
    /// Done with this field, also with a long text: the next one, its list, or
    /// the end of the form.
    FieldDone "field-done" [Form, Dialog] None Help Form;
    /// One sign back; where there is none, one field; from the first one out.
    FieldTakeBack "field-take-back" [Form, Dialog, Picker, Filter, Search] None Help Form;
    /// The phrases that suit the field, by number.
    PhraseOpen "phrase-open" [Form, Dialog] None Room Form;
    /// Open the list that belongs to the field.
    PickerOpen "picker-open" [Form, Dialog] None Hint Form;
    /// Hand the form in.
    FormSubmit "form-submit" [Form, Dialog, SignIn] None Hint Form;
    /// Leave the form; what was typed is kept as a draft.
    FormCancel "form-cancel" [Form, Dialog, SignIn] None Hint Form;
    /// Take what is under the highlight.
    PickerAccept "picker-accept" [Picker] None Hint Form;
    /// Mark or unmark a row where several may be chosen.
    PickerToggle "picker-toggle" [Picker] None Hint Form;
    /// Take the row with the number that was pressed.
    PickerNumber "picker-number" [Picker] None Help Form;
    /// Leave the list without choosing.
    PickerCancel "picker-cancel" [Picker] None Hint Form;
    /// Yes, do it.
    AnswerYes "answer-yes" [Confirm] None Hint Form;
    /// No, leave it.
    AnswerNo "answer-no" [Confirm] None Hint Form;

    /// Register an incident.
    IncidentNew "incident-new" [Global] None Hint Desk;
    /// Find people, cases and places from anywhere.
    SearchOpen "search-open" [Global] None Room Desk;
    /// Open what is under the hand.
    SearchTake "search-take" [Search] None Hint Movement;
    /// The next kind of thing: all, people, cases, places.
    SearchKind "search-kind" [Search] None Hint Movement;
    /// Leave the search.
    SearchClose "search-close" [Search] None Hint Movement;
    /// The mediation network.
    BoardNetwork "board-network" [Board] None Help Desk;
    /// The incident board.
    BoardIncidents "board-incidents" [Board] None Help Desk;
    /// The roster: who is on now, and where somebody is missing.
    BoardRoster "board-roster" [Board] None Help Desk;
    /// The board of warnings.
    BoardWarnings "board-warnings" [Board] None Help Desk;
    /// The duty log.
    LogOpen "log-open" [Global] None Help Duty;
    /// The handover.
    HandoverOpen "handover-open" [Global] None Help Duty;
    /// A line into the duty log, from anywhere.
    LogWrite "log-write" [Global] None Help Duty;
    /// What waits to be sent and what was refused.
    OutboxOpen "outbox-open" [Board] None Help Desk;
    /// Look at the next incident that may be the same matter.
    AlikeOpen "alike-open" [Detail, Form] None Help Desk;
    /// The next conflict that nobody has ruled on.
    ConflictNext "conflict-next" [Board] None Help Desk;
    /// Send and fetch now.
    SyncNow "sync-now" [Global] None Help Desk;
    /// Silence the bell for ten minutes, never for red.
    BellMute "bell-mute" [Board] None Help Desk;
    /// Lock the desk.
    SessionLock "session-lock" [Global] None Help Desk;
    /// From the theme of the day to that of the night, and back.
    ThemeSwitch "theme-switch" [Global] None Help Desk;
    /// The next theme.
    ThemeNext "theme-next" [Global] None Help Desk;
    /// The next keymap.
    KeymapNext "keymap-next" [Global] None Help Desk;
    /// The other language.
    LanguageSwitch "language-switch" [Global] None Help Desk;
    /// The line for commands, over whatever is open.
    CommandOpen "command-open" [Global] None Room Desk;
    /// Do what the line says.
    CommandRun "command-run" [Command] None Hint Form;
    /// Complete the word.
    CommandComplete "command-complete" [Command] None Hint Form;
    /// The command before.
    CommandEarlier "command-earlier" [Command] None Help Form;
    /// The command after.
    CommandLater "command-later" [Command] None Help Form;
    /// Leave the line.
    CommandCancel "command-cancel" [Command] None Hint Form;
    /// Paint the screen anew.
    ScreenRedraw "screen-redraw" [Global] None Help Desk;
    /// Stop the program and return to the shell for a while.
    AppSuspend "app-suspend" [Global] None Help Desk;
    /// The next board of the big screen.
    WallNext "wall-next" [Wall] None Hint Desk;
    /// The board before.
    WallPrevious "wall-previous" [Wall] None Hint Desk;
    /// Let the boards stand, or turn again.
    WallPause "wall-pause" [Wall] None Hint Desk;
    /// The board with the number that was pressed.
    WallPick "wall-pick" [Wall] None Help Desk;
    /// Leave the big screen.
    WallLeave "wall-leave" [Wall] None Hint Desk;
    /// Leave the program.
    AppQuit "app-quit" [Global] None Help Desk;
    /// The keys that work here.
    HelpOpen "help-open" [Global] None Hint Desk;
}

impl Action {
    /// Its name in keymap files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// How it is secured.
    #[must_use]
    pub const fn danger(self) -> Danger {
        self.row().danger
    }

    /// Its short name in the chosen language.
    #[must_use]
    pub fn short(self) -> Cow<'static, str> {
        i18n::text(self.row().short_key)
    }

    /// Its help sentence in the chosen language.
    #[must_use]
    pub fn help(self) -> Cow<'static, str> {
        i18n::text(self.row().help_key)
    }

    /// Whether a keymap may bind it in this section: one of its own, one that
    /// stands on it, or one on which it stands.
    #[must_use]
    pub fn may_be_bound_in(self, section: Context) -> bool {
        let homes = self.row().contexts;
        homes.contains(&section) || homes.iter().any(|home| section.chain().contains(home))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No action has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no action is called {0:?}")]
pub struct UnknownAction(pub String);

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.name() == text)
            .ok_or_else(|| UnknownAction(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_action_has_a_kebab_name_that_round_trips() {
        for action in Action::ALL {
            assert_eq!(action.name().parse(), Ok(*action));
            let kebab = action
                .name()
                .chars()
                .all(|sign| sign.is_ascii_lowercase() || sign == '-');
            assert!(
                kebab && action.name().contains('-'),
                "{action} is not object-verb in kebab case"
            );
        }
        assert!("incident-explode".parse::<Action>().is_err());
    }

    #[test]
    fn every_action_is_named_and_explained_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            for action in Action::ALL {
                for key in [action.row().short_key, action.row().help_key] {
                    assert!(i18n::has(language, key), "{} lacks {key}", language.tag());
                }
            }
        }
    }

    #[test]
    fn an_action_is_bound_at_home_or_nearer_but_not_elsewhere() {
        let action = Action::IncidentAccept;
        assert!(action.may_be_bound_in(Context::Incident));
        assert!(action.may_be_bound_in(Context::Queue));
        assert!(!action.may_be_bound_in(Context::Global));
        assert!(!action.may_be_bound_in(Context::Form));
    }
}
