//! What stands beside the towns and villages: more committees of a trade,
//! tribunals, law firms, and the two lowest levels of the tree.

use super::{Desk, Making};
use crate::demo::places::{DISTRICT_NAME, Places, Town};
use crate::domain::codes::Category;
use crate::domain::record::Body;
use crate::domain::unit::{PersonKind, UnitKind};

/// The other committees of a trade, with the category that each knows best; with
/// those above there are twelve, as the district has.
const MORE_TRADES: [(&str, &str); 7] = [
    ("消费纠纷人民调解委员会", "06"),
    ("环境污染纠纷人民调解委员会", "05"),
    ("征地拆迁纠纷人民调解委员会", "11"),
    ("校园纠纷人民调解委员会", "05"),
    ("食品安全纠纷人民调解委员会", "05"),
    ("土地承包经营纠纷人民调解委员会", "09"),
    ("金融借贷纠纷人民调解委员会", "08"),
];

/// Towns with a tribunal (人民法庭).
const TRIBUNALS: [(&str, &str); 5] = [
    ("420607103", "伙牌人民法庭"),
    ("420607102", "黄集人民法庭"),
    ("420607107", "双沟人民法庭"),
    ("420607001", "张湾人民法庭"),
    ("420607110", "峪山人民法庭"),
];

/// Law firms and legal services of the district; all made up.
const LAW_FIRMS: [&str; 3] = ["示例律师事务所", "样本律师事务所", "演示法律服务所"];

impl Making {
    /// What stands beside the tree: more committees of a trade, tribunals and
    /// law firms.
    pub(super) fn beside(&mut self) {
        let area = Places::district();
        let centre = self.network.desk(Desk::Centre, area).map(|unit| unit.id);
        for (name, code) in MORE_TRADES {
            let kind = UnitKind::MediationCommittee;
            let unit = self.plain(area, format!("{DISTRICT_NAME}{name}"), kind, centre);
            let from = self.network.people.len();
            self.staff(&unit, 3, PersonKind::Mediator, "专职调解员");
            for record in &mut self.network.people[from..] {
                if let Body::Person(person) = &mut record.body {
                    person.specialities.extend(Category::from_code(code));
                }
            }
        }
        for (town, name) in TRIBUNALS {
            let Ok(area) = town.parse() else { continue };
            let above = self
                .network
                .desk(Desk::TownCentre, area)
                .map(|unit| unit.id);
            let unit = self.plain(area, name.to_owned(), UnitKind::Tribunal, above);
            self.staff(&unit, 2, PersonKind::Judge, "法官");
        }
        for name in LAW_FIRMS {
            let unit = self.plain(area, name.to_owned(), UnitKind::LawFirm, centre);
            self.staff(&unit, 3, PersonKind::Lawyer, "公益律师");
        }
    }

    /// The two lowest levels, as far as the demonstration has them: one group of
    /// each village of a town, and ten households of it.
    pub(super) fn groups(&mut self, town: &Town) {
        for village in &town.villages {
            if !village.name.ends_with('村') {
                continue;
            }
            let above = self
                .network
                .desk(Desk::Village, village.area)
                .map(|unit| unit.id);
            let group = format!("{}001", village.area);
            let ten = format!("{group}001");
            let (Ok(group), Ok(ten)) = (group.parse(), ten.parse()) else {
                continue;
            };
            let unit = self.plain(
                group,
                format!("{}一组", village.name),
                UnitKind::Group,
                above,
            );
            self.staff(&unit, 1, PersonKind::Cadre, "组长");
            let name = format!("{}一组第一联防十户", village.name);
            let unit = self.plain(ten, name, UnitKind::TenHouseholdGroup, Some(unit.id));
            self.staff(&unit, 1, PersonKind::AnchorHousehold, "治安中心户长");
        }
    }
}
