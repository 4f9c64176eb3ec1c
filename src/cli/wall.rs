//! `zhiban wall`: the boards in turn on a big screen.

use super::args::{WallArgs, WallBoardArg};
use super::exit::{Exit, Trouble};
use super::opening::account_of;
use super::password;
use super::setting::Setting;
use super::workstation;
use crate::domain::time::Millis;
use crate::store::desk::Desk;
use crate::tui::app::{SignInAs, WallBoard, WallPlan};

/// Turns the boards until somebody leaves. A password that is given by the
/// environment is used without asking; else the gate asks, as it does a desk.
pub fn run(setting: &Setting, args: &WallArgs) -> Result<Exit, Trouble> {
    let boards: Vec<WallBoard> = args.boards.iter().copied().map(board).collect();
    let plan = WallPlan {
        boards: if boards.is_empty() {
            WallBoard::ALL.to_vec()
        } else {
            boards
        },
        every: Millis(i64::from(args.every) * 1_000),
    };
    workstation::open_wall(setting, plan, sign_in(setting))
}

fn sign_in(setting: &Setting) -> Option<SignInAs> {
    let password = password::given()?;
    let account = match &setting.desk.account {
        Some(account) => account.clone(),
        // What cannot be read of the desk is told at the gate.
        None => account_of(setting, &Desk::open(&setting.folders.data).ok()??).ok()?,
    };
    Some(SignInAs { account, password })
}

const fn board(arg: WallBoardArg) -> WallBoard {
    match arg {
        WallBoardArg::Warnings => WallBoard::Warnings,
        WallBoardArg::Incidents => WallBoard::Incidents,
        WallBoardArg::Deadlines => WallBoard::Deadlines,
    }
}
