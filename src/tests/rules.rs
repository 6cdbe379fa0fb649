//! What a test's shop decides about shipping, tax and promotions.

use crate::harness::Everything as _;
use shop::domain::{
    DeliveryDays, ManualPayment, Percent, Promotion, PromotionCode, PromotionId, PromotionKind, Seller, ShippingMethod,
    ShippingMethodId, ShippingPrice, ShippingZone, ShippingZoneId, Staff, TaxClass, TaxRate, TaxRules, TypedAddress,
    TypedSeller, UserId,
};
use shop::usecase::{SavedTerms, Sellers, Store, TermWrites, Tx};
use uuid::Uuid;

use super::{TestShop, usd};

/// Staff nobody knows by name.
pub const STAFF: Staff = Staff(UserId(Uuid::nil()));

pub fn code(text: &str) -> PromotionCode {
    PromotionCode::parse(text).unwrap()
}

pub fn percent(text: &str) -> PromotionKind {
    PromotionKind::Percent { percent: text.parse().unwrap() }
}

/// A promotion without any condition.
pub fn promotion(name: &str, kind: PromotionKind) -> Promotion {
    Promotion::without_conditions(PromotionId(Uuid::nil()), name.into(), kind)
}

pub fn flat(name: &str, price: &str) -> ShippingMethod {
    ShippingMethod {
        id: ShippingMethodId(Uuid::nil()),
        name: name.into(),
        price: ShippingPrice::Flat { price: usd(price) },
        free_from: None,
        days: DeliveryDays { min: 2, max: 4 },
        needs_phone: false,
    }
}

pub fn zone(name: &str, countries: &[&str], methods: Vec<ShippingMethod>) -> ShippingZone {
    ShippingZone {
        id: ShippingZoneId(Uuid::nil()),
        name: name.into(),
        countries: countries.iter().map(|c| (*c).to_owned()).collect(),
        regions: Vec::new(),
        methods,
    }
}

/// Prices that include so much per cent in these countries.
pub fn taxed(rates: &[(&str, &str)]) -> TaxRules {
    let rate = |(country, rate): &(&str, &str)| TaxRate {
        country: (*country).into(),
        region: None,
        class: TaxClass::Standard,
        name: "VAT".into(),
        rate: rate.parse::<Percent>().unwrap(),
    };
    TaxRules { rates: rates.iter().map(rate).collect(), ..TaxRules::none("GB") }
}

pub fn transfers() -> ManualPayment {
    ManualPayment::parse("IBAN DE02 1203 0000 0000 2020 51\nOr in cash at the counter, 9 to 17", 7).unwrap()
}

pub fn seller() -> Seller {
    let address = TypedAddress {
        name: "Kiln & Loom Handelsgesellschaft mbH",
        line1: "Lindenstraße 5",
        city: "Berlin",
        postal_code: "10969",
        country: "DE",
        ..TypedAddress::default()
    };
    Seller::parse(TypedSeller {
        address,
        vat_id: "DE123456788",
        registration: "HRB 123456 B, Amtsgericht Charlottenburg",
        email: "orders@kiln.example",
        invoice_series: "INV-",
        credit_note_series: "CN-",
        ..TypedSeller::default()
    })
    .unwrap()
}

impl TestShop {
    /// It is paid by bank transfer, too, within a week.
    pub async fn taking_transfers(&self) {
        self.save_terms(SavedTerms { manual_payment: Some(Some(transfers())), ..SavedTerms::default() }).await;
    }

    pub async fn save_terms(&self, terms: SavedTerms) {
        let mut tx = self.shop.store().begin().await.unwrap();
        tx.save_terms(&terms).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Says who sells: from then on there are invoices.
    pub async fn sold_by(&self, seller: &Seller) {
        let mut tx = self.shop.store().begin().await.unwrap();
        tx.save_seller(seller).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn promote(&self, promotion: Promotion) -> PromotionId {
        self.shop.create_promotion(STAFF.may(), promotion).await.unwrap().0.id
    }

    /// Writes the zones in the place of those there are; answers their methods.
    pub async fn ship_by(&self, zones: Vec<ShippingZone>) -> Vec<ShippingMethodId> {
        let version = self.shop.pricing_rules().await.unwrap().versions.shipping;
        let (zones, _) = self.shop.replace_shipping_zones(STAFF.may(), &[version], zones).await.unwrap();
        zones.iter().flat_map(|zone| zone.methods.iter().map(|method| method.id)).collect()
    }

    pub async fn tax_by(&self, rules: TaxRules) {
        let version = self.shop.pricing_rules().await.unwrap().versions.tax;
        self.shop.replace_tax_rules(STAFF.may(), &[version], rules).await.unwrap();
    }

    /// How often it was used.
    pub async fn uses(&self, id: PromotionId) -> u32 {
        let all = self.shop.promotions(STAFF.may()).await.unwrap();
        all.into_iter().find(|(promotion, _)| promotion.id == id).map(|(_, uses)| uses).unwrap()
    }
}
