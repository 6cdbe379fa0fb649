// An owner gives a product pictures, with and without scripts: chosen, put in order and told in words, until the shop shows
// them in a format the browser chose; and what is no picture is said to be none.
import type { Page } from '@playwright/test';
import { picture } from './drawing';
import { look } from './look';
import { OLGA, expect, signIn, test } from './shopper';

async function makeProduct(page: Page): Promise<string> {
  await page.goto('/admin/products/new');
  const name = `Picture Book ${Date.now()}`;
  await page.getByLabel('Name').first().fill(name);
  await page.getByLabel('Status').selectOption('active');
  await page.getByLabel('Price', { exact: true }).fill('12.00');
  await page.getByLabel('In stock, of each variant').fill('5');
  await page.getByRole('button', { name: 'Make product' }).click();
  await expect(page.getByText('The product is made')).toBeVisible();
  return name;
}

test('an owner gives a product pictures, and the shop shows them', async ({ page }) => {
  await signIn(page, OLGA);
  const name = await makeProduct(page);
  const editor = page.url().split('#')[0] ?? '';
  const pictures = page.getByRole('region', { name: 'Pictures' });
  await pictures.getByLabel('Add pictures').setInputFiles([
    picture('brush', [200, 180, 150], [120, 90, 60]),
    { name: 'drawing.svg', mimeType: 'image/png', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
    picture('rolling-pin', [90, 110, 90], [240, 235, 225]),
  ]);
  await pictures.getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByText('2 pictures were uploaded')).toBeVisible();
  await expect(pictures.getByText('SVG drawings can hold programs')).toBeVisible();
  await expect(async () => {
    await page.goto(editor);
    await expect(pictures.getByLabel('What picture 2 shows')).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });

  await pictures.getByLabel('What picture 1 shows').fill('A brush for the bath');
  await pictures.getByLabel('What picture 2 shows').fill('');
  await pictures.getByRole('button', { name: 'Save pictures' }).click();
  await expect(pictures.getByRole('alert').getByText('Please fill this in')).toBeVisible();
  await expect(pictures.getByLabel('What picture 1 shows')).toHaveValue('A brush for the bath');
  await pictures.getByLabel('What picture 2 shows').fill('A rolling pin');
  await pictures.getByRole('button', { name: 'Move up picture 2' }).click();
  await expect(pictures.getByLabel('What picture 1 shows')).toHaveValue('A rolling pin');
  await look(page, 'owner-pictures');

  await page.getByRole('link', { name: 'View in the shop' }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  const large = page.getByRole('list', { name: 'Large pictures' }).getByRole('img', { name: 'A rolling pin' });
  await expect(large).toBeVisible();
  const shown = await large.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return { from: image.currentSrc, wide: image.naturalWidth };
  });
  expect(shown.from).toMatch(/\/media\/[0-9a-f]{32}-\d+\.avif$/);
  expect(shown.wide).toBeGreaterThan(0);

  await page.goto(editor);
  await pictures.getByRole('button', { name: 'Remove picture 1' }).click();
  await expect(pictures.getByLabel('What picture 1 shows')).toHaveValue('A brush for the bath');
  await expect(pictures.getByLabel('What picture 2 shows')).toBeHidden();
});
