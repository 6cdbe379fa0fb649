//! Where a page stands: the categories on the way down to it, as links above its title.

use leptos::prelude::*;
use shop::dto::{CategoryCount, CategoryStep};

/// From the top down to the category with this slug, itself among them; nothing where it is not among them.
pub fn steps_to(categories: &[CategoryCount], slug: Option<&str>) -> Vec<CategoryStep> {
    let mut steps: Vec<CategoryStep> = Vec::new();
    let mut at = slug;
    while let Some(category) = at.and_then(|slug| categories.iter().find(|category| category.slug == slug)) {
        // A category stands in few others; who stands in itself is met once.
        if steps.iter().any(|step| step.slug == category.slug) {
            break;
        }
        steps.push(CategoryStep { slug: category.slug.clone(), name: category.name.clone() });
        at = category.parent.as_deref();
    }
    steps.reverse();
    steps
}

/// Links, each a name and an address, from the top down; nothing where there is none.
#[component]
pub fn Trail(steps: Vec<(String, String)>) -> impl IntoView {
    let links = steps.into_iter().enumerate().map(|(place, (name, href))| {
        view! {
            {(place > 0).then(|| view! { <span aria-hidden="true">" / "</span> })}
            <a href=href>{name}</a>
        }
    });
    let links: Vec<_> = links.collect();
    (!links.is_empty()).then(|| {
        view! {
            <nav class="crumb" aria-label="Breadcrumbs">
                {links}
            </nav>
        }
    })
}

/// Each with its address.
pub fn links_of(steps: &[CategoryStep]) -> Vec<(String, String)> {
    steps.iter().map(|step| (step.name.clone(), step.href())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_down_begins_at_the_top_and_ends_where_somebody_stands() {
        let category = |slug: &str, parent: Option<&str>| CategoryCount {
            slug: slug.into(),
            name: slug.to_uppercase(),
            parent: parent.map(str::to_owned),
            count: 1,
            is_exact: true,
        };
        let all = [category("cups", Some("tea")), category("home", None), category("tea", Some("home"))];
        let way = |slug| steps_to(&all, slug).into_iter().map(|step| step.slug).collect::<Vec<_>>();
        assert_eq!(way(Some("cups")), ["home", "tea", "cups"]);
        assert_eq!(way(Some("home")), ["home"]);
        assert!(way(Some("nothing")).is_empty() && way(None).is_empty());
        let round = [category("a", Some("b")), category("b", Some("a")), category("c", Some("gone"))];
        let slugs = |slug| steps_to(&round, Some(slug)).into_iter().map(|step| step.slug).collect::<Vec<_>>();
        assert_eq!((slugs("a"), slugs("c")), (vec!["b".to_owned(), "a".to_owned()], vec!["c".to_owned()]));
    }
}
