//! What the page of the audit log asks of the core.

use shop::dto::{AuditList, AuditVerdict};

use crate::ShopError;

/// The log before this position; 0: from its end.
pub async fn load_audit(before: i64) -> Result<AuditList, ShopError> {
    let before = Some(before).filter(|before| *before > 0);
    crate::ssr::staff_page(|shop, by| async move { shop.audit_log(by, before).await }).await
}

/// Whether the chain of the log holds.
pub async fn verify_audit() -> Result<AuditVerdict, ShopError> {
    use shop::domain::{May, permit};
    crate::ssr::staff_page(|shop, _: May<permit::Audit>| async move { shop.verify_audit_log().await }).await
}
