//! From an order that was paid to its invoice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use super::Seller;
use super::paper::{
    Buyer, Paper, PaperDiscount, PaperKind, PaperLine, PaperPart, PaperShipping, PaperTax, PaperTotals, TaxCategory,
};
use crate::domain::{Currency, Money, OrderId, Percent, Refusal, ShippingAddress, TaxLine, VatNumber};

/// An order as it was sold, as far as papers ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldOrder {
    pub id: OrderId,
    pub number: i64,
    pub email: String,
    /// The name of the account that ordered.
    pub account_name: Option<String>,
    pub shipping_address: Option<ShippingAddress>,
    /// None: the same.
    pub billing_address: Option<ShippingAddress>,
    #[serde(with = "time::serde::rfc3339")]
    pub paid_at: OffsetDateTime,
    pub tax_included: bool,
    pub reverse_charge: bool,
    pub lines: Vec<SoldLine>,
    pub discounts: Vec<SoldDiscount>,
    pub shipping: Option<SoldShipping>,
    pub taxes: Vec<TaxLine>,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldLine {
    pub name: String,
    pub options: Vec<String>,
    pub sku: String,
    pub quantity: u32,
    pub unit_price: Money,
    pub price: Money,
    pub discount: Money,
    pub tax: Money,
    /// None: no rate was set.
    pub rate: Option<Percent>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldShipping {
    pub name: String,
    pub price: Money,
    pub discount: Money,
    pub tax: Money,
    pub rate: Option<Percent>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldDiscount {
    pub label: String,
    pub code: Option<String>,
    pub amount: Money,
    /// What was taken off each line, and off the shipping. None where that was not kept.
    pub lines: Option<Vec<Money>>,
    pub shipping: Option<Money>,
}

/// What stands above an invoice.
#[derive(Debug, Clone)]
pub struct Heading {
    pub number: String,
    pub issued: Date,
    pub supplied: Date,
    pub seller: Seller,
    pub shop: String,
    /// How it was paid, in words.
    pub payment: String,
}

impl SoldOrder {
    /// The invoice of this order.
    ///
    /// # Errors
    /// `BadAmount` where its parts do not go together.
    pub fn invoice(&self, heading: Heading) -> Result<Paper, Refusal> {
        let Heading { number, issued, supplied, seller, shop, payment } = heading;
        let buyer = self.buyer(&seller);
        let shares = Shares::of(self)?;
        let mut taxes = Taxes::of(self, &seller, &buyer);
        let part = |taxes: &mut Taxes<'_>, price, tax, rate, discounts: Vec<PaperDiscount>| {
            taxes.part(price, tax, rate, discounts)
        };
        let mut lines = Vec::with_capacity(self.lines.len());
        for (line, discounts) in self.lines.iter().zip(shares.lines) {
            lines.push(PaperLine {
                name: line.name.clone(),
                options: line.options.clone(),
                sku: Some(line.sku.clone()),
                quantity: line.quantity,
                unit_price: line.unit_price,
                part: part(&mut taxes, line.price, line.tax, line.rate, discounts)?,
            });
        }
        let shipping = self.shipping.as_ref().map(|shipping| {
            let part = part(&mut taxes, shipping.price, shipping.tax, shipping.rate, shares.shipping)?;
            Ok::<_, Refusal>(PaperShipping { name: format!("Shipping ({})", shipping.name), part })
        });
        let (shipping, taxes) = (shipping.transpose()?, taxes.rows);
        let totals = self.totals(&taxes, shares.totals)?;
        let deliver_to = self.shipping_address.clone().filter(|place| buyer.address.as_ref() != Some(place));
        Ok(Paper {
            kind: PaperKind::Invoice,
            number,
            issued,
            supplied,
            order: self.number.to_string(),
            seller,
            shop,
            buyer,
            deliver_to,
            tax_included: self.tax_included,
            lines,
            shipping,
            taxes,
            totals,
            payment,
        })
    }

    fn currency(&self) -> Currency {
        self.total.currency()
    }

    fn buyer(&self, seller: &Seller) -> Buyer {
        let address = self.billing_address.as_ref().or(self.shipping_address.as_ref());
        let name = address.and_then(|a| a.company.as_ref()).or(address.map(|a| &a.name)).or(self.account_name.as_ref());
        let given = [&self.billing_address, &self.shipping_address].into_iter().flatten();
        let vat_id = given.filter_map(|a| a.tax_number.as_deref()).find_map(|text| VatNumber::parse(text).ok());
        Buyer {
            name: name.unwrap_or(&self.email).clone(),
            address: address.cloned(),
            country: address.map_or_else(|| seller.address.country.clone(), |a| a.country.clone()),
            vat_id: vat_id.map(|number| number.as_str().to_owned()),
            email: self.email.clone(),
        }
    }

    fn totals(&self, taxes: &[PaperTax], discounts: Vec<PaperDiscount>) -> Result<PaperTotals, Refusal> {
        Ok(PaperTotals {
            subtotal: Money::sum(self.currency(), self.lines.iter().map(|line| line.price))?,
            discounts,
            net: Money::sum(self.currency(), taxes.iter().map(|tax| tax.net))?,
            tax: Money::sum(self.currency(), taxes.iter().map(|tax| tax.tax))?,
            total: self.total,
            paid: self.total,
        })
    }
}

/// What each discount took off each part.
struct Shares {
    lines: Vec<Vec<PaperDiscount>>,
    shipping: Vec<PaperDiscount>,
    totals: Vec<PaperDiscount>,
}

impl Shares {
    /// Where the shares of several discounts were not kept, they stand as one.
    fn of(order: &SoldOrder) -> Result<Self, Refusal> {
        let labels: Vec<_> = order.discounts.iter().map(SoldDiscount::label).collect();
        if !Self::are_known(order)? {
            let label = labels.join(", ");
            let one = |amount: Money| -> Vec<_> {
                Some(PaperDiscount { label: label.clone(), amount })
                    .filter(|d| !d.amount.is_zero())
                    .into_iter()
                    .collect()
            };
            let all = Money::sum(order.currency(), order.discounts.iter().map(|d| d.amount))?;
            let shipping = order.shipping.as_ref().map_or(Vec::new(), |shipping| one(shipping.discount));
            return Ok(Self {
                lines: order.lines.iter().map(|line| one(line.discount)).collect(),
                shipping,
                totals: one(all),
            });
        }
        let named = |share: &dyn Fn(&SoldDiscount) -> Option<Money>| -> Vec<_> {
            let all =
                order.discounts.iter().zip(&labels).filter_map(|(discount, label)| {
                    Some(PaperDiscount { label: label.clone(), amount: share(discount)? })
                });
            all.filter(|discount| !discount.amount.is_zero()).collect()
        };
        let places = 0..order.lines.len();
        Ok(Self {
            lines: places.map(|at| named(&|discount| discount.lines.as_ref()?.get(at).copied())).collect(),
            shipping: named(&|discount| discount.shipping),
            totals: named(&|discount| Some(discount.amount)),
        })
    }

    /// Whether they were kept, and come to what the parts say.
    fn are_known(order: &SoldOrder) -> Result<bool, Refusal> {
        for (at, line) in order.lines.iter().enumerate() {
            let shares: Option<Vec<_>> = order.discounts.iter().map(|d| d.lines.as_ref()?.get(at).copied()).collect();
            let Some(shares) = shares else { return Ok(false) };
            if Money::sum(order.currency(), shares)? != line.discount {
                return Ok(false);
            }
        }
        let shipping: Option<Vec<_>> = order.discounts.iter().map(|d| d.shipping).collect();
        let taken = order.shipping.as_ref().map_or(Money::zero(order.currency()), |shipping| shipping.discount);
        Ok(match shipping {
            Some(shares) => Money::sum(order.currency(), shares)? == taken,
            None => false,
        })
    }
}

impl SoldDiscount {
    fn label(&self) -> String {
        match &self.code {
            Some(code) => format!("{} ({code})", self.label),
            None => self.label.clone(),
        }
    }
}

/// The table of taxes, as parts come in.
struct Taxes<'a> {
    order: &'a SoldOrder,
    /// What is said of parts without a rate.
    untaxed: TaxCategory,
    /// By rate, of the order.
    names: BTreeMap<Percent, String>,
    in_eu: bool,
    rows: Vec<PaperTax>,
}

impl<'a> Taxes<'a> {
    fn of(order: &'a SoldOrder, seller: &Seller, buyer: &Buyer) -> Self {
        let mut names = BTreeMap::<Percent, String>::new();
        for line in &order.taxes {
            let name = names.entry(line.rate).or_default();
            if name.is_empty() {
                name.push_str(&line.name);
            } else if *name != line.name {
                // A region's rates of two classes may be the same.
                name.push_str(" / ");
                name.push_str(&line.name);
            }
        }
        let in_eu = VatNumber::is_eu_country(&seller.address.country);
        let goes_to = order.shipping_address.as_ref().map_or(&buyer.country, |a| &a.country);
        let any_rate =
            order.lines.iter().any(|l| l.rate.is_some()) || order.shipping.as_ref().is_some_and(|s| s.rate.is_some());
        let untaxed = if order.reverse_charge {
            TaxCategory::IntraCommunity
        } else if any_rate {
            TaxCategory::ZeroRated
        } else if in_eu && seller.vat_id.is_some() && !VatNumber::is_eu_country(goes_to) {
            TaxCategory::Export
        } else {
            TaxCategory::OutsideScope
        };
        Self { order, untaxed, names, in_eu, rows: Vec::new() }
    }

    fn part(
        &mut self,
        price: Money,
        tax: Money,
        rate: Option<Percent>,
        discounts: Vec<PaperDiscount>,
    ) -> Result<PaperPart, Refusal> {
        let currency = self.order.currency();
        let left = price.minus(Money::sum(currency, discounts.iter().map(|d| d.amount))?)?;
        let net = if self.order.tax_included { left.minus(tax)? } else { left };
        let tax_index = self.row(rate);
        if let Some(row) = self.rows.get_mut(tax_index) {
            row.net = row.net.plus(net)?;
            row.tax = row.tax.plus(tax)?;
        }
        Ok(PaperPart { price, discounts, tax_index, net, tax })
    }

    fn row(&mut self, rate: Option<Percent>) -> usize {
        let category = match rate {
            Some(rate) if !rate.is_zero() => TaxCategory::Standard,
            Some(_) => TaxCategory::ZeroRated,
            None => self.untaxed,
        };
        let rate = rate.unwrap_or(Percent::ZERO);
        if let Some(at) = self.rows.iter().position(|row| row.rate == rate && row.category == category) {
            return at;
        }
        let usual = if self.in_eu { "VAT" } else { "Tax" };
        let name = self.names.get(&rate).cloned().unwrap_or_else(|| usual.to_owned());
        let zero = Money::zero(self.order.currency());
        self.rows.push(PaperTax { name, rate, category, net: zero, tax: zero });
        self.rows.len() - 1
    }
}
