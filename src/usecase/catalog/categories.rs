//! Categories as staff arrange them. All of them are read and decided about together: they are few, and a tree.

use std::future::Future;

use serde_json::json;
use time::OffsetDateTime;

use crate::domain::{Category, CategoryTree, FieldReader, Fields, May, Problem, Refusal, Slug, permit};
use crate::dto::{CategoryChoice, CategoryEditView, CategoryRow, PlacedPicture};

use super::super::audit::Change;
use super::super::editor::{require_version, text, version_of};
use super::super::pricing::{Pricing, SettingsSet};
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::reading::paragraphs;

pub trait CategoryViews {
    /// All categories, siblings in their order, and how many products stand in each itself: counted up to a thousand and one.
    fn categories(&self) -> impl Future<Output = Result<Vec<(Category, u32)>>> + Send;

    /// Where a slug leads that a category had before.
    fn category_now(&self, former: &Slug) -> impl Future<Output = Result<Option<Slug>>> + Send;
}

pub trait CategoryEdits {
    /// All categories as now, siblings in their order, locked against others who write them.
    fn lock_categories(&mut self) -> impl Future<Output = Result<Vec<Category>>> + Send;

    /// Writes these, each with its path and in this order; what is new is inserted.
    fn save_categories(&mut self, categories: &[(Category, Vec<Slug>)]) -> impl Future<Output = Result<()>> + Send;

    /// Takes away a category that nothing stands in or below any more.
    fn delete_category(&mut self, slug: &Slug) -> impl Future<Output = Result<()>> + Send;

    /// What categories were called in addresses before, each with the one it leads to.
    fn former_categories(&mut self) -> impl Future<Output = Result<Vec<(Slug, Slug)>>> + Send;

    /// Writes a category anew under another slug, with all that stands below it and all that leads to it, but for its
    /// products; the old slug leads there from now on. Nothing stands in the old one any more: it is for whoever asked to
    /// take it away.
    fn readdress_category(
        &mut self,
        from: &Slug,
        to: &Slug,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Puts the products of a category into another, or into none; answers how many. Edits under way are overtaken.
    fn move_products(&mut self, from: &Slug, to: Option<&Slug>) -> impl Future<Output = Result<u32>> + Send;
}

/// Where a form says that products shall be in no category.
const NONE: &str = "-";

impl<S: Store> Shop<S> {
    /// All categories, each before those below it.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn category_list(&self, _by: May<permit::Products>) -> Result<Vec<CategoryRow>> {
        let (tree, counts) = self.counted_categories().await?;
        let row = |(depth, category): (usize, &Category)| {
            let siblings: Vec<_> = tree.below(category.parent.as_ref()).map(|other| &other.slug).collect();
            CategoryRow {
                slug: category.slug.to_string(),
                name: category.name.clone(),
                depth: u32::try_from(depth).unwrap_or(u32::MAX),
                products: count_of(&counts, &category.slug),
                is_first: siblings.first() == Some(&&category.slug),
                is_last: siblings.last() == Some(&&category.slug),
            }
        };
        Ok(tree.in_order().into_iter().map(row).collect())
    }

    /// A category's editor, with what was typed before and kept; no slug for one that is not there yet.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn category_editor(
        &self,
        by: May<permit::Products>,
        slug: Option<&Slug>,
        kept: &str,
    ) -> Result<CategoryEditView> {
        let (tree, counts) = self.counted_categories().await?;
        // The log, and links that somebody kept, name it as it was called then.
        let renamed = match slug.filter(|slug| tree.get(slug).is_none()) {
            Some(former) => self.store().category_now(former).await?,
            None => None,
        };
        let asked = slug.map_or("", Slug::as_str);
        let slug = renamed.as_ref().or(slug);
        let known = slug.map(|slug| tree.get(slug).ok_or(Refusal::NotFound)).transpose()?;
        let now = known.map_or_else(|| fields_of(None), |category| fields_of(Some(category)));
        let version = known.map_or_else(|| Ok(String::new()), version_of)?;
        let mut brought = self.merged_editor(by.into(), kept, asked, version, now).await?;
        brought.view.id = slug.map(ToString::to_string).unwrap_or_default();
        let choice = |(_, category): (usize, &Category)| CategoryChoice {
            slug: category.slug.to_string(),
            name: full_name(&tree, &category.slug),
        };
        let others =
            tree.in_order().into_iter().filter(|(_, other)| known.is_none_or(|known| known.slug != other.slug));
        let others: Vec<_> = others.map(choice).collect();
        // Below itself and what is below it, it cannot stand.
        let may_be_above = |choice: &&CategoryChoice| {
            let path = Slug::parse(&choice.slug).map(|slug| tree.path(&slug)).unwrap_or_default();
            known.is_none_or(|known| !path.contains(&known.slug))
        };
        let parents = others.iter().filter(may_be_above).cloned().collect();
        let products = known.map_or(0, |known| count_of(&counts, &known.slug));
        let picture = match known {
            Some(known) => self.store().category_picture(&known.slug).await?,
            None => PlacedPicture::default(),
        };
        Ok(CategoryEditView { editor: brought.view, parents, others, products, picture })
    }

    /// Saves what an editor says of a category: a new one, or the one it was opened on, if that is still what was read.
    /// Fields: `name`, `description`, `parent`, `slug`. Where that is empty, it is made of its first name and stays. One that it
    /// had before leads to it from then on, and is no other's.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `VersionMismatch`.
    pub async fn save_category(&self, by: May<permit::Products>, fields: &Fields) -> Result<Slug> {
        let mut reader = FieldReader::default();
        let name = reader.required("name", text(fields, "name"), Category::NAME_MAX);
        let description = reader.read("description", paragraphs(text(fields, "description")));
        let parent = match text(fields, "parent") {
            "" => Some(None),
            slug => reader.read("parent", Slug::parse(slug).map(Some).map_err(|_| Problem::NotAChoice)),
        };
        let address = match text(fields, "slug").trim() {
            "" => Some(None),
            slug => reader.read("slug", Slug::parse(slug).map(Some)),
        };
        let ((name, description), (parent, address)) = reader.finish(name.zip(description).zip(parent.zip(address)))?;
        let known = Some(text(fields, "id")).filter(|id| !id.is_empty()).map(str::parse::<Slug>).transpose()?;
        let is_same = |other: &Category| {
            (&other.name, &other.description, &other.parent) == (&name, &description, &parent)
                && address.as_ref().is_none_or(|address| *address == other.slug)
        };
        self.change_categories(by, known.as_ref(), |tree, former| {
            let twin = tree.in_order().into_iter().find(|(_, other)| is_same(other));
            if let (None, Some((_, twin))) = (&known, twin) {
                // The same form, sent twice.
                return Ok(twin.slug.clone());
            }
            if let Some(slug) = &known {
                match (tree.get(slug), former.iter().find(|(old, _)| old == slug)) {
                    (Some(category), _) => require_version(category, fields, 0)?,
                    // It is called otherwise by now: by this form, sent twice, or by somebody else.
                    (None, Some((_, now))) => {
                        let same = tree.get(now).filter(|category| is_same(category));
                        let overtaken = || Refusal::VersionMismatch { current: 0 }.into();
                        return same.map(|category| category.slug.clone()).ok_or_else(overtaken);
                    }
                    (None, None) => return Err(Refusal::NotFound.into()),
                }
            }
            let is_taken = |slug: &Slug| {
                let is_former = |(old, now): &(Slug, Slug)| old == slug && known.as_ref() != Some(now);
                (tree.get(slug).is_some() && known.as_ref() != Some(slug)) || former.iter().any(is_former)
            };
            let slug = match (&address, &known) {
                (Some(address), _) if is_taken(address) => {
                    return Err(Refusal::field("slug", Problem::AddressTaken).into());
                }
                (Some(slug), _) | (None, Some(slug)) => slug.clone(),
                (None, None) => {
                    let live = tree.in_order().into_iter().map(|(_, category)| category.slug.to_string());
                    let taken = live.chain(former.iter().map(|(old, _)| old.to_string())).collect();
                    Slug::of_name(&name).free_among(&taken)
                }
            };
            if let Some(known) = &known {
                tree.rename(known, &slug);
            }
            let (name, description, parent) = (name.clone(), description.clone(), parent.clone());
            tree.put(Category { slug: slug.clone(), name, description, parent })?;
            Ok(slug)
        })
        .await
    }

    /// Moves a category before the sibling in front of it, or behind the one that follows.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn shift_category(&self, by: May<permit::Products>, slug: &Slug, up: bool) -> Result<()> {
        self.change_categories(by, Some(slug), |tree, _| {
            tree.shift(slug, up)?;
            Ok(slug.clone())
        })
        .await
        .map(|_| ())
    }

    /// Takes a category away, if it is still what was read, and puts its products where `to` says: a slug, or `-` for none.
    ///
    /// # Errors
    /// `NotFound`, `VersionMismatch`; `Invalid` with `to` where it has products and nobody said where they go, with `below`
    /// where others stand below it, or a promotion is for it.
    pub async fn remove_category(&self, by: May<permit::Products>, fields: &Fields) -> Result<()> {
        let slug: Slug = text(fields, "id").parse()?;
        let to = match text(fields, "to") {
            "" => None,
            NONE => Some(None),
            other => Some(Some(Slug::parse(other).map_err(|_| Refusal::field("to", Problem::NotAChoice))?)),
        };
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let mut tree = CategoryTree::of(tx.lock_categories().await?);
            let known = tree.get(&slug).ok_or(Refusal::NotFound)?.clone();
            require_version(&known, fields, 0)?;
            tree.remove(&slug)?;
            let target = to.as_ref().and_then(Option::as_ref);
            if target.is_some_and(|target| tree.get(target).is_none()) {
                return Err(Refusal::field("to", Problem::NotAChoice).into());
            }
            let moved = tx.move_products(&slug, target).await?;
            if moved > 0 && to.is_none() {
                return Err(Refusal::field("to", Problem::Required).into());
            }
            // Whoever writes a promotion looks for its categories under the same lock.
            tx.lock_settings(SettingsSet::Promotions).await?;
            let rules = tx.rules().await?;
            if let Some(promotion) = rules.promotions.iter().find(|promotion| promotion.categories.contains(&slug)) {
                let name = promotion.name.clone();
                return Err(Refusal::field("below", Problem::UsedByPromotion { name }).into());
            }
            tx.delete_category(&slug).await?;
            let after = json!({ "products_moved": moved, "to": target });
            let change = Change::of("category.deleted", "category", slug.as_str()).before(json!(known)).after(after);
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }

    async fn counted_categories(&self) -> Result<(CategoryTree, Vec<(Slug, u32)>)> {
        let all = self.store().categories().await?;
        let counts = all.iter().map(|(category, count)| (category.slug.clone(), *count)).collect();
        Ok((CategoryTree::of(all.into_iter().map(|(category, _)| category).collect()), counts))
    }

    /// `change` is given what categories were called before, and answers what the one is called now that it changed, which was
    /// `known`. Where it changed nothing, nothing is written down.
    async fn change_categories(
        &self,
        by: May<permit::Products>,
        known: Option<&Slug>,
        change: impl Fn(&mut CategoryTree, &[(Slug, Slug)]) -> Result<Slug> + Send + Sync,
    ) -> Result<Slug> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let before = CategoryTree::of(tx.lock_categories().await?);
            let (former, mut after) = (tx.former_categories().await?, before.clone());
            let slug = change(&mut after, &former)?;
            if after == before {
                return Ok(slug);
            }
            if let Some(known) = known.filter(|known| **known != slug) {
                tx.readdress_category(known, &slug, self.now()).await?;
                tx.move_products(known, Some(&slug)).await?;
                // Whoever writes a promotion looks for its categories under the same lock.
                tx.lock_settings(SettingsSet::Promotions).await?;
                tx.retarget_promotions(known, &slug).await?;
                tx.delete_category(known).await?;
            }
            let all = after.in_order().into_iter().map(|(_, category)| (category.clone(), after.path(&category.slug)));
            tx.save_categories(&all.collect::<Vec<_>>()).await?;
            let told = |tree: &CategoryTree, slug: &Slug| {
                let known = tree.get(slug);
                let siblings = known.map(|known| tree.below(known.parent.as_ref()).map(|other| &other.slug));
                let place = siblings.and_then(|mut siblings| siblings.position(|other| other == slug));
                json!(known.map(|known| json!({ "category": known, "place": place.map(|place| place + 1) })))
            };
            let (before, now) = (told(&before, known.unwrap_or(&slug)), told(&after, &slug));
            let action = if before.is_null() { "category.created" } else { "category.changed" };
            let change = Change::of(action, "category", slug.as_str()).before(before).after(now);
            self.record(&mut tx, by, change).await?;
            tx.commit().await?;
            Ok(slug)
        })
        .await
    }
}

fn fields_of(category: Option<&Category>) -> Fields {
    let of = |part: fn(&Category) -> String| category.map(part).unwrap_or_default();
    Fields::from([
        ("name".to_owned(), of(|category| category.name.clone())),
        ("description".to_owned(), of(|category| category.description.clone())),
        ("parent".to_owned(), of(|category| category.parent.as_ref().map(ToString::to_string).unwrap_or_default())),
        ("slug".to_owned(), of(|category| category.slug.to_string())),
    ])
}

/// `Tableware › Mugs`
fn full_name(tree: &CategoryTree, slug: &Slug) -> String {
    let names = tree.path(slug).into_iter().filter_map(|slug| tree.get(&slug).map(|category| category.name.clone()));
    names.collect::<Vec<_>>().join(" › ")
}

fn count_of(counts: &[(Slug, u32)], slug: &Slug) -> u32 {
    counts.iter().find(|(known, _)| known == slug).map_or(0, |(_, count)| *count)
}
