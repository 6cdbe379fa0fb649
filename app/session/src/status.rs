//! The status of a refusal, chosen here once, for pages' scripts and programs alike.

use http::StatusCode;
use shop::domain::Refusal;

pub const fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Invalid { .. }
        | Refusal::BadAmount
        | Refusal::BadCurrency
        | Refusal::KeyReused
        | Refusal::WrongPasskey => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::SignInNeeded | Refusal::WrongCredentials | Refusal::SignInOver | Refusal::SecondFactorNeeded => {
            StatusCode::UNAUTHORIZED
        }
        Refusal::StaffOnly
        | Refusal::NotPermitted
        | Refusal::ConfirmNeeded
        | Refusal::FactorNeeded
        | Refusal::FactorByMail => StatusCode::FORBIDDEN,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::VersionMismatch { .. } | Refusal::ChangedMeanwhile { .. } => StatusCode::PRECONDITION_FAILED,
        Refusal::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::EmailTaken
        | Refusal::NotForSale
        | Refusal::SlugTaken
        | Refusal::SkuTaken
        | Refusal::SeveralVariants
        | Refusal::CountBelowReserved { .. }
        | Refusal::AddressBookFull { .. }
        | Refusal::CartFull { .. }
        | Refusal::CartEmpty
        | Refusal::CustomerHasOpenOrder { .. }
        | Refusal::CustomerIsStaff
        | Refusal::OrdersUnderWay { .. }
        | Refusal::WorksHereStill
        | Refusal::AddressUnconfirmed
        | Refusal::InvitationOver
        | Refusal::LastOwner
        | Refusal::LinkOver
        | Refusal::CartChanged { .. }
        | Refusal::NotEnoughStock { .. }
        | Refusal::IllegalStep { .. }
        | Refusal::IllegalStatus { .. }
        | Refusal::NotPayableYet
        | Refusal::PayTimeOver
        | Refusal::TooManyUnpaid { .. }
        | Refusal::NotTakenOnline { .. }
        | Refusal::PaymentDeclined
        | Refusal::PaymentNotAccepted { .. }
        | Refusal::RefundOfProvider
        | Refusal::RefundEnded
        | Refusal::PartlyShipped
        | Refusal::IllegalReturnStep
        | Refusal::NotSentYet
        | Refusal::NothingToReturn
        | Refusal::ReturnTooLate { .. }
        | Refusal::NothingToShip
        | Refusal::RefundTooLarge { .. } => StatusCode::CONFLICT,
    }
}
