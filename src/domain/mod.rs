//! What is true of a shop, whoever asks and wherever it runs.
//!
//! Pure values and decisions: no IO, no clock, no randomness, no framework. Whatever needs the time or a new id is given
//! one.

mod address;
mod address_book;
mod api_keys;
mod carriers;
mod cart;
mod catalog;
mod categories;
mod content;
mod edits;
mod events;
#[cfg(test)]
mod fixtures;
mod freshness;
mod fulfilment;
mod ids;
mod imports;
mod inventory;
mod money;
mod order_again;
mod order_number;
mod orders;
mod outgoing;
mod papers;
mod payment_flaw;
mod payments;
mod percent;
mod pictures;
mod promotions;
mod proofs;
mod refunds;
mod refusal;
mod returns;
mod shipments;
mod shipping;
mod staff;
mod tax;
mod team;
mod text;
mod totals;
mod totals_line;
mod transitions;
mod users;
mod variants;

pub use address::{AddressFormat, AddressPart, Region, ShippingAddress, Typed as TypedAddress};
pub use address_book::{AddressBook, AddressChoice, SavedAddress};
pub use api_keys::{ApiKey, KeyPermissions};
pub use carriers::{carrier_code, carrier_name, carrier_names, parse_tracking_number, tracking_url};
pub use cart::{LineNotice, MAX_LINES, Quantity};
pub use catalog::{Sku, Slug, Sort};
pub use categories::{Category, CategoryTree};
pub use content::{
    Accent, FooterLink, PageEdit, PageFacts, PagePlace, SavedContent, defaults as default_content, parse_link,
};
pub use edits::{Fields, Merged, differing, merge, merge_rows, settled};
pub use events::{
    Consumer, DiscountPart, Envelope, Event, EventError, EventType, InventoryEvent, InventoryUpdated,
    NotificationEvent, OrderCancelled, OrderCompleted, OrderCreated, OrderPaid, OrderParts, OrderRefunded,
    OrderShipped, OrdersEvent, ShipmentCreated, ShippingPart, TaxPart, UserRegistered, WebhookEvent, dead_letter_topic,
    topic_of_dead_letter,
};
pub use freshness::Freshness;
pub use fulfilment::{Fulfilment, FulfilmentLine, RefundLine, RefundPlan, RefundWish, UnitsBack};
pub use ids::{
    AddressId, ApiKeyId, CartId, CartItemId, EndpointId, EventId, ImportId, InvitationId, MailId, OrderId, OrderItemId,
    PaperId, PaymentId, PersonId, PictureId, ProductId, PromotionId, RefundId, ReturnId, ShipmentId, ShippingMethodId,
    ShippingZoneId, UserId, VariantId,
};
pub use imports::{FetchProblem, ImportRemark, ImportState, MAX_IMPORT_BYTES, MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS};
pub use inventory::{
    ItemQuantity, MAX_STOCK, Movement, Reservation, ReservationState, StockChange, StockLevel, Warehouse,
};
pub use money::{Currency, Money};
pub use order_again::{OrderedAgain, OrderedBefore, Unavailable, order_again};
pub use order_number::parse_order_number;
pub use orders::{CancelReason, OrderStatus, PaymentState, ReviewedPart, Step};
pub use outgoing::{
    ChosenEvents, EndpointState, EndpointUrl, RETRIED_FOR, Reach, Standing, TEST_TOPIC, TriedOutcome,
    is_public_address, next_try,
};
pub use papers::{
    Buyer, CancellationHeading, Credit, CreditHeading, CreditedPart, Heading, Paper, PaperDiscount, PaperKind,
    PaperLine, PaperPart, PaperShipping, PaperTax, PaperTotals, Seller, SoldDiscount, SoldLine, SoldOrder,
    SoldShipping, TaxCategory, TypedSeller,
};
pub use payment_flaw::PaymentFlaw;
pub use payments::{ManualPayment, receive};
pub use percent::Percent;
pub use pictures::{
    MAX_ALT, MAX_PICTURE_BYTES, MAX_PICTURES, PictureFile, PictureFormat, PictureKind, PictureProblem,
    check_picture_size, picture_widths, widest_picture,
};
pub use promotions::{Candidate, Discount, LeftOut, Promotion, PromotionCode, PromotionKind, Shopper};
pub use proofs::{Actor, May, Proof, Staff};
pub use refunds::{RefundOrigin, RefundState, RefundWay, learn};
pub use refusal::{FieldError, Problem, PromotionRefusal, Refusal};
pub use returns::{ReturnState, ReturnStep, next_return};
pub use shipments::ShipmentPlan;
pub use shipping::{
    DeliveryDays, Parcel, ShippingMethod, ShippingOffer, ShippingPrice, ShippingZone, TotalStep, WeightStep, offers_for,
};
pub use staff::{Permission, Permit, StaffRole, permit};
pub use tax::{AppliedRate, Destination, TaxClass, TaxRate, TaxRules, VatNumber};
pub use team::Team;
pub use text::{FieldReader, clean_line};
pub use totals::{
    Amounts, GivenBack, LineTotals, RefundParts, ShippingCharge, ShippingTotals, TaxLine, TaxTotals, Totals,
    TotalsInput,
};
pub use totals_line::TotalsLine;
pub use transitions::next;
pub use users::{Customer, Email, Password, Role, User};
pub use variants::{Matrix, ProductOption, ProductStatus};
