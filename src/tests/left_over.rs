//! Databases of test processes that are gone: nobody needs them, and hundreds of them fill a disk.

use std::path::Path;

use sqlx::{Connection, PgConnection};

/// On a thread of its own: no test has to wait for it.
pub fn drop_databases(server: String) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        if let Err(error) = runtime.block_on(drop_of_the_gone(&server)) {
            eprintln!("databases of tests that are over stay: {error}");
        }
    });
}

async fn drop_of_the_gone(server: &str) -> sqlx::Result<()> {
    // Where nobody can be asked who lives, everybody does.
    if !Path::new("/proc/self").exists() {
        return Ok(());
    }
    let mut connection = PgConnection::connect(server).await?;
    let named = "select datname::text from pg_database where datname ~ '^shop_(test|template)_[0-9]+'";
    let names: Vec<String> = sqlx::query_scalar(named).fetch_all(&mut connection).await?;
    for name in names {
        let process = name.split('_').nth(2).unwrap_or_default();
        if !Path::new("/proc").join(process).exists() {
            // One that is still in use stays, and one may be gone meanwhile.
            let statement = format!("drop database if exists {name}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.ok();
        }
    }
    connection.close().await
}
