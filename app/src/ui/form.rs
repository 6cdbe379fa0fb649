//! A form as it is declared, once: its name and its fields. Labels, inputs, the summary of problems, and what is shown
//! again after a refusal all come from here.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormSpec {
    /// What its outcome is kept under until the next page.
    pub name: &'static str,
    pub fields: &'static [FieldSpec],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// As it is sent, and as the core names it in its refusals.
    pub name: &'static str,
    pub label: &'static str,
    pub kind: FieldKind,
    /// What a browser may fill in: a word of the HTML standard.
    pub autocomplete: &'static str,
    /// The most characters, as the core counts them.
    pub max: Option<u32>,
    /// Of a whole number from 1 on, the greatest.
    pub greatest: Option<u32>,
    pub required: bool,
    pub hint: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Email,
    /// Never shown again, and never cut short: what is too long is said.
    Password,
    Select,
    Tel,
    Number,
}

impl FieldKind {
    /// The input's type.
    pub const fn input(self) -> &'static str {
        match self {
            Self::Text | Self::Select => "text",
            Self::Email => "email",
            Self::Password => "password",
            Self::Tel => "tel",
            Self::Number => "number",
        }
    }

    /// Which keyboard a phone shows, where it is not the one for words.
    pub const fn keyboard(self) -> Option<&'static str> {
        match self {
            Self::Email => Some("email"),
            Self::Number => Some("numeric"),
            Self::Text | Self::Password | Self::Select | Self::Tel => None,
        }
    }
}

impl FieldSpec {
    /// A line that has to be filled in.
    pub const fn text(name: &'static str, label: &'static str, autocomplete: &'static str, max: u32) -> Self {
        Self { max: Some(max), ..Self::of(FieldKind::Text, name, label, autocomplete) }
    }

    /// How many of something: 1 at least.
    pub const fn number(name: &'static str, label: &'static str, autocomplete: &'static str, greatest: u32) -> Self {
        Self { greatest: Some(greatest), ..Self::of(FieldKind::Number, name, label, autocomplete) }
    }

    pub const fn select(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self::of(FieldKind::Select, name, label, autocomplete)
    }

    pub const fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self::of(FieldKind::Password, name, label, autocomplete)
    }

    const fn of(kind: FieldKind, name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { name, label, kind, autocomplete, max: None, greatest: None, required: true, hint: None }
    }

    #[must_use]
    pub const fn email(self) -> Self {
        Self { kind: FieldKind::Email, ..self }
    }

    #[must_use]
    pub const fn tel(self) -> Self {
        Self { kind: FieldKind::Tel, ..self }
    }

    #[must_use]
    pub const fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    #[must_use]
    pub const fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The id of the input, which the summary of problems leads to.
    pub fn id(&self) -> String {
        format!("field-{}", plain(self.name))
    }

    pub fn hint_id(&self) -> Option<String> {
        self.hint.map(|_| format!("field-{}-hint", plain(self.name)))
    }
}

/// A name as a part of an id: `billing[city]` is `billing-city`.
pub fn plain(name: &str) -> String {
    name.replace('[', "-").replace(']', "")
}
