//! The paper as people read it: A4, in the shop's look, and what makes the file last: PDF/A-3a, PDF/UA-1, Factur-X.
#![expect(clippy::float_arithmetic, reason = "points on paper; money is decimal")]

mod fonts;
mod head;
mod prints;
mod sheets;
mod slips;
mod table;
mod text;
mod totals;
mod xmp;

use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::{Document, SerializeSettings};

use crate::paper::Paper;
use crate::{Error, words};
pub use prints::{invoices, slips};
use sheets::Sheets;

pub fn document(paper: &Paper, xml: Option<Vec<u8>>) -> Result<Vec<u8>, Error> {
    let mut sheets = Sheets::new();
    sheets.paper(paper);

    let mut document = Document::new_with(settings()?);
    sheets.draw(&mut document)?;
    document.set_metadata(metadata(paper));
    document.set_outline(outline(paper));
    let has_xml = xml.is_some();
    if let Some(xml) = xml {
        document.embed_file(attachment(paper, xml)).ok_or_else(|| Error::Unwritable("attached twice".into()))?;
    }
    let file = document.finish().map_err(|error| Error::Unwritable(format!("{error:?}")))?;
    if has_xml { xmp::with_factur_x(&file) } else { Ok(file) }
}

fn settings() -> Result<SerializeSettings, Error> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| Error::Unwritable(format!("{error:?}")))?;
    Ok(SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() })
}

/// No clock: a paper was made on the day it was issued.
fn day(paper: &Paper) -> DateTime {
    let (year, month, day) = paper.issued.to_calendar_date();
    let year = u16::try_from(year).unwrap_or_default();
    DateTime::new(year).month(month.into()).day(day).hour(0).minute(0).second(0).utc_offset_hour(0).utc_offset_minute(0)
}

fn metadata(paper: &Paper) -> Metadata {
    Metadata::new()
        .title(fonts::plain(&words::document_title(paper)))
        .authors(vec![fonts::plain(&paper.seller.name)])
        .creator("Small E-Commerce".to_owned())
        .language(words::LANGUAGE.to_owned())
        .creation_date(day(paper))
}

/// PDF/UA asks for one, however short.
fn outline(paper: &Paper) -> Outline {
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(fonts::plain(&words::document_title(paper)), top));
    outline
}

fn attachment(paper: &Paper, xml: Vec<u8>) -> EmbeddedFile {
    EmbeddedFile {
        path: xmp::ATTACHMENT.to_owned(),
        mime_type: MimeType::new("text/xml"),
        description: Some(format!("{}, EN 16931", fonts::plain(&words::document_title(paper)))),
        association_kind: AssociationKind::Alternative,
        data: xml.into(),
        modification_date: Some(day(paper)),
        compress: None,
        location: None,
    }
}
