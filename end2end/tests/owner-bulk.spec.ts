// Many at once in the back office: two orders packed and printed together, and prices changed after they were looked at.
import type { Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { expectNoBarriersAtBothWidths } from './look';
import { sold } from './owner';
import { MUG, OLGA, expect, signIn, test } from './shopper';

/** What the button would print of the boxes that are ticked, as a reader finds it. */
async function printed(page: Page, button: string): Promise<string> {
  const to = (await page.getByRole('button', { name: button }).getAttribute('formaction')) ?? '';
  const boxes = page.locator('tbody input:checked');
  const names = await Promise.all((await boxes.all()).map(async (box) => (await box.getAttribute('name')) ?? ''));
  const form = Object.fromEntries(names.map((name) => [name, 'yes']));
  const file = await page.request.post(to, { form, headers: { 'sec-fetch-site': 'same-origin' } });
  expect([file.status(), file.headers()['content-type']]).toEqual([200, 'application/pdf']);
  return execFileSync('pdftotext', ['-layout', '-', '-'], { input: await file.body(), encoding: 'utf8' });
}

test('an owner prints the slips of two orders and marks them as packed', async ({ page, browser }) => {
  const orders = [await sold(browser, MUG), await sold(browser, MUG)];
  await signIn(page, OLGA);
  const titles: string[] = [];
  for (const order of orders) {
    await page.goto(`/admin/orders/${order}`);
    titles.push(await page.getByRole('heading', { level: 1 }).innerText());
  }
  await page.goto('/admin/orders?status=paid&packing=to_pack');
  await page.getByRole('button', { name: 'Mark as packed' }).click();
  await expect(page.getByText('Please choose an order first.')).toBeVisible();
  for (const title of titles) await page.getByRole('checkbox', { name: title, exact: true }).check();
  const slips = await printed(page, 'Print packing slips');
  for (const title of titles) expect(slips).toContain(`Packing slip, ${title.toLowerCase()}`);
  expect(slips).toContain(MUG.name);
  expect(slips).not.toMatch(/[$€]|\d\.\d\d/);
  expect(await printed(page, 'Print invoices')).toContain(titles[0].replace('Order ', ''));
  await page.getByRole('button', { name: 'Mark as packed' }).click();
  await expect(page.getByText('2 orders are packed.')).toBeVisible();
  await page.getByRole('link', { name: 'Packed', exact: true }).click();
  for (const title of titles) await expect(page.getByRole('checkbox', { name: title, exact: true })).toBeVisible();
  await expectNoBarriersAtBothWidths(page);
  await page.goto(`/admin/orders/${orders[0]}`);
  await page.getByRole('button', { name: 'Not packed after all' }).click();
  await expect(page.getByText('1 order is to be packed again.')).toBeVisible();
});

test('an owner sees what prices would be, and then changes them', async ({ page }) => {
  await signIn(page, OLGA);
  const name = `Nested Bowl ${Date.now()}`;
  await page.goto('/admin/products/new');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Price', { exact: true }).fill('49.05');
  await page.getByLabel('Option 1', { exact: true }).fill('Size');
  await page.getByLabel('Values of option 1').fill('S, M');
  await page.getByRole('button', { name: 'Make product' }).click();
  await expect(page.getByText('The product is made')).toBeVisible();
  await page.goto(`/admin/products?q=${encodeURIComponent(name)}`);
  await page.getByRole('checkbox', { name }).check();
  await page.getByRole('button', { name: 'Change the chosen ones' }).click();
  await page.getByLabel('Prices', { exact: true }).selectOption({ label: 'Lower by per cent' });
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await expect(page.getByText('Please fill this in').first()).toBeVisible();
  await page.getByLabel('By how much').fill('10');
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('44.15');
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('button', { name: 'Change 1 product' }).click();
  await expect(page.getByText('1 product is changed.')).toBeVisible();
  await page.goto(`/admin/products?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('44.15');
});
