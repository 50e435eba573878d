// What a screen must be in both themes and on a narrow screen; and its picture.

import path from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

import { END2END } from "./settings.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const COLOURS = ["color-contrast", "link-in-text-block"];
const NARROW = 320;

/** Reads the screen with axe in light and dark, and sees that nothing sticks out sideways at 320 pixels. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const size = page.viewportSize();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // In the dark only the colours are others.
    const axe = new AxeBuilder({ page });
    const { violations } = await (colorScheme === "light" ? axe.withTags(TAGS) : axe.withRules(COLOURS)).analyze();
    const findings = violations.flatMap((finding) =>
      finding.nodes.map((node) => `${finding.id}: ${finding.help}: ${node.target.join(" ")}\n    ${node.html}\n    ${node.failureSummary ?? ""}`),
    );
    expect(findings, `axe on ${name}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });

  await page.setViewportSize({ width: NARROW, height: size?.height ?? 640 });
  expect(await sticksOut(page), `${name} at ${NARROW} pixels: nothing sticks out sideways`).toEqual([]);
  if (size) await page.setViewportSize(size);
}

/** Takes the README's picture of this screen. */
export async function photograph(page: Page, name: string, fullPage = false): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.join(END2END, "pictures", `${name}.${colorScheme}.png`), fullPage, animations: "disabled", caret: "hide" });
  }
  await page.emulateMedia({ colorScheme: null });
}

async function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate((width) => {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= width) return [];
    const out = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > width + 0.5);
    // Text that overflows its own box sticks out without any box that does.
    const boxes = out.map((element) => `${element.tagName.toLowerCase()}.${element.className}: ${element.textContent?.trim().slice(0, 60)}`);
    return [`the page is ${scrollWidth} pixels wide`, ...boxes];
  }, NARROW);
}
