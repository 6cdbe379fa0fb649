// What only scripts do: things change in place, and the page follows.
import type { Page } from '@playwright/test';
import { CANDLE, MUG, SOAP, addToCart, awake, calls, checkOut, expect, expectCount, placeOrder, register, test } from './shopper';

/** Nothing that the page asks this server function for is answered until what comes back is called. */
async function held(page: Page, name: string): Promise<() => void> {
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route(`**/do/${name}`, async (route) => {
    await asked;
    await route.continue();
  });
  return answer;
}

/** The quantities that were asked for. */
const quantities = (sent: string[]) => sent.map((body) => new URLSearchParams(body).get('quantity'));

/** A cart with one candle, of which three are asked for; `answer` has the shop answer that. */
async function heldChange(page: Page) {
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await awake(page);
  const sent = calls(page, 'change-line');
  const answer = await held(page, 'change-line');
  const quantity = page.getByLabel(/^Quantity/).first();
  await quantity.fill('3');
  await quantity.blur();
  await expect.poll(() => sent.length).toBe(1);
  return { sent, answer, quantity };
}

test('a line changes in place', async ({ page }) => {
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await page.evaluate(() => document.documentElement.setAttribute('data-same-page', 'yes'));
  const quantity = page.getByLabel(/^Quantity/).first();
  await quantity.fill('4');
  await quantity.blur();
  await expect(page.getByRole('main')).toContainText('$74.00');
  await expect(page.locator('html')).toHaveAttribute('data-same-page', 'yes');
});

test('a line that another tab has put in comes with the next change, whole', async ({ page, context }) => {
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  const before = await page.locator('.line').first().evaluate((line) => line.querySelectorAll('a, img, input, button').length);
  const other = await context.newPage();
  await addToCart(other, MUG);
  await page.bringToFront();
  const quantity = page.getByLabel(/^Quantity/).first();
  await quantity.fill('4');
  await quantity.blur();
  const line = page.locator('.line').filter({ hasText: MUG.name });
  await expect(line).toBeVisible();
  expect(await line.evaluate((line) => line.querySelectorAll('a, img, input, button').length)).toBe(before);
  const picture = line.locator('.line-picture img');
  await expect(picture).toHaveAttribute('alt', '');
  await picture.scrollIntoViewIfNeeded();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await page.getByRole('button', { name: `Remove ${MUG.name}` }).click();
  await expect(line).toHaveCount(0);
  await expect(page.locator('.totals')).toContainText('$74.00');
});

test('the order page follows its order without being reloaded', async ({ page, context }) => {
  await register(page);
  await addToCart(page, CANDLE);
  await checkOut(page);
  const order = await placeOrder(page);
  const other = await context.newPage();
  await other.goto(order);
  await other.getByRole('button', { name: 'Cancel order' }).click();
  await expect(other.getByText('You cancelled this order.').first()).toBeVisible();
  await expect(page.getByText('You cancelled this order.').first()).toBeVisible();
});

test('a quantity that was refused is not sent again when the page wakes up', async ({ page, watch }) => {
  watch.expected = [409, 422];
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await awake(page);
  const sent = calls(page, 'change-line');
  const quantity = page.getByLabel(/^Quantity/).first();
  // As before the scripts have come: the form itself is sent.
  await quantity.evaluate((input: HTMLInputElement) => {
    input.value = '150';
    input.form?.submit();
  });
  await expect(page.getByText('Please enter a whole number from 1 to 99.')).toBeVisible();
  await expect(quantity).toHaveValue('150');
  // It wakes up, and what is typed now is the first thing it says.
  await awake(page);
  await quantity.fill('3');
  await quantity.blur();
  await expect(page.getByRole('main')).toContainText('$55.50');
  await expect(page.getByText('Please enter a whole number from 1 to 99.')).toHaveCount(0);
  expect(quantities(sent)).toEqual(['150', '3']);
});

test('a quantity that is put back before the shop has answered is what stays', async ({ page }) => {
  const { sent, answer, quantity } = await heldChange(page);
  await quantity.fill('1');
  await quantity.blur();
  answer();
  await expect.poll(() => quantities(sent)).toEqual(['3', '1']);
  await expect(page.locator('.cart')).not.toHaveAttribute('aria-busy');
  await expect(quantity).toHaveValue('1');
  await expect(page.locator('.totals-sum')).toContainText('$18.50');
});

test('Enter in a quantity, which changes the field and sends its form, asks once', async ({ page }) => {
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await awake(page);
  const sent = calls(page, 'change-line');
  const quantity = page.getByLabel(/^Quantity/).first();
  await quantity.fill('3');
  await quantity.press('Enter');
  await expect(page.locator('.totals-sum')).toContainText('$55.50');
  await quantity.fill('4');
  await quantity.press('Enter');
  await expect(page.locator('.totals-sum')).toContainText('$74.00');
  expect(quantities(sent)).toEqual(['3', '4']);
});

test('back from the memory of the browser, a page counts what the cart holds now', async ({ page, context }) => {
  // Playwright turns that memory off, so what a browser says of it is said here.
  const back = () => page.evaluate(() => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await addToCart(page, CANDLE);
  await page.goto('/products');
  await awake(page);
  await page.evaluate(() => document.documentElement.setAttribute('data-same-page', 'yes'));
  const asked = page.waitForResponse('**/do/header');
  await back();
  await (await asked).finished();
  await expectCount(page, 1);
  await expect(page.locator('html')).toHaveAttribute('data-same-page', 'yes');
  await addToCart(await context.newPage(), MUG);
  await page.bringToFront();
  await back();
  await expectCount(page, 2);
  await expect(page.locator('html')).not.toHaveAttribute('data-same-page');
});

test('what was granted is shown where what was asked for behind it is refused', async ({ page, watch }) => {
  watch.expected = [422];
  const { sent, answer, quantity } = await heldChange(page);
  await page.locator('summary', { hasText: 'Add a promotion code' }).click();
  await page.getByRole('textbox', { name: 'Promotion code' }).fill('nobodys');
  await page.getByRole('textbox', { name: 'Promotion code' }).press('Enter');
  answer();
  await expect(page.locator('#field-code-problem')).toContainText('We do not know this code.');
  await expect(page.locator('.totals-sum')).toContainText('$55.50');
  await expectCount(page, 3);
  // And one of them is a change again.
  await quantity.fill('1');
  await quantity.blur();
  await expect(page.locator('.totals-sum')).toContainText('$18.50');
  expect(quantities(sent)).toEqual(['3', '1']);
});

test('Enter held on "Remove" takes one line, and the focus waits for the answer', async ({ page }) => {
  for (const product of [CANDLE, MUG, SOAP]) await addToCart(page, product);
  await page.goto('/cart');
  await awake(page);
  const sent = calls(page, 'remove-line');
  const buttons = page.getByRole('button', { name: /^Remove/ });
  await expect(buttons).toHaveCount(3);
  const answer = await held(page, 'remove-line');
  await buttons.first().focus();
  await page.keyboard.down('Enter');
  for (let again = 0; again < 5; again += 1) await page.keyboard.down('Enter');
  await expect(buttons.first()).toBeFocused();
  answer();
  await expect(buttons).toHaveCount(2);
  await expect(buttons.first()).toBeFocused();
  for (let again = 0; again < 5; again += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await expectCount(page, 2);
  expect(sent).toHaveLength(1);

  // Let go and pressed again, it is meant.
  await page.keyboard.press('Enter');
  await expect(buttons).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toContainText(/empty/i);
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('what could not be removed keeps the focus, and says so', async ({ page, watch }) => {
  watch.expected = [409];
  for (const product of [CANDLE, MUG]) await addToCart(page, product);
  await page.goto('/cart');
  await awake(page);
  await page.route('**/do/remove-line', (route) =>
    route.fulfill({ status: 409, contentType: 'application/json', body: '{"refused":{"words":"We are busy right now.","instead":"words"}}' }),
  );
  const first = page.getByRole('button', { name: /^Remove/ }).first();
  await first.press('Enter');
  await expect(page.getByText('We are busy right now.')).toBeVisible();
  await expect(first).toBeFocused();
});

test('the address data of all countries stays on the server', async ({ page, request }) => {
  const loaded = new Set<string>();
  page.on('request', (asked) => asked.url().endsWith('.wasm') && loaded.add(asked.url()));
  await register(page);
  await addToCart(page, CANDLE);
  await page.goto('/checkout');
  await page.waitForLoadState('networkidle');
  // The first part, and what else the product's page had of it.
  expect(loaded.size).toBeGreaterThan(1);
  for (const part of loaded) {
    const wasm = await (await request.get(part)).body();
    for (const word of ['%N%n%O%n%A', 'Rheinland', 'village_township']) expect(wasm.includes(word), word).toBe(false);
  }
});

test('what was refused stays in sight while something else is granted', async ({ page, watch }) => {
  watch.expected = [409, 422];
  await addToCart(page, CANDLE);
  await addToCart(page, SOAP);
  await page.goto('/cart');
  await awake(page);
  const [first, second] = [0, 1].map((line) => page.getByLabel(/^Quantity/).nth(line));
  await first.fill('150');
  await first.blur();
  const refused = page.getByText('Please enter a whole number from 1 to 99.');
  await expect(refused).toBeVisible();
  const sent = calls(page, 'change-line');
  await second.fill('2');
  await second.blur();
  await expect.poll(() => sent.length).toBe(1);
  await expect(page.getByRole('status').filter({ hasText: 'Total' })).toBeAttached();
  await expect(refused).toBeVisible();
  await expect(first).toHaveValue('150');
});

test('where the browser finds no idle moment, a page wakes up all the same', async ({ page }) => {
  await page.addInitScript(() => {
    window.requestIdleCallback = (wanted, { timeout } = {}) =>
      timeout ? window.setTimeout(wanted, timeout, { didTimeout: true, timeRemaining: () => 0 }) : 0;
  });
  await page.goto('/');
  await expect(page.getByRole('combobox', { name: 'Search' })).toBeVisible();
});

test('where a part of the scripts never comes, the forms have their buttons', async ({ page, context }) => {
  await addToCart(page, CANDLE);
  // A page of its own: what goes wrong on this one is meant to.
  const broken = await context.newPage();
  await broken.route(/split_cart_lines/, (route) => route.abort());
  await broken.goto('/cart');
  await broken.getByLabel(/^Quantity/).first().fill('2');
  await broken.getByRole('button', { name: 'Update' }).first().click();
  await expect(broken.getByLabel(/^Quantity/).first()).toHaveValue('2');
  await expect(broken.getByRole('main')).toContainText('$37.00');
});
