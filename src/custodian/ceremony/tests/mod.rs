//! Ceremonies over a relay in memory. Every custodian lives in a folder of its own and is opened anew for each step, as
//! one that was killed after every message.

mod lies;
mod passing_on;

use std::path::{Path, PathBuf};

use kaibiao_crypto::threshold::Partial;

use super::*;
use crate::base::ShortText;
use crate::custodian::CustodianError;
use crate::custodian::house::House;
use crate::custodian::vault::Opener;

/// A custodian's folder, gone with this value.
struct Home(PathBuf);

impl Drop for Home {
    fn drop(&mut self) {
        // A folder that stays behind fails no test.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn opener() -> Opener {
    Opener::KeyFile(vec![7; 32].into())
}

impl Home {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kaibiao-ceremony-{}", uuid::Uuid::new_v4()));
        let name = ShortText::new(name).expect("a short text");
        House::create(&folder, &opener(), &name, "https://custodian.example:9443").expect("a house");
        Self(folder)
    }

    fn many(count: u8) -> Vec<Self> {
        (1..=count).map(|index| Self::new(&format!("custodian {index}"))).collect()
    }

    fn house(&self) -> House {
        House::open(&self.0, &opener()).expect("it opens")
    }

    fn card(&self) -> Card {
        self.house().card().expect("a card")
    }

    fn vault(&self) -> PathBuf {
        self.0.join("vault.json")
    }

    /// The shares that count, with its index in each committee.
    fn shares(&self) -> Vec<(u32, u8)> {
        let shares = self.house().shares().expect("shares").indices();
        shares.into_iter().map(|(id, index)| (id.epoch.0, index)).collect()
    }

    /// Kinds of the deeds on record.
    async fn deeds(&self) -> Vec<String> {
        let lines = self.house().state().await.expect("a state").lines(0, 100).await.expect("lines");
        let kind =
            |deed| serde_json::to_value(deed).expect("JSON")["kind"].as_str().expect("a kind").to_owned();
        lines.into_iter().map(|line| kind(line.line.deed)).collect()
    }

    async fn step(&self, ceremony: &Ceremony, said: &[Message]) -> Result<Progress, CustodianError> {
        Member::new(self.house(), ceremony.clone())?.go_on(said).await
    }

    /// What it says at a place where it is known to say something.
    async fn says(&self, ceremony: &Ceremony, said: &[Message]) -> Vec<Message> {
        self.step(ceremony, said).await.expect("it goes on").say
    }
}

/// A relay that keeps the first word.
fn relay(said: &mut Vec<Message>, message: Message) {
    let stands = said.iter().find(|one| (one.step, one.sender) == (message.step, message.sender));
    match stands {
        Some(stands) => assert_eq!(*stands, message, "said again it is the same"),
        None => said.push(message),
    }
}

/// All take a step after one another until `end` or an error.
async fn run_until(
    homes: &[&Home],
    ceremony: &Ceremony,
    said: &mut Vec<Message>,
    mut end: impl FnMut(&[Message]) -> bool,
) -> Result<(), CustodianError> {
    // As many rounds as there are steps, one to see the last, and one more than enough.
    for _ in 0..6 {
        let mut is_done = true;
        for home in homes {
            let progress = home.step(ceremony, said).await?;
            progress.say.into_iter().for_each(|message| relay(said, message));
            is_done &= progress.is_done;
        }
        if is_done || end(said) {
            return Ok(());
        }
    }
    panic!("the ceremony does not come to an end: {:?}", said.iter().map(|one| one.step).collect::<Vec<_>>());
}

async fn run(homes: &[&Home], ceremony: &Ceremony) -> Vec<Message> {
    let mut said = Vec::new();
    run_until(homes, ceremony, &mut said, |_| false).await.expect("all are honest");
    said
}

fn cards(homes: &[&Home]) -> Vec<Card> {
    homes.iter().map(|home| home.card()).collect()
}

/// A committee of these custodians with a new key.
async fn committee(homes: &[&Home], threshold: u8) -> centre::Committee {
    let ceremony = Ceremony::new(cards(homes), threshold, None).expect("a ceremony");
    let said = run(homes, &ceremony).await;
    ceremony.outcome(&said).expect("an outcome")
}

fn resharing(from: &centre::Committee, dealers: &[u8], to: &[&Home], threshold: u8) -> Ceremony {
    let origin = Origin { committee: from.clone(), dealers: dealers.to_vec() };
    Ceremony::new(cards(to), threshold, Some(origin)).expect("a ceremony")
}

/// The key of a rehearsal's label from the shares that these custodians have in `epoch`.
fn label_key(registered: &centre::Committee, homes: &[&Home]) -> kaibiao_crypto::lock::LabelKey {
    let committee = crate::replay::evidence::committee(registered).expect("a committee");
    let label = kaibiao_crypto::label::Label::Rehearsal { date: "2026-03-02".parse().expect("a day") };
    let id = ShareId::of(&committee);
    let partial = |home: &&Home| {
        let shares = home.house().shares().expect("shares");
        shares.find(&id).expect("a share of this dealing").partial(&label)
    };
    let partials: Vec<Partial> = homes.iter().map(partial).collect();
    *committee.combine(&label, &partials).expect("enough of them").label_key
}

fn code<T>(result: Result<T, CustodianError>) -> String {
    result.err().map(|error| error.code().to_owned()).unwrap_or_default()
}

fn restore(home: &Home, vault: &[u8]) {
    std::fs::write(home.vault(), vault).expect("written");
}

fn backup(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a vault")
}
