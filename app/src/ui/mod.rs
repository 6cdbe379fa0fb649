//! Parts that pages are made of. They carry no noun's meaning and know none.

mod brand;
mod field;
mod field_value;
mod flash;
pub mod form;
mod head;
mod loaded;
mod moment;
mod pagination;
pub mod path;
mod picture;
mod price;
mod rights;
mod trouble;

pub use brand::Brand;
pub use field::{DefaultButton, Field, FieldProblem, SelectField, problem_id};
pub use field_value::field_value;
pub use flash::{Flash, FlashNotice, FormProblem, flash_of};
pub use form::{FieldSpec, FormSpec};
pub use head::{PageHead, ReloadWithoutScripts, Titled};
pub use loaded::loaded;
pub use moment::{Moment, ShopTime, local_time};
pub use pagination::Pagination;
pub use path::{next_page, sign_in_path, with_next};
pub use picture::Picture;
pub use price::Price;
pub use rights::{Rights, may};
pub use trouble::{NotFoundPart, Trouble};
