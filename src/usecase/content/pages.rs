//! Pages of text: terms, privacy, whatever the shop has to say. Every version is kept, for orders say under which of the
//! terms they were placed.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::domain::{Fields, May, Merged, PageEdit, Problem, Refusal, Slug, merge, permit, settled};
use crate::dto::{PageEditView, PageText, StaffPage};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::{ContentWrites, NewPageVersion};

/// More than anybody reads; the foot of a page has to hold them.
const MOST: u32 = 50;

impl<S: Store> Shop<S> {
    /// A page as the shop shows it, with its facts filled in. Its body is Markdown.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn page_text(&self, slug: &Slug) -> Result<PageText> {
        let page = self.store().shown_page(slug).await?.ok_or(Refusal::NotFound)?;
        let facts = self.page_facts();
        Ok(PageText {
            title: facts.fill(&page.title),
            description: facts.fill(&page.description),
            body: facts.fill_markdown(&page.body),
        })
    }

    /// A page's editor: as it is, as it was (`version`), or with what was typed before and kept, brought together with what
    /// is there now. `preview`: what was typed is looked at.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn page_editor(
        &self,
        by: May<permit::Content>,
        slug: &Slug,
        kept: &str,
        version: Option<i64>,
        preview: bool,
    ) -> Result<PageEditView> {
        let page = self.store().written_page(slug, None).await?.ok_or(Refusal::NotFound)?;
        let typed = self.kept_form(by.into(), kept).await?;
        if let Some(typed) = typed.filter(|typed| typed.get("slug").map(String::as_str) == Some(slug.as_str())) {
            return self.typed_page(slug, page, typed, preview).await;
        }
        let earlier = version.filter(|version| *version != page.version);
        let shown = match earlier {
            Some(_) => Some(self.store().written_page(slug, earlier).await?.ok_or(Refusal::NotFound)?),
            None => None,
        };
        let fields = shown.as_ref().unwrap_or(&page).fields();
        let preview = shown.map(|shown| self.page_facts().fill_markdown(&shown.body));
        Ok(PageEditView { page: Some(page), fields, theirs: Vec::new(), both: Vec::new(), earlier, preview })
    }

    async fn typed_page(&self, slug: &Slug, page: StaffPage, mut typed: Fields, preview: bool) -> Result<PageEditView> {
        let now = page.fields();
        // What it was read as is kept by its version.
        let read = typed.get("version").and_then(|text| text.parse::<i64>().ok());
        let base = match read.filter(|version| *version != page.version) {
            Some(version) => self.store().written_page(slug, Some(version)).await?.map(|page| page.fields()),
            None => None,
        };
        typed.retain(|name, _| now.contains_key(name));
        let settled = |fields: &Fields| settled(fields, self.currency());
        let merged = merge(&settled(base.as_ref().unwrap_or(&now)), &settled(&typed), &settled(&now));
        let preview = merged.fields.get("body").filter(|_| preview).map(|body| self.page_facts().fill_markdown(body));
        let Merged { fields, theirs, both } = merged;
        Ok(PageEditView { page: Some(page), fields, theirs, both, earlier: None, preview })
    }

    /// What was typed of a page that is not there yet.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn new_page_form(&self, by: May<permit::Content>, kept: &str, preview: bool) -> Result<PageEditView> {
        let fields = self.kept_form(by.into(), kept).await?.unwrap_or_default();
        let preview = fields.get("body").filter(|_| preview).map(|body| self.page_facts().fill_markdown(body));
        Ok(PageEditView { page: None, fields, theirs: Vec::new(), both: Vec::new(), earlier: None, preview })
    }

    /// Makes a page: `title`, `description`, `body`, `place`, and `slug`, which the title suggests where it is empty.
    ///
    /// # Errors
    /// `Invalid`; a slug that is taken is a duplicate.
    pub async fn create_page(&self, by: May<permit::Content>, fields: &Fields) -> Result<Slug> {
        let text = |name: &str| fields.get(name).map(|text| text.trim()).unwrap_or_default();
        let slug = match text("slug") {
            "" => suggested(text("title")),
            typed => Slug::parse(&typed.to_lowercase()).map_err(|problem| Refusal::field("slug", problem)),
        };
        let edit = PageEdit::parse("", fields);
        let (slug, edit) = both(slug, edit)?;
        retried(|| self.write_page(by, &slug, None, &edit)).await?;
        self.show_content().await;
        Ok(slug)
    }

    /// Writes the next version of a page, if the shop still shows the one that was read: `version`.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `VersionMismatch`.
    pub async fn save_page(&self, by: May<permit::Content>, fields: &Fields) -> Result<Slug> {
        let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let slug: Slug = text("slug").parse()?;
        let version = text("version").parse().unwrap_or(0);
        let edit = PageEdit::parse(slug.as_str(), fields)?;
        retried(|| self.write_page(by, &slug, Some(version), &edit)).await?;
        self.show_content().await;
        Ok(slug)
    }

    /// `read`: the version that it was made on; none: it is not there yet.
    async fn write_page(
        &self,
        by: May<permit::Content>,
        slug: &Slug,
        read: Option<i64>,
        edit: &PageEdit,
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        tx.lock_content().await?;
        let now = tx.current_page(slug).await?;
        if now.as_ref().is_some_and(|(_, now)| now == edit) {
            // Said before, by this button or somebody else.
            return Ok(());
        }
        let current = now.as_ref().map_or(0, |(version, _)| *version);
        match read {
            Some(_) if now.is_none() => return Err(Refusal::NotFound.into()),
            Some(read) if read != current => return Err(Refusal::VersionMismatch { current }.into()),
            None if now.is_some() => return Err(Refusal::field("slug", Problem::Duplicate).into()),
            None if tx.count_pages().await? >= MOST => {
                return Err(Refusal::field("title", Problem::TooMany { max: MOST }).into());
            }
            _ => {}
        }
        let version = current.saturating_add(1);
        let page = NewPageVersion { slug: slug.clone(), version, edit: edit.clone(), by: by.user().0, at: self.now() };
        tx.save_page(&page).await?;
        let action = if now.is_some() { "page.changed" } else { "page.created" };
        let before = now.map_or(Value::Null, |(version, edit)| audit_value(version, &edit));
        let change = Change::of(action, "page", slug).before(before).after(audit_value(version, edit));
        self.record(&mut tx, by, change).await?;
        tx.commit().await
    }
}

/// What a title suggests; where it has no letter that fits, somebody has to say it.
fn suggested(title: &str) -> std::result::Result<Slug, Refusal> {
    let slug = Slug::of_name(title);
    let says_something = title.chars().any(|c| c.is_ascii_alphanumeric()) || slug.as_str() != "product";
    if says_something { Ok(slug) } else { Err(Refusal::field("slug", Problem::Required)) }
}

/// A version as the audit log tells it: its text is kept with the page, and its hash says whether it still is what it was.
fn audit_value(version: i64, edit: &PageEdit) -> Value {
    let hash: String = Sha256::digest(edit.body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "version": version, "title": edit.title, "description": edit.description, "place": edit.place.as_str(),
        "body_sha256": hash })
}

/// Both, or the problems of both at once.
fn both<A, B>(one: std::result::Result<A, Refusal>, other: std::result::Result<B, Refusal>) -> Result<(A, B)> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(Refusal::Invalid { mut fields }), Err(Refusal::Invalid { fields: more })) => {
            fields.extend(more);
            Err(Refusal::Invalid { fields }.into())
        }
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal.into()),
    }
}
