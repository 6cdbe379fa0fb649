// An order sent by keyboard alone, on a phone's width as far as the menu: what is pressed is what somebody without a mouse presses.
import type { Page } from '@playwright/test';
import { tabTo } from './keys';
import { sold } from './owner';
import { CANDLE, OLGA, expect, signIn, test } from './shopper';

/** The first key of a page, and the second: past everything that stands on each of them. */
async function skipToContent(page: Page) {
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#main$/);
}

test('an owner sends a parcel by keyboard alone', async ({ page, browser }) => {
  const order = await sold(browser, CANDLE);
  await signIn(page, OLGA);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/admin');
  const places = page.getByRole('navigation', { name: 'Back office' });
  await tabTo(page, places.locator('summary'));
  await page.keyboard.press('Enter');
  await tabTo(page, places.getByRole('link', { name: 'Orders', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Orders' })).toBeVisible();

  await page.setViewportSize({ width: 1280, height: 900 });
  await skipToContent(page);
  await tabTo(page, page.locator(`a[href="/admin/orders/${order}"]`));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/admin/orders/${order}`));
  await expect(page.getByRole('heading', { name: 'Pack and send' })).toBeVisible();

  await skipToContent(page);
  const packing = page.getByRole('region', { name: 'Pack and send' });
  await tabTo(page, packing.getByLabel('Carrier'));
  await page.keyboard.type('DHL');
  await tabTo(page, packing.getByRole('button', { name: 'Send parcel' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('The parcel is sent')).toBeVisible();
});
