//! Tables 5.1 and 5.6: kinds of governance bodies, and of citizen teams.

use super::table::code_table;

code_table! {
    /// 机构类型: the kind of a governance body (GB/T 31000 table 5.1).
    OrgKind, "5.1" {
        /// 综治委
        Commission = "01", "commission", "综治委", "governance commission";
        /// 综治办
        Office = "02", "office", "综治办", "governance office";
        /// 综治中心
        Centre = "03", "centre", "综治中心", "governance centre";
    }
}

code_table! {
    /// 群防群治组织类型: the kind of a citizen team (GB/T 31000 table 5.6).
    ///
    /// None of these are auxiliary police (辅警), whom the law keeps apart.
    TeamKind, "5.6" {
        /// 专职巡防队伍
        FullTimePatrol = "01", "patrol_full_time", "专职巡防队伍", "full-time patrol";
        /// 义务巡防队伍
        VolunteerPatrol = "02", "patrol_volunteer", "义务巡防队伍", "unpaid patrol";
        /// 保安服务公司
        SecurityCompany = "03", "security_company", "保安服务公司", "security company";
        /// 志愿者队伍
        Volunteers = "04", "volunteers", "志愿者队伍", "volunteers";
        /// 其他
        Other = "99", "other", "其他", "other";
    }
}
