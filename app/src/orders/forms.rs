//! The forms of guests' orders.

use shop::domain::{Email, MAX_REVIEW_NAME, MAX_REVIEW_TEXT, MAX_REVIEW_TITLE};

use crate::account::forms::NEW_PASSWORD;
use crate::ui::{FieldSpec, FormSpec};

pub const NUMBER: FieldSpec =
    FieldSpec::text("number", "Order number", "off", 40).hint("It is in every mail about it.");
pub const EMAIL: FieldSpec =
    FieldSpec::text("email", "E-mail", "email", Email::MAX).email().hint("The one you gave when you ordered.");
pub const TRACK: FormSpec = FormSpec { name: "track", fields: &[NUMBER, EMAIL] };

pub const INVITATION: FormSpec = FormSpec { name: "open-account", fields: &[NEW_PASSWORD] };

pub const RETURN_REASON: FieldSpec = FieldSpec::text("reason", "Why?", "off", shop::dto::MAX_WORDS);
/// Its summary leads to the first of the lines.
pub const RETURN_ITEMS: FieldSpec = FieldSpec::text("items", "Items to send back", "off", 1);
pub const RETURN: FormSpec = FormSpec { name: "return", fields: &[RETURN_ITEMS, RETURN_REASON] };

pub const REVIEW_STARS: FieldSpec = FieldSpec::select("stars", "Your rating", "off");
pub const REVIEW_TITLE: FieldSpec = FieldSpec::text("title", "In a few words", "off", MAX_REVIEW_TITLE).optional();
pub const REVIEW_TEXT: FieldSpec = FieldSpec::text("text", "Your review", "off", MAX_REVIEW_TEXT)
    .hint("What did you like, and what not? Plain words, without addresses of websites.");
pub const REVIEW_NAME: FieldSpec = FieldSpec::text("name", "Shown name", "nickname", MAX_REVIEW_NAME)
    .hint("Everybody sees it. It need not be your whole name.");
pub const REVIEW: FormSpec =
    FormSpec { name: "write-review", fields: &[REVIEW_STARS, REVIEW_TITLE, REVIEW_TEXT, REVIEW_NAME] };
/// Of the page that a letter which asks for reviews leads to.
pub const KEPT_REQUEST: &str = "review-requests";
