//! Orders and customers as tables: harmless, whole, in parts, and written down.

use bytes::Bytes;
use shop::domain::Staff;

use crate::harness::{Everything, TestShop};

fn records(parts: &[Bytes]) -> Vec<csv::StringRecord> {
    let whole = parts.concat();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&whole[..]);
    reader.records().map(Result::unwrap).collect()
}

async fn orders(shop: &TestShop, staff: Staff) -> Vec<csv::StringRecord> {
    let begun = shop.shop.begin_orders_export(staff.may()).await.unwrap();
    let (mut parts, mut next) = (Vec::new(), Some(0));
    while let Some(number) = next {
        let part = shop.shop.export_orders(begun, number).await.unwrap();
        parts.push(part.csv);
        next = part.next;
    }
    records(&parts)
}

async fn customers(shop: &TestShop, staff: Staff) -> Vec<csv::StringRecord> {
    let begun = shop.shop.begin_customers_export(staff.may()).await.unwrap();
    let part = shop.shop.export_customers(begun, None).await.unwrap();
    let (mut parts, mut next) = (vec![part.csv], part.next);
    while next.is_some() {
        let part = shop.shop.export_customers(begun, next).await.unwrap();
        parts.push(part.csv);
        next = part.next;
    }
    records(&parts)
}

#[tokio::test]
async fn orders_leave_with_a_row_for_each_line_and_their_sums_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5), ("CUP", "5.00", 5)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "2"), ("CUP", "1")]).await;
    shop.execute("update orders set shipping_address = jsonb_set(shipping_address, '{name}', '\"=1+1\"')").await;
    shop.execute("update order_items set name = '@cup' where sku = 'CUP'").await;
    let order = shop.order(ada, id).await;
    let rows = orders(&shop, staff).await;
    assert_eq!((rows.len(), &rows[0][0], rows[0].len()), (3, "Order", 25), "{rows:?}");
    assert_eq!((&rows[1][0], &rows[1][3], &rows[1][4]), (&*order.number.to_string(), "ada@example.org", "'=1+1"));
    assert_eq!((&rows[1][11], &rows[1][12], &rows[1][13]), ("GB", "USD", "23.00"));
    assert_eq!((&rows[1][17], &rows[2][17], &rows[2][0]), (&*order.total.amount().to_string(), "", &rows[1][0]));
    let items: Vec<_> =
        rows[1..].iter().map(|row| (row[19].to_owned(), row[22].to_owned(), row[24].to_owned())).collect();
    let item = |name: &str, count: &str, total: &str| (name.to_owned(), count.to_owned(), total.to_owned());
    assert_eq!(items, [item("Product MUG", "2", "18.00"), item("'@cup", "1", "5.00")]);
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    assert_eq!(log[0].action, "orders.exported");
    shop.done().await;
}

#[tokio::test]
async fn customers_leave_in_parts_accounts_first_and_each_guest_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    shop.execute("update users set role = 'staff', staff_role = 'owner'").await;
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.execute(
        "insert into users (id, email, name, password_hash, created_at)
            select gen_random_uuid(), 'user' || n || '@example.org', '+user ' || n, '-', now() from generate_series(1, 450) n;
         update orders set user_id = null, email = 'Guest@example.org'",
    )
    .await;
    let rows = customers(&shop, staff).await;
    assert_eq!(rows.len(), 1 + 451 + 1, "a head, the accounts and a guest");
    assert_eq!(rows.iter().filter(|row| row[0].starts_with("'+user ")).count(), 450);
    let guest = rows.last().unwrap();
    assert_eq!((&guest[1], &guest[2], &guest[4]), ("Guest@example.org", "no", "1"));
    let addresses: std::collections::BTreeSet<_> = rows.iter().map(|row| row[1].to_owned()).collect();
    assert_eq!(addresses.len(), rows.len(), "nobody twice");
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    assert_eq!(log[0].action, "customers.exported");
    shop.execute(
        "update orders set user_id = (select id from users where email = 'ada@example.org'), email = 'ada@example.org'",
    )
    .await;
    shop.done().await;
}
