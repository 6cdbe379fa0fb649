// The cart, a guest's and a customer's.
import { CANDLE, MUG, addToCart, expect, expectCount, register, signIn, signOut, test, withScripts } from './shopper';

test('a guest changes quantities, removes lines and sees exact totals', async ({ page }) => {
  await addToCart(page, CANDLE, '2');
  await page.goto('/cart');
  await expect(page.getByRole('main')).toContainText('$37.00');
  const quantity = page.getByLabel(/^Quantity/).first();
  await quantity.fill('3');
  if (withScripts()) await quantity.blur();
  else await page.getByRole('button', { name: 'Update' }).click();
  await expect(page.getByRole('main')).toContainText('$55.50');
  await expectCount(page, 3);
  await page.getByRole('button', { name: /^Remove/ }).click();
  await expect(page.getByRole('main')).toContainText(/empty/i);
  await expectCount(page, 0);
});

test('a quantity that makes no sense gets words beside it and changes nothing', async ({ page, watch }) => {
  watch.expected = [422];
  await page.goto(`/products/${CANDLE.slug}`);
  const quantity = page.getByLabel('Quantity');
  // Around the browser's own check, as a script or an old browser would go.
  await page.locator('form#buy').evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await quantity.fill('0');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.getByText('Please enter a whole number from 1 to 99.').first()).toBeVisible();
  await expect(page.getByLabel('Quantity')).toHaveAttribute('aria-invalid', 'true');
  await page.goto('/cart');
  await expect(page.getByRole('main')).toContainText(/empty/i);
});

test('a guest cart becomes theirs on sign-in, quantities added up', async ({ page, context }) => {
  const person = await register(page);
  await addToCart(page, CANDLE, '2');
  await signOut(page);
  await expectCount(page, 0);
  await addToCart(page, CANDLE, '1');
  await addToCart(page, MUG, '1');
  await expectCount(page, 2);
  const before = (await context.cookies()).find((c) => c.name.includes('session'))?.value;
  await signIn(page, person);
  const after = (await context.cookies()).find((c) => c.name.includes('session'))?.value;
  expect(before).toBeTruthy();
  expect(after).not.toBe(before);
  await expectCount(page, 4);
});
