//! Who sells what to whom (BG-4, BG-7) and where it went (BG-13).

use super::{Tree, Written};
use crate::paper::{Address, Paper, Party, TaxCategory};

impl Tree {
    pub(super) fn agreement(&mut self, paper: &Paper) -> Written {
        // BR-O-02: what is outside the tax names no VAT id.
        let registered = paper.taxes.iter().all(|tax| tax.category != TaxCategory::OutsideScope);
        self.node("ram:ApplicableHeaderTradeAgreement", |tree| {
            tree.node("ram:SellerTradeParty", |tree| tree.party(&paper.seller, registered, true))?;
            tree.node("ram:BuyerTradeParty", |tree| tree.party(&paper.buyer, registered, false))?;
            // BT-14: the order's number is the shop's.
            let order = |order: &str| {
                tree.node("ram:SellerOrderReferencedDocument", |tree| tree.text("ram:IssuerAssignedID", order))
            };
            paper.order.as_deref().map_or(Ok(()), order)
        })
    }

    fn party(&mut self, party: &Party, registered: bool, is_seller: bool) -> Written {
        self.text("ram:Name", &party.name)?;
        if party.registration.is_some() || party.trading_name.is_some() {
            self.node("ram:SpecifiedLegalOrganization", |tree| {
                tree.given("ram:ID", party.registration.as_deref())?;
                tree.given("ram:TradingBusinessName", party.trading_name.as_deref())
            })?;
        }
        self.node("ram:PostalTradeAddress", |tree| tree.address(&party.address))?;
        if let Some(email) = &party.email {
            self.node("ram:URIUniversalCommunication", |tree| {
                tree.text_with("ram:URIID", &[("schemeID", "EM")], email)
            })?;
        }
        let vat_id = party.vat_id.as_deref().filter(|_| registered).map(|id| ("VA", id));
        let tax_number = party.tax_number.as_deref().filter(|_| is_seller).map(|number| ("FC", number));
        vat_id.into_iter().chain(tax_number).try_for_each(|(scheme, id)| {
            self.node("ram:SpecifiedTaxRegistration", |tree| tree.text_with("ram:ID", &[("schemeID", scheme)], id))
        })
    }

    fn address(&mut self, address: &Address) -> Written {
        self.given("ram:PostcodeCode", address.postal_code.as_deref())?;
        self.given("ram:LineOne", Some(address.line1.as_str()))?;
        self.given("ram:LineTwo", address.line2.as_deref())?;
        self.given("ram:CityName", Some(address.city.as_str()))?;
        self.text("ram:CountryID", &address.country)?;
        self.given("ram:CountrySubDivisionName", address.region.as_deref())
    }

    pub(super) fn delivery(&mut self, paper: &Paper) -> Written {
        self.node("ram:ApplicableHeaderTradeDelivery", |tree| {
            // An intra-Community supply says where it went; else only what differs from the buyer's address.
            let abroad = paper.taxes.iter().any(|tax| tax.category == TaxCategory::IntraCommunity);
            let place = paper.deliver_to.as_ref().or(abroad.then_some(&paper.buyer.address));
            if let Some(place) = place {
                tree.node("ram:ShipToTradeParty", |tree| {
                    tree.node("ram:PostalTradeAddress", |tree| tree.address(place))
                })?;
            }
            let event = |date| {
                tree.node("ram:ActualDeliverySupplyChainEvent", |tree| {
                    tree.node("ram:OccurrenceDateTime", |tree| tree.date("udt", date))
                })
            };
            paper.delivered.map_or(Ok(()), event)
        })
    }
}
