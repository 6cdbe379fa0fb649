//! A product's pictures in order, in words and for variants; and two who change them at once.

use shop::domain::{Fields, Problem, Refusal};
use shop::dto::StaffProduct;
use shop::usecase::Result;

use crate::harness::{Everything, refused};
use crate::pictures::Studio;
use crate::sample_pictures::jpeg;

impl Studio {
    /// Sends the form of a product's pictures as it was read, with these fields changed.
    pub async fn edit(&self, read: &StaffProduct, changed: &[(&str, String)]) -> Result<()> {
        self.shop.shop.edit_pictures(self.staff.may(), self.mug, &form(read, changed)).await
    }

    async fn names(&self) -> Vec<String> {
        self.product().await.images.into_iter().map(|image| image.name).collect()
    }
}

fn form(read: &StaffProduct, changed: &[(&str, String)]) -> Fields {
    let mut fields = read.picture_fields();
    fields.insert("version".into(), read.pictures_version.to_string());
    fields.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    fields
}

#[tokio::test]
async fn pictures_are_put_in_order_told_in_words_and_given_to_variants() {
    let studio = Studio::open().await;
    let sizes = [("version", "1"), ("n1-name", "Size"), ("n1-values", "S, M")];
    let sizes = sizes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    studio.shop.shop.save_options(studio.staff.may(), studio.mug, &sizes).await.unwrap();
    let (a, b) = (studio.picture(jpeg(80, 80)).await.name, studio.picture(jpeg(90, 90)).await.name);
    let read = studio.product().await;
    let medium = read.variants[1].clone();
    // What was typed is saved beside what the button says.
    let (words, box_of_b, shows) = (format!("alt-{a}"), format!("decorative-{b}"), medium.field("picture"));
    let moved = [
        ("act", format!("move-0-{b}")),
        (words.as_str(), "  The mug,\nfrom the side ".to_owned()),
        (box_of_b.as_str(), "on".to_owned()),
        (shows.as_str(), b.clone()),
    ];
    studio.edit(&read, &moved).await.unwrap();
    let product = studio.product().await;
    let shown: Vec<_> = product.images.iter().map(|image| (image.name.clone(), image.alt.as_str())).collect();
    assert_eq!(shown, [(b.clone(), ""), (a.clone(), "The mug, from the side")]);
    assert_eq!((product.variants[1].image.as_ref(), product.pictures_version, product.version), (Some(&b), 2, 2));
    let entry = studio.shop.shop.audit_log(studio.staff.may(), None).await.unwrap().entries.remove(0);
    assert_eq!(entry.action, "product.pictures_changed");
    assert!(entry.after.unwrap().contains("from the side") && entry.before.unwrap().contains("Product MUG"));

    let saved = studio.product().await;
    for (field, value, problem) in [
        (format!("alt-{a}"), String::new(), Problem::Required),
        (format!("alt-{a}"), "x".repeat(251), Problem::TooLong { max: 250 }),
        (medium.field("picture"), "somebody-elses".to_owned(), Problem::NotAChoice),
        ("act".to_owned(), "turn".to_owned(), Problem::NotAChoice),
    ] {
        let wrong = refused(studio.edit(&saved, &[(&*field, value)]).await);
        assert_eq!(wrong, Refusal::field(&field, problem), "{field}");
    }
    studio.edit(&saved, &[("act", format!("remove-{b}"))]).await.unwrap();
    let product = studio.product().await;
    assert_eq!((product.images.len(), product.variants[1].image.clone()), (1, None), "nothing shows it any more");
    studio.shop.done().await;
}

#[tokio::test]
async fn a_button_pressed_twice_is_pressed_once() {
    let studio = Studio::open().await;
    let (a, b) = (studio.picture(jpeg(80, 80)).await.name, studio.picture(jpeg(90, 90)).await.name);
    let read = studio.product().await;
    for act in [format!("move-1-{a}"), format!("remove-{b}")] {
        let read = if act.starts_with("move") { read.clone() } else { studio.product().await };
        for _ in 0..2 {
            studio.edit(&read, &[("act", act.clone())]).await.unwrap();
        }
    }
    assert_eq!(studio.names().await, [a]);
    let log = studio.shop.shop.audit_log(studio.staff.may(), None).await.unwrap().entries;
    assert_eq!(log.iter().filter(|entry| entry.action == "product.pictures_changed").count(), 2);
    studio.shop.done().await;
}

#[tokio::test]
async fn who_comes_second_sees_what_the_first_changed_and_loses_nothing() {
    let studio = Studio::open().await;
    let (a, b) = (studio.picture(jpeg(80, 80)).await.name, studio.picture(jpeg(90, 90)).await.name);
    let read = studio.product().await;
    // A picture that has become ready meanwhile is in nobody's way.
    studio.picture(jpeg(100, 100)).await;
    studio.edit(&read, &[(&*format!("alt-{a}"), "Theirs".to_owned())]).await.unwrap();
    let (first, second) = (format!("alt-{a}"), format!("alt-{b}"));
    let mine = [(first.as_str(), "Mine".to_owned()), (second.as_str(), "Mine, too".to_owned())];
    assert_eq!(refused(studio.edit(&read, &mine).await), Refusal::VersionMismatch { current: 2 });
    assert_eq!(studio.product().await.images[0].alt, "Theirs");

    let mut kept = form(&read, &mine);
    // As a browser sends it: boxes that are not ticked are left out.
    kept.retain(|name, _| !name.starts_with("decorative-"));
    kept.insert("pictures".into(), "yes".into());
    kept.insert("id".into(), studio.mug.to_string());
    kept.insert("base".into(), serde_json::to_string(&read.picture_fields()).unwrap());
    let id = studio.shop.shop.keep_form(studio.staff, &kept).await.unwrap().to_string();
    let view = studio.shop.shop.product_editor(studio.staff.may(), studio.mug, &id).await.unwrap();
    assert_eq!((view.pictures.fields[&first].as_str(), view.pictures.fields[&second].as_str()), ("Mine", "Mine, too"));
    assert_eq!(view.pictures.both, [(first.clone(), "Theirs".to_owned())]);
    assert_eq!(view.pictures.theirs.len(), 2, "the fields of the picture that came: {:?}", view.pictures.theirs);
    assert!(view.theirs.is_empty() && view.both.is_empty(), "the product's own fields are not touched");
    studio.shop.done().await;
}
