// How a person operates a page: with a pointer, or only with a keyboard.

import { expect, type Locator, type Page } from "@playwright/test";

export type InputMode = "pointer" | "keyboard";

/** More Tab presses than any page needs. After that, a control can't be reached by keyboard. */
const TABS = 120;

export class Input {
  constructor(
    readonly page: Page,
    readonly mode: InputMode,
    readonly javascript: boolean,
  ) {}

  /** Opens a URL and waits until the page is ready. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.ready();
  }

  /** With JavaScript, waits until `hydrate()` has ended. Without it, a loaded page is ready. */
  async ready(): Promise<void> {
    if (this.javascript) await this.page.locator("html[data-ready]").waitFor({ state: "attached" });
  }

  async press(control: Locator): Promise<void> {
    await this.ready();
    // Without JavaScript the answer is another page, and the next step belongs to that one.
    const arrival = !this.javascript && (await leadsAway(control)) ? this.page.waitForEvent("load") : undefined;
    await this.#act(control);
    await arrival;
  }

  async #act(control: Locator): Promise<void> {
    if (this.mode === "pointer") return control.click();
    await this.reach(control);
    const choice = await control.evaluate((element) => element instanceof HTMLInputElement && ["checkbox", "radio"].includes(element.type));
    await this.page.keyboard.press(choice ? "Space" : "Enter");
  }

  async fill(field: Locator, text: string): Promise<void> {
    await this.ready();
    if (this.mode === "pointer") return field.fill(text);
    await this.reach(field);
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.insertText(text);
  }

  async check(choice: Locator): Promise<void> {
    await this.ready();
    if (await choice.isChecked()) return;
    if (this.mode === "pointer") return choice.check();
    const group = await choice.evaluate((element: HTMLInputElement) => (element.type === "radio" ? element.name : ""));
    if (group) {
      // Tab reaches the checked radio button, and the arrow keys move from there.
      await this.reach(this.page.locator(`input[type="radio"][name="${group}"]:checked`));
      for (let arrows = 0; arrows < TABS && !(await choice.isChecked()); arrows += 1) await this.page.keyboard.press("ArrowDown");
    } else {
      await this.reach(choice);
      await this.page.keyboard.press("Space");
    }
    await expect(choice).toBeChecked();
  }

  /** Tabs to a control and checks that its focus is visible. */
  async reach(control: Locator): Promise<void> {
    await control.waitFor({ state: "visible" });
    for (let tabs = 0; tabs < TABS; tabs += 1) {
      if (await control.evaluate((element) => element === document.activeElement)) {
        // On a card that is selected as a whole, the focus ring is around the card.
        const shown = await control.evaluate((element) =>
          [element, element.closest("label") ?? element].some((one) => {
            const style = getComputedStyle(one);
            return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
          }),
        );
        expect(shown, `the focus shows on ${control}`).toBe(true);
        return;
      }
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`${control} cannot be reached with the Tab key`);
  }
}

/** Whether a control is a link to another page or the button of a form. */
function leadsAway(control: Locator): Promise<boolean> {
  return control.evaluate((element) => {
    const link = element.closest("a");
    if (link) return !(link.getAttribute("href") ?? "#").startsWith("#");
    return element instanceof HTMLButtonElement && element.type === "submit" && element.form !== null && !element.disabled;
  });
}
