//! In which colours a page is shown.
//!
//! A [`Theme`] is a matter of the style alone, chosen before its hash goes into the page's [`policy`](super::policy).

use std::borrow::Cow;

/// What the style says before what holds in the dark.
const IN_THE_DARK: &str = "@media screen and (prefers-color-scheme: dark)";

/// In which colours a page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// Those of the system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Dark on every screen.
    Dark,
}

impl Theme {
    /// Reads a theme's name; anything else is the system's.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The style in these colours.
    pub(super) fn dress(self, style: &str) -> Cow<'_, str> {
        let when = match self {
            Self::System => return Cow::Borrowed(style),
            Self::Light => "@media not all",
            Self::Dark => "@media screen",
        };
        Cow::Owned(style.replace(IN_THE_DARK, when))
    }
}

#[cfg(test)]
mod tests {
    use super::Theme;
    use crate::report::html::STYLE;

    #[test]
    fn the_style_is_dressed_in_the_dark_alone_or_in_the_light() {
        let asks = |theme: Theme| theme.dress(STYLE).contains("prefers-color-scheme");
        assert_eq!([Theme::System, Theme::Light, Theme::Dark].map(asks), [true, false, false]);
    }
}
