//! Table 5.58, 化解方式: how a dispute is resolved.

use super::table::code_table;

code_table! {
    /// How a dispute is resolved (GB/T 31000 table 5.58): six ways, of which
    /// mediation and arbitration are divided further.
    Method, "5.58" {
        /// 调解
        Mediation = "01", "mediation", "调解", "mediation";
        /// 司法调解
        JudicialMediation = "0101", "mediation_judicial", "司法调解", "judicial mediation";
        /// 行政调解
        AdministrativeMediation = "0102", "mediation_administrative", "行政调解", "administrative mediation";
        /// 人民调解
        PeoplesMediation = "0103", "mediation_people", "人民调解", "people's mediation";
        /// 仲裁调解
        ArbitralMediation = "0104", "mediation_arbitral", "仲裁调解", "mediation in arbitration";
        /// 商事调解
        CommercialMediation = "0105", "mediation_commercial", "商事调解", "commercial mediation";
        /// 行业调解
        IndustryMediation = "0106", "mediation_industry", "行业调解", "industry mediation";
        /// 律师调解
        LawyerMediation = "0107", "mediation_lawyer", "律师调解", "mediation by lawyers";
        /// 其他调解
        OtherMediation = "0199", "mediation_other", "其他调解", "other mediation";
        /// 仲裁
        Arbitration = "02", "arbitration", "仲裁", "arbitration";
        /// 民商事仲裁
        CivilArbitration = "0201", "arbitration_civil", "民商事仲裁", "civil and commercial arbitration";
        /// 农村土地承包经营仲裁
        RuralLandArbitration = "0202", "arbitration_rural_land", "农村土地承包经营仲裁", "rural land arbitration";
        /// 劳动人事仲裁
        LabourArbitration = "0203", "arbitration_labour", "劳动人事仲裁", "labour and personnel arbitration";
        /// 其他仲裁; 0204 in the standard, not the 0299 that one would expect
        OtherArbitration = "0204", "arbitration_other", "其他仲裁", "other arbitration";
        /// 行政复议
        AdministrativeReview = "03", "administrative_review", "行政复议", "administrative reconsideration";
        /// 行政裁决
        AdministrativeRuling = "04", "administrative_ruling", "行政裁决", "administrative ruling";
        /// 诉讼
        Litigation = "05", "litigation", "诉讼", "litigation";
        /// 协商和解
        Settlement = "06", "settlement", "协商和解", "settlement between the parties";
    }
}

impl Method {
    /// The way that this is a kind of; `None` for the six ways themselves.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let code = self.code();
        (code.len() > 2)
            .then(|| Self::from_code(&code[..2]))
            .flatten()
    }

    /// The kinds of this way, in the order of the table.
    pub fn children(self) -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(move |method| method.parent() == Some(self))
    }
}
