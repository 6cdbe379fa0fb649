//! The list of customers: accounts and, by their addresses, guests. Which of a guest's orders stands for them, the first or
//! the last, is asked of an index for each order that is looked at, so that no page reads all orders. Those questions are
//! comparisons with a value and not `not exists`: that would be joined, and then all orders are read for one page.

use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder};

use crate::dto::{CustomerList, CustomerMark, CustomerQuery, CustomerRow, CustomerSort};
use crate::usecase::Result;

use super::super::error::map_sqlx_error;
use super::super::{PgStore, begins, contains, to_i32, to_u32};

pub(super) async fn read(store: &PgStore, query: &CustomerQuery, per_page: u32) -> Result<CustomerList> {
    let most = to_i32(per_page.saturating_add(1));
    let mut sql = match query.sort {
        CustomerSort::Newest => newest(query, most),
        CustomerSort::LastOrder => by_last_order(query, most),
    };
    let (total, Json(mut customers)): (i64, Json<Vec<CustomerRow>>) =
        sql.build_query_as().fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let has_more = customers.len() > per_page as usize;
    customers.truncate(per_page as usize);
    let last = customers.last().filter(|_| has_more).and_then(|row| mark(query.sort, row));
    let next = last.map(|mark| CustomerQuery { before: Some(mark), ..query.clone() });
    Ok(CustomerList { query: query.clone(), customers, total: to_u32(total), next })
}

fn mark(sort: CustomerSort, row: &CustomerRow) -> Option<CustomerMark> {
    let at = match sort {
        CustomerSort::Newest => i64::try_from(row.since.unix_timestamp_nanos() / 1_000).ok()?,
        CustomerSort::LastOrder => row.last_order.as_ref()?.number,
    };
    Some(CustomerMark { at, id: row.id })
}

/// `CustomerRow`s of rows `c`: id, user_id, name, email, since; in an order that follows.
const ROWS: &str = "coalesce((select json_agg(json_build_object('id', c.id, 'name', c.name, 'email', c.email,
    'has_account', c.user_id is not null, 'since', c.since, 'orders', theirs.count,
    'last_order', (select json_build_object('id', l.id, 'number', l.number, 'at', l.created_at)
        from orders l where l.number = theirs.last))";

/// What the customer `c` has ordered, with the account or with its address.
const THEIRS: &str = " c cross join lateral (select count(*) as count, max(t.number) as last from (
        select a.number from orders a where a.user_id = c.user_id
        union all
        select g.number from orders g where g.user_id is null and lower(g.email) = lower(c.email)
    ) t) theirs), '[]')";

fn newest(query: &CustomerQuery, most: i32) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new(
        "with accounts as materialized (
            select u.id, u.id as user_id, u.name, u.email::text as email, u.created_at as since",
    );
    push_accounts(&mut sql, query);
    push_before(&mut sql, query, "u");
    sql.push(" order by u.created_at desc, u.id desc limit ").push_bind(most);
    sql.push(") select (select count(*) from ((select 1");
    push_accounts(&mut sql, query);
    sql.push(" limit 1001) union all (select 1");
    push_guests(&mut sql, query);
    sql.push(" limit 1001) limit 1001) c), ").push(ROWS);
    sql.push(" order by c.since desc, c.id desc) from (select * from (select * from accounts union all (");
    sql.push("select o.id, null, coalesce(o.shipping_address ->> 'name', ''), o.email, o.created_at");
    push_guests(&mut sql, query);
    push_before(&mut sql, query, "o");
    // Where accounts fill the page, no guest is looked at who came before them.
    sql.push(" and o.created_at >= (select case when count(*) >= ").push_bind(most);
    sql.push(" then min(a.since) else '-infinity' end from accounts a)");
    sql.push(" order by o.created_at desc, o.id desc limit ").push_bind(most);
    sql.push(")) every order by since desc, id desc limit ").push_bind(most).push(")").push(THEIRS);
    sql
}

fn push_before(sql: &mut QueryBuilder<Postgres>, query: &CustomerQuery, row: &'static str) {
    let Some((at, id)) = query.before.and_then(|mark| Some((mark.time()?, mark.id))) else { return };
    sql.push(format!(" and ({row}.created_at, {row}.id) < (")).push_bind(at).push(", ").push_bind(id.0).push(")");
}

/// The accounts `u` that a query lets through; more conditions may follow.
fn push_accounts(sql: &mut QueryBuilder<Postgres>, query: &CustomerQuery) {
    sql.push(" from users u where u.role = 'customer'");
    match query.q.as_deref().map(Search::of) {
        Some(Search::Number(number)) => {
            sql.push(
                " and u.id in (select coalesce(n.user_id, (select a.id from users a where a.email = n.email::citext))
                    from orders n where n.number = ",
            );
            sql.push_bind(number).push(")");
        }
        Some(Search::Text(text)) => {
            sql.push(" and ");
            push_user_text(sql, "u", text);
        }
        None => {}
    }
}

/// The orders `o` that are each the first of a guest, of those whom a query lets through; more conditions may follow.
fn push_guests(sql: &mut QueryBuilder<Postgres>, query: &CustomerQuery) {
    sql.push(
        " from orders o where o.user_id is null and o.anonymised_at is null
            and o.number <= (select min(e.number) from orders e
                where e.user_id is null and lower(e.email) = lower(o.email))
            and coalesce((select 1 from users u where u.email = o.email::citext), 0) < 1",
    );
    match query.q.as_deref().map(Search::of) {
        Some(Search::Number(number)) => {
            sql.push(
                " and lower(o.email) in (select lower(n.email) from orders n where n.user_id is null and n.number = ",
            );
            sql.push_bind(number).push(")");
        }
        Some(Search::Text(text)) => {
            sql.push(" and lower(o.email) in (select lower(m.email) from orders m where m.user_id is null and ");
            push_order_text(sql, "m", text);
            sql.push(")");
        }
        None => {}
    }
}

fn by_last_order(query: &CustomerQuery, most: i32) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new("");
    let parts: &[Part] = match query.q.as_deref().map(Search::of) {
        None => &[Part::All],
        Some(Search::Number(number)) => {
            sql.push("with matched as materialized (select n.user_id, n.email from orders n where n.number = ");
            sql.push_bind(number).push(") ");
            &[Part::OfFew]
        }
        Some(Search::Text(text)) => {
            sql.push(
                "with matched as materialized (select f.id as user_id, f.email::text as email from users f where ",
            );
            push_user_text(&mut sql, "f", text);
            sql.push(" union all select m.user_id, m.email from orders m where m.user_id is null and ");
            push_order_text(&mut sql, "m", text);
            sql.push(" limit 1001) ");
            &[Part::OfFew, Part::OfMany]
        }
    };
    sql.push("select (select count(*) from (select 1 from (");
    for (place, part) in parts.iter().enumerate() {
        sql.push(if place == 0 { "(select 1" } else { " union all (select 1" });
        push_last_orders(&mut sql, query, *part);
        sql.push(part.order()).push(" desc limit 1001)");
    }
    sql.push(") every limit 1001) c), ").push(ROWS);
    sql.push(" order by c.last desc) from (select * from (");
    for (place, part) in parts.iter().enumerate() {
        sql.push(if place == 0 { "(select" } else { " union all (select" });
        sql.push(
            " coalesce(u.id, o.id) as id, u.id as user_id,
                coalesce(u.name, o.shipping_address ->> 'name', '') as name, coalesce(u.email, o.email) as email,
                coalesce(u.created_at, (select min(f.created_at) from orders f
                    where f.user_id is null and lower(f.email) = lower(o.email))) as since, o.number as last",
        );
        push_last_orders(&mut sql, query, *part);
        if let Some(before) = query.before {
            sql.push(" and o.number < ").push_bind(before.at);
        }
        sql.push(part.order()).push(" desc limit ").push_bind(most).push(")");
    }
    sql.push(") every order by last desc limit ").push_bind(most).push(")").push(THEIRS);
    sql
}

/// Which of the last orders: a word that few people have is looked up first, and one that many have is looked for from order
/// to order. The one that does not apply costs nothing.
#[derive(Clone, Copy)]
enum Part {
    All,
    OfFew,
    OfMany,
}

impl Part {
    /// The orders of few are sorted, by an expression that no index has: they are not looked for by walking along all.
    const fn order(self) -> &'static str {
        match self {
            Self::OfFew => " order by o.number + 0",
            Self::All | Self::OfMany => " order by o.number",
        }
    }
}

/// The orders `o` that are each the last of a customer, with their account `u`; more conditions may follow.
fn push_last_orders(sql: &mut QueryBuilder<Postgres>, query: &CustomerQuery, part: Part) {
    sql.push(
        " from orders o left join lateral (
            select a.id, a.name, a.email::text as email, a.created_at from users a where a.id = o.user_id
            union all
            select a.id, a.name, a.email::text, a.created_at from users a
                where o.user_id is null and a.email = o.email::citext) u on true
         where o.anonymised_at is null
            and o.number >= coalesce((select max(l.number) from orders l where l.user_id = u.id), 0)
            and o.number >= coalesce((select max(l.number) from orders l
                where l.user_id is null and lower(l.email) = lower(coalesce(u.email, o.email))), 0)",
    );
    match part {
        Part::All => {}
        Part::OfFew => {
            sql.push(" and (select count(*) from matched) <= 1000 and o.id = any(array(with ")
                .push(OF_PEOPLE)
                .push("))");
        }
        Part::OfMany => {
            let text = query.q.as_deref().unwrap_or_default();
            sql.push(" and (select count(*) from matched) > 1000 and (u.id is not null and ");
            push_user_text(sql, "u", text);
            sql.push(" or u.id is null and ");
            push_order_text(sql, "o", text);
            sql.push(")");
        }
    }
}

/// All orders of the people `matched`, by account or by address.
const OF_PEOPLE: &str = "people as (
        select coalesce(q.user_id, a.id) as user_id, coalesce(b.email::text, q.email) as email
        from matched q left join users a on q.user_id is null and a.email = q.email::citext
            left join users b on b.id = q.user_id)
    select r.id from people p join orders r on r.user_id = p.user_id
    union
    select r.id from people p join orders r on r.user_id is null and lower(r.email) = lower(p.email)";

/// What is looked for.
#[derive(Clone, Copy)]
enum Search<'a> {
    Number(i64),
    Text(&'a str),
}

impl<'a> Search<'a> {
    fn of(q: &'a str) -> Self {
        q.trim_start_matches('#').parse().map_or(Self::Text(q), Self::Number)
    }
}

/// Letters that make no group of three are in no index of groups: what begins with them is found.
fn is_short(text: &str) -> bool {
    text.chars().count() < 3
}

fn push_user_text(sql: &mut QueryBuilder<Postgres>, row: &'static str, text: &str) {
    if is_short(text) {
        sql.push(format!("(lower({row}.email::text) like ")).push_bind(begins(text));
        sql.push(format!(" or lower({row}.name) like ")).push_bind(begins(text)).push(")");
    } else {
        sql.push(format!("lower({row}.email::text || ' ' || {row}.name) like ")).push_bind(contains(text));
    }
}

fn push_order_text(sql: &mut QueryBuilder<Postgres>, row: &'static str, text: &str) {
    if is_short(text) {
        sql.push(format!("(lower({row}.email) like ")).push_bind(begins(text));
        sql.push(format!(" or lower({row}.shipping_address ->> 'name') like ")).push_bind(begins(text)).push(")");
    } else {
        let words = format!("lower({row}.email || ' ' || coalesce({row}.shipping_address ->> 'name', '')) like ");
        sql.push(words).push_bind(contains(text));
    }
}
