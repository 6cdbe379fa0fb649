// Every page of the back office, as the router knows them, at a desk and on a phone: a new one to which no way is known here is red.
import type { Page } from '@playwright/test';
import { expectNoBarriersAtBothWidths } from './look';
import { reviewed, routes, sold, unique } from './owner';
import { CANDLE, OLGA, expect, signIn, test } from './shopper';

/** How a page is asked for what it shows more of; each of these is looked at. */
const SEARCHES: Record<string, string[]> = {
  '/admin/products/bulk': ['?all=yes'],
  '/admin/tax/rates': ['', '?country=DE'],
  '/admin/synonyms': ['', '?word=couch'],
  '/admin/mail': ['?show=all'],
  '/admin/audit': ['?verify=yes'],
};

type Way = (page: Page, order: string) => Promise<string>;

/** Where the first of these links leads. */
const first =
  (list: string, links = 'tbody th a'): Way =>
  async (page) => {
    await page.goto(list);
    return (await page.locator(links).first().getAttribute('href')) ?? '';
  };

/** A file with a price that is none, so that it is never imported. */
async function sendFile(page: Page): Promise<string> {
  await page.goto('/admin/import');
  const buffer = Buffer.from('Handle,Title,Variant Price\nnever,Never,"1,50"\n');
  await page.getByLabel('A CSV file').setInputFiles({ name: 'never.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page).toHaveURL(/\/admin\/import\/[0-9a-f-]{36}/);
  return new URL(page.url()).pathname;
}

/** Told of what happens to no order of this suite. */
async function addWebhook(page: Page): Promise<string> {
  await page.goto('/admin/webhooks');
  const add = page.getByRole('region', { name: 'Add a webhook' });
  await add.getByLabel('Address').fill(`https://1.1.1.1:9/pages/${encodeURIComponent(test.info().project.name)}`);
  await add.getByLabel(/order\.completed/).check();
  await add.getByRole('button', { name: 'Add webhook' }).click();
  await expect(page.getByText(/shown only now: whsec_/)).toBeVisible();
  return new URL(page.url()).pathname;
}

/** To one of many, for each route that needs one. */
const ONE: Record<string, Way> = {
  '/admin/orders/:id': async (_, order) => `/admin/orders/${order}`,
  '/admin/orders/:id/address': async (_, order) => `/admin/orders/${order}/address`,
  '/admin/orders/:id/message': async (_, order) => `/admin/orders/${order}/message`,
  '/admin/products/:id': first('/admin/products'),
  '/admin/products/:id/options': async (page, order) => `${await first('/admin/products')(page, order)}/options`,
  '/admin/stock/:id': first('/admin/stock'),
  '/admin/content/pages/:slug': first('/admin/content'),
  '/admin/categories/:id': first('/admin/categories', '.desk-tree a'),
  '/admin/import/:id': sendFile,
  '/admin/reviews/:id': first('/admin/reviews'),
  // Others come and go meanwhile; this one is the sample's.
  '/admin/promotions/:id': first('/admin/promotions', 'tbody tr:has-text("WELCOME10") th a'),
  '/admin/shipping/:id': first('/admin/shipping', '.desk-zones a'),
  '/admin/customers/:id': (page, order) => first(`/admin/orders/${order}`, 'main a[href^="/admin/customers/"]')(page, order),
  '/admin/mail/:id': first('/admin/mail?show=all'),
  '/admin/webhooks/:id': addWebhook,
};

async function lookAt(page: Page, path: string) {
  const answer = await page.goto(path);
  expect(answer?.status(), path).toBe(200);
  await expectNoBarriersAtBothWidths(page);
}

test('a way is known to every page of the back office, and to no other', () => {
  const known = routes();
  expect(known.length).toBeGreaterThan(40);
  const many = known.filter((route) => route.includes(':'));
  expect(many.sort()).toEqual(Object.keys(ONE).sort());
  expect(Object.keys(SEARCHES).filter((route) => !known.includes(route))).toEqual([]);
});

test('every page of the back office that is there once can be used by everybody, at a desk and on a phone', async ({ page }) => {
  test.slow();
  await signIn(page, OLGA);
  for (const route of routes().filter((route) => !route.includes(':'))) {
    for (const search of SEARCHES[route] ?? ['']) await lookAt(page, route + search);
  }
});

test('every page of one of many can be used by everybody, at a desk and on a phone', async ({ page, browser }) => {
  test.slow();
  const order = await sold(browser, CANDLE);
  await signIn(page, OLGA);
  await reviewed(page, browser, CANDLE, `It burns, ${unique()}.`);
  for (const [route, way] of Object.entries(ONE)) {
    const path = await way(page, order);
    expect(path, route).not.toBe('');
    await lookAt(page, path);
  }
  await page.getByRole('button', { name: 'Remove this webhook' }).click();
  await expect(page.getByText('The webhook is removed')).toBeVisible();
});
