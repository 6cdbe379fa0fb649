//! Places that show one picture: the shop's logo, its icon, the picture of its first page, and each category.

use bytes::Bytes;
use futures::TryStreamExt as _;
use image::GenericImageView as _;
use shop::domain::{
    Fields, IconFile, PictureFile, PictureFormat, PictureProblem, Problem, Refusal, ShopPicture, Slug, Staff,
};
use shop::dto::{Image, PlacedPicture, Uploaded};
use shop::usecase::{MediaFile, Result};
use time::Duration;

use crate::harness::{Everything, TestShop, refused, slug};
use crate::rule_forms::{fields, open, problem, typed};
use crate::sample_pictures::{cut_out, jpeg, png};

async fn bytes(file: Option<MediaFile>) -> Option<Bytes> {
    let pieces: Vec<_> = file?.bytes.try_collect().await.unwrap();
    Some(pieces.concat().into())
}

async fn upload(shop: &TestShop, by: Staff, place: ShopPicture, file: Vec<u8>) -> Uploaded {
    shop.shop.upload_shop_picture(by.may(), place, "of-ours.png", file.into()).await.unwrap()
}

/// Uploaded and made.
async fn shown(shop: &TestShop, by: Staff, place: ShopPicture, file: Vec<u8>) -> Image {
    assert!(matches!(upload(shop, by, place, file).await, Uploaded::Waiting(_)));
    assert!(shop.shop.make_next_picture().await.unwrap());
    shop.shop.content().pictures.of(place).cloned().unwrap()
}

async fn placed(shop: &TestShop, by: Staff, place: ShopPicture) -> PlacedPicture {
    let pictures = shop.shop.content_editor(by.may(), "").await.unwrap().pictures;
    pictures.into_iter().find(|(of, _)| *of == place).unwrap().1
}

async fn edit(shop: &TestShop, by: Staff, place: ShopPicture, changes: &[(&str, &str)]) -> Result<()> {
    shop.shop.edit_shop_picture(by.may(), place, &fields(changes)).await
}

async fn has_files(shop: &TestShop, image: &Image) -> bool {
    let file = PictureFile { name: image.name.clone(), width: image.size.unwrap().0, format: PictureFormat::WebP };
    shop.shop.picture_file(&file).await.unwrap().is_some()
}

#[tokio::test]
async fn the_shop_gets_a_logo_an_icon_and_a_picture_of_its_first_page_and_all_of_it_goes_again() {
    let (shop, staff) = open().await;
    let before = shop.shop.content();
    assert_eq!(before.pictures, Default::default());
    let logo = shown(&shop, staff, ShopPicture::Logo, cut_out(300, 80)).await;
    let hero = shown(&shop, staff, ShopPicture::Hero, jpeg(500, 300)).await;
    assert_eq!((logo.size, hero.size, hero.alt.as_str()), (Some((300, 80)), Some((500, 300)), ""));
    assert!(has_files(&shop, &logo).await && has_files(&shop, &hero).await);
    let icon = shown(&shop, staff, ShopPicture::Icon, png(200, 100)).await;
    for side in IconFile::SIDES {
        let file = IconFile { name: icon.name.clone(), side };
        assert_eq!(shop.shop.content().pictures.icon_address(side), Some(format!("/media/{}", file.file_name())));
        let square = bytes(shop.shop.icon_file(&file).await.unwrap()).await.unwrap();
        let square = image::load_from_memory_with_format(&square, image::ImageFormat::Png).unwrap();
        assert_eq!(square.dimensions(), (side, side), "the whole picture, with room above and below it");
        let (corner, middle) = (square.get_pixel(0, 0).0, square.get_pixel(side / 4, side / 2).0);
        assert_eq!(corner, if side == 180 { [255; 4] } else { [0; 4] }, "phones put black where there is nothing");
        assert!(middle[0] > 150 && middle[2] < 80, "{middle:?}");
    }
    assert_eq!(shop.count("select count(*) from pictures where state in ('waiting', 'ready')").await, 0);

    edit(&shop, staff, ShopPicture::Hero, &[("name", &hero.name), ("alt", " A table,\nlaid ")]).await.unwrap();
    assert_eq!(placed(&shop, staff, ShopPicture::Hero).await.image.unwrap().alt, "A table, laid");
    let long = edit(&shop, staff, ShopPicture::Hero, &[("name", &hero.name), ("alt", &"x".repeat(251))]).await;
    assert_eq!(problem(refused(long), "alt"), Problem::TooLong { max: 250 });
    let other = edit(&shop, staff, ShopPicture::Hero, &[("name", &logo.name), ("alt", "A cup")]).await;
    assert!(matches!(refused(other), Refusal::VersionMismatch { .. }));

    for (place, image) in [(ShopPicture::Logo, &logo), (ShopPicture::Icon, &icon), (ShopPicture::Hero, &hero)] {
        for _ in 0..2 {
            edit(&shop, staff, place, &[("name", &image.name), ("act", "remove")]).await.unwrap();
        }
    }
    assert_eq!(shop.shop.content().pictures, Default::default());
    assert_eq!(shop.count("select version from shop_content").await, 1, "nobody's words are overtaken by it");
    shop.clock.advance(Duration::hours(23));
    assert_eq!(shop.shop.remove_unused_pictures().await.unwrap(), 0, "a page that is open shows them");
    shop.clock.advance(Duration::hours(2));
    assert_eq!(shop.shop.remove_unused_pictures().await.unwrap(), 3);
    assert!(!has_files(&shop, &logo).await && !has_files(&shop, &hero).await);
    for file in IconFile::all(&icon.name) {
        assert!(shop.shop.icon_file(&file).await.unwrap().is_none(), "{file:?}");
    }
    assert_eq!(shop.count("select count(*) from pictures").await, 0);
    shop.done().await;
}

#[tokio::test]
async fn what_is_uploaded_last_is_shown_and_what_is_shown_is_never_old() {
    let (shop, staff) = open().await;
    let first = shown(&shop, staff, ShopPicture::Logo, png(100, 80)).await;
    upload(&shop, staff, ShopPicture::Logo, png(110, 80)).await;
    let Uploaded::Waiting(last) = upload(&shop, staff, ShopPicture::Logo, png(120, 80)).await else { panic!() };
    assert_eq!(placed(&shop, staff, ShopPicture::Logo).await.upload.map(|upload| upload.id), Some(last));
    assert!(shop.shop.make_next_picture().await.unwrap());
    assert!(!shop.shop.make_next_picture().await.unwrap(), "the one between them is dropped");
    let logo = placed(&shop, staff, ShopPicture::Logo).await;
    assert_eq!((logo.image.as_ref().and_then(|image| image.size), logo.upload), (Some((120, 80)), None));
    shop.clock.advance(Duration::days(40));
    shop.shop.remove_unused_pictures().await.unwrap();
    assert!(has_files(&shop, &logo.image.unwrap()).await && !has_files(&shop, &first).await);

    for (file, told) in [(b"<svg/>".to_vec(), PictureProblem::Svg), (png(20, 20), PictureProblem::TooSmall)] {
        assert_eq!(upload(&shop, staff, ShopPicture::Icon, file).await, Uploaded::NotTaken(told));
    }
    assert_eq!(shop.count("select count(*) from pictures where place = 'icon'").await, 0);
    let mut garbled = png(300, 300);
    let pixels = garbled.windows(4).position(|bytes| bytes == b"IDAT").unwrap() + 8;
    garbled[pixels..pixels + 40].fill(0xaa);
    assert!(matches!(upload(&shop, staff, ShopPicture::Icon, garbled).await, Uploaded::Waiting(_)));
    assert!(shop.shop.make_next_picture().await.unwrap());
    let failed = placed(&shop, staff, ShopPicture::Icon).await.upload.unwrap();
    assert_eq!((failed.file.as_str(), failed.problem), ("of-ours.png", Some(PictureProblem::Damaged)));
    shown(&shop, staff, ShopPicture::Icon, png(80, 80)).await;
    assert_eq!(placed(&shop, staff, ShopPicture::Icon).await.upload, None, "what could not be made is forgotten");
    shop.done().await;
}

async fn of_category(shop: &TestShop, by: Staff, category: &Slug, file: Vec<u8>) -> Uploaded {
    shop.shop.upload_category_picture(by.may(), category, "shelf.jpg", file.into()).await.unwrap()
}

async fn category(shop: &TestShop, by: Staff, name: &str) -> PlacedPicture {
    shop.shop.category_editor(by.may(), Some(&slug(name)), "").await.unwrap().picture
}

#[tokio::test]
async fn a_category_shows_its_picture_under_whatever_address_it_has() {
    let (shop, staff) = open().await;
    let glass = slug("glass");
    of_category(&shop, staff, &glass, jpeg(160, 200)).await;
    assert!(category(&shop, staff, "glass").await.upload.is_some());
    // It is called otherwise before anybody has made it.
    let shown = shop.shop.category_editor(staff.may(), Some(&glass), "").await.unwrap();
    shop.shop.save_category(staff.may(), &typed(&shown.editor, &[("slug", "glassware")])).await.unwrap();
    assert!(shop.shop.make_next_picture().await.unwrap());
    let image = category(&shop, staff, "glassware").await.image.unwrap();
    assert_eq!((image.size, image.alt.as_str()), (Some((160, 200)), ""));
    let form = |changes: &[(&str, &str)]| -> Fields {
        [("name".to_owned(), image.name.clone())].into_iter().chain(fields(changes)).collect()
    };
    let glassware = slug("glassware");
    shop.shop.edit_category_picture(staff.may(), &glassware, &form(&[("alt", "Glasses on a shelf")])).await.unwrap();
    let tile = shop.shop.home().await.unwrap().categories.into_iter().find(|tile| tile.slug == "glassware").unwrap();
    assert_eq!(tile.image.as_ref().map(|image| image.alt.as_str()), Some("Glasses on a shelf"));
    let nowhere = shop.shop.edit_category_picture(staff.may(), &slug("nowhere"), &form(&[])).await;
    assert_eq!(refused(nowhere), Refusal::NotFound);
    let nowhere = shop.shop.upload_category_picture(staff.may(), &slug("nowhere"), "x", jpeg(80, 80).into()).await;
    assert_eq!(refused(nowhere), Refusal::NotFound);

    shop.shop.edit_category_picture(staff.may(), &glassware, &form(&[("act", "remove")])).await.unwrap();
    assert_eq!(category(&shop, staff, "glassware").await, PlacedPicture::default());
    // One that is on its way when its category goes, goes as well.
    of_category(&shop, staff, &glassware, jpeg(90, 90)).await;
    let shown = shop.shop.category_editor(staff.may(), Some(&glassware), "").await.unwrap();
    shop.shop.remove_category(staff.may(), &typed(&shown.editor, &[("to", "-")])).await.unwrap();
    assert!(!shop.shop.make_next_picture().await.unwrap());
    shop.clock.advance(Duration::hours(25));
    assert_eq!(shop.shop.remove_unused_pictures().await.unwrap(), 2);
    assert_eq!(shop.count("select count(*) from pictures").await, 0);
    shop.done().await;
}
