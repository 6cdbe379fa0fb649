//! Packing slips, and the first page of what is printed together: larger than a paper for the post, for they are read on a
//! table at arm's length.

use std::num::NonZeroU16;

use krilla::tagging::{ArtifactType, Tag, TagKind};

use super::sheets::{BOTTOM, Branch, FOOTER, LEFT, RIGHT, Sheets, TOP, WIDTH};
use super::text::{HAIRLINE, INK, Style};
use crate::figures::{date, grouped};
use crate::slip::{Cover, Slip, SlipLine};
use crate::words;

/// The packer's box, which is ticked by hand.
const BOX: f32 = 15.0;
const QUANTITY: f32 = LEFT + 26.0;
const QUANTITY_WIDTH: f32 = 48.0;
const NAME: f32 = QUANTITY + QUANTITY_WIDTH + 18.0;
const SKU_WIDTH: f32 = 124.0;
const SKU: f32 = RIGHT - SKU_WIDTH;
const NAME_WIDTH: f32 = SKU - NAME - 14.0;
const PADDING: f32 = 9.0;

impl Sheets {
    pub fn cover(&mut self, cover: &Cover) {
        self.heading(&cover.title, 1);
        for line in &cover.lines {
            self.paragraph(line, Style::READ);
        }
    }

    pub fn slip(&mut self, slip: &Slip) {
        self.slip_head(slip);
        self.slip_lines(slip);
        if !slip.notes.is_empty() {
            self.y += 20.0;
            self.heading(words::NOTES, 2);
            for note in &slip.notes {
                self.paragraph(note, Style::READ);
            }
            self.paragraph(words::NOT_FOR_THE_PARCEL, Style::READ_STRONG);
        }
        self.slip_footers(slip);
    }

    fn slip_head(&mut self, slip: &Slip) {
        let shop = self.set(&slip.shop, Style::SHOP, WIDTH);
        self.y = TOP + shop.height + 16.0;
        let shop = self.place(shop, LEFT, TOP);
        self.tree.push(Branch::Group(Tag::P.into(), vec![shop]));
        self.heading(&words::slip_title(slip), 1);
        let (top, half) = (self.y, WIDTH / 2.0);
        let deliver_to = match slip.deliver_to.is_empty() {
            true => vec![words::COLLECTED.to_owned()],
            false => slip.deliver_to.clone(),
        };
        let left = self.facts_of(LEFT, top, half - 14.0, words::DELIVER_TO, &deliver_to);
        let mut facts = vec![format!("{} {}", words::PLACED, date(slip.placed))];
        facts.extend(slip.shipping.clone());
        let right = self.facts_of(LEFT + half, top, half, words::SENT_BY, &facts);
        self.y = left.max(right) + 22.0;
    }

    /// A label and lines below it; answers where they end.
    fn facts_of(&mut self, x: f32, mut y: f32, width: f32, label: &str, lines: &[String]) -> f32 {
        let styled = std::iter::once((label, Style::SOFT)).chain(lines.iter().map(|line| (line.as_str(), Style::READ)));
        let mut read = Vec::new();
        for (line, style) in styled {
            let block = self.set(line, style, width);
            let below = y + block.height;
            read.push(self.place(block, x, y));
            y = below;
        }
        self.tree.push(Branch::Group(Tag::P.into(), read));
        y
    }

    fn slip_lines(&mut self, slip: &Slip) {
        let head = self.slip_columns(false);
        let mut rows = Vec::new();
        for (index, line) in slip.lines.iter().enumerate() {
            let height = self.slip_row_height(line);
            if index > 0 && !self.fits(height) {
                self.slip_next_page(slip);
                self.slip_columns(true);
            }
            rows.push(self.slip_row(line));
        }
        let table = vec![Branch::Group(Tag::THead.into(), vec![head]), Branch::Group(Tag::TBody.into(), rows)];
        self.tree.push(Branch::Group(Tag::Table.into(), table));
    }

    fn slip_columns(&mut self, again: bool) -> Branch {
        let cells = [
            (words::QUANTITY, Style::SOFT.right(), (QUANTITY, QUANTITY_WIDTH)),
            (words::ITEM, Style::SOFT, (NAME, NAME_WIDTH)),
            (words::SKU, Style::SOFT, (SKU, SKU_WIDTH)),
        ];
        self.columns(&cells, again)
    }

    fn slip_row_height(&mut self, line: &SlipLine) -> f32 {
        let name = self.set(&line.name, Style::READ_STRONG, NAME_WIDTH).height;
        let detail = line.detail.as_ref().map_or(0.0, |detail| self.set(detail, Style::READ, NAME_WIDTH).height);
        let sku = line.sku.as_ref().map_or(0.0, |sku| self.set(sku, Style::READ, SKU_WIDTH).height);
        (name + detail).max(sku).max(BOX) + 2.0 * PADDING
    }

    fn slip_row(&mut self, line: &SlipLine) -> Branch {
        let y = self.y + PADDING;
        self.tick_box(LEFT, y);
        let quantity = grouped(&line.quantity.to_string());
        let quantity = self.set(&quantity, Style::COUNT.right(), QUANTITY_WIDTH);
        let mut below = y + quantity.height.max(BOX);
        let quantity = self.place(quantity, QUANTITY, y - 2.0);
        let name = self.set(&line.name, Style::READ_STRONG, NAME_WIDTH);
        let mut end = y + name.height;
        let mut item = vec![self.place(name, NAME, y)];
        if let Some(detail) = &line.detail {
            let block = self.set(detail, Style::READ, NAME_WIDTH);
            let next = end + block.height;
            item.push(self.place(block, NAME, end));
            end = next;
        }
        below = below.max(end);
        let sku = self.set(line.sku.as_deref().unwrap_or("–"), Style::READ, SKU_WIDTH);
        below = below.max(y + sku.height);
        let sku = self.place(sku, SKU, y);
        self.y = below + PADDING;
        self.rule(self.last(), LEFT, self.y, WIDTH, 0.5, HAIRLINE);
        let cells = [vec![quantity], item, vec![sku]];
        let cells = cells.into_iter().map(|cell| Branch::Group(Tag::TD.into(), cell)).collect();
        Branch::Group(Tag::TR.into(), cells)
    }

    fn tick_box(&mut self, x: f32, y: f32) {
        let (page, thickness) = (self.last(), 1.0);
        self.rule(page, x, y, BOX, thickness, INK);
        self.rule(page, x, y + BOX - thickness, BOX, thickness, INK);
        self.rule(page, x, y, thickness, BOX, INK);
        self.rule(page, x + BOX - thickness, y, thickness, BOX, INK);
    }

    fn slip_next_page(&mut self, slip: &Slip) {
        self.new_page();
        let title = self.set(&words::slip_title(slip), Style::SOFT, WIDTH);
        self.y = TOP + title.height + 14.0;
        self.repeat(self.last(), title, LEFT, TOP, ArtifactType::Header);
    }

    fn slip_footers(&mut self, slip: &Slip) {
        let (first, pages) = (self.first(), self.page_count() - self.first());
        for page in 0..pages {
            self.rule(first + page, LEFT, FOOTER - 8.0, WIDTH, 0.5, HAIRLINE);
            let title = self.set(&words::slip_title(slip), Style::SOFT, WIDTH - 90.0);
            self.repeat(first + page, title, LEFT, FOOTER, ArtifactType::Footer);
            let number = self.set(&words::page(page + 1, pages), Style::SOFT.right(), 80.0);
            self.repeat(first + page, number, RIGHT - 80.0, FOOTER, ArtifactType::Footer);
        }
    }

    fn heading(&mut self, text: &str, level: u16) {
        let style = if level == 1 { Style::TITLE } else { Style::READ_STRONG };
        let block = self.set(text, style, WIDTH);
        self.room_for(block.height);
        let below = self.y + block.height + 10.0;
        let block = self.place(block, LEFT, self.y);
        let kind: TagKind = Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(text.to_owned())).into();
        self.tree.push(Branch::Group(kind, vec![block]));
        self.y = below;
    }

    fn paragraph(&mut self, text: &str, style: Style) {
        let block = self.set(text, style, WIDTH);
        if block.is_empty() {
            return;
        }
        self.room_for(block.height);
        let below = self.y + block.height + 5.0;
        let block = self.place(block, LEFT, self.y);
        self.tree.push(Branch::Group(Tag::P.into(), vec![block]));
        self.y = below;
    }

    /// On the next page, where this one has none.
    fn room_for(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.new_page();
        }
    }
}
