// What is pressed by who has no mouse.
import type { Locator, Page } from '@playwright/test';
import { expect } from './shopper';

/** The next stop of this name, and one can see where one is. */
export async function tabTo(page: Page, stop: Locator) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab');
    if (await stop.evaluate((element) => element === document.activeElement)) {
      const { outline, shadow } = await stop.evaluate((element) => {
        const { outlineStyle, boxShadow } = getComputedStyle(element);
        return { outline: outlineStyle, shadow: boxShadow };
      });
      expect(outline !== 'none' || shadow !== 'none', 'focus is seen').toBe(true);
      return;
    }
  }
  throw new Error(`no key leads to ${stop}`);
}
