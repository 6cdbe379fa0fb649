//! The status of a refusal, chosen here once, for pages' scripts and programs alike.

use http::StatusCode;
use shop::domain::Refusal;

pub const fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Invalid { .. } | Refusal::BadAmount | Refusal::BadCurrency | Refusal::KeyReused => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::SignInNeeded | Refusal::WrongCredentials => StatusCode::UNAUTHORIZED,
        Refusal::StaffOnly | Refusal::NotPermitted | Refusal::ConfirmNeeded => StatusCode::FORBIDDEN,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::VersionMismatch { .. } => StatusCode::PRECONDITION_FAILED,
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
        | Refusal::InvitationOver
        | Refusal::LastOwner
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
        | Refusal::NothingToReturn
        | Refusal::ReturnTooLate { .. }
        | Refusal::NothingToShip
        | Refusal::RefundTooLarge { .. } => StatusCode::CONFLICT,
    }
}
