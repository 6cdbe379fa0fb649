//! The words for what the domain says in data: one place, so that a page, a mail and the API say the same.

use crate::domain::{
    CancelReason, LineNotice, Money, OrderStatus, PaymentFlaw, Percent, Problem, PromotionRefusal, RatingFloor,
    Refusal, ReservationState, ReviewedPart, Sort, Step, Unavailable,
};

pub use super::account_words::{factor_by_mail, orders_under_way};
pub use super::bulk_words::{changed_meanwhile, left_out, not_packed, price_flaw};
pub use super::delivery_words::delivery;
pub use super::import_words::{fetch_problem, import_remark, import_state};
pub use super::paper_words::{refund_for, return_of, why_not_refunded};
pub use super::picture_words::picture_problem;
pub use super::staff_words::{key_permission, key_permission_about, staff_role, staff_role_about, staff_role_in_words};
pub use super::time_words::{
    clock, countdown, date, day, days, length, moment, not_refunded_on, paid_on, refunded_on, time_left, until, wait,
};

/// A refusal, as a sentence to the shopper.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid { fields } => match fields.as_slice() {
            [only] => problem(&only.problem),
            _ => "Please check the marked fields.".into(),
        },
        Refusal::BadAmount => "That is not an amount we can work with.".into(),
        Refusal::BadCurrency => "That is not a currency.".into(),
        Refusal::EmailTaken => "There is already an account with this e-mail address. Sign in instead?".into(),
        Refusal::WrongCredentials => "E-mail and password do not match.".into(),
        Refusal::SignInNeeded => "Please sign in first.".into(),
        Refusal::StaffOnly => "This is for staff only.".into(),
        Refusal::NotPermitted => "Your role in this shop does not allow that. An owner can change it.".into(),
        Refusal::ConfirmNeeded => "Please give your password once more.".into(),
        Refusal::Busy => "We are busy right now. Please try again in a moment.".into(),
        Refusal::TooManyTries { seconds } => format!("Too many tries. Please wait {}.", wait(*seconds)),
        Refusal::NotFound => "We could not find that.".into(),
        Refusal::NotForSale => "This product is not for sale any more.".into(),
        Refusal::SlugTaken => "Another product has this address.".into(),
        Refusal::SkuTaken => "Another product has this SKU.".into(),
        Refusal::SeveralVariants => "This product has several variants, each with its own price and stock.".into(),
        Refusal::VersionMismatch { .. } => {
            "Somebody else has changed this since you read it. Please read it again and make your change anew.".into()
        }
        Refusal::ChangedMeanwhile { names } => changed_meanwhile(names),
        Refusal::CountBelowReserved { reserved } => format!(
            "{reserved} units are set aside for orders that were not shipped yet; fewer cannot have been counted. \
             Cancel orders first, or adjust the stock."
        ),
        Refusal::AddressBookFull { most } => {
            format!("Your address book holds at most {most} addresses. Please remove one first.")
        }
        Refusal::CartFull { most } => format!("A cart holds at most {most} different things."),
        Refusal::CustomerHasOpenOrder { number } => format!(
            "Order {number} is not over yet: what is known of this customer is still needed. Complete or cancel it first."
        ),
        Refusal::CustomerIsStaff => "They work here. Remove them from the staff first.".into(),
        Refusal::OrdersUnderWay { numbers } => orders_under_way(numbers),
        Refusal::WorksHereStill => {
            "You work here. An owner removes you from the staff first; then you can delete your account.".into()
        }
        Refusal::AddressUnconfirmed => {
            "Please confirm your e-mail address first: everything we keep about you is for you alone.".into()
        }
        Refusal::LastOwner => "The shop needs an owner. Make somebody else one first.".into(),
        Refusal::InvitationOver => {
            "This invitation was used, taken back, or is too old. Ask whoever invited you for another.".into()
        }
        Refusal::LinkOver => {
            "This link was used, there is a newer one, or it is too old. Ask for another, please.".into()
        }
        Refusal::SignInOver => "That took too long. Please sign in again.".into(),
        Refusal::WrongPasskey => "This passkey does not work here, or it took too long. Please try once more.".into(),
        Refusal::SecondFactorNeeded => "Please give a code of your authenticator app, too.".into(),
        Refusal::FactorNeeded => {
            "Whoever works here needs a second factor, and the time to do without is over. Please set one up.".into()
        }
        Refusal::FactorByMail => factor_by_mail(),
        Refusal::CartEmpty => "Your cart is empty.".into(),
        Refusal::CartChanged { parts } => match parts.as_slice() {
            [] => "Your cart has changed since you reviewed it. Please look again.".into(),
            parts => {
                let changes: Vec<_> = parts.iter().map(|part| reviewed_part(*part)).collect();
                format!(
                    "Since you reviewed your order, {}. Nothing was ordered: please look again.",
                    changes.join(", ")
                )
            }
        },
        Refusal::NotEnoughStock { left: 0 } => "This is sold out.".into(),
        Refusal::NotEnoughStock { left } => format!("Only {left} left."),
        Refusal::KeyReused => "This was already sent with something else in it.".into(),
        Refusal::IllegalStep { from, step } => {
            let verb = match step {
                Step::Pay => "be paid",
                Step::Ship => "be shipped",
                Step::Complete => "be completed",
                Step::Cancel => "be cancelled",
            };
            format!("This order is {} and cannot {verb}.", from.as_str())
        }
        Refusal::IllegalStatus { from, to } => {
            format!("This order is {} and cannot become {}.", from.as_str(), to.as_str())
        }
        Refusal::NotPayableYet => "We are still confirming your items. Please try again in a moment.".into(),
        Refusal::IllegalReturnStep => "This return was answered already, or has not been approved.".into(),
        Refusal::NotSentYet => "You can write about it once it has left us.".into(),
        Refusal::NothingToReturn => "Nothing of this order has been sent yet.".into(),
        Refusal::ReturnTooLate { days } => format!("Items can be returned for {days} days, and that time is over."),
        Refusal::PartlyShipped => "A part of this order is on its way, so it cannot be cancelled any more.".into(),
        Refusal::NothingToShip => "Nothing is left to be sent.".into(),
        Refusal::PayTimeOver => "The time to pay this order is over.".into(),
        Refusal::TooManyUnpaid { most } => format!(
            "{most} of your orders wait to be paid this way already. Please pay or cancel one of them first, or pay online."
        ),
        Refusal::NotTakenOnline { by_hand: true } => {
            "We cannot take this payment online. Nothing was charged. Please pay by bank transfer or at pick-up instead."
                .into()
        }
        Refusal::NotTakenOnline { by_hand: false } => {
            "We cannot take this payment online. Nothing was charged. Please write to us, and we find another way.".into()
        }
        Refusal::PaymentDeclined => "The payment was declined. Nothing was charged.".into(),
        Refusal::PaymentNotAccepted { flaw } => payment_flaw(*flaw).into(),
        Refusal::RefundOfProvider => "The payment provider gives this refund back by itself.".into(),
        Refusal::RefundEnded => "This refund was given back already, or nothing more is owed for it.".into(),
        Refusal::RefundTooLarge { left, .. } if left.is_zero() => "There is nothing left to give back.".into(),
        Refusal::RefundTooLarge { left, currency } => format!(
            "At most {} can be given back.",
            money(currency.parse().and_then(|currency| Money::new(*left, currency)))
        ),
    }
}

fn money(money: Result<Money, Refusal>) -> String {
    money.map_or_else(|_| "something".to_owned(), |money| money.to_string())
}

const fn reviewed_part(part: ReviewedPart) -> &'static str {
    match part {
        ReviewedPart::Items => "the items or their quantities have changed",
        ReviewedPart::Prices => "a price has changed",
        ReviewedPart::Shipping => "the shipping or its price has changed",
        ReviewedPart::Discounts => "a discount has changed or does not apply any more",
        ReviewedPart::Tax => "the tax has changed",
        ReviewedPart::Total => "the total has changed",
        ReviewedPart::Address => "the address has changed",
        ReviewedPart::Email => "your e-mail address has changed",
        ReviewedPart::Terms => "our terms have changed",
        ReviewedPart::Availability => "not all of it can be had any more",
    }
}

/// What is wrong with a field, to stand beside it.
pub fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Required => "Please fill this in.".into(),
        Problem::TooShort { min } => format!("At least {min} characters, please."),
        Problem::TooLong { max } => format!("At most {max} characters, please."),
        Problem::BadCharacters => "There are characters in here that we cannot use.".into(),
        Problem::NotAnEmail => "This does not look like an e-mail address.".into(),
        Problem::NotAnAmount { decimals } => format!("Please enter an amount like {}.", typed_amount(*decimals)),
        Problem::NotAPercentage => "Please enter a percentage from 0 to 100, such as 19 or 8.875.".into(),
        Problem::NotATaxNumber => {
            "This is no VAT number of the EU, such as DE123456789. Please check it, or leave it out.".into()
        }
        Problem::NotShippedTo => "We do not ship there.".into(),
        Problem::NotACountry => "Please choose a country we ship to.".into(),
        Problem::NotAPostalCode { example } => {
            format!("This is no postal code of the country above. One looks like {example}.")
        }
        Problem::NotAPhone => "Please enter a phone number, such as +49 30 1234567.".into(),
        Problem::PhoneForCarrier => "The carrier calls before it comes. Please give a phone number.".into(),
        Problem::NotAnOrderNumber => "An order number is made of digits, such as 1042.".into(),
        Problem::NotAChoice => "Please choose one of the options.".into(),
        Problem::OutOfRange { min, max } => format!("Please enter a whole number from {min} to {max}."),
        Problem::NotWithin { max } => format!("Please enter a whole number from -{max} to {max}."),
        Problem::NotATrackingNumber => "Please enter 4 to 40 letters, digits and hyphens.".into(),
        Problem::Zero => "Please enter a number other than 0.".into(),
        Problem::ShelfChanged { now } => format!(
            "Something left or came since you opened this page: {now} should lie on the shelf now. Please count again."
        ),
        Problem::OtherDestination => {
            "It has to stay what it is: what the order comes to depends on it. Cancel the order and place it anew instead.".into()
        }
        Problem::PackedAlready => "It lies packed, or a part of it has left. Unpack it first, where it is still here.".into(),
        Problem::LastVariant => "One variant has to stay. To take the product out of the shop, archive it.".into(),
        Problem::NotACursor => {
            "This is no place in this list: please take it as it was told, with the same order and words.".into()
        }
        Problem::NotBoth => "Please give one of the two, not both.".into(),
        Problem::NotEditable => {
            "Stock changes by an adjustment or a count, each with a reason. Please leave this out.".into()
        }
        Problem::TooMuch { max } => format!("At most {max}, please."),
        Problem::TooMany { max } => format!("At most {max} of them, please."),
        Problem::NotASet { max } => format!("Please enter bought and free units, such as 2+1, each 1 to {max}."),
        Problem::NotRising => "Each has to be above the one before it.".into(),
        Problem::TooCommon => {
            "This password is among the first that are guessed. Several words that do not belong together are a good one."
                .into()
        }
        Problem::NotYourPassword => "This is not your password.".into(),
        Problem::NotACode => "That is neither six digits nor a recovery code.".into(),
        Problem::WrongCode => {
            "This code does not work, or not any more. Please try the next. If none works, check your device's clock."
                .into()
        }
        Problem::YourAddress => "This is your address already.".into(),
        Problem::NotTheirAddress => "Please type the e-mail address as it stands above.".into(),
        Problem::WorksHere => "Whoever has this address works here already.".into(),
        Problem::Duplicate => "There is the same entry twice.".into(),
        Problem::NotOneWord => "Please enter one word, without spaces or signs.".into(),
        Problem::NoWords => "Please enter words of what you sell, with commas between them.".into(),
        Problem::AddressTaken => "Another one has this address, or had it before and is still found by it.".into(),
        Problem::NotAColour => "Please enter a colour like #1f5c96.".into(),
        Problem::LowContrast { hundredths, passing } => format!(
            "Hard to read: the contrast is {}.{:02} to 1, and 4.5 is needed. The nearest that will do is {passing}.",
            hundredths / 100,
            hundredths % 100
        ),
        Problem::NotCounted { step } => {
            format!("The payment provider gives back in steps of {step}. Please give back an amount like that.")
        }
        Problem::NoLinks => "Please leave out addresses of websites.".into(),
        Problem::NoMarkup => "Please write plain words, without HTML.".into(),
        Problem::NotALink => "Please enter an address like /products or https://example.org.".into(),
        Problem::NotAnEndpoint => "Please enter an address like https://erp.example.org/hooks.".into(),
        Problem::PrivateAddress => "This leads into a private network, where nothing is sent.".into(),
        Problem::NeededElsewhere => "Other pages lead here, so it has to be there.".into(),
        Problem::TooLarge { kilobytes } => format!("At most {kilobytes} kB, please."),
        Problem::NotADate => "Please enter a date and a time, such as 2026-11-28T10:00.".into(),
        Problem::BelowItself => "A category cannot stand below itself, nor below one of its own.".into(),
        Problem::TooDeep { max } => format!("At most {max} categories stand below one another."),
        Problem::CategoriesBelow { count: 1 } => "A category stands below it. Move it elsewhere first.".into(),
        Problem::CategoriesBelow { count } => format!("{count} categories stand below it. Move them elsewhere first."),
        Problem::UsedByPromotion { name } => format!("The promotion “{name}” is for it. Change that first."),
        Problem::NotInTheUnion => "Only a shop in the European Union sells by reverse charge.".into(),
        Problem::NoAccount => "Nobody has an account with this e-mail address.".into(),
        Problem::NothingForSale => "Nothing of that is for sale. Please choose goods for an amount.".into(),
        Problem::NoProduct { typed } => format!("No product has “{typed}” as its address or its SKU."),
        Problem::Promotion { why } => why_not(why),
    }
}

/// What is charged for something that may be had for nothing.
pub fn charge(amount: Money) -> String {
    if amount.is_zero() { "Free".into() } else { amount.to_string() }
}

/// What an order without any shipping says in its place.
pub const NOTHING_TO_SHIP: &str = "Included";

/// A rate without the zeros that say nothing: `20`, `5.5`.
pub fn percent(rate: Percent) -> String {
    let text = rate.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Why a code or a promotion does not apply.
pub fn why_not(why: &PromotionRefusal) -> String {
    match why {
        PromotionRefusal::Unknown => {
            "We do not know this code. If it was made for you alone, please sign in first.".into()
        }
        PromotionRefusal::NotYet => "This promotion has not begun yet.".into(),
        PromotionRefusal::Over => "This promotion is over.".into(),
        PromotionRefusal::FirstOrderOnly => "This promotion is for a first order only.".into(),
        PromotionRefusal::UsedUp => "This promotion has been used up.".into(),
        PromotionRefusal::UsedByYou => "You have already used this promotion.".into(),
        PromotionRefusal::NotForTheseItems => "This promotion is not for what is in your cart.".into(),
        PromotionRefusal::MinimumMissing { missing, currency } => {
            format!(
                "Add {} more to use this promotion.",
                money(currency.parse().and_then(|currency| Money::new(*missing, currency)))
            )
        }
        PromotionRefusal::UnitsMissing { missing } => {
            format!("Add {missing} more of the items it is for to use this promotion.")
        }
        PromotionRefusal::Beaten => "A better promotion applies already, and the two do not go together.".into(),
        PromotionRefusal::NoEffect => "There is nothing that this promotion could take off your order.".into(),
    }
}

/// An amount as it is typed in a currency of so many decimals: `12.50`, `1250`, `12.500`.
pub fn typed_amount(decimals: u32) -> String {
    match decimals {
        0 => "1250".into(),
        decimals => format!("12.{:0<1$}", 5, decimals as usize),
    }
}

pub fn notice(notice: &LineNotice) -> String {
    match notice {
        LineNotice::PriceChanged { from } => format!("The price has changed; it was {from}."),
        LineNotice::OnlyLeft { left } => format!("Only {left} left. Please lower the quantity."),
        LineNotice::Gone => "No longer available. Please remove it.".into(),
    }
}

/// Why something cannot be ordered again as it was.
pub fn unavailable(why: Unavailable) -> String {
    match why {
        Unavailable::NotForSale => "No longer for sale.".into(),
        Unavailable::SoldOut => "Sold out.".into(),
        Unavailable::OnlyLeft { left } => format!("Only {left} left."),
        Unavailable::CartFull { most } => format!("Your cart is full; it holds at most {most} different things."),
    }
}

/// What the law wants beside a price that is reduced (Directive 98/6/EC, article 6a).
pub fn lowest_before(price: Money) -> String {
    format!("Lowest price of the 30 days before: {price}")
}

/// By how much a price is reduced. The law wants it told of the lowest price before, not of what is struck (C-330/23).
pub fn reduced_by(price: Money, lowest_before: Money) -> Option<String> {
    let percent = price.percent_below(lowest_before);
    (percent > 0).then(|| format!("−{percent} %"))
}

/// Stock in words; exact only where it is scarce.
pub fn stock(left: u32) -> String {
    match left {
        0 => "Sold out".into(),
        1..=5 => format!("Only {left} left"),
        _ => "In stock".into(),
    }
}

pub const fn status(status: OrderStatus, reservation: ReservationState) -> &'static str {
    match (status, reservation) {
        (OrderStatus::Pending, ReservationState::Pending) => "Confirming your items",
        (OrderStatus::Pending, _) => "Awaiting payment",
        (OrderStatus::Paid, _) => "Paid",
        (OrderStatus::Shipped, _) => "Shipped",
        (OrderStatus::Completed, _) => "Completed",
        (OrderStatus::Cancelled, _) => "Cancelled",
    }
}

pub const fn cancel_reason(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::ByCustomer => "You cancelled this order.",
        CancelReason::ByStaff => "We cancelled this order.",
        CancelReason::OutOfStock => "Something in this order sold out before we could set it aside for you.",
        CancelReason::Expired => "This order was not paid in time.",
    }
}

pub const fn sort(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "Best match",
        Sort::Newest => "Newest",
        Sort::PriceUp => "Price, low to high",
        Sort::PriceDown => "Price, high to low",
        Sort::BestSelling => "Best selling",
        Sort::BestRated => "Best rated",
    }
}

/// `4 stars and up`
pub fn rated_at_least(floor: RatingFloor) -> String {
    if floor.stars() == 1 { "1 star and up".to_owned() } else { format!("{} stars and up", floor.stars()) }
}

/// What becomes of money that does not pay its order.
pub const fn payment_flaw(flaw: PaymentFlaw) -> &'static str {
    match flaw {
        PaymentFlaw::Amount => "A payment of another amount than the order's came in. It is given back.",
        PaymentFlaw::Late => "A payment came in after this order had ended. It is given back.",
        PaymentFlaw::Second => "A second payment of this order came in. It is given back.",
    }
}

pub use super::timeline_words::timeline;
pub use super::weight_words::weight;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Money};

    #[test]
    fn an_amount_that_is_suggested_is_one_in_the_shops_currency() {
        for (code, typed) in [("JPY", "1250"), ("USD", "12.50"), ("KWD", "12.500")] {
            let currency: Currency = code.parse().unwrap();
            let said = problem(&Problem::NotAnAmount { decimals: currency.decimals() });
            assert_eq!(said, format!("Please enter an amount like {typed}."));
            assert_eq!(Money::parse(typed, currency).unwrap().amount().to_string(), typed);
        }
    }
}
