// What stands beside a price, and what a narrowed list shows, is of the variant that is meant: with scripts and without.
import type { Page } from '@playwright/test';
import { cards } from './listing';
import { expectNoBarriersAtBothWidths } from './look';
import { makeSixVariants, unique } from './owner';
import { MUG, OLGA, expect, signIn, test, withScripts } from './shopper';

async function choose(page: Page, option: string, value: string) {
  await page.getByRole('group', { name: option }).getByRole('radio', { name: value, exact: true }).check();
  if (!withScripts()) await page.getByRole('button', { name: 'Show this choice' }).click();
}

test('what is said of a price stands below it and follows the choice, and lists show what they were narrowed to', async ({ page }) => {
  await signIn(page, OLGA);
  await page.goto('/admin/products/new');
  const name = `Smock ${unique()}`;
  await makeSixVariants(page, name);
  for (const [label, text] of [
    ['Price of S, Moss', '15.00'],
    ['Price before of S, Moss', '20.00'],
    ['Contents of M, Sand', '2 m'],
  ]) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
  await page.getByRole('button', { name: 'Save product' }).click();
  await expect(page.getByText('The product is saved')).toBeVisible();
  const path = (await page.getByRole('link', { name: 'View in the shop' }).getAttribute('href')) ?? '';

  await page.goto(path);
  const [price, note] = [page.locator('.standing .price'), page.locator('.standing .price-note')];
  await expect(price).toContainText('$15.00');
  await expect(note).toHaveText('Lowest price of the 30 days before: $20.00');
  const [above, below] = [(await price.boundingBox())!, (await note.boundingBox())!];
  expect(below.y).toBeGreaterThanOrEqual(above.y + above.height);
  await expectNoBarriersAtBothWidths(page);
  await choose(page, 'Colour', 'Sand');
  await expect(price).toContainText('$20.00');
  await expect(note).toHaveCount(0);
  await choose(page, 'Size', 'M');
  await expect(note).toHaveText('2 m, $10.00 per m');

  const card = cards(page).filter({ hasText: name });
  for (const [colour, amount] of [
    ['Moss', 'From $15.00'],
    ['Rust', '$20.00'],
  ]) {
    await page.goto(`/products?q=${encodeURIComponent(name)}&exact=true&option.Colour=${colour}`);
    await expect(card.locator('..').locator('.price')).toContainText(amount);
    await expect(card).toHaveAttribute('href', new RegExp(`^${path}\\?sku=[\\w-]+$`));
    await card.click();
    await expect(page.getByRole('radio', { name: colour, exact: true })).toBeChecked();
  }
});

test('a list of one colour shows each product in it, and leads to that', async ({ page }) => {
  await page.goto('/products?category=tableware');
  const mug = cards(page).filter({ hasText: MUG.name });
  await expect(mug).toHaveAttribute('href', `/products/${MUG.slug}`);
  await page.goto('/products?category=tableware&option.Colour=Ink');
  await expect(mug).toHaveAttribute('href', `/products/${MUG.slug}?sku=TAB-MUG-INK`);
  await expect(mug.locator('img')).toHaveAttribute('src', /speckled-stoneware-mug-ink/);
  await mug.click();
  await expect(page.getByRole('radio', { name: 'Ink', exact: true })).toBeChecked();
  const first = page.getByRole('list', { name: 'Large pictures' }).getByRole('img').first();
  await expect(first).toHaveAttribute('src', /speckled-stoneware-mug-ink/);
});
