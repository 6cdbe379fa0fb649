//! New ids, for whoever needs one here.

use uuid::Uuid;

#[expect(clippy::disallowed_methods, reason = "the measurement's own rows; nothing here is tested against chosen ids")]
pub fn next_id() -> Uuid {
    Uuid::now_v7()
}
