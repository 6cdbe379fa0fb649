//! The lines: a table that goes over pages, with its head and the sum so far on each.

use krilla::tagging::{ArtifactType, TableHeaderScope, Tag, TagKind};
use rust_decimal::Decimal;

use super::sheets::{Branch, LEFT, RIGHT, Sheets, WIDTH};
use super::text::{EDGE, HAIRLINE, Style};
use crate::figures::{amount, grouped, percent};
use crate::paper::{Line, Paper};
use crate::words;

const QUANTITY: f32 = 52.0;
const UNIT_PRICE: f32 = 82.0;
const TAX: f32 = 48.0;
const AMOUNT: f32 = 92.0;
const GAP: f32 = 10.0;
const PADDING: f32 = 6.0;
/// Of the row that carries the sum on.
const CARRIED: f32 = 26.0;

/// What must be free below the title.
const LEAST: f32 = 90.0;

/// A column: where it begins, and how wide it is.
pub(super) type Column = (f32, f32);

struct Columns {
    name: Column,
    quantity: Column,
    unit_price: Column,
    tax: Option<Column>,
    amount: Column,
}

impl Columns {
    fn of(paper: &Paper) -> Self {
        let mut edge = RIGHT;
        let mut next = |width: f32| {
            edge -= width;
            (edge + GAP, width - GAP)
        };
        let amount = next(AMOUNT);
        let tax = paper.taxes.iter().any(|tax| !tax.rate.is_zero()).then(|| next(TAX));
        let unit_price = next(UNIT_PRICE);
        let quantity = next(QUANTITY);
        Self { name: (LEFT, edge - LEFT), quantity, unit_price, tax, amount }
    }
}

impl Sheets {
    pub fn lines(&mut self, paper: &Paper) {
        let columns = Columns::of(paper);
        // Addresses as long as a page push the lines to the next one.
        if !self.fits(LEAST) {
            self.next_page(paper);
        }
        let head = self.head(paper, &columns, false);
        let (mut rows, mut carried) = (Vec::new(), Decimal::ZERO);
        for (index, line) in paper.lines.iter().enumerate() {
            let is_last = index + 1 == paper.lines.len();
            let height = self.row_height(paper, line, &columns) + if is_last { 0.0 } else { CARRIED };
            if !self.fits(height) && index > 0 {
                self.carry(paper, &columns, carried);
                self.next_page(paper);
                self.head(paper, &columns, true);
                self.carry(paper, &columns, carried);
            }
            rows.push(self.row(paper, line, &columns));
            carried += line.price;
        }
        let table = vec![Branch::Group(Tag::THead.into(), vec![head]), Branch::Group(Tag::TBody.into(), rows)];
        self.tree.push(Branch::Group(Tag::Table.into(), table));
    }

    fn head(&mut self, paper: &Paper, columns: &Columns, again: bool) -> Branch {
        let right = Style::SMALL.right();
        let amount_in = words::amount_in(&paper.currency);
        let mut cells = vec![
            (words::DESCRIPTION, Style::SMALL, columns.name),
            (words::QUANTITY, right, columns.quantity),
            (words::UNIT_PRICE, right, columns.unit_price),
        ];
        cells.extend(columns.tax.map(|column| (words::TAX, right, column)));
        cells.push((amount_in.as_str(), right, columns.amount));
        self.columns(&cells, again)
    }

    /// Read once; on later pages it is only seen.
    pub(super) fn columns(&mut self, cells: &[(&str, Style, Column)], again: bool) -> Branch {
        let (mut read, mut height) = (Vec::new(), 0.0_f32);
        for (word, style, (x, width)) in cells.iter().copied() {
            let block = self.set(word, style, width);
            height = height.max(block.height);
            if again {
                self.repeat(self.last(), block, x, self.y, ArtifactType::Header);
            } else {
                let word = self.place(block, x, self.y);
                read.push(Branch::Group(Tag::TH(TableHeaderScope::Column).into(), vec![word]));
            }
        }
        self.y += height + 4.0;
        self.rule(self.last(), LEFT, self.y, WIDTH, 0.75, EDGE);
        Branch::Group(Tag::TR.into(), read)
    }

    fn carry(&mut self, paper: &Paper, columns: &Columns, sum: Decimal) {
        let y = self.y + PADDING;
        let words = self.set(words::CARRIED_FORWARD, Style::SOFT, columns.name.1);
        let (page, height) = (self.last(), words.height);
        self.repeat(page, words, LEFT, y, ArtifactType::PaginationOther);
        let sum = self.set(&amount(sum, paper.decimals), Style::SOFT.right(), columns.amount.1);
        self.repeat(page, sum, columns.amount.0, y, ArtifactType::PaginationOther);
        self.y = y + height + PADDING;
        self.rule(page, LEFT, self.y, WIDTH, 0.5, HAIRLINE);
    }

    fn row_height(&mut self, paper: &Paper, line: &Line, columns: &Columns) -> f32 {
        let name = self.set(&line.name, Style::TEXT, columns.name.1).height;
        let detail = detail(line).map_or(0.0, |detail| self.set(&detail, Style::SMALL, columns.name.1).height);
        let price = self.set(&amount(line.price, paper.decimals), Style::TEXT, columns.amount.1).height;
        (name + detail).max(price) + 2.0 * PADDING
    }

    fn row(&mut self, paper: &Paper, line: &Line, columns: &Columns) -> Branch {
        let y = self.y + PADDING;
        let name = self.set(&line.name, Style::TEXT, columns.name.1);
        let mut below = y + name.height;
        let mut first = vec![self.place(name, LEFT, y)];
        if let Some(detail) = detail(line) {
            let block = self.set(&detail, Style::SMALL, columns.name.1);
            let next = below + block.height;
            first.push(self.place(block, LEFT, below));
            below = next;
        }
        let mut cells = vec![Branch::Group(Tag::TD.into(), first)];
        let figure = |amount_of| amount(amount_of, paper.decimals);
        let rate = paper.taxes.get(line.tax.index).map(|tax| percent(tax.rate)).unwrap_or_default();
        let figures = [
            Some((grouped(&line.quantity.to_string()), columns.quantity)),
            Some((figure(line.unit_price), columns.unit_price)),
            columns.tax.map(|column| (rate, column)),
            Some((figure(line.price), columns.amount)),
        ];
        for (text, (x, width)) in figures.into_iter().flatten() {
            let block = self.set(&text, Style::TEXT.right(), width);
            below = below.max(y + block.height);
            let cell = self.place(block, x, y);
            cells.push(Branch::Group(Tag::TD.into(), vec![cell]));
        }
        self.y = below + PADDING;
        self.rule(self.last(), LEFT, self.y, WIDTH, 0.5, HAIRLINE);
        let row: TagKind = Tag::TR.into();
        Branch::Group(row, cells)
    }
}

fn detail(line: &Line) -> Option<String> {
    let parts: Vec<_> = [&line.detail, &line.sku].into_iter().flatten().map(String::as_str).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
