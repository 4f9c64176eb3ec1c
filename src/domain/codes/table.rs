//! One table of the standard as one enum: written once, read in every form.

/// Declares an enum whose rows are `Variant = code, id, Chinese, English`.
///
/// Deliberately derives no order: codes are labels.
macro_rules! code_table {
    (
        $(#[$meta:meta])*
        $name:ident, $table:literal {
            $( $(#[$row_meta:meta])* $variant:ident = $code:literal, $id:literal, $zh:literal, $en:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$row_meta])* $variant, )+
        }

        impl $name {
            /// Number of the table in GB/T 31000-2015.
            pub const TABLE: &'static str = $table;

            /// Every row, in the order of the table.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The standard's code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// The row with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $( $code => Some(Self::$variant), )+ _ => None }
            }

            /// A short English identifier, unique within the table.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $( Self::$variant => $id, )+ }
            }

            /// The name in Chinese.
            #[must_use]
            pub const fn name_zh(self) -> &'static str {
                match self { $( Self::$variant => $zh, )+ }
            }

            /// The name in English; ours, since the standard has none.
            #[must_use]
            pub const fn name_en(self) -> &'static str {
                match self { $( Self::$variant => $en, )+ }
            }
        }

        $crate::domain::codes::table::code_text!($name);
    };
}

/// `Display`, `FromStr` and serde through the code string, for any type that
/// has `TABLE`, `code` and `from_code`.
macro_rules! code_text {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::codes::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::from_code(code)
                    .ok_or_else(|| $crate::domain::codes::UnknownCode::new(Self::TABLE, code))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use {code_table, code_text};
