/** What is looked at, in Chinese: name, against what, why not. */

/** By check, and by reason. */
export const checksZh = {
  framing: "条目的字节", payload: "签名内容的格式", place: "在流中的次序", stream: "属于本日志、本项目", key: "办理人的密钥", body: "附带的正文", nonce: "编号不重复",
  seen: "见过的日志头", clock: "时间不倒退", heads: "历次日志头前后一致", crc: "文件自带的校验码", count: "条目数目", keys_own: "所用公钥的来历", documents: "所带文件的摘要", withheld: "不公开的条目", rules: "规则的版本", public: "公众可知的内容",
  "about.framing": "严格按条目格式读取，多一个字节也不接受", "about.payload": "被签名的文本是规范 JSON，字段齐全", "about.place": "编号连续，位置递增",
  "about.stream": "条目写明的日志、项目与本文件一致", "about.key": "该密钥在此之前已登记在办理人名下、有效，办理人有此身份", "about.body": "正文的摘要与签名内容所写一致",
  "about.nonce": "同一办理人没有用过同一编号", "about.seen": "办理人签名时见过的日志头在本文件中，并有一致性证明", "about.clock": "时刻不早于日志中的前一条",
  "about.heads": "每个日志头都是末尾日志头的开端（RFC 9162）", "about.crc": "与 zip 中的校验码一致", "about.count": "与文件所写的数目一致", "about.keys_own": "日志公钥由您从别处提供",
  "about.documents": "每份文件的 SHA-256 与其名称一致", "about.withheld": "公众的证据包只含其叶哈希", "about.rules": "按本程序所知的规则受理", "about.public": "属于本项目，每一事项当时人人可知",
  "why.sequence_gap": "编号不连续：此处缺条目", "why.out_of_order": "次序颠倒", "why.other_stream": "属于另一个流", "why.other_origin": "属于另一个日志",
  "why.unknown_key": "登记册里没有这把密钥", "why.other_person": "密钥登记在别人名下", "why.key_does_not_count": "密钥当时无效（未生效或已撤销）", "why.role_not_held": "办理人当时没有这一身份",
  "why.nonce_reused": "编号已被用过", "why.unknown_head": "所称见过的日志头不在本文件中", "why.time_runs_back": "早于前一条", "why.entries_missing_at_end": "条目比所写的少或多",
  "why.system_act": "平台按规则自动记录的事项，没有人的签名", "why.no_entry": "条目不可读", "why.public_bundle": "公众的证据包不含登记册全文，此处无从核对",
  "why.still_running": "还在核对", "why.body_missing": "正文不在文件中", "why.body_mismatch": "正文与签名内容不符", "why.reading_stopped": "读到中途读不下去", "why.outcome_form": "结果不是可读的文本",
  "why.unknown_rules": "按另一版本的规则受理，本程序无从判断", "why.not_for_the_public": "公众的证据包里不应有这一条",
} as const;
