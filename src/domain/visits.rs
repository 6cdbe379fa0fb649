//! How many visitors a day has had, without knowing one of them.
//!
//! Whoever comes falls on one of so many places, on the same one each time that day, and several may share one. From how many
//! are taken follows about how many came (linear counting: Whang, Vander-Zanden and Taylor, 1990), to one in a hundred up to
//! 100,000. What several processes have seen is laid over each other, so nobody counts twice.

/// The places of a day.
pub const VISIT_PLACES: u16 = 32_768;

/// About how many visitors take so many places.
#[expect(clippy::float_arithmetic, reason = "an estimate of people, no money")]
pub fn visitors_of(taken: u32) -> u32 {
    let all = f64::from(VISIT_PLACES);
    // Where all are taken, it were at least as many as this.
    let free = f64::from(u32::from(VISIT_PLACES).saturating_sub(taken)).max(0.5);
    ((all / free).ln() * all).round() as u32
}

/// Whether it is a browser that says this of itself. Robots that mean well say what they are, and most others forget to look
/// like a browser; the rest counts as people.
pub fn is_browser(user_agent: &[u8]) -> bool {
    const OF_ROBOTS: [&[u8]; 8] =
        [b"bot", b"crawl", b"spider", b"slurp", b"preview", b"headless", b"lighthouse", b"http"];
    let says = |word: &[u8]| user_agent.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    user_agent.starts_with(b"Mozilla/") && !OF_ROBOTS.into_iter().any(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_are_taken_tell_how_many_came() {
        for (taken, visitors) in [(0, 0), (1, 1), (100, 100), (1_000, 1_016), (16_384, 22_713), (32_767, 340_696)] {
            assert_eq!(visitors_of(taken), visitors, "{taken}");
        }
        assert!(visitors_of(32_768) > visitors_of(32_767) && visitors_of(u32::MAX) == visitors_of(32_768));
    }

    #[test]
    fn robots_that_say_so_are_no_browsers() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                     Version/18.6 Mobile/15E148 Safari/604.1";
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";
        assert!([chrome, phone, firefox].iter().all(|browser| is_browser(browser.as_bytes())));
        for robot in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17 Safari/605.1.15 (Applebot/0.1)",
            "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 Safari/537.36",
            "Mozilla/5.0 (compatible; Baiduspider/2.0)",
            "facebookexternalhit/1.1",
            "curl/8.5.0",
            "",
        ] {
            assert!(!is_browser(robot.as_bytes()), "{robot}");
        }
    }
}
