//! The same facts are the same bytes, and nothing of the day or the machine is in them.

use crate::cases;

#[test]
fn the_same_paper_gives_the_same_bytes() {
    for (name, paper) in cases::electronic().into_iter().chain([("dinar", cases::dinar())]) {
        let first = papers::pdf(&paper).unwrap();
        // Another thread has other seeds for its hash maps.
        let again = std::thread::spawn(move || papers::pdf(&paper).unwrap()).join().unwrap();
        assert!(first == again, "{name} differs");
    }
}

#[test]
fn only_currencies_with_at_most_two_decimals_have_xml() {
    assert!(papers::xml(&cases::yen()).unwrap().is_some());
    assert!(papers::xml(&cases::dinar()).unwrap().is_none());
    let file = papers::pdf(&cases::dinar()).unwrap();
    assert!(!file.windows(12).any(|word| word == b"factur-x.xml"));
}
