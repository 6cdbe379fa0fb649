//! What the pages share: the frame around them, and small parts that carry no noun's meaning.

pub mod api;
mod brand;
mod field;
mod flash;
mod footer;
mod head;
mod header;
mod loaded;
mod not_found;
mod pagination;
pub mod path;
mod picture;
mod price;
mod trouble;

pub use brand::Brand;
pub use field::{Field, FieldProblem, problem_id};
pub use flash::{Flash, FlashNotice, FormProblem, Notice, flash_of};
pub use footer::Footer;
pub use head::{PageHead, Titled};
pub use header::Header;
pub use loaded::loaded;
pub use not_found::NotFound;
pub use pagination::Pagination;
pub use path::{next_page, sign_in_path, with_next};
pub use picture::Picture;
pub use price::Price;
pub use trouble::Trouble;
