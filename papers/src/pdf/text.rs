//! Text: set in a width, and drawn where it stands.

use std::borrow::Cow;
use std::collections::HashMap;

use krilla::color::rgb;
use krilla::geom::Point;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::{
    Alignment, FontFamily, FontFamilyName, FontFeatures, FontWeight, GlyphRun, Layout, LayoutContext, LineHeight,
    OverflowWrap, PositionedLayoutItem, StyleProperty,
};

use super::fonts::{Fonts, plain};

/// Most letters of one text on the paper; what is longer ends in "…" there, and is whole in the XML.
const LONGEST: usize = 500;

/// Red, green, blue: those of `style/tokens.css`.
pub type Colour = [u8; 3];

pub const INK: Colour = [0x21, 0x1d, 0x19];
pub const SOFT: Colour = [0x5d, 0x55, 0x4b];
pub const CLAY: Colour = [0x96, 0x3d, 0x1f];
pub const HAIRLINE: Colour = [0xdd, 0xd4, 0xc6];
pub const EDGE: Colour = [0x85, 0x7b, 0x6c];

#[derive(Clone, Copy)]
pub struct Style {
    family: &'static str,
    weight: f32,
    size: f32,
    colour: Colour,
    align: Alignment,
}

impl Style {
    const fn of(family: &'static str, weight: f32, size: f32, colour: Colour) -> Self {
        Self { family, weight, size, colour, align: Alignment::Left }
    }

    pub const SHOP: Self = Self::of("Newsreader", 400.0, 22.0, CLAY);
    pub const TITLE: Self = Self::of("Newsreader", 400.0, 27.0, INK);
    pub const TEXT: Self = Self::of("Noto Sans", 400.0, 9.0, INK);
    pub const STRONG: Self = Self::of("Noto Sans", 600.0, 9.0, INK);
    pub const SUM: Self = Self::of("Noto Sans", 600.0, 11.5, INK);
    pub const SOFT: Self = Self::of("Noto Sans", 400.0, 9.0, SOFT);
    pub const SMALL: Self = Self::of("Noto Sans", 400.0, 7.6, SOFT);

    /// What is read on a packing table.
    pub const READ: Self = Self::of("Noto Sans", 400.0, 11.0, INK);
    pub const READ_STRONG: Self = Self::of("Noto Sans", 600.0, 11.0, INK);
    pub const COUNT: Self = Self::of("Noto Sans", 600.0, 13.0, INK);

    pub const fn right(self) -> Self {
        Self { align: Alignment::Right, ..self }
    }
}

/// A text that is set: it knows its height.
pub struct Block {
    layout: Layout<()>,
    text: String,
    /// What was written, where that is not what is shown.
    pub original: Option<String>,
    style: Style,
    pub height: f32,
}

pub struct Setter {
    fonts: Fonts,
    layouts: LayoutContext<()>,
}

impl Setter {
    pub fn new() -> Self {
        Self { fonts: Fonts::new(), layouts: LayoutContext::new() }
    }

    pub fn set(&mut self, text: &str, style: Style, width: f32) -> Block {
        let mut written = plain(text);
        if let Some((end, _)) = written.char_indices().nth(LONGEST) {
            written.truncate(end);
            written.push('…');
        }
        let text = self.fonts.shown(&written);
        let families: Vec<_> = [style.family, "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Thai"]
            .map(|name| FontFamilyName::Named(Cow::Borrowed(name)))
            .into();
        let mut builder = self.layouts.ranged_builder(&mut self.fonts.context, &text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(families))));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::FontWeight(FontWeight::new(style.weight)));
        builder.push_default(StyleProperty::FontFeatures(FontFeatures::Source(Cow::Borrowed("\"tnum\", \"lnum\""))));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(1.45)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        let mut layout = builder.build(&text);
        layout.break_all_lines(Some(width));
        layout.align(style.align, parley::AlignmentOptions::default());
        let height = layout.height();
        Block { layout, original: (written != text).then_some(written), text, style, height }
    }
}

pub fn fill([red, green, blue]: Colour) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

/// The fonts of one file, by the id of their bytes.
pub type Embedded = HashMap<u64, Font>;

impl Block {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is the one sum that counts.
    pub fn is_sum(&self) -> bool {
        self.style.size == Style::SUM.size
    }

    pub fn draw(&self, surface: &mut Surface<'_>, embedded: &mut Embedded, x: f32, y: f32) {
        surface.set_fill(Some(fill(self.style.colour)));
        for line in self.layout.lines() {
            for item in line.items() {
                if let PositionedLayoutItem::GlyphRun(run) = item {
                    self.run(&run, surface, embedded, x, y);
                }
            }
        }
    }

    fn run(&self, run: &GlyphRun<'_, ()>, surface: &mut Surface<'_>, embedded: &mut Embedded, x: f32, y: f32) {
        let data = run.run().font();
        let (bytes, id) = data.data.clone().into_raw_parts();
        let font = match embedded.get(&id) {
            Some(font) => font.clone(),
            None => match Font::new(bytes.into(), data.index) {
                Some(font) => embedded.entry(id).or_insert(font).clone(),
                None => return,
            },
        };
        let glyphs = glyphs(run, self.style.size);
        let start = Point::from_xy(x + run.offset(), y + run.baseline());
        surface.draw_glyphs(start, &glyphs, font, &self.text, self.style.size, false);
    }
}

fn glyphs(run: &GlyphRun<'_, ()>, size: f32) -> Vec<KrillaGlyph> {
    let mut glyphs: Vec<KrillaGlyph> = Vec::new();
    for cluster in run.run().visual_clusters() {
        if cluster.is_ligature_continuation() {
            if let Some(glyph) = glyphs.last_mut() {
                glyph.text_range.end = glyph.text_range.end.max(cluster.text_range().end);
            }
            continue;
        }
        // A font that lacks one letter of a cluster draws the others: archives allow no glyph for "missing".
        for glyph in cluster.glyphs().filter(|glyph| glyph.id != 0) {
            let (advance, dx, dy) = (glyph.advance / size, glyph.x / size, glyph.y / size);
            glyphs.push(KrillaGlyph::new(GlyphId::new(glyph.id), advance, dx, dy, 0.0, cluster.text_range(), None));
        }
    }
    glyphs
}
