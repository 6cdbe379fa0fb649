// An owner brings products along as a file, with and without scripts: checked first, told what is wrong by its row, then imported.
import { readFileSync } from 'node:fs';
import { expectNoBarriers } from './look';
import { unique } from './owner';
import { OLGA, expect, signIn, test } from './shopper';

/** Drafts, so that no other test meets them in the shop. */
const file = (handle: string, price: string) => ({
  name: 'products.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(
    'Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price,Status\n' +
      `${handle},Größe & Maß,<p>Von hier.</p>,Size,S,${handle}-s,12.50,draft\n` +
      `${handle},,,,M,${handle}-m,"${price}",\n`,
  ),
});

test('an owner imports products from a file, and downloads them again', async ({ page }) => {
  test.slow();
  const handle = `e2e-${unique()}`;
  await signIn(page, OLGA);
  await page.goto('/admin/import');
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByRole('alert').getByText('Please choose a file first')).toBeVisible();

  await page.getByLabel('A CSV file').setInputFiles(file(handle, '13,50'));
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(async () => {
    await page.goto(page.url());
    await expect(page.getByText('Please write numbers with a point')).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByRole('row').filter({ hasText: 'Please write numbers with a point' })).toContainText('3');
  await expect(page.getByRole('button', { name: 'Import', exact: true })).toHaveCount(0);
  await expectNoBarriers(page);

  await page.goto('/admin/import');
  await page.getByLabel('A CSV file').setInputFiles(file(handle, '13.50'));
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(async () => {
    await page.goto(page.url());
    await expect(page.getByRole('button', { name: 'Import', exact: true })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoBarriers(page);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(async () => {
    await page.goto(page.url());
    await expect(page.getByRole('heading', { name: 'What was imported' })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });

  await page.goto(`/admin/products?q=${handle}-m`);
  await page.getByRole('link', { name: 'Größe & Maß' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Größe & Maß');

  await page.goto('/admin/import');
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download products (CSV)' }).click();
  const table = readFileSync(await (await started).path(), 'utf8');
  expect(table).toContain(`${handle},Größe & Maß,<p>Von hier.</p>`);
});
