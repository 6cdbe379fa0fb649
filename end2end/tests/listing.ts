// A listing, as a page shows it: its cards, in their order, and how many there are in all.
import type { Page } from '@playwright/test';

export const cards = (page: Page) => page.getByRole('region', { name: 'Products' }).locator('.grid > li > a');

/** The one that leads there. */
export const cardTo = (page: Page, address: string) => cards(page).and(page.locator(`[href="${address}"]`));

/** Where the cards lead. */
export const addresses = async (page: Page) => cards(page).evaluateAll((links) => links.map((link) => link.getAttribute('href')));

/** How many products there are, on this page or another. */
export const found = async (page: Page) => Number(/^(\d+) products?/.exec(await page.locator('.listing-count').innerText())?.[1]);

export const more = (page: Page) => page.getByRole('button', { name: 'Load more' });
