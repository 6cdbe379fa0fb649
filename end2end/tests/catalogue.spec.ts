// Finding things: the URL is the state.
import { found } from './listing';
import { MUG, expect, test, withScripts } from './shopper';

test('a listing sorts, filters, searches and pages by its address', async ({ page }) => {
  await page.goto('/products');
  const cards = page.getByRole('main').locator('a[href^="/products/"]');
  await expect(cards.first()).toBeVisible();
  await page.getByRole('link', { name: 'Price, low to high' }).click();
  await expect(page).toHaveURL(/sort=price_up/);
  await page.getByRole('link', { name: /^(Next|2)/ }).first().click();
  await expect(page).toHaveURL(/sort=price_up/);
  await expect(page).toHaveURL(/page=2/);
  await page.goto('/products');
  await page.getByRole('main').getByRole('link', { name: /^Glass/ }).first().click();
  await expect(page).toHaveURL(/category=glass/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Glass');
});

test('a search finds by words and says so when it finds nothing', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('banner').getByLabel('Search').fill('speckled mug');
  await page.getByRole('banner').getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(/q=speckled/);
  await expect(page.getByRole('main').getByRole('link', { name: new RegExp(MUG.name) }).first()).toBeVisible();
  await page.goto('/products?q=zzzzqqqq');
  await expect(page.getByRole('main')).toContainText(/nothing|no products/i);
});

test('a search within one category leads to what it finds in all of them', async ({ page }) => {
  await page.goto('/products?q=stoneware');
  const all = await found(page);
  await page.goto('/products?q=stoneware&category=candles');
  expect(await found(page)).toBeLessThan(all);
  await page.getByRole('main').getByRole('link', { name: `“stoneware” in all categories (${all})` }).click();
  await expect(page).toHaveURL(/\/products\?q=stoneware$/);
  expect(await found(page)).toBe(all);
  await expect(page.getByRole('link', { name: /in all categories/ })).toHaveCount(0);
});

test('addresses that make no sense are listings all the same', async ({ page }) => {
  for (const query of ['?page=0', '?page=-1', '?page=99999999999', '?sort=x', '?min_price=abc', '?category=nope', '?q=%F0%9F%8D%B5', '?q=%27%3B--']) {
    const answer = await page.goto(`/products${query}`);
    expect(answer?.status(), query).toBe(200);
  }
});

test('what is not there is a 404 with a way on', async ({ page, watch }) => {
  watch.expected = [400, 404];
  for (const path of ['/products?category=%00', '/products/no-such-thing', '/no-such-page', '/pages/nothing', '/products/%00']) {
    const answer = await page.goto(path);
    expect([400, 404], path).toContain(answer?.status());
  }
  const answer = await page.goto('/products/no-such-thing');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('main').getByRole('searchbox')).toBeVisible();
});

test('a choice of variant is kept in the address', async ({ page }) => {
  await page.goto(`/products/${MUG.slug}`);
  const radios = page.getByRole('radio');
  expect(await radios.count()).toBeGreaterThan(1);
  await page.locator('label:has(input[type=radio])').nth(1).click();
  if (!withScripts()) await page.getByRole('button', { name: 'Show this choice' }).click();
  await expect(page).toHaveURL(/[?&](sku|option)/);
  await page.reload();
  await expect(page.getByRole('radio').nth(1)).toBeChecked();
});
