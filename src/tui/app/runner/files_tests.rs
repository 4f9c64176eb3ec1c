use std::sync::mpsc::channel;
use std::time::Duration;

use super::super::{Bell, Chosen, Declared};
use super::*;
use crate::i18n::Language;

/// Longer than any file system takes to tell.
const TOLD_WITHIN: Duration = Duration::from_secs(20);

fn files(config: &Path) -> Files {
    Files {
        folder: Some(config.to_owned()),
        theme: "default".to_owned(),
        keymap: "emacs".to_owned(),
        settings: Some(Settings::new(config.join("config.toml"), || {
            Ok(Chosen {
                bell: Bell::Off,
                line: Declared::Thin,
                language: Language::Chinese,
                face: Wanted::default(),
            })
        })),
    }
}

/// Waits for it; whatever else is told on the way does not matter.
fn comes(
    happenings: &std::sync::mpsc::Receiver<Happening>,
    wanted: impl Fn(&Happening) -> bool,
) -> bool {
    while let Ok(happening) = happenings.recv_timeout(TOLD_WITHIN) {
        if wanted(&happening) {
            return true;
        }
    }
    false
}

#[test]
fn a_file_of_what_ships_may_be_missing_and_another_may_not() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    assert!(files.theme(ColourDepth::Sixteen).is_ok());
    let problems = files.keymap().unwrap_err();
    assert!(problems[0].contains("emacs"), "{problems:?}");
}

#[test]
fn files_and_folders_that_come_later_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("zhiban");
    let files = files(&config);
    let (out, happenings) = channel();
    let mut watcher = files.watch(out.clone());
    assert!(watcher.is_some());
    std::fs::create_dir(&config).unwrap();
    let came = |happening: &Happening| matches!(happening, Happening::FolderCame);
    assert!(comes(&happenings, came));
    watcher = files.watch(out.clone());
    std::fs::write(config.join("config.toml"), "bell = \"off\"").unwrap();
    let saved = |which: Which| move |happening: &Happening| matches!(happening, Happening::FileSaved(one) if *one == which);
    assert!(comes(&happenings, saved(Which::Settings)));
    std::fs::create_dir(config.join("themes")).unwrap();
    assert!(comes(&happenings, came));
    drop(watcher);
    let _watcher = files.watch(out);
    std::fs::write(config.join("themes/default.toml"), "").unwrap();
    assert!(comes(&happenings, saved(Which::Theme)));
}
