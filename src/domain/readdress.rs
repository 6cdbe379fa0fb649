//! Whether an order may go elsewhere: while it is still here, and only to where shipping and tax are the same.

use super::{AddressFormat, OrderStatus, Problem, Refusal, ShippingAddress};

/// Nothing of it lies packed or has left. What is packed is unpacked first.
pub const fn can_be_readdressed(status: OrderStatus, is_packed: bool, has_left: bool) -> bool {
    matches!(status, OrderStatus::Pending | OrderStatus::Paid) && !is_packed && !has_left
}

/// What an order comes to depends on its country, its state and the buyer's tax number: those stay.
///
/// # Errors
/// `Invalid` with `country`, `region` or `tax_number`.
pub fn stays_in_place(before: &ShippingAddress, after: &ShippingAddress) -> Result<(), Refusal> {
    let region = |address: &ShippingAddress| {
        let region = address.region.as_deref()?;
        // Earlier releases kept it as it was typed.
        let known = AddressFormat::of(&address.country).find_region(region);
        Some(known.map_or_else(|| region.to_owned(), |known| known.code.to_owned()))
    };
    let other = |field: &str| Err(Refusal::field(field, Problem::OtherDestination));
    if before.country != after.country {
        other("country")
    } else if region(before) != region(after) {
        other("region")
    } else if before.tax_number != after.tax_number {
        other("tax_number")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_california(region: &str) -> ShippingAddress {
        ShippingAddress {
            name: "Ada".into(),
            line1: "1 Main Street".into(),
            line2: None,
            city: Some("Fresno".into()),
            region: Some(region.into()),
            postal_code: Some("93650".into()),
            country: "US".into(),
            district: None,
            company: None,
            tax_number: None,
            phone: None,
        }
    }

    #[test]
    fn only_what_is_still_here_goes_elsewhere() {
        for (status, is_packed, has_left, expected) in [
            (OrderStatus::Pending, false, false, true),
            (OrderStatus::Paid, false, false, true),
            (OrderStatus::Paid, true, false, false),
            (OrderStatus::Paid, false, true, false),
            (OrderStatus::Shipped, false, true, false),
            (OrderStatus::Completed, false, true, false),
            (OrderStatus::Cancelled, false, false, false),
        ] {
            assert_eq!(can_be_readdressed(status, is_packed, has_left), expected, "{status:?} {is_packed} {has_left}");
        }
    }

    #[test]
    fn it_stays_where_shipping_and_tax_are_the_same() {
        let before = in_california("CA");
        let street = ShippingAddress { line1: "2 Main Street".into(), ..before.clone() };
        assert_eq!(stays_in_place(&before, &street), Ok(()));
        assert_eq!(stays_in_place(&in_california("California"), &street), Ok(()), "as it was kept before");
        for (after, field) in [
            (ShippingAddress { country: "CA".into(), ..before.clone() }, "country"),
            (in_california("NV"), "region"),
            (ShippingAddress { region: None, ..before.clone() }, "region"),
            (ShippingAddress { tax_number: Some("1".into()), ..before.clone() }, "tax_number"),
        ] {
            let refusal = stays_in_place(&before, &after).unwrap_err();
            assert_eq!(refusal.problem_of(field), Some(&Problem::OtherDestination), "{field}");
        }
    }
}
