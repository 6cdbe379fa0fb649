//! The first page of the back office: the days that are asked for, and what sold best in them.

use shop::domain::Money;
use shop::dto::{HomeQuery, SalesView};
use sqlx::{Connection as _, PgConnection};
use time::{Date, Duration};

use crate::fulfilment::Paid;
use crate::harness::{Everything, usd};

type Sold = Vec<(String, u32, Money, Money)>;

fn best(sales: &SalesView) -> Sold {
    sales.best.iter().flatten().map(|best| (best.name.clone(), best.units, best.sales, best.sales_before)).collect()
}

#[tokio::test]
async fn the_first_page_tells_of_the_days_that_are_asked_for_and_of_what_sold_best_in_them() {
    let Paid { shop, ada, staff, id, .. } = Paid::order().await;
    let placed = shop.shop.local_time(shop.order(ada, id).await.created_at).date();
    let home = async |from: Option<Date>, to: Option<Date>| {
        let query = HomeQuery { from, to };
        shop.shop.staff_home_of(staff.may(), &query).await.unwrap().sales.unwrap()
    };
    let (mugs, cups, nothing) = (usd("29.97"), usd("5.00"), usd("0.00"));
    let now: Sold = vec![("Product MUG".into(), 3, mugs, nothing), ("Product CUP".into(), 1, cups, nothing)];
    assert_eq!(best(&home(None, None).await), now);
    // Somebody orders and does not pay: nothing was sold.
    shop.place_reserved(ada, &[("CUP", "5")]).await;
    assert_eq!(best(&home(None, None).await), now);
    shop.clock.advance(Duration::days(10));
    let today = placed + Duration::days(10);
    let paid = shop.place_reserved(ada, &[("CUP", "2")]).await;
    shop.shop.pay_order(ada, paid, shop::usecase::SandboxOutcome::Approve).await.unwrap();
    shop.deliver().await;

    let all = home(None, None).await;
    assert_eq!((all.today, all.orders, all.orders_before, all.days.len()), (today, 2, 0, 30));
    let week = home(Some(today - Duration::days(6)), None).await;
    assert_eq!((week.days.len(), week.before.len(), week.orders, week.orders_before), (7, 7, 1, 1));
    assert_eq!(best(&week), [("Product CUP".to_owned(), 2, usd("10.00"), cups)], "beside the days before");
    // What came after the last day counts in neither half.
    let then = home(Some(placed), Some(placed)).await;
    assert_eq!((then.orders, then.orders_before, then.days.len()), (1, 0, 1));
    assert_eq!((then.days[0].date, best(&then)), (placed, now));
    let between = home(Some(placed + Duration::DAY), Some(today - Duration::DAY)).await;
    assert_eq!((between.days.len(), between.orders, between.orders_before), (9, 0, 1));
    assert_eq!((best(&between), between.sales_before), (Sold::new(), then.sales));
    shop.done().await;
}

#[tokio::test]
async fn the_page_is_there_where_what_sold_best_cannot_be_added_up() {
    let Paid { shop, staff, .. } = Paid::order().await;
    let mut gate = PgConnection::connect(&shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table order_items in access exclusive mode").execute(&mut gate).await.unwrap();
    let sales = shop.shop.staff_home(staff.may()).await.unwrap().sales.unwrap();
    assert_eq!((sales.orders, sales.best), (1, None));
    gate.close().await.unwrap();
    let sales = shop.shop.staff_home(staff.may()).await.unwrap().sales.unwrap();
    assert_eq!(sales.best.map(|best| best.len()), Some(2));
    shop.done().await;
}
