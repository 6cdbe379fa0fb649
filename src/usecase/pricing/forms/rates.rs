//! How the shop taxes, as staff edit it: what holds everywhere, and the rates of one country at a time.

use serde::Serialize;
use serde_json::json;

use crate::domain::{
    AddressFormat, FieldReader, Fields, May, Problem, Refusal, ShippingAddress, TaxClass, TaxRate, TaxRules, VatNumber,
    permit,
};
use crate::dto::{ExampleView, RatesEditView, TaxEditView, TaxedCountry, rate_field, rate_key, row_keys};

use super::super::super::audit::Change;
use super::super::super::shop::retried;
use super::super::super::{Result, Shop, Store, Tx};
use super::super::{Pricing as _, PricingRules, SettingsSet};
use super::example::About;
use super::{is_on, require_version, shown, text, version_of};

/// The fields of the form whose id this is hold everywhere.
const EVERYWHERE: &str = "tax";

/// How the shop taxes, apart from its rates.
#[derive(Serialize)]
struct Everywhere<'a> {
    prices_include_tax: bool,
    shipping_class: TaxClass,
    reverse_charge: bool,
    seller_country: &'a str,
}

impl<S: Store> Shop<S> {
    /// How the shop taxes, with what was typed before and kept.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn tax_editor(&self, by: May<permit::Checkout>, kept: &str) -> Result<TaxEditView> {
        let rules = self.store().pricing_rules().await?;
        let (now, version) = (everywhere_fields(&rules.tax), version_of(&everywhere(&rules.tax))?);
        let mut brought = self.merged_editor(by.into(), kept, EVERYWHERE, version, now).await?;
        if brought.is_tried() {
            brought.view.example = shown(self.tax_example(&brought.typed()).await)?;
        }
        Ok(TaxEditView { editor: brought.view, countries: taxed_countries(&rules.tax) })
    }

    /// The rates of a country, with what was typed before and kept; of the one where the shop is, if none is named.
    ///
    /// # Errors
    /// `NotFound` for what is no country.
    pub async fn rates_editor(&self, by: May<permit::Checkout>, country: &str, kept: &str) -> Result<RatesEditView> {
        let rules = self.store().pricing_rules().await?;
        let country = if country.is_empty() { rules.tax.seller_country.as_str() } else { country };
        let name = ShippingAddress::name_of_country(country).ok_or(Refusal::NotFound)?;
        let here = of_country(&rules.tax, country);
        let mut rows: Vec<_> = here.iter().map(|rate| rate_key(rate.region.as_deref(), rate.class)).collect();
        let (now, version) = (rate_fields(&here), version_of(&here)?);
        let mut brought = self.merged_editor(by.into(), kept, country, version, now).await?;
        if brought.is_tried() {
            brought.view.example = shown(self.tax_example(&brought.typed()).await)?;
        }
        let typed: Vec<_> = row_keys(&brought.view.fields, "r").into_iter().filter(|key| !rows.contains(key)).collect();
        rows.extend(typed);
        rows.retain(|key| says_something(&brought.view.fields, key));
        let format = AddressFormat::of(country);
        let regions = format.regions().iter().map(|region| (region.code.to_owned(), region.label())).collect();
        let prices_include_tax = rules.tax.prices_include_tax;
        Ok(RatesEditView {
            editor: brought.view,
            country: country.to_owned(),
            name: name.to_owned(),
            rows,
            regions,
            prices_include_tax,
        })
    }

    /// Whether it can be told what a sample cart would come to by what was typed: into the one form or the other.
    ///
    /// # Errors
    /// `Invalid` with whatever was typed that will not do.
    pub async fn try_tax(&self, _by: May<permit::Checkout>, fields: &Fields) -> Result<()> {
        self.tax_example(fields).await.map(|_| ())
    }

    async fn tax_example(&self, fields: &Fields) -> Result<ExampleView> {
        let mut rules = PricingRules::clone(&*self.store().pricing_rules().await?);
        let mut fields = fields.clone();
        match text(&fields, "id") {
            EVERYWHERE => read_everywhere(&mut rules.tax, &fields)?,
            country => {
                let country = country.to_owned();
                read_rates(&mut rules.tax, &country, &fields)?;
                if text(&fields, "try_country").is_empty() {
                    fields.insert("try_country".to_owned(), country);
                }
            }
        }
        self.example(rules, &fields, About::default()).await
    }

    /// Saves what holds everywhere, if it is still what was read.
    ///
    /// # Errors
    /// `Invalid`, `VersionMismatch`.
    pub async fn save_tax_settings(&self, by: May<permit::Checkout>, fields: &Fields) -> Result<()> {
        self.change_tax(by, "settings", |rules, set| {
            require_version(&everywhere(rules), fields, set)?;
            read_everywhere(rules, fields)
        })
        .await
    }

    /// Saves the rates of a country in the place of those there were, if they are still what was read.
    ///
    /// # Errors
    /// `NotFound` for what is no country, `Invalid`, `VersionMismatch`.
    pub async fn save_rates(&self, by: May<permit::Checkout>, fields: &Fields) -> Result<()> {
        let country = text(fields, "id").to_owned();
        ShippingAddress::name_of_country(&country).ok_or(Refusal::NotFound)?;
        self.change_tax(by, &country, |rules, set| {
            require_version(&of_country(rules, &country), fields, set)?;
            read_rates(rules, &country, fields)
        })
        .await
    }

    /// `part` is the country, or what holds everywhere; `change` is given all of it, and the version of the set.
    async fn change_tax(
        &self,
        by: May<permit::Checkout>,
        part: &str,
        change: impl Fn(&mut TaxRules, i64) -> Result<()> + Send + Sync,
    ) -> Result<()> {
        let is_country = ShippingAddress::name_of_country(part).is_some();
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let set = tx.lock_settings(SettingsSet::Tax).await?;
            let before = tx.rules().await?.tax.clone();
            let mut after = before.clone();
            change(&mut after, set)?;
            tx.save_tax_rules(&after).await?;
            let told = |rules: &TaxRules| match is_country {
                true => json!(of_country(rules, part)),
                false => json!(everywhere(rules)),
            };
            let action = if is_country { "tax.rates_changed" } else { "tax.settings_changed" };
            let change = Change::of(action, "tax", part).before(told(&before)).after(told(&after));
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }
}

fn everywhere(rules: &TaxRules) -> Everywhere<'_> {
    Everywhere {
        prices_include_tax: rules.prices_include_tax,
        shipping_class: rules.shipping_class,
        reverse_charge: rules.reverse_charge,
        seller_country: &rules.seller_country,
    }
}

fn everywhere_fields(rules: &TaxRules) -> Fields {
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    [
        ("prices_include_tax", yes(rules.prices_include_tax)),
        ("shipping_class", rules.shipping_class.as_str().to_owned()),
        ("reverse_charge", yes(rules.reverse_charge)),
        ("seller_country", rules.seller_country.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn read_everywhere(rules: &mut TaxRules, fields: &Fields) -> Result<()> {
    let mut reader = FieldReader::default();
    let class = TaxClass::parse(text(fields, "shipping_class")).ok_or(Problem::NotAChoice);
    let class = reader.read("shipping_class", class);
    let country = reader.read("seller_country", ShippingAddress::read_country(text(fields, "seller_country")));
    let reverse = is_on(fields, "reverse_charge");
    if reverse && country.as_deref().is_some_and(|country| !VatNumber::is_eu_country(country)) {
        reader.read::<()>("reverse_charge", Err(Problem::NotInTheUnion));
    }
    let (class, country) = reader.finish(class.zip(country))?;
    rules.prices_include_tax = is_on(fields, "prices_include_tax");
    rules.shipping_class = class;
    rules.reverse_charge = reverse;
    rules.seller_country = country;
    Ok(())
}

fn of_country(rules: &TaxRules, country: &str) -> Vec<TaxRate> {
    rules.rates.iter().filter(|rate| rate.country == country).cloned().collect()
}

fn rate_fields(rates: &[TaxRate]) -> Fields {
    let mut fields = Fields::new();
    for rate in rates {
        let key = rate_key(rate.region.as_deref(), rate.class);
        let parts = [
            ("region", rate.region.clone().unwrap_or_default()),
            ("class", rate.class.as_str().to_owned()),
            ("name", rate.name.clone()),
            ("rate", crate::dto::words::percent(rate.rate)),
        ];
        fields.extend(parts.map(|(part, value)| (rate_field(&key, part), value)));
    }
    fields
}

/// A row whose name and rate are both empty is none.
fn says_something(fields: &Fields, key: &str) -> bool {
    ["name", "rate"].iter().any(|part| !text(fields, &rate_field(key, part)).is_empty())
}

/// The rates of the country as they were typed, in the place of those it had.
fn read_rates(rules: &mut TaxRules, country: &str, fields: &Fields) -> Result<()> {
    ShippingAddress::name_of_country(country).ok_or(Refusal::NotFound)?;
    let mut reader = FieldReader::default();
    let (format, mut rates, mut seen) = (AddressFormat::of(country), Vec::new(), std::collections::BTreeSet::new());
    for key in row_keys(fields, "r").iter().filter(|key| says_something(fields, key)) {
        let (at, typed) = (|part: &str| rate_field(key, part), |part: &str| text(fields, &rate_field(key, part)));
        let region = reader.read(&at("region"), format.read_any_region(typed("region"), TaxRate::REGION_MAX));
        let class = reader.read(&at("class"), TaxClass::parse(typed("class")).ok_or(Problem::NotAChoice));
        let name = reader.required(&at("name"), typed("name"), TaxRate::NAME_MAX);
        let rate = reader.read(&at("rate"), typed("rate").trim_end_matches('%').trim_end().parse());
        let Some((((region, class), name), rate)) = region.zip(class).zip(name).zip(rate) else { continue };
        if !seen.insert((region.clone().map(|region| region.to_ascii_uppercase()), class)) {
            reader.read::<()>(&at("class"), Err(Problem::Duplicate));
        }
        rates.push(TaxRate { country: country.to_owned(), region, class, name, rate });
    }
    // The country's own first, then its parts.
    rates.sort_by(|a, b| (&a.region, a.class).cmp(&(&b.region, b.class)));
    let rates = reader.finish(Some(rates))?;
    let place = rules.rates.iter().position(|rate| rate.country == country).unwrap_or(rules.rates.len());
    rules.rates.retain(|rate| rate.country != country);
    let place = place.min(rules.rates.len());
    rules.rates.splice(place..place, rates);
    Ok(rules.check()?)
}

/// Every country that has rates, by name.
fn taxed_countries(rules: &TaxRules) -> Vec<TaxedCountry> {
    let mut codes: Vec<&String> = rules.rates.iter().map(|rate| &rate.country).collect();
    codes.sort_unstable();
    codes.dedup();
    let one = |country: &String| TaxedCountry {
        country: country.clone(),
        name: ShippingAddress::name_of_country(country).unwrap_or(country).to_owned(),
        rates: of_country(rules, country),
    };
    let mut countries: Vec<_> = codes.into_iter().map(one).collect();
    countries.sort_by(|a, b| a.name.cmp(&b.name));
    countries
}
