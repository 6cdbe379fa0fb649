//! Paging in a category with others below it.

use std::collections::HashSet;

use crate::paging::{ORDERS, done, everything, listing, shelf, slugs};

/// The spoons stand in a category and two below it.
pub const TREE: &str = "insert into categories (slug, name, description, position) values ('spoons', 'Spoons', '', 0);
    insert into categories (slug, name, description, position, parent)
        values ('tea', 'Tea', '', 1, 'spoons'), ('soup', 'Soup', '', 2, 'spoons');
    update products set category = (array['spoons', 'tea', 'soup'])[1 + position % 3]";

/// A category is put together of what stands in those below it, each in order.
#[tokio::test]
async fn a_category_is_walked_whole_with_those_below_it() {
    let shop = shelf().await;
    shop.execute(TREE).await;
    let pool = shop.shop.store().pool().clone();
    let in_tea: HashSet<String> = sqlx::query_scalar("select slug from products where category = 'tea'")
        .fetch_all(&pool)
        .await
        .unwrap()
        .into_iter()
        .collect();
    for (sort, statement) in ORDERS {
        let whole: Vec<String> = sqlx::query_scalar(statement).fetch_all(&pool).await.unwrap();
        let spoons = everything(sort).in_category(Some("spoons"));
        let (mut query, mut walked) = (spoons.clone(), Vec::new());
        loop {
            let page = shop.shop.products(&query, 100).await.unwrap();
            walked.extend(page.items.into_iter().map(|product| product.slug));
            let Some(next) = page.next else { break };
            query = query.going_on(&next);
        }
        assert_eq!(walked, whole, "{sort:?}");
        let last = listing(&shop, &spoons.on_page(1_000)).await;
        assert_eq!(slugs(&last), whole[41 * 24..42 * 24], "{sort:?}");
        let behind = listing(&shop, &spoons.going_on(last.next.as_deref().unwrap())).await;
        assert_eq!(slugs(&behind), whole[42 * 24..43 * 24], "{sort:?}");
        let back = listing(&shop, &spoons.going_back(behind.earlier.as_deref().unwrap())).await;
        assert_eq!(slugs(&back), slugs(&last), "{sort:?}");
        // Of few, all are sorted, where no index has them in this order.
        let tea: Vec<String> = whole.iter().filter(|slug| in_tea.contains(*slug)).cloned().collect();
        let second = listing(&shop, &everything(sort).in_category(Some("tea")).on_page(2)).await;
        assert_eq!(slugs(&second), tea[24..48], "{sort:?}");
    }
    done(shop).await;
}
