// The pages of a listing, by their numbers and by "Next", with and without scripts. The sample has more products than two pages.
import { addresses, found, more } from './listing';
import { expectNoBarriersAtBothWidths } from './look';
import { expect, test, withScripts } from './shopper';

test('a listing is read to its end by Next, and each product stands on one page', async ({ page }) => {
  await page.goto('/products?sort=price_up');
  const pages = page.getByRole('navigation', { name: 'Pages' });
  const seen: (string | null)[] = [];
  for (let number = 2; ; number += 1) {
    seen.push(...(await addresses(page)));
    const next = pages.getByRole('link', { name: 'Next' });
    if ((await next.count()) === 0) break;
    await next.click();
    await expect(page).toHaveURL(new RegExp(`[?&]page=${number}$`));
  }
  const total = await found(page);
  expect(seen.length).toBe(total);
  expect(new Set(seen).size).toBe(total);
  await expect(page.getByText(new RegExp(`Showing \\d+–${total} of ${total} products`))).toBeVisible();
  await expect(more(page)).toBeHidden();
});

test('pages have numbers, and one says that it is this one', async ({ page }) => {
  await page.goto('/products');
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await expect(pages.getByRole('link', { name: 'Page 1', exact: true })).toHaveAttribute('aria-current', 'page');
  await expect(page.getByRole('link', { name: 'Show earlier products' })).toHaveCount(0);
  await pages.getByRole('link', { name: 'Page 3', exact: true }).click();
  await expect(page).toHaveURL(/\/products\?page=3$/);
  await expect(pages.getByRole('link', { name: 'Page 3', exact: true })).toHaveAttribute('aria-current', 'page');
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('link', { name: 'Show earlier products' }).click();
  await expect(page).toHaveURL(/\/products\?page=2$/);
});

test('a cursor leads on and back, and one that was made by hand to the beginning', async ({ page }) => {
  await page.goto('/products');
  const first = await addresses(page);
  const onward = await page.locator('.load-more').getAttribute('data-more');
  await page.goto(String(onward));
  const second = await addresses(page);
  expect(second.filter((product) => first.includes(product))).toEqual([]);
  await page.getByRole('link', { name: 'Show earlier products' }).click();
  await expect(page).toHaveURL(/before=/);
  expect(await addresses(page)).toEqual(first);
  await page.goto(`${onward}x`);
  await expect(page.getByText('This link leads to no place in this list')).toBeVisible();
  expect(await addresses(page)).toEqual(first);
});

test('"Load more" is offered where there are scripts', async ({ page }) => {
  await page.goto('/products');
  await expect(more(page)).toBeVisible({ visible: withScripts() });
});
