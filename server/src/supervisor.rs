//! Background work, kept going: named tasks that are restarted when they fail, and stopped in order.
//!
//! A task belongs to a stage; stages are stopped one after the other, each within a limit. What every task is doing can
//! be read at any time from the board.

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
#[cfg(not(all(test, shuttle)))]
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use futures::FutureExt;
use shop::dto::{TaskState, TaskView};
use shop::infrastructure::kafka::LagBoard;
use shop::usecase::backoff;
#[cfg(all(test, shuttle))]
use shuttle::sync::{Mutex, MutexGuard};
#[cfg(not(all(test, shuttle)))]
use tokio::time::sleep;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

#[cfg(all(test, shuttle))]
use models::sleep;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// A task that ran this long before it failed starts over with the first pause.
const HEALTHY: Duration = Duration::from_secs(60);

struct Entry {
    state: TaskState,
    restarts: u32,
    progress: Instant,
}

/// Who does what. Cheap to clone.
#[derive(Clone, Default)]
pub struct Board {
    tasks: Arc<Mutex<BTreeMap<String, Entry>>>,
    /// What its consumers last found in their partitions.
    pub lags: LagBoard,
}

impl Board {
    pub fn snapshot(&self) -> Vec<TaskView> {
        let entries = self.entries();
        let status = |(name, entry): (&String, &Entry)| TaskView {
            name: name.clone(),
            state: entry.state,
            restarts: entry.restarts,
            idle_seconds: entry.progress.elapsed().as_secs(),
        };
        entries.iter().map(status).collect()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Entry)) {
        let mut entries = self.entries();
        let fresh = || Entry { state: TaskState::Starting, restarts: 0, progress: Instant::now() };
        change(entries.entry(name.to_owned()).or_insert_with(fresh));
    }
}

/// What a task knows of itself: when to stop, and where to say how it is doing.
#[derive(Clone)]
pub struct Task {
    name: Arc<str>,
    board: Board,
    pub stop: CancellationToken,
}

impl Task {
    /// Something was done.
    pub fn progress(&self) {
        self.board.change(&self.name, |entry| {
            entry.state = TaskState::Running;
            entry.progress = Instant::now();
        });
    }

    /// There was nothing to do.
    pub fn idle(&self) {
        self.board.change(&self.name, |entry| {
            entry.state = TaskState::Waiting;
            entry.progress = Instant::now();
        });
    }

    fn begin(&self) {
        self.board.change(&self.name, |entry| {
            entry.state = TaskState::Running;
            entry.progress = Instant::now();
        });
    }

    /// Returns when nothing was heard of the task for so long.
    async fn until_stalled(&self, stall: Duration) {
        loop {
            let heard = self.board.entries().get(&*self.name).map_or_else(Instant::now, |entry| entry.progress);
            let left = stall.saturating_sub(heard.elapsed());
            if left.is_zero() {
                return;
            }
            sleep(left).await;
        }
    }

    fn enter(&self, state: TaskState) {
        self.board.change(&self.name, |entry| entry.state = state);
    }
}

/// Tasks that are stopped together.
pub struct Stage {
    board: Board,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Stage {
    pub fn new(board: &Board) -> Self {
        Self { board: board.clone(), stop: CancellationToken::new(), tasks: TaskTracker::new() }
    }

    /// Starts a task. It returns when it is told to stop; when it returns, fails or panics before that, it is started
    /// again, after a pause that grows from 0.2 s to 2 s: whatever it waits for may be back any moment.
    pub fn start<F>(&self, name: &str, work: impl Fn(Task) -> F + Send + Sync + 'static)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.start_watched(name, Duration::MAX, work);
    }

    /// The same for one that is also started again when it has said nothing for `stall`.
    pub fn start_watched<F>(&self, name: &str, stall: Duration, work: impl Fn(Task) -> F + Send + Sync + 'static)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let task = Task { name: name.into(), board: self.board.clone(), stop: self.stop.clone() };
        task.enter(TaskState::Starting);
        let span = tracing::info_span!("task", name);
        // Boxed, as whatever is spawned (`Caller::tracked`).
        let work: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(keep_going(task, stall, work));
        self.tasks.spawn(work.instrument(span));
    }

    /// Tells the tasks to stop and waits for them, at most `limit`.
    pub async fn stop(self, limit: Duration) {
        self.stop.cancel();
        self.tasks.close();
        if timeout(limit, self.tasks.wait()).await.is_err() {
            tracing::warn!(left = self.tasks.len(), "background work did not stop in time");
        }
    }
}

async fn keep_going<F>(task: Task, stall: Duration, work: impl Fn(Task) -> F)
where
    F: Future<Output = anyhow::Result<()>> + Send,
{
    let mut pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE);
    while !task.stop.is_cancelled() {
        let began = Instant::now();
        task.begin();
        let run = AssertUnwindSafe(async { work(task.clone()).await }).catch_unwind();
        tokio::pin!(run);
        let outcome = tokio::select! {
            outcome = &mut run => outcome,
            () = task.until_stalled(stall) => Ok(Err(anyhow::anyhow!("nothing heard of it for {} s", stall.as_secs()))),
            () = task.stop.cancelled() => {
                task.enter(TaskState::Stopping);
                run.await
            }
        };
        match outcome {
            Ok(Ok(())) if task.stop.is_cancelled() => break,
            Ok(Ok(())) => tracing::warn!("ended by itself"),
            Ok(Err(cause)) => tracing::error!(error = format!("{cause:#}"), "failed"),
            Err(panic) => tracing::error!(panic = words_of(&*panic), "panicked"),
        }
        if began.elapsed() > HEALTHY {
            pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE);
        }
        task.board.change(&task.name, |entry| {
            entry.state = TaskState::Waiting;
            entry.restarts += 1;
        });
        tokio::select! {
            () = task.stop.cancelled() => {}
            () = sleep(pauses.next_pause()) => {}
        }
    }
    task.enter(TaskState::Stopped);
}

/// What a panic said.
pub fn words_of(panic: &(dyn Any + Send)) -> &str {
    let plain = panic.downcast_ref::<&'static str>().copied();
    plain.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without words")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_fails_or_panics_is_started_again_and_stops_when_told() {
        let board = Board::default();
        let stage = Stage::new(&board);
        let (runs, third) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let (counted, reached) = (Arc::clone(&runs), Arc::clone(&third));
        stage.start("fragile", move |task| {
            let (counted, reached) = (Arc::clone(&counted), Arc::clone(&reached));
            async move {
                match counted.fetch_add(1, Ordering::SeqCst) {
                    0 => anyhow::bail!("first"),
                    1 => panic!("second"),
                    _ => {
                        reached.notify_one();
                        task.stop.cancelled().await;
                        Ok(())
                    }
                }
            }
        });
        timeout(Duration::from_secs(60), third.notified()).await.expect("it is started again, and again");
        assert_eq!(board.snapshot()[0].restarts, 2);
        stage.stop(Duration::from_secs(1)).await;
        assert_eq!(board.snapshot()[0].state, TaskState::Stopped);
        assert_eq!(runs.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_says_nothing_is_started_again_and_one_that_does_is_not() {
        let board = Board::default();
        let stage = Stage::new(&board);
        let limit = Duration::from_secs(60);
        stage.start_watched("silent", limit, |_| std::future::pending());
        stage.start_watched("busy", limit, |task| async move {
            loop {
                sleep(Duration::from_secs(30)).await;
                task.idle();
            }
        });
        sleep(Duration::from_secs(150)).await;
        let restarts: Vec<_> = board.snapshot().into_iter().map(|task| (task.name, task.restarts)).collect();
        assert_eq!(restarts, [("busy".to_owned(), 0), ("silent".to_owned(), 2)]);
        stage.stop(Duration::ZERO).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_stop_is_not_waited_for_forever() {
        let board = Board::default();
        let stage = Stage::new(&board);
        stage.start("stubborn", |_| std::future::pending());
        tokio::task::yield_now().await;
        stage.stop(Duration::from_secs(3)).await;
        assert_eq!(board.snapshot()[0].state, TaskState::Stopping);
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use std::future::pending;
    use std::sync::atomic::{AtomicU32, Ordering};

    use shuttle::future::{block_on, spawn, yield_now};
    use shuttle::thread;

    use super::*;
    use crate::explore::explore;

    /// A pause is as long as chance will have it; one without an end has none.
    pub(super) async fn sleep(pause: Duration) {
        if pause > HEALTHY {
            return pending().await;
        }
        yield_now().await;
    }

    #[derive(Default)]
    struct Runs {
        begun: AtomicU32,
        at_work: AtomicU32,
    }

    impl Runs {
        /// The first fails, the second ends by itself, the third works until it is told to stop.
        async fn work(&self, task: &Task) -> anyhow::Result<()> {
            assert_eq!(self.at_work.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
            task.progress();
            yield_now().await;
            let run = self.begun.fetch_add(1, Ordering::SeqCst);
            if run > 1 {
                task.stop.cancelled().await;
            }
            task.idle();
            self.at_work.fetch_sub(1, Ordering::SeqCst);
            anyhow::ensure!(run > 0, "the first fails");
            Ok(())
        }
    }

    #[test]
    fn whenever_it_is_told_to_stop_a_task_ends_its_run_and_begins_no_other() {
        explore(|| {
            let (board, runs) = (Board::default(), Arc::new(Runs::default()));
            let task = Task { name: "task".into(), board: board.clone(), stop: CancellationToken::new() };
            let (stop, at_work) = (task.stop.clone(), Arc::clone(&runs));
            let kept = spawn(keep_going(task, Duration::MAX, move |task| {
                let runs = Arc::clone(&at_work);
                async move { runs.work(&task).await }
            }));
            let (seen, read) = (board.clone(), Arc::clone(&runs));
            let watching = thread::spawn(move || {
                let restarts = seen.snapshot().first().map_or(0, |task| task.restarts);
                assert!(restarts <= read.begun.load(Ordering::SeqCst), "a run that ended had begun");
            });
            for _ in 0..4 {
                thread::yield_now();
            }
            stop.cancel();
            block_on(kept).unwrap();
            watching.join().unwrap();
            let (task, begun) = (board.snapshot().remove(0), runs.begun.load(Ordering::SeqCst));
            assert_eq!((task.state, runs.at_work.load(Ordering::SeqCst)), (TaskState::Stopped, 0));
            assert!(task.restarts <= begun && begun <= task.restarts + 1, "{begun} runs, {} restarts", task.restarts);
        });
    }
}
