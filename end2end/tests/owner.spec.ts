// An owner's day in the back office, with and without scripts: an order packed in two parcels, a line given back, a price
// and a stock changed, and every page free of what keeps people out.
import type { Browser, Page } from '@playwright/test';
import { expectNoBarriersAtBothWidths } from './look';
import {
  CANDLE,
  MUG,
  addToCart,
  checkOut,
  expect,
  pay,
  placeOrder,
  register,
  signIn,
  test,
  type Person,
} from './shopper';

/** A member of staff, made at the terminal by scripts/serve-for-tests. */
const OLGA: Person = { name: 'Olga Owner', email: 'olga@example.org', password: 'correct horse battery' };

/** Somebody orders two mugs and a candle and pays; answers the order's id. */
async function sold(browser: Browser): Promise<string> {
  const context = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled ?? true });
  const page = await context.newPage();
  await register(page);
  await addToCart(page, MUG, '2');
  await addToCart(page, CANDLE);
  await checkOut(page);
  const order = await placeOrder(page);
  await pay(page);
  await context.close();
  return order.split('/').pop() ?? '';
}

test('an owner packs an order in two parcels and gives a line back', async ({ page, browser }) => {
  const order = await sold(browser);
  await signIn(page, OLGA);
  await page.goto('/');
  await page.getByRole('link', { name: 'Back office' }).click();
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
  await page.getByRole('link', { name: /to pack/ }).click();
  await expect(page).toHaveURL(/status=paid/);
  await page.goto(`/admin/orders/${order}`);
  const packing = page.getByRole('region', { name: 'Pack and send' });
  await packing.getByRole('spinbutton', { name: new RegExp(MUG.name) }).fill('2');
  await packing.getByRole('spinbutton', { name: new RegExp(CANDLE.name) }).fill('0');
  await packing.getByLabel('Carrier').fill('DHL');
  await packing.getByLabel('Tracking number').fill('JD014600003');
  await packing.getByRole('button', { name: 'Send parcel' }).click();
  await expect(page.getByText('The parcel is sent')).toBeVisible();
  await expect(page.getByRole('link', { name: 'JD014600003' })).toBeVisible();
  await page.getByRole('button', { name: 'Send parcel' }).click();
  await expect(page.getByRole('button', { name: 'Mark as completed' })).toBeVisible();

  await page.getByText('Give money back').click();
  await page.getByRole('spinbutton', { name: new RegExp(MUG.name) }).fill('1');
  await page.getByRole('button', { name: 'Give back' }).click();
  await expect(page.getByText('Please fill this in').first()).toBeVisible();
  await expect(page.getByRole('spinbutton', { name: new RegExp(MUG.name) })).toHaveValue('1');
  await page.getByLabel('Why?').fill('Chipped');
  await page.getByRole('button', { name: 'Give back' }).click();
  await expect(page.getByText('The refund is on its way')).toBeVisible();
  await page.getByLabel('Note to self').fill('Ask the potter about the glaze');
  await page.getByRole('button', { name: 'Note it' }).click();
  await expect(page.getByText('Ask the potter about the glaze')).toBeVisible();
});

test('an owner makes a product, changes its price, and counts its stock', async ({ page }) => {
  await signIn(page, OLGA);
  await page.goto('/admin/products');
  await page.getByRole('link', { name: 'Add a product' }).click();
  const name = `Linen Shirt ${Date.now()}`;
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Price', { exact: true }).fill('49,00');
  await page.getByLabel('Option 1', { exact: true }).fill('Size');
  await page.getByLabel('Values of option 1').fill('S, M');
  await page.getByLabel('Status').selectOption({ label: 'For sale' });
  await page.getByRole('button', { name: 'Make product' }).click();
  await expect(page.getByText('an amount like 12.50').first()).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(name);
  await page.getByLabel('Price', { exact: true }).fill('49.00');
  await page.getByRole('button', { name: 'Make product' }).click();
  await expect(page.getByText('The product is made')).toBeVisible();
  await page.getByLabel('Price of S').fill('45.00');
  await page.getByRole('button', { name: 'Save product' }).click();
  await expect(page.getByText('The product is saved')).toBeVisible();
  await expect(page.getByLabel('Price of S')).toHaveValue('45.00');
  await page.getByRole('link', { name: /in stock of S/ }).click();
  await page.getByLabel(/So many were counted/).check();
  await page.getByLabel('Units').fill('12');
  await page.getByLabel('Why?').fill('First delivery');
  await page.getByRole('button', { name: 'Change stock' }).click();
  await expect(page.getByText('The stock is changed')).toBeVisible();
  await expect(page.getByText('First delivery')).toBeVisible();
  await page.goto('/admin/audit?verify=yes');
  await expect(page.getByText('The chain holds')).toBeVisible();
});

test('every page of the back office can be used by everybody, at a desk and on a phone', async ({ page, browser }) => {
  test.slow();
  const order = await sold(browser);
  await signIn(page, OLGA);
  const places = ['', '/orders', `/orders/${order}`, '/products', '/products/new', '/stock', '/mail?show=all', '/events', '/keys', '/audit?verify=yes'];
  const paths = places.map((place) => `/admin${place}`);
  for (const list of ['/admin/products', '/admin/stock', '/admin/mail?show=all']) {
    await page.goto(list);
    paths.push((await page.locator('tbody th a').first().getAttribute('href')) ?? '');
  }
  for (const path of paths) {
    await page.goto(path);
    await expectNoBarriersAtBothWidths(page);
  }
});

test('the back office is nothing to others', async ({ page, watch }) => {
  watch.expected.push(404);
  await page.goto('/admin/orders');
  await expect(page).toHaveURL(/\/login\?next=%2Fadmin%2Forders/);
  await register(page);
  await page.goto('/admin/orders');
  await expect(page.getByRole('heading', { name: 'This page is not here' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Back office' })).toHaveCount(0);
});
