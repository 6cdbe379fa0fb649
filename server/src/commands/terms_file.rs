//! The shop's terms, as the file of its settings has them.

use serde::{Deserialize, Serialize};
use shop::domain::{ManualPayment, Problem, Refusal};
use shop::usecase::SavedTerms;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileReturns {
    /// After the last parcel.
    pub days: u32,
}

impl FileReturns {
    pub fn read(self) -> Result<u32, Refusal> {
        let max = SavedTerms::MOST_RETURN_DAYS;
        if self.days <= max { Ok(self.days) } else { Err(Refusal::field("days", Problem::OutOfRange { min: 0, max })) }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileManualPayment {
    enabled: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    instructions: String,
    #[serde(default = "some_days")]
    days: u32,
}

const fn some_days() -> u32 {
    ManualPayment::DAYS
}

impl FileManualPayment {
    pub fn of(manual: Option<&ManualPayment>) -> Self {
        match manual {
            Some(ManualPayment { instructions, days }) => {
                Self { enabled: true, instructions: instructions.clone(), days: *days }
            }
            None => Self { enabled: false, instructions: String::new(), days: ManualPayment::DAYS },
        }
    }

    /// None: not at all.
    pub fn read(self) -> Result<Option<ManualPayment>, Refusal> {
        self.enabled.then(|| ManualPayment::parse(&self.instructions, self.days)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<ManualPayment>, Refusal> {
        serde_json::from_str::<FileManualPayment>(text).unwrap().read()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let manual = ManualPayment { instructions: "IBAN DE02\nAt pick-up".into(), days: 10 };
        for manual in [Some(manual), None] {
            let text = serde_json::to_string(&FileManualPayment::of(manual.as_ref())).unwrap();
            assert_eq!(read(&text), Ok(manual));
        }
        assert_eq!(read(r#"{"enabled":true,"instructions":"IBAN"}"#).unwrap().map(|m| m.days), Some(7));
        assert!(read(r#"{"enabled":true}"#).unwrap_err().problem_of("instructions").is_some());
        assert_eq!(FileReturns { days: 0 }.read(), Ok(0));
        assert!(FileReturns { days: 3651 }.read().unwrap_err().problem_of("days").is_some());
    }
}
