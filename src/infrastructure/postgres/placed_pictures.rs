//! Places that show one picture: categories, and those of the shop itself.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{PictureId, PictureOf, PicturePlace, ProductId, ShopPicture, Slug};
use crate::dto::{Image, PictureUpload, PlacedPicture};
use crate::usecase::{Error, PictureViews, PlacedPictures, Result, ShownThere};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, unknown_word};

/// What a picture is of: product, category, place of the shop; one of them.
pub(super) type OfRow = (Option<Uuid>, Option<String>, Option<String>);

pub(super) fn of_row((product, category, place): OfRow) -> Result<PictureOf> {
    let place = match (product, category, place) {
        (Some(product), _, _) => return Ok(PictureOf::Product(ProductId(product))),
        (None, Some(slug), _) => {
            let slug = Slug::parse(&slug).map_err(|_| unknown_word("pictures.category", &slug))?;
            PicturePlace::Category(slug)
        }
        (None, None, Some(place)) => PicturePlace::Shop(shop_picture(&place)?),
        (None, None, None) => return Err(Error::Broken(anyhow::anyhow!("a picture is nobody's"))),
    };
    Ok(PictureOf::Place(place))
}

fn shop_picture(place: &str) -> Result<ShopPicture> {
    ShopPicture::parse(place).ok_or_else(|| unknown_word("pictures.place", place))
}

/// As it is written: product, category, place of the shop.
pub(super) fn columns(of: &PictureOf) -> (Option<Uuid>, Option<&str>, Option<&'static str>) {
    match of {
        PictureOf::Product(id) => (Some(id.0), None, None),
        PictureOf::Place(place) => {
            let (category, place) = place_columns(place);
            (None, category, place)
        }
    }
}

fn place_columns(place: &PicturePlace) -> (Option<&str>, Option<&'static str>) {
    match place {
        PicturePlace::Category(slug) => (Some(slug.as_str()), None),
        PicturePlace::Shop(place) => (None, Some(place.as_str())),
    }
}

impl PictureViews for PgStore {
    async fn category_picture(&self, slug: &Slug) -> Result<PlacedPicture> {
        let found: Option<Json<PlacedPicture>> = sqlx::query_scalar(
            "select json_build_object('image', c.image, 'upload', (
                select json_build_object('id', u.id, 'file', u.file, 'problem', u.problem)
                from pictures u where u.category = c.slug and u.state in ('queued', 'failed') order by u.id desc limit 1))
             from categories c where c.slug = $1",
        )
        .bind(slug.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0).unwrap_or_default())
    }

    async fn shop_uploads(&self) -> Result<Vec<(ShopPicture, PictureUpload)>> {
        let found: Vec<(String, Json<PictureUpload>)> = sqlx::query_as(
            "select distinct on (u.place) u.place,
                json_build_object('id', u.id, 'file', u.file, 'problem', u.problem)
             from pictures u where u.place is not null and u.state in ('queued', 'failed') order by u.place, u.id desc",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        found.into_iter().map(|(place, upload)| Ok((shop_picture(&place)?, upload.0))).collect()
    }
}

impl PlacedPictures for PgTx {
    async fn lock_place(&mut self, place: &PicturePlace) -> Result<Option<ShownThere>> {
        let found: Option<Option<Json<Image>>> = match place {
            PicturePlace::Category(slug) => {
                sqlx::query_scalar("select image from categories where slug = $1 for no key update")
                    .bind(slug.as_str())
                    .fetch_optional(&mut *self.tx)
                    .await
            }
            PicturePlace::Shop(place) => {
                sqlx::query_scalar("select pictures -> $1::text from shop_content for no key update")
                    .bind(place.as_str())
                    .fetch_optional(&mut *self.tx)
                    .await
            }
        }
        .map_err(map_sqlx_error)?;
        Ok(found.map(|image| ShownThere(image.map(|json| json.0))))
    }

    async fn place_picture(
        &mut self,
        place: &PicturePlace,
        image: Option<&Image>,
        before: Option<&Image>,
        now: OffsetDateTime,
    ) -> Result<()> {
        match place {
            PicturePlace::Category(slug) => {
                sqlx::query("update categories set image = $2 where slug = $1")
                    .bind(slug.as_str())
                    .bind(image.map(Json))
                    .execute(&mut *self.tx)
                    .await
            }
            PicturePlace::Shop(place) => {
                sqlx::query(
                    "update shop_content set revision = revision + 1,
                        pictures = (pictures - $1::text) || case when $2::jsonb is null then '{}'
                            else jsonb_build_object($1::text, $2::jsonb) end",
                )
                .bind(place.as_str())
                .bind(image.map(Json))
                .execute(&mut *self.tx)
                .await
            }
        }
        .map_err(map_sqlx_error)?;
        let Some(before) = before else { return Ok(()) };
        sqlx::query("update pictures set changed_at = $2 where name = $1")
            .bind(before.name.as_str())
            .bind(now)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn drop_other_uploads(&mut self, place: &PicturePlace, but: PictureId, now: OffsetDateTime) -> Result<()> {
        let (category, place) = place_columns(place);
        sqlx::query(
            "update pictures set state = 'removed', problem = null, changed_at = $4
             where (category = $1 or place = $2) and id <> $3 and state in ('arriving', 'queued', 'failed')",
        )
        .bind(category)
        .bind(place)
        .bind(but.0)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
