//! What a product's page shows of reviews, as records of plain columns; and the statement that reads a page of them.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Rating, ReviewId, Stars};
use crate::dto::ReviewView;
use crate::usecase::Result;

use super::super::{to_u32, unknown_word};

/// The record of a row `r` of reviews.
macro_rules! shown_review {
    () => {
        "row(r.id, r.stars, r.title, r.text, r.name, r.published_at, r.answer)"
    };
}

/// How many of the reviews of a product `p` gave how many stars; null: none ever did.
macro_rules! rating {
    () => {
        "(select array[g.one, g.two, g.three, g.four, g.five] from product_ratings g where g.product_id = p.id)"
    };
}

/// The statement that reads a page of the reviews of a product: by its id `$1` or its slug `$2`, behind the review `$3`, at most
/// `$4`. `$behind`: whether `r` comes behind `a`, and their order.
macro_rules! reviews_of {
    ($behind:literal) => {
        concat!(
            "select p.slug, p.name, ",
            rating!(),
            " as rating, array(select ",
            shown_review!(),
            " from reviews r left join reviews a on a.id = $3 and a.product_id = p.id
                where r.product_id = p.id and r.state = 'published' and ",
            $behind,
            " limit $4) as reviews
             from products p where p.id = coalesce($1::uuid, (select l.id from products l where l.slug = $2),
                (select f.product_id from product_addresses f where f.slug = $2))
                and p.status = 'active' and p.choices > 0"
        )
    };
}

/// Parts of a statement that takes away what was said of lines of these orders, and what of it counted. Products in the order of
/// their ids, so that two wait for each other and not around. What publishes one of them is waited for, and the first sum of a
/// product may have come meanwhile: this statement sees it only where it is in the way of an insert.
macro_rules! forgotten_reviews {
    ($orders:literal) => {
        concat!(
            "forgotten_reviews as (
                delete from reviews where order_id = ",
            $orders,
            " returning product_id, stars, state
             ), forgotten_counts as (
                select g.product_id, count(*) filter (where g.stars = 1) as one,
                    count(*) filter (where g.stars = 2) as two, count(*) filter (where g.stars = 3) as three,
                    count(*) filter (where g.stars = 4) as four, count(*) filter (where g.stars = 5) as five
                from forgotten_reviews g where g.state = 'published' group by g.product_id
             ), forgotten_stars as (
                insert into product_ratings as s (product_id)
                select c.product_id from forgotten_counts c order by c.product_id
                on conflict (product_id) do update set (one, two, three, four, five) = (
                    select s.one - c.one, s.two - c.two, s.three - c.three, s.four - c.four, s.five - c.five
                    from forgotten_counts c where c.product_id = s.product_id)
                returning s.product_id
             )"
        )
    };
}

/// id, stars, title, text, name, when it was published, answer
pub(in super::super) type ShownReview = (Uuid, i16, Option<String>, String, String, OffsetDateTime, Option<String>);

pub(in super::super) fn review(record: ShownReview) -> Result<ReviewView> {
    let (id, stars, title, text, name, published_at, answer) = record;
    let stars = u8::try_from(stars).ok().and_then(Stars::new);
    let stars = stars.ok_or_else(|| unknown_word("reviews.stars", "not 1 to 5"))?;
    Ok(ReviewView { id: ReviewId(id), stars, title, text, name, published_at, answer })
}

pub(in super::super) fn rating(counts: Option<Vec<i32>>) -> Rating {
    let mut rating = Rating::default();
    rating.counts.iter_mut().zip(counts.unwrap_or_default()).for_each(|(count, kept)| *count = to_u32(kept.into()));
    rating
}
