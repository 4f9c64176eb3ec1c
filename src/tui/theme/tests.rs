use super::file::THEME_FILE_BYTES_MAX;
use super::*;
use ratatui::style::Color;

const DEPTHS: [ColourDepth; 4] = [
    ColourDepth::Mono,
    ColourDepth::Sixteen,
    ColourDepth::Palette,
    ColourDepth::True,
];

/// Every theme that ships, at every depth.
fn every_look() -> impl Iterator<Item = (&'static str, ColourDepth)> {
    let names = shipped::SHIPPED.iter().map(|theme| theme.name);
    names.flat_map(|name| DEPTHS.map(|depth| (name, depth)))
}

#[test]
fn the_shipped_theme_has_no_problem() {
    for depth in DEPTHS {
        assert!(Theme::load(None, depth).is_ok());
    }
}

#[test]
fn a_file_is_read_up_to_its_limit() {
    let start = "[roles]\n#";
    for (bytes, fits) in [
        (THEME_FILE_BYTES_MAX - 1, true),
        (THEME_FILE_BYTES_MAX, true),
        (THEME_FILE_BYTES_MAX + 1, false),
    ] {
        let text = format!("{start}{}", "x".repeat(bytes - start.len()));
        let read = Theme::load(Some(("theme.toml", &text)), ColourDepth::True);
        assert_eq!(read.is_ok(), fits, "{bytes} bytes");
    }
}

#[test]
fn red_belongs_to_alarms_alone_at_every_depth() {
    for (name, depth) in every_look() {
        let theme = Theme::named(name, None, depth).expect("it ships");
        for role in Role::ALL.iter().copied() {
            let style = theme.style(role);
            let is_alarm = matches!(role, Role::AlarmUrgent | Role::BannerUrgent);
            let red = [style.fg, style.bg]
                .into_iter()
                .flatten()
                .filter_map(reduce::shown)
                .any(reduce::is_red);
            if depth == ColourDepth::Mono || name == "mono" {
                assert!(!red);
            } else {
                assert_eq!(red, is_alarm, "{name}: {} at {depth:?}", role.name());
            }
        }
    }
}

#[test]
fn without_colours_no_meaning_looks_like_plain_text_by_accident() {
    let theme = Theme::shipped(ColourDepth::Mono);
    let plain = theme.style(Role::Text);
    for role in Role::ALL.iter().copied() {
        let style = theme.style(role);
        assert!(
            style.fg.is_none() && style.bg.is_none(),
            "{} has a colour",
            role.name()
        );
        if role.without_colour() != Modifier::empty() {
            assert_ne!(style, plain, "{}", role.name());
        }
    }
    for role in [
        Role::AlarmUrgent,
        Role::Selection,
        Role::InputFocus,
        Role::Error,
        Role::Offline,
        Role::Overdue,
    ] {
        assert_ne!(
            theme.style(role),
            plain,
            "{} is told by colour alone",
            role.name()
        );
    }
}

#[test]
fn what_a_background_tells_survives_sixteen_colours() {
    let theme = Theme::shipped(ColourDepth::Sixteen);
    let ground = theme.style(Role::Text).bg;
    for role in [
        Role::Selection,
        Role::InputFocus,
        Role::Banner,
        Role::BannerUrgent,
        Role::FrameActive,
    ] {
        let style = theme.style(role);
        let told = style.bg.is_some_and(|bg| Some(bg) != ground) || !style.add_modifier.is_empty();
        assert!(told, "{} is lost", role.name());
    }
}

#[test]
fn nothing_blinks() {
    for (name, depth) in every_look() {
        let theme = Theme::named(name, None, depth).expect("it ships");
        for role in Role::ALL.iter().copied() {
            let blinking = Modifier::SLOW_BLINK | Modifier::RAPID_BLINK;
            assert!(
                !theme.style(role).add_modifier.intersects(blinking),
                "{}",
                role.name()
            );
        }
    }
}

fn places(text: &str) -> Vec<String> {
    match Theme::load(Some(("my.toml", text)), ColourDepth::True) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .iter()
            .inspect(|problem| {
                assert!(
                    !problem.what.contains("theme.") && !problem.expected.contains("theme."),
                    "{problem}"
                );
                assert!(!problem.expected.is_empty());
            })
            .map(|problem| format!("{}:{}", problem.line, problem.column))
            .collect(),
    }
}

#[test]
fn each_kind_of_mistake_is_told_with_its_place() {
    for (what, text, expected) in [
        (
            "no mistake",
            "inherits = \"default\"\n[palette]\nx = \"#010203\"\n[roles]\ntext = { fg = \"x\" }\n",
            &[][..],
        ),
        ("bad TOML", "[roles\n", &["1:7"][..]),
        ("unknown entry", "[rols]\n", &["1:2"]),
        ("unknown base", "inherits = \"sunset\"\n", &["1:12"]),
        ("unknown role", "[roles]\ntxt = {}\n", &["2:1"]),
        (
            "unknown colour",
            "[roles]\ntext = { fg = \"reddish\" }\n",
            &["2:15"],
        ),
        ("short colour", "[palette]\nx = \"#12345\"\n", &["2:5"]),
        ("not a table", "[roles]\ntext = \"#000000\"\n", &["2:8"]),
        ("not a flag", "[roles]\ntext = { bold = 1 }\n", &["2:17"]),
        ("blinking", "[roles]\ntext = { blink = true }\n", &["2:10"]),
        ("roles is no table", "roles = 1\n", &["1:9"]),
    ] {
        assert_eq!(places(text), expected, "{what}");
    }
}

#[test]
fn every_theme_that_ships_is_whole_and_stands_on_the_default() {
    for theme in shipped::SHIPPED {
        assert!(Theme::named(theme.name, None, ColourDepth::True).is_ok());
        let base = file::base(theme.text);
        let expected = (theme.name != "default").then_some("default");
        assert_eq!(base.as_deref(), expected, "{}", theme.name);
    }
}

#[test]
fn a_palette_recolours_what_was_inherited() {
    let text = "inherits = \"night\"\n[palette]\nbody = \"#010203\"\n";
    let theme = Theme::load(Some(("my.toml", text)), ColourDepth::True).expect("no problem");
    let night = Theme::named("night", None, ColourDepth::True).expect("it ships");
    let own = Color::Rgb(1, 2, 3);
    assert_eq!(theme.style(Role::Text).fg, Some(own));
    assert_eq!(theme.style(Role::Input).fg, Some(own));
    assert_eq!(theme.style(Role::Text).bg, night.style(Role::Text).bg);
    assert_ne!(night, Theme::shipped(ColourDepth::True));
}

#[test]
fn a_users_theme_changes_what_it_names_and_keeps_the_rest() {
    let text = "[roles]\ntitle = { fg = \"#00ff00\" }\n";
    let theme = Theme::load(Some(("my.toml", text)), ColourDepth::True).expect("no problem");
    assert_eq!(
        theme.style(Role::Title),
        Style::new().fg(Color::Rgb(0, 255, 0))
    );
    assert_eq!(
        theme.style(Role::Text),
        Theme::shipped(ColourDepth::True).style(Role::Text)
    );
    assert_eq!(
        theme.at_depth(ColourDepth::Mono).style(Role::Title).fg,
        None
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_understood_or_refused_but_never_crashes(text in "(\\[(roles|palette)\\]\n)?([a-z]{0,5} = [\\{\"]?.{0,12}\n){0,3}") {
        let _ = Theme::load(Some(("my.toml", &text)), ColourDepth::Sixteen);
    }
}
