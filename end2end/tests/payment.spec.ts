// Paying on the provider's page: there, back, and not at all.
import { CANDLE, buy, expect, expectPaid, pay, register, test, textOf, withScripts } from './shopper';

test('declined, then paid', async ({ page }) => {
  await register(page);
  await buy(page, CANDLE);
  await pay(page, 'Decline');
  await expect(page.getByText('The last attempt did not go through. Nothing was charged.')).toBeVisible();
  await pay(page);
  await expect(page.getByText('Paid', { exact: true })).toBeVisible();
  await expect(page.getByText('Payment received')).toHaveCount(1);
});

test('the provider is left without an answer, and the shopper comes back to the same page', async ({ page }) => {
  await register(page);
  await buy(page, CANDLE);
  await page.getByRole('button', { name: 'Pay now' }).click();
  const provider = page.url();
  await page.getByRole('link', { name: 'Go back to the shop without an answer' }).click();
  await expect(page.getByText('A payment has begun.')).toBeVisible();
  await page.getByRole('button', { name: 'Pay now' }).click();
  await expect(page).toHaveURL(provider);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await expectPaid(page);
  // What was answered is answered.
  await page.goto(provider);
  await expect(page.getByText('This was answered already.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Go back to the shop', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0);
});

test('money that comes late pays the order, by webhooks that repeat themselves', async ({ page }) => {
  await register(page);
  await buy(page, CANDLE);
  await page.getByRole('button', { name: 'Pay now' }).click();
  await page.locator('summary').click();
  await page.getByLabel('Seconds until a late approval').fill('6');
  await page.getByLabel('How often each webhook is sent').fill('3');
  await page.getByLabel('The last webhook first').check();
  await page.getByRole('button', { name: 'Approve late' }).click();
  await expect(page.getByText('A payment has begun.')).toBeVisible();
  // The page follows by itself, or is reloaded.
  await expect(async () => {
    if (!withScripts()) await page.reload();
    await expect(page.getByText('Paid', { exact: true })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByText('Payment received')).toHaveCount(1);
});

test('money that comes for a cancelled order goes back, and a letter says why', async ({ page }) => {
  const person = await register(page);
  await buy(page, CANDLE);
  await page.getByRole('button', { name: 'Pay now' }).click();
  await page.locator('summary').click();
  await page.getByLabel('Seconds until a late approval').fill('10');
  await page.getByRole('button', { name: 'Approve late' }).click();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await expect(page.getByText('You cancelled this order.').first()).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('A payment came in after the order had ended')).toBeVisible({ timeout: 1_000 });
    await expect(page.getByText('Refund opened')).toBeVisible({ timeout: 1_000 });
    // Nobody asks for it.
    await expect(page.getByText('Money given back')).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 45_000 });
  const told = () => textOf(person, /given back for order/) ?? '';
  await expect.poll(told, { timeout: 30_000 }).toContain('It had come in after the order had ended.');
});
