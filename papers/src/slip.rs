//! What is printed for the shop itself: packing slips, and the first page of a print, which names what is not in it.

use time::Date;

/// What goes into the parcels of one order. No price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// What the shop calls itself.
    pub shop: String,
    /// The number of the order, as people read it.
    pub order: String,
    pub placed: Date,
    /// As it is written on a parcel, the name first; empty: it is collected.
    pub deliver_to: Vec<String>,
    /// How it is sent.
    pub shipping: Option<String>,
    /// At least one.
    pub lines: Vec<SlipLine>,
    /// For whoever packs it, a paragraph each. With any, the slip says that it is not for the parcel.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipLine {
    pub name: String,
    /// What was chosen: "Blue, large".
    pub detail: Option<String>,
    pub sku: Option<String>,
    /// Units still to be packed.
    pub quantity: u32,
}

/// The first page, where there is something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    pub title: String,
    /// A paragraph each.
    pub lines: Vec<String>,
}
