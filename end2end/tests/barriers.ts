// What keeps people out of a page: what axe finds, and what hangs over its right edge.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A line for each rule that the page, or the part of it, breaks. axe is a script itself, and waits for ever where none runs. */
export async function barriers(page: Page, { within = 'html', also = [] as string[] } = {}): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    // No page of the shop has frames of others, for which axe would open a page of its own each time; and nobody reads what is well.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .withTags([...WCAG, ...also])
    .include(within)
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, target }) => `${target} ${html}`).join(' | ')}`);
}

/** By how many pixels the page is wider than what shows it: nobody should scroll sideways to read. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
