//! Parts that pages are made of. They carry no noun's meaning and know none.

mod field;
mod field_value;
mod flash;
pub mod form;
mod picture;
mod price;
mod written;

pub use field::{DefaultButton, Field, FieldProblem, LinesField, SelectField, problem_id};
pub use field_value::field_value;
pub use flash::{Flash, FlashNotice, FormProblem, flash_of};
pub use form::{FieldSpec, FormSpec};
pub use picture::Picture;
pub use price::{LowestPrice, Price};
pub use written::{Inside, Written, written};

// What only the server renders.
cfg_select! {
    feature = "ssr" => {
        mod brand;
        mod delivery_and_returns;
        mod empty;
        mod fingerprint;
        mod head;
        mod loaded;
        mod location;
        mod made_once;
        mod moment;
        mod pagination;
        pub mod path;
        mod qr;
        mod recently_viewed;
        mod rights;
        mod stars;
        mod strength;
        mod trouble;

        pub use brand::Brand;
        pub use delivery_and_returns::DeliveryAndReturns;
        pub use empty::Empty;
        pub use fingerprint::hash;
        pub use head::{LANGUAGE, PageHead, SharedPicture, Titled};
        pub use loaded::loaded;
        pub use location::{Location, RouteParams};
        pub use made_once::{MadeOnce, Pieces};
        pub use moment::{Moment, ShopTime, local_time};
        pub use pagination::Pagination;
        pub use path::{next_page, sign_in_path, with_next};
        pub use qr::{QrImage, QrView};
        pub use recently_viewed::RecentlyViewed;
        pub use rights::{Rights, may};
        pub use stars::{StarRow, StarsField};
        pub use strength::PasswordStrength;
        pub use trouble::{NotFoundPart, Trouble};
    }
    _ => {}
}
