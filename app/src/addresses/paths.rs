//! Where the address book stands.

pub const BOOK: &str = "/account/addresses";
/// In the place of an id: an address that is not in the book yet.
pub const NEW: &str = "new";

/// The page of one address; an id that was left out means a new one.
pub fn entry_path(id: &str) -> String {
    format!("{BOOK}/{}", if id.is_empty() { NEW } else { id })
}
