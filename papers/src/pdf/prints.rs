//! Several papers or packing slips in one file, for a printer: tagged like all of ours, with a mark for each, but no archive
//! and nothing attached.

use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::{Document, SerializeSettings};

use super::fonts;
use super::sheets::Sheets;
use crate::paper::Paper;
use crate::slip::{Cover, Slip};
use crate::{Error, words};

pub fn slips(cover: Option<&Cover>, slips: &[Slip]) -> Result<Vec<u8>, Error> {
    let fill = |sheets: &mut Sheets, slip: &Slip| sheets.slip(slip);
    document(words::PACKING_SLIPS, cover, slips, words::slip_title, fill)
}

pub fn invoices(cover: Option<&Cover>, papers: &[Paper]) -> Result<Vec<u8>, Error> {
    document(words::INVOICES, cover, papers, words::document_title, |sheets, paper| sheets.paper(paper))
}

fn document<T>(
    title: &str,
    cover: Option<&Cover>,
    parts: &[T],
    name: impl Fn(&T) -> String,
    fill: impl Fn(&mut Sheets, &T),
) -> Result<Vec<u8>, Error> {
    let (mut sheets, mut outline) = (Sheets::new(), Outline::new());
    let mark = |name: &str, page: usize| {
        OutlineNode::new(fonts::plain(name), XyzDestination::new(page, Point::from_xy(0.0, 0.0)))
    };
    if let Some(cover) = cover {
        sheets.cover(cover);
        outline.push_child(mark(&cover.title, 0));
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 || cover.is_some() {
            sheets.begin();
        }
        outline.push_child(mark(&name(part), sheets.first()));
        fill(&mut sheets, part);
    }
    let mut document = Document::new_with(SerializeSettings { enable_tagging: true, ..SerializeSettings::default() });
    sheets.draw(&mut document)?;
    let metadata = Metadata::new().title(title.to_owned()).language(words::LANGUAGE.to_owned());
    document.set_metadata(metadata.creator("Small E-Commerce".to_owned()));
    document.set_outline(outline);
    document.finish().map_err(|error| Error::Unwritable(format!("{error:?}")))
}
