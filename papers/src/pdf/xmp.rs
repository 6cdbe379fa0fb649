//! Says in the file's metadata (XMP) that it carries a Factur-X invoice, and describes those words as PDF/A wants it.
//!
//! krilla 0.8 writes no metadata but its own (LaurenzV/krilla#408 asks for it), so they are put into the finished file:
//! the metadata are uncompressed, and the table of where the objects lie has rows of one length. When krilla can do it,
//! this file goes.

use crate::Error;

/// What Factur-X calls the attachment.
pub(super) const ATTACHMENT: &str = "factur-x.xml";

const NAMESPACE: &str = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

const PROPERTIES: [(&str, &str, &str); 4] = [
    ("DocumentFileName", ATTACHMENT, "name of the embedded XML invoice file"),
    ("DocumentType", "INVOICE", "INVOICE"),
    ("Version", "1.0", "The actual version of the Factur-X XML schema"),
    ("ConformanceLevel", "EN 16931", "The conformance level of the embedded Factur-X data"),
];

/// A row of the table: ten digits, a blank, five digits, a blank, a letter, the end of the line.
const ROW: usize = 20;

pub fn with_factur_x(file: &[u8]) -> Result<Vec<u8>, Error> {
    edited(file).ok_or_else(|| Error::Unwritable("metadata not found where krilla 0.8 writes them".into()))
}

fn edited(file: &[u8]) -> Option<Vec<u8>> {
    let object = find_last(file, b"/Type/Metadata").or_else(|| find_last(file, b"/Type /Metadata"))?;
    let start = find_last(file.get(..object)?, b" obj")?;
    let end = start + find(file.get(start..)?, b"endstream")?;
    let metadata = std::str::from_utf8(file.get(start..end)?).ok()?;

    let longer = with_values(&with_schema(metadata)?)?;
    let (length_at, length) = stream_length(&longer)?;
    let new_length = (length + longer.len()).checked_sub(metadata.len())?.to_string();
    let longer =
        longer.get(..length_at)?.to_owned() + &new_length + longer.get(length_at + length.to_string().len()..)?;
    let grown = longer.len() - metadata.len();

    let edited = [file.get(..start)?, longer.as_bytes(), file.get(end..)?].concat();
    move_offsets(edited, end, grown)
}

/// The description goes into the list that is there.
fn with_schema(metadata: &str) -> Option<String> {
    let list = metadata.find("</pdfaExtension:schemas>")?;
    let at = metadata.get(..list)?.rfind("</rdf:Bag>")?;
    let properties: String = PROPERTIES.iter().map(|(name, _, meaning)| {
        format!(
            "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name>\
             <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
             <pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        )
    }).collect();
    let schema = format!(
        "<rdf:li xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
         xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\" rdf:parseType=\"Resource\">\
         <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
         <pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>\
         <pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    );
    Some(metadata.get(..at)?.to_owned() + &schema + metadata.get(at..)?)
}

fn with_values(metadata: &str) -> Option<String> {
    let at = metadata.find("</rdf:RDF>")?;
    let values: String = PROPERTIES.iter().map(|(name, value, _)| format!("<fx:{name}>{value}</fx:{name}>")).collect();
    let values = format!("<rdf:Description rdf:about=\"\" xmlns:fx=\"{NAMESPACE}\">{values}</rdf:Description>");
    Some(metadata.get(..at)?.to_owned() + &values + metadata.get(at..)?)
}

/// Where the stream's length stands, and the length.
fn stream_length(object: &str) -> Option<(usize, usize)> {
    let at = object.find("/Length ")? + "/Length ".len();
    let digits: String = object.get(at..)?.chars().take_while(char::is_ascii_digit).collect();
    Some((at, digits.parse().ok()?))
}

/// What lay behind `end` lies further on now.
fn move_offsets(mut file: Vec<u8>, end: usize, grown: usize) -> Option<Vec<u8>> {
    let moved = |offset: usize| if offset >= end { offset + grown } else { offset };
    let keyword = find_last(&file, b"startxref")?;
    let place = std::str::from_utf8(file.get(keyword..)?).ok()?.split_whitespace().nth(1)?;
    let table = moved(place.parse().ok()?);
    let mut head = std::str::from_utf8(file.get(table..keyword)?).ok()?.splitn(3, '\n');
    let (first, counts) = (head.next()?, head.next()?);
    if first.trim() != "xref" {
        return None;
    }
    let rows: usize = counts.split_whitespace().nth(1)?.parse().ok()?;
    let at = table + first.len() + counts.len() + 2;
    for row in file.get_mut(at..at + rows * ROW)?.as_chunks_mut::<ROW>().0 {
        let offset: usize = std::str::from_utf8(row.get(..10)?).ok()?.parse().ok()?;
        if row.get(17) == Some(&b'n') {
            row.get_mut(..10)?.copy_from_slice(format!("{:010}", moved(offset)).as_bytes());
        }
    }
    file.truncate(keyword);
    file.extend(format!("startxref\n{table}\n%%EOF").into_bytes());
    Some(file)
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

fn find_last(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|window| window == word)
}
