//! Other words for what is sold, as staff write them down: a search knows them at once, two who edit one lose nothing, and each
//! change stands in the audit log.

use futures::future::join_all;
use shop::domain::{Problem, Refusal, Staff, Synonym};
use shop::dto::{ListingQuery, SynonymsView};

use crate::harness::{Everything, TestShop, refused};
use crate::rule_forms::{fields, kept, open, problem, typed};

async fn editor(shop: &TestShop, by: Staff, word: &str, kept: &str) -> SynonymsView {
    shop.shop.synonyms_editor(by.may(), word, kept).await.unwrap()
}

async fn all(shop: &TestShop, by: Staff) -> Vec<String> {
    let groups = editor(shop, by, "", "").await.groups;
    groups.into_iter().map(|group| format!("{} = {}", group.word, group.means)).collect()
}

#[tokio::test]
async fn a_word_is_added_changed_renamed_and_removed_and_a_search_knows_it_at_once() {
    let (shop, staff) = open().await;
    let found = async |q: &str| {
        let query = ListingQuery { q: Some(q.into()), exact: true, page: 1, ..ListingQuery::default() };
        let view = shop.shop.listing(&query).await.unwrap();
        view.products.into_iter().map(|product| product.slug).collect::<Vec<_>>()
    };
    assert!(found("beaker").await.is_empty());
    let new = editor(&shop, staff, "", "").await;
    assert_eq!((new.editor.id.as_str(), new.groups.len(), new.is_known()), ("", 0, false));
    let form = typed(&new.editor, &[("word", " Beaker "), ("means", "mug,  mug ")]);
    for _ in 0..2 {
        shop.shop.save_synonyms(staff.may(), &form).await.unwrap();
    }
    assert_eq!((all(&shop, staff).await, found("beaker").await), (vec!["Beaker = mug".into()], vec!["mug".into()]));
    let other = typed(&new.editor, &[("word", "Beaker"), ("means", "cup")]);
    assert_eq!(problem(refused(shop.shop.save_synonyms(staff.may(), &other).await), "word"), Problem::Duplicate);

    let shown = editor(&shop, staff, "Beaker", "").await;
    assert!(shown.is_known());
    shop.shop.save_synonyms(staff.may(), &typed(&shown.editor, &[("means", "mug, cup")])).await.unwrap();
    assert_eq!(found("beaker").await.len(), 2);
    let shown = editor(&shop, staff, "Beaker", "").await;
    let renamed = typed(&shown.editor, &[("word", "tankard")]);
    for _ in 0..2 {
        shop.shop.save_synonyms(staff.may(), &renamed).await.unwrap();
    }
    assert_eq!(all(&shop, staff).await, ["tankard = cup, mug"]);
    assert_eq!((found("beaker").await.len(), found("tankard").await.len()), (0, 2));

    let jug = typed(&new.editor, &[("word", "jug"), ("means", "two mugs")]);
    shop.shop.save_synonyms(staff.may(), &jug).await.unwrap();
    let shown = editor(&shop, staff, "jug", "").await;
    let twin = typed(&shown.editor, &[("word", "tankard")]);
    assert_eq!(problem(refused(shop.shop.save_synonyms(staff.may(), &twin).await), "word"), Problem::Duplicate);
    let gone = typed(&shown.editor, &[]);
    shop.shop.remove_synonyms(staff.may(), &gone).await.unwrap();
    assert_eq!(refused(shop.shop.remove_synonyms(staff.may(), &gone).await), Refusal::NotFound);
    assert_eq!(all(&shop, staff).await, ["tankard = cup, mug"]);

    let mut log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    log.reverse();
    let actions: Vec<_> = log.iter().map(|entry| (entry.action.as_str(), entry.subject.as_str())).collect();
    let (made, changed, removed) = ("synonym.created", "synonym.changed", "synonym.deleted");
    let expected = [(made, "Beaker"), (changed, "Beaker"), (changed, "tankard"), (made, "jug"), (removed, "jug")];
    assert_eq!(actions, expected, "what is said twice, or refused, changes nothing");
    let (before, after) = (log[2].before.as_deref().unwrap(), log[2].after.as_deref().unwrap());
    assert!(before.contains("Beaker") && after.contains("tankard") && after.contains("cup, mug"), "{before} {after}");
    assert!(log[0].before.is_none() && log[4].after.is_none());
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, None);
    shop.done().await;
}

#[tokio::test]
async fn the_second_of_two_who_change_a_word_sees_what_the_first_made_of_it() {
    let (shop, first) = open().await;
    let second = Staff(shop.register("Second").await.id);
    let new = fields(&[("word", "beaker"), ("means", "mug")]);
    shop.shop.save_synonyms(first.may(), &new).await.unwrap();
    let read = editor(&shop, second, "beaker", "").await;
    shop.shop.save_synonyms(first.may(), &typed(&read.editor, &[("means", "cup")])).await.unwrap();
    let mine = typed(&read.editor, &[("means", "mug, jug")]);
    for refusal in [
        refused(shop.shop.save_synonyms(second.may(), &mine).await),
        refused(shop.shop.remove_synonyms(second.may(), &mine).await),
    ] {
        assert!(matches!(refusal, Refusal::VersionMismatch { .. }), "{refusal:?}");
    }
    let again = editor(&shop, second, "beaker", &kept(&shop, second, &mine).await).await.editor;
    assert_eq!((again.fields["means"].as_str(), again.both), ("mug, jug", vec![("means".into(), "cup".into())]));
    let again = editor(&shop, second, "beaker", &kept(&shop, second, &mine).await).await.editor;
    shop.shop.save_synonyms(second.may(), &typed(&again, &[])).await.unwrap();
    assert_eq!(all(&shop, first).await, ["beaker = jug, mug"]);
    // Somebody else has taken it away: it is there again for whoever still wants it.
    let shown = editor(&shop, first, "beaker", "").await.editor;
    shop.shop.remove_synonyms(first.may(), &typed(&shown, &[])).await.unwrap();
    let refusal = refused(shop.shop.save_synonyms(second.may(), &typed(&shown, &[("means", "cup")])).await);
    assert!(matches!(refusal, Refusal::VersionMismatch { .. }), "{refusal:?}");
    let gone = editor(&shop, second, "beaker", "").await;
    assert!(!gone.is_known());
    shop.shop.save_synonyms(second.may(), &typed(&gone.editor, &[("means", "cup")])).await.unwrap();
    assert_eq!(all(&shop, first).await, ["beaker = cup"]);
    shop.done().await;
}

#[tokio::test]
async fn there_are_so_many_and_what_is_no_word_is_asked_for_in_vain() {
    let (shop, staff) = open().await;
    let few = 4_999;
    let made: Vec<_> = (0..few).map(|n| Synonym { word: format!("w{n}"), means: "mug".into() }).collect();
    shop.shop.replace_synonyms(&made).await.unwrap();
    let two = fields(&[("word", "beaker"), ("means", "mug, cup")]);
    let refusal = refused(shop.shop.save_synonyms(staff.may(), &two).await);
    assert_eq!(problem(refusal, "means"), Problem::TooMany { max: 5_000 });
    let one = fields(&[("word", "beaker"), ("means", "mug")]);
    shop.shop.save_synonyms(staff.may(), &one).await.unwrap();
    let shown = editor(&shop, staff, "beaker", "").await;
    assert_eq!(shown.groups.len(), few + 1);
    shop.shop.save_synonyms(staff.may(), &typed(&shown.editor, &[("means", "cup")])).await.unwrap();
    for word in ["a\u{1}b", &"x".repeat(41), "' or 1 = 1", "%"] {
        let view = editor(&shop, staff, word, "nothing").await;
        assert!(!view.is_known(), "{word:?}");
        let form = typed(&view.editor, &[("means", "mug")]);
        assert!(refused(shop.shop.save_synonyms(staff.may(), &form).await).problem_of("word").is_some(), "{word:?}");
    }
    shop.done().await;
}

/// Eight send four forms at once: each makes one word, and the log is one chain.
#[tokio::test(flavor = "multi_thread")]
async fn many_who_write_words_at_once_write_each_once() {
    let (shop, staff) = open().await;
    let forms: Vec<_> = (0..8).map(|n| fields(&[("word", &format!("word{}", n % 4)), ("means", "mug")])).collect();
    let answers = join_all(forms.iter().map(|form| shop.shop.save_synonyms(staff.may(), form))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(all(&shop, staff).await.len(), 4);
    let verdict = shop.shop.verify_audit_log().await.unwrap();
    assert_eq!((verdict.rows, verdict.flaw), (4, None));
    shop.done().await;
}
