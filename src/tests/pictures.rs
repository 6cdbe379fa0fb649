//! Pictures that staff upload: from a file to what a product shows, whatever the file is and whenever who makes them is killed.

use std::path::PathBuf;

use bytes::Bytes;
use futures::TryStreamExt as _;
use shop::domain::{
    MAX_PICTURE_BYTES, PictureFile, PictureFormat, PictureId, PictureProblem, ProductId, Refusal, Staff,
};
use shop::dto::{Image, StaffProduct, Uploaded};
use shop::usecase::{Clock as _, PictureQueue as _, Result};
use time::Duration;

use crate::harness::{Everything, TestShop, refused, slug};
use crate::sample_pictures::{
    SECRET, avif_size, bomb, cut_out, is_red, jpeg, png, saying, taken_by_camera, webp, webp_pixels,
};

/// A shop with a mug, and who may change it.
pub struct Studio {
    pub shop: TestShop,
    pub staff: Staff,
    pub mug: ProductId,
}

impl Studio {
    pub async fn open() -> Self {
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("MUG", "9.00", 1), ("CUP", "5.00", 1)]).await;
        let staff = Staff(shop.register("Staff").await.id);
        let mug = shop.record("mug").await.id;
        Self { shop, staff, mug }
    }

    async fn upload(&self, bytes: Vec<u8>) -> Uploaded {
        self.try_upload(bytes).await.unwrap()
    }

    async fn try_upload(&self, bytes: Vec<u8>) -> Result<Uploaded> {
        self.shop.shop.upload_picture(self.staff.may(), self.mug, "mug.jpg", bytes.into()).await
    }

    async fn waiting(&self, bytes: Vec<u8>) -> PictureId {
        match self.upload(bytes).await {
            Uploaded::Waiting(id) => id,
            Uploaded::NotTaken(problem) => panic!("not taken: {problem:?}"),
        }
    }

    /// Uploaded and made.
    pub async fn picture(&self, bytes: Vec<u8>) -> Image {
        self.waiting(bytes).await;
        assert!(self.make().await);
        self.product().await.images.pop().unwrap()
    }

    async fn make(&self) -> bool {
        self.shop.shop.make_next_picture().await.unwrap()
    }

    pub async fn product(&self) -> StaffProduct {
        self.shop.shop.product_editor(self.staff.may(), self.mug, "").await.unwrap().product
    }

    async fn file(&self, file: &PictureFile) -> Option<Bytes> {
        let found = self.shop.shop.picture_file(file).await.unwrap()?;
        let pieces: Vec<_> = found.bytes.try_collect().await.unwrap();
        let bytes = pieces.concat();
        assert_eq!(bytes.len() as u64, found.length);
        Some(bytes.into())
    }

    /// How many of its files are there.
    async fn files(&self, image: &Image) -> usize {
        let mut found = 0;
        for file in PictureFile::all(&image.name, image.size.unwrap().0) {
            found += usize::from(self.file(&file).await.is_some());
        }
        found
    }

    fn folder(&self) -> PathBuf {
        self.shop.media_folder()
    }

    fn has_original(&self, id: PictureId) -> bool {
        self.folder().join(format!("originals/{id}")).exists()
    }
}

#[tokio::test]
async fn a_file_becomes_a_picture_in_every_size_upright_and_without_what_the_camera_wrote() {
    let studio = Studio::open().await;
    // Held upright: what lies on the left belongs to the top.
    let file = taken_by_camera(&jpeg(900, 600), 6);
    let polyglot = [&file[..], b"PK\x03\x04<script>alert(1)</script>"].concat();
    let id = studio.waiting(polyglot).await;
    let product = studio.product().await;
    assert_eq!((product.images.len(), product.uploads.len(), product.uploads[0].problem), (0, 1, None));
    assert!(studio.has_original(id));
    assert!(studio.make().await);
    assert!(!studio.make().await, "one at a time, and there was one");
    assert!(!studio.has_original(id), "what was uploaded is not kept");
    let product = studio.product().await;
    let [image] = product.images.as_slice() else { panic!("{:?}", product.images) };
    assert_eq!((image.size, image.alt.as_str(), product.uploads.len()), (Some((600, 900)), "Product MUG", 0));
    assert_eq!(product.pictures_version, 1, "nobody's edit is overtaken by it");
    let files = PictureFile::all(&image.name, 600);
    assert_eq!(files.iter().map(|file| file.width).collect::<Vec<_>>(), [400, 400, 600, 600], "never wider than it is");
    for file in files {
        let bytes = studio.file(&file).await.unwrap();
        let size = (file.width, file.width * 3 / 2);
        match file.format {
            PictureFormat::Avif => assert_eq!(avif_size(&bytes), size),
            PictureFormat::WebP => {
                let pixels = webp_pixels(&bytes);
                assert_eq!(pixels.dimensions(), size);
                assert!(is_red(&pixels, size.0 - 2, 2) && !is_red(&pixels, 2, size.1 - 2), "it stands upright");
            }
        }
        for hidden in [SECRET.as_bytes(), b"Exif\0\0II", b"<script>", b"PK\x03\x04"] {
            assert!(!bytes.windows(hidden.len()).any(|part| part == hidden), "{}", file.file_name());
        }
    }
    let shown = studio.shop.shop.product(&slug("mug")).await.unwrap();
    assert_eq!(shown.images, product.images);
    let listed = studio.shop.shop.listing(&Default::default()).await.unwrap().products;
    assert!(listed.iter().any(|card| card.image.as_ref() == Some(image)), "{listed:?}");
    studio.shop.done().await;
}

#[tokio::test]
async fn every_kind_is_read_and_transparency_is_kept() {
    let studio = Studio::open().await;
    for (file, widest) in [(png(1_700, 500), 1_600), (webp(500, 500), 500), (jpeg(64, 64), 64)] {
        let image = studio.picture(file).await;
        assert_eq!((image.size.unwrap().0, image.opaque), (widest, true));
        assert_eq!(studio.files(&image).await, 2 * shop::domain::picture_widths(widest).len());
    }
    let image = studio.picture(cut_out(800, 400)).await;
    assert!(image.is_see_through(), "what it lies on is light, by night too");
    let file = PictureFile { name: image.name.clone(), width: 400, format: PictureFormat::WebP };
    let pixels = image::load_from_memory(&studio.file(&file).await.unwrap()).unwrap().into_rgba8();
    assert_eq!((pixels.get_pixel(2, 2).0[3], pixels.get_pixel(397, 2).0[3]), (255, 0));
    let edge = pixels.get_pixel(197, 100).0;
    assert!(edge[0] > 230, "no dark rim where it ends: {edge:?}");
    studio.shop.done().await;
}

#[tokio::test]
async fn what_is_no_picture_is_refused_with_the_reason_and_nothing_of_it_is_kept() {
    let studio = Studio::open().await;
    let whole = jpeg(200, 200);
    let mut heavy = whole.clone();
    heavy.resize(MAX_PICTURE_BYTES + 1, 0);
    let bomb = bomb(8_500, 6_000);
    assert!(bomb.len() < 1_000_000, "{} bytes hold 51 megapixels", bomb.len());
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#.to_vec();
    let headless = b"\xff\xd8\xff\xe0\x00\x04xx\xff\xda\x00\x02pixels\xff\xd9".to_vec();
    for (file, problem) in [
        (Vec::new(), PictureProblem::Empty),
        (heavy, PictureProblem::TooHeavy),
        (bomb, PictureProblem::TooManyPixels),
        (saying(whole.clone(), 65_500, 65_500), PictureProblem::TooManyPixels),
        (svg, PictureProblem::Svg),
        (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), PictureProblem::Gif),
        (b"<!doctype html><title>x</title>".to_vec(), PictureProblem::NotAPicture),
        (whole[..whole.len() - 20].to_vec(), PictureProblem::Truncated),
        (png(200, 200)[..60].to_vec(), PictureProblem::Truncated),
        (headless, PictureProblem::Damaged),
        (jpeg(63, 400), PictureProblem::TooSmall),
        (png(1_000, 80), PictureProblem::TooNarrow),
    ] {
        assert_eq!(studio.upload(file).await, Uploaded::NotTaken(problem));
    }
    assert_eq!(studio.shop.count("select count(*) from pictures").await, 0);
    assert!(!studio.folder().exists(), "no file was ever kept");
    let nobodys = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    let lost = studio.shop.shop.upload_picture(studio.staff.may(), nobodys, "x", whole.into()).await;
    assert_eq!(refused(lost), Refusal::NotFound);
    assert!(!studio.folder().exists());
    studio.shop.done().await;
}

#[tokio::test]
async fn a_file_that_only_begins_like_a_picture_fails_and_says_why() {
    let studio = Studio::open().await;
    let mut garbled = png(300, 300);
    let pixels = garbled.windows(4).position(|bytes| bytes == b"IDAT").unwrap() + 8;
    garbled[pixels..pixels + 40].fill(0xaa);
    let id = studio.waiting(garbled).await;
    assert!(studio.make().await);
    let product = studio.product().await;
    assert_eq!((product.uploads[0].id, product.uploads[0].problem), (id, Some(PictureProblem::Damaged)));
    assert!(product.images.is_empty() && !studio.has_original(id));
    assert!(!studio.make().await, "it is not tried again");
    let gone = [("act", format!("remove-upload-{id}"))];
    studio.edit(&product, &gone).await.unwrap();
    assert!(studio.product().await.uploads.is_empty());
    studio.shop.done().await;
}

#[tokio::test]
async fn a_product_has_twenty_pictures_at_most() {
    let studio = Studio::open().await;
    studio
        .shop
        .execute(
            "update products set images = (select jsonb_agg(jsonb_build_object('name', 'p' || n, 'alt', ''))
             from generate_series(1, 19) n) where slug = 'mug'",
        )
        .await;
    let two = futures::future::join(studio.upload(jpeg(80, 80)), studio.upload(jpeg(90, 90))).await;
    let taken = [two.0, two.1].into_iter().filter(|done| matches!(done, Uploaded::Waiting(_))).count();
    assert_eq!(taken, 1, "also of two at once: {two:?}");
    studio.make().await;
    assert_eq!(studio.product().await.images.len(), 20);
    assert_eq!(studio.upload(jpeg(80, 80)).await, Uploaded::NotTaken(PictureProblem::TooMany));
    studio.shop.done().await;
}

/// As after SIGKILL: it was taken, and nobody says anything of it any more.
#[tokio::test]
async fn a_picture_whose_maker_was_killed_is_taken_up_again() {
    let studio = Studio::open().await;
    let id = studio.waiting(jpeg(500, 500)).await;
    let (store, now) = (studio.shop.shop.store(), studio.shop.clock.now());
    let taken = store.take_picture(now, now + Duration::minutes(2)).await.unwrap().unwrap();
    assert_eq!((taken.id, taken.tries), (id, 1));
    // It had begun to keep files, as another release would make them.
    let half = Image { name: "f".repeat(32), alt: String::new(), size: Some((400, 400)), opaque: false };
    assert!(store.name_picture(id, &half.name, 400).await.unwrap());
    let place = studio.folder().join("pictures/ff");
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join(format!("{}-400.avif", half.name)), "half").unwrap();
    assert_eq!(studio.files(&half).await, 1);
    assert!(!studio.make().await, "somebody has it");
    studio.shop.clock.advance(Duration::seconds(121));
    assert!(studio.make().await);
    let image = studio.product().await.images.pop().unwrap();
    assert_eq!((studio.files(&image).await, studio.files(&half).await), (4, 0));
    studio.shop.done().await;
}

#[tokio::test]
async fn a_picture_that_ends_its_makers_is_given_up() {
    let studio = Studio::open().await;
    studio.waiting(jpeg(80, 80)).await;
    for _ in 0..3 {
        let now = studio.shop.clock.now();
        assert!(studio.shop.shop.store().take_picture(now, now).await.unwrap().is_some());
    }
    assert!(studio.make().await);
    let product = studio.product().await;
    assert_eq!((product.uploads[0].problem, product.images.len()), (Some(PictureProblem::Unmade), 0));
    studio.shop.done().await;
}

#[tokio::test]
async fn where_files_cannot_be_kept_a_picture_waits_and_is_not_given_up() {
    let studio = Studio::open().await;
    studio.waiting(jpeg(80, 80)).await;
    let blocked = studio.folder().join("pictures");
    std::fs::write(&blocked, "not a folder").unwrap();
    for _ in 0..5 {
        assert!(studio.shop.shop.make_next_picture().await.is_err());
    }
    assert!(studio.product().await.images.is_empty());
    std::fs::remove_file(&blocked).unwrap();
    assert!(studio.make().await);
    assert_eq!(studio.product().await.images.len(), 1);
    studio.shop.done().await;
}

#[tokio::test]
async fn files_go_a_day_after_nobody_shows_them_and_before_their_row() {
    let studio = Studio::open().await;
    let (first, second) = (studio.picture(jpeg(80, 80)).await, studio.picture(jpeg(90, 90)).await);
    let waiting = studio.waiting(jpeg(100, 100)).await;
    let tidy = async || studio.shop.shop.remove_unused_pictures().await;
    // Its maker was killed before the last step.
    let ended = PictureId(studio.shop.scalar("select id from pictures where name = $1", &second.name).await);
    studio.shop.execute("update pictures set has_original = true where state = 'ready'").await;
    std::fs::write(studio.folder().join(format!("originals/{ended}")), "original").unwrap();
    studio.shop.clock.advance(Duration::days(40));
    assert_eq!(tidy().await.unwrap(), 0, "what is shown or waits is never old");
    assert!(studio.has_original(waiting) && !studio.has_original(ended));
    let product = studio.product().await;
    studio.edit(&product, &[("act", format!("remove-{}", first.name))]).await.unwrap();
    studio.shop.clock.advance(Duration::hours(23));
    assert_eq!((tidy().await.unwrap(), studio.files(&first).await), (0, 2), "a page that is open shows it");
    studio.shop.clock.advance(Duration::hours(2));
    // One of its files cannot be deleted: the row that knows of it stays.
    let kept = studio.folder().join("pictures").join(&first.name[..2]).join(format!("{}-80.webp", first.name));
    let away = kept.with_extension("away");
    std::fs::rename(&kept, &away).unwrap();
    std::fs::create_dir(&kept).unwrap();
    assert!(tidy().await.is_err());
    let rows = "select count(*) from pictures where state = 'removed'";
    assert_eq!(studio.shop.count(rows).await, 1);
    std::fs::remove_dir(&kept).unwrap();
    std::fs::rename(&away, &kept).unwrap();
    studio.shop.clock.advance(Duration::hours(25));
    assert_eq!(tidy().await.unwrap(), 1);
    assert_eq!((studio.files(&first).await, studio.files(&second).await, studio.shop.count(rows).await), (0, 2, 0));
    // One that never arrived, and what an import shows no longer.
    studio
        .shop
        .execute(
            "insert into pictures (id, product_id, file, kind, bytes, created_at, changed_at)
             select gen_random_uuid(), id, 'x', 'png', 1, now(), '2001-01-01' from products where slug = 'mug'",
        )
        .await;
    studio.shop.execute("update products set images = '[]' where slug = 'mug'").await;
    assert_eq!((tidy().await.unwrap(), studio.files(&second).await), (2, 0));
    studio.make().await;
    studio.shop.done().await;
}
