//! The field of the shipping methods: of the page's form, and of the island that follows what is chosen.

use crate::ui::FieldSpec;

/// One button for each method; the first problem stands beside them all.
pub const METHOD: FieldSpec = FieldSpec::select("shipping_method", "Shipping method", "off");
