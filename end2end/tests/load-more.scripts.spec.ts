// "Load more": the next products come below those that are there, the address follows, and whoever comes back from a product
// finds their place.
import { addresses, cardTo, cards, found, more } from './listing';
import { expectNoBarriersAtBothWidths } from './look';
import { expect, test } from './shopper';

const PER_PAGE = 24;

test('more is loaded in place: nothing twice, the address follows, focus is on the first that came', async ({ page }) => {
  await page.goto('/products');
  await expect(cards(page)).toHaveCount(PER_PAGE);
  await more(page).focus();
  await page.keyboard.press('Enter');
  await expect(cards(page)).toHaveCount(2 * PER_PAGE);
  await expect(page).toHaveURL(/\/products\?page=2$/);
  await expect(cards(page).nth(PER_PAGE)).toBeFocused();
  const status = page.getByRole('status').filter({ hasText: 'Showing' });
  await expect(status).toHaveText(/^Showing 1–48 of \d+ products$/);
  await expect(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Page 2', exact: true }))
    .toHaveAttribute('aria-current', 'page');
  await expectNoBarriersAtBothWidths(page);

  await more(page).click();
  await expect(page).toHaveURL(/\/products\?page=3$/);
  await expect(more(page)).toBeHidden();
  const seen = await addresses(page);
  const total = await found(page);
  expect(seen.length).toBe(total);
  expect(new Set(seen).size).toBe(total);
  await expect(status).toHaveText(`Showing 1–${total} of ${total} products`);
  // The browser's own ways: one page of history, and loaded anew it is the last page.
  await page.reload();
  await expect(page.getByRole('link', { name: 'Show earlier products' })).toBeVisible();
  expect(await addresses(page)).toEqual(seen.slice(2 * PER_PAGE));
});

test('Back from a product leads to the list and the place in it', async ({ page }) => {
  await page.goto('/products?sort=price_up');
  await more(page).click();
  await expect(cards(page)).toHaveCount(2 * PER_PAGE);
  const card = cards(page).nth(PER_PAGE + 20);
  const product = String(await card.getAttribute('href'));
  await card.click();
  await expect(page).toHaveURL(new RegExp(`${product}$`));
  await page.goBack();
  await expect(page).toHaveURL(/\/products\?sort=price_up&page=2$/);
  const back = cardTo(page, product);
  await expect(back).toBeInViewport();
  // A browser that has not kept the list loads the page on which the product stood, with a way to those before.
  if ((await cards(page).count()) < 2 * PER_PAGE) {
    await expect(back).toBeFocused();
    await page.getByRole('link', { name: 'Show earlier products' }).click();
    await expect(page).toHaveURL(/\/products\?sort=price_up$/);
  }
});

test('a product of the first page leads back to the first page, also when more were loaded', async ({ page }) => {
  await page.goto('/products?sort=price_up');
  await more(page).click();
  await expect(cards(page)).toHaveCount(2 * PER_PAGE);
  const card = cards(page).nth(1);
  const product = String(await card.getAttribute('href'));
  await card.click();
  await expect(page).toHaveURL(new RegExp(`${product}$`));
  await page.goBack();
  await expect(page).toHaveURL(/\/products\?sort=price_up$/);
  await expect(cardTo(page, product)).toBeInViewport();
});

test('what cannot be loaded in place is shown as a page of its own', async ({ page, watch }) => {
  watch.expected = [404];
  await page.goto('/products');
  await page.route(/after=/, (route) => route.fulfill({ status: 404, contentType: 'text/html', body: 'Gone' }), { times: 1 });
  await more(page).click();
  await expect(page).toHaveURL(/after=/);
  await expect(cards(page)).toHaveCount(PER_PAGE);
  await expect(page.getByRole('link', { name: 'Show earlier products' })).toBeVisible();
});
