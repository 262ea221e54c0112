/** Loads what a replay will need later, so that the page works without a line once it stands. What does not come is asked for again when it is used. */
export async function loadAhead(): Promise<void> {
  const parts = [
    import("./DifferencePanel.vue"), import("./EntryDetail.vue"), import("./KeyHelp.vue"), import("./PanelView.vue"), import("./entryBytes"), import("./check/headCheck"),
    import("@/opening/CustodianLamps.vue"), import("@/opening/RoomAgenda.vue"), import("@/opening/WaitingNote.vue"), import("@/opening/PriceChart.vue"), import("@/i18n/problems"),
  ];
  await Promise.allSettled(parts);
}
