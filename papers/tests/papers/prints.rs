//! What is printed together: each on pages of its own, and named before where it is left out.

use papers::{Cover, Slip, SlipLine};
use time::macros::date;

use crate::cases;
use crate::reading::text_of;

fn slip(order: &str, lines: usize) -> Slip {
    let line = |n: usize| SlipLine {
        name: format!("Stoneware mug {n}"),
        detail: n.is_multiple_of(2).then(|| "Speckled, large".to_owned()),
        sku: Some(format!("MUG-{n}")),
        quantity: 1200,
    };
    Slip {
        shop: "Hearth & Home".into(),
        order: order.into(),
        placed: date!(2026 - 11 - 28),
        deliver_to: vec!["Jürgen Müller".into(), "Schöneberger Straße 12".into(), "90402 Nürnberg".into()],
        shipping: Some("Standard".into()),
        lines: (1..=lines).map(line).collect(),
        notes: Vec::new(),
    }
}

#[test]
fn each_slip_counts_its_own_pages_and_repeats_its_head() {
    let file = papers::slips(None, &[slip("1001", 2), slip("1002", 60), slip("1003", 1)]).unwrap();
    let text = text_of(&file, "slips");
    let pages: Vec<_> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    let of = |order: &str| pages.iter().filter(|page| page.contains(&format!("Packing slip, order {order}"))).count();
    assert_eq!((of("1001"), of("1003"), of("1001") + of("1002") + of("1003")), (1, 1, pages.len()));
    let long = of("1002");
    assert!(long > 2, "{long} pages");
    for (number, page) in pages[1..=long].iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {long}", number + 1)), "{page}");
        assert!(page.contains("Quantity") && page.contains("SKU"), "{page}");
    }
    for fact in
        ["Jürgen Müller", "90402 Nürnberg", "28 November 2026", "Standard", "Speckled, large", "1,200", "MUG-60"]
    {
        assert!(text.contains(fact), "{fact} is missing:\n{text}");
    }
}

#[test]
fn what_is_collected_or_noted_is_said() {
    let noted = Slip { deliver_to: Vec::new(), notes: vec!["Wrap it twice".into()], ..slip("1001", 1) };
    let text = text_of(&papers::slips(None, &[noted]).unwrap(), "slip-noted");
    for part in ["collected at the shop", "Wrap it twice", "not for the parcel"] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
}

#[test]
fn invoices_are_joined_behind_what_is_left_out() {
    let cover = Cover { title: "Invoices".into(), lines: vec!["Not in here: order 1003, it has no invoice.".into()] };
    let papers = [cases::domestic(), cases::hundred_lines()];
    let text = text_of(&papers::invoices(Some(&cover), &papers).unwrap(), "invoices");
    let pages: Vec<_> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages[0].contains("Not in here: order 1003"), "{}", pages[0]);
    assert!(pages[1].contains(&papers[0].number) && pages[1].contains("Page 1 of 1"), "{}", pages[1]);
    assert!(pages[2].contains(&papers[1].number), "{}", pages[2]);
    assert!(pages[2].contains(&format!("Page 1 of {}", pages.len() - 2)), "{}", pages[2]);
    let none = text_of(&papers::invoices(Some(&cover), &[]).unwrap(), "invoices-none");
    assert!(none.contains("1003") && !none.contains("Total"), "{none}");
}
