//! Incidents registered without the network: a tag that is visibly provisional,
//! a number at acceptance, and the tag still finds it.

use std::sync::Arc;

use uuid::Uuid;
use zhiban::domain::command::Target;
use zhiban::domain::ids::RecordId;
use zhiban::store::view::{Anchor, Filter, Sort};
use zhiban::sync::clock::{Clock, SystemClock};

use crate::support::centre::{Centre, registration};
use crate::support::station::{Place, Seat};

fn finds(seat: &Seat, tag: &str, id: RecordId) {
    let found = seat.store.find_incident(tag).wait().unwrap();
    assert_eq!(found, [id], "{tag}");
    let filter = Filter {
        text: tag.to_owned(),
        ..Filter::default()
    };
    let page = seat.store.queue(filter, Sort::Rank, Anchor::First, 10);
    let rows = page.wait().unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.1.id).collect::<Vec<_>>(), [id]);
}

#[test]
fn a_provisional_tag_finds_the_incident_before_and_after_its_number() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let centre = Centre::new(Arc::clone(&clock));
    let places = [(); 2].map(|()| Place::new(&centre.url(), Arc::clone(&clock)));
    let seats = [places[0].sign_in("a"), places[1].sign_in("b")];
    let mut made = Vec::new();
    for seat in &seats {
        seat.sync_once();
        let id = RecordId::new(Uuid::now_v7());
        seat.submit(Target::new_incident(id), registration("离线登记"));
        let tag = id.provisional_tag();
        assert_eq!(seat.incident(id).unwrap().number, None);
        finds(seat, &tag, id);
        made.push((id, tag));
    }
    assert_ne!(made[0].1, made[1].1);
    for seat in [&seats[1], &seats[0], &seats[1]] {
        seat.sync_once();
    }
    let mut numbers = Vec::new();
    for (id, tag) in &made {
        for seat in &seats {
            numbers.push(seat.incident(*id).unwrap().number.unwrap());
            finds(seat, tag, *id);
        }
    }
    assert_eq!(numbers[0], numbers[1], "both desks say the same number");
    assert_eq!(numbers[2], numbers[3]);
    assert_ne!(numbers[0], numbers[2]);
}
