//! Colours of the report, light and dark, as CSS variables.
//!
//! The hues are those of Okabe and Ito, which people with any common form of colour blindness tell apart, darkened on
//! a light ground and lightened on a dark one until they can be read as text. A test holds the contrast.

use std::fmt::Write as _;

/// One colour in both themes.
pub struct Tone {
    /// Name of the CSS variable, without the dashes.
    pub name: &'static str,
    /// On a light ground.
    pub light: &'static str,
    /// On a dark ground.
    pub dark: &'static str,
}

const fn tone(name: &'static str, light: &'static str, dark: &'static str) -> Tone {
    Tone { name, light, dark }
}

/// Behind text.
const GROUNDS: &[Tone] =
    &[tone("ground", "#f7f7f4", "#13171b"), tone("panel", "#ffffff", "#1a1f24"), tone("shade", "#edeff1", "#262c33")];

/// Text, and lines that carry meaning.
const TEXTS: &[Tone] = &[
    tone("ink", "#1c2126", "#e9e7e2"),
    tone("muted", "#535b63", "#aab2ba"),
    tone("blue", "#0a5c94", "#74bff1"),
    tone("green", "#00644b", "#54d0a8"),
    tone("orange", "#9c3f08", "#f2a862"),
    tone("purple", "#84356c", "#e6a1ce"),
];

/// Grid lines and borders, which carry no meaning.
const RULES: &[Tone] = &[tone("rule", "#d5d9dd", "#39414a")];

/// The colours as CSS: light by default and on paper, dark where the reader's system asks for it.
pub fn variables() -> String {
    let list = |value: fn(&Tone) -> &'static str| {
        [GROUNDS, TEXTS, RULES].into_iter().flatten().fold(String::new(), |mut css, tone| {
            // Writing to a string can not fail.
            let _ = write!(css, "--{}:{};", tone.name, value(tone));
            css
        })
    };
    let (light, dark) = (list(|t| t.light), list(|t| t.dark));
    format!(
        ":root{{color-scheme:light dark;{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(hex: &str, at: usize) -> f64 {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
    }

    fn luminance(hex: &str) -> f64 {
        0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_ground() {
        for ground in GROUNDS {
            for text in TEXTS {
                let (light, dark) = (contrast(ground.light, text.light), contrast(ground.dark, text.dark));
                assert!(light >= 4.5 && dark >= 4.5, "{} on {}: {light:.2} {dark:.2}", text.name, ground.name);
            }
        }
    }
}
