//! HTML that is the same for everybody until the shop says something else of itself: made once, with gaps for what is one visitor's.

use std::sync::{Arc, Mutex, PoisonError};

use shop::dto::ShopContent;

/// What was last made, and of what the shop says of itself.
#[derive(Debug, Default)]
pub struct MadeOnce(Mutex<Option<(Arc<ShopContent>, Arc<Pieces>)>>);

impl MadeOnce {
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// What was made of this content, or is made of it now.
    pub fn of(&self, content: Arc<ShopContent>, make: impl FnOnce() -> Pieces) -> Arc<Pieces> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, pieces)) = &*last
            && Arc::ptr_eq(of, &content)
        {
            return Arc::clone(pieces);
        }
        let pieces = Arc::new(make());
        *last = Some((content, Arc::clone(&pieces)));
        pieces
    }
}

/// The HTML between gaps.
#[derive(Debug)]
pub struct Pieces(Vec<String>);

impl Pieces {
    /// For a gap in what has none of its own: no character, so no text has it.
    pub const GAP: &str = "\u{fdd0}";

    /// Of HTML in which `gap` stands where something is to be filled in.
    pub fn around(gap: &str, html: &str) -> Self {
        Self(html.split(gap).map(str::to_owned).collect())
    }

    /// With this in every gap.
    pub fn write(&self, filling: &str, html: &mut String) {
        for (place, piece) in self.0.iter().enumerate() {
            html.push_str(if place > 0 { filling } else { "" });
            html.push_str(piece);
        }
    }

    /// The same by itself.
    pub fn html(&self, filling: &str) -> String {
        let room: usize = self.0.iter().map(|piece| piece.len() + filling.len()).sum();
        let mut html = String::with_capacity(room);
        self.write(filling, &mut html);
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_of_one_content_is_not_shown_of_another_and_gaps_are_filled_each_time() {
        let (made, one, other) = (MadeOnce::new(), Arc::<ShopContent>::default(), Arc::<ShopContent>::default());
        let of = |content: &Arc<ShopContent>, html: &'static str, filling: &str| {
            made.of(Arc::clone(content), || Pieces::around(Pieces::GAP, html)).html(filling)
        };
        assert_eq!(of(&one, "a\u{fdd0}b\u{fdd0}", "1"), "a1b1");
        assert_eq!(of(&one, "not made", "2"), "a2b2");
        assert_eq!(of(&other, "another", "3"), "another");
        assert_eq!(of(&one, "made anew", "4"), "made anew");
    }
}
