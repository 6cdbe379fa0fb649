//! Papers as the shop will ask for them. The sums are made here, as the domain makes them: per part, half away from zero.

use papers::{Address, Discount, Kind, Line, Original, Paper, PartTax, Party, Shipping, Tax, TaxCategory, Totals};
use rust_decimal::{Decimal, RoundingStrategy};
use time::macros::date;

pub fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn address(lines: &[&str], line1: &str, city: &str, postal_code: &str, country: &str) -> Address {
    Address {
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        line1: line1.to_owned(),
        line2: None,
        city: city.to_owned(),
        postal_code: Some(postal_code.to_owned()),
        region: None,
        country: country.to_owned(),
    }
}

pub fn person(name: &str, address: Address) -> Party {
    Party {
        name: name.to_owned(),
        trading_name: None,
        address,
        vat_id: None,
        tax_number: None,
        registration: None,
        email: None,
    }
}

fn seller() -> Party {
    let address = address(&["Lindenstraße 5", "10969 Berlin", "Germany"], "Lindenstraße 5", "Berlin", "10969", "DE");
    Party {
        trading_name: Some("Hearth & Home".into()),
        vat_id: Some("DE123456788".into()),
        registration: Some("HRB 123456 B, Amtsgericht Charlottenburg".into()),
        email: Some("orders@hearth.example".into()),
        ..person("Hearth & Home Handelsgesellschaft mbH", address)
    }
}

pub fn german() -> Party {
    let address = address(
        &["Schöneberger Straße 12", "90402 Nürnberg", "Germany"],
        "Schöneberger Straße 12",
        "Nürnberg",
        "90402",
        "DE",
    );
    person("Jürgen Müller-Lüdenscheidt", address)
}

pub fn indonesian() -> Party {
    let lines = [
        "Jl. Jenderal Sudirman Kav. 52-53, RT 5/RW 3",
        "Senayan, Kebayoran Baru",
        "Jakarta Selatan",
        "DKI Jakarta 12190",
        "Indonesia",
    ];
    let address =
        Address { region: Some("DKI Jakarta".into()), ..address(&lines, lines[0], "Jakarta Selatan", "12190", "ID") };
    person("Siti Nurhaliza Wulandari", address)
}

pub fn american() -> Party {
    let lines = ["1600 Amphitheatre Pkwy, Apt 4B", "Mountain View, CA 94043", "United States"];
    let address = Address { region: Some("CA".into()), ..address(&lines, lines[0], "Mountain View", "94043", "US") };
    person("Mary-Jane O’Connor", address)
}

fn dutch() -> Party {
    let address = address(
        &["Keizersgracht 174", "1016 DW Amsterdam", "Netherlands"],
        "Keizersgracht 174",
        "Amsterdam",
        "1016 DW",
        "NL",
    );
    Party { vat_id: Some("NL004495445B01".into()), ..person("De Gouden Ketel B.V.", address) }
}

/// What a paper is made of, before the sums.
pub struct Draft {
    pub paper: Paper,
    rates: Vec<(&'static str, &'static str, TaxCategory)>,
}

impl Draft {
    pub fn new(
        currency: &str,
        decimals: u32,
        included: bool,
        rates: &[(&'static str, &'static str, TaxCategory)],
    ) -> Self {
        let totals = Totals {
            subtotal: Decimal::ZERO,
            discounts: vec![],
            net: Decimal::ZERO,
            tax: Decimal::ZERO,
            total: Decimal::ZERO,
            paid: Decimal::ZERO,
        };
        let paper = Paper {
            kind: Kind::Invoice,
            number: "2026-000123".into(),
            issued: date!(2026 - 11 - 28),
            delivered: Some(date!(2026 - 11 - 28)),
            order: Some("SEC-7K2M-9QPD".into()),
            seller: seller(),
            buyer: german(),
            deliver_to: None,
            currency: currency.into(),
            decimals,
            prices_include_tax: included,
            lines: vec![],
            shipping: None,
            taxes: vec![],
            totals,
            payment: Some("Paid by card on 28 November 2026.".into()),
            notes: vec![],
        };
        Self { paper, rates: rates.to_vec() }
    }

    fn tax(&self, left: Decimal, index: usize) -> PartTax {
        let rate = amount(self.rates[index].1);
        let round =
            |exact: Decimal| exact.round_dp_with_strategy(self.paper.decimals, RoundingStrategy::MidpointAwayFromZero);
        if self.paper.prices_include_tax {
            let tax = round(left * rate / (Decimal::ONE_HUNDRED + rate));
            PartTax { index, net: left - tax, amount: tax }
        } else {
            PartTax { index, net: left, amount: round(left * rate / Decimal::ONE_HUNDRED) }
        }
    }

    pub fn line(self, name: &str, quantity: u32, unit_price: &str, tax: usize) -> Self {
        self.discounted(name, quantity, unit_price, tax, &[])
    }

    pub fn discounted(
        mut self,
        name: &str,
        quantity: u32,
        unit_price: &str,
        tax: usize,
        discounts: &[(&str, &str)],
    ) -> Self {
        let unit_price = amount(unit_price);
        let price = unit_price * Decimal::from(quantity);
        let discounts: Vec<_> =
            discounts.iter().map(|(label, off)| Discount { label: (*label).into(), amount: amount(off) }).collect();
        let left = price - discounts.iter().map(|discount| discount.amount).sum::<Decimal>();
        let number = self.paper.lines.len() + 1;
        let tax = self.tax(left, tax);
        self.paper.lines.push(Line {
            name: name.into(),
            detail: None,
            sku: Some(format!("SEC-{number:03}")),
            quantity,
            unit_price,
            price,
            discounts,
            tax,
        });
        self
    }

    pub fn shipping(mut self, name: &str, price: &str, tax: usize) -> Self {
        let price = amount(price);
        let tax = self.tax(price, tax);
        self.paper.shipping = Some(Shipping { name: name.into(), price, discounts: vec![], tax });
        self
    }

    pub fn paper(mut self) -> Paper {
        let paper = &mut self.paper;
        let parts: Vec<_> = paper
            .lines
            .iter()
            .map(|line| (&line.discounts, &line.tax))
            .chain(paper.shipping.iter().map(|part| (&part.discounts, &part.tax)))
            .collect();
        let of = |index: usize| parts.iter().filter(move |(_, part)| part.index == index);
        let taxes = self.rates.iter().enumerate().map(|(index, (name, rate, category))| Tax {
            name: (*name).into(),
            rate: amount(rate),
            category: *category,
            net: of(index).map(|(_, part)| part.net).sum(),
            amount: of(index).map(|(_, part)| part.amount).sum(),
        });
        let taxes: Vec<_> = taxes.collect();
        let mut discounts: Vec<Discount> = vec![];
        for discount in parts.iter().flat_map(|(discounts, _)| discounts.iter()) {
            match discounts.iter_mut().find(|known| known.label == discount.label) {
                Some(known) => known.amount += discount.amount,
                None => discounts.push(discount.clone()),
            }
        }
        let totals = &mut paper.totals;
        totals.subtotal = paper.lines.iter().map(|line| line.price).sum();
        totals.discounts = discounts;
        totals.net = taxes.iter().map(|tax| tax.net).sum();
        totals.tax = taxes.iter().map(|tax| tax.amount).sum();
        totals.total = totals.net + totals.tax;
        totals.paid = totals.total;
        paper.taxes = taxes;
        self.paper
    }
}

const GERMAN: [(&str, &str, TaxCategory); 2] =
    [("MwSt.", "19", TaxCategory::Standard), ("MwSt.", "7", TaxCategory::Standard)];

pub fn domestic() -> Paper {
    let mut draft = Draft::new("EUR", 2, true, &GERMAN)
        .line("Speckled stoneware mug", 2, "18.90", 0)
        .line("Cast-iron skillet with a lid, pre-seasoned, for induction, gas and open fire", 1, "1249.00", 0)
        .line("Brot backen: Handbuch für lange Führung", 3, "24.95", 1)
        .shipping("Standard delivery", "4.90", 0);
    draft.paper.lines[0].detail = Some("Oat, 350 ml".into());
    draft.paper()
}

pub fn reverse_charge() -> Paper {
    let mut draft = Draft::new("EUR", 2, false, &[("BTW", "0", TaxCategory::IntraCommunity)])
        .line("Bedside cabinet, oiled oak", 4, "289.00", 0)
        .line("Beech rolling pin", 12, "9.99", 0)
        .shipping("Pallet", "79.00", 0);
    draft.paper.buyer = dutch();
    draft.paper()
}

/// The domain's way where prices include tax: the tax that was in them is one more discount.
pub fn reverse_charge_of_included_prices() -> Paper {
    let mut draft = Draft::new("EUR", 2, true, &[("MwSt.", "0", TaxCategory::ReverseCharge)]).discounted(
        "Brass desk lamp",
        1,
        "119.00",
        0,
        &[("Reverse charge", "19.00")],
    );
    draft.paper.buyer = dutch();
    draft.paper()
}

pub fn discounted() -> Paper {
    Draft::new("EUR", 2, true, &GERMAN)
        .discounted("Blanket ladder", 1, "89.00", 0, &[("Autumn (AUTUMN10)", "8.90")])
        .discounted(
            "Beeswax pillar candle",
            3,
            "14.33",
            0,
            &[("Autumn (AUTUMN10)", "4.30"), ("Three for two", "14.33")],
        )
        .discounted("Bread for beginners", 1, "19.99", 1, &[("Autumn (AUTUMN10)", "2.00")])
        .shipping("Express", "12.50", 0)
        .paper()
}

pub fn credit_note() -> Paper {
    let mut draft = Draft::new("EUR", 2, true, &GERMAN[..1]).discounted(
        "Speckled stoneware mug",
        1,
        "18.90",
        0,
        &[("Autumn (AUTUMN10)", "1.89")],
    );
    draft.paper.kind = Kind::CreditNote(Original {
        number: "2026-000123".into(),
        issued: date!(2026 - 11 - 28),
        reason: Some("arrived with a crack.".into()),
    });
    draft.paper.number = "C-2026-000007".into();
    draft.paper.issued = date!(2026 - 12 - 3);
    draft.paper.payment = Some("Refunded to the card it was paid with.".into());
    draft.paper()
}

/// It takes the credit note back.
pub fn cancellation_of(note: Paper) -> Paper {
    Paper {
        kind: Kind::Cancellation(Original {
            number: note.number,
            issued: note.issued,
            reason: Some("The money could not be given back.".into()),
        }),
        number: "2026-000131".into(),
        issued: date!(2026 - 12 - 9),
        payment: Some("The refund failed on 9 December 2026. What was paid stands as it was paid.".into()),
        ..note
    }
}

pub fn cancellation() -> Paper {
    cancellation_of(credit_note())
}

/// What is left of an invoice's tax, so much more than its rate.
pub fn credit_note_off_its_rate(more: &str) -> Paper {
    let (mut paper, more) = (credit_note(), amount(more));
    let (line, rate, totals) = (&mut paper.lines[0].tax, &mut paper.taxes[0], &mut paper.totals);
    for (net, tax) in
        [(&mut line.net, &mut line.amount), (&mut rate.net, &mut rate.amount), (&mut totals.net, &mut totals.tax)]
    {
        *net -= more;
        *tax += more;
    }
    paper
}

pub fn yen() -> Paper {
    let mut draft = Draft::new("JPY", 0, false, &[("Export", "0", TaxCategory::Export)])
        .line("Bud vase, amber", 3, "4200", 0)
        .line("Brass pen pot", 1, "12800", 0)
        .shipping("International, tracked", "3500", 0);
    let lines = ["〒100-0001", "1-1 Chiyoda", "Chiyoda-ku, Tokyo", "Japan"];
    draft.paper.buyer = person("Haruka Tanaka (田中)", address(&lines, "1-1 Chiyoda", "Tokyo", "100-0001", "JP"));
    draft.paper()
}

pub fn hundred_lines() -> Paper {
    let mut draft = Draft::new("USD", 2, false, &[("CA sales tax", "8.875", TaxCategory::Standard)]);
    for number in 1..=100 {
        let more =
            if number % 7 == 0 { ", with a longer name that goes on to a second line of its column" } else { "" };
        draft = draft.line(
            &format!("Linen napkin no. {number}{more}"),
            number % 5 + 1,
            &format!("{}.{:02}", 3 + number, number % 100),
            0,
        );
    }
    draft.paper.buyer = american();
    draft.paper.seller.vat_id = None;
    draft.paper.seller.tax_number = Some("12-3456789".into());
    draft.shipping("Ground", "25.00", 0).paper()
}

pub fn unpaid() -> Paper {
    let mut draft = Draft::new("IDR", 2, false, &[("PPN", "11", TaxCategory::Standard)]).line(
        "Beeswax pillar candle",
        2,
        "1250000.00",
        0,
    );
    draft.paper.buyer = indonesian();
    draft.paper.payment =
        Some("Please pay by bank transfer within 14 days: BCA 123 456 7890, with the invoice number.".into());
    let mut paper = draft.paper();
    paper.totals.paid = Decimal::ZERO;
    paper
}

pub fn untaxed() -> Paper {
    let mut draft =
        Draft::new("USD", 2, true, &[("Tax", "0", TaxCategory::OutsideScope)]).line("Gift card", 1, "50.00", 0);
    draft.paper.buyer = american();
    draft.paper()
}

/// EN 16931 cannot say it: a PDF/A without XML.
pub fn dinar() -> Paper {
    Draft::new("KWD", 3, false, &[("Export", "0", TaxCategory::Export)])
        .line("Glass carafe", 2, "12.345", 0)
        .shipping("Courier", "4.500", 0)
        .paper()
}

/// All that has XML.
pub fn electronic() -> Vec<(&'static str, Paper)> {
    vec![
        ("domestic", domestic()),
        ("reverse-charge", reverse_charge()),
        ("reverse-charge-included", reverse_charge_of_included_prices()),
        ("discounted", discounted()),
        ("credit-note", credit_note()),
        ("credit-note-off", credit_note_off_its_rate("0.50")),
        ("cancellation", cancellation()),
        ("cancellation-off", cancellation_of(credit_note_off_its_rate("0.50"))),
        ("yen", yen()),
        ("hundred-lines", hundred_lines()),
        ("unpaid", unpaid()),
        ("untaxed", untaxed()),
        ("strange", crate::strange::strange()),
    ]
}
