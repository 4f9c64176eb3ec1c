//! Table 5.57, 主要当事人人员类别: what a party does for a living.

use super::table::code_table;

code_table! {
    /// What a party does for a living (GB/T 31000 table 5.57, group 01).
    ///
    /// Group 02 of the table (0201–0207, 0299) labels people by what befell
    /// them, and the standard lets it take precedence. It is deliberately not
    /// collected: a person appears here only as a party of a case, never under
    /// a label. Its codes are refused like any unknown code, and an export
    /// writes [`PartyClass::Other`] where nothing else is known. That gap is
    /// intended and belongs in the manual.
    PartyClass, "5.57" {
        /// 机关企事业
        Employee = "0101", "employee", "机关企事业单位人员", "office or company employee";
        /// 农林牧渔
        Farmer = "0102", "farmer", "农林牧渔从业人员", "farming, forestry, herding, fishing";
        /// 个体/自由职业
        SelfEmployed = "0103", "self_employed", "个体、自由职业者", "self-employed";
        /// 军人
        Soldier = "0104", "soldier", "军人", "serving soldier";
        /// 离退休
        Retired = "0105", "retired", "离退休人员", "retired";
        /// 学生
        Student = "0106", "student", "学生", "student";
        /// 无业
        Unemployed = "0107", "unemployed", "无业人员", "without work";
        /// 其他
        Other = "0199", "other", "其他", "other";
    }
}
