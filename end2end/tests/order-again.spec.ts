// What was ordered once is ordered again, as far as it can be had.
import { CANDLE, buy, expect, expectCount, pay, register, test } from './shopper';

test('an order again, from its page and from the list, and twice is once', async ({ page }) => {
  await register(page);
  const order = await buy(page, CANDLE, '2');
  await expect(page.getByRole('button', { name: 'Order again' })).toHaveCount(0);
  await pay(page);
  await page.getByRole('button', { name: 'Order again' }).click();
  await expect(page).toHaveURL(/\/cart$/);
  await expect(page.getByText('Everything from that order is in your cart')).toBeVisible();
  await expect(page.getByLabel(/^Quantity/)).toHaveValue('2');
  await expectCount(page, 2);

  await page.goto('/orders');
  await page.getByRole('button', { name: /^Order again/ }).dblclick();
  await expect(page).toHaveURL(/\/cart$/);
  await expect(page.getByLabel(/^Quantity/)).toHaveValue('2');
  await page.goto(order);
  await expect(page.getByRole('button', { name: 'Order again' })).toBeVisible();
});

test('what cannot be had any more is said by name', async ({ page }) => {
  const scarce = { slug: 'soy-jar-candle', name: 'Soy Jar Candle' };
  await register(page);
  // More than half of what there is of the first variant, so that too little is left for a second time.
  const { variants } = await (await page.request.get(`/api/v1/products/${scarce.slug}`)).json();
  const stock: number = variants[0].stock;
  const ordered = Math.ceil((stock + 1) / 2);
  await buy(page, scarce, String(ordered));
  await pay(page);
  await page.getByRole('button', { name: 'Order again' }).click();
  await expect(page.getByText('What can still be had of that order is in your cart')).toBeVisible();
  await expect(page.getByRole('status').getByText(new RegExp(`${scarce.name}.*: Only ${stock - ordered} left\\.`))).toBeVisible();
  await expect(page.getByLabel(/^Quantity/)).toHaveValue(String(stock - ordered));
});
