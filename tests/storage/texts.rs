//! The search in the text of documents.

use kaibiao::store::PageText;
use kaibiao_crypto::digest::Digest;

use crate::house::House;

on_both_databases!(text_is_found_in_the_named_files_only);

async fn text_is_found_in_the_named_files_only(house: House) {
    let database = &house.database;
    let page = |page, content: &str| PageText { page, content: content.into(), verdict: "text".into() };
    let (ours, theirs) = (Digest::of(b"ours"), Digest::of(b"theirs"));
    let pages = [page(1, "项目经理：王建国，一级建造师。"), page(2, "Bridge 100% of \"loads\" a_b c\\d")];
    database.put_text(ours, &pages).await.expect("writable");
    database.put_text(theirs, &[page(1, "项目经理：李明")]).await.expect("writable");
    assert_eq!(database.text(ours).await.expect("readable"), pages);

    let found = async |files: &[Digest], needle: &str| {
        let hits = database.search_text(files, needle, 10).await.expect("readable");
        hits.into_iter().map(|hit| (hit.sha256, hit.page)).collect::<Vec<_>>()
    };
    assert_eq!(found(&[ours], "经理").await, [(ours, 1)], "two characters");
    assert_eq!(found(&[ours], "项目经理").await, [(ours, 1)], "four characters");
    assert_eq!(found(&[ours, theirs], "项目经理").await.len(), 2);
    assert_eq!(found(&[], "项目经理").await, [], "no file, no hit");
    assert_eq!(found(&[ours], "bridge").await, [(ours, 2)], "whatever the case");
    // What has a meaning in patterns or index queries stands for itself here.
    for needle in ["100%", "\"loads\"", "a_b", "c\\d", "%", "\"", "\\", "_"] {
        assert_eq!(found(&[ours], needle).await, [(ours, 2)], "{needle}");
    }
    for needle in ["", "\0", "a%b", "100_", "x OR y", "loads\" OR \"Bridge", "NEAR(", "*"] {
        assert_eq!(found(&[ours], needle).await, [], "{needle}");
    }
    database.put_text(ours, &[page(1, "replaced")]).await.expect("writable");
    assert_eq!(found(&[ours], "项目经理").await, [], "the old text is out of the index");
    assert_eq!(found(&[ours], "replaced").await, [(ours, 1)]);
}
