// What somebody has of the shop about themselves, with and without scripts: where they are signed in, their data, and that they
// go; and who waits for what is sold out, by the mail that comes.
import { expectNoBarriersAtBothWidths } from './look';
import { expect, register, signIn, somebody, test, textOf } from './shopper';

test('somebody sees where they are signed in, has their data, and deletes their account', async ({ page, browser }) => {
  const person = await register(page);
  const elsewhere = await (await browser.newContext()).newPage();
  await signIn(elsewhere, person);
  await expect.poll(() => textOf(person, /^You have signed in on a new device/), { timeout: 15_000 }).toContain('/account/sessions');

  await page.goto('/account');
  await page.getByRole('link', { name: 'Where you are signed in' }).click();
  await expect(page.getByText('This device')).toBeVisible();
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(page.getByText('Every other device is signed out.')).toBeVisible();
  await elsewhere.goto('/account');
  await expect(elsewhere).toHaveURL(/\/login/);

  let link: string | undefined;
  await expect(() => {
    link = /https?:\/\/\S+\?token=\S+/.exec(textOf(person, /^Welcome to/) ?? '')?.[0];
    expect(link).toBeTruthy();
  }).toPass({ timeout: 15_000 });
  await page.goto(new URL(link!).pathname + new URL(link!).search);
  await page.getByRole('button', { name: /is mine$/ }).click();
  await page.getByRole('link', { name: 'Your data, and deleting your account' }).click();
  await expectNoBarriersAtBothWidths(page);
  const download = page.getByRole('region', { name: 'Everything we keep about you' });
  await download.getByLabel('Password').fill(person.password);
  await download.getByRole('button', { name: 'Put my data together' }).click();
  await expect(page.getByText('We put your data together')).toBeVisible();
  await expect.poll(() => textOf(person, /^Your data are ready/), { timeout: 20_000 }).toContain('/account/privacy');
  await page.reload();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download your data' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('your-data.zip');

  const last = page.getByRole('region', { name: 'Delete your account' });
  await last.getByLabel('Password').fill('not the password');
  await last.getByRole('button', { name: 'Delete my account for good' }).click();
  await expect(page.locator('#field-delete_password-problem')).toContainText('This is not your password');
  await last.getByLabel('Password').fill(person.password);
  await last.getByRole('button', { name: 'Delete my account for good' }).click();
  await expect(page.getByText('Your account is deleted.')).toBeVisible();
  await page.goto('/account');
  await expect(page).toHaveURL(/\/login/);
});

test('a guest asks to be told when something is back, confirms it, and has it forgotten', async ({ page }) => {
  const guest = somebody();
  await page.goto('/products/cylinder-vase');
  const form = page.locator('.stock-wish');
  await expectNoBarriersAtBothWidths(page);
  await form.getByLabel('E-mail').fill(guest.email);
  await form.getByRole('button', { name: 'Tell me' }).click();
  await expect(page.getByText('Please look into your mail')).toBeVisible();
  let link: string | undefined;
  await expect(() => {
    link = /https?:\/\/\S+\?token=\S+/.exec(textOf(guest, /^Shall we tell you/) ?? '')?.[0];
    expect(link).toBeTruthy();
  }).toPass({ timeout: 15_000 });
  const path = new URL(link!).pathname + new URL(link!).search;
  await page.goto(path);
  await expect(page).toHaveURL(/\/stock-wish$/);
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('button', { name: 'Yes, tell me' }).click();
  await expect(page.getByText('We write to you once, as soon as it is back.')).toBeVisible();
  await expect(page).toHaveURL(/\/products\/cylinder-vase/);
  await page.goto(path);
  await page.getByRole('button', { name: 'Forget my wish' }).click();
  await expect(page.getByText('Your wish is forgotten')).toBeVisible();
});
