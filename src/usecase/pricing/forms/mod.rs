//! The editors of what the shop decides, and what a sample cart would come to under rules that are typed and not saved.

mod example;
mod promotion;
mod rates;
mod targets;
mod zone;
mod zone_fields;

use super::super::editor::{amount, is_on, new_id, optional, require_version, shown, text, version_of, whole};

pub use targets::{RuleFormViews, SampleGoods, SampleLine, TypedTargets};
