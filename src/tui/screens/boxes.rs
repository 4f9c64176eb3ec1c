//! Dialogs, the form of a new incident, and lists to pick from.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::{Layout, fields, layout};
use crate::domain::incident::verb::Verb;
use crate::domain::record::Body;
use crate::i18n::t;
use crate::tui::app::dialog::{Dialog, Kind, Saving, Waiting};
use crate::tui::app::form::PickWhat;
use crate::tui::app::model::{Layer, Model};
use crate::tui::app::picker::Picker;
use crate::tui::app::words::{alike, names, roster as words};
use crate::tui::keys::{Action, Context, Keymap};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::popup::Popup;
use crate::tui::widgets::table::{Cell, Column, Width};

/// Cells inside a dialog, at most.
const DIALOG_COLUMNS_MAX: u16 = 66;
/// Rows of what went wrong.
const TROUBLE_ROWS: u16 = 2;
/// From this height of the body a dialog's long texts get more rows each.
const ROOMY_ROWS_MIN: u16 = 30;
const ROOMY_BLOCK_ROWS: u16 = 2;
/// Suggestions of duplicates under a form, and the height from which they are
/// shown one by one.
const SUGGESTIONS_SHOWN_MAX: usize = 3;
const SUGGESTIONS_HEIGHT_MIN: u16 = 14;
/// Size of a list to pick from.
const PICKER_COLUMNS_MAX: u16 = 60;
const PICKER_COLUMNS_MIN: u16 = 40;
const PICKER_ROWS_MAX: u16 = 16;
const NUMBERED_ROWS_MAX: u16 = 9;
/// Cells of what stands beside a row's name.
const ASIDE_CELLS: u16 = 16;
/// The same for why somebody can be asked.
const ABLE_CELLS: u16 = 30;
/// The same for a code of the standard's tables.
const CODE_CELLS: u16 = 4;

/// Where a dialog's box lies.
fn place(dialog: &Dialog, layout: Layout, screen: Rect) -> Rect {
    match dialog.kind {
        // Beside it nothing is read: what is there is another incident.
        Kind::New { .. } => Rect {
            width: layout.frame.width,
            ..layout.body
        },
        Kind::Act { .. }
        | Kind::Several { .. }
        | Kind::Discard { .. }
        | Kind::Duty(_)
        | Kind::Roster(_)
        | Kind::Warning { .. }
        | Kind::Contact { .. } => {
            let trouble = if dialog.trouble.is_some() {
                TROUBLE_ROWS
            } else {
                0
            };
            let roomy = if layout.body.height < ROOMY_ROWS_MIN {
                0
            } else {
                fields::blocks(&dialog.form) * ROOMY_BLOCK_ROWS
            };
            let columns = DIALOG_COLUMNS_MAX.min(screen.width.saturating_sub(4));
            let fields = fields::rows(&dialog.form, columns);
            let rows = fields + roomy + about_rows(dialog) + trouble;
            let inner = Size::new(columns, rows);
            Popup::centred(layout.body, inner)
        }
    }
}

/// The part of a box that holds the fields.
fn fields_area(dialog: &Dialog, inner: Rect) -> Rect {
    let trouble = if dialog.trouble.is_some() {
        TROUBLE_ROWS
    } else {
        0
    };
    let below = trouble + suggestion_rows(dialog, inner.height);
    let above = about_rows(dialog).min(inner.height);
    Rect {
        y: inner.y + above,
        height: inner.height.saturating_sub(above + below),
        ..inner
    }
}

/// Rows of what it is about, with the blank one under them.
fn about_rows(dialog: &Dialog) -> u16 {
    match about(dialog).lines().count() {
        0 => 0,
        rows => u16::try_from(rows + 1).unwrap_or(u16::MAX),
    }
}

/// Rows for what may be the same matter: a heading and the first ones. Where
/// the form is low, the fields come first.
fn suggestion_rows(dialog: &Dialog, height: u16) -> u16 {
    match dialog.suggested.found.len() {
        0 => 0,
        _ if height < SUGGESTIONS_HEIGHT_MIN => 1,
        count => {
            let shown = u16::try_from(count.min(SUGGESTIONS_SHOWN_MAX)).unwrap_or(0);
            1 + shown
        }
    }
}

/// Draws what may be the same matter, one row each: why, then which.
fn draw_suggestions(model: &Model, dialog: &Dialog, pen: Pen<'_>, rows: Rect, buf: &mut Buffer) {
    let found = &dialog.suggested.found;
    let mut rows = rows.rows();
    if let Some(row) = rows.next() {
        let heading = alike::heading(found.len(), &model.setup.keymap, Context::Form);
        pen.text(buf, row.as_position(), row.width, &heading, Role::Title);
    }
    for (found, row) in found.iter().zip(rows) {
        let (which, why) = alike::suggestion(found, model.now);
        let line = format!("  {why} {which}");
        pen.text(buf, row.as_position(), row.width, &line, Role::Text);
    }
}

/// Cells of the focused field, as far as the box is known.
pub fn field_width(model: &Model, screen: Rect) -> u16 {
    let pen = Pen::new(&model.setup.theme, model.setup.ambiguous);
    let layout = layout(model, screen);
    let Some(Layer::Dialog(dialog)) = model.desk.as_ref().and_then(|desk| desk.layers.last())
    else {
        return screen.width;
    };
    focused_value(dialog, pen, layout, screen).map_or(screen.width, |value| value.width)
}

/// Where the value of the focused field of a dialog lies.
fn focused_value(dialog: &Dialog, pen: Pen<'_>, layout: Layout, screen: Rect) -> Option<Rect> {
    let inner = Popup::inside(place(dialog, layout, screen));
    fields::focused_value(pen, &dialog.form, fields_area(dialog, inner))
}

/// Draws a dialog and returns where the cursor belongs.
pub fn draw_dialog(
    model: &Model,
    dialog: &Dialog,
    pen: Pen<'_>,
    layout: Layout,
    buf: &mut Buffer,
) -> Option<Position> {
    let outer = place(dialog, layout, buf.area);
    let title = title(dialog);
    let footer = footer(model, dialog);
    let popup = Popup {
        title: &title,
        footer: &footer,
        border: Role::Border,
    };
    let inner = popup.draw(pen, outer, buf);
    for (line, row) in about(dialog).lines().zip(inner.rows()) {
        pen.text(buf, row.as_position(), row.width, line, Role::Dim);
    }
    let area = fields_area(dialog, inner);
    let hints = Rect {
        y: area.bottom(),
        height: suggestion_rows(dialog, inner.height),
        ..inner
    };
    if hints.height > 0 {
        draw_suggestions(model, dialog, pen, hints, buf);
    }
    if let Some(trouble) = &dialog.trouble {
        let below = Rect {
            y: hints.bottom(),
            height: inner.bottom().saturating_sub(hints.bottom()),
            ..inner
        };
        let shown = pen.shown(trouble);
        let wrapped =
            crate::text::wrap::wrap(&shown, usize::from(below.width), usize::from(below.height));
        for (line, row) in wrapped.lines.iter().zip(below.rows()) {
            pen.text(buf, row.as_position(), row.width, line, Role::Error);
        }
    }
    fields::draw(pen, &dialog.form, area, buf)
}

fn title(dialog: &Dialog) -> String {
    match &dialog.kind {
        Kind::New { .. } => t!("dialog.new-incident").into_owned(),
        Kind::Act { verb, .. } => names::verb(*verb),
        Kind::Several { verb, aims } => {
            t!("bulk.title", verb = names::verb(*verb), n = aims.len()).into_owned()
        }
        Kind::Roster(asked) => words::asked(asked),
        Kind::Discard { .. } => t!("dialog.discard").into_owned(),
        Kind::Duty(form) => form.title(),
        Kind::Warning { verb, .. } => names::verb(*verb),
        Kind::Contact { verb, .. } => names::verb(*verb),
    }
}

/// What it is about, one line or two: the incident, and who has it where that
/// matters; or how far the new one is saved.
fn about(dialog: &Dialog) -> String {
    match &dialog.kind {
        Kind::Act { verb, aim } => {
            let named = format!(
                "{} {}",
                names::number(aim.id, &aim.incident),
                names::title(&aim.incident)
            );
            if *verb == Verb::Accept || *verb == Verb::Finish || *verb == Verb::Return {
                let holder = names::holder(&aim.incident.step.holder);
                let holder = t!("dialog.about-holder", holder = holder);
                format!("{named}\n{holder}")
            } else {
                named
            }
        }
        Kind::New { id, saving } => match saving {
            Saving::Not => t!("form.not-saved").into_owned(),
            Saving::Registering => t!("form.saving").into_owned(),
            Saving::Saved(aim) | Saving::Amending(aim) => {
                t!("form.saved", number = names::number(*id, &aim.incident)).into_owned()
            }
        },
        Kind::Roster(asked) => words::asked_about(asked),
        Kind::Discard { .. } => t!("dialog.discard-about").into_owned(),
        Kind::Contact { record, .. } => match &record.body {
            Body::Person(person) => format!("{} {}", person.name, person.post),
            _ => String::new(),
        },
        Kind::Several { .. } => t!("bulk.about").into_owned(),
        Kind::Duty(form) => form.about(),
        Kind::Warning { aim, .. } => aim.about().to_owned(),
    }
}

/// The keys that hand it in and leave it, in the border.
fn footer(model: &Model, dialog: &Dialog) -> String {
    if dialog.waiting != Waiting::Officer {
        return t!("dialog.waiting").into_owned();
    }
    let context = match dialog.kind {
        Kind::New { .. } => Context::Form,
        Kind::Act { .. }
        | Kind::Several { .. }
        | Kind::Discard { .. }
        | Kind::Duty(_)
        | Kind::Roster(_)
        | Kind::Warning { .. }
        | Kind::Contact { .. } => Context::Dialog,
    };
    [Action::FormSubmit, Action::FormCancel]
        .into_iter()
        .filter_map(|action| {
            let keys = model.setup.keymap.keys_for(context, action).next()?;
            Some(format!("{} {}", keys.label(), action.short()))
        })
        .collect::<Vec<_>>()
        .join("  ")
}

/// Whether rows carry the numbers by which keys choose them.
pub fn is_numbered(picker: &Picker, keymap: &Keymap) -> bool {
    let by_number = Action::PickerNumber;
    picker.is_numbered() && keymap.keys_for(Context::Picker, by_number).next().is_some()
}

/// Where the list lies: under the field that it belongs to, with the labels
/// left free; over it where there is no room below; in the middle where it
/// belongs to no field.
fn picker_place(model: &Model, picker: &Picker, screen: Rect) -> Rect {
    let rows = rows_max(picker, &model.setup.keymap).min(screen.height.saturating_sub(6)) + 1;
    let columns = PICKER_COLUMNS_MAX.min(screen.width.saturating_sub(8));
    let middle = Popup::centred(screen, Size::new(columns, rows));
    let layout = layout(model, screen);
    let below = model.desk.as_ref().and_then(|desk| {
        let under = desk.layers.iter().rev().nth(1)?;
        let Layer::Dialog(dialog) = under else {
            return None;
        };
        let pen = Pen::new(&model.setup.theme, model.setup.ambiguous);
        let value = focused_value(dialog, pen, layout, screen)?;
        Some((value, place(dialog, layout, screen)))
    });
    let Some((value, dialog)) = below else {
        return middle;
    };
    // Its text begins where the value does, and it ends where the dialog does.
    let x = value.x.saturating_sub(2);
    let width = dialog.right().saturating_sub(x).max(PICKER_COLUMNS_MIN);
    let width = width.min(middle.width);
    let lowest = layout.hint.y.saturating_sub(middle.height + 1);
    Rect {
        x: x.min(screen.right().saturating_sub(width)),
        y: value.bottom().min(lowest).max(layout.frame.bottom()),
        width,
        ..middle
    }
}

/// Rows of the list.
pub fn picker_rows(model: &Model, picker: &Picker, screen: Rect) -> usize {
    let place = picker_place(model, picker, screen);
    usize::from(place.height.saturating_sub(3))
}

/// Where rows are numbered, no more than there are digits; phrases are few.
fn rows_max(picker: &Picker, keymap: &Keymap) -> u16 {
    if picker.what == PickWhat::Phrase {
        let count = u16::try_from(picker.all()).unwrap_or(u16::MAX);
        count.clamp(1, NUMBERED_ROWS_MAX) + 1
    } else if is_numbered(picker, keymap) {
        NUMBERED_ROWS_MAX
    } else {
        PICKER_ROWS_MAX
    }
}

/// Phrases have nothing beside them.
fn aside_cells(picker: &Picker) -> u16 {
    match picker.what {
        PickWhat::Phrase => 0,
        PickWhat::Category | PickWhat::Method => CODE_CELLS,
        PickWhat::Area | PickWhat::Holder | PickWhat::Holders | PickWhat::List | PickWhat::Case => {
            ASIDE_CELLS
        }
        PickWhat::Able => ABLE_CELLS,
    }
}

/// The keys that mark, choose and leave, in the border.
fn picker_footer(picker: &Picker, keymap: &Keymap) -> String {
    let toggle = match picker.what {
        PickWhat::Holders => Some(Action::PickerToggle.short()),
        PickWhat::List => Some(t!("list.forget")),
        PickWhat::Area
        | PickWhat::Category
        | PickWhat::Method
        | PickWhat::Holder
        | PickWhat::Case
        | PickWhat::Able
        | PickWhat::Phrase => None,
    };
    let others = [Action::PickerAccept, Action::PickerCancel];
    toggle
        .map(|short| (Action::PickerToggle, short))
        .into_iter()
        .chain(others.map(|action| (action, action.short())))
        .filter_map(|(action, short)| {
            let keys = keymap.keys_for(Context::Picker, action).next()?;
            Some(format!("{} {short}", keys.label()))
        })
        .collect::<Vec<_>>()
        .join("  ")
}

/// Draws the list and returns where the cursor belongs.
pub fn draw_picker(
    model: &Model,
    picker: &Picker,
    pen: Pen<'_>,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let keymap: &Keymap = &model.setup.keymap;
    let title = match picker.what {
        PickWhat::Phrase => format!("{} {}", Action::PhraseOpen.short(), picker.slot.label()),
        _ => picker.slot.label(),
    };
    let footer = picker_footer(picker, keymap);
    let popup = Popup {
        title: &title,
        footer: &footer,
        border: Role::Border,
    };
    let inner = popup.draw(pen, picker_place(model, picker, screen), buf);
    let columns = [
        Column::new("", Width::Fixed(1)),
        Column::new("", Width::Flex(1)),
        Column::new("", Width::Fixed(aside_cells(picker))),
    ];
    let shown = picker
        .state
        .visible(usize::from(inner.height.saturating_sub(1)));
    let numbered = is_numbered(picker, keymap);
    picker.state.draw(
        pen,
        inner,
        buf,
        (&t!("dialog.pick-filter"), &columns, model.highlight()),
        |code| {
            let number = shown
                .iter()
                .position(|own| own == code)
                .map_or(0, |at| at + 1);
            let mark = match (picker.state.is_marked(code), numbered) {
                (true, _) => "*".to_owned(),
                (false, true) => number.to_string(),
                (false, false) => String::new(),
            };
            let (label, aside) = picker.row(code).map_or_else(
                || (String::new(), String::new()),
                |row| (row.label.clone(), row.aside.clone()),
            );
            vec![
                Cell::new(mark, Role::Marker),
                Cell::new(label, Role::Text),
                Cell::new(aside, Role::Dim),
            ]
        },
    )
}
