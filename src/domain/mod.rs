//! What is true of a shop, whoever asks and wherever it runs.
//!
//! Pure values and decisions: no IO, no clock, no randomness, no framework. Whatever needs the time or a new id is given
//! one.

mod account_links;
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
mod facets;
mod factors;
#[cfg(test)]
mod fixtures;
mod freshness;
mod fulfilment;
mod ids;
mod imports;
mod inventory;
mod limits;
mod measure;
mod money;
mod option_edits;
mod order_again;
mod order_number;
mod orders;
mod outgoing;
mod packing;
mod papers;
mod payment_flaw;
mod payments;
mod percent;
mod picture_files;
mod picture_places;
mod pictures;
mod price_change;
mod product_facts;
mod promotions;
mod proofs;
mod readdress;
mod refunds;
mod refusal;
mod reservations;
mod returns;
mod reviews;
mod search;
mod shipments;
mod shipping;
mod staff;
mod synonyms;
mod tax;
mod team;
mod text;
mod totals;
mod totals_line;
mod transitions;
mod users;
mod variants;
mod vat_number;
mod visits;
mod whereabouts;

pub use account_links::AccountLinkKind;
pub use address::{AddressFormat, AddressPart, Region, ShippingAddress, Typed as TypedAddress, order_law_holds};
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
pub use facets::{OptionFilter, OptionFilters, RatingFloor, TagFilters, compare_choices};
pub use factors::{FactorCode, MAX_PASSKEY_NAME, passkey_host};
pub use freshness::Freshness;
pub use fulfilment::{Fulfilment, FulfilmentLine, RefundLine, RefundPlan, RefundWish, UnitsBack};
pub use ids::{
    AccountLinkId, AddressId, ApiKeyId, CartId, CartItemId, EndpointId, EventId, ImportId, InvitationId, MailId,
    OrderId, OrderItemId, PaperId, PasskeyId, PaymentId, PersonId, PictureId, ProductId, PromotionId, RefundId,
    ReturnId, ReviewId, ShipmentId, ShippingMethodId, ShippingZoneId, StockWishId, UserId, VariantId,
};
pub use imports::{FetchProblem, ImportRemark, ImportState, MAX_IMPORT_BYTES, MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS};
pub use inventory::{
    ItemQuantity, MAX_STOCK, Movement, Reservation, ReservationState, StockChange, StockLevel, Warehouse,
};
pub use limits::{Allowance, Limit, Limits};
pub use measure::Measure;
pub use money::{Currency, Money};
pub use option_edits::{EditedOption, EditedValue, EditedVariant, OptionPlan};
pub use order_again::{OrderedAgain, OrderedBefore, Unavailable, order_again};
pub use order_number::parse_order_number;
pub use orders::{CancelReason, OrderStatus, PaymentState, ReviewedPart, Step};
pub use outgoing::{
    ChosenEvents, EndpointState, EndpointUrl, RETRIED_FOR, Reach, Standing, TEST_TOPIC, TriedOutcome, endpoint_host,
    is_public_address, next_try,
};
pub use packing::{NotPacked, can_be_packed};
pub use papers::{
    Buyer, CancellationHeading, Credit, CreditHeading, CreditedPart, Heading, Paper, PaperDiscount, PaperKind,
    PaperLine, PaperPart, PaperShipping, PaperTax, PaperTotals, Seller, SoldDiscount, SoldLine, SoldOrder,
    SoldShipping, TaxCategory, TypedSeller,
};
pub use payment_flaw::PaymentFlaw;
pub use payments::{ManualPayment, receive};
pub use percent::Percent;
pub use picture_files::{IconFile, PictureFile, PictureFormat};
pub use picture_places::{PictureOf, PicturePlace, ShopPicture};
pub use pictures::{
    MAX_ALT, MAX_PICTURE_BYTES, MAX_PICTURES, PictureKind, PictureProblem, check_picture_size, picture_widths,
    widest_picture,
};
pub use price_change::{PriceChange, PriceFlaw};
pub use product_facts::{MAX_SEO_DESCRIPTION, MAX_SEO_TITLE, MAX_VENDOR, parse_tags};
pub use promotions::{Candidate, Discount, LeftOut, Promotion, PromotionCode, PromotionKind, Shopper};
pub use proofs::{Actor, May, Proof, Staff};
pub use readdress::{can_be_readdressed, stays_in_place};
pub use refunds::{RefundOrigin, RefundState, RefundWay, learn};
pub use refusal::{FieldError, Problem, PromotionRefusal, Refusal};
pub use returns::{ReturnState, ReturnStep, next_return};
pub use reviews::{
    MAX_REVIEW_ANSWER, MAX_REVIEW_NAME, MAX_REVIEW_TEXT, MAX_REVIEW_TITLE, Rating, Review, ReviewSort, ReviewState,
    Stars, parse_review_answer, shown_name, stars_text,
};
pub use search::{SearchWord, corrected_search, search_words, shorter_searches, suggestion_words};
pub use shipments::ShipmentPlan;
pub use shipping::{
    DeliveryDays, Parcel, ShippingMethod, ShippingOffer, ShippingPrice, ShippingZone, TotalStep, WeightStep, offers_for,
};
pub use staff::{Permission, Permit, StaffRole, permit};
pub use synonyms::Synonym;
pub use tax::{AppliedRate, Destination, TaxClass, TaxRate, TaxRules};
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
pub use vat_number::VatNumber;
pub use visits::{VISIT_PLACES, is_browser, visitors_of};
pub use whereabouts::{device_words, shortened_network};
