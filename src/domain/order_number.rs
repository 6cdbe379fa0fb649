//! The number people know an order by.

use super::Problem;

/// An order's number as people type or paste it: `1042`, `#1042`, ` 1 042 `.
///
/// # Errors
/// `Required` or `NotAnOrderNumber`.
pub fn parse_order_number(text: &str) -> Result<i64, Problem> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    let digits = text.strip_prefix('#').unwrap_or(&text);
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number).ok_or(Problem::NotAnOrderNumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for typed in ["1042", " 1042 ", "#1042", "# 1042", "1\u{a0}042"] {
            assert_eq!(parse_order_number(typed), Ok(1042), "{typed:?}");
        }
        for wrong in ["-1", "+1", "1.5", "1042a", "##1", "#", "٣", "99999999999999999999", "\0"] {
            assert_eq!(parse_order_number(wrong), Err(Problem::NotAnOrderNumber), "{wrong:?}");
        }
        assert_eq!(parse_order_number(" \r\n"), Err(Problem::Required));
    }
}
