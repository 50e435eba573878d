// Five times as many requests as the server can answer: throughput should stay about as high as before and answers in
// time, and the rest is told to retry. The flood and the server share the machine's processors, also at the peak.

import { figure, megabytes, milliseconds } from "../bench/figures.mjs";
import { pause } from "../steps/command.mjs";
import { Tally } from "./ledger.mjs";
import { flood } from "./flood.mjs";
import { makePeople } from "./people.mjs";
import { Server } from "./server.mjs";

const PAGE = "/manage/organizations";
const TIMES = 5;
/** Below this fraction of the peak, the server is busy with requests that nobody waits for any more. */
const GOODPUT = 0.5;
/** A reader gives a page up long before the program does. */
const WAITED = 2_000;
const LIVE = 1_000;
const MEMORY = 200e6;

export async function overload(scale) {
  const tally = new Tally("overload");
  const server = await Server.make();
  try {
    await server.start();
    const { people } = await makePeople(server, 1);
    const options = { port: server.port, path: PAGE, cookie: people[0].cookie };
    await flood({ ...options, clients: 8, seconds: 1 });
    const alone = await flood({ ...options, clients: 1, seconds: 2 });
    const peak = await flood({ ...options, clients: 32, seconds: Math.max(2, 4 * scale) });
    const best = (peak.times[200]?.length ?? 0) / peak.took;
    const before = await server.memory();
    const beside = watchLive(server);
    const much = await flood({ ...options, rate: best * TIMES, seconds: Math.max(4, 10 * scale) });
    const lives = await beside.end();
    const most = beside.memory;
    await pause(1_000);
    const after = await server.memory();
    const again = await server.call(PAGE, { cookie: people[0].cookie, accept: "text/html" });
    const seen = { alone, best, much, lives, before, most, after, again };
    judge(seen, tally);
    return { rows: rowsOf(seen), violations: tally.violations };
  } finally {
    await server.remove();
  }
}

/** Requests /health/live ten times a second, and records the server's peak memory. */
function watchLive(server) {
  const watch = { memory: 0, answers: [] };
  const timer = setInterval(async () => {
    watch.answers.push(server.call("/health/live"));
    watch.memory = Math.max(watch.memory, await server.memory());
  }, 100);
  watch.end = () => {
    clearInterval(timer);
    return Promise.all(watch.answers);
  };
  return watch;
}

function p99(times = []) {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}

function judge({ best, much, lives, before, most, again }, tally) {
  const good = much.times[200] ?? [];
  if (good.length / much.took < GOODPUT * best) tally.add("half", `${(good.length / much.took).toFixed(0)} pages a second were given, where the peak is ${best.toFixed(0)}`);
  if (p99(good) > WAITED) tally.add("half", `of the pages that were given, one in a hundred took longer than ${milliseconds(p99(good))}`);
  if (much.bare > 0) tally.add("refused", `${much.bare} answers of 503 had no Retry-After`);
  if (much.unanswered > 0) tally.add("lost", `${much.unanswered} requests were never answered`);
  for (const status of Object.keys(much.times)) {
    if (!["0", "200", "503"].includes(status)) tally.add("refused", `${much.times[status].length} answers were ${status}`);
  }
  if (much.times[0]) tally.add("lost", `${much.times[0].length} lines broke`);
  for (const answer of lives) {
    if (answer.status !== 200 || answer.ms > LIVE) tally.add("refused", `/health/live answered ${answer.status || answer.why} after ${answer.ms.toFixed(0)} ms`);
  }
  if (most - before > MEMORY) tally.add("half", `memory grew from ${megabytes(before)} to ${megabytes(most)}`);
  if (again.status !== 200) tally.add("refused", `a second after the flood, the page was answered ${again.status || again.why}`);
}

function rowsOf({ alone, best, much, lives, before, most, after }) {
  const good = much.times[200] ?? [];
  const shed = much.times[503] ?? [];
  const offered = much.sent / much.took;
  const short = offered < 0.9 * best * TIMES ? `; the flood itself reached ${offered.toFixed(0)} a second, held back by the machine` : "";
  return [
    figure("overload: peak, 32 clients that wait", `${best.toFixed(0)} pages/s`, `asked for then: ${(best * TIMES).toFixed(0)}/s${short}; ${much.unsent} could not be sent`),
    figure("overload: pages given", `${(good.length / much.took).toFixed(0)} pages/s`, `${(good.length / much.took / best).toFixed(2)} of the peak; aim: 0.8`),
    figure("overload: p99 of the pages given", milliseconds(p99(good)), `${(p99(good) / p99(alone.times[200])).toFixed(0)} times ${milliseconds(p99(alone.times[200]))} alone`),
    figure("overload: told to come again (503)", `${((100 * shed.length) / Math.max(1, much.sent)).toFixed(0)} %`, `p99 ${milliseconds(p99(shed))}; ${much.bare} without Retry-After`),
    figure("overload: /health/live, p99", milliseconds(p99(lives.map((answer) => answer.ms))), `${lives.length} asked meanwhile`),
    figure("overload: memory", `${megabytes(before)} to ${megabytes(most)}`, `a second later: ${megabytes(after)}`),
  ];
}
