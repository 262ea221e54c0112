//! What is wrong with a bid folder: always something that its owner can mend.

use std::path::PathBuf;

use crate::base::{Envelope, LotId, MoneyError};

/// Why a bid folder cannot be sealed or submitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BidError {
    /// `bid.toml` is not TOML of the wanted form; the text says where.
    #[error("bid.toml: {0}")]
    Toml(String),
    /// The notice has no such lot.
    #[error("the notice has no lot {0}")]
    UnknownLot(LotId),
    /// A field that the notice does not ask for.
    #[error("the notice asks for no field {0}")]
    UnknownField(String),
    /// A field that the notice asks for and that is not there.
    #[error("the field {0} is missing")]
    MissingField(String),
    /// A value of another kind than the field.
    #[error("the field {id} holds {wanted}")]
    FieldKind {
        /// Which.
        id: String,
        /// What it holds.
        wanted: &'static str,
    },
    /// Money as a bare number: nobody can tell 元 from 分.
    #[error(
        "money in {0} is text of major units, \"398,765,432.10\", or {{ minor = 39876543210 }}; never a bare number"
    )]
    MoneyAsNumber(String),
    /// An amount that is none.
    #[error("the amount in {id}: {source}")]
    Money {
        /// Which field.
        id: String,
        /// Why.
        source: MoneyError,
    },
    /// A price of nothing or less.
    #[error("the price must be positive")]
    PriceNotPositive,
    /// A text that is empty, longer than 200 characters, or has control characters.
    #[error("the text in {0} must have 1 to 200 characters, without control characters")]
    Text(String),
    /// A text that is not in Unicode NFC.
    #[error("{0} is not in Unicode form NFC (often a name from macOS): type it again")]
    NotNfc(String),
    /// No documents for an envelope.
    #[error("envelope {} has no documents", .0.number())]
    NoDocuments(Envelope),
    /// More documents than an envelope may have.
    #[error("envelope {} has too many documents", .0.number())]
    TooManyDocuments(Envelope),
    /// A document that is not there, or no plain file.
    #[error("there is no document at {}", .0.display())]
    DocumentMissing(PathBuf),
    /// A document of no bytes.
    #[error("the document {} is empty", .0.display())]
    DocumentEmpty(PathBuf),
    /// Two documents of one name in an envelope.
    #[error("two documents are called {0}")]
    DocumentTwice(String),
    /// A name or media type that a document cannot have.
    #[error("a document cannot be called {0}")]
    DocumentName(String),
    /// More bytes than the platform takes in one envelope.
    #[error("envelope {} is larger than 2 GiB", .0.number())]
    TooLarge(Envelope),
    /// The tender is not published yet, so there is no key to seal to.
    #[error("the tender is not published")]
    NotPublished,
    /// The tender was cancelled.
    #[error("the tender was cancelled")]
    Cancelled,
    /// The group key is not that of the committee that the notice names.
    #[error("the group key is not that of the committee in the notice")]
    Committee,
    /// The signed notice says something else than the page that came with it.
    #[error(
        "the signed notice says another {0} than what was downloaded with it: do not seal, tell the supervisor"
    )]
    NoticeDiffers(&'static str),
    /// Too few custodians have signed the group key.
    #[error("too few custodians have signed the group key: do not seal, tell the supervisor")]
    Custodians,
    /// There is a sealed bid already.
    #[error("the bid is sealed already; to seal anew, say --again")]
    AlreadySealed,
    /// There is no sealed bid.
    #[error("there is no sealed bid in this folder; run `kaibiao seal`")]
    NotSealed,
    /// Sealed files that are not those of their list.
    #[error("the sealed file {} is damaged; seal anew with --again", .0.display())]
    SealedDamaged(PathBuf),
    /// Sealed to another notice, committee or opening than the tender now has.
    #[error("the bid is sealed to another {0} than the tender now has; fetch the tender and seal anew")]
    SealedToOther(&'static str),
    /// Sealed for another signing key.
    #[error("the bid is sealed for another signing key")]
    OtherKey,
    /// An addendum came after the sealing.
    #[error(
        "the tender has {newest} addenda, the bid takes {sealed} into account; fetch the tender and seal anew"
    )]
    Addenda {
        /// In the sealed bid.
        sealed: u32,
        /// Now.
        newest: u32,
    },
    /// The server keeps other bytes than were sealed.
    #[error("the server keeps other bytes of envelope {} than were sealed", .0.number())]
    StoredDiffers(Envelope),
    /// There is no bid to withdraw.
    #[error("there is no standing bid of yours for this lot")]
    NoStandingBid,
}

impl BidError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Toml(_) => "bid_toml",
            Self::UnknownLot(_) => "bid_unknown_lot",
            Self::UnknownField(_) => "bid_unknown_field",
            Self::MissingField(_) => "bid_missing_field",
            Self::FieldKind { .. } => "bid_field_kind",
            Self::MoneyAsNumber(_) => "bid_money_as_number",
            Self::Money { source, .. } => source.code(),
            Self::PriceNotPositive => "bid_price_not_positive",
            Self::Text(_) => "bid_text",
            Self::NotNfc(_) => "bid_not_nfc",
            Self::NoDocuments(_) => "bid_no_documents",
            Self::TooManyDocuments(_) => "bid_too_many_documents",
            Self::DocumentMissing(_) => "bid_document_missing",
            Self::DocumentEmpty(_) => "bid_document_empty",
            Self::DocumentTwice(_) => "bid_document_twice",
            Self::DocumentName(_) => "bid_document_name",
            Self::TooLarge(_) => "bid_too_large",
            Self::NotPublished => "bid_not_published",
            Self::Cancelled => "bid_cancelled",
            Self::Committee => "bid_committee",
            Self::NoticeDiffers(_) => "bid_notice_differs",
            Self::Custodians => "bid_custodians",
            Self::AlreadySealed => "bid_already_sealed",
            Self::NotSealed => "bid_not_sealed",
            Self::SealedDamaged(_) => "bid_sealed_damaged",
            Self::SealedToOther(_) => "bid_sealed_to_other",
            Self::OtherKey => "bid_other_key",
            Self::Addenda { .. } => "bid_addenda",
            Self::StoredDiffers(_) => "bid_stored_differs",
            Self::NoStandingBid => "bid_none_standing",
        }
    }

    /// In Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Toml(reason) => format!("bid.toml 有误：{reason}"),
            Self::UnknownLot(lot) => format!("招标公告中没有标段 {lot}"),
            Self::UnknownField(id) => format!("开标一览表没有 {id} 一栏"),
            Self::MissingField(id) => format!("缺少 {id} 一栏"),
            Self::FieldKind { id, wanted } => format!("{id} 一栏应为 {wanted}"),
            Self::MoneyAsNumber(id) => {
                format!(
                    "{id} 的金额须写成以元为单位的文本，如 \"398,765,432.10\"，或 {{ minor = 39876543210 }}（分）；不得写成数字"
                )
            }
            Self::Money { id, source } => format!("{id} 的金额有误：{source}"),
            Self::PriceNotPositive => "报价须大于零".into(),
            Self::Text(id) => format!("{id} 一栏须为 1 至 200 个字符，不含控制字符"),
            Self::NotNfc(id) => format!("{id} 不是 Unicode NFC 形式（常见于 macOS 文件名），请重新输入"),
            Self::NoDocuments(envelope) => format!("第 {} 信封没有文件", envelope.number()),
            Self::TooManyDocuments(envelope) => format!("第 {} 信封文件过多", envelope.number()),
            Self::DocumentMissing(path) => format!("没有文件 {}", path.display()),
            Self::DocumentEmpty(path) => format!("文件 {} 是空的", path.display()),
            Self::DocumentTwice(name) => format!("有两份文件名为 {name}"),
            Self::DocumentName(name) => format!("文件不能命名为 {name}"),
            Self::TooLarge(envelope) => format!("第 {} 信封超过 2 GiB", envelope.number()),
            Self::NotPublished => "招标公告尚未发布".into(),
            Self::Cancelled => "招标已终止".into(),
            Self::Committee => "群公钥与公告所载托管委员会不符".into(),
            Self::NoticeDiffers(what) => {
                format!("签名公告所载的 {what} 与一同下载的内容不符：请勿加密，并告知监督部门")
            }
            Self::Custodians => "签署共同公钥的托管人不足：请勿加密，并告知监督部门".into(),
            Self::AlreadySealed => "投标文件已加密；如需重新加密请加 --again".into(),
            Self::NotSealed => "此目录没有已加密的投标文件，请先执行 kaibiao seal".into(),
            Self::SealedDamaged(path) => format!("加密文件 {} 已损坏，请加 --again 重新加密", path.display()),
            Self::SealedToOther(what) => {
                format!("投标文件加密所依据的 {what} 与现行公告不符，请重新下载公告并加密")
            }
            Self::OtherKey => "投标文件是用另一把签名密钥加密的".into(),
            Self::Addenda { sealed, newest } => {
                format!("补遗已至第 {newest} 号，投标文件只计入第 {sealed} 号，请重新下载公告并加密")
            }
            Self::StoredDiffers(envelope) => {
                format!("服务器保存的第 {} 信封与加密结果不一致", envelope.number())
            }
            Self::NoStandingBid => "本标段没有您的有效投标".into(),
        }
    }
}
