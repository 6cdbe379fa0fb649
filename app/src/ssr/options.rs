//! The form of a product's options: saved, or shown again with what it would retire, for somebody to confirm it.

use shop::domain::{Fields, May, permit};
use shop::usecase::OptionsSaved;

use super::forms::Form;
use super::staff::{as_staff, keep, kept_at, refuse_keeping};
use crate::ShopError;

/// `page` is the form's own, with the product's `id`; `next` the one that it leads to.
///
/// # Errors
/// As `as_staff`.
pub async fn save_options(
    name: &str,
    (page, next): (String, String),
    id: String,
    fields: Fields,
) -> Result<(), ShopError> {
    let (form, typed) = (Form::new(name, &page), fields.clone());
    let save = |shop: shop::infrastructure::LiveShop, by: May<permit::Products>| async move {
        shop.save_options(by, id.parse()?, &fields).await
    };
    let saved = match as_staff(save).await {
        Ok(Some(saved)) => return form.lead_saying(async { Ok(saved) }, saved_words, |_| next).await.map(|_| ()),
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    if saved.is_err() {
        return refuse_keeping(form, &page, &typed, saved).await;
    }
    match keep(&typed).await {
        Ok(kept) => {
            form.at(format!("{}#confirm", kept_at(&page, &kept))).show_again();
            Ok(())
        }
        Err(error) => form.refuse(Err(error)),
    }
}

/// What staff hear when options are saved.
fn saved_words(saved: &OptionsSaved) -> String {
    let count = |count: usize, done: &str| match count {
        0 => None,
        1 => Some(format!("1 variant {done}")),
        many => Some(format!("{many} variants {done}")),
    };
    let parts = [count(saved.made, "made"), count(saved.retired, "retired"), count(saved.back, "for sale again")];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        "The options are saved.".to_owned()
    } else {
        format!("The options are saved: {}.", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_the_variants_is_told() {
        assert_eq!(saved_words(&OptionsSaved::default()), "The options are saved.");
        let saved = OptionsSaved { made: 2, retired: 1, back: 0 };
        assert_eq!(saved_words(&saved), "The options are saved: 2 variants made, 1 variant retired.");
    }
}
