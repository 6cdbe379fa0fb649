//! `/admin/audit`: what staff changed, and whether the log of it is whole.

use leptos::prelude::*;
use shop::dto::{AuditEntry, AuditList, AuditVerdict};

use super::audit_api::{load_audit, verify_audit};
use super::parts::{DeskHead, EmptyList, Further};
use super::paths::{CONTENT, KEYS_PATH, page_path, synonyms_path};
use crate::ui::{Location, Moment, Written, loaded};

#[component]
pub fn AuditPage() -> impl IntoView {
    let before = Location::asked("before").and_then(|text| text.parse().ok()).unwrap_or(0);
    let is_asked = Location::asked("verify").is_some();
    let read = async move {
        let verdict = if is_asked { Some(verify_audit().await?) } else { None };
        Ok((load_audit(before).await?, verdict))
    };
    loaded(read, move |(list, verdict)| view! { <Log list verdict before /> })
}

#[component]
fn Log(list: AuditList, verdict: Option<AuditVerdict>, before: i64) -> impl IntoView {
    let is_empty = list.entries.is_empty();
    let next = list.next.map(|before| format!("/admin/audit?before={before}"));
    view! {
        <DeskHead title="Audit log">
            <a class="button-quiet" href="/admin/audit?verify=yes">
                "Check the chain"
            </a>
        </DeskHead>
        {verdict.map(|verdict| view! { <Verdict verdict /> })}
        {is_empty.then(|| view! { <EmptyList line="Staff have changed nothing yet." /> })}
        <ul class="desk-entries desk-log">
            {list.entries.into_iter().map(|entry| view! { <Entry entry /> }).collect_view()}
        </ul>
        <Further next first=(before > 0).then(|| "/admin/audit".to_owned()) label="Earlier changes" />
    }
    .written()
}

#[component]
fn Verdict(verdict: AuditVerdict) -> impl IntoView {
    let kept = verdict.to_keep();
    let AuditVerdict { rows, flaw, .. } = verdict;
    match flaw {
        None => view! {
            <div class="desk-next" role="status">
                <p>{format!("The chain holds: {rows} entries, none changed and none missing.")}</p>
                {kept
                    .map(|kept| {
                        view! {
                            <p class="desk-code">{kept}</p>
                            <p class="desk-quiet">
                                "Keep this line elsewhere: audit verify --kept tells by it whether the log was made anew or cut short since."
                            </p>
                        }
                    })}
            </div>
        }
        .written(),
        Some(place) => view! {
            <div class="problem" role="alert">
                <p>
                    {format!(
                        "The chain does not hold from entry {place} on: something was changed or taken out by hand.",
                    )}
                </p>
            </div>
        }
        .written(),
    }
}

#[component]
fn Entry(entry: AuditEntry) -> impl IntoView {
    let what = entry.action.replace(['.', '_'], " ");
    let is_gone = entry.action == "customer.anonymised";
    let place = match entry.kind.as_str() {
        "customer" if !is_gone => Some(format!("/admin/customers/{}", entry.subject)),
        "order" => Some(format!("/admin/orders/{}", entry.subject)),
        "review" => Some(format!("/admin/reviews/{}", entry.subject)),
        "product" => Some(format!("/admin/products/{}", entry.subject)),
        "variant" => Some(format!("/admin/stock/{}", entry.subject)),
        "api_key" => Some(KEYS_PATH.to_owned()),
        "content" => Some(CONTENT.to_owned()),
        "page" => Some(page_path(&entry.subject)),
        "category" if entry.action != "category.deleted" => Some(format!("/admin/categories/{}", entry.subject)),
        "synonym" if entry.action != "synonym.deleted" => Some(synonyms_path(&entry.subject)),
        "promotion" if entry.action != "promotion.deleted" => Some(format!("/admin/promotions/{}", entry.subject)),
        "shipping_zone" if entry.action != "shipping.zone_deleted" => {
            Some(format!("/admin/shipping/{}", entry.subject))
        }
        "tax" if entry.action == "tax.rates_changed" => Some(format!("/admin/tax/rates?country={}", entry.subject)),
        "tax" => Some("/admin/tax".to_owned()),
        "webhook" if entry.action != "webhook.removed" => Some(format!("/admin/webhooks/{}", entry.subject)),
        _ => None,
    };
    let has_more = entry.before.is_some() || entry.after.is_some();
    let part = |(name, json): (&'static str, Option<String>)| {
        json.map(|json| {
            view! {
                <p class="desk-more">{name}</p>
                <p class="desk-code">{json}</p>
            }
        })
    };
    let parts = [("Before", entry.before), ("After", entry.after)];
    view! {
        <li>
            <p>
                <span class="desk-place">{entry.position}</span>
                {match place {
                    Some(place) => view! { <a href=place>{what}</a> }.written(),
                    None => what.written(),
                }}
            </p>
            <p class="desk-more">{entry.actor} ", " <Moment at=entry.at /></p>
            {has_more
                .then(|| {
                    view! {
                        <details>
                            <summary>"What changed"</summary>
                            {parts.into_iter().map(part).collect_view()}
                        </details>
                    }
                })}
        </li>
    }
    .written()
}
