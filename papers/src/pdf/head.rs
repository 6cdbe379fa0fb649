//! What stands above the lines: the shop, whom it is for, the facts, the title; and the feet of all pages.

use std::num::NonZeroU16;

use krilla::tagging::{ArtifactType, ListNumbering, Tag, TagKind};

use super::sheets::{Branch, FOOTER, LEFT, RIGHT, Sheets, TOP, WIDTH};
use super::text::{HAIRLINE, Style};
use crate::figures::date;
use crate::paper::{Address, Paper};
use crate::words;

/// Where the facts stand, beside the address.
const FACTS: f32 = LEFT + 268.0;
/// Of the words before them.
const FACT_LABEL: f32 = 92.0;
/// Where addresses begin: they show in a window.
const ADDRESS: f32 = 142.0;

impl Sheets {
    pub fn paper(&mut self, paper: &Paper) {
        self.first_page(paper);
        self.lines(paper);
        self.totals(paper);
        self.footers(paper);
    }

    fn first_page(&mut self, paper: &Paper) {
        self.shop(paper);
        let left = self.buyer(paper);
        let right = self.facts(paper);
        self.y = left.max(right) + 34.0;
        self.title(paper);
    }

    fn shop(&mut self, paper: &Paper) {
        let seller = &paper.seller;
        let name = self.set(seller.trading_name.as_ref().unwrap_or(&seller.name), Style::SHOP, WIDTH);
        let below = TOP + name.height + 3.0;
        let name = self.place(name, LEFT, TOP);
        self.tree.push(Branch::Group(Tag::P.into(), vec![name]));
        let sender = seller.trading_name.iter().map(|_| &seller.name).chain(&seller.address.lines);
        let sender = sender.map(String::as_str).collect::<Vec<_>>().join(" · ");
        let sender = self.set(&sender, Style::SMALL, WIDTH);
        self.y = below + sender.height;
        let sender = self.place(sender, LEFT, below);
        self.tree.push(Branch::Group(Tag::P.into(), vec![sender]));
    }

    fn buyer(&mut self, paper: &Paper) -> f32 {
        let mut y = self.y.max(ADDRESS - 22.0) + 22.0;
        y = self.address(words::billed_to(paper), Some(&paper.buyer.name), &paper.buyer.address, y);
        if let Some(place) = paper.deliver_to.as_ref().filter(|place| **place != paper.buyer.address) {
            y = self.address(words::DELIVERED_TO, None, place, y + 12.0);
        }
        y
    }

    /// Answers where it ends.
    fn address(&mut self, label: &str, name: Option<&str>, address: &Address, mut y: f32) -> f32 {
        let width = FACTS - LEFT - 28.0;
        let styles = [(label, Style::SMALL)].into_iter().chain(name.map(|name| (name, Style::STRONG)));
        let lines = styles.chain(address.lines.iter().map(|line| (line.as_str(), Style::TEXT)));
        let mut read = Vec::new();
        for (line, style) in lines {
            let block = self.set(line, style, width);
            let below = y + block.height;
            read.push(self.place(block, LEFT, y));
            y = below;
        }
        self.tree.push(Branch::Group(Tag::P.into(), read));
        y
    }

    /// Answers where they end.
    fn facts(&mut self, paper: &Paper) -> f32 {
        let mut y = self.y.max(ADDRESS - 22.0) + 22.0;
        let mut read = Vec::new();
        for (label, value) in facts(paper) {
            let label = self.set(label, Style::SOFT, FACT_LABEL);
            let value = self.set(&value, Style::TEXT, RIGHT - FACTS - FACT_LABEL);
            let below = y + label.height.max(value.height) + 2.0;
            let label = self.place(label, FACTS, y);
            let value = self.place(value, FACTS + FACT_LABEL, y);
            let label = Branch::Group(Tag::Lbl.into(), vec![label]);
            let value = Branch::Group(Tag::LBody.into(), vec![value]);
            read.push(Branch::Group(Tag::LI.into(), vec![label, value]));
            y = below;
        }
        self.tree.push(Branch::Group(Tag::L(ListNumbering::None).into(), read));
        y
    }

    fn title(&mut self, paper: &Paper) {
        let title = self.set(words::title(paper), Style::TITLE, WIDTH);
        let below = self.y + title.height + 12.0;
        let title = self.place(title, LEFT, self.y);
        let heading: TagKind = Tag::Hn(NonZeroU16::MIN, Some(words::title(paper).to_owned())).into();
        self.tree.push(Branch::Group(heading, vec![title]));
        self.y = below;
    }

    /// At the top of the second page and all others.
    pub fn next_page(&mut self, paper: &Paper) {
        self.new_page();
        let (page, half) = (self.last(), WIDTH / 2.0);
        let title = self.set(&words::document_title(paper), Style::SMALL, half);
        self.y = TOP + title.height + 16.0;
        self.repeat(page, title, LEFT, TOP, ArtifactType::Header);
        let shop = paper.seller.trading_name.as_ref().unwrap_or(&paper.seller.name);
        let shop = self.set(shop, Style::SMALL.right(), half - 8.0);
        self.y = self.y.max(TOP + shop.height + 16.0);
        self.repeat(page, shop, LEFT + half + 8.0, TOP, ArtifactType::Header);
    }

    fn footers(&mut self, paper: &Paper) {
        let seller = &paper.seller;
        let vat_id = seller.vat_id.as_ref().map(|id| format!("VAT ID {id}"));
        let tax_number = seller.tax_number.as_ref().map(|number| format!("Tax number {number}"));
        let facts = [
            Some(&seller.name),
            vat_id.as_ref(),
            tax_number.as_ref(),
            seller.registration.as_ref(),
            seller.email.as_ref(),
        ];
        let facts = facts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" · ");
        let (first, pages) = (self.first(), self.page_count() - self.first());
        for page in 0..pages {
            self.rule(first + page, LEFT, FOOTER - 8.0, WIDTH, 0.5, HAIRLINE);
            let seller = self.set(&facts, Style::SMALL, WIDTH - 80.0);
            self.repeat(first + page, seller, LEFT, FOOTER, ArtifactType::Footer);
            let number = self.set(&words::page(page + 1, pages), Style::SMALL.right(), 70.0);
            self.repeat(first + page, number, RIGHT - 70.0, FOOTER, ArtifactType::Footer);
        }
    }
}

fn facts(paper: &Paper) -> Vec<(&'static str, String)> {
    let facts = [
        (words::number(paper), Some(paper.number.clone())),
        (words::corrects(paper), words::original(paper)),
        (words::DATE, Some(date(paper.issued))),
        (words::DELIVERED, paper.delivered.map(date)),
        (words::ORDER, paper.order.clone()),
        (words::YOUR_VAT_ID, paper.buyer.vat_id.clone()),
    ];
    facts.into_iter().filter_map(|(label, value)| value.map(|value| (label, value))).collect()
}
