// The choices of the cart with scripts: in place, by keyboard alone, and said aloud.
import { CANDLE, addToCart, awake, expect, test } from './shopper';

test('a code is applied and removed by keyboard alone, and the focus stays with it', async ({ page, watch }) => {
  watch.expected = [422];
  await addToCart(page, CANDLE, '2');
  await page.goto('/cart');
  await awake(page);
  await page.evaluate(() => document.documentElement.setAttribute('data-same-page', 'yes'));
  const status = page.getByRole('main').getByRole('status').first();
  const unfold = page.locator('summary', { hasText: 'Add a promotion code' });
  await page.getByRole('link', { name: 'Checkout' }).focus();
  await page.keyboard.press('Shift+Tab');
  await expect(unfold).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const field = page.getByRole('textbox', { name: 'Promotion code' });
  await expect(field).toBeFocused();
  await page.keyboard.type('nobodys');
  await page.keyboard.press('Enter');
  await expect(page.locator('#field-code-problem')).toContainText('We do not know this code.');
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('nobodys');

  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('welcome10');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('.code-applied')).toBeFocused();
  await expect(status).toHaveText('Your promotion code counts. Total: $33.30');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Remove WELCOME10' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(unfold).toBeFocused();
  await expect(status).toHaveText('The promotion code is removed. Total: $37.00');
  await expect(page.locator('html')).toHaveAttribute('data-same-page', 'yes');
});

test('a country and a state are chosen in place, and the focus stays in the list', async ({ page }) => {
  await addToCart(page, CANDLE, '2');
  await page.goto('/cart');
  await awake(page);
  await page.evaluate(() => document.documentElement.setAttribute('data-same-page', 'yes'));
  const status = page.getByRole('main').getByRole('status').first();
  await page.locator('summary', { hasText: 'Estimate shipping' }).press('Enter');
  const country = page.getByLabel('Country');
  await country.focus();
  await country.selectOption({ label: 'United States' });
  await expect(status).toHaveText('Shipping and tax are estimated. Total: $42.90');
  await expect(country).toBeFocused();
  const state = page.getByLabel('State');
  await state.focus();
  await state.selectOption({ label: 'Texas' });
  await expect(page.locator('.totals')).toContainText('Texas sales tax');
  await expect(state).toBeFocused();
  await expect(state).toHaveValue('TX');
  // Another country has no states that matter, and the old one is not sent along.
  await country.selectOption({ label: 'Canada' });
  await expect(page.getByRole('main')).toContainText('estimated for Canada.');
  await expect(state).toHaveCount(0);
  await expect(page.locator('html')).toHaveAttribute('data-same-page', 'yes');
});

test('a country that was chosen before the page woke up is followed', async ({ page }) => {
  await addToCart(page, CANDLE, '2');
  let wake = () => {};
  const asleep = new Promise<void>((resolve) => (wake = resolve));
  await page.route('**/*.wasm', async (route) => {
    await asleep;
    await route.continue();
  });
  await page.goto('/cart', { waitUntil: 'commit' });
  await page.locator('summary', { hasText: 'Estimate shipping' }).click();
  await page.getByLabel('Country').selectOption({ label: 'Germany' });
  wake();
  await expect(page.locator('.totals')).toContainText('Shipping to Germany (Standard)');
});

test('what is typed as a code is not lost while another change is answered', async ({ page }) => {
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await awake(page);
  await page.locator('summary', { hasText: 'Add a promotion code' }).click();
  const quantity = page.getByLabel(/^Quantity/).first();
  await quantity.fill('3');
  await page.getByRole('textbox', { name: 'Promotion code' }).fill('WELC');
  await expect(page.locator('.totals-sum')).toContainText('$55.50');
  await expect(page.getByRole('textbox', { name: 'Promotion code' })).toHaveValue('WELC');
  await expect(page.getByRole('textbox', { name: 'Promotion code' })).toBeFocused();
});
