//! Invoices, credit notes and what cancels these, as files: from the facts of one paper to a PDF/A-3 that people read, with
//! the same facts as EN 16931 XML (Factur-X) inside for machines. And what is printed of several orders at once: packing
//! slips, and invoices in one file.
//!
//! Nothing here knows orders, SQL, pages or the clock, and nothing is computed: all amounts are given, and a paper whose
//! parts do not add up is refused. The same paper gives the same bytes. Nothing is loaded before the first call.
//!
//! A crate of its own, because what sets text and writes PDF is needed here alone and is compiled beside the rest.

mod check;
mod error;
mod figures;
mod paper;
mod pdf;
mod slip;
mod words;
mod xml;

pub use check::InvalidPaper;
pub use error::Error;
pub use paper::{Address, Discount, Kind, Line, Original, Paper, PartTax, Party, Shipping, Tax, TaxCategory, Totals};
pub use slip::{Cover, Slip, SlipLine};

/// The file: PDF/A-3a and PDF/UA-1, with `factur-x.xml` attached where EN 16931 can say it: in a currency of at most two
/// decimals, with taxes near their rates. Those of a credit note, and of what takes it back, may be off: its tax is what is
/// left of the invoice's.
///
/// # Errors
/// `Flawed` where the facts do not add up.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, Error> {
    check::check(paper)?;
    let xml = has_xml(paper).then(|| xml::document(paper)).transpose()?;
    pdf::document(paper, xml)
}

/// These invoices in one file to print, behind a page that says what it has to: without XML, and no archive. None of them:
/// that page alone.
///
/// # Errors
/// `Flawed` where the facts of one do not add up.
pub fn invoices(cover: Option<&Cover>, papers: &[Paper]) -> Result<Vec<u8>, Error> {
    papers.iter().try_for_each(check::check)?;
    pdf::invoices(cover, papers)
}

/// These packing slips in one file to print, each on a page of its own.
///
/// # Errors
/// `Unwritable`; never seen.
pub fn slips(cover: Option<&Cover>, slips: &[Slip]) -> Result<Vec<u8>, Error> {
    pdf::slips(cover, slips)
}

/// The attachment alone; none for what EN 16931 cannot say.
///
/// # Errors
/// `Flawed` where the facts do not add up.
pub fn xml(paper: &Paper) -> Result<Option<Vec<u8>>, Error> {
    check::check(paper)?;
    has_xml(paper).then(|| xml::document(paper)).transpose()
}

/// Whether the facts make a paper.
///
/// # Errors
/// What contradicts itself or is missing.
pub fn check(paper: &Paper) -> Result<(), InvalidPaper> {
    check::check(paper)
}

fn has_xml(paper: &Paper) -> bool {
    paper.decimals <= 2 && check::are_near_their_rates(&paper.taxes)
}
