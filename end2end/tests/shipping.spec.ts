// The shipping step: what is offered, chosen and shown from then on; and where it is left out.
import type { Page } from '@playwright/test';
import { CANDLE, addToCart, chooseCountry, expect, fillAddress, placeOrder, register, somebody, test, withScripts } from './shopper';

const radio = (page: Page, name: string) => page.getByRole('group', { name: 'Shipping method' }).getByRole('radio', { name });
const goOn = (page: Page) => page.getByRole('button', { name: 'Continue', exact: true }).click();
const toReview = (page: Page) => page.getByRole('button', { name: 'Continue to review' }).click();
const steps = (page: Page) => page.getByRole('navigation', { name: 'Checkout' }).getByRole('listitem');
const summary = (page: Page) => page.getByRole('complementary', { name: 'Summary' });

/** Somebody at the shipping step, with an address in London. */
async function atShipping(page: Page) {
  await register(page);
  await addToCart(page, CANDLE);
  await page.goto('/checkout');
  await fillAddress(page);
  await goOn(page);
  await expect(page).toHaveURL(/\/checkout\/shipping$/);
}

test('a guest has it sent by express, and sees so on review and order', async ({ page }) => {
  const guest = somebody();
  await addToCart(page, CANDLE);
  await page.goto('/checkout/shipping');
  await page.getByRole('link', { name: 'Give an address' }).click();
  await page.getByLabel('E-mail').fill(guest.email);
  await fillAddress(page);
  await goOn(page);
  await expect(steps(page)).toHaveText(['Address', 'Shipping', 'Review', 'Payment']);
  await expect(page.getByRole('group', { name: 'Shipping method' }).getByRole('radio')).toHaveCount(2);
  await expect(radio(page, 'Standard 5 to 8 working days $9.90')).toBeChecked();
  await expect(summary(page)).toContainText('Shipping (Standard)');
  await radio(page, 'Express 2 to 3 working days $32.00').check();
  if (withScripts()) {
    await expect(summary(page)).toContainText('Shipping (Express)$32.00');
    await expect(page.getByText('Total: $50.50')).toHaveRole('status');
  }
  await toReview(page);
  await expect(page.getByRole('main')).toContainText('2 to 3 working days');
  await expect(summary(page)).toContainText('Shipping (Express)$32.00');
  await expect(summary(page)).toContainText('Total$50.50');
  await page.getByRole('link', { name: 'Change shipping' }).click();
  await expect(radio(page, 'Express')).toBeChecked();
  await toReview(page);
  await placeOrder(page);
  await expect(page.getByRole('main')).toContainText('Shipping (Express)$32.00');
  await expect(page.getByRole('main')).toContainText('2 to 3 working days');
  await expect(page.getByRole('main')).toContainText('Total$50.50');
  // The next order begins anew.
  await addToCart(page, CANDLE);
  await page.goto('/checkout/shipping');
  await expect(radio(page, 'Standard')).toBeChecked();
});

test('the way back loses nothing on any step', async ({ page }) => {
  await atShipping(page);
  await radio(page, 'Express').check();
  await toReview(page);
  await expect(summary(page)).toContainText('Shipping (Express)');
  await page.goBack();
  await expect(radio(page, 'Express')).toBeChecked();
  await page.goBack();
  await expect(page.getByRole('textbox', { name: 'Postal code' })).toHaveValue('SW1Y 4JH');
  await goOn(page);
  await expect(radio(page, 'Express')).toBeChecked();
  await toReview(page);
  // And by the steps that are behind.
  await steps(page).getByRole('link', { name: 'Shipping' }).click();
  await expect(radio(page, 'Express')).toBeChecked();
  await steps(page).getByRole('link', { name: 'Address' }).click();
  await expect(page.getByRole('textbox', { name: 'Full name' })).toHaveValue('Ada Lovelace');
  await page.goto('/checkout/review');
  await expect(summary(page)).toContainText('Shipping (Express)');
  await expect(page.getByRole('button', { name: 'Place order' })).toBeVisible();
  // What is ordered is not ordered once more.
  const order = await placeOrder(page);
  await page.goBack();
  await expect(page).toHaveURL(/\/checkout\/review$/);
  await expect(page.getByRole('main')).toContainText('Your order is placed');
  await expect(page.getByRole('button', { name: 'Place order' })).toHaveCount(0);
  await page.goForward();
  await expect(page).toHaveURL(new RegExp(`${order}$`));
  await expect(page.getByRole('button', { name: 'Pay now' })).toBeVisible();
});

test('by keyboard alone', async ({ page }) => {
  await atShipping(page);
  await page.getByRole('link', { name: 'Change address' }).focus();
  await page.keyboard.press('Tab');
  await expect(radio(page, 'Standard')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(radio(page, 'Express')).toBeChecked();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Continue to review' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/checkout\/review$/);
  await expect(summary(page)).toContainText('Shipping (Express)');
});

test('where there is one way only, nobody is asked; another country takes what was chosen away and says so', async ({ page }) => {
  await atShipping(page);
  await radio(page, 'Express').check();
  await toReview(page);
  await page.getByRole('link', { name: 'Change address' }).click();
  await chooseCountry(page, 'Iceland');
  await page.getByRole('textbox', { name: 'Postal code' }).fill('101');
  await goOn(page);
  await expect(page.getByText('Express is not offered for this order any more.')).toBeVisible();
  await page.goto('/checkout/review');
  await expect(page.getByText('Express is not offered for this order any more.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Place order' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Choose shipping' }).click();
  await expect(radio(page, 'International 10 to 20 working days $19.00')).toBeChecked();
  await toReview(page);
  await expect(steps(page)).toHaveText(['Address', 'Review', 'Payment']);
  await expect(page.getByRole('link', { name: 'Change shipping' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Place order' })).toBeVisible();
  await steps(page).getByRole('link', { name: 'Address' }).click();
  await goOn(page);
  await expect(page).toHaveURL(/\/checkout\/review$/);
});

test('a method that is none is told beside the others, and nothing is changed', async ({ page }) => {
  await atShipping(page);
  await radio(page, 'Express').evaluate((button: HTMLInputElement) => (button.value = 'made up'));
  await radio(page, 'Express').check();
  await toReview(page);
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByRole('group', { name: 'Shipping method' })).toHaveAccessibleDescription('Please choose one of the options.');
  await page.getByRole('alert').getByRole('link', { name: /^Shipping method/ }).click();
  await expect(radio(page, 'Standard')).toBeFocused();
  await expect(radio(page, 'Standard')).toBeChecked();
});

test.describe('in a shop that ships to Europe', () => {
  test.use({ baseURL: `http://127.0.0.1:${process.env.E2E_WAITING_PORT}` });

  test('another country is told beside it, and what was typed stays', async ({ page }) => {
    const guest = somebody();
    await addToCart(page, CANDLE);
    await page.goto('/checkout');
    await page.getByLabel('E-mail').fill(guest.email);
    await chooseCountry(page, 'Iceland');
    const typed = { 'Full name': 'Ada Lovelace', Address: 'Laugavegur 1', 'Postal code (optional)': '101' };
    for (const [label, text] of Object.entries(typed)) await page.getByRole('textbox', { name: label, exact: true }).fill(text);
    const town = page.getByRole('textbox', { name: /^(Town|City)/ });
    await town.fill('Reykjavík');
    await goOn(page);
    const country = page.getByRole('combobox', { name: 'Country' });
    await expect(country).toHaveAccessibleDescription(/We do not ship there\.$/);
    await expect(country).toHaveValue('IS');
    for (const [label, text] of Object.entries(typed)) {
      await expect(page.getByRole('textbox', { name: label, exact: true })).toHaveValue(text);
    }
    await expect(town).toHaveValue('Reykjavík');
    await expect(page.getByLabel('E-mail')).toHaveValue(guest.email);
    await fillAddress(page);
    await goOn(page);
    await expect(radio(page, 'Standard')).toBeChecked();
  });

  test('an address of the book, too', async ({ page }) => {
    await register(page);
    await page.goto('/account/addresses/new');
    await chooseCountry(page, 'Iceland');
    const typed = { 'Full name': 'Ada Lovelace', Address: 'Laugavegur 1', 'Postal code (optional)': '101' };
    for (const [label, text] of Object.entries(typed)) await page.getByRole('textbox', { name: label, exact: true }).fill(text);
    await page.getByRole('textbox', { name: /^(Town|City)/ }).fill('Reykjavík');
    await page.getByRole('button', { name: 'Save address' }).click();
    await addToCart(page, CANDLE);
    await page.goto('/checkout');
    await goOn(page);
    const book = page.getByRole('radiogroup', { name: 'Shipping address' });
    await expect(book).toHaveAccessibleDescription('We do not ship there.');
    await page.getByRole('alert').getByRole('link', { name: /^Shipping address/ }).click();
    await expect(book.getByRole('radio', { name: /Reykjavík/ })).toBeFocused();
  });
});
