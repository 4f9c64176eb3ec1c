//! First run, sign-in, the locked screen, and signing in again: who sits here.

use super::effect::{Credentials, Effect, Secret};
use super::form::{Field, Form, Slot, Value};
use super::message::{GateTrouble, KnownOfficer};
use crate::domain::time::Timestamp;
use crate::i18n::t;
use zeroize::Zeroizing;

/// The longest account name, address and pin that are taken.
const ACCOUNT_CHARS_MAX: usize = 64;
const SERVICE_CHARS_MAX: usize = 200;
const PIN_CHARS_MAX: usize = 128;
/// The longest password.
const PASSWORD_CHARS_MAX: usize = 128;

/// Why somebody is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The desk knows no service yet.
    FirstRun,
    /// Nobody sits here.
    SignIn,
    /// Whoever sits here has locked the desk.
    Locked,
    /// The service wants a password again; the desk goes on behind.
    Again,
}

/// Whether an answer is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    No,
    Yes,
}

/// The gate.
#[derive(Clone, Debug)]
pub struct Gate {
    pub purpose: Purpose,
    pub form: Form,
    pub known: Vec<KnownOfficer>,
    pub busy: Busy,
    pub trouble: Option<GateTrouble>,
}

impl Gate {
    /// A gate for a desk that has a service, or has none yet.
    pub fn at_start(service: &str, pin: &str, known: Vec<KnownOfficer>) -> Self {
        let purpose = if service.is_empty() || known.is_empty() {
            Purpose::FirstRun
        } else {
            Purpose::SignIn
        };
        let account = known.first().map_or("", |one| one.account.as_str());
        let mut fields = Vec::new();
        if purpose == Purpose::FirstRun {
            fields.push(
                Field::line(Slot::Service, SERVICE_CHARS_MAX)
                    .must()
                    .hint(t!("signin.service-hint"))
                    .with_text(service),
            );
            fields.push(
                Field::line(Slot::Pin, PIN_CHARS_MAX)
                    .hint(t!("signin.pin-hint"))
                    .with_text(pin),
            );
        }
        fields.push(
            Field::line(Slot::Account, ACCOUNT_CHARS_MAX)
                .must()
                .with_text(account),
        );
        fields.push(Field::secret(Slot::Password, PASSWORD_CHARS_MAX).must());
        let mut form = Form::new(fields);
        if purpose == Purpose::SignIn {
            form.focus_on(Slot::Password);
        } else if !service.is_empty() {
            form.focus_on(Slot::Account);
        }
        Self {
            purpose,
            form,
            known,
            busy: Busy::No,
            trouble: None,
        }
    }

    /// A gate for the officer who sits here.
    pub fn for_officer(purpose: Purpose, account: &str, name: &str) -> Self {
        let form = Form::new(vec![
            Field::told(Slot::Account, format!("{name} ({account})")),
            Field::secret(Slot::Password, PASSWORD_CHARS_MAX).must(),
        ]);
        Self {
            purpose,
            form,
            known: vec![KnownOfficer {
                account: account.to_owned(),
                name: name.to_owned(),
            }],
            busy: Busy::No,
            trouble: None,
        }
    }

    /// Hands in what was typed.
    pub fn submit(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.busy == Busy::Yes {
            return Vec::new();
        }
        if let Some(GateTrouble::Wait { until }) = self.trouble
            && now < until
        {
            return Vec::new();
        }
        self.form.clear_errors();
        if self.form.check_filled(&t!("form.must")) == super::form::Filled::No {
            return Vec::new();
        }
        let credentials = self.credentials();
        self.busy = Busy::Yes;
        self.trouble = None;
        vec![match self.purpose {
            Purpose::FirstRun | Purpose::SignIn => Effect::SignIn(credentials),
            Purpose::Locked => Effect::Unlock(credentials),
            Purpose::Again => Effect::SignInAgain(credentials),
        }]
    }

    fn credentials(&mut self) -> Credentials {
        let account = match self.purpose {
            Purpose::FirstRun | Purpose::SignIn => self.form.text(Slot::Account).to_owned(),
            Purpose::Locked | Purpose::Again => self
                .known
                .first()
                .map_or_else(String::new, |one| one.account.clone()),
        };
        let mut password = Zeroizing::new(String::new());
        if let Some(Value::Text(input)) = self
            .form
            .field_mut(Slot::Password)
            .map(|field| &mut field.value)
        {
            password.push_str(input.text());
        }
        Credentials {
            service: self.form.text(Slot::Service).to_owned(),
            pin: self.form.text(Slot::Pin).to_owned(),
            account,
            password: Secret(password),
        }
    }

    /// Takes a no.
    pub fn fail(&mut self, trouble: GateTrouble) {
        self.busy = Busy::No;
        let slot = match trouble {
            GateTrouble::CertificateChanged => Slot::Pin,
            GateTrouble::BadAddress(_) => Slot::Service,
            GateTrouble::WrongPassword { .. }
            | GateTrouble::Wait { .. }
            | GateTrouble::Unreachable(_)
            | GateTrouble::AccountRefused
            | GateTrouble::Revoked { .. }
            | GateTrouble::Store(_)
            | GateTrouble::Other(_) => Slot::Password,
        };
        if let Some(Value::Text(input)) = self
            .form
            .field_mut(Slot::Password)
            .map(|field| &mut field.value)
        {
            input.clear();
        }
        self.form.focus_on(slot);
        self.trouble = Some(trouble);
    }

    /// Puts in who is going to sign in, so that only the password is left.
    pub fn expect_officer(&mut self, account: &str) {
        let Some(Value::Text(input)) = self
            .form
            .field_mut(Slot::Account)
            .map(|field| &mut field.value)
        else {
            return;
        };
        input.set_text(account);
        let nowhere = self.purpose == Purpose::FirstRun && self.form.text(Slot::Service).is_empty();
        if !nowhere {
            self.form.focus_on(Slot::Password);
        }
    }

    /// The next or previous account that this desk knows.
    pub fn cycle_account(&mut self, step: super::form::Move) {
        if self.known.is_empty() {
            return;
        }
        let typed = self.form.text(Slot::Account).to_owned();
        let count = self.known.len();
        let at = self.known.iter().position(|one| one.account == typed);
        let next = match (at, step) {
            (None, _) => 0,
            (Some(at), super::form::Move::Next) => (at + 1) % count,
            (Some(at), super::form::Move::Previous) => (at + count - 1) % count,
        };
        let account = self.known[next].account.clone();
        if let Some(Value::Text(input)) = self
            .form
            .field_mut(Slot::Account)
            .map(|field| &mut field.value)
        {
            input.set_text(&account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(gate: &Gate) -> (String, Option<Slot>) {
        let account = gate.form.text(Slot::Account).to_owned();
        (account, gate.form.focused().map(|field| field.slot))
    }

    #[test]
    fn who_is_named_at_the_start_has_only_the_password_to_type() {
        let url = "https://127.0.0.1:8443";
        let mut gate = Gate::at_start(url, "", Vec::new());
        assert_eq!(stands(&gate), (String::new(), Some(Slot::Account)));
        gate.expect_officer("duty1");
        assert_eq!(stands(&gate), ("duty1".into(), Some(Slot::Password)));
        // Where the service is not known that is asked for first.
        let mut gate = Gate::at_start("", "", Vec::new());
        gate.expect_officer("duty1");
        assert_eq!(stands(&gate), ("duty1".into(), Some(Slot::Service)));
        // Somebody else than the desk's latest officer.
        let known = vec![KnownOfficer {
            account: "leader".into(),
            name: "孟开远".into(),
        }];
        let mut gate = Gate::at_start(url, "", known);
        gate.expect_officer("duty1");
        assert_eq!(stands(&gate), ("duty1".into(), Some(Slot::Password)));
    }
}
