//! The files of a service that is set up once for all nights of a process.

use std::ffi::OsString;
use std::path::Path;
use std::sync::LazyLock;

use zhiban::domain::extra::Extra;
use zhiban::domain::ids::{OfficerId, RecordId};
use zhiban::domain::officer::{Grant, Role};
use zhiban::domain::policy::Policy;
use zhiban::domain::record::{Body as Document, Record, Rev};
use zhiban::domain::unit::{Unit, UnitKind};
use zhiban::service::{Init, NewAccount, Seed, Service};

use super::centre::{
    CITY, CITY_UNIT, DISTRICT, INSPECTOR, LEADER, Manner, OFFICERS, OTHER_TOWN, PASSWORD, TOWN,
    TOWN_UNIT, UNKNOWN_KIND, UNKNOWN_RECORD, VILLAGE_UNIT, area, options,
};
use super::world::{Dice, shared};

/// The files of a service that was set up once for all nights of this process.
/// Held in memory: what a static holds is never dropped, a folder would stay.
pub static TEMPLATE: LazyLock<Vec<(OsString, Vec<u8>)>> = LazyLock::new(|| {
    let folder = super::folder("template");
    set_up(folder.path());
    let entries = std::fs::read_dir(folder.path()).unwrap();
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap()))
        .collect()
});

fn set_up(folder: &Path) {
    zhiban::service::tls::install_provider();
    let manner = Manner {
        page_changes_max: 100,
        bus_messages_max: 16,
        stream_events_max: 16,
        disk_ms: 0,
        heartbeat_ms: 15_000,
    };
    let random = shared(Dice::new(0, "template"));
    let pace = shared(Dice::new(0, "pace"));
    let options = options(random, None, manner, pace, || {});
    let init = Init {
        district: area(DISTRICT),
        district_name: "襄州区".to_owned(),
        centre_name: "区综治中心".to_owned(),
        policy: Policy::shipped(),
        admin_account: "admin".to_owned(),
        admin_name: "管理员".to_owned(),
        admin_password: PASSWORD.to_owned(),
        tls_names: Vec::new(),
    };
    let (service, _) = Service::init(folder, &init, options).unwrap();
    let units = [
        (TOWN_UNIT, TOWN),
        (VILLAGE_UNIT, OTHER_TOWN),
        (CITY_UNIT, CITY),
    ];
    let at = service.now();
    let seeds = units.map(|(number, place)| Seed {
        event: None,
        record: unit(number, place),
    });
    service.seed(seeds, at).unwrap();
    for (account, role, place) in OFFICERS {
        add(&service, account, role, place);
    }
    add(&service, LEADER, Role::Leader, DISTRICT);
    add(&service, INSPECTOR, Role::Leader, DISTRICT);
    service.seed([newer()], at).unwrap();
}

fn unit(number: u128, place: &str) -> Record {
    let unit = Unit {
        name: format!("单位{number}"),
        kind: UnitKind::TownOffice,
        parent: None,
        phone: String::new(),
        extra: Extra::new(),
    };
    Record {
        id: RecordId::new(uuid::Uuid::from_u128(number)),
        area: area(place),
        rev: Rev(1),
        parent: None,
        body: Document::Unit(Box::new(unit)),
        sealed: None,
    }
}

/// What a newer program wrote: its kind, and the form of its document.
fn newer() -> Seed {
    Seed {
        event: None,
        record: Record {
            id: RecordId::new(uuid::Uuid::from_u128(UNKNOWN_RECORD)),
            area: area(TOWN),
            rev: Rev(1),
            parent: None,
            body: Document::Unknown {
                kind: UNKNOWN_KIND.to_owned(),
                doc: r#"{"z":1,"a":{"height_m":120.50,"b":null},"words":"\u503c班"}"#.to_owned(),
            },
            sealed: None,
        },
    }
}

fn add(service: &Service, account: &str, role: Role, place: &str) -> OfficerId {
    let new = NewAccount {
        id: None,
        account: account.to_owned(),
        name: account.to_owned(),
        password: PASSWORD.to_owned(),
        grants: vec![Grant {
            role,
            area: area(place),
        }],
        unit: None,
    };
    service.account_add(&new).unwrap().id
}
