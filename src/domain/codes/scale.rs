//! Table 5.55, 事件规模: how many people an event moves.

use super::Severity;
use super::table::code_table;

code_table! {
    /// How many people an event moves (GB/T 31000 table 5.55).
    ///
    /// The codes count *up*: 03 is worst. The table gives no head counts, and
    /// local rules differ, so none are assumed here.
    Scale, "5.55" {
        /// 个体性事件
        Individual = "01", "individual", "个体性事件", "individual";
        /// 一般群体性事件
        OrdinaryGroup = "02", "ordinary_group", "一般群体性事件", "group, ordinary";
        /// 重大群体性事件
        MajorGroup = "03", "major_group", "重大群体性事件", "group, major";
    }
}

impl Scale {
    /// How bad it is; [`Scale::MajorGroup`] is worst.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Individual => Severity(1),
            Self::OrdinaryGroup => Severity(2),
            Self::MajorGroup => Severity(3),
        }
    }
}
