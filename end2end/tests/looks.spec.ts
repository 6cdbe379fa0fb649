// What the shop looks like: by night as by day and on paper.
import type { Page } from '@playwright/test';
import { expectNoBarriersAtBothWidths, look, picture } from './look';
import { sold } from './owner';
import { CANDLE, MUG, OLGA, addToCart, buy, expect, fillAddress, register, signIn, test } from './shopper';

test.describe('by night', () => {
  test.use({ colorScheme: 'dark' });

  test('every pair of colours of the shop can be read', async ({ page }) => {
    test.setTimeout(240_000);
    const pages = {
      home: '/',
      listing: '/products',
      'listing-filters': '/products?option.Colour=Ink&option.Colour=Oat&in_stock=true',
      'listing-search': '/products?q=linen',
      product: `/products/${MUG.slug}`,
      login: '/login',
    };
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path);
      await look(page, `night-${name}`);
    }
    // Until a picture is there, its place is as dark as the page.
    await page.goto('/products');
    const [frame, picture] = await page
      .locator('.card .frame:has(.picture)')
      .first()
      .evaluate((frame) => [frame, frame.querySelector('.picture')!].map((part) => getComputedStyle(part).backgroundColor));
    expect([frame, picture]).toEqual(['rgb(50, 44, 37)', 'rgba(0, 0, 0, 0)']);
    await addToCart(page, CANDLE);
    await page.goto('/cart');
    await look(page, 'night-cart');
    await page.goto('/checkout');
    await look(page, 'night-checkout');
    const ground = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
    expect(ground).toBe('rgb(25, 22, 19)');
  });

  test('and those of the back office', async ({ page }) => {
    await signIn(page, OLGA);
    for (const path of ['/admin', '/admin/orders', '/admin/content']) {
      await page.goto(path);
      await expectNoBarriersAtBothWidths(page);
    }
  });
});

/** What somebody holds in their hand. */
async function print(page: Page, name: string) {
  await page.emulateMedia({ media: 'print' });
  const { project } = test.info();
  await picture(page, `${project.name}/print-${name}`);
}

test('on paper there is what a page is about, in ink, and no way elsewhere', async ({ page }) => {
  await register(page);
  await buy(page, CANDLE);
  const order = page.url();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, media: 'print' });
    await page.goto(order);
    await print(page, `order-${scheme}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('address').first()).toBeVisible();
    await expect(page.locator('address').first()).toContainText("12 St James's Square");
    await expect(page.getByRole('navigation')).toHaveCount(0);
    await expect(page.getByRole('button')).toHaveCount(0);
    const ink = await page.locator('main').evaluate((main) => getComputedStyle(main).color);
    expect(ink, scheme).toBe('rgb(33, 29, 25)');
  }
  await page.goto('/products');
  await print(page, 'listing');
  await expect(page.getByRole('main').getByText(MUG.name).first()).toBeVisible();
  await expect(page.getByRole('searchbox')).toHaveCount(0);
  await expect(page.getByRole('navigation')).toHaveCount(0);
});

test('the lists of the back office are on paper, and what chooses among them is not', async ({ page, browser }) => {
  await sold(browser, CANDLE);
  await signIn(page, OLGA);
  for (const list of ['orders', 'products', 'stock/count']) {
    await page.emulateMedia({ media: 'screen' });
    await page.goto(`/admin/${list}`);
    await print(page, `owner-${list.replace('/', '-')}`);
    await expect(page.getByRole('rowheader').first(), list).toBeVisible();
    for (const role of ['button', 'checkbox', 'navigation'] as const) {
      await expect(page.getByRole(role), `${list}: ${role}`).toHaveCount(0);
    }
  }
  // Where somebody writes what they counted.
  await expect(page.getByRole('spinbutton').first()).toBeVisible();
});

test('what is typed can be read by night', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await addToCart(page, CANDLE);
  await page.goto('/checkout');
  await fillAddress(page);
  const name = page.getByRole('textbox', { name: 'Full name', exact: true });
  const [ink, ground] = await name.evaluate((field) => {
    const style = getComputedStyle(field);
    return [style.color, style.backgroundColor];
  });
  expect([ink, ground]).toEqual(['rgb(241, 235, 226)', 'rgb(36, 32, 25)']);
});
