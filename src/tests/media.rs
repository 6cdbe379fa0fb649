//! Where files are kept: a folder and a bucket do alike what the port says.

use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt as _;
use futures::future::join_all;
use shop::infrastructure::media::MediaFolder;
use shop::infrastructure::media_bucket::{MediaBucket, S3Bucket};
use shop::usecase::{Error, MediaStore};

use crate::mail_server::free_port;
use crate::s3_server::S3Server;

fn bucket(server: &S3Server, prefix: &str) -> S3Bucket {
    S3Bucket {
        name: "shop-media".into(),
        prefix: prefix.into(),
        region: "us-east-1".into(),
        endpoint: Some(server.endpoint()),
        access_key_id: "shop".into(),
        secret_access_key: "a-secret".into(),
    }
}

async fn read(store: &dyn MediaStore, key: &str) -> Option<Bytes> {
    let found = store.get(key.to_owned()).await.unwrap()?;
    let pieces: Vec<_> = found.bytes.try_collect().await.unwrap();
    let bytes = pieces.concat();
    assert_eq!(bytes.len() as u64, found.length, "{key}");
    Some(bytes.into())
}

/// What the port says, of any of them.
async fn does_as_the_port_says(store: &dyn MediaStore) {
    let (key, other) = ("pictures/ab/ab-400.avif", "originals/0191d5a0-0000-7000-8000-000000000001");
    store.delete(key.into()).await.unwrap();
    assert_eq!(read(store, key).await, None, "nothing was ever kept");
    store.put(key.into(), Bytes::from_static(b"first")).await.unwrap();
    store.put(key.into(), Bytes::from_static(b"first")).await.unwrap();
    assert_eq!(read(store, key).await, Some(Bytes::from_static(b"first")), "twice is once");
    store.put(key.into(), Bytes::from_static(b"a longer second")).await.unwrap();
    assert_eq!(read(store, key).await, Some(Bytes::from_static(b"a longer second")), "in its place");
    assert_eq!(read(store, other).await, None);
    // As large as an upload may be.
    let large: Bytes = (0..20 * 1024 * 1024_u32).map(|n| n.to_le_bytes()[0]).collect();
    store.put(other.into(), large.clone()).await.unwrap();
    assert!(read(store, other).await == Some(large), "another one came back");
    // Whoever writes and whoever reads at once: one of them, whole.
    let (one, two) = (Bytes::from(vec![1; 100_000]), Bytes::from(vec![2; 90_000]));
    let writes = (0..6).map(|n| store.put(key.into(), if n % 2 == 0 { one.clone() } else { two.clone() }));
    let (written, seen) = tokio::join!(join_all(writes), join_all((0..6).map(|_| read(store, key))));
    assert!(written.iter().all(Result::is_ok));
    for seen in seen.into_iter().flatten() {
        assert!(seen == one || seen == two || seen == Bytes::from_static(b"a longer second"), "half of one");
    }
    for key in [key, other, other] {
        store.delete(key.into()).await.unwrap();
    }
    assert_eq!((read(store, key).await, read(store, other).await), (None, None));
    assert!(matches!(store.put("a//b".into(), Bytes::new()).await, Err(Error::Broken(_))), "no key of ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_and_a_bucket_keep_files_alike() {
    let folder = std::env::temp_dir().join("shop-media").join(format!("contract-{}", std::process::id()));
    does_as_the_port_says(&MediaFolder::new(&folder)).await;
    std::fs::remove_dir_all(&folder).unwrap();
    let server = S3Server::start("shop-media");
    let at = |prefix: &str| MediaBucket::new(bucket(&server, prefix)).unwrap();
    for prefix in ["", "shop/pictures"] {
        does_as_the_port_says(&at(prefix)).await;
    }
    // Two shops in one bucket do not see one another's.
    at("one").put("x".into(), Bytes::from_static(b"1")).await.unwrap();
    assert_eq!(read(&at("two"), "x").await, None);
    assert_eq!(read(&at("one"), "x").await, Some(Bytes::from_static(b"1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_does_not_answer_or_has_no_such_bucket_is_told_by_its_name_and_without_its_secret() {
    let server = S3Server::start("shop-media");
    let nobody = S3Bucket { endpoint: Some(format!("http://127.0.0.1:{}", free_port())), ..bucket(&server, "p") };
    let nowhere = S3Bucket { name: "another".into(), ..bucket(&server, "p") };
    let stores: [Arc<dyn MediaStore>; 2] =
        [Arc::new(MediaBucket::new(nobody).unwrap()), Arc::new(MediaBucket::new(nowhere).unwrap())];
    for store in stores {
        let refused = store.put("x".into(), Bytes::from_static(b"1")).await.unwrap_err();
        assert!(matches!(refused, Error::Unavailable(_)), "{refused:?}");
        let told = format!("{:#}", anyhow::Error::from(refused));
        assert!(told.contains("the bucket of pictures, s3://") && !told.contains("a-secret"), "{told}");
    }
}
