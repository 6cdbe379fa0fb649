// A purchase by keyboard alone, from the cart to the order: what is pressed is what somebody without a mouse presses.
import type { Page } from '@playwright/test';
import { tabTo } from './keys';
import { CANDLE, addToCart, expect, somebody, test, withScripts } from './shopper';

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const button = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true });

test('a guest buys by keyboard alone', async ({ page }) => {
  const guest = somebody();
  await addToCart(page, CANDLE);
  await page.goto('/cart');
  await tabTo(page, page.getByRole('main').getByRole('link', { name: 'Checkout', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/checkout$/);

  await tabTo(page, page.getByLabel('E-mail'));
  await page.keyboard.type(guest.email);
  const country = page.getByRole('combobox', { name: 'Country' });
  await tabTo(page, country);
  await page.keyboard.type('Germ');
  await expect(country).toHaveValue('DE');
  if (!withScripts()) {
    await tabTo(page, button(page, 'Update fields'));
    await page.keyboard.press('Enter');
  }
  await expect(page.locator('.address-parts:visible')).toHaveAttribute('data-country', 'DE');
  await expect(page.getByLabel('E-mail')).toHaveValue(guest.email);
  const typed = { 'Full name': 'Ada Lovelace', Address: 'Friedrichstr. 43', 'Postal code': '10117', City: 'Berlin' };
  for (const [label, text] of Object.entries(typed)) {
    await tabTo(page, field(page, label));
    await page.keyboard.type(text);
  }
  await tabTo(page, button(page, 'Continue'));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/checkout\/shipping$/);

  // The one that is chosen is the stop; arrows choose another.
  const methods = page.getByRole('group', { name: 'Shipping method' }).getByRole('radio');
  await tabTo(page, methods.and(page.locator(':checked')));
  await page.keyboard.press('ArrowDown');
  await expect(methods.nth(1)).toBeChecked();
  await tabTo(page, button(page, 'Continue to review'));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/checkout\/review$/);
  await expect(page.locator('address').getByText('10117 Berlin', { exact: true })).toBeVisible();

  await tabTo(page, button(page, 'Place order with obligation to pay'));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/orders\/[0-9a-f-]{36}/);
  await expect(page.getByText(guest.email).first()).toBeVisible();
});
