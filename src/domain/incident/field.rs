//! Names of the fields that officers fill, for refusals and forms.

use serde::{Deserialize, Serialize};

/// A field of an incident or of an act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// 事件名称.
    Title,
    /// 事件类别.
    Category,
    /// 所属区域.
    Area,
    /// 发生地点.
    Place,
    /// 事件简述.
    Summary,
    /// 事件规模.
    Scale,
    /// 涉及人数.
    PeopleCount,
    /// 发生时间.
    OccurredAt,
    /// 来源人.
    SourceName,
    /// 来源电话.
    SourcePhone,
    /// 当事人.
    Parties,
    /// Identity number or minor's name.
    Sealed,
    /// 等级.
    Rank,
    /// 任务书.
    Task,
    /// 时间表.
    Schedule,
    /// 路径图.
    Path,
    /// 责任人.
    Owner,
    /// 主办.
    Lead,
    /// 协办.
    Assist,
    /// 抄告.
    Copies,
    /// 办结时限.
    Due,
    /// 静默到.
    Until,
    /// 原因.
    Reason,
    /// Words of a note, a call, an opinion.
    Text,
    /// The other side of a call.
    CallWith,
    /// The other side's number.
    CallPhone,
    /// For whom it is entered.
    OnBehalf,
    /// 加急.
    Emergency,
    /// The unit that the step goes to.
    To,
    /// 吹哨: the units called.
    Called,
    /// 延期天数.
    Days,
    /// Who of the police confirmed it.
    Police,
    /// The other case of two.
    Other,
    /// 合并的案件.
    Merged,
    /// 关联的案件.
    Links,
    /// 评价.
    Mark,
    /// 班次.
    Shift,
    /// 带班领导.
    Leader,
    /// Whom a caller has told already.
    Told,
    /// 领导指示和办理情况.
    Instruction,
    /// 交接事项.
    Items,
    /// 设备和故障.
    Equipment,
    /// 领导交办.
    Orders,
    /// 下一班可能发生.
    Expected,
    /// 姓名、名称.
    Name,
    /// 职务.
    Post,
    /// 电话.
    Phone,
    /// 备用电话.
    BackupPhone,
    /// 擅长类别.
    Specialities,
    /// 语言.
    Languages,
    /// 可打时间.
    Availability,
    /// 核实日期.
    VerifiedOn,
}

impl Field {
    /// The field's name on the wire and in i18n keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Category => "category",
            Self::Area => "area",
            Self::Place => "place",
            Self::Summary => "summary",
            Self::Scale => "scale",
            Self::PeopleCount => "people-count",
            Self::OccurredAt => "occurred-at",
            Self::SourceName => "source-name",
            Self::SourcePhone => "source-phone",
            Self::Parties => "parties",
            Self::Sealed => "sealed",
            Self::Rank => "rank",
            Self::Task => "task",
            Self::Schedule => "schedule",
            Self::Path => "path",
            Self::Owner => "owner",
            Self::Lead => "lead",
            Self::Assist => "assist",
            Self::Copies => "copies",
            Self::Due => "due",
            Self::Until => "until",
            Self::Reason => "reason",
            Self::Text => "text",
            Self::CallWith => "call-with",
            Self::CallPhone => "call-phone",
            Self::OnBehalf => "on-behalf",
            Self::Emergency => "emergency",
            Self::To => "to",
            Self::Called => "called",
            Self::Days => "days",
            Self::Police => "police",
            Self::Other => "other",
            Self::Merged => "merged",
            Self::Links => "links",
            Self::Mark => "mark",
            Self::Shift => "shift",
            Self::Leader => "leader",
            Self::Told => "told",
            Self::Instruction => "instruction",
            Self::Items => "items",
            Self::Equipment => "equipment",
            Self::Orders => "orders",
            Self::Expected => "expected",
            Self::Name => "name",
            Self::Post => "post",
            Self::Phone => "phone",
            Self::BackupPhone => "backup-phone",
            Self::Specialities => "specialities",
            Self::Languages => "languages",
            Self::Availability => "availability",
            Self::VerifiedOn => "verified-on",
        }
    }
}
