//! Who calls, and how that was proved: passwords, desks, tokens.

pub mod caller;
pub mod password;
pub mod sign_in;
pub mod station;
pub mod tries;
