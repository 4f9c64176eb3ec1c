//! `zhiban admin …`

use serde::Serialize;

use super::args::{AccountAddArgs, AccountCommand, AdminCommand, InitArgs, Json};
use super::exit::{Exit, Trouble};
use super::setting::Setting;
use super::{output, password, restore, service, value};
use crate::domain::ids::UnitId;
use crate::domain::officer::{Grant, Role};
use crate::domain::policy::Policy;
use crate::i18n::{self, t};
use crate::service::{Consent, Init, NewAccount, Service, ServiceOptions, Standing};

/// Does what an administrator asks for.
pub fn run(setting: &Setting, command: AdminCommand) -> Result<Exit, Trouble> {
    match command {
        AdminCommand::Init(args) => init(setting, args),
        AdminCommand::Account { command } => match command {
            AccountCommand::Add(args) => add(setting, args),
            AccountCommand::List(how) => list(setting, how),
            AccountCommand::Passwd { name } => {
                let opened = service::open(setting)?;
                let new = password::new()?;
                opened
                    .account_passwd(&name, &new)
                    .map_err(service::trouble)?;
                said(&t!("cli.account.passwd-done", name = name))
            }
            AccountCommand::Disable { name } => {
                let opened = service::open(setting)?;
                opened.account_disable(&name).map_err(service::trouble)?;
                said(&t!("cli.account.disabled-done", name = name))
            }
        },
        AdminCommand::Backup { to } => {
            let opened = service::open(setting)?;
            opened.backup(&to).map_err(service::trouble)?;
            said(&t!("cli.backup.done", file = to.display()))
        }
        AdminCommand::Restore { from, yes } => {
            let consent = if yes {
                Consent::Given
            } else {
                Consent::NotGiven
            };
            restore::run(setting, &from, consent)
        }
    }
}

fn said(line: &str) -> Result<Exit, Trouble> {
    output::line(line)?;
    Ok(Exit::Done)
}

fn init(setting: &Setting, args: InitArgs) -> Result<Exit, Trouble> {
    let district = value::area(&args.area)?;
    let folder = service::folder(setting);
    let centre = || t!("cli.init.centre", district = args.district).into_owned();
    let mut tls_names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ];
    tls_names.extend(args.hosts);
    let init = Init {
        district,
        centre_name: args.name.clone().unwrap_or_else(centre),
        district_name: args.district,
        policy: Policy::shipped(),
        admin_name: args.admin.clone(),
        admin_account: args.admin,
        admin_password: password::new()?.to_string(),
        tls_names,
    };
    let (_, made) =
        Service::init(&folder, &init, ServiceOptions::default()).map_err(service::trouble)?;
    output::line(&t!("cli.init.done", folder = folder.display()))?;
    output::line(&t!("cli.init.pin", pin = made.pin))?;
    output::line(&t!("cli.init.next"))?;
    Ok(Exit::Done)
}

fn add(setting: &Setting, args: AccountAddArgs) -> Result<Exit, Trouble> {
    let grants = args
        .grants
        .iter()
        .map(|text| grant(text))
        .collect::<Result<Vec<_>, _>>()?;
    let unit = args.unit.as_deref().map(unit).transpose()?;
    let opened = service::open(setting)?;
    let new = NewAccount {
        id: None,
        account: args.name,
        name: args.officer,
        password: password::new()?.to_string(),
        grants,
        unit,
    };
    let officer = opened.account_add(&new).map_err(service::trouble)?;
    said(&t!("cli.account.added", name = officer.account))
}

fn unit(text: &str) -> Result<UnitId, Trouble> {
    text.parse()
        .map_err(|error| Trouble::usage(t!("cli.account.unit", unit = text)).because(error))
}

/// `duty-officer@420607`.
fn grant(text: &str) -> Result<Grant, Trouble> {
    let wrong = || Trouble::usage(t!("cli.value.grant", value = text));
    let (role, code) = text.split_once('@').ok_or_else(wrong)?;
    let role: Role = serde_json::from_value(serde_json::Value::from(role)).map_err(|_| wrong())?;
    Ok(Grant {
        role,
        area: value::area(code)?,
    })
}

#[derive(Serialize)]
struct Line<'a> {
    account: &'a str,
    name: &'a str,
    unit: &'a str,
    grants: &'a [Grant],
    standing: &'static str,
}

fn list(setting: &Setting, how: Json) -> Result<Exit, Trouble> {
    let accounts = service::open(setting)?
        .account_list()
        .map_err(service::trouble)?;
    for account in &accounts {
        let officer = &account.officer;
        let line = Line {
            account: &officer.account,
            name: &officer.name,
            unit: &officer.unit.name,
            grants: &officer.grants,
            standing: match account.standing {
                Standing::Active => "active",
                Standing::Disabled => "disabled",
            },
        };
        if how.json {
            output::json(&line)?;
        } else {
            let grants: Vec<String> = officer.grants.iter().map(grant_text).collect();
            let standing = i18n::text(&format!("cli.account.{}", line.standing));
            output::line(&format!(
                "{}  {}  {}  {}  {standing}",
                line.account,
                line.name,
                line.unit,
                grants.join(" "),
            ))?;
        }
    }
    Ok(Exit::Done)
}

fn grant_text(grant: &Grant) -> String {
    format!("{}@{}", grant.role.name(), grant.area)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::officer::ROLES;

    #[test]
    fn a_grant_is_read_and_written_alike() {
        for text in ["duty-officer@420607", "handler@420607101", "wall@4206"] {
            assert_eq!(grant_text(&grant(text).unwrap()), text);
        }
        for role in ROLES {
            let text = format!("{}@4206", role.name());
            assert_eq!(grant(&text).unwrap().role, role, "{text}");
        }
        for wrong in ["duty-officer", "boss@420607", "leader@42060", "@420607", ""] {
            assert_eq!(grant(wrong).unwrap_err().exit(), Exit::Usage, "{wrong}");
        }
    }
}
