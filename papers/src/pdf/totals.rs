//! What it comes to: the sums, the taxes beside them, and what else is to be said.

use krilla::tagging::{TableHeaderScope, Tag, TagKind};
use rust_decimal::Decimal;

use super::sheets::{Branch, LEFT, RIGHT, Sheets, WIDTH};
use super::text::{Block, CLAY, HAIRLINE, Style};
use crate::figures::amount;
use crate::paper::Paper;
use crate::words;

/// The sums stand on the right.
const SUMS: f32 = 236.0;
const SUM_FIGURE: f32 = 104.0;
/// A column of the taxes, which stand on the left.
const TAX_FIGURE: f32 = 68.0;
const TAX_NAME: f32 = 84.0;
const ROW: f32 = 4.0;

struct Sum {
    label: String,
    figure: String,
    style: Style,
}

impl Sheets {
    pub fn totals(&mut self, paper: &Paper) {
        let sums = self.set_sums(&sums(paper));
        let taxes = self.set_taxes(paper);
        let height = |rows: &[Vec<Block>]| -> f32 { rows.iter().map(|row| row_height(row) + ROW).sum() };
        let needed = height(&sums).max(height(&taxes)) + 30.0;
        if !self.fits(needed) {
            self.next_page(paper);
        }
        let top = self.y + 14.0;
        let after_sums = self.place_sums(sums, top);
        let after_taxes = self.place_taxes(taxes, top);
        self.y = after_sums.max(after_taxes) + 20.0;
        for text in remarks(paper) {
            self.remark(paper, &text);
        }
    }

    fn set_sums(&mut self, sums: &[Sum]) -> Vec<Vec<Block>> {
        let set = |sum: &Sum| {
            let label = self.set(&sum.label, sum.style, SUMS - SUM_FIGURE);
            vec![label, self.set(&sum.figure, sum.style.right(), SUM_FIGURE)]
        };
        sums.iter().map(set).collect()
    }

    fn place_sums(&mut self, sums: Vec<Vec<Block>>, mut y: f32) -> f32 {
        let left = RIGHT - SUMS;
        let mut rows = Vec::new();
        for row in sums {
            let height = row_height(&row);
            if row.iter().any(Block::is_sum) {
                self.rule(self.last(), left, y + 1.0, SUMS, 1.0, CLAY);
                y += 8.0;
            }
            let mut cells = Vec::new();
            for (index, (block, x)) in row.into_iter().zip([left, RIGHT - SUM_FIGURE]).enumerate() {
                let kind: TagKind = if index == 0 { Tag::TH(TableHeaderScope::Row).into() } else { Tag::TD.into() };
                let text = self.place(block, x, y);
                cells.push(Branch::Group(kind, vec![text]));
            }
            rows.push(Branch::Group(Tag::TR.into(), cells));
            y += height + ROW;
        }
        self.tree.push(Branch::Group(Tag::Table.into(), vec![Branch::Group(Tag::TBody.into(), rows)]));
        y
    }

    fn set_taxes(&mut self, paper: &Paper) -> Vec<Vec<Block>> {
        let mut rows = Vec::new();
        if paper.taxes.iter().all(|tax| tax.rate.is_zero()) {
            return rows;
        }
        let mut row = |cells: [&str; 3], style: Style| {
            let [name, net, tax] = cells;
            let name = self.set(name, style, TAX_NAME - 8.0);
            rows.push(vec![name, self.set(net, style.right(), TAX_FIGURE), self.set(tax, style.right(), TAX_FIGURE)]);
        };
        row([words::RATE, words::NET, words::TAX], Style::SMALL);
        for tax in &paper.taxes {
            let figure = |of: Decimal| amount(of, paper.decimals);
            row([&words::tax(tax), &figure(tax.net), &figure(tax.amount)], Style::SOFT);
        }
        rows
    }

    fn place_taxes(&mut self, taxes: Vec<Vec<Block>>, mut y: f32) -> f32 {
        let mut rows = Vec::new();
        let columns = [LEFT, LEFT + TAX_NAME, LEFT + TAX_NAME + TAX_FIGURE];
        for (number, row) in taxes.into_iter().enumerate() {
            let height = row_height(&row);
            let mut cells = Vec::new();
            for (index, (block, x)) in row.into_iter().zip(columns).enumerate() {
                let kind: TagKind = match (number, index) {
                    (0, _) => Tag::TH(TableHeaderScope::Column).into(),
                    (_, 0) => Tag::TH(TableHeaderScope::Row).into(),
                    _ => Tag::TD.into(),
                };
                let text = self.place(block, x, y);
                cells.push(Branch::Group(kind, vec![text]));
            }
            rows.push(Branch::Group(Tag::TR.into(), cells));
            y += height + ROW;
            if number == 0 {
                self.rule(self.last(), LEFT, y - 2.0, TAX_NAME + 2.0 * TAX_FIGURE, 0.5, HAIRLINE);
                y += 2.0;
            }
        }
        if !rows.is_empty() {
            self.tree.push(Branch::Group(Tag::Table.into(), vec![Branch::Group(Tag::TBody.into(), rows)]));
        }
        y
    }

    fn remark(&mut self, paper: &Paper, text: &str) {
        let block = self.set(text, Style::TEXT, WIDTH * 0.75);
        if block.is_empty() {
            return;
        }
        if !self.fits(block.height) {
            self.next_page(paper);
        }
        let below = self.y + block.height + 5.0;
        let text = self.place(block, LEFT, self.y);
        self.tree.push(Branch::Group(Tag::P.into(), vec![text]));
        self.y = below;
    }
}

fn row_height(row: &[Block]) -> f32 {
    row.iter().fold(0.0, |height, block| height.max(block.height))
}

fn sums(paper: &Paper) -> Vec<Sum> {
    let totals = &paper.totals;
    let figure = |of: Decimal| amount(of, paper.decimals);
    let plain = |label: &str, of: Decimal| Sum { label: label.to_owned(), figure: figure(of), style: Style::TEXT };
    let mut sums = vec![plain(words::SUBTOTAL, totals.subtotal)];
    let discounts = totals.discounts.iter().filter(|discount| !discount.amount.is_zero());
    sums.extend(discounts.map(|discount| {
        let figure = format!("\u{2212}{}", figure(discount.amount));
        Sum { label: discount.label.clone(), figure, style: Style::TEXT }
    }));
    sums.extend(paper.shipping.iter().map(|shipping| plain(&shipping.name, shipping.price)));
    if !paper.prices_include_tax {
        let taxes = paper.taxes.iter().filter(|tax| !tax.rate.is_zero());
        sums.extend(taxes.map(|tax| plain(&words::tax(tax), tax.amount)));
    }
    let total = format!("{}\u{a0}{}", paper.currency, figure(totals.total));
    sums.push(Sum { label: words::total(paper).to_owned(), figure: total, style: Style::SUM });
    if paper.prices_include_tax {
        let taxes = paper.taxes.iter().filter(|tax| !tax.rate.is_zero());
        let label = |tax| format!("{} {}", words::INCLUDED, words::tax(tax));
        sums.extend(taxes.map(|tax| Sum { label: label(tax), figure: figure(tax.amount), style: Style::SOFT }));
    }
    if !totals.paid.is_zero() {
        sums.push(plain(words::paid(paper), totals.paid));
    }
    let due = totals.total - totals.paid;
    if !due.is_zero() {
        let label = words::due(paper).to_owned();
        sums.push(Sum { label, figure: figure(due), style: Style::STRONG });
    }
    sums
}

/// Payment, reasons why there is no tax, notes.
fn remarks(paper: &Paper) -> Vec<String> {
    let reasons = paper.taxes.iter().filter_map(|tax| words::reason(tax.category)).map(str::to_owned);
    let mut remarks: Vec<String> = paper.payment.iter().cloned().chain(reasons).chain(words::notes(paper)).collect();
    remarks.extend(words::prices(paper).map(str::to_owned));
    remarks
}
