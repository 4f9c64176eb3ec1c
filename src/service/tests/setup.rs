//! Setting up, backing up, TLS, and filling without the network.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use super::bench::{Bench, Desk, NIGHT, TOWN, accepted, init, options};
use crate::domain::command::{Command, Target};
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::incident::act::Act;
use crate::domain::policy::PolicyVersion;
use crate::domain::record::Rev;
use crate::domain::time::Timestamp;
use crate::service::{
    AccountError, ActOutcome, DATABASE_FILE, Listen, NewAccount, Seed, Service, ServiceError,
    ServiceOptions, Standing, tls,
};
use crate::wire::proof::Digest;

#[test]
fn a_folder_is_set_up_once_and_opened_as_often_as_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let opened = Service::open(folder.path(), ServiceOptions::default());
    assert!(matches!(opened, Err(ServiceError::NotInitialised { .. })));
    let (service, made) = Service::init(folder.path(), &init(), ServiceOptions::default()).unwrap();
    assert_eq!(service.pin().unwrap(), made.pin);
    let again = Service::init(folder.path(), &init(), ServiceOptions::default());
    assert!(matches!(
        again,
        Err(ServiceError::AlreadyInitialised { .. })
    ));
    let epoch = service.epoch();
    drop(service);
    let service = Service::open(folder.path(), ServiceOptions::default()).unwrap();
    assert_eq!(service.epoch(), epoch);
    let accounts = service.account_list().unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0].officer.account, "admin");
    assert_eq!(accounts[0].standing, Standing::Active);
}

#[test]
fn accounts_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (service, _) = Service::init(folder.path(), &init(), ServiceOptions::default()).unwrap();
    let account = |name: &str, password: &str| {
        service
            .account_add(&NewAccount {
                id: None,
                account: name.to_owned(),
                name: name.to_owned(),
                password: password.to_owned(),
                grants: Vec::new(),
                unit: None,
            })
            .map(|_| ())
    };
    assert!(account("张三.夜班-1", "long enough").is_ok());
    assert!(matches!(
        account("admin", "long enough"),
        Err(ServiceError::Account(AccountError::Taken(_)))
    ));
    for name in ["", "a b", "a\n", &"x".repeat(65)] {
        assert!(matches!(
            account(name, "long enough"),
            Err(ServiceError::Account(AccountError::Name(_)))
        ));
    }
    assert!(matches!(
        account("short", "1234567"),
        Err(ServiceError::Account(AccountError::Password { .. }))
    ));
    assert!(matches!(
        service.account_disable("nobody"),
        Err(ServiceError::Account(AccountError::Unknown(_)))
    ));
}

#[test]
fn a_database_of_a_newer_program_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    Service::init(folder.path(), &init(), ServiceOptions::default()).unwrap();
    let conn = rusqlite::Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    conn.execute(
        "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
         VALUES (99, 'later', '', '0')",
        [],
    )
    .unwrap();
    drop(conn);
    let opened = Service::open(folder.path(), ServiceOptions::default());
    let error = opened.unwrap_err().to_string();
    assert!(error.contains("99"), "{error}");
}

#[test]
fn the_master_key_must_be_the_right_one() {
    let folder = tempfile::tempdir().unwrap();
    Service::init(folder.path(), &init(), ServiceOptions::default()).unwrap();
    let path = folder.path().join("master.key");
    std::fs::write(&path, Digest::of(b"other").to_string()).unwrap();
    let opened = Service::open(folder.path(), ServiceOptions::default());
    assert!(matches!(opened, Err(ServiceError::Secret(_))));
}

#[tokio::test]
async fn a_backup_taken_while_serving_opens_with_the_key_and_begins_a_new_life() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (_, register) = desk.register(&bench, &seat, TOWN);
    accepted(&desk.push_one(&bench, &seat, &register).await);
    let restored = tempfile::tempdir().unwrap();
    let file = restored.path().join(DATABASE_FILE);
    bench.service.backup(&file).unwrap();
    assert!(bench.service.backup(&file).is_err(), "never over a file");
    std::fs::copy(
        bench.folder.path().join("master.key"),
        restored.path().join("master.key"),
    )
    .unwrap();
    let service = Service::open(restored.path(), options(&bench.clock)).unwrap();
    assert_eq!(service.epoch(), bench.service.epoch());
    let epoch = service.new_epoch().unwrap();
    assert_ne!(epoch, bench.service.epoch());
    drop(service);
    let service = Service::open(restored.path(), options(&bench.clock)).unwrap();
    assert_eq!(service.epoch(), epoch);
    let stored = service
        .core
        .storage
        .read(|view| view.feed(service.feed()))
        .unwrap();
    assert_eq!(stored.unwrap().head.0, 4);
}

#[test]
fn two_processes_do_not_serve_from_one_folder() {
    let bench = Bench::new();
    let second = Service::open(bench.folder.path(), options(&bench.clock)).unwrap();
    assert!(matches!(
        second.spawn(Listen::loopback()),
        Err(ServiceError::InUse { .. })
    ));
}

#[test]
fn others_reach_the_service_through_tls_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (service, _) = Service::init(folder.path(), &init(), ServiceOptions::default()).unwrap();
    let anywhere: SocketAddr = (Ipv4Addr::UNSPECIFIED, 0).into();
    let running = service.spawn(Listen::At(anywhere)).unwrap();
    assert!(running.url().starts_with("https://"), "{}", running.url());
    running.stop();
    std::fs::remove_file(folder.path().join(tls::KEY_FILE)).unwrap();
    let refused = service.spawn(Listen::At(anywhere));
    assert!(
        matches!(refused, Err(ServiceError::PlainRemote { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_pin_is_the_hash_of_the_certificate_that_is_served() {
    let folder = tempfile::tempdir().unwrap();
    tls::install_provider();
    let (service, made) = Service::init(folder.path(), &init(), ServiceOptions::default()).unwrap();
    let loopback: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
    let running = service.spawn(Listen::TlsAt(loopback)).unwrap();
    let pem = std::fs::read(folder.path().join(tls::CERT_FILE)).unwrap();
    let der = rustls_pemfile::certs(&mut &pem[..])
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(Digest::of(&der), made.pin);
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()])
        .build()
        .unwrap();
    let url = format!("{}/v1/health/live", running.url());
    assert_eq!(client.get(url).send().await.unwrap().status(), 200);
    let plain = format!("http://{}/v1/health/live", running.addr());
    assert!(client.get(plain).send().await.is_err());
    tokio::task::spawn_blocking(move || running.stop())
        .await
        .unwrap();
}

#[test]
fn seeded_records_and_direct_acts_are_numbered_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(AtomicI64::new(NIGHT));
    let (service, made) = Service::init(folder.path(), &init(), options(&clock)).unwrap();
    let officer = service
        .account_add(&NewAccount {
            id: None,
            account: "seeder".to_owned(),
            name: "seeder".to_owned(),
            password: "long enough".to_owned(),
            grants: vec![crate::domain::officer::Grant {
                role: crate::domain::officer::Role::DutyOfficer,
                area: service.district(),
            }],
            unit: Some(made.centre),
        })
        .unwrap();
    let at = Timestamp::from_millis(NIGHT - 1_000);
    let register = |serial: u32| {
        let id = RecordId::new(uuid::Uuid::now_v7());
        let command = Command {
            id: CommandId::new(uuid::Uuid::now_v7()),
            targets: vec![Target::new_incident(id)],
            act: Act::Register(Box::new(super::bench::registration(TOWN))).into(),
            author: officer.id,
            made_at: at,
            policy: PolicyVersion(Rev(1)),
        };
        match service.act_as(officer.id, &command, at).unwrap() {
            ActOutcome::Accepted { number, .. } => {
                assert_eq!(number.unwrap().serial, serial);
                id
            }
            ActOutcome::Refused(refused) => unreachable!("{refused:?}"),
        }
    };
    let id = register(1);
    let stored = service
        .core
        .storage
        .read(|view| view.record(service.feed(), id))
        .unwrap()
        .unwrap();
    let mut record: crate::domain::record::Record = serde_json::from_str(&stored.whole()).unwrap();
    record.id = RecordId::new(uuid::Uuid::now_v7());
    if let crate::domain::record::Body::Incident(incident) = &mut record.body {
        incident.number = Some("420607102-20261123-0041".parse().unwrap());
    }
    let seed = Seed {
        event: None,
        record,
    };
    assert_eq!(service.seed([seed.clone()], at).unwrap(), 1);
    register(42);
    let stale = service.seed([seed], at);
    assert!(matches!(stale, Err(ServiceError::StaleSeed(_))));
}
