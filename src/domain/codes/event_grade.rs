//! Table 5.8, 案(事)件分级: the grade of a grave case or event.

use super::Severity;
use super::table::code_table;

code_table! {
    /// The grade of a grave case or event (GB/T 31000 table 5.8).
    ///
    /// The codes count *down*: 01 is worst. Not to be mixed with
    /// [`super::Scale`], which counts up, nor with the colour of a warning.
    EventGrade, "5.8" {
        /// 特别重大
        Extraordinary = "01", "extraordinary", "特别重大", "extraordinarily major";
        /// 重大
        Major = "02", "major", "重大", "major";
        /// 较大
        Larger = "03", "larger", "较大", "large";
        /// 一般
        Ordinary = "04", "ordinary", "一般", "ordinary";
    }
}

impl EventGrade {
    /// How bad it is; [`EventGrade::Extraordinary`] is worst.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Ordinary => Severity(1),
            Self::Larger => Severity(2),
            Self::Major => Severity(3),
            Self::Extraordinary => Severity(4),
        }
    }
}
