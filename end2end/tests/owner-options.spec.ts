// An owner makes a product of two options, renames a value and takes a variant away, with and without scripts; and somebody buys one.
import { expectNoBarriersAtBothWidths } from './look';
import { makeSixVariants } from './owner';
import { OLGA, checkOut, expect, placeOrder, register, signIn, test } from './shopper';

test('an owner makes six variants, renames a value, retires one, and one is bought', async ({ page, browser }) => {
  test.slow();
  await signIn(page, OLGA);
  await page.goto('/admin/products/new');
  const name = `Apron ${Date.now()}`;
  await makeSixVariants(page, name);
  await page.getByRole('link', { name: 'Edit options and variants' }).click();
  await expect(page.getByRole('checkbox', { name: /^Retire / })).toHaveCount(6);

  await page.getByLabel('What Moss is called').fill('Forest');
  await page.getByRole('checkbox', { name: /^Retire M, Rust$/ }).check();
  await page.getByRole('button', { name: 'Save options' }).last().click();
  const asked = page.getByRole('alert', { name: 'Retire these variants?' });
  await expect(asked.getByRole('row').filter({ hasText: 'M, Rust' })).toContainText('3');
  await expect(page.getByLabel('What Moss is called')).toHaveValue('Forest');
  await expectNoBarriersAtBothWidths(page);
  await asked.getByRole('button', { name: 'Retire them and save' }).click();
  await expect(page.getByText('The options are saved: 1 variant retired.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Retired variants' })).toBeVisible();
  const product = await page.getByRole('link', { name: 'View in the shop' }).getAttribute('href');

  const context = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled ?? true });
  const shopper = await context.newPage();
  await register(shopper);
  await shopper.goto(`${product}?options%5B0%5D=M&options%5B1%5D=Forest`);
  await expect(shopper.getByRole('heading', { name })).toBeVisible();
  // What it was called stays in its SKU.
  await expect(shopper.getByText('Moss', { exact: true })).toHaveCount(0);
  await shopper.getByRole('button', { name: 'Add to cart' }).click();
  await expect(shopper.getByText('Added to your cart').first()).toBeVisible();
  await shopper.goto('/cart');
  await expect(shopper.getByText('M, Forest').first()).toBeVisible();
  await checkOut(shopper);
  await placeOrder(shopper);
  await context.close();
});
