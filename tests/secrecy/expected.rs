//! What comes out where, as people read it: a line a field, a column a surface.
//! `W` whole, `m` masked, `.` not at all.

use zhiban::domain::officer::Role;

/// The columns.
pub const SURFACES: [&str; 14] = [
    "changes",
    "stream",
    "snapshot",
    "record",
    "timeline",
    "entries",
    "queue",
    "filter",
    "detail",
    "cli-list",
    "cli-list-j",
    "cli-show",
    "cli-show-j",
    "log",
];

const SEALED: &str = "
title            W W W W W . W W W W W W W .
place            W W W W W . . W W . . W W .
summary          W W W . W . . . W . . . W .
source name      W W W W W . . . W . . . W .
source phone     W W W W W . . . m . . . m .
party name       W W W W W . . . W . . . W .
party phone      W W W W W . . . m . . . m .
party's part     W W W W W . . . W . . . W .
identity number  W W W W . . . . . . . . . .
minor's name     W W W W m . . . m . . . m .
note             W W W . W W . . W . . W W .
call with        W W W . W W . . W . . . W .
call number      W W W . W W . . m . . . m .
call words       W W W . W W . . W . . W W .
reveal reason    W W W . W W . . W . . W W .
snooze reason    W W W . W . . . W . . . W .
raise reason     W W W W W . . . W . . . W .
assign words     W W W . W . . . W . . . W .
task             W W W W W . . . W . . . W .
schedule         W W W W W . . . W . . . W .
path             W W W W W . . . W . . . W .
owner            W W W W W . . W W . . . W .
on behalf of     W W W . W . . . W . . . W .
finish words     W W W W W . . . W . . . W .
verify words     W W W W W . . . W . . . W .
follow-up words  W W W W W . . . W . . . W .
propose words    W W W W W . . . W . . . W .
amended summary  W W W W W . . W W . . W W .
";
const OPEN: &str = "
title            W W W W W . W W W W W W W .
place            W W W W W . . W W . . W W .
summary          W W W . W . . . W . . . W .
source name      W W W W W . . . W . . . W .
source phone     W W W W W . . . m . . . m .
party name       W W W W W . . . W . . . W .
party phone      W W W W W . . . m . . . m .
party's part     W W W W W . . . W . . . W .
identity number  . . . . . . . . . . . . . .
minor's name     m m m m m . . . m . . . m .
note             W W W . W W . . W . . W W .
call with        W W W . W W . . W . . . W .
call number      W W W . W W . . m . . . m .
call words       W W W . W W . . W . . W W .
reveal reason    W W W . W W . . W . . W W .
snooze reason    W W W . W . . . W . . . W .
raise reason     W W W W W . . . W . . . W .
assign words     W W W . W . . . W . . . W .
task             W W W W W . . . W . . . W .
schedule         W W W W W . . . W . . . W .
path             W W W W W . . . W . . . W .
owner            W W W W W . . W W . . . W .
on behalf of     W W W . W . . . W . . . W .
finish words     W W W W W . . . W . . . W .
verify words     W W W W W . . . W . . . W .
follow-up words  W W W W W . . . W . . . W .
propose words    W W W W W . . . W . . . W .
amended summary  W W W W W . . W W . . W W .
";
const BOARD: &str = "
title            W W W W W . W W W W W W W .
place            W W W W W . . W W . . W W .
summary          . . . . . . . . . . . . . .
source name      . . . . . . . . . . . . . .
source phone     . . . . . . . . . . . . . .
party name       . . . . . . . . . . . . . .
party phone      . . . . . . . . . . . . . .
party's part     . . . . . . . . . . . . . .
identity number  . . . . . . . . . . . . . .
minor's name     . . . . . . . . . . . . . .
note             . . . . . . . . . . . . . .
call with        . . . . . . . . . . . . . .
call number      . . . . . . . . . . . . . .
call words       . . . . . . . . . . . . . .
reveal reason    . . . . . . . . . . . . . .
snooze reason    . . . . . . . . . . . . . .
raise reason     . . . . . . . . . . . . . .
assign words     . . . . . . . . . . . . . .
task             . . . . . . . . . . . . . .
schedule         . . . . . . . . . . . . . .
path             . . . . . . . . . . . . . .
owner            . . . . . . . . . . . . . .
on behalf of     . . . . . . . . . . . . . .
finish words     . . . . . . . . . . . . . .
verify words     . . . . . . . . . . . . . .
follow-up words  . . . . . . . . . . . . . .
propose words    . . . . . . . . . . . . . .
amended summary  . . . . . . . . . . . . . .
";
const NOTHING: &str = "
title            . . . . . . . . . . . . . .
place            . . . . . . . . . . . . . .
summary          . . . . . . . . . . . . . .
source name      . . . . . . . . . . . . . .
source phone     . . . . . . . . . . . . . .
party name       . . . . . . . . . . . . . .
party phone      . . . . . . . . . . . . . .
party's part     . . . . . . . . . . . . . .
identity number  . . . . . . . . . . . . . .
minor's name     . . . . . . . . . . . . . .
note             . . . . . . . . . . . . . .
call with        . . . . . . . . . . . . . .
call number      . . . . . . . . . . . . . .
call words       . . . . . . . . . . . . . .
reveal reason    . . . . . . . . . . . . . .
snooze reason    . . . . . . . . . . . . . .
raise reason     . . . . . . . . . . . . . .
assign words     . . . . . . . . . . . . . .
task             . . . . . . . . . . . . . .
schedule         . . . . . . . . . . . . . .
path             . . . . . . . . . . . . . .
owner            . . . . . . . . . . . . . .
on behalf of     . . . . . . . . . . . . . .
finish words     . . . . . . . . . . . . . .
verify words     . . . . . . . . . . . . . .
follow-up words  . . . . . . . . . . . . . .
propose words    . . . . . . . . . . . . . .
amended summary  . . . . . . . . . . . . . .
";

/// The table of a role.
pub fn of(role: Role) -> &'static str {
    match role {
        Role::DutyOfficer | Role::Leader | Role::Mediator => SEALED,
        Role::Handler | Role::Auditor => OPEN,
        Role::Wall => BOARD,
        Role::Administrator => NOTHING,
    }
}

/// The columns once somebody has asked to see what is masked: the opened
/// incident before, right after, and after one has left it and come back; the
/// list with the record beside it, its filter, the outbox while the act waits;
/// what scripts print, the one that reveals first; the entries as an auditor is
/// told of them, and the log.
pub const REVEALED_SURFACES: [&str; 13] = [
    "before",
    "revealed",
    "again",
    "beside",
    "filter",
    "outbox",
    "cli-reveal",
    "cli-list-j",
    "cli-show",
    "cli-show-j",
    "cli-outbox",
    "audit",
    "log",
];

const MAY: &str = "
title            W W W W W W . W W W . . .
place            W W W W W . . . W W . . .
summary          W W W W . . . . . W . . .
source name      W W W W . . . . . W . . .
source phone     m W m m . . W . . m . . .
party name       W W W W . . . . . W . . .
party phone      m W m m . . W . . m . . .
party's part     W W W W . . . . . W . . .
identity number  . W . . . . W . . . . . .
minor's name     m W m m . . W . . m . . .
note             W W W W . . . . W W . . .
call with        W W W W . . . . . W . . .
call number      m m m m . . . . . m . . .
call words       W W W W . . . . W W . . .
reveal reason    W W W W . . . . W W . W .
snooze reason    W W W W . . . . . W . . .
raise reason     W W W W . . . . . W . . .
assign words     W W W W . . . . . W . . .
task             W W W W . . . . . W . . .
schedule         W W W W . . . . . W . . .
path             W W W W . . . . . W . . .
owner            W W W W W . . . . W . . .
on behalf of     W W W W . . . . . W . . .
finish words     W W W W . . . . . W . . .
verify words     W W W W . . . . . W . . .
follow-up words  W W W W . . . . . W . . .
propose words    W W W W . . . . . W . . .
amended summary  W W W W W . . . W W . . .
";
const MAY_NOT: &str = "
title            W W W W W W . W W W . . .
place            W W W W W . . . W W . . .
summary          W W W W . . . . . W . . .
source name      W W W W . . . . . W . . .
source phone     m m m m . . . . . m . . .
party name       W W W W . . . . . W . . .
party phone      m m m m . . . . . m . . .
party's part     W W W W . . . . . W . . .
identity number  . . . . . . . . . . . . .
minor's name     m m m m . . . . . m . . .
note             W W W W . . . . W W . . .
call with        W W W W . . . . . W . . .
call number      m m m m . . . . . m . . .
call words       W W W W . . . . W W . . .
reveal reason    W W W W . . . . W W . W .
snooze reason    W W W W . . . . . W . . .
raise reason     W W W W . . . . . W . . .
assign words     W W W W . . . . . W . . .
task             W W W W . . . . . W . . .
schedule         W W W W . . . . . W . . .
path             W W W W . . . . . W . . .
owner            W W W W W . . . . W . . .
on behalf of     W W W W . . . . . W . . .
finish words     W W W W . . . . . W . . .
verify words     W W W W . . . . . W . . .
follow-up words  W W W W . . . . . W . . .
propose words    W W W W . . . . . W . . .
amended summary  W W W W W . . . W W . . .
";
/// The wall has titles, and nothing of any person to be revealed.
const WALL: &str = "
title            W W W W W W . W W W . . .
place            W W W W W . . . W W . . .
summary          . . . . . . . . . . . . .
source name      . . . . . . . . . . . . .
source phone     . . . . . . . . . . . . .
party name       . . . . . . . . . . . . .
party phone      . . . . . . . . . . . . .
party's part     . . . . . . . . . . . . .
identity number  . . . . . . . . . . . . .
minor's name     . . . . . . . . . . . . .
note             . . . . . . . . . . . . .
call with        . . . . . . . . . . . . .
call number      . . . . . . . . . . . . .
call words       . . . . . . . . . . . . .
reveal reason    . . . . . . . . . . . W .
snooze reason    . . . . . . . . . . . . .
raise reason     . . . . . . . . . . . . .
assign words     . . . . . . . . . . . . .
task             . . . . . . . . . . . . .
schedule         . . . . . . . . . . . . .
path             . . . . . . . . . . . . .
owner            . . . . . . . . . . . . .
on behalf of     . . . . . . . . . . . . .
finish words     . . . . . . . . . . . . .
verify words     . . . . . . . . . . . . .
follow-up words  . . . . . . . . . . . . .
propose words    . . . . . . . . . . . . .
amended summary  . . . . . . . . . . . . .
";

/// The table of a role that sees the case, once it has asked.
pub fn revealed(role: Role) -> &'static str {
    match role {
        Role::DutyOfficer | Role::Leader | Role::Mediator => MAY,
        Role::Handler | Role::Auditor => MAY_NOT,
        Role::Wall => WALL,
        Role::Administrator => "",
    }
}
