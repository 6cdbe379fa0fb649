// Addresses as three countries write them, from the form of a guest to the order; the address book; a bill to somebody else.
import type { Page } from '@playwright/test';
import { expectNoBarriers } from './look';
import { CANDLE, addToCart, chooseCountry, expect, fillAddress, placeOrder, register, somebody, test, toReview, withScripts } from './shopper';

const WIDTHS = { wide: { width: 1280, height: 900 }, narrow: { width: 320, height: 800 } };

/** A field by its label; what is hidden is not meant. */
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const goOn = (page: Page) => page.getByRole('button', { name: 'Continue', exact: true }).click();

/** The visible fields below the country, in the order of the page. */
async function labels(page: Page): Promise<string[]> {
  const texts = await page.locator('.address-parts:visible label').allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
}

async function atCheckout(page: Page) {
  await register(page);
  await addToCart(page, CANDLE);
  await page.goto('/checkout');
}

async function asGuest(page: Page) {
  await addToCart(page, CANDLE);
  await page.goto('/checkout');
}

/** In the page: what has focus, if something else lies over its middle or it is out of sight. */
function whatCoversFocus(): string {
  const focused = document.activeElement as HTMLElement;
  const { left, top, width, height } = focused.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  return seen && (focused.contains(seen) || seen.contains(focused)) ? '' : focused.outerHTML;
}

const COUNTRIES = [
  {
    name: 'Germany',
    labels: ['Full name', 'Company (optional)', 'Address', 'Apartment, suite (optional)', 'Postal code', 'City', 'Phone (optional)'],
    fields: { Address: 'Friedrichstr. 43', 'Postal code': 'DE-10117', City: 'Berlin' },
    written: ['Friedrichstr. 43', '10117 Berlin', 'Germany'],
  },
  {
    name: 'United States',
    labels: ['Full name', 'Company (optional)', 'Address', 'Apartment, suite (optional)', 'City', 'State', 'ZIP code', 'Phone (optional)'],
    fields: { Address: '1 Main Street', City: 'Springfield', 'ZIP code': '62701' },
    state: { label: 'State', option: 'Illinois' },
    written: ['1 Main Street', 'Springfield, IL 62701', 'United States'],
  },
  {
    name: 'Indonesia',
    labels: [
      'Full name',
      'Company (optional)',
      'Address',
      'Apartment, suite (optional)',
      'City (optional)',
      'Province',
      'Postal code (optional)',
      'Phone (optional)',
    ],
    fields: { Address: 'Jl. Sudirman 1', 'City (optional)': 'Bandung', 'Postal code (optional)': '40115' },
    state: { label: 'Province', option: 'Jawa Barat' },
    written: ['Jl. Sudirman 1', 'Bandung', 'Jawa Barat 40115', 'Indonesia'],
  },
];

for (const [width, viewport] of Object.entries(WIDTHS)) {
  for (const country of COUNTRIES) {
    test(`an order to ${country.name}, ${width}`, async ({ page }) => {
      await page.setViewportSize(viewport);
      const guest = somebody();
      await asGuest(page);
      await expectNoBarriers(page);
      await page.getByLabel('E-mail').fill(guest.email);
      await chooseCountry(page, country.name);
      expect(await labels(page)).toEqual(country.labels);
      await expect(page.getByLabel('E-mail')).toHaveValue(guest.email);
      await field(page, 'Full name').fill(guest.name);
      for (const [label, text] of Object.entries(country.fields)) await field(page, label).fill(text);
      if (country.state) {
        await page.getByRole('combobox', { name: country.state.label }).selectOption({ label: country.state.option });
      }
      await expectNoBarriers(page);
      // What it comes to stays in sight, and on a phone unfolds to what is bought.
      const summary = page.getByRole('complementary', { name: 'Summary' });
      const change = summary.getByRole('link', { name: 'Change' });
      await page.getByRole('button', { name: 'Continue', exact: true }).focus();
      if (width === 'narrow') {
        await expect(summary.locator('.summary-total')).toBeInViewport();
        await expect(change).toBeHidden();
        // What it scrolls to moves for a while, and a press that meets nothing unfolds nothing.
        await expect(async () => {
          if (await change.isHidden()) await summary.getByText('1 item').click();
          await expect(change).toBeVisible({ timeout: 1_000 });
        }).toPass();
      }
      await expect(change).toBeVisible();
      await expect(summary.getByText('Subtotal')).toBeVisible();
      if (width === 'narrow') await summary.getByText('1 item').click();
      await toReview(page);
      for (const line of country.written) await expect(page.locator('address').getByText(line, { exact: true })).toBeVisible();
      await placeOrder(page);
      await expect(page.getByText(guest.email).first()).toBeVisible();
      for (const line of country.written) await expect(page.locator('address').getByText(line, { exact: true })).toBeVisible();
    });
  }
}

test('another country keeps what was typed, and says what is not of it', async ({ page }) => {
  await atCheckout(page);
  await chooseCountry(page, 'United States');
  await field(page, 'Address').fill('1 Main Street');
  await field(page, 'City').fill('Springfield');
  await field(page, 'ZIP code').fill('62701');
  await page.getByRole('combobox', { name: 'State' }).selectOption({ label: 'Illinois' });
  await page.getByRole('combobox', { name: 'Country' }).focus();
  await chooseCountry(page, 'United Kingdom');
  if (withScripts()) await expect(page.getByRole('combobox', { name: 'Country' })).toBeFocused();
  await expect(field(page, 'Address')).toHaveValue('1 Main Street');
  await expect(field(page, 'Town or city')).toHaveValue('Springfield');
  await goOn(page);
  await expect(field(page, 'Postal code')).toHaveAccessibleDescription(/no postal code of the country above/);
  await page.getByRole('alert').getByRole('link', { name: /^Postal code/ }).click();
  await expect(field(page, 'Postal code')).toBeFocused();
  await expect(field(page, 'Town or city')).toHaveValue('Springfield');
  await expectNoBarriers(page);
});

test('on a phone the field that has focus is not below what stays in sight', async ({ page }) => {
  await page.setViewportSize(WIDTHS.narrow);
  await asGuest(page);
  await page.getByLabel('E-mail').focus();
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let n = 0; n < 12; n += 1) {
      await page.keyboard.press(key);
      // It scrolls there smoothly.
      await expect.poll(() => page.evaluate(whatCoversFocus), `after ${key}`).toBe('');
    }
  }
});

test('Enter in a field goes on, and does not ask for other fields', async ({ page }) => {
  await atCheckout(page);
  await fillAddress(page);
  await field(page, 'Postal code').press('Enter');
  await expect(page).toHaveURL(/\/checkout\/shipping$/);
});

test('the address book, and a checkout that chooses from it by keyboard', async ({ page }) => {
  await atCheckout(page);
  await fillAddress(page);
  await page.getByRole('checkbox', { name: 'Keep it in my address book' }).check();
  await toReview(page);
  await expect(page.getByRole('button', { name: 'Place order' })).toBeVisible();
  await page.goto('/account');
  await page.getByRole('link', { name: 'Your addresses' }).click();
  await expect(page.getByText('Your default address')).toBeVisible();
  await page.getByRole('link', { name: 'Add an address' }).click();
  await chooseCountry(page, 'Germany');
  await field(page, 'Full name').fill('Ada Byron');
  await field(page, 'Address').fill('Friedrichstr. 43');
  await field(page, 'Postal code').fill('10117');
  await field(page, 'City').fill('Berlin');
  await expectNoBarriers(page);
  await page.getByRole('button', { name: 'Save address' }).click();
  await expect(page.getByText('Your address book is up to date')).toBeVisible();
  await page.getByRole('button', { name: 'Make default Ada Byron, Friedrichstr. 43' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Your default address' })).toContainText('10117 Berlin');
  await expectNoBarriers(page);

  await page.goto('/checkout');
  const choices = page.getByRole('radiogroup', { name: 'Shipping address' }).getByRole('radio');
  await expect(choices).toHaveCount(3);
  // What this checkout went to already is still what it goes to.
  const london = page.getByRole('radio', { name: /London/ });
  const berlin = page.getByRole('radio', { name: /Berlin/ });
  await expect(london).toBeChecked();
  await expect(page.getByRole('combobox', { name: 'Country' })).toBeHidden();
  await london.focus();
  await page.keyboard.press('ArrowUp');
  await expect(berlin).toBeChecked();
  await expectNoBarriers(page);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/checkout\/(shipping|review)$/);
  await expect(page.getByText('10117 Berlin')).toBeVisible();

  await page.goto('/account/addresses');
  await page.getByRole('button', { name: /Remove Ada Byron/ }).click();
  await expect(page.getByText('Removed from your address book')).toBeVisible();
  await expect(page.getByText('10117 Berlin')).toHaveCount(0);
});

test('a bill goes to somebody else', async ({ page }) => {
  await atCheckout(page);
  await fillAddress(page);
  await page.getByRole('group', { name: 'Billing address' }).getByRole('radio', { name: 'Another address' }).check();
  const billing = page.locator('.other-billing');
  await billing.getByRole('combobox', { name: 'Country' }).selectOption({ label: 'Germany' });
  if (!withScripts()) await billing.getByRole('button', { name: 'Update fields' }).click();
  await expect(billing.locator('.address-parts')).toHaveAttribute('data-country', 'DE');
  const typed = { 'Full name': 'Accounts', Address: 'Hauptstr. 1', 'Postal code': '10117', City: 'Berlin' };
  for (const [label, text] of Object.entries(typed)) await billing.getByRole('textbox', { name: label, exact: true }).fill(text);
  await billing.getByRole('textbox', { name: /^Tax number/ }).fill('DE136695976');
  await expectNoBarriers(page);
  await toReview(page);
  await expect(page.getByText('Billed to')).toBeVisible();
  await placeOrder(page);
  await expect(page.getByText('10117 Berlin')).toBeVisible();
  await expect(page.getByText('Tax number DE136695976')).toBeVisible();
  await expect(page.getByText('SW1Y 4JH')).toBeVisible();
});
