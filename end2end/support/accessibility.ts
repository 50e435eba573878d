// Checks a screen in both themes and on a narrow screen, and takes its screenshot.

import path from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

import { END2END } from "./config.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const COLOURS = ["color-contrast", "link-in-text-block"];
const NARROW = 320;

/**
 * Checks the screen with axe in light and dark. Also checks that nothing overflows or is clipped at 320 pixels, that no
 * button extends beyond the page in forced colours, and that the borders of all buttons are visible.
 */
export async function checkPage(page: Page, name: string): Promise<void> {
  const size = page.viewportSize();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // In dark mode only the colours differ. No screen has frames, so axe needs no page of its own.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    // After a sign-out the covered page shows no heading.
    if ((await page.locator("html[data-signed-out]").count()) > 0) axe.disableRules(["page-has-heading-one"]);
    const { violations } = await (colorScheme === "light" ? axe.withTags(TAGS) : axe.withRules(COLOURS)).analyze();
    const findings = violations.flatMap((finding) =>
      finding.nodes.map((node) => `${finding.id}: ${finding.help}: ${node.target.join(" ")}\n    ${node.html}\n    ${node.failureSummary ?? ""}`),
    );
    expect(findings, `axe on ${name}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });

  await page.setViewportSize({ width: NARROW, height: size?.height ?? 640 });
  expect(await overflowing(page), `${name} at ${NARROW} pixels: nothing sticks out sideways`).toEqual([]);
  expect(await clipped(page), `${name} at ${NARROW} pixels: nothing is cut`).toEqual([]);
  await page.emulateMedia({ forcedColors: "active" });
  expect(await overhanging(page), `${name} at ${NARROW} pixels in forced colours: no button overhanging`).toEqual([]);
  if (size) await page.setViewportSize(size);
  expect(await overhanging(page), `${name} in forced colours: no button overhanging`).toEqual([]);
  await page.emulateMedia({ forcedColors: null });
}

/** Takes this screen's picture for the README. */
export async function photograph(page: Page, name: string, fullPage = false): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.join(END2END, "pictures", `${name}.${colorScheme}.png`), fullPage, animations: "disabled", caret: "hide" });
  }
  await page.emulateMedia({ colorScheme: null });
}

async function overflowing(page: Page): Promise<string[]> {
  return page.evaluate((width) => {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= width) return [];
    const out = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > width + 0.5);
    // Text can overflow its own box without any box that does.
    const boxes = out.map((element) => `${element.tagName.toLowerCase()}.${element.className}: ${element.textContent?.trim().slice(0, 60)}`);
    return [`the page is ${scrollWidth} pixels wide`, ...boxes];
  }, NARROW);
}

/** Content that is clipped at the edge of its own box. */
async function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const meant = "input, select, option, textarea, svg, svg *, .unseen, .unseen *, .skip, thead, thead *, .matrix td.no, .matrix td.no *";
    return [...document.querySelectorAll<HTMLElement>("body *")]
      .filter((element) => !element.matches(meant) && element.checkVisibility() && getComputedStyle(element).overflowX !== "visible")
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}: ${element.textContent?.trim().slice(0, 60)}`);
  });
}

/** Buttons that extend beyond the column of the page or beyond their dialog. */
async function overhanging(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const inner = (element: Element) => {
      const { left, right } = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return { left: left + parseFloat(style.paddingLeft), right: right - parseFloat(style.paddingRight) };
    };
    return [...document.querySelectorAll<HTMLElement>("main button, main .button, dialog button, dialog .button")]
      .filter((button) => button.checkVisibility({ visibilityProperty: true }) && button.getBoundingClientRect().width > 0)
      .filter((button) => {
        const around = button.closest("dialog, main");
        if (!around) return false;
        const [column, edge] = [inner(around), button.getBoundingClientRect()];
        return edge.left < column.left - 0.5 || edge.right > column.right + 0.5;
      })
      .map((button) => button.textContent?.trim() ?? "");
  });
}
