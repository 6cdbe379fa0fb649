//! What the shop decides, as a file has it: in the shapes of the API, but that promotions name their products by slug, so
//! that a file is good for another shop with the same catalogue. Ids are read as well.

use anyhow::bail;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use shop::domain::{Currency, FieldError, ProductId, Promotion, Refusal, Seller, Slug};
use shop::dto::words;
use shop::usecase::{Error, PricingRules, SavedTerms, ShopSettings};
use uuid::Uuid;

use super::seller_file::FileSeller;
use super::terms_file::{FileManualPayment, FileReturns};
use crate::api::shapes::{NewPromotion, ShippingZones, TaxRates};
use crate::compose;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsFile {
    /// What its amounts are in.
    currency: String,
    shipping: ShippingZones,
    tax: TaxRates,
    promotions: Vec<FilePromotion>,
    /// Left out, it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seller: Option<FileSeller>,
    /// Left out, it stays as it is; never written, it is as the environment says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    returns: Option<FileReturns>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    manual_payment: Option<FileManualPayment>,
}

/// A promotion without its products, and those by slug or id.
#[derive(Debug)]
struct FilePromotion {
    promotion: NewPromotion,
    products: Vec<String>,
}

const PRODUCTS: &str = "products";

impl FilePromotion {
    fn of(promotion: &Promotion, named: &[(ProductId, Slug)]) -> Self {
        let name = |id: &ProductId| {
            let slug = named.iter().find(|(known, _)| known == id).map(|(_, slug)| slug.as_str().to_owned());
            slug.unwrap_or_else(|| id.to_string())
        };
        Self { promotion: NewPromotion::of(promotion), products: promotion.products.iter().map(name).collect() }
    }
}

impl<'de> Deserialize<'de> for FilePromotion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(deserializer)?;
        let products = fields.remove(PRODUCTS).unwrap_or_else(|| Vec::<Value>::new().into());
        let products = serde_json::from_value(products).map_err(serde::de::Error::custom)?;
        let promotion = serde_json::from_value(fields.into()).map_err(serde::de::Error::custom)?;
        Ok(Self { promotion, products })
    }
}

impl Serialize for FilePromotion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serde_json::to_value(&self.promotion).map_err(serde::ser::Error::custom)?;
        fields[PRODUCTS] = self.products.clone().into();
        fields.serialize(serializer)
    }
}

impl SettingsFile {
    /// `named` are the products of the promotions.
    pub fn of(
        rules: &PricingRules,
        (seller, terms): (Option<&Seller>, &SavedTerms),
        currency: Currency,
        named: &[(ProductId, Slug)],
    ) -> Self {
        Self {
            currency: currency.code().to_owned(),
            shipping: ShippingZones::of(&rules.zones),
            tax: TaxRates::of(&rules.tax),
            promotions: rules.promotions.iter().map(|promotion| FilePromotion::of(promotion, named)).collect(),
            seller: seller.map(FileSeller::of),
            returns: terms.return_days.map(|days| FileReturns { days }),
            manual_payment: terms.manual_payment.as_ref().map(|manual| FileManualPayment::of(manual.as_ref())),
        }
    }

    /// # Errors
    /// With the place that is wrong.
    pub fn parse(text: &str, currency: Currency) -> anyhow::Result<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let file: Self = serde_path_to_error::deserialize(&mut reader)?;
        reader.end()?;
        if file.currency != currency.code() {
            bail!("its amounts are in {}, and the shop's are in {}", file.currency, currency.code());
        }
        Ok(file)
    }

    /// The slugs by which it names products.
    pub fn slugs(&self) -> Vec<Slug> {
        let products = self.promotions.iter().flat_map(|promotion| &promotion.products);
        products.filter(|name| name.parse::<Uuid>().is_err()).filter_map(|name| Slug::parse(name).ok()).collect()
    }

    /// `named` are the products with its slugs, as far as there are any.
    ///
    /// # Errors
    /// With each field that will not do.
    pub fn read(self, currency: Currency, named: &[(ProductId, Slug)]) -> anyhow::Result<ShopSettings> {
        let below = |place: String| {
            move |refusal: Refusal| match refusal {
                Refusal::Invalid { fields } => {
                    let below = fields.into_iter().map(|f| FieldError { field: format!("{place}/{}", f.field), ..f });
                    explained(Refusal::Invalid { fields: below.collect() }.into())
                }
                other => explained(other.into()),
            }
        };
        let promotion = |(place, of_file): (usize, FilePromotion)| {
            let read = of_file.promotion.read(Uuid::nil(), currency);
            let read = read.map_err(below(format!("promotions/{place}")))?;
            anyhow::Ok(Promotion { products: ids(&of_file.products, named, place)?, ..read })
        };
        Ok(ShopSettings {
            zones: self.shipping.read(currency).map_err(below("shipping/zones".to_owned()))?,
            tax: self.tax.read().map_err(below("tax".to_owned()))?,
            promotions: (0..).zip(self.promotions).map(promotion).collect::<Result<_, _>>()?,
            seller: self.seller.map(|seller| seller.read()).transpose().map_err(below("seller".to_owned()))?,
            terms: SavedTerms {
                return_days: self.returns.map(FileReturns::read).transpose().map_err(below("returns".to_owned()))?,
                manual_payment: self
                    .manual_payment
                    .map(FileManualPayment::read)
                    .transpose()
                    .map_err(below("manual_payment".to_owned()))?,
            },
        })
    }
}

/// The products of the promotion at this place of the list.
fn ids(names: &[String], named: &[(ProductId, Slug)], place: usize) -> anyhow::Result<Vec<ProductId>> {
    let id = |(number, name): (usize, &String)| {
        let of_slug = || named.iter().find(|(_, slug)| slug.as_str() == name).map(|(id, _)| *id);
        name.parse()
            .ok()
            .map(ProductId)
            .or_else(of_slug)
            .ok_or_else(|| anyhow::anyhow!("promotions/{place}/{PRODUCTS}/{number}: there is no product {name:?}"))
    };
    names.iter().enumerate().map(id).collect()
}

/// Each field that will not do on a line of its own: whoever reads this has the file open.
pub fn explained(error: Error) -> anyhow::Error {
    match error {
        Error::Refused(Refusal::Invalid { fields }) => {
            let line = |f: &FieldError| format!("{}: {}", f.field, words::problem(&f.problem));
            anyhow::anyhow!(fields.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        other => compose::cause_alone(other),
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::{SAMPLE, in_currency};
    use super::*;

    fn read(text: &str, currency: Currency) -> anyhow::Result<ShopSettings> {
        SettingsFile::parse(text, currency)?.read(currency, &[])
    }

    #[test]
    fn the_sample_is_read_in_any_currency() {
        for (code, first) in [("USD", "5.90"), ("JPY", "6"), ("KWD", "5.900")] {
            let currency: Currency = code.parse().unwrap();
            let mut sample = serde_json::from_str(SAMPLE).unwrap();
            in_currency(&mut sample, currency).unwrap();
            let settings = read(&sample.to_string(), currency).unwrap();
            let shop::domain::ShippingPrice::ByWeight { steps } = &settings.zones[0].methods[0].price else {
                panic!("the first method is by weight")
            };
            assert_eq!(steps[0].price.amount().to_string(), first);
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_its_place() {
        let wrong = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut sample: serde_json::Value = serde_json::from_str(SAMPLE).unwrap();
            change(&mut sample);
            format!("{:#}", read(&sample.to_string(), Currency::USD).unwrap_err())
        };
        let told = wrong(&|s| s["currency"] = "EUR".into());
        assert_eq!(told, "its amounts are in EUR, and the shop's are in USD");
        let told = wrong(&|s| s["tax"]["rates"][2]["rate"] = "200".into());
        assert!(told.starts_with("tax/rates/2/rate: "), "{told}");
        let told = wrong(&|s| s["shipping"]["zones"][0]["methods"][1]["price"] = "free".into());
        assert!(told.starts_with("shipping/zones/0/methods/1/price: "), "{told}");
        let told = wrong(&|s| s["promotions"][0]["value"] = "0".into());
        assert!(told.starts_with("promotions/0/value: "), "{told}");
        let told = wrong(&|s| s["shipping"]["zones"][0]["price"] = 1.into());
        assert!(told.contains("shipping.zones[0]") && told.contains("unknown field `price`"), "{told}");
    }

    #[test]
    fn a_promotion_names_its_products_by_slug_or_by_id() {
        let (mug, bowl): (ProductId, ProductId) = (
            "0191d5a0-0000-7000-8000-000000000001".parse().unwrap(),
            "0191d5a0-0000-7000-8000-000000000002".parse().unwrap(),
        );
        let named = [(mug, Slug::parse("mug").unwrap())];
        let with = |products: serde_json::Value| {
            let mut sample: serde_json::Value = serde_json::from_str(SAMPLE).unwrap();
            sample["promotions"][0]["products"] = products;
            SettingsFile::parse(&sample.to_string(), Currency::USD)
        };
        let file = with(serde_json::json!(["mug", bowl])).unwrap();
        assert_eq!(file.slugs(), [Slug::parse("mug").unwrap()]);
        let settings = file.read(Currency::USD, &named).unwrap();
        assert_eq!(settings.promotions[0].products, [mug, bowl]);
        let written = FilePromotion::of(&settings.promotions[0], &named);
        assert_eq!(serde_json::to_value(written).unwrap()["products"], serde_json::json!(["mug", bowl]));

        for unknown in ["cup", "No Slug"] {
            let told = with(serde_json::json!([bowl, unknown])).unwrap().read(Currency::USD, &named).unwrap_err();
            assert_eq!(told.to_string(), format!("promotions/0/products/1: there is no product {unknown:?}"));
        }
        assert!(with(serde_json::json!("mug")).unwrap_err().to_string().contains("promotions[0]"));
    }
}
