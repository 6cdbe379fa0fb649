//! The kinds of problems: each has an address that stays, on the readable page, and words of its own.

use http::StatusCode;
use shop::domain::Refusal;

/// A kind of problem; its `type` is `/api/docs#` and the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub name: &'static str,
    pub status: StatusCode,
    pub title: &'static str,
    /// When it happens, and what helps.
    pub about: &'static str,
}

macro_rules! kinds {
    ($($constant:ident = $name:literal $status:ident $title:literal $about:literal;)+) => {
        $(pub const $constant: Kind =
            Kind { name: $name, status: StatusCode::$status, title: $title, about: $about };)+
        pub const ALL: &[Kind] = &[$($constant),+];
    };
}

kinds! {
    MALFORMED = "malformed" BAD_REQUEST "The request cannot be read"
        "The body is not JSON, or the address is garbled. The same request will not do later either.";
    SIGN_IN_NEEDED = "sign-in-needed" UNAUTHORIZED "Nobody is signed in"
        "Sign in first: POST /api/v1/auth/login answers with a session cookie. Programs may bring a key instead.";
    KEY_NOT_ACCEPTED = "key-not-accepted" UNAUTHORIZED "The API key is not accepted"
        "Said alike of a key that is garbled, unknown, revoked or over, or whose maker works here no more.";
    WRONG_CREDENTIALS = "wrong-credentials" UNAUTHORIZED "E-mail and password do not match"
        "Said alike of an unknown address and of a wrong password.";
    SECOND_FACTOR_NEEDED = "second-factor-needed" UNAUTHORIZED "A second factor is needed"
        "The password is right. Send it once more, with a `code` of the authenticator app or a recovery code.";
    STAFF_ONLY = "staff-only" FORBIDDEN "Staff only"
        "The person signed in is not a member of staff.";
    NOT_PERMITTED = "not-permitted" FORBIDDEN "The role or the key does not allow that"
        "The person signed in is staff in a role that may not do this, or the key was not given it. A key is nobody: it has no cart, orders or account.";
    CONFIRM_NEEDED = "confirm-needed" FORBIDDEN "The password is asked for again"
        "Money is given back within 15 minutes of a sign-in: sign in once more.";
    FACTOR_NEEDED = "factor-needed" FORBIDDEN "Staff need a second factor"
        "The time to work here with a password alone is over: set up an authenticator app at /account/security.";
    FROM_ELSEWHERE = "from-elsewhere" FORBIDDEN "The request came from another site"
        "A browser sent this on behalf of another site. Programs are not concerned.";
    NOT_FOUND = "not-found" NOT_FOUND "Not found"
        "There is no such thing, or it belongs to somebody else.";
    METHOD_NOT_ALLOWED = "method-not-allowed" METHOD_NOT_ALLOWED "Method not allowed"
        "The header Allow says what can be done here.";
    TIMEOUT = "timeout" REQUEST_TIMEOUT "The request took too long to arrive"
        "The body was not here within ten seconds.";
    EMAIL_TAKEN = "email-taken" CONFLICT "The e-mail address has an account"
        "Sign in instead.";
    NOT_FOR_SALE = "not-for-sale" CONFLICT "The product is not for sale"
        "It was withdrawn.";
    SKU_TAKEN = "sku-taken" CONFLICT "The SKU is in use"
        "Another product has it, possibly one that was withdrawn.";
    SLUG_TAKEN = "slug-taken" CONFLICT "The slug is in use"
        "Another product has it.";
    SEVERAL_VARIANTS = "several-variants" CONFLICT "The product has several variants"
        "Price, stock and SKU are those of its variants and cannot be set for all of them at once.";
    STALE_VERSION = "stale-version" PRECONDITION_FAILED "It was changed meanwhile"
        "If-Match or version names another version than the one there is. Read it again and make the change anew.";
    VERSION_REQUIRED = "version-required" PRECONDITION_REQUIRED "The version is missing"
        "A change says which version it was made on: If-Match with the ETag that was read, or version in the body.";
    COUNT_BELOW_RESERVED = "count-below-reserved" CONFLICT "Fewer were counted than orders hold"
        "Units that are reserved and not shipped lie on the shelf, too. The detail says how many they are.";
    ADDRESS_BOOK_FULL = "address-book-full" CONFLICT "The address book is full"
        "It holds at most 20 addresses: remove one first.";
    CUSTOMER_HAS_OPEN_ORDER = "customer-has-open-order" CONFLICT "An order of the customer is not over"
        "What is known of them is still needed. The detail says which order it is.";
    CUSTOMER_IS_STAFF = "customer-is-staff" CONFLICT "The customer is a member of staff"
        "They are removed from the staff first.";
    ORDERS_UNDER_WAY = "orders-under-way" CONFLICT "Orders of the account are not over"
        "What is known of its owner is still needed for them. The detail says which they are.";
    WORKS_HERE_STILL = "works-here-still" CONFLICT "The account is of a member of staff"
        "They are removed from the staff first.";
    ADDRESS_UNCONFIRMED = "address-unconfirmed" CONFLICT "The e-mail address is not confirmed"
        "A link in a mail confirms it.";
    LAST_OWNER = "last-owner" CONFLICT "The shop needs an owner"
        "The last one is neither removed nor given another role.";
    INVITATION_OVER = "invitation-over" CONFLICT "The invitation is over"
        "It was used, taken back, or is too old.";
    LINK_OVER = "link-over" CONFLICT "The link of a mail is over"
        "It was used, a newer one was mailed, or it is too old.";
    CART_FULL = "cart-full" CONFLICT "The cart is full"
        "It holds at most 50 different things.";
    CART_EMPTY = "cart-empty" CONFLICT "The cart is empty"
        "There is nothing to order.";
    CART_CHANGED = "cart-changed" CONFLICT "The cart has changed"
        "Read it again.";
    NOT_ENOUGH_STOCK = "not-enough-stock" CONFLICT "Not enough in stock"
        "The detail says how many are left.";
    ILLEGAL_STEP = "illegal-step" CONFLICT "The order cannot do that"
        "Orders go from pending to paid, shipped and completed; pending and paid ones can be cancelled. Nothing else.";
    NOT_PAYABLE_YET = "not-payable-yet" CONFLICT "The order cannot be paid yet"
        "Its items are not reserved yet. Read it until its reservation is not pending any more.";
    NOT_TAKEN_ONLINE = "not-taken-online" CONFLICT "The payment provider does not take this payment"
        "Its amount is too small, or counted finer than the provider counts. Nothing was charged; it may be paid by hand where the shop offers that.";
    PAYMENT_DECLINED = "payment-declined" CONFLICT "The payment was declined"
        "Nothing was charged; the order can still be paid.";
    PAY_TIME_OVER = "pay-time-over" CONFLICT "The time to pay is over"
        "The order is given up, and its items go back.";
    TOO_MANY_UNPAID = "too-many-unpaid" CONFLICT "Too many unpaid orders"
        "Other orders of the same person wait to be paid by hand. Pay or cancel one of them first, or pay by card.";
    PAYMENT_NOT_ACCEPTED = "payment-not-accepted" CONFLICT "The payment does not pay the order"
        "It came too late, a second time, or is of another amount. It is kept on record and given back.";
    REFUND_OF_PROVIDER = "refund-of-provider" CONFLICT "The payment provider gives this refund back"
        "It is asked until it has. Only refunds of manual payments, and of a provider that is no longer connected, are marked.";
    REFUND_ENDED = "refund-ended" CONFLICT "The refund has an end already"
        "It was given back, or could not be, or nothing more is owed for it.";
    PARTLY_SHIPPED = "partly-shipped" CONFLICT "A part of the order is on its way"
        "It cannot be cancelled any more; what has not left can be refunded.";
    NOTHING_TO_SHIP = "nothing-to-ship" CONFLICT "Nothing is left to be sent"
        "Everything has left, or was given back before it left.";
    ILLEGAL_RETURN_STEP = "illegal-return-step" CONFLICT "The return cannot do that"
        "Returns go from requested to approved and received, or to refused, also where what was approved never arrives. Nothing else.";
    NOT_SENT_YET = "not-sent-yet" CONFLICT "It has not left yet"
        "Whoever bought it may say something of it once it has.";
    NOTHING_TO_RETURN = "nothing-to-return" CONFLICT "Nothing was sent yet"
        "What has not left cannot come back.";
    RETURN_TOO_LATE = "return-too-late" CONFLICT "The time for returns is over"
        "The detail says how long it is.";
    REFUND_TOO_LARGE = "refund-too-large" CONFLICT "More than can be given back"
        "No more is given back of an order than came in for it, all its refunds together.";
    TOO_LARGE = "too-large" PAYLOAD_TOO_LARGE "The body is too large"
        "At most 64 KiB, 4 KiB where people sign in or register.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type" UNSUPPORTED_MEDIA_TYPE "Not JSON"
        "Bodies are application/json.";
    INVALID = "invalid" UNPROCESSABLE_ENTITY "Some fields will not do"
        "Each of them is named under errors. Unknown fields are refused.";
    KEY_REUSED = "key-reused" UNPROCESSABLE_ENTITY "The Idempotency-Key was used for something else"
        "A key belongs to one request of one person. Make a new one.";
    TOO_MANY_TRIES = "too-many-tries" TOO_MANY_REQUESTS "Too many tries"
        "Wrong passwords for one e-mail address, promotion codes that nobody has, or more calls with a key than it may make. Retry-After says when the next is due.";
    BUSY = "busy" SERVICE_UNAVAILABLE "Busy"
        "Nothing was done, or it will be found done. Try again after Retry-After.";
    BROKEN = "broken" INTERNAL_SERVER_ERROR "Something is broken"
        "The fault is ours, and it has been noted under the id in X-Request-Id.";
    REFUSED = "refused" BAD_REQUEST "Refused"
        "The status says why.";
}

pub const fn of_refusal(refusal: &Refusal) -> Kind {
    match refusal {
        Refusal::Invalid { .. } | Refusal::BadAmount | Refusal::BadCurrency | Refusal::WrongPasskey => INVALID,
        Refusal::EmailTaken => EMAIL_TAKEN,
        Refusal::WrongCredentials => WRONG_CREDENTIALS,
        Refusal::SignInNeeded => SIGN_IN_NEEDED,
        Refusal::StaffOnly => STAFF_ONLY,
        Refusal::NotPermitted => NOT_PERMITTED,
        Refusal::ConfirmNeeded => CONFIRM_NEEDED,
        Refusal::SignInOver => SIGN_IN_NEEDED,
        Refusal::SecondFactorNeeded => SECOND_FACTOR_NEEDED,
        Refusal::FactorNeeded | Refusal::FactorByMail => FACTOR_NEEDED,
        Refusal::Busy => BUSY,
        Refusal::TooManyTries { .. } => TOO_MANY_TRIES,
        Refusal::NotFound => NOT_FOUND,
        Refusal::NotForSale => NOT_FOR_SALE,
        Refusal::SlugTaken => SLUG_TAKEN,
        Refusal::SkuTaken => SKU_TAKEN,
        Refusal::SeveralVariants => SEVERAL_VARIANTS,
        Refusal::VersionMismatch { .. } | Refusal::ChangedMeanwhile { .. } => STALE_VERSION,
        Refusal::CountBelowReserved { .. } => COUNT_BELOW_RESERVED,
        Refusal::AddressBookFull { .. } => ADDRESS_BOOK_FULL,
        Refusal::CartFull { .. } => CART_FULL,
        Refusal::CartEmpty => CART_EMPTY,
        Refusal::CustomerHasOpenOrder { .. } => CUSTOMER_HAS_OPEN_ORDER,
        Refusal::CustomerIsStaff => CUSTOMER_IS_STAFF,
        Refusal::OrdersUnderWay { .. } => ORDERS_UNDER_WAY,
        Refusal::WorksHereStill => WORKS_HERE_STILL,
        Refusal::AddressUnconfirmed => ADDRESS_UNCONFIRMED,
        Refusal::LastOwner => LAST_OWNER,
        Refusal::InvitationOver => INVITATION_OVER,
        Refusal::LinkOver => LINK_OVER,
        Refusal::CartChanged { .. } => CART_CHANGED,
        Refusal::NotEnoughStock { .. } => NOT_ENOUGH_STOCK,
        Refusal::KeyReused => KEY_REUSED,
        Refusal::IllegalStep { .. } | Refusal::IllegalStatus { .. } => ILLEGAL_STEP,
        Refusal::NotPayableYet => NOT_PAYABLE_YET,
        Refusal::PayTimeOver => PAY_TIME_OVER,
        Refusal::TooManyUnpaid { .. } => TOO_MANY_UNPAID,
        Refusal::NotTakenOnline { .. } => NOT_TAKEN_ONLINE,
        Refusal::PaymentDeclined => PAYMENT_DECLINED,
        Refusal::PaymentNotAccepted { .. } => PAYMENT_NOT_ACCEPTED,
        Refusal::RefundOfProvider => REFUND_OF_PROVIDER,
        Refusal::RefundEnded => REFUND_ENDED,
        Refusal::RefundTooLarge { .. } => REFUND_TOO_LARGE,
        Refusal::PartlyShipped => PARTLY_SHIPPED,
        Refusal::IllegalReturnStep => ILLEGAL_RETURN_STEP,
        Refusal::NotSentYet => NOT_SENT_YET,
        Refusal::NothingToReturn => NOTHING_TO_RETURN,
        Refusal::ReturnTooLate { .. } => RETURN_TOO_LATE,
        Refusal::NothingToShip => NOTHING_TO_SHIP,
    }
}

/// The kind of an error that something around the API made, of which only the status is known.
pub fn of_status(status: StatusCode) -> Kind {
    match status {
        // Only a request from another site is turned away without further words.
        StatusCode::FORBIDDEN => FROM_ELSEWHERE,
        StatusCode::UNAUTHORIZED => SIGN_IN_NEEDED,
        StatusCode::UNPROCESSABLE_ENTITY => INVALID,
        StatusCode::TOO_MANY_REQUESTS => TOO_MANY_TRIES,
        StatusCode::CONFLICT => Kind { status, ..REFUSED },
        _ => ALL
            .iter()
            .copied()
            .find(|kind| kind.status == status)
            .unwrap_or(Kind { status, ..if status.is_server_error() { BROKEN } else { REFUSED } }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_name_of_its_own() {
        let mut names: Vec<_> = ALL.iter().map(|k| k.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn a_kind_has_the_status_that_pages_give_the_refusal() {
        use shop::domain::{OrderStatus, Problem, Step};
        let refusals = [
            Refusal::field("name", Problem::Required),
            Refusal::BadAmount,
            Refusal::BadCurrency,
            Refusal::EmailTaken,
            Refusal::WrongCredentials,
            Refusal::SignInNeeded,
            Refusal::StaffOnly,
            Refusal::NotPermitted,
            Refusal::ConfirmNeeded,
            Refusal::SignInOver,
            Refusal::WrongPasskey,
            Refusal::SecondFactorNeeded,
            Refusal::FactorNeeded,
            Refusal::FactorByMail,
            Refusal::CustomerHasOpenOrder { number: 1 },
            Refusal::CustomerIsStaff,
            Refusal::OrdersUnderWay { numbers: vec![1] },
            Refusal::WorksHereStill,
            Refusal::AddressUnconfirmed,
            Refusal::LastOwner,
            Refusal::InvitationOver,
            Refusal::LinkOver,
            Refusal::Busy,
            Refusal::TooManyTries { seconds: 1 },
            Refusal::NotFound,
            Refusal::NotForSale,
            Refusal::SlugTaken,
            Refusal::SkuTaken,
            Refusal::SeveralVariants,
            Refusal::VersionMismatch { current: 2 },
            Refusal::ChangedMeanwhile { names: Vec::new() },
            Refusal::CountBelowReserved { reserved: 1 },
            Refusal::AddressBookFull { most: 20 },
            Refusal::CartFull { most: 50 },
            Refusal::CartEmpty,
            Refusal::CartChanged { parts: Vec::new() },
            Refusal::NotEnoughStock { left: 1 },
            Refusal::KeyReused,
            Refusal::IllegalStep { from: OrderStatus::Paid, step: Step::Pay },
            Refusal::IllegalStatus { from: OrderStatus::Paid, to: OrderStatus::Pending },
            Refusal::NotPayableYet,
            Refusal::PayTimeOver,
            Refusal::TooManyUnpaid { most: 3 },
            Refusal::NotTakenOnline { by_hand: false },
            Refusal::PaymentDeclined,
            Refusal::PaymentNotAccepted { flaw: shop::domain::PaymentFlaw::Late },
            Refusal::RefundOfProvider,
            Refusal::RefundEnded,
            Refusal::PartlyShipped,
            Refusal::IllegalReturnStep,
            Refusal::NotSentYet,
            Refusal::NothingToReturn,
            Refusal::ReturnTooLate { days: 30 },
            Refusal::NothingToShip,
            Refusal::RefundTooLarge {
                left: shop::domain::Money::zero(shop::domain::Currency::USD).amount(),
                currency: "USD".into(),
            },
        ];
        for refusal in refusals {
            assert_eq!(of_refusal(&refusal).status, session::status_of(&refusal), "{refusal}");
        }
    }

    #[test]
    fn every_status_has_a_kind_of_that_status() {
        for code in 400..600 {
            let status = StatusCode::from_u16(code).unwrap();
            assert_eq!(of_status(status).status, status);
        }
        assert_eq!(of_status(StatusCode::NOT_FOUND), NOT_FOUND);
        assert_eq!(of_status(StatusCode::SERVICE_UNAVAILABLE), BUSY);
    }
}
