//! The keymaps inside the program.

/// A keymap that ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// What it is called in settings, on the command line and after `inherits`.
    pub name: &'static str,
    /// Its file in the source tree.
    pub file: &'static str,
    /// What stands in it.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        /// All of them, in the order in which one goes round.
        pub const SHIPPED: &[Shipped] = &[$(Shipped {
            name: $name,
            file: concat!("keymaps/", $name, ".toml"),
            text: include_str!(concat!("../../../keymaps/", $name, ".toml")),
        }),+];
    };
}

shipped!("default", "vim", "numpad");

/// The one of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|one| one.name == name)
}
