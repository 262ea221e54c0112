//! `kaibiao fetch`, `seal`, `submit`, `withdraw`: a bid from the notice to the receipt.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::account::{Account, default_home};
use super::report::{Report, verified};
use crate::base::{BidId, LotId, TenderId};
use crate::client::submit::save_receipt;
use crate::client::{
    BidFolder, ClientError, Home, Notice, SealProgress, SealRequest, SealedBid, seal, submit, withdraw,
};

/// Arguments of `fetch`.
#[derive(Debug, Args)]
pub struct FetchArguments {
    /// Who and where.
    #[command(flatten)]
    pub account: Account,
    /// 招标项目 · The tender
    tender: TenderId,
    /// 存放处 · Where to put it
    #[arg(long, default_value = "tender.json", value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `seal`. Needs no server.
#[derive(Debug, Args)]
pub struct SealArguments {
    /// 投标目录，内有 bid.toml · The bid folder, with bid.toml in it
    folder: PathBuf,
    /// 已下载的招标公告 · The fetched tender; `tender.json` in the bid folder if left out
    #[arg(long, value_name = "FILE")]
    tender: Option<PathBuf>,
    /// 重新加密，旧的另存 · Seal anew; the older sealed files are moved aside
    #[arg(long)]
    again: bool,
    /// 存放签名密钥的目录 · Folder of the signing key
    #[arg(long, env = "KAIBIAO_HOME", value_name = "FOLDER", default_value_os_t = default_home())]
    home: PathBuf,
    /// 输出一行 JSON · Print one line of JSON
    #[arg(long = "json")]
    pub is_json: bool,
}

/// Arguments of `submit`.
#[derive(Debug, Args)]
pub struct SubmitArguments {
    /// Who and where.
    #[command(flatten)]
    pub account: Account,
    /// 投标目录 · The bid folder
    folder: PathBuf,
}

/// Arguments of `withdraw`.
#[derive(Debug, Args)]
pub struct WithdrawArguments {
    /// Who and where.
    #[command(flatten)]
    pub account: Account,
    /// 投标目录；或用 --tender 与 --lot 指明 · The bid folder; or say --tender and --lot
    folder: Option<PathBuf>,
    /// 招标项目 · The tender
    #[arg(long, requires = "lot", conflicts_with = "folder")]
    tender: Option<TenderId>,
    /// 标段 · The lot
    #[arg(long, requires = "tender")]
    lot: Option<LotId>,
    /// 投标；缺省为现有效的一份 · The bid; the standing one if left out
    #[arg(long, requires = "tender")]
    bid: Option<BidId>,
}

impl FetchArguments {
    pub(super) async fn run(self) -> Result<Report, ClientError> {
        let (text, notice) = self.account.reader().await?.tender(self.tender).await?;
        if notice.publication.is_some() && notice.cancelled.is_none() {
            notice.pin_custodians(&self.account.home(), self.account.trust_new_keys)?;
        }
        std::fs::write(&self.out, &text).map_err(|error| ClientError::file(&self.out, error))?;
        let (path, title) = (self.out.display(), &notice.terms.title);
        Ok(Report::new(
            format!("{} 已存为 {path}", title.zh.as_str()),
            format!("{} saved as {path}", title.en.as_str()),
            json!({"tender": notice.id, "path": self.out, "opening_at": notice.opening_at, "addenda": notice.document_set()}),
        ))
    }
}

impl SealArguments {
    pub(super) fn run(self) -> Result<Report, ClientError> {
        let tender = self.tender.unwrap_or_else(|| self.folder.join("tender.json"));
        let notice = Notice::read(&tender)?;
        let home = Home::new(&self.home);
        notice.pin_custodians(&home, false)?;
        let bidder = home.key()?.public().key_id();
        let request = SealRequest { folder: &self.folder, notice: &notice, bidder, again: self.again };
        let mut told = None;
        let sealed = seal(&request, &mut |progress| tell(progress, &mut told))?;
        let bid = BidFolder::read(&self.folder, &notice)?;
        let ceiling = notice.lot(&bid.lot)?.ceiling;
        let is_above = bid.price.currency() == ceiling.currency() && bid.price.minor() > ceiling.minor();
        if is_above {
            eprintln!(
                "注意：报价高于最高投标限价 {ceiling}\nNote: the price is above the ceiling of {ceiling}"
            );
        }
        let capital = bid.price.capital().map(|text| format!("（{text}）")).unwrap_or_default();
        Ok(Report::new(
            format!(
                "已加密 {} 个信封；报价 {} {}{capital}",
                sealed.envelopes.len(),
                bid.price,
                bid.price.currency()
            ),
            format!(
                "Sealed {} envelopes; price {} {}",
                sealed.envelopes.len(),
                bid.price,
                bid.price.currency()
            ),
            json!({
                "bid": sealed.bid, "tender": sealed.tender, "lot": sealed.lot, "manifest": sealed.manifest().ok(),
                "price_minor": bid.price.minor(), "currency": bid.price.currency(), "is_above_ceiling": is_above,
            }),
        ))
    }
}

/// One line per envelope and pass for each tenth that is done.
fn tell(progress: SealProgress, told: &mut Option<(SealProgress, u64)>) {
    let tenths = (progress.bytes_done * 10).checked_div(progress.bytes_total).unwrap_or(10);
    let is_news = told.is_none_or(|(last, tenth)| {
        (last.envelope, last.is_sealing, tenth) != (progress.envelope, progress.is_sealing, tenths)
    });
    if is_news {
        let pass = if progress.is_sealing { "加密 sealing" } else { "读取 reading" };
        let (number, done, total) = (progress.envelope.number(), progress.bytes_done, progress.bytes_total);
        eprintln!("信封 envelope {number}  {pass}  {done} / {total} bytes");
    }
    *told = Some((progress, tenths));
}

impl SubmitArguments {
    pub(super) async fn run(self) -> Result<Report, ClientError> {
        let signatory = self.account.signatory().await?;
        let done = submit(&signatory, &self.folder, &mut |progress| eprintln!("{progress}")).await?;
        let (index, at, path) = (done.accepted.index, done.accepted.ts, done.receipt_path.display());
        let ((zh, en), is_witnessed) = (verified(&done.accepted), done.accepted.is_witnessed);
        Ok(Report::new(
            format!("已收到。日志第 {index} 号，时间 {at}；{zh}，存于 {path}"),
            format!("Received. Log entry {index} at {at}; {en}; saved at {path}"),
            json!({
                "bid": done.bid, "replaces": done.replaces, "index": index, "ts": at, "receipt": done.receipt_path,
                "is_witnessed": is_witnessed,
            }),
        ))
    }
}

impl WithdrawArguments {
    pub(super) async fn run(self) -> Result<Report, ClientError> {
        let (tender, lot, bid) = match (&self.folder, self.tender, &self.lot) {
            (Some(folder), _, _) => {
                let sealed = SealedBid::read(folder)?;
                (sealed.tender, sealed.lot, Some(sealed.bid))
            }
            (None, Some(tender), Some(lot)) => (tender, lot.clone(), self.bid),
            (None, _, _) => return Err(ClientError::Usage("a bid folder, or --tender and --lot".into())),
        };
        let signatory = self.account.signatory().await?;
        let done = withdraw(&signatory, tender, &lot, bid).await?;
        let folder = self.folder.as_deref().unwrap_or(Path::new("."));
        let path = save_receipt(folder, "withdrawal-receipt.txt", &done.accepted)?;
        let (index, at, (zh, en)) = (done.accepted.index, done.accepted.ts, verified(&done.accepted));
        Ok(Report::new(
            format!("已撤回。日志第 {index} 号，时间 {at}；{zh}，存于 {}", path.display()),
            format!("Withdrawn. Log entry {index} at {at}; {en}; saved at {}", path.display()),
            json!({"bid": done.bid, "index": index, "ts": at, "receipt": path}),
        ))
    }
}
