//! Lists of the back office that are sorted otherwise than by age, page by page; and orders that are partly on their way.

use shop::domain::Staff;
use shop::dto::{OrderQuery, OrderSort, ProductQuery, ProductSort, ShipmentForm, StockQuery, StockSort};

use crate::fulfilment::Paid;
use crate::harness::{Everything, TestShop};

/// Each order's number and what it comes to, page by page.
async fn orders(shop: &TestShop, by: Staff, sort: OrderSort) -> Vec<(i64, u64)> {
    let (mut query, mut seen) = (OrderQuery { sort, ..OrderQuery::default() }, Vec::new());
    loop {
        let list = shop.shop.staff_orders(by.may(), &query).await.unwrap();
        seen.extend(list.orders.iter().map(|order| (order.number, order.total.minor_units())));
        match list.next {
            Some(next) => query = next,
            None => return seen,
        }
    }
}

#[tokio::test]
async fn orders_are_sorted_by_age_and_by_what_they_come_to_over_all_pages() {
    let Paid { shop, staff, .. } = Paid::order().await;
    shop.execute(
        "insert into orders (id, number, email, status, reservation, currency, total, created_at, expires_at, updated_at)
         select gen_random_uuid(), 100000 + n, 'x@example.org', 'pending', 'pending', 'USD', n % 7, now(), now(), now()
         from generate_series(1, 120) n",
    )
    .await;
    let newest = orders(&shop, staff, OrderSort::Newest).await;
    assert_eq!(newest.len(), 121);
    let mut oldest = newest.clone();
    oldest.reverse();
    assert_eq!(orders(&shop, staff, OrderSort::Oldest).await, oldest);
    let mut by_total = newest;
    by_total.sort_by_key(|(number, total)| std::cmp::Reverse((*total, *number)));
    assert_eq!(orders(&shop, staff, OrderSort::Total).await, by_total, "many come to the same");
    shop.execute("delete from orders where number > 100000").await;
    shop.done().await;
}

#[tokio::test]
async fn products_are_sorted_by_name_and_by_price_over_all_pages() {
    let shop = TestShop::open().await;
    let staff = Staff(shop.register("Staff").await.id);
    let skus: Vec<_> = (0..120).map(|n| format!("SKU{:03}", (n * 37) % 120)).collect();
    let prices = ["3.00", "1.00", "2.00"];
    let shelf: Vec<_> = skus.iter().zip(prices.iter().cycle()).map(|(sku, price)| (sku.as_str(), *price, 1)).collect();
    shop.stock_shelves(&shelf).await;
    let all = async |sort: ProductSort| {
        let (mut query, mut seen) = (ProductQuery { sort, ..ProductQuery::default() }, Vec::new());
        loop {
            let list = shop.shop.staff_products(staff.may(), &query).await.unwrap();
            seen.extend(
                list.products.into_iter().map(|product| (product.price.minor_units(), product.id, product.name)),
            );
            match list.next {
                Some(next) => query = next,
                None => return seen,
            }
        }
    };
    let newest = all(ProductSort::Newest).await;
    assert_eq!(newest.len(), 120);
    let mut by_name = newest.clone();
    by_name.sort_by(|one, other| one.2.cmp(&other.2));
    assert_eq!(all(ProductSort::Name).await, by_name);
    let mut by_price = newest;
    by_price.sort_by_key(|(price, id, _)| (*price, id.0));
    assert_eq!(all(ProductSort::Price).await, by_price, "forty cost the same");
    shop.done().await;
}

#[tokio::test]
async fn stock_is_sorted_by_how_much_there_is_over_all_pages() {
    let shop = TestShop::open().await;
    let staff = Staff(shop.register("Staff").await.id);
    let skus: Vec<_> = (0..120).map(|n| format!("SKU{n:03}")).collect();
    let shelf: Vec<_> = skus.iter().zip((0..7).cycle()).map(|(sku, stock)| (sku.as_str(), "1.00", stock)).collect();
    shop.stock_shelves(&shelf).await;
    let all = async |sort: StockSort| {
        let (mut query, mut seen) = (StockQuery { sort, ..StockQuery::default() }, Vec::new());
        loop {
            let list = shop.shop.stock_list(staff.may(), &query).await.unwrap();
            seen.extend(list.rows.into_iter().map(|row| (row.stock, row.id.0, row.sku)));
            match list.next {
                Some(next) => query = next,
                None => return seen,
            }
        }
    };
    let by_sku = all(StockSort::Sku).await;
    assert_eq!(by_sku.iter().map(|(.., sku)| sku).collect::<Vec<_>>(), skus.iter().collect::<Vec<_>>());
    let mut fewest = by_sku;
    fewest.sort_by_key(|(stock, id, _)| (*stock, *id));
    assert_eq!(all(StockSort::Fewest).await, fewest, "of many there are as few");
    shop.done().await;
}

#[tokio::test]
async fn an_order_of_which_a_parcel_has_left_is_found_until_the_last_one_has() {
    let Paid { shop, staff, id, mug, .. } = Paid::order().await;
    let found = async || {
        let query = OrderQuery::of_search("packing=partly_sent");
        shop.shop.staff_orders(staff.may(), &query).await.unwrap().orders.len()
    };
    assert_eq!(found().await, 0);
    let parcel = ShipmentForm { items: Some(vec![(mug, 2)]), ..ShipmentForm::default() };
    shop.shop.ship_order(staff.may(), id, &parcel, None).await.unwrap();
    assert_eq!(found().await, 1);
    shop.shop.ship_order(staff.may(), id, &ShipmentForm::default(), None).await.unwrap();
    assert_eq!(found().await, 0, "it is shipped");
    shop.done().await;
}
