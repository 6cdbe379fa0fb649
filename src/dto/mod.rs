//! What crosses the wire: what pages show and what forms and requests carry.
//!
//! Built for the server and the browser. No rules here: a form is raw text until the domain has parsed it.

mod account_words;
mod admin;
mod bulk_words;
mod cart;
mod catalog;
mod checkout;
mod content;
mod delivery_words;
mod factors;
mod import_words;
mod local_time;
mod order_again;
mod orders;
mod paper_words;
mod percent;
mod picture_words;
mod privacy;
mod refunds;
mod returns;
mod reviews;
mod shipments;
mod staff_words;
mod time_words;
mod timeline_words;
mod total_lines;
mod totals;
mod units;
mod users;
mod weight_words;
mod wishlist;
pub mod words;

pub use admin::{
    ApiKeyRow, ApiKeyState, ApiKeysView, AsideView, AuditEntry, AuditList, AuditMark, AuditVerdict, CategoryChoice,
    ContentEditView, Day, DeadLetterView, EventsView, HeldEventView, HeldUnits, HomeTasks, MailList, MailQuery,
    MailRow, MailView, MovementView, NoteView, OrderEventView, OrderLineState, OrderMailView, OrderQuery, PageEditView,
    PageVersionRow, PaymentFilter, PictureUpload, PlacedPicture, ProductEditView, ProductQuery, ReplayedEvents,
    SalesView, SetupSteps, StaffHome, StaffMessageView, StaffOrderList, StaffOrderRow, StaffOrderView, StaffPage,
    StaffPageRow, StaffProduct, StaffProductList, StaffProductRow, StaffVariant, StockList, StockQuery, StockRow,
    Uploaded, VariantStockView,
};
pub use admin::{
    BestProduct, GroupLag, GroupPartitions, HomeQuery, MailSamples, OrderSort, PartitionLag, ProductSort, SampleMail,
    StockSort, TaskState, TaskView,
};
pub use admin::{
    BulkEditView, BulkProduct, BulkQuery, BulkRow, BulkVariant, LeftOut, MOST_CHOSEN, PackedOrders, PackedView,
    PackingFilter, ProductAfter,
};
pub use admin::{
    CategoryEditView, CategoryRow, EditorView, ExampleView, PromotionEditView, PromotionList, PromotionQuery,
    PromotionRow, PromotionState, RatesEditView, TaxEditView, TaxedCountry, ZoneEditView, ZoneRow, method_field,
    method_key, rate_field, rate_key, row_keys,
};
pub use admin::{CountQuery, CountRow, CountSheet};
pub use admin::{
    CustomerAccount, CustomerList, CustomerMark, CustomerOrder, CustomerQuery, CustomerRow, CustomerSort, CustomerSum,
    CustomerView, EndpointList, EndpointRow, EndpointView, InvitationRow, InvitationView, LastOrder, OpenedInvitation,
    StaffMemberRow, TeamView, VisitSum, WebhookDeliveryRow,
};
pub use admin::{ImportNote, ImportPicture, ImportReport, ImportRow, ImportTaken, ImportView};
pub use admin::{OptionsEditView, RetiredVariant, RetiredVariants};
pub use admin::{StaffReview, StaffReviewList, StaffReviewQuery};
pub use admin::{SynonymGroup, SynonymsView};
pub use cart::{CartDestination, CartLine, CartView, RegionChoice};
pub use catalog::{
    CardRating, CategoryCount, CategoryStep, CategoryTile, Correction, FacetCount, FacetValue, FacetsView, FilterKind,
    FilterRemoval, HomeView, Image, ListingQuery, ListingView, LowestBefore, NothingFound, OptionFacet, OptionGroup,
    Page, PlaceNote, ProductCard, ProductForm, ProductRecord, ProductReviews, ProductView, RatingChoice, ReviewQuery,
    ReviewView, StockForm, SuggestedProduct, SuggestionsView, UnitPrice, VariantFound, VariantRecord, VariantView,
};
pub use checkout::{
    AddressForm, CheckoutForm, CheckoutStep, CheckoutView, GoneMethod, MethodView, PlacedOrder, TaxNumberUse,
};
pub use content::{Announcement, PageLink, PageText, ShopContent, ShopPictures};
pub use factors::{PasskeyRow, SecurityView, StaffFactor, TotpView};
pub use local_time::LocalTime;
pub use order_again::{CartAgain, UnavailableItem};
pub use orders::{InvoiceView, OrderItemView, OrderList, OrderRow, OrderView, TimelineEntry, TrackForm};
pub use privacy::{DataExportState, DataExportView, PrivacyView, SessionRow, StockWishView};
pub use refunds::{
    CancelledNoteView, CreditNoteView, MAX_REASON, MAX_REFERENCE, PaymentForm, PaymentView, RefundForm, RefundItemView,
    RefundView,
};
pub use returns::{MAX_WORDS, ReturnForm, ReturnView};
pub use reviews::{OwnReview, ReviewEditView, ReviewForm, ReviewRequestView};
pub use shipments::{ShipmentForm, ShipmentItemView, ShipmentView, ShipmentWish};
pub use total_lines::{TotalLine, total_lines};
pub use totals::{CouponView, DiscountView, ShippingView, TaxView, TotalParts};
pub use users::{AccountLinkView, AccountView, HeaderView, LoginForm, RegisterForm, Viewer};
pub use wishlist::WishlistItem;
