//! Table 5.2, 层级: how high in the country something stands, with the three
//! local tiers below the village.

use super::table::code_table;
use crate::domain::area::Level;

code_table! {
    /// How high something stands (GB/T 31000 table 5.2).
    ///
    /// The standard ends at the village (06). 07, 08 and 09 are our own, for
    /// the grid, the villagers' group and the ten-household group, which carry
    /// the mediation network; see [`Tier::origin`] before exporting one.
    Tier, "5.2" {
        /// 中央
        Central = "01", "central", "中央", "central";
        /// 省、自治区、直辖市
        Province = "02", "province", "省、自治区、直辖市", "province";
        /// 地、市、州、盟
        Prefecture = "03", "prefecture", "地、市、州、盟", "prefecture";
        /// 县、市、区、旗
        District = "04", "district", "县、市、区、旗", "district";
        /// 乡镇、街道
        Town = "05", "town", "乡镇、街道", "town";
        /// 村、社区
        Village = "06", "village", "村、社区", "village";
        /// 网格, local
        Grid = "07", "grid", "网格", "grid";
        /// 组, local
        Group = "08", "group", "组", "villagers' group";
        /// 十户, local
        TenHouseholds = "09", "ten_households", "十户", "ten households";
    }
}

/// Who gave a tier its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TierOrigin {
    /// The national table.
    Standard,
    /// This program; must not appear in a GB/T 31000 export.
    Local,
}

impl Tier {
    /// Who gave this tier its code.
    #[must_use]
    pub const fn origin(self) -> TierOrigin {
        match self {
            Self::Central
            | Self::Province
            | Self::Prefecture
            | Self::District
            | Self::Town
            | Self::Village => TierOrigin::Standard,
            Self::Grid | Self::Group | Self::TenHouseholds => TierOrigin::Local,
        }
    }

    /// The level of the division codes on this tier. The country has no code;
    /// a villagers' group shares the 15-digit segment with the grid.
    #[must_use]
    pub const fn area_level(self) -> Option<Level> {
        match self {
            Self::Central => None,
            Self::Province => Some(Level::Province),
            Self::Prefecture => Some(Level::Prefecture),
            Self::District => Some(Level::District),
            Self::Town => Some(Level::Town),
            Self::Village => Some(Level::Village),
            Self::Grid | Self::Group => Some(Level::Grid),
            Self::TenHouseholds => Some(Level::TenHouseholds),
        }
    }

    /// The tier of an area, as far as its code alone can tell.
    #[must_use]
    pub const fn of_level(level: Level) -> Self {
        match level {
            Level::Province => Self::Province,
            Level::Prefecture => Self::Prefecture,
            Level::District => Self::District,
            Level::Town => Self::Town,
            Level::Village => Self::Village,
            Level::Grid => Self::Grid,
            Level::TenHouseholds => Self::TenHouseholds,
        }
    }
}
