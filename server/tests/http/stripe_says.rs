//! What a test tells the small Stripe of `stripe_relay` to do: somebody pays or gives back there, a bank takes money, it says
//! no, loses an answer, forgets.

use std::sync::atomic::Ordering;

use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::stripe_relay::{REFUNDS, Relay, SESSIONS, event};

impl Relay {
    /// Somebody pays on the page, or their transfer arrives: the webhook that says so, and its signature.
    pub fn paid(&self, id: &str, at: OffsetDateTime) -> (String, String) {
        let mut sessions = self.0.sessions.lock().unwrap();
        let session = sessions.get_mut(id).unwrap();
        session["status"] = json!("complete");
        session["payment_status"] = json!("paid");
        session["payment_intent"] = json!(format!("pi_{id}"));
        event(&format!("evt_{id}"), "checkout.session.completed", session, at)
    }

    /// The session was asked for in other words than will be used.
    pub fn asked_otherwise(&self, id: &str) {
        self.0.sessions.lock().unwrap().get_mut(id).unwrap()["asked"] = json!({});
    }

    /// It is in no list.
    pub fn forgotten(&self, id: &str) {
        self.0.sessions.lock().unwrap().get_mut(id).unwrap()["client_reference_id"] = json!(null);
    }

    /// It is not there any more, as with another account.
    pub fn loses(&self, id: &str) {
        self.0.sessions.lock().unwrap().remove(id).unwrap();
    }

    /// Somebody gives back in the dashboard: the webhook that says so.
    pub fn given_back(&self, session: &str, units: i64, at: OffsetDateTime) -> (String, String) {
        let mut refunds = self.0.refunds.lock().unwrap();
        let (intent, id) = (format!("pi_{session}"), format!("re_dashboard_{}", refunds.len()));
        refunds.push(json!({ "id": id, "object": "refund", "amount": units, "currency": "usd", "status": "succeeded",
            "payment_intent": intent, "metadata": null }));
        let charge = json!({ "object": "charge", "payment_intent": intent, "amount_refunded": units });
        event(&format!("evt_{id}"), "charge.refunded", &charge, at)
    }

    /// The buyer's bank asks for the money, or has decided: the webhook that says so.
    pub fn disputed(&self, session: &str, units: i64, status: &str, at: OffsetDateTime) -> (String, String) {
        let intent = format!("pi_{session}");
        let dispute = json!({ "id": format!("dp_{session}"), "object": "dispute", "amount": units, "currency": "usd",
            "status": status, "payment_intent": intent });
        let mut disputes = self.0.disputes.lock().unwrap();
        disputes.retain(|known| known["id"] != dispute["id"]);
        disputes.push(dispute.clone());
        event(&format!("evt_{session}_{status}"), "charge.dispute.updated", &dispute, at)
    }

    /// A webhook of this kind about this object, and its signature.
    pub fn news(&self, kind: &str, object: &Value, at: OffsetDateTime) -> (String, String) {
        event(&format!("evt_{kind}"), kind, object, at)
    }

    /// It says no to sessions that are asked for, so often.
    pub fn makes_no_session(&self, status: u16, code: &str, times: usize) {
        self.say_no(SESSIONS, status, code, times);
    }

    /// It says no to refunds that are asked for, until it says yes again.
    pub fn gives_nothing_back(&self, status: u16, code: &str) {
        self.say_no(REFUNDS, status, code, usize::MAX);
    }

    fn say_no(&self, path: &'static str, status: u16, code: &str, times: usize) {
        let status = StatusCode::from_u16(status).unwrap();
        self.0.says_no.lock().unwrap().insert(path, (status, code.to_owned(), times));
    }

    /// It takes what it did not.
    pub fn says_yes_again(&self) {
        self.0.says_no.lock().unwrap().clear();
    }

    /// A day has passed: what a key was used for is forgotten.
    pub fn forgets_keys(&self) {
        self.0.by_key.lock().unwrap().clear();
        self.0.refund_answers.lock().unwrap().clear();
    }

    /// The next refund is made, and nobody hears that it was.
    pub fn loses_next_answer(&self) {
        self.0.loses_next_answer.store(true, Ordering::Relaxed);
    }

    /// What was given back is in no list yet, as while two ask at once.
    pub fn hides_refunds(&self, hides: bool) {
        self.0.hides_refunds.store(hides, Ordering::Relaxed);
    }

    /// Refunds that are asked for from now on stand so.
    pub fn refunds_become(&self, status: &str) {
        *self.0.refund_status.lock().unwrap() = status.to_owned();
    }

    /// However many are asked for, a page of a list has no more than so many.
    pub fn lists_by(&self, most: usize) {
        self.0.lists_by.store(most, Ordering::Relaxed);
    }

    /// What was given back, in its smallest units.
    pub fn refunds_made(&self) -> Vec<i64> {
        self.0.refunds.lock().unwrap().iter().map(|refund| refund["amount"].as_i64().unwrap()).collect()
    }
}
