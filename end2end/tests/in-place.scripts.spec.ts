// What only scripts do: things change in place, and the page follows.
import { CANDLE, addToCart, checkOut, expect, placeOrder, register, test } from './shopper';

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
