//! The categories of a shop as a tree: which stands below which, in which order, and how deep.

use serde::{Deserialize, Serialize};

use super::{Problem, Refusal, Slug};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// What it is known by: addresses name it, and those that it had before lead to it.
    pub slug: Slug,
    pub name: String,
    pub description: String,
    /// None: it stands at the top.
    pub parent: Option<Slug>,
}

impl Category {
    /// The most characters of a name.
    pub const NAME_MAX: u32 = 60;
    /// The most categories of a shop, and how many stand below one another.
    pub const MOST: u32 = 500;
    pub const DEEPEST: u32 = 3;
}

/// All categories, each with its siblings in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CategoryTree(Vec<Category>);

impl CategoryTree {
    /// As they were read. What names a parent that is not there stands at the top.
    pub fn of(mut categories: Vec<Category>) -> Self {
        let known: Vec<_> = categories.iter().map(|category| category.slug.clone()).collect();
        for category in &mut categories {
            category.parent = category.parent.take().filter(|parent| known.contains(parent));
        }
        Self(categories)
    }

    pub fn get(&self, slug: &Slug) -> Option<&Category> {
        self.0.iter().find(|category| category.slug == *slug)
    }

    /// From the top down to it.
    pub fn path(&self, slug: &Slug) -> Vec<Slug> {
        let mut path = Vec::new();
        let mut at = self.get(slug);
        // Nobody is above themselves; a table that says so is not walked for ever.
        while let Some(category) = at.filter(|category| !path.contains(&category.slug)) {
            path.push(category.slug.clone());
            at = category.parent.as_ref().and_then(|parent| self.get(parent));
        }
        path.reverse();
        path
    }

    /// How many levels it has, itself among them.
    fn height(&self, slug: &Slug) -> usize {
        let depth = self.path(slug).len();
        let below = self.0.iter().map(|other| self.path(&other.slug)).filter(|path| path.contains(slug));
        below.map(|path| (path.len() + 1).saturating_sub(depth)).max().unwrap_or(1)
    }

    /// Those that stand right below it; below nothing: at the top.
    pub fn below<'a>(&'a self, parent: Option<&'a Slug>) -> impl Iterator<Item = &'a Category> {
        self.0.iter().filter(move |category| category.parent.as_ref() == parent)
    }

    /// Each before those below it, siblings in their order, and how deep it stands: 0 at the top.
    pub fn in_order(&self) -> Vec<(usize, &Category)> {
        fn walk<'a>(
            tree: &'a CategoryTree,
            parent: Option<&'a Slug>,
            depth: usize,
            found: &mut Vec<(usize, &'a Category)>,
        ) {
            // Deeper than any tree is: a table with a circle.
            if depth > CategoryTree::TOO_DEEP {
                return;
            }
            for category in tree.below(parent) {
                found.push((depth, category));
                walk(tree, Some(&category.slug), depth + 1, found);
            }
        }
        let mut found = Vec::with_capacity(self.0.len());
        walk(self, None, 0, &mut found);
        found
    }

    const TOO_DEEP: usize = 16;

    /// Puts a category in, or in the place of the one with its slug, which keeps its place among its siblings; what comes
    /// to stand below another comes last there.
    ///
    /// # Errors
    /// `Invalid` with `parent` for one that is not there, for itself and what stands below it, and where it would stand too
    /// deep; with `name` for a sibling's, and beyond the most there may be.
    pub fn put(&mut self, category: Category) -> Result<(), Refusal> {
        let beside = |field: &str, problem| Err(Refusal::field(field, problem));
        if let Some(parent) = &category.parent {
            if self.get(parent).is_none() {
                return beside("parent", Problem::NotAChoice);
            }
            if self.path(parent).contains(&category.slug) {
                return beside("parent", Problem::BelowItself);
            }
            let height = if self.get(&category.slug).is_some() { self.height(&category.slug) } else { 1 };
            if self.path(parent).len() + height > Category::DEEPEST as usize {
                return beside("parent", Problem::TooDeep { max: Category::DEEPEST });
            }
        }
        let is_twin = |other: &Category| other.slug != category.slug && other.name == category.name;
        if self.below(category.parent.as_ref()).any(is_twin) {
            return beside("name", Problem::Duplicate);
        }
        let known = self.0.iter().position(|other| other.slug == category.slug);
        match known.and_then(|place| self.0.get_mut(place)) {
            Some(known) if known.parent == category.parent => *known = category,
            known => {
                if known.is_some() {
                    self.0.retain(|other| other.slug != category.slug);
                }
                self.0.push(category);
            }
        }
        if self.0.len() > Category::MOST as usize {
            return beside("name", Problem::TooMany { max: Category::MOST });
        }
        Ok(())
    }

    /// Gives one another slug. Whether that is free, the caller knows.
    pub fn rename(&mut self, from: &Slug, to: &Slug) {
        for category in &mut self.0 {
            if category.slug == *from {
                category.slug = to.clone();
            }
            if category.parent.as_ref() == Some(from) {
                category.parent = Some(to.clone());
            }
        }
    }

    /// Moves it before the sibling in front of it, or behind the one that follows. The first stays first.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn shift(&mut self, slug: &Slug, up: bool) -> Result<(), Refusal> {
        let parent = self.get(slug).ok_or(Refusal::NotFound)?.parent.clone();
        let places: Vec<usize> =
            (0_usize..).zip(&self.0).filter(|(_, other)| other.parent == parent).map(|(place, _)| place).collect();
        let here = places.iter().position(|place| self.0.get(*place).is_some_and(|other| other.slug == *slug));
        let there = here.and_then(|here| if up { here.checked_sub(1) } else { here.checked_add(1) });
        if let (Some(here), Some(there)) = (here.and_then(|n| places.get(n)), there.and_then(|n| places.get(n))) {
            self.0.swap(*here, *there);
        }
        Ok(())
    }

    /// Takes one away.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with `below` where others stand below it.
    pub fn remove(&mut self, slug: &Slug) -> Result<(), Refusal> {
        self.get(slug).ok_or(Refusal::NotFound)?;
        let below = u32::try_from(self.below(Some(slug)).count()).unwrap_or(u32::MAX);
        if below > 0 {
            return Err(Refusal::field("below", Problem::CategoriesBelow { count: below }));
        }
        self.0.retain(|other| other.slug != *slug);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(text: &str) -> Slug {
        Slug::parse(text).unwrap()
    }

    fn category(text: &str, parent: &str) -> Category {
        Category {
            slug: slug(text),
            name: text.to_uppercase(),
            description: String::new(),
            parent: Some(parent).filter(|parent| !parent.is_empty()).map(slug),
        }
    }

    /// home > table > mugs, home > linen, garden
    fn tree() -> CategoryTree {
        CategoryTree::of(
            [("home", ""), ("table", "home"), ("garden", ""), ("mugs", "table"), ("linen", "home")]
                .map(|(slug, parent)| category(slug, parent))
                .into(),
        )
    }

    fn outline(tree: &CategoryTree) -> String {
        let line = |(depth, category): (usize, &Category)| format!("{}{}", "-".repeat(depth), category.slug.as_str());
        tree.in_order().into_iter().map(line).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_stands_before_what_is_below_it() {
        let tree = tree();
        assert_eq!(outline(&tree), "home -table --mugs -linen garden");
        assert_eq!(tree.path(&slug("mugs")), ["home", "table", "mugs"].map(slug));
        assert_eq!(tree.path(&slug("nowhere")), []);
        // A table that was written by hand.
        let circle = CategoryTree::of(vec![category("a", "b"), category("b", "a"), category("c", "lost")]);
        assert_eq!((outline(&circle), circle.path(&slug("a")).len()), ("c".into(), 2));
        // c0 -c1 --c2 …
        let chain = |n: usize| category(&format!("c{n}"), &n.checked_sub(1).map_or(String::new(), |n| format!("c{n}")));
        let chain = CategoryTree::of((0..20).map(chain).collect());
        assert_eq!(chain.in_order().last().map(|(depth, _)| *depth), Some(CategoryTree::TOO_DEEP));
    }

    #[test]
    fn none_stands_below_itself_or_too_deep_or_twice() {
        for (put, parent, refused) in [
            ("home", "home", Some(("parent", Problem::BelowItself))),
            ("home", "mugs", Some(("parent", Problem::BelowItself))),
            ("home", "lost", Some(("parent", Problem::NotAChoice))),
            ("cups", "mugs", Some(("parent", Problem::TooDeep { max: 3 }))),
            ("home", "garden", Some(("parent", Problem::TooDeep { max: 3 }))),
            ("table", "garden", None),
            ("cups", "table", None),
            ("linen", "", None),
        ] {
            let answer = tree().put(category(put, parent));
            let expected = refused.map_or(Ok(()), |(field, problem)| Err(Refusal::field(field, problem)));
            assert_eq!(answer, expected, "{put} below {parent}");
        }
        let twin = Category { name: "TABLE".into(), ..category("tables", "home") };
        assert_eq!(tree().put(twin.clone()), Err(Refusal::field("name", Problem::Duplicate)));
        assert_eq!(tree().put(Category { parent: None, ..twin }), Ok(()), "elsewhere it may have that name");
        let mut full = CategoryTree::of((0..499).map(|n| category(&format!("c{n}"), "")).collect());
        assert_eq!(full.put(category("last", "")), Ok(()), "the five-hundredth");
        assert_eq!(full.put(category("more", "")), Err(Refusal::field("name", Problem::TooMany { max: 500 })));
    }

    #[test]
    fn siblings_change_places_and_what_moves_comes_last() {
        let mut tree = tree();
        tree.shift(&slug("linen"), true).unwrap();
        assert_eq!(outline(&tree), "home -linen -table --mugs garden");
        tree.shift(&slug("linen"), true).unwrap();
        tree.shift(&slug("garden"), false).unwrap();
        assert_eq!(outline(&tree), "home -linen -table --mugs garden", "the first stays first, the last last");
        tree.shift(&slug("home"), false).unwrap();
        assert_eq!(outline(&tree), "garden home -linen -table --mugs");
        tree.put(category("mugs", "home")).unwrap();
        assert_eq!(outline(&tree), "garden home -linen -table -mugs");
        tree.put(Category { name: "Cloth".into(), ..category("linen", "home") }).unwrap();
        assert_eq!(outline(&tree), "garden home -linen -table -mugs", "a new name is no new place");
        assert_eq!(tree.shift(&slug("lost"), true), Err(Refusal::NotFound));
    }

    #[test]
    fn what_stands_below_follows_another_slug() {
        let mut tree = tree();
        tree.rename(&slug("table"), &slug("dining"));
        assert_eq!(outline(&tree), "home -dining --mugs -linen garden");
        assert_eq!(tree.path(&slug("mugs")), ["home", "dining", "mugs"].map(slug));
    }

    #[test]
    fn what_has_others_below_it_stays() {
        let mut tree = tree();
        let below = Problem::CategoriesBelow { count: 2 };
        assert_eq!(tree.remove(&slug("home")), Err(Refusal::field("below", below)));
        tree.remove(&slug("mugs")).unwrap();
        assert_eq!((tree.remove(&slug("table")), tree.remove(&slug("table"))), (Ok(()), Err(Refusal::NotFound)));
    }
}
