//! Every reason the shop says no that a page can explain.
//!
//! Data, not sentences: the words are chosen in `dto::words`, the status codes in the server.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{OrderStatus, PaymentFlaw, ReviewedPart, Step};

/// What is wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    Required,
    /// Fewer characters than `min`.
    TooShort {
        min: u32,
    },
    /// More characters than `max`.
    TooLong {
        max: u32,
    },
    /// Control characters, NUL among them.
    BadCharacters,
    NotAnEmail,
    /// Not an amount in the shop's currency, which has so many decimals.
    NotAnAmount {
        decimals: u32,
    },
    /// Not 0 to 100 with at most three decimals.
    NotAPercentage,
    /// Not the letters of a country, and then what its numbers look like.
    NotATaxNumber,
    NotACountry,
    /// Not 4 to 40 letters, digits and hyphens.
    NotATrackingNumber,
    /// In no shipping zone.
    NotShippedTo,
    /// None of the country; one looks like the example.
    NotAPostalCode {
        example: String,
    },
    NotAPhone,
    /// The carrier of the way it is sent calls before it comes.
    PhoneForCarrier,
    NotAnOrderNumber,
    NotAChoice,
    /// Not a whole number from `min` to `max`.
    OutOfRange {
        min: u32,
        max: u32,
    },
    /// Not a whole number from `-max` to `max`.
    NotWithin {
        max: u32,
    },
    /// A change by nothing.
    Zero,
    /// A count that was begun when something else lay on the shelf; `now` should lie there.
    ShelfChanged {
        now: u32,
    },
    /// Nothing of the product would be for sale any more.
    LastVariant,
    /// An address that an order cannot be sent to instead: shipping or tax might be others there.
    OtherDestination,
    /// An order that lies packed, or has left, goes where it goes.
    PackedAlready,
    /// Two fields of which one excludes the other.
    NotBoth,
    /// Stock changes by an adjustment or a count, not by an edit.
    NotEditable,
    /// A number or an amount above `max`, in whole units.
    TooMuch {
        max: u32,
    },
    /// Not like `2+1`: two bought and one for nothing, each 1 to `max`.
    NotASet {
        max: u32,
    },
    /// Steps of which one is not above the one before.
    NotRising,
    /// A password that is among the first to be guessed.
    TooCommon,
    /// Not the password of whoever types it.
    NotYourPassword,
    /// Neither six digits nor what a recovery code looks like.
    NotACode,
    /// Not a code of theirs that works now.
    WrongCode,
    /// The address that they have already.
    YourAddress,
    /// Not the address that was to be typed again.
    NotTheirAddress,
    /// The address of somebody who works here already.
    WorksHere,
    /// The same as an entry before.
    Duplicate,
    /// Not one word, as a search reads it.
    NotOneWord,
    /// Nothing that a search could look for.
    NoWords,
    /// An address that another one has, or had before.
    AddressTaken,
    /// Not red, green and blue as `#1f5c96`.
    NotAColour,
    /// Words could not be read on it or in it: its contrast, in hundredths, and the nearest colour that will do.
    LowContrast {
        hundredths: u32,
        passing: String,
    },
    /// Not a place in this list, as a page of it told one.
    NotACursor,
    /// Not a path of the shop, nor an address that a browser opens.
    NotALink,
    /// Words that lead somewhere else, where none may.
    NoLinks,
    /// Something like HTML.
    NoMarkup,
    /// Not an address of a program that is reached by https.
    NotAnEndpoint,
    /// It leads into the shop's own network, or a private one.
    PrivateAddress,
    /// Other pages lead there.
    NeededElsewhere,
    /// A text of more than so many kilobytes.
    TooLarge {
        kilobytes: u32,
    },
    /// More than `max` entries.
    TooMany {
        max: u32,
    },
    /// Not a date with a time, such as `2026-11-28T10:00`.
    NotADate,
    /// It stands above it, or is it.
    BelowItself,
    /// More than `max` would stand below one another.
    TooDeep {
        max: u32,
    },
    /// So many others stand below it.
    CategoriesBelow {
        count: u32,
    },
    /// A promotion of this name is for it.
    UsedByPromotion {
        name: String,
    },
    /// Only shops of the European Union may.
    NotInTheUnion,
    /// An amount that the payment provider has no number for: it gives back multiples of this.
    NotCounted {
        step: String,
    },
    /// Nobody has an account with this address.
    NoAccount,
    /// Nothing of what it is for is for sale.
    NothingForSale,
    /// No product has this as its address or as a SKU.
    NoProduct {
        typed: String,
    },
    /// The code of a promotion that does not apply.
    Promotion {
        why: PromotionRefusal,
    },
}

/// Why a promotion does not apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromotionRefusal {
    /// There is none, it was switched off, or it is somebody else's: nobody learns which.
    Unknown,
    NotYet,
    Over,
    FirstOrderOnly,
    /// As many orders as there may be have used it.
    UsedUp,
    /// As many of this customer's.
    UsedByYou,
    NotForTheseItems,
    /// So much is missing of what the items it is for must come to, in the currency of this code.
    MinimumMissing {
        missing: Decimal,
        currency: String,
    },
    /// So many units are missing for the first set.
    UnitsMissing {
        missing: u32,
    },
    /// A better one applies, and the two do not go together.
    Beaten,
    /// There is nothing left that it could take off.
    NoEffect,
}

/// A field by the name its form gives it, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Refusal {
    #[error("invalid fields: {fields:?}")]
    Invalid { fields: Vec<FieldError> },
    #[error("not an amount of money the shop can hold")]
    BadAmount,
    #[error("not a currency code")]
    BadCurrency,

    #[error("this e-mail address has an account")]
    EmailTaken,
    #[error("e-mail and password do not match")]
    WrongCredentials,
    #[error("nobody is signed in")]
    SignInNeeded,
    #[error("staff only")]
    StaffOnly,
    #[error("not what their role may do")]
    NotPermitted,
    #[error("the password is asked for again")]
    ConfirmNeeded,
    #[error("too many at once; try again in a moment")]
    Busy,
    #[error("too many tries; the next one is due in {seconds} s")]
    TooManyTries { seconds: u32 },

    #[error("no such thing, or not yours")]
    NotFound,
    #[error("the product is not for sale")]
    NotForSale,
    #[error("this slug is in use")]
    SlugTaken,
    #[error("this sku is in use")]
    SkuTaken,
    #[error("price, stock and sku are those of several variants")]
    SeveralVariants,
    #[error("it was changed since it was read; it is at version {current} now")]
    VersionMismatch { current: i64 },
    #[error("{} of them were changed since they were read", .names.len())]
    ChangedMeanwhile { names: Vec<String> },
    #[error("{reserved} units are reserved and not shipped, more than were counted")]
    CountBelowReserved { reserved: u32 },

    #[error("an address book holds at most {most} addresses")]
    AddressBookFull { most: u32 },
    #[error("the cart holds at most {most} lines")]
    CartFull { most: u32 },
    #[error("order {number} is not over yet")]
    CustomerHasOpenOrder { number: i64 },
    #[error("a member of staff is not removed as a customer is")]
    CustomerIsStaff,
    #[error("orders {numbers:?} are not over yet")]
    OrdersUnderWay { numbers: Vec<i64> },
    #[error("whoever works here does not close their account")]
    WorksHereStill,
    #[error("nobody has shown that the address is theirs")]
    AddressUnconfirmed,
    #[error("the shop needs an owner")]
    LastOwner,
    #[error("the invitation was used, revoked, or is too old")]
    InvitationOver,
    #[error("the link was used, replaced by a newer one, or is too old")]
    LinkOver,
    #[error("the second step of the sign-in came too late")]
    SignInOver,
    #[error("the passkey is not accepted")]
    WrongPasskey,
    /// The password was right.
    #[error("a code of the authenticator app is needed, too")]
    SecondFactorNeeded,
    /// Of somebody who works here.
    #[error("the time to do without a second factor is over")]
    FactorNeeded,
    /// They have shown a password alone.
    #[error("the first second factor needs a password that was given by a link of mail")]
    FactorByMail,
    #[error("the cart is empty")]
    CartEmpty,
    #[error("the cart is not what was reviewed")]
    CartChanged { parts: Vec<ReviewedPart> },
    #[error("only {left} left")]
    NotEnoughStock { left: u32 },

    #[error("this key was used for something else")]
    KeyReused,
    #[error("a {from:?} order does not {step:?}")]
    IllegalStep { from: OrderStatus, step: Step },
    #[error("a {from:?} order does not become {to:?}")]
    IllegalStatus { from: OrderStatus, to: OrderStatus },
    #[error("the items are not reserved yet")]
    NotPayableYet,
    #[error("the time to pay the order is over")]
    PayTimeOver,
    #[error("{most} other orders of this person wait to be paid by hand")]
    TooManyUnpaid { most: u32 },
    /// By hand it may be paid, where the shop takes that.
    #[error("the payment provider does not take this payment")]
    NotTakenOnline { by_hand: bool },
    #[error("the payment was declined")]
    PaymentDeclined,
    /// Money came in, and goes back.
    #[error("the payment does not pay the order: {flaw:?}")]
    PaymentNotAccepted { flaw: PaymentFlaw },
    #[error("the provider gives this refund back by itself")]
    RefundOfProvider,
    #[error("the refund has an end already")]
    RefundEnded,
    #[error("a return that stands there does not do that")]
    IllegalReturnStep,
    #[error("nothing was sent that could come back")]
    NothingToReturn,
    #[error("nobody has it yet who could say something of it")]
    NotSentYet,
    #[error("returns are taken for {days} days")]
    ReturnTooLate { days: u32 },
    #[error("a part of the order has left")]
    PartlyShipped,
    #[error("nothing is left to be sent")]
    NothingToShip,
    /// In the currency of this code.
    #[error("no more than {left} can be given back")]
    RefundTooLarge { left: Decimal, currency: String },
}

impl Refusal {
    /// One field, one problem.
    pub fn field(field: &str, problem: Problem) -> Self {
        Self::Invalid { fields: vec![FieldError { field: field.to_owned(), problem }] }
    }

    /// The same about the fields of a part of a form: `city` becomes `billing[city]`.
    #[must_use]
    pub fn within(self, part: &str) -> Self {
        let named = |error: FieldError| FieldError { field: format!("{part}[{}]", error.field), ..error };
        match self {
            Self::Invalid { fields } => Self::Invalid { fields: fields.into_iter().map(named).collect() },
            other => other,
        }
    }

    /// The problem of one field, where this is about fields.
    pub fn problem_of(&self, field: &str) -> Option<&Problem> {
        match self {
            Self::Invalid { fields } => fields.iter().find(|f| f.field == field).map(|f| &f.problem),
            _ => None,
        }
    }
}
