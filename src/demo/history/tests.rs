use super::super::places::Places;
use super::super::plan::{self, Shape};
use super::*;

#[test]
fn a_step_against_the_rules_is_named_and_not_played() {
    let shape = Shape {
        people: 0,
        seed: 4,
        incidents: 100,
        now: "2026-11-23T03:05:00+08:00".parse().unwrap(),
    };
    let places = Places::made(shape.seed);
    let network = Network::made(
        shape.seed,
        &places,
        crate::domain::ids::UnitId::new(uuid::Uuid::from_u128(7)),
    );
    let cast = Cast::made(shape.seed, &places, &network);
    let policy = Policy::shipped();
    let stage = Stage {
        seed: shape.seed,
        network: &network,
        cast: &cast,
        policy: &policy,
        device: DeviceId::new(uuid::Uuid::nil()),
    };
    let mut plan = plan::plan(shape, &places, 0);
    let number = "420607101-20261123-0001".parse().unwrap();
    assert!(stage.play(&plan, number).is_ok());
    let sign = plan.steps.pop().unwrap();
    plan.steps.insert(1, sign);
    let error = stage.play(&plan, number).unwrap_err();
    assert_eq!((error.step, error.verb), (1, Verb::SignStrikeOff));
}
