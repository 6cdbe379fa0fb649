//! Pictures that imported files name by their addresses: fetched once, in their order and with their words; and what cannot be had.

use std::collections::BTreeMap;
use std::sync::Mutex;

use bytes::Bytes;
use shop::domain::{FetchProblem, ImportId, PictureProblem};
use shop::dto::ImportView;
use shop::usecase::{BoxFuture, PictureSource};
use time::Duration;

use crate::harness::Everything as _;
use crate::imports::{Importer, SHOPIFY};
use crate::sample_pictures::jpeg;

/// What is behind each address, and which were asked for. Nothing else is there.
#[derive(Default)]
struct Elsewhere {
    files: BTreeMap<String, Result<Bytes, FetchProblem>>,
    asked: Mutex<Vec<String>>,
}

impl Elsewhere {
    fn with(mut self, file: &str, found: Result<Bytes, FetchProblem>) -> Self {
        self.files.insert(format!("https://cdn.shopify.com/s/files/1/0001/{file}.jpg?v=1"), found);
        self
    }
}

impl PictureSource for Elsewhere {
    fn fetch(&self, address: String) -> BoxFuture<'_, Result<Bytes, FetchProblem>> {
        let found = self.files.get(&address).cloned().unwrap_or(Err(FetchProblem::Missing));
        self.asked.lock().unwrap().push(address);
        Box::pin(async move { found })
    }
}

async fn fetch_all(at: &Importer, source: &Elsewhere) {
    while at.live().fetch_next_picture(source).await.unwrap() {}
    while at.live().make_next_picture().await.unwrap() {}
}

/// The newest import.
async fn view(at: &Importer) -> ImportView {
    let id: ImportId = at.live().import_list(at.staff.may()).await.unwrap()[0].id;
    at.view(id).await
}

#[tokio::test]
async fn pictures_come_after_the_import_in_their_order_and_with_their_words() {
    let at = Importer::open().await;
    at.imported(SHOPIFY).await;
    assert_eq!((view(&at).await.pictures_waiting, at.product("muesli-schale").await.images.len()), (3, 0));
    // The same file again, before they are there, does not bring them twice.
    assert_eq!(at.imported(SHOPIFY).await.same, 3);
    let source = Elsewhere::default()
        .with("schale", Ok(jpeg(90, 90).into()))
        .with("schale-2", Ok(jpeg(80, 90).into()))
        .with("schale-3", Ok(jpeg(90, 70).into()));
    fetch_all(&at, &source).await;
    let images = at.product("muesli-schale").await.images;
    let told: Vec<_> = images.iter().map(|image| (image.alt.as_str(), image.size)).collect();
    let name = "Müsli-Schale „Größe zählt“";
    assert_eq!(told, [("Eine Schale", Some((90, 90))), (name, Some((80, 90))), (name, Some((90, 70)))]);
    assert_eq!(source.asked.lock().unwrap().len(), 3);
    // What has pictures keeps them.
    let again = at.imported(SHOPIFY).await;
    assert_eq!((again.pictures, again.same), (0, 3));
    fetch_all(&at, &source).await;
    assert_eq!(source.asked.lock().unwrap().len(), 3);
    at.shop.done().await;
}

#[tokio::test]
async fn what_cannot_be_had_is_told_and_nothing_else_fails() {
    let at = Importer::open().await;
    at.imported(SHOPIFY).await;
    let source = Elsewhere::default()
        .with("schale", Err(FetchProblem::Host))
        .with("schale-2", Err(FetchProblem::Unreachable))
        .with("schale-3", Ok(Bytes::from_static(b"<html>no picture</html>")));
    for _ in 0..4 {
        fetch_all(&at, &source).await;
        at.shop.clock.advance(Duration::minutes(3));
    }
    let view = view(&at).await;
    assert_eq!((view.pictures_waiting, view.pictures_fetched), (0, 0));
    let told: Vec<_> = view.pictures_failed.iter().map(|picture| (picture.row, picture.problem.as_str())).collect();
    let no_picture = FetchProblem::Picture(PictureProblem::NotAPicture).as_str();
    assert_eq!(told, [(2, "host"), (3, "unreachable"), (5, no_picture)]);
    let asked = source.asked.lock().unwrap().iter().filter(|address| address.contains("schale-2")).count();
    assert_eq!(asked, 4, "tried again, and then given up");
    assert!(at.product("muesli-schale").await.images.is_empty());
    at.shop.done().await;
}

#[tokio::test]
async fn whoever_is_killed_before_it_is_settled_leaves_one_picture() {
    let at = Importer::open().await;
    at.imported(SHOPIFY).await;
    let source = Elsewhere::default()
        .with("schale", Ok(jpeg(90, 90).into()))
        .with("schale-2", Ok(jpeg(80, 90).into()))
        .with("schale-3", Ok(jpeg(90, 70).into()));
    at.shop
        .execute(
            "create function not_now() returns trigger language plpgsql as $$
                begin raise exception 'not now'; end $$;
             create trigger not_now before update on import_pictures for each row
                when (new.state = 'fetched') execute function not_now()",
        )
        .await;
    assert!(at.live().fetch_next_picture(&source).await.is_err(), "it came in, and nobody wrote that down");
    assert!(at.live().make_next_picture().await.unwrap());
    at.shop.execute("drop trigger not_now on import_pictures").await;
    at.shop.clock.advance(Duration::minutes(3));
    fetch_all(&at, &source).await;
    let images = at.product("muesli-schale").await.images;
    let sizes: Vec<_> = images.iter().map(|image| image.size).collect();
    assert_eq!(sizes, [Some((90, 90)), Some((80, 90)), Some((90, 70))]);
    assert_eq!(at.shop.count("select count(*) from pictures").await, 3);
    assert_eq!((view(&at).await.pictures_waiting, view(&at).await.pictures_fetched), (0, 3));
    at.shop.done().await;
}

#[tokio::test]
async fn a_variant_is_shown_by_the_picture_that_its_row_names() {
    let at = Importer::open().await;
    let address = |name: &str| format!("https://cdn.shopify.com/s/files/1/0001/{name}.jpg?v=1");
    let (a, b) = (address("a"), address("b"));
    let file = format!(
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Variant Image\n\
         vase,Vase,Size,S,VASE-S,9.00,{a},{a}\nvase,,,M,VASE-M,9.00,,{b}\nvase,,,L,VASE-L,9.00,,\n"
    );
    assert_eq!(at.imported(file.clone()).await.pictures, 2, "one of them stands nowhere else");
    let source = Elsewhere::default().with("a", Ok(jpeg(90, 90).into())).with("b", Ok(jpeg(80, 90).into()));
    fetch_all(&at, &source).await;
    let vase = at.product("vase").await;
    let names: Vec<_> = vase.images.iter().map(|image| Some(image.name.clone())).collect();
    let shown: Vec<_> = vase.variants.iter().map(|variant| variant.image.clone()).collect();
    assert_eq!((shown, vase.images.len()), (vec![names[0].clone(), names[1].clone(), None], 2));
    assert_eq!(at.imported(file).await.same, 1, "what has pictures keeps them");
    at.shop.done().await;
}
