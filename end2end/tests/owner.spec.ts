// A price and a stock are changed in the back office, with and without scripts, and nobody else comes in. The day as a whole is
// owner-day, and every page owner-pages.
import { OLGA, expect, register, signIn, test } from './shopper';

test('an owner makes a product, changes its price, and counts its stock', async ({ page }) => {
  await signIn(page, OLGA);
  await page.goto('/admin/products');
  await page.getByRole('link', { name: 'Add a product' }).click();
  const name = `Linen Shirt ${Date.now()}`;
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Price', { exact: true }).fill('49,00');
  await page.getByLabel('Option 1', { exact: true }).fill('Size');
  await page.getByLabel('Values of option 1').fill('S, M');
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

test('the back office is nothing to others', async ({ page, watch }) => {
  watch.expected.push(404);
  await page.goto('/admin/orders');
  await expect(page).toHaveURL(/\/login\?next=%2Fadmin%2Forders/);
  await register(page);
  await page.goto('/admin/orders');
  await expect(page.getByRole('heading', { name: 'This page is not here' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Back office' })).toHaveCount(0);
});
