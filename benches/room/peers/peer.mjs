// What every peer does: says where its door is, publishes whenever it is told to and says when it did.
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

/** A fact of the same form and length as ours. */
export const FACT = '{"k":"fact"';
const id = "00000000-0000-0000-0000-000000000000";
export const sample =
  `${FACT},"s":"${id}/1/public","n":1,"t":1728922413000,"p":"${"0".repeat(64)}",` +
  `"b":{"enquiry":"${id}","kind":"enquiry_answered","question":"问","text":"答"}}`;

/** Obeys the bench: `publish` sends one event to everybody. */
export async function obey(door, publish) {
  console.log(JSON.stringify(door));
  for await (const line of createInterface({ input: process.stdin })) {
    const [count, every] = line.split(" ").map(Number);
    const begun = [];
    for (let event = 0; event < count; event++) {
      begun.push(Number(process.hrtime.bigint()));
      publish();
      if (every > 0) await pause(every);
    }
    console.log(JSON.stringify(begun));
  }
  process.exit();
}
