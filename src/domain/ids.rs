//! Identities. All are UUIDs made by the program that first writes the thing
//! down (version 7, so that they sort by age), never by the service.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to name such a thing.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID, for storage and for the wire.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id_type! {
    /// Names any record, whatever its kind.
    RecordId
}
id_type! {
    /// Names an account that signs in.
    OfficerId
}
id_type! {
    /// Names an organisation that can hold work.
    UnitId
}
id_type! {
    /// Names a person who can be asked to do something.
    PersonId
}
id_type! {
    /// Names an enrolled workstation, or a channel that acts like one.
    DeviceId
}
id_type! {
    /// Names a command. It alone decides whether a delivery is a repeat.
    CommandId
}

macro_rules! is_a_record {
    ($($name:ident),+) => {$(
        impl From<$name> for RecordId {
            fn from(id: $name) -> Self {
                Self(id.0)
            }
        }

        impl From<RecordId> for $name {
            fn from(id: RecordId) -> Self {
                Self(id.0)
            }
        }
    )+};
}
is_a_record!(OfficerId, UnitId, PersonId);

impl RecordId {
    /// Four characters that stand in for a number until the service gives one
    /// (`临7F3A`). Taken from the random end of the id, so that two made in the
    /// same millisecond differ.
    #[must_use]
    pub fn provisional_tag(self) -> String {
        let bytes = self.0.as_bytes();
        format!("{:02X}{:02X}", bytes[14], bytes[15])
    }
}
