// A product's page: its pictures close up, what is known of it, and what was looked at before.
import { CANDLE, MUG, PATTERN, expect, expectCount, test, withScripts } from './shopper';

test('a picture is shown close up: over the page, or as its file', async ({ page }) => {
  await page.goto(`/products/${MUG.slug}`);
  const zoom = page.getByRole('list', { name: 'Large pictures' }).getByRole('link').first();
  const file = await zoom.getAttribute('href');
  expect(file).toMatch(/^\/(pictures|media)\/[\w-]+\.webp$/);
  if (!withScripts()) {
    const picture = await page.request.get(file!);
    expect([picture.status(), picture.headers()['content-type']]).toEqual([200, 'image/webp']);
    return;
  }
  await zoom.click();
  const view = page.getByRole('dialog', { name: 'Large pictures over the page' });
  await expect(view).toBeVisible();
  const place = view.getByText(/^\d of \d$/);
  await expect(place).toHaveText(/^1 of/);
  await page.keyboard.press('ArrowRight');
  await expect(place).toHaveText(/^2 of/);
  await view.getByRole('button', { name: 'Previous' }).click();
  await expect(place).toHaveText(/^1 of/);
  await page.keyboard.press('Escape');
  await expect(view).toBeHidden();
  await expect(zoom).toBeFocused();
});

test('what is known of a product stands in a table, and how it is sent beside the choice', async ({ page }) => {
  await page.goto(`/products/${MUG.slug}`);
  const main = page.getByRole('main');
  await expect(main.getByText(/^Delivery: /)).toContainText(/working day|same day/);
  await main.getByText('Details', { exact: true }).click();
  await expect(main.getByText('Article number')).toBeVisible();
  await expect(main.getByRole('link', { name: 'Share by mail' })).toHaveAttribute('href', /^mailto:\?subject=Speckled%20Stoneware%20Mug&body=http/);
  await page.goto(`/products/${PATTERN.slug}`);
  await expect(main.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(main.getByText(/^Delivery: /)).toHaveCount(0);
});

test('what was looked at before is known to the browser alone', async ({ page }) => {
  const told: string[] = [];
  page.on('request', (request) => told.push(`${request.url()} ${request.postData() ?? ''}`));
  await page.goto(`/products/${CANDLE.slug}`);
  const recent = page.getByRole('region', { name: 'Recently viewed' });
  await expect(recent).toHaveCount(0);
  await page.goto(`/products/${MUG.slug}`);
  if (!withScripts()) {
    await expect(recent).toHaveCount(0);
    return;
  }
  await expect(recent.getByRole('link', { name: CANDLE.name })).toHaveAttribute('href', `/products/${CANDLE.slug}`);
  await expect(recent.getByRole('link')).toHaveCount(1);
  // An empty cart shows both, and is no product that was looked at.
  for (let visit = 0; visit < 2; visit += 1) {
    await page.goto('/cart');
    await expect(recent.getByRole('link')).toHaveCount(2);
    await expect(recent.getByRole('link').first()).toHaveAttribute('href', `/products/${MUG.slug}`);
  }
  await page.goto(`/products/${MUG.slug}`);
  // What somebody else wrote there becomes no link of ours.
  await page.evaluate(() =>
    localStorage.setItem('recently-viewed', JSON.stringify([{ name: '<img src=x>', path: 'javascript:alert(1)', picture: '//evil.example/x' }, 7, null])),
  );
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(recent).toHaveCount(0);
  await page.goto(`/products/${CANDLE.slug}`);
  await recent.getByRole('button', { name: 'Forget these' }).click();
  await expect(recent).toHaveCount(0);
  expect(await page.evaluate(() => localStorage.getItem('recently-viewed'))).toBe('[]');
  expect(told.filter((request) => request.includes('recent'))).toEqual([]);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the button is at hand while the choice is out of sight, and covers nothing', async ({ page }) => {
    await page.goto(`/products/${CANDLE.slug}`);
    const again = page.getByRole('button', { name: /^Add for / });
    const first = page.getByRole('button', { name: 'Add to cart' });
    await page.getByRole('contentinfo').scrollIntoViewIfNeeded();
    await expect(again).toBeVisible();
    await first.scrollIntoViewIfNeeded();
    await expect(again).toBeHidden();
    await page.getByRole('contentinfo').scrollIntoViewIfNeeded();
    await again.click();
    await expect(page.getByText('Added to your cart').first()).toBeVisible();
    await expectCount(page, 1);
    const covered = await page.evaluate(() => {
      window.scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
      const bar = document.querySelector('.buy-bar')?.getBoundingClientRect();
      const last = [...document.querySelectorAll('footer a')].pop()?.getBoundingClientRect();
      return bar && last ? last.bottom - bar.top : 1;
    });
    expect(covered).toBeLessThanOrEqual(0);
  });
});

test('Enter in the quantity of a product with options puts what is chosen into the cart', async ({ page }) => {
  await page.goto('/products/cotton-towel');
  await page.locator('label:has(input[type=radio])', { hasText: 'Sage' }).click();
  const quantity = page.getByLabel('Quantity');
  await quantity.fill('2');
  await quantity.press('Enter');
  await expect(page.getByText('Added to your cart').first()).toBeVisible();
  await page.goto('/cart');
  await expect(page.getByRole('main')).toContainText('Sage');
  await expect(page.getByLabel(/^Quantity/).first()).toHaveValue('2');
});
