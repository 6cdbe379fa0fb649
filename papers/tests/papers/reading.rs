//! Whether a reader finds every figure: poppler reads the files back.

use std::path::PathBuf;
use std::process::Command;

use papers::Paper;
use rust_decimal::Decimal;

use crate::cases;

/// Where files of this run lie.
pub fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

pub fn text_of(file: &[u8], name: &str) -> String {
    let path = folder("reading").join(format!("{name}.pdf"));
    std::fs::write(&path, file).unwrap();
    let read = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().expect("scripts/setup papers");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8(read.stdout).unwrap()
}

fn grouped(amount: Decimal, decimals: u32) -> String {
    let mut amount = amount;
    amount.rescale(decimals);
    let text = amount.to_string();
    let (whole, rest) =
        text.split_once('.').map_or((text.as_str(), String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let groups: Vec<_> = whole.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",") + &rest
}

/// All amounts that a person must find, each as often as it is said.
fn amounts(paper: &Paper) -> Vec<Decimal> {
    let mut amounts: Vec<_> = paper.lines.iter().flat_map(|line| [line.unit_price, line.price]).collect();
    amounts.extend(paper.shipping.iter().map(|shipping| shipping.price));
    let totals = &paper.totals;
    amounts.extend(totals.discounts.iter().map(|discount| discount.amount));
    amounts.extend(
        [totals.subtotal, totals.total, totals.total - totals.paid].into_iter().filter(|amount| !amount.is_zero()),
    );
    amounts.extend(paper.taxes.iter().filter(|tax| !tax.rate.is_zero()).flat_map(|tax| [tax.net, tax.amount]));
    amounts
}

#[test]
fn every_amount_is_read_back() {
    for (name, paper) in cases::electronic().into_iter().chain([("dinar", cases::dinar())]) {
        let text = text_of(&papers::pdf(&paper).unwrap(), name);
        let mut words: Vec<_> =
            text.split_whitespace().map(|word| word.trim_start_matches('\u{2212}').to_owned()).collect();
        for amount in amounts(&paper) {
            let figure = grouped(amount, paper.decimals);
            let found = words.iter().position(|word| word.rsplit('\u{a0}').next() == Some(&figure));
            let place = found.unwrap_or_else(|| panic!("{name}: {figure} is not on the paper\n{text}"));
            words.remove(place);
        }
    }
}

#[test]
fn who_where_and_when_is_read_back() {
    let paper = cases::domestic();
    let text = text_of(&papers::pdf(&paper).unwrap(), "domestic-facts");
    for fact in [
        "Jürgen Müller-Lüdenscheidt",
        "Schöneberger Straße 12",
        "90402 Nürnberg",
        "2026-000123",
        "28 November 2026",
        "SEC-7K2M-9QPD",
        "DE123456788",
        "Page 1 of 1",
        "19 %",
        "Hearth & Home",
    ] {
        assert!(text.replace('\u{a0}', " ").contains(fact), "{fact} is missing:\n{text}");
    }
}

#[test]
fn a_table_goes_over_pages_with_its_head_and_the_sum_so_far() {
    let text = text_of(&papers::pdf(&cases::hundred_lines()).unwrap(), "pages");
    let pages: Vec<_> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() >= 4, "{} pages", pages.len());
    for (number, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", number + 1, pages.len())), "{page}");
        assert!(
            page.contains("Description") && page.contains("Amount in USD"),
            "page {} has no head:\n{page}",
            number + 1
        );
    }
    assert_eq!(text.matches("Carried forward").count(), 2 * (pages.len() - 1));
}

#[test]
fn a_credit_note_names_its_invoice() {
    let text = text_of(&papers::pdf(&cases::credit_note()).unwrap(), "credit");
    for part in ["Credit note", "2026-000123 of 28", "November 2026", "Total credited", "Refunded"] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
}

/// An invoice to machines, of the note that it takes back, with nothing to pay.
#[test]
fn a_cancellation_names_its_credit_note_and_asks_for_nothing() {
    let paper = cases::cancellation();
    let text = text_of(&papers::pdf(&paper).unwrap(), "cancellation");
    for part in ["Cancellation of a credit note", "C-2026-000007 of", "December", "2026-000131", "Billed to"] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    assert!(!text.contains("Still to pay") && !text.contains("credited"), "{text}");
    let xml = String::from_utf8(papers::xml(&paper).unwrap().unwrap()).unwrap();
    for part in [
        "<ram:TypeCode>380</ram:TypeCode>",
        "<ram:IssuerAssignedID>C-2026-000007</ram:IssuerAssignedID>",
        "<ram:DuePayableAmount>0.00</ram:DuePayableAmount>",
    ] {
        assert!(xml.contains(part), "{part} is missing:\n{xml}");
    }
}
