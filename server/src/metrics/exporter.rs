//! `/metrics`: what is told to whoever asks. One is answered at a time, and the database is asked every few seconds at most,
//! however many ask.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use prometheus::{Registry, TEXT_FORMAT, TextEncoder};
use shop::dto::GroupLag;
use shop::infrastructure::LiveShop;
use shop::usecase::Backlogs;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::backlogs::BacklogMetrics;
use super::process::{ProcessMetrics, Seen, resident};
use super::replica::{ReplicaMetrics, SeenReplica};
use super::requests::RequestMetrics;
use crate::supervisor::Board;

/// How long what was read of the database is told.
const KEPT: Duration = Duration::from_secs(5);
/// How long the database may take: whoever asks waits for 10 s, as a rule, and wants the rest in any case.
const PATIENCE: Duration = Duration::from_secs(3);

/// Cheap to clone.
#[derive(Clone)]
pub struct Exporter(Arc<Inner>);

struct Inner {
    registry: Registry,
    families: Families,
    shop: LiveShop,
    board: Board,
    /// When the database was asked last. Whoever holds it sets the numbers.
    asked: Mutex<Option<Instant>>,
}

/// Every family there is.
struct Families {
    requests: RequestMetrics,
    process: ProcessMetrics,
    backlogs: BacklogMetrics,
    replica: ReplicaMetrics,
}

impl Families {
    fn on(registry: &Registry) -> prometheus::Result<Self> {
        Ok(Self {
            requests: RequestMetrics::on(registry)?,
            process: ProcessMetrics::on(registry)?,
            backlogs: BacklogMetrics::on(registry)?,
            replica: ReplicaMetrics::on(registry)?,
        })
    }
}

impl Exporter {
    /// # Errors
    /// Never with the names that stand here.
    pub fn new(shop: &LiveShop, board: &Board) -> prometheus::Result<Self> {
        let registry = Registry::new();
        let families = Families::on(&registry)?;
        let (shop, board) = (shop.clone(), board.clone());
        Ok(Self(Arc::new(Inner { registry, families, shop, board, asked: Mutex::new(None) })))
    }

    /// What requests are counted with.
    pub fn requests(&self) -> RequestMetrics {
        self.0.families.requests.clone()
    }

    async fn text(&self) -> prometheus::Result<String> {
        let Inner { registry, families, shop, board, asked } = &*self.0;
        let mut asked = asked.lock().await;
        if asked.is_none_or(|at| at.elapsed() >= KEPT) {
            // First, so that whoever does not wait for the answer does not make the next one ask at once; nothing is told then.
            *asked = Some(Instant::now());
            families.backlogs.observe(None);
            let read = read(shop).await;
            families.backlogs.observe(read.as_ref().map(|(backlogs, groups)| (backlogs, groups.as_slice())));
        }
        families.process.observe(&seen(shop, board).await);
        families.replica.observe(SeenReplica::of(shop).as_ref());
        TextEncoder::new().encode_to_string(&registry.gather())
    }
}

/// None where the database does not answer.
async fn read(shop: &LiveShop) -> Option<(Backlogs, Vec<GroupLag>)> {
    match timeout(PATIENCE, shop.backlogs()).await {
        Ok(Ok(read)) => Some(read),
        Ok(Err(error)) => {
            tracing::warn!(?error, "what waits is not told: the database could not be read");
            None
        }
        Err(_) => {
            tracing::warn!("what waits is not told: the database did not answer in time");
            None
        }
    }
}

async fn seen(shop: &LiveShop, board: &Board) -> Seen {
    let pool = shop.store().pool();
    Seen {
        tasks: board.snapshot(),
        partitions: board.lags.snapshot(),
        connections: pool.size().into(),
        idle_connections: u64::try_from(shop.store().bounded_pool().idle_connections()).unwrap_or(u64::MAX),
        most_connections: pool.options().get_max_connections().into(),
        memory: resident().await,
    }
}

/// The whole of what is answered on the address of metrics.
pub fn routes(exporter: Exporter) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state(exporter)
}

async fn scrape(State(exporter): State<Exporter>) -> Response {
    match exporter.text().await {
        Ok(text) => ([(CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
        Err(cause) => {
            tracing::error!(error = %cause, "metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use prometheus::proto::MetricFamily;
    use shop::dto::{GroupPartitions, PartitionLag, TaskState, TaskView};
    use shop::usecase::Backlog;

    use super::super::requests::SeenRoute;
    use super::*;

    fn backlogs() -> Backlogs {
        let events = Backlog { waiting: 3, oldest_seconds: 70 };
        Backlogs { events, events_held: 2, mail_refused: 1, ..Backlogs::default() }
    }

    fn lag() -> GroupLag {
        GroupLag { group: "inventory".to_owned(), waiting: 4, oldest_seconds: 9 }
    }

    fn at_work() -> Seen {
        let place = PartitionLag { topic: "order.created".to_owned(), partition: 3, committed: 40, waiting: 5 };
        let group = GroupPartitions { group: "orders".to_owned(), looked_seconds: 0, partitions: vec![place] };
        let relay = TaskView { name: "relay".to_owned(), state: TaskState::Running, restarts: 2, idle_seconds: 6 };
        Seen {
            tasks: vec![relay],
            partitions: vec![group],
            connections: 7,
            idle_connections: 3,
            most_connections: 12,
            memory: Some(1024),
        }
    }

    fn followed() -> SeenReplica {
        SeenReplica { is_read: true, lag: Some(Duration::from_millis(250)), connections: 3, idle_connections: 2 }
    }

    /// All that can be told, of a process that has something to tell of everything.
    fn exported() -> (Families, Registry) {
        let registry = Registry::new();
        let families = Families::on(&registry).unwrap();
        families.requests.count(&Method::GET, &SeenRoute::default(), StatusCode::OK, Duration::from_millis(2));
        families.process.observe(&at_work());
        families.replica.observe(Some(&followed()));
        families.backlogs.observe(Some((&backlogs(), [lag()].as_slice())));
        (families, registry)
    }

    fn text(registry: &Registry) -> String {
        TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
    }

    fn assert_told(text: &str, lines: &[&str]) {
        for line in lines {
            assert!(text.lines().any(|found| found == *line), "{line} in {text}");
        }
    }

    #[test]
    fn what_is_seen_and_read_is_told_with_its_labels() {
        let (_, registry) = exported();
        let text = text(&registry);
        assert_told(
            &text,
            &[
                "# TYPE shop_outbox_events gauge",
                "shop_outbox_events 3",
                "shop_outbox_oldest_seconds 70",
                "shop_outbox_held_events 2",
                r#"shop_consumer_group_lag{group="inventory"} 4"#,
                r#"shop_consumer_partition_lag{group="orders",partition="3",topic="order.created"} 5"#,
                r#"shop_consumer_partition_offset{group="orders",partition="3",topic="order.created"} 40"#,
                r#"shop_mail_messages{state="refused"} 1"#,
                r#"shop_task_state{state="running",task="relay"} 1"#,
                "# TYPE shop_task_restarts_total counter",
                r#"shop_task_restarts_total{task="relay"} 2"#,
                r#"shop_database_connections{state="used"} 4"#,
                "shop_memory_resident_bytes 1024",
                "shop_replica_read 1",
                "shop_replica_lag_seconds 0.25",
                r#"shop_replica_connections{state="used"} 1"#,
            ],
        );
        assert!(text.contains(r#"shop_rate_limit_refused_total{limit="sign-in-per-account"} "#), "{text}");
    }

    #[test]
    fn what_could_not_be_read_or_is_not_so_any_more_is_not_told() {
        let (families, registry) = exported();
        families.backlogs.observe(None);
        let stopped = TaskView { state: TaskState::Stopped, ..at_work().tasks.remove(0) };
        families.process.observe(&Seen { tasks: vec![stopped], partitions: Vec::new(), memory: None, ..at_work() });
        families.replica.observe(Some(&SeenReplica { is_read: false, lag: None, ..followed() }));
        let text = text(&registry);
        let stopped = r#"shop_task_state{state="stopped",task="relay"} 1"#;
        assert_told(&text, &["shop_database_up 0", "shop_replica_read 0", stopped]);
        for gone in [
            "shop_outbox_",
            "shop_consumer_",
            "shop_mail_messages",
            "shop_payments_",
            "shop_memory_",
            "shop_replica_lag_",
            "running",
        ] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
    }

    #[test]
    fn what_a_consumer_that_is_gone_has_seen_is_not_told() {
        let (families, registry) = exported();
        let looked = |looked_seconds| {
            let group = GroupPartitions { looked_seconds, ..at_work().partitions.remove(0) };
            families.process.observe(&Seen { partitions: vec![group], ..at_work() });
            text(&registry).contains("shop_consumer_partition_lag{")
        };
        assert_eq!([90, 91].map(looked), [true, false]);
    }

    /// The row of a family in the documentation.
    fn row(family: &MetricFamily) -> String {
        let labels = family.get_metric().iter().take(1).flat_map(|metric| metric.get_label());
        let labels: Vec<_> = labels.map(|label| format!("`{}`", label.name())).collect();
        let kind = format!("{:?}", family.get_field_type()).to_lowercase();
        format!("| `{}` | {kind} | {} | {} |", family.name(), labels.join(", "), family.help())
    }

    /// The documentation has a row for each, word for word.
    #[test]
    fn the_documentation_lists_every_family_as_it_is() {
        let document = include_str!("../../../docs/operations.md");
        let documented: Vec<&str> = document.lines().filter(|line| line.starts_with("| `shop_")).collect();
        let (_, registry) = exported();
        let rows: Vec<_> = registry.gather().iter().map(row).collect();
        assert_eq!(documented, rows);
    }
}
