//! Background work: the relay, the consumers, mail, and what time brings about.

mod bus;
mod mail;
mod outgoing;
mod payments;
mod relay;
pub mod timers;

use std::sync::Arc;
use std::time::Duration;

use shop::domain::Consumer;
use shop::infrastructure::LiveShop;
use shop::infrastructure::kafka::{Kafka, KafkaConsumer, KafkaPublisher, LagBoard, create_topics};
use shop::infrastructure::payments::SandboxPayments;
use shop::infrastructure::postgres::ProcessSlot;
use shop::usecase::{Embedded, Mailer, PictureSource};
use tokio::sync::{Mutex, OnceCell};
use tokio_util::sync::CancellationToken;

use bus::Carrier;

use crate::supervisor::{Board, Stage, Task};

/// A consumer says something at least every 30 s, also when there is nothing to do.
const CONSUMER_STALL: Duration = Duration::from_secs(180);

/// All of it, in the stages in which it stops: first what begins new work, then the consumers, and the relay last, so
/// that what they caused is published.
pub struct Worker {
    background: Stage,
    consumers: Stage,
    relay: Stage,
    bus: Arc<Carrier>,
    /// Where consumers write down what they find in their partitions.
    lags: LagBoard,
}

impl Worker {
    /// # Errors
    /// For Kafka settings that the library does not accept.
    pub fn start(
        shop: &LiveShop,
        mailer: &Arc<dyn Mailer>,
        source: &Arc<dyn PictureSource>,
        kafka: Option<&Kafka>,
        sandbox: Option<SandboxPayments>,
        board: &Board,
    ) -> anyhow::Result<Self> {
        let bus = Arc::new(match kafka {
            Some(kafka) => Carrier::Kafka(Box::new(KafkaPublisher::new(kafka.clone())?)),
            None => Carrier::Embedded(Embedded::new(shop.clone())),
        });
        let (background, consumers, relay) = (Stage::new(board), Stage::new(board), Stage::new(board));
        let worker = Self { background, consumers, relay, bus, lags: board.lags.clone() };
        worker.start_background(shop, mailer, source);
        if let Some(sandbox) = sandbox {
            let background = &worker.background;
            background.start("sandbox", move |task| payments::send_news(task, sandbox.clone()));
        }
        let topics = Arc::new(Topics { kafka: kafka.cloned(), created: OnceCell::new() });
        if let Some(kafka) = kafka {
            let member = Arc::new(Member { given: kafka.instance.clone(), slot: Mutex::new(None) });
            for group in Consumer::ALL {
                worker.start_consumer(shop, group, kafka, &topics, &member);
            }
        }
        worker.start_relay(shop, &topics);
        Ok(worker)
    }

    fn start_background(&self, shop: &LiveShop, mailer: &Arc<dyn Mailer>, source: &Arc<dyn PictureSource>) {
        let (sending, mailer_handle) = (shop.clone(), Arc::clone(mailer));
        self.background.start("mail", move |task| mail::run(task, sending.clone(), Arc::clone(&mailer_handle)));
        let expiring = shop.clone();
        self.background.start("expiry", move |task| timers::expire_orders(task, expiring.clone()));
        let paying = shop.clone();
        self.background.start("payments", move |task| payments::reconcile(task, paying.clone()));
        let hearing = shop.clone();
        self.background.start("webhooks", move |task| payments::handle_webhooks(task, hearing.clone()));
        let asking = shop.clone();
        self.background.start("money back", move |task| payments::handle_money_back(task, asking.clone()));
        let telling = shop.clone();
        self.background.start("outgoing webhooks", move |task| outgoing::run(task, telling.clone()));
        let refunding = shop.clone();
        self.background.start("refunds", move |task| timers::carry_out_refunds(task, refunding.clone()));
        let printing = shop.clone();
        self.background.start("papers", move |task| timers::render_papers(task, printing.clone()));
        let picturing = shop.clone();
        self.background.start("pictures", move |task| timers::make_pictures(task, picturing.clone()));
        let importing = shop.clone();
        self.background.start("imports", move |task| timers::work_on_imports(task, importing.clone()));
        let (fetching, source) = (shop.clone(), Arc::clone(source));
        self.background
            .start("fetching", move |task| timers::fetch_pictures(task, fetching.clone(), Arc::clone(&source)));
        let exporting = shop.clone();
        self.background.start("data exports", move |task| timers::make_data_exports(task, exporting.clone()));
        let granting = shop.clone();
        self.background.start("stock wishes", move |task| timers::grant_stock_wishes(task, granting.clone()));
        let reviewing = shop.clone();
        self.background.start("review requests", move |task| timers::request_reviews(task, reviewing.clone()));
        let completing = shop.clone();
        self.background.start("completion", move |task| timers::complete_orders(task, completing.clone()));
        let publishing = shop.clone();
        self.background.start("publishing", move |task| timers::publish_products(task, publishing.clone()));
        let reckoning = shop.clone();
        self.background.start("best sellers", move |task| timers::refresh_sold(task, reckoning.clone()));
        let keeping = shop.clone();
        self.background.start("housekeeping", move |task| timers::run_housekeeping(task, keeping.clone()));
    }

    fn start_consumer(
        &self,
        shop: &LiveShop,
        group: Consumer,
        kafka: &Kafka,
        topics: &Arc<Topics>,
        member: &Arc<Member>,
    ) {
        let (shop, kafka, lags) = (shop.clone(), kafka.clone(), self.lags.clone());
        let (topics, member) = (Arc::clone(topics), Arc::clone(member));
        let name = format!("consumer {}", group.group());
        self.consumers.start_watched(&name, CONSUMER_STALL, move |task| {
            let consumer = KafkaConsumer::new(shop.clone(), group, kafka.clone())
                .with_progress(progress(&task))
                .with_lag_board(lags.clone());
            let (shop, topics, member) = (shop.clone(), Arc::clone(&topics), Arc::clone(&member));
            async move {
                topics.ensure(&task.stop).await?;
                consumer.with_instance(member.name(&shop).await?).run(&task.stop).await
            }
        });
    }

    fn start_relay(&self, shop: &LiveShop, topics: &Arc<Topics>) {
        let (shop, bus, topics) = (shop.clone(), Arc::clone(&self.bus), Arc::clone(topics));
        self.relay.start("relay", move |task| {
            let stop = task.stop.clone();
            let relaying = relay::run(task, shop.clone(), Arc::clone(&bus));
            let topics = Arc::clone(&topics);
            async move {
                topics.ensure(&stop).await?;
                relaying.await
            }
        });
    }

    /// Takes the stages apart, to be stopped one by one.
    pub fn into_stages(self) -> (Stage, Delivery) {
        (self.background, Delivery { consumers: self.consumers, relay: self.relay, bus: self.bus })
    }
}

/// The event backbone's part of the work.
pub struct Delivery {
    consumers: Stage,
    relay: Stage,
    bus: Arc<Carrier>,
}

impl Delivery {
    /// Consumers finish and commit, then the relay empties the outbox, then the bus is let go.
    pub async fn stop(self) {
        self.consumers.stop(Duration::from_secs(10)).await;
        self.relay.stop(Duration::from_secs(5)).await;
        if let Some(bus) = Arc::into_inner(self.bus) {
            bus.close(Duration::from_secs(2)).await;
        }
    }
}

/// This process's name in its consumer groups. Whoever comes back under the name of one that died has its partitions at
/// once, and does not wait until its session is over.
struct Member {
    given: Option<String>,
    slot: Mutex<Option<ProcessSlot>>,
}

impl Member {
    /// The name it was given, or one by a number that is this process's alone for as long as it is connected to the
    /// database. A process that lost its number takes another one.
    async fn name(&self, shop: &LiveShop) -> anyhow::Result<String> {
        if let Some(name) = &self.given {
            return Ok(name.clone());
        }
        let mut slot = self.slot.lock().await;
        let held = match slot.as_mut() {
            Some(kept) => kept.is_held().await,
            None => false,
        };
        if !held {
            *slot = Some(shop.store().process_slot().await?);
        }
        Ok(format!("shop-{}", slot.as_ref().map_or(0, ProcessSlot::number)))
    }
}

/// The topics, created once, by whoever needs them first.
struct Topics {
    kafka: Option<Kafka>,
    created: OnceCell<()>,
}

impl Topics {
    /// Whoever is told to stop does not wait for a broker that is not there.
    async fn ensure(&self, stop: &CancellationToken) -> anyhow::Result<()> {
        let Some(kafka) = &self.kafka else { return Ok(()) };
        tokio::select! {
            () = stop.cancelled() => Ok(()),
            created = self.created.get_or_try_init(|| create_topics(kafka)) => created.copied(),
        }
    }
}

fn progress(task: &Task) -> shop::infrastructure::kafka::Progress {
    let task = task.clone();
    Arc::new(move |events| if events == 0 { task.idle() } else { task.progress() })
}
