//! The pages of the back office, as they are routed: `http/admin` and `http/roles` look at each of them.

/// Of the back office: `http/admin` looks at them.
const STAFFS: [&str; 45] = [
    "/admin",
    "/admin/orders",
    "/admin/orders/:id",
    "/admin/orders/:id/address",
    "/admin/orders/:id/message",
    "/admin/products",
    "/admin/products/new",
    "/admin/products/bulk",
    "/admin/products/:id",
    "/admin/products/:id/options",
    "/admin/stock",
    "/admin/stock/count",
    "/admin/stock/:id",
    "/admin/content",
    "/admin/content/new-page",
    "/admin/content/pages/:slug",
    "/admin/categories",
    "/admin/categories/:id",
    "/admin/new-category",
    "/admin/synonyms",
    "/admin/import",
    "/admin/import/:id",
    "/admin/reviews",
    "/admin/reviews/:id",
    "/admin/promotions",
    "/admin/promotions/new",
    "/admin/promotions/:id",
    "/admin/shipping",
    "/admin/shipping/new",
    "/admin/shipping/:id",
    "/admin/tax",
    "/admin/tax/rates",
    "/admin/business",
    "/admin/confirm",
    "/admin/customers",
    "/admin/customers/:id",
    "/admin/staff",
    "/admin/keys",
    "/admin/webhooks",
    "/admin/webhooks/:id",
    "/admin/mail",
    "/admin/mail/samples",
    "/admin/mail/:id",
    "/admin/events",
    "/admin/audit",
];

/// Every page of the back office, with these ids in their places.
pub fn staffs(id_of: impl Fn(&str) -> String) -> Vec<String> {
    STAFFS
        .map(
            |route| {
                if route.contains(":id") {
                    route.replace(":id", &id_of(route))
                } else {
                    route.replace(":slug", "terms")
                }
            },
        )
        .into()
}

/// Their addresses as they are routed.
pub fn staffs_routes() -> impl Iterator<Item = &'static str> {
    STAFFS.into_iter()
}
