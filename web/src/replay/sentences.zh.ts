/** What happened, in Chinese sentences. */

/** By kind of event, and by its ways. */
export const sentencesZh = {
  document_added: "加入文件《{name}》", tender_published: "发布公告，定于 {moment} 开标", addendum_issued: "发出第 {number} 号补遗", postponed: "发出第 {number} 号补遗，开标改在 {moment}",
  schedule_pinned: "{count} 位托管人锁定开标安排", named: "{what}{how}：{text}", is_suspend: "暂停", is_resume: "恢复", is_correct: "改正", is_upheld: "成立", is_partly_upheld: "部分成立", is_rejected: "不成立",
  bid_submitted: "{org} 递交投标", bid_replaced: "{org} 替换投标", bid_withdrawn: "{org} 撤回投标", bid_reconfirmed: "{org} 确认原投标适用最新补遗", checked_in: "{org} 签到",
  opening_held: "暂缓开标：他方 {asked} 个时钟中只有 {agreeing} 个与平台一致", lot_closed: "截止递交，共 {count} 份投标", opening_drawn: "抽取 {count} 份的唱标次序和系数 {coefficient}", order_drawn: "抽取 {count} 份的唱标次序", seals_checked: "核对封存：{count} 份与回执一致",
  seals_differ: "核对封存：{count} 份与回执不一致（{names}）", keys_released: "{count} 位托管人放出{envelope}的解封密钥", but: "；未能放出：{faults}", custodians_awaited: "等待托管人：{count} 位应答；{faults}",
  envelope_unsealed: "解封 {org} 的{envelope}", envelope_failed: "{org} 的{envelope}未能解封：{why}", contents_recorded: "登记 {org} 的{envelope}内容", bid_read: "第 {position} 位唱标：{org}", price_read: "第 {position} 位唱标：{org}，{price}",
  line_confirmed: "{org} 确认唱标无误", objection_raised: "{org} 提出异议：{text}", objection_answered: "答复 {org} 的异议：{text}", record_signed: "{role}（{org}）签署开标记录", seat_taken: "{person} 就座第 {seat} 席",
  expert_recused: "一位专家回避：{reason}", of_seat: "第 {seat} 席：{what}", all_accepted: "初步评审结论：全部通过", rejected: "初步评审结论：否决 {names}", stage_passed: "技术评审通过 {count} 份", bids_ranked: "计算得分与排序：第一名 {org}，{total} 分",
  dissent: "第 {seat} 席签署评标报告并写明不同意见：{text}", candidates_published: "公示候选人：{names}", award_confirmed: "定标：{org}", letter_winner: "向 {org} 发出中标通知书", letter_issued: "向 {org} 发出结果通知书", letters_issued: "通知书全部发出，共 {count} 份",
} as const;
