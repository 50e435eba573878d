// The cost of a first visit, in bytes and in time until the largest contentful paint.

import { figure, kilobytes, median, milliseconds } from "./figures.mjs";

const VISITS = 11;

/**
 * Bytes over the wire, including headers, of a first visit with empty caches. A page is usable once it is rendered and
 * its forms work, which takes the HTML and the style sheet. Fonts are swapped in, and the WebAssembly loads afterwards.
 */
export async function measureBytes(browser, site, addresses) {
  const figures = [];
  for (const address of addresses) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const wire = await context.newCDPSession(page);
    const types = new Map();
    const bytes = new Map();
    await wire.send("Network.enable");
    wire.on("Network.responseReceived", ({ requestId, type }) => types.set(requestId, type));
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
    await page.goto(site.url + address, { waitUntil: "networkidle" });
    await page.locator("html[data-ready]").waitFor({ state: "attached" });
    await context.close();

    const sum = (wanted) => [...bytes].reduce((all, [id, length]) => all + (wanted(types.get(id)) ? length : 0), 0);
    const usable = sum((type) => type === "Document" || type === "Stylesheet");
    figures.push(figure(`first visit to ${address}: until usable (HTML, CSS)`, kilobytes(usable), "aim: 30 KB"));
    figures.push(figure(`first visit to ${address}: fonts`, kilobytes(sum((type) => type === "Font"))));
    figures.push(figure(`first visit to ${address}: in all`, kilobytes(sum(() => true)), "aim: 200 KB"));
  }
  return figures;
}

/** Largest contentful paint of first visits compared with a plain text file of the same server, alternating. */
export async function measurePaint(browser, site, addresses, bare) {
  const paints = new Map([bare, ...addresses].map((address) => [address, []]));
  for (let visit = 0; visit <= VISITS; visit += 1) {
    for (const [address, times] of paints) {
      const time = await largestPaint(browser, site.url + address);
      // The first round warms the browser and the server.
      if (visit > 0) times.push(time);
    }
  }
  const base = median(paints.get(bare));
  return [...paints].map(([address, times]) => {
    const time = median(times);
    const beside = address === bare ? "the bare page" : `${(time / base).toFixed(2)} times the bare page (aim: 1.5)`;
    return figure(`largest paint of ${address}, median of ${VISITS}`, milliseconds(time), beside);
  });
}

async function largestPaint(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  try {
    const page = await context.newPage();
    await page.goto(address, { waitUntil: "load" });
    const time = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let last = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) last = Math.max(last, entry.startTime);
          }).observe({ type: "largest-contentful-paint", buffered: true });
          // Later paints, such as a swapped font, count too. Half a second is enough on one machine.
          setTimeout(() => resolve(last), 500);
        }),
    );
    if (time === 0) throw new Error(`${address} reported no largest paint`);
    return time;
  } finally {
    await context.close();
  }
}
