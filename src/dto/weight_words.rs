//! What goods weigh, in words.

/// `350 g`; from a kilogram on `1.2 kg`, as exact as it is known.
pub fn weight(grams: u32) -> String {
    if grams < 1_000 {
        return format!("{grams} g");
    }
    let (kilograms, rest) = (grams / 1_000, format!("{:03}", grams % 1_000));
    match rest.trim_end_matches('0') {
        "" => format!("{kilograms} kg"),
        rest => format!("{kilograms}.{rest} kg"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_told_in_grams_or_kilograms() {
        for (grams, words) in
            [(1, "1 g"), (999, "999 g"), (1_000, "1 kg"), (1_250, "1.25 kg"), (10_005, "10.005 kg"), (2_100, "2.1 kg")]
        {
            assert_eq!(weight(grams), words);
        }
    }
}
