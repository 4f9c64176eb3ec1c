use super::file::THEME_FILE_BYTES_MAX;
use super::*;
use ratatui::style::Color;

const DEPTHS: [ColourDepth; 4] = [
    ColourDepth::Mono,
    ColourDepth::Sixteen,
    ColourDepth::Palette,
    ColourDepth::True,
];

/// The grounds on which a role's signs stand on some screen.
fn grounds(theme: &Theme, role: Role) -> Vec<Rgb> {
    let shown = |role: Role| theme.style(role).bg.and_then(reduce::shown);
    if let Some(own) = shown(role) {
        return vec![own];
    }
    let mut grounds = vec![shown(Role::Text).expect("the ground has a colour")];
    grounds.extend(shown(Role::Selection));
    if matches!(
        role,
        Role::Online | Role::Degraded | Role::Offline | Role::Demo | Role::Dim | Role::Pending
    ) {
        grounds.extend(shown(Role::Frame));
    }
    grounds
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
fn every_role_can_be_read_on_every_ground_it_meets() {
    for depth in [
        ColourDepth::Sixteen,
        ColourDepth::Palette,
        ColourDepth::True,
    ] {
        let theme = Theme::shipped(depth);
        for role in Role::ALL.iter().copied() {
            let decoration = matches!(role, Role::Border | Role::HintDenied | Role::Selection);
            let least = if decoration { 2.3 } else { 4.5 };
            let Some(fg) = theme.style(role).fg.and_then(reduce::shown) else {
                continue;
            };
            for ground in grounds(&theme, role) {
                let found = reduce::contrast(fg, ground);
                assert!(
                    found >= least,
                    "{} at {depth:?}: {found:.2} on {ground}",
                    role.name()
                );
            }
        }
    }
}

#[test]
fn body_text_does_not_glare() {
    for depth in [ColourDepth::Palette, ColourDepth::True] {
        let theme = Theme::shipped(depth);
        for role in [
            Role::Text,
            Role::Dim,
            Role::Input,
            Role::Label,
            Role::HintText,
        ] {
            let fg = theme
                .style(role)
                .fg
                .and_then(reduce::shown)
                .expect("a colour");
            for ground in grounds(&theme, role) {
                let found = reduce::contrast(fg, ground);
                assert!(
                    (4.5..=10.0).contains(&found),
                    "{} at {depth:?}: {found:.2}",
                    role.name()
                );
            }
        }
    }
}

#[test]
fn red_belongs_to_alarms_alone_at_every_depth() {
    for depth in DEPTHS {
        let theme = Theme::shipped(depth);
        for role in Role::ALL.iter().copied() {
            let style = theme.style(role);
            let is_alarm = matches!(role, Role::AlarmUrgent | Role::BannerUrgent);
            let red = [style.fg, style.bg]
                .into_iter()
                .flatten()
                .filter_map(reduce::shown)
                .any(is_red);
            if depth == ColourDepth::Mono {
                assert!(!red);
            } else {
                assert_eq!(red, is_alarm, "{} at {depth:?}", role.name());
            }
        }
    }
}

/// Hue within 20 degrees of red, and not nearly grey.
fn is_red(colour: Rgb) -> bool {
    let (red, green, blue) = (
        f64::from(colour.red),
        f64::from(colour.green),
        f64::from(colour.blue),
    );
    let spread = red - green.min(blue);
    red >= green && red >= blue && spread > 60.0 && ((green - blue) / spread).abs() < 1.0 / 3.0
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
    for depth in DEPTHS {
        let theme = Theme::shipped(depth);
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
