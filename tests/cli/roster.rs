//! A post is set up through the program.

use super::scene::Scene;

#[test]
fn a_new_post_is_on_the_roster_and_lacks_whom_it_needs() {
    let scene = Scene::new();
    let posts = || -> Vec<serde_json::Value> {
        let night = scene.json(&["roster", "show"]).remove(0);
        night["posts"].as_array().unwrap().clone()
    };
    let before = posts();
    let area = before[0]["area"].as_str().unwrap().to_owned();
    let add = |area: &str, kind: &str| {
        let name = "柳树湾卡口";
        scene.code(&[
            "roster", "add-post", "--area", area, "--name", name, "--kind", kind, "--day",
            "on-duty", "--night", "on-duty",
        ])
    };
    // A word that is none, and a place of somebody else's: nothing is made.
    let (code, told) = add(&area, "lighthouse");
    assert_eq!(code, 2, "{told}");
    assert!(
        told.contains("--kind") && told.contains("lighthouse"),
        "{told}"
    );
    let (code, told) = add("420606001", "checkpoint");
    assert_eq!(code, 3, "{told}");
    assert_eq!(posts().len(), before.len());

    let (code, told) = add(&area, "checkpoint");
    assert_eq!(code, 0, "{told}");
    let after = posts();
    assert_eq!(after.len(), before.len() + 1);
    let new = after.iter().find(|post| post["name"] == "柳树湾卡口");
    let new = new.expect("it is there");
    assert_eq!(
        (&new["kind"], &new["area"]),
        (&"checkpoint".into(), &area.into())
    );
    let now = scene.json(&["roster", "now"]).remove(0);
    let gaps = now["gaps"].as_array().unwrap();
    let gap = gaps.iter().find(|gap| gap["post"] == new["post"]);
    assert_eq!(gap.expect("nobody stands there yet")["need"], "on-duty");
}
