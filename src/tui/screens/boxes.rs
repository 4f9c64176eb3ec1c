//! Dialogs, the form of a new incident, and lists to pick from.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::{Layout, fields, layout};
use crate::domain::incident::verb::Verb;
use crate::i18n::t;
use crate::tui::app::dialog::{Dialog, Kind, Saving, Waiting};
use crate::tui::app::form::PickWhat;
use crate::tui::app::model::{Layer, Model};
use crate::tui::app::picker::Picker;
use crate::tui::app::words::{alike, names};
use crate::tui::keys::{Action, Context, Keymap};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::popup::Popup;
use crate::tui::widgets::table::{Cell, Column, Highlight, Width};

/// Cells inside a dialog, at most.
const DIALOG_COLUMNS_MAX: u16 = 66;
/// Rows of a dialog besides its fields: what it is about, and what went wrong.
const ABOUT_ROWS: u16 = 2;
const TROUBLE_ROWS: u16 = 2;
/// Suggestions of duplicates under a form, and the height from which they are
/// shown one by one.
const SUGGESTIONS_SHOWN_MAX: usize = 3;
const SUGGESTIONS_HEIGHT_MIN: u16 = 14;
/// Size of a list to pick from.
const PICKER_COLUMNS_MAX: u16 = 60;
const PICKER_ROWS_MAX: u16 = 16;
const NUMBERED_ROWS_MAX: u16 = 9;
/// Cells of what stands beside a row's name.
const ASIDE_CELLS: u16 = 16;
/// The same for a code of the standard's tables.
const CODE_CELLS: u16 = 4;

/// Where a dialog's box lies.
fn place(dialog: &Dialog, layout: Layout, screen: Rect) -> Rect {
    match dialog.kind {
        Kind::New { .. } => layout.body,
        Kind::Act { .. } | Kind::Several { .. } | Kind::Discard { .. } | Kind::Find => {
            let trouble = if dialog.trouble.is_some() {
                TROUBLE_ROWS
            } else {
                0
            };
            let inner = Size::new(
                DIALOG_COLUMNS_MAX.min(screen.width.saturating_sub(4)),
                fields::rows(&dialog.form) + ABOUT_ROWS + trouble,
            );
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
    Rect {
        y: inner.y + ABOUT_ROWS,
        height: inner.height.saturating_sub(ABOUT_ROWS + below),
        ..inner
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
    let outer = place(dialog, layout, screen);
    let inner = Rect {
        x: outer.x + 2,
        width: outer.width.saturating_sub(4),
        ..outer
    };
    fields::focused_width(pen, &dialog.form, fields_area(dialog, inner))
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
    let about = about(dialog);
    pen.text(buf, inner.as_position(), inner.width, &about, Role::Dim);
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
        Kind::Discard { .. } => t!("dialog.discard").into_owned(),
        Kind::Find => t!("dialog.find").into_owned(),
    }
}

/// What it is about: the incident, or how far the new one is saved.
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
                t!("dialog.about-holder", about = named, holder = holder).into_owned()
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
        Kind::Discard { .. } => t!("dialog.discard-about").into_owned(),
        Kind::Several { .. } => t!("bulk.about").into_owned(),
        Kind::Find => String::new(),
    }
}

/// The keys that hand it in and leave it, in the border.
fn footer(model: &Model, dialog: &Dialog) -> String {
    if dialog.waiting != Waiting::Officer {
        return t!("dialog.waiting").into_owned();
    }
    let context = match dialog.kind {
        Kind::New { .. } => Context::Form,
        Kind::Act { .. } | Kind::Several { .. } | Kind::Discard { .. } | Kind::Find => {
            Context::Dialog
        }
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

fn picker_place(screen: Rect, rows_max: u16) -> Rect {
    let inner = Size::new(
        PICKER_COLUMNS_MAX.min(screen.width.saturating_sub(8)),
        rows_max.min(screen.height.saturating_sub(6)) + 1,
    );
    Popup::centred(screen, inner)
}

/// Rows of the list.
pub fn picker_rows(picker: &Picker, keymap: &Keymap, screen: Rect) -> usize {
    let place = picker_place(screen, rows_max(picker, keymap));
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
    picker: &Picker,
    keymap: &Keymap,
    pen: Pen<'_>,
    screen: Rect,
    buf: &mut Buffer,
    highlight: Highlight,
) -> Option<Position> {
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
    let inner = popup.draw(pen, picker_place(screen, rows_max(picker, keymap)), buf);
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
        (&t!("dialog.pick-filter"), &columns, highlight),
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
