//! What stands in a form, as a draft in the store, and back.

use serde_json::{Map, Value as Json};

use super::form::{Chosen, Form, Slot, Value};

/// Keys of a draft that name no field.
const FOCUS_KEY: &str = "@focus";
const CURSOR_KEY: &str = "@cursor";

fn chosen_from_json(json: &Json) -> Option<Chosen> {
    let pair = json.as_array()?;
    Some(Chosen {
        code: pair.first()?.as_str()?.to_owned(),
        label: pair.get(1)?.as_str()?.to_owned(),
    })
}

impl Form {
    /// What was put in, as JSON text for the store of drafts. Passwords are
    /// left out.
    pub fn to_draft(&self) -> String {
        let mut map = Map::new();
        for field in &self.fields {
            let value = match &field.value {
                Value::Text(input) if field.slot != Slot::Password => {
                    Json::String(input.text().to_owned())
                }
                Value::Choice(choice) => match choice.at.and_then(|at| choice.options.get(at)) {
                    Some((code, _)) => Json::String(code.clone()),
                    None => continue,
                },
                Value::Pick(_, chosen) => Json::Array(
                    chosen
                        .iter()
                        .map(|one| serde_json::json!([one.code, one.label]))
                        .collect(),
                ),
                Value::Text(_) | Value::Told(_) => continue,
            };
            map.insert(field.slot.name().to_owned(), value);
        }
        if let Some(field) = self.focused() {
            map.insert(FOCUS_KEY.to_owned(), field.slot.name().into());
            if let Value::Text(input) = &field.value {
                map.insert(CURSOR_KEY.to_owned(), input.cursor().into());
            }
        }
        Json::Object(map).to_string()
    }

    /// Takes a draft back. What does not fit this form any more is left out.
    pub fn take_draft(&mut self, draft: &str) {
        let Ok(Json::Object(map)) = serde_json::from_str(draft) else {
            return;
        };
        for field in &mut self.fields {
            let Some(saved) = map.get(field.slot.name()) else {
                continue;
            };
            match (&mut field.value, saved) {
                (Value::Text(input), Json::String(text)) => {
                    input.set_text(text);
                }
                (Value::Choice(choice), Json::String(code)) => {
                    choice.at = choice.options.iter().position(|(own, _)| own == code);
                }
                (Value::Pick(_, chosen), Json::Array(saved)) => {
                    *chosen = saved.iter().filter_map(chosen_from_json).collect();
                }
                _ => {}
            }
        }
        let focus = map.get(FOCUS_KEY).and_then(Json::as_str);
        if let Some(slot) = Slot::ALL.iter().find(|slot| Some(slot.name()) == focus) {
            self.focus_on(*slot);
            let cursor = map.get(CURSOR_KEY).and_then(Json::as_u64);
            if let (Some(cursor), Some(field)) = (cursor, self.focused_mut())
                && let Value::Text(input) = &mut field.value
            {
                input.set_cursor(usize::try_from(cursor).unwrap_or(usize::MAX));
            }
        }
    }
}
