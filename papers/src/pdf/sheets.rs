//! The pages, filled before they are drawn: "Page 1 of 3" is known only then. What stands on them is put into a tree as
//! well, in the order in which it is read aloud; what is repeated or only decorates is in no tree.

use krilla::Document;
use krilla::geom::{PathBuilder, Rect};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TagGroup, TagKind, TagTree};

use super::text::{Block, Colour, Embedded, Setter, Style, fill};
use crate::Error;

const PAGE_WIDTH: f32 = 595.28;
const PAGE_HEIGHT: f32 = 841.89;
pub const LEFT: f32 = 56.0;
pub const WIDTH: f32 = PAGE_WIDTH - 2.0 * LEFT;
pub const RIGHT: f32 = LEFT + WIDTH;
pub const TOP: f32 = 48.0;
/// Where the text of a page ends, and its footer begins.
pub const BOTTOM: f32 = 748.0;
pub const FOOTER: f32 = 776.0;

/// A place in the order of reading.
pub enum Branch {
    Group(TagKind, Vec<Branch>),
    /// A text, by its number.
    Leaf(usize),
}

enum Mark {
    Read(usize),
    Artifact(ArtifactType),
}

enum Piece {
    Text { x: f32, y: f32, block: Box<Block>, mark: Mark },
    Rule { x: f32, y: f32, width: f32, thickness: f32, colour: Colour },
}

pub struct Sheets {
    setter: Setter,
    pages: Vec<Vec<Piece>>,
    /// Where the paper begins that is being filled.
    first: usize,
    texts: usize,
    pub tree: Vec<Branch>,
    /// How far down the last page is filled.
    pub y: f32,
}

impl Sheets {
    pub fn new() -> Self {
        Self { setter: Setter::new(), pages: vec![Vec::new()], first: 0, texts: 0, tree: Vec::new(), y: TOP }
    }

    pub fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Another paper, on a page of its own.
    pub fn begin(&mut self) {
        self.new_page();
        self.first = self.last();
    }

    pub fn first(&self) -> usize {
        self.first
    }

    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    pub fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    pub fn set(&mut self, text: &str, style: Style, width: f32) -> Block {
        self.setter.set(text, style, width)
    }

    fn put(&mut self, page: usize, piece: Piece) {
        if let Some(page) = self.pages.get_mut(page) {
            page.push(piece);
        }
    }

    /// On the last page; answers its place in the order of reading.
    pub fn place(&mut self, block: Block, x: f32, y: f32) -> Branch {
        let number = self.texts;
        self.texts += 1;
        self.put(self.pages.len() - 1, Piece::Text { x, y, block: Box::new(block), mark: Mark::Read(number) });
        Branch::Leaf(number)
    }

    /// What is not read: repeated heads, footers.
    pub fn repeat(&mut self, page: usize, block: Block, x: f32, y: f32, kind: ArtifactType) {
        self.put(page, Piece::Text { x, y, block: Box::new(block), mark: Mark::Artifact(kind) });
    }

    pub fn rule(&mut self, page: usize, x: f32, y: f32, width: f32, thickness: f32, colour: Colour) {
        self.put(page, Piece::Rule { x, y, width, thickness, colour });
    }

    pub fn last(&self) -> usize {
        self.pages.len() - 1
    }

    pub fn draw(self, document: &mut Document) -> Result<(), Error> {
        let mut embedded = Embedded::new();
        let mut places: Vec<Option<Identifier>> = (0..self.texts).map(|_| None).collect();
        for pieces in &self.pages {
            let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT);
            let mut page = document.start_page_with(size.ok_or_else(|| Error::Unwritable("page size".into()))?);
            let mut surface = page.surface();
            pieces.iter().for_each(|piece| piece.draw(&mut surface, &mut embedded, &mut places));
            surface.finish();
            page.finish();
        }
        let mut tree = TagTree::new();
        self.tree.into_iter().filter_map(|branch| branch.node(&mut places)).for_each(|node| tree.push(node));
        document.set_tag_tree(tree);
        Ok(())
    }
}

impl Branch {
    fn node(self, places: &mut [Option<Identifier>]) -> Option<Node> {
        match self {
            Self::Leaf(number) => places.get_mut(number)?.take().map(Node::from),
            Self::Group(kind, inside) => {
                let nodes = inside.into_iter().filter_map(|branch| branch.node(places)).collect();
                Some(Node::from(TagGroup::with_children(kind, nodes)))
            }
        }
    }
}

impl Piece {
    fn draw(&self, surface: &mut Surface<'_>, embedded: &mut Embedded, places: &mut [Option<Identifier>]) {
        match self {
            Self::Text { x, y, block, mark } => {
                let span = SpanTag::empty().with_actual_text(block.original.as_deref());
                let tag = match mark {
                    Mark::Read(_) => ContentTag::Span(span),
                    Mark::Artifact(kind) => ContentTag::Artifact(Artifact::with_kind(*kind)),
                };
                let place = surface.start_tagged(tag);
                block.draw(surface, embedded, *x, *y);
                surface.end_tagged();
                if let Mark::Read(number) = mark
                    && let Some(slot) = places.get_mut(*number)
                {
                    *slot = Some(place);
                }
            }
            Self::Rule { x, y, width, thickness, colour } => {
                let mut path = PathBuilder::new();
                if let Some(rect) = Rect::from_xywh(*x, *y, *width, *thickness) {
                    path.push_rect(rect);
                }
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
                surface.set_fill(Some(fill(*colour)));
                if let Some(path) = path.finish() {
                    surface.draw_path(&path);
                }
                surface.end_tagged();
            }
        }
    }
}
