//! Kept files: streamed in and out, named by their content.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use kaibiao::files::{Address, Error, Files};
use kaibiao_crypto::digest::Digest;

use crate::content;
use crate::folder::Folder;

fn open() -> (Folder, Files) {
    let folder = Folder::new();
    let files = Files::open(&folder.path().join("a/b")).expect("the folder opens");
    (folder, files)
}

fn staged(folder: &Folder) -> usize {
    std::fs::read_dir(folder.path().join("a/b/staging")).expect("it stands").count()
}

#[tokio::test]
async fn a_file_is_kept_under_its_digest() {
    let (folder, files) = open();
    let length = 3_000_001;
    let kept = files.put(content::line(0..length), length).await.expect("it fits");
    assert_eq!((kept.sha256, kept.len), (Digest::of(&content::bytes(0..length)), length));
    let path = folder.path().join(format!("a/b/f/{}", kept.sha256));
    assert_eq!(std::fs::metadata(path).expect("it stands").len(), length);
    assert_eq!(staged(&folder), 0);

    let again = files.put(content::line(0..length), length).await.expect("the same bytes again");
    assert_eq!(again, kept);
    assert_eq!(staged(&folder), 0);
}

#[tokio::test]
async fn a_file_is_read_as_a_whole_and_in_part() {
    let (_folder, files) = open();
    let length = 2_500_000;
    let kept = files.put(content::line(0..length), length).await.expect("it fits");
    let address = Address::Plain(kept.sha256);
    assert_eq!(files.length(address).await.expect("readable"), Some(length));

    for range in [0..length, 0..1, 1_048_575..1_048_577, 2_499_999..2_500_000, 5..5] {
        let read = files.read(address, Some(range.clone())).await.expect("it stands");
        let pieces: Vec<Bytes> = read.try_collect().await.expect("readable");
        assert!(pieces.iter().all(|piece| piece.len() <= 1 << 20));
        assert_eq!(pieces.concat(), content::bytes(range.clone()), "{range:?}");
        assert_eq!(files.read_range(address, range.clone()).await.expect("readable"), content::bytes(range));
    }
    let beyond = files.read(address, Some(length - 1..length + 9)).await.expect("it stands");
    assert_eq!(
        beyond.try_collect::<Vec<_>>().await.expect("cut at the end"),
        [content::bytes(length - 1..length)]
    );
}

#[tokio::test]
async fn what_is_not_kept_is_not_found() {
    let (_folder, files) = open();
    let nothing = Address::Plain(Digest::of(b"nothing"));
    assert_eq!(files.length(nothing).await.expect("readable"), None);
    assert!(matches!(files.read(nothing, None).await.err(), Some(Error::NotFound)));
    assert!(matches!(files.read_range(nothing, 0..1).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn too_large_and_broken_files_leave_nothing() {
    let (folder, files) = open();
    let large = files.put(content::line(0..1001), 1000).await;
    assert!(matches!(large, Err(Error::TooLarge { bytes_max: 1000 })), "{large:?}");
    let broken = content::line(0..100).map_err(|_| "never").chain(stream::iter([Err("the line broke")]));
    assert!(matches!(files.put(broken, 1000).await, Err(Error::Interrupted)));
    assert_eq!(staged(&folder), 0);
    assert!(!folder.path().join("a/b/f").exists(), "nothing was kept");
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let (_folder, files) = open();
    let kept = files.put_bytes(Bytes::new()).await.expect("it fits");
    let address = Address::Plain(kept.sha256);
    assert_eq!(kept.sha256, Digest::of(b""));
    assert_eq!(files.length(address).await.expect("readable"), Some(0));
    let read = files.read(address, None).await.expect("it stands");
    assert_eq!(read.try_collect::<Vec<_>>().await.expect("readable"), Vec::<Bytes>::new());
}
