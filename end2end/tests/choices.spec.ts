// What a shopper chooses in the cart and on the review: a promotion's code, and a place to estimate for. With the sample's
// settings: WELCOME10 takes a tenth off a first order, shipping is free from 75.
import type { Page } from '@playwright/test';
import { look } from './look';
import { CANDLE, PATTERN, addToCart, checkOut, expect, fillAddress, placeOrder, register, somebody, test, withScripts } from './shopper';

const main = (page: Page) => page.getByRole('main');
const total = (page: Page) => page.locator('.totals-sum');
const summary = (page: Page, name: string) => page.locator('summary', { hasText: name });

/** Unfolds a choice, if it is not. */
async function unfold(page: Page, name: string) {
  const choice = page.locator('details', { has: summary(page, name) });
  if ((await choice.getAttribute('open')) === null) await summary(page, name).click();
}

async function applyCode(page: Page, code: string) {
  await unfold(page, 'Add a promotion code');
  await page.getByRole('textbox', { name: 'Promotion code' }).fill(code);
  await page.getByRole('button', { name: 'Apply' }).click();
}

async function estimate(page: Page, label: 'Country' | 'State', place: string) {
  await unfold(page, 'Estimate shipping');
  await main(page).getByLabel(label).selectOption({ label: place });
  if (!withScripts()) await page.getByRole('button', { name: 'Estimate' }).click();
}

test('a code is applied in the cart, shown with its discount, and removed', async ({ page }) => {
  await addToCart(page, CANDLE, '2');
  await page.goto('/cart');
  await expect(total(page)).toContainText('$37.00');
  await applyCode(page, 'welcome10');
  await expect(main(page)).toContainText('10 % off your first order: − $3.70');
  await expect(total(page)).toContainText('$33.30');
  await expect(page.getByRole('textbox', { name: 'Promotion code' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Remove WELCOME10' }).click();
  await expect(total(page)).toContainText('$37.00');
  await expect(summary(page, 'Add a promotion code')).toBeVisible();
});

test('a refused code says why beside its field, with what was typed', async ({ page, watch }) => {
  watch.expected = [422];
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await applyCode(page, 'NOBODYS');
  const field = page.getByRole('textbox', { name: 'Promotion code' });
  await expect(page.locator('#field-code-problem')).toContainText('We do not know this code.');
  await expect(field).toHaveValue('NOBODYS');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toBeFocused();
  await look(page, 'cart-code-refused');
});

test('whoever guesses codes is asked to wait', async ({ page, watch }) => {
  watch.expected = [422, 429];
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  const guess = (code: string) =>
    page.request.post('/do/apply-code', {
      headers: { accept: 'application/json', origin: new URL(page.url()).origin },
      form: { code, from: '/cart' },
    });
  for (let n = 0; n < 10; n += 1) expect((await guess(`GUESS${n}`)).status()).toBe(422);
  await applyCode(page, 'WELCOME10');
  await expect(page.locator('#field-code-problem')).toContainText(/Too many tries. Please wait \d+ seconds/);
  await expect(page.getByRole('textbox', { name: 'Promotion code' })).toHaveValue('WELCOME10');
});

test('a code on the review changes the total, and the order carries it', async ({ page, watch }) => {
  watch.expected = [422];
  await register(page);
  await addToCart(page, CANDLE, '2');
  await checkOut(page);
  await expect(total(page)).toContainText('$46.90');
  await applyCode(page, 'NOBODYS');
  await expect(page.locator('#field-code-problem')).toContainText('We do not know this code.');
  await expect(page).toHaveURL(/\/checkout\/review$/);
  await look(page, 'review-code-refused');
  await applyCode(page, 'WELCOME10');
  await expect(total(page)).toContainText('$43.20');
  await expect(page).toHaveURL(/\/checkout\/review$/);
  await look(page, 'review-code');
  await page.getByRole('button', { name: 'Remove WELCOME10' }).click();
  await expect(total(page)).toContainText('$46.90');
  await applyCode(page, 'WELCOME10');
  await expect(total(page)).toContainText('$43.20');
  await placeOrder(page);
  await expect(main(page)).toContainText('10 % off your first order (WELCOME10)');
  await expect(main(page)).toContainText('$43.20');
  // It was the first one: now the code has had its time, and says so.
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await applyCode(page, 'WELCOME10');
  await expect(page.locator('#field-code-problem')).toContainText('This promotion is for a first order only.');
});

test('shipping and tax are estimated by country and state', async ({ page }) => {
  await addToCart(page, CANDLE, '2');
  await page.goto('/cart');
  await expect(page.locator('.totals')).toContainText('At checkout');
  await estimate(page, 'Country', 'Germany');
  await expect(page.locator('.totals')).toContainText('Shipping to Germany (Standard)');
  await expect(main(page)).toContainText('Shipping and tax are estimated for Germany.');
  await expect(total(page)).toContainText('$46.90');
  await expect(page.locator('.totals')).toContainText('19 %, included');
  await expect(page.getByLabel('State')).toHaveCount(0);
  await estimate(page, 'Country', 'United States');
  await expect(total(page)).toContainText('$42.90');
  await estimate(page, 'State', 'California');
  await expect(page.locator('.totals')).toContainText('California sales tax 7.25 %, included');
  await expect(main(page)).toContainText('estimated for California, United States.');
  await unfold(page, 'Estimate shipping');
  await look(page, 'cart-estimate');

  // Once there is an address, it decides, and the cart says so.
  await page.getByRole('link', { name: 'Checkout' }).click();
  await page.getByLabel('E-mail').fill(somebody().email);
  await fillAddress(page);
  await page.getByRole('button', { name: 'Continue' }).first().click();
  await expect(page).not.toHaveURL(/\/checkout$/);
  await page.goto('/cart');
  await expect(main(page)).toContainText('Shipping and tax are for your address: United Kingdom.');
  await expect(summary(page, 'Estimate shipping')).toBeHidden();
  await look(page, 'cart-address');
});

test('what is missing for free shipping is told until it is reached', async ({ page }) => {
  await addToCart(page, CANDLE, '2');
  await page.goto('/cart');
  await expect(main(page)).toContainText('$38.00 more for free shipping');
  await look(page, 'cart-free-shipping');
  const quantity = page.getByLabel(/^Quantity/).first();
  await quantity.fill('5');
  if (withScripts()) await quantity.blur();
  else await page.getByRole('button', { name: 'Update' }).click();
  await expect(total(page)).toContainText('$92.50');
  await expect(main(page)).not.toContainText('for free shipping');
  await estimate(page, 'Country', 'Germany');
  await expect(page.locator('.totals')).toContainText('Free shipping from 75');
  await expect(total(page)).toContainText('$92.50');
});

test('where nothing is shipped, nothing is said of shipping', async ({ page }) => {
  await addToCart(page, PATTERN);
  await page.goto('/cart');
  await expect(total(page)).toContainText('$9.00');
  await expect(page.locator('.summary')).not.toContainText(/shipping/i, { useInnerText: true });
  await look(page, 'cart-nothing-to-ship');
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await expect(page.locator('.totals')).toContainText('At checkout');
});

test('the way back leads to the cart as it was chosen', async ({ page }) => {
  await addToCart(page, CANDLE, '2');
  await page.goto('/cart');
  await applyCode(page, 'WELCOME10');
  await expect(total(page)).toContainText('$33.30');
  await estimate(page, 'Country', 'Germany');
  await expect(total(page)).toContainText('$43.20');
  await page.getByRole('link', { name: 'Checkout' }).click();
  await expect(page).toHaveURL(/\/checkout$/);
  await page.goBack();
  await expect(page).toHaveURL(/\/cart$/);
  await expect(total(page)).toContainText('$43.20');
  await expect(page.getByRole('button', { name: 'Remove WELCOME10' })).toBeVisible();
  await look(page, 'cart-chosen');
});
