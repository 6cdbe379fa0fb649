// A forgotten password and another one, with and without scripts, by the mail that comes.
import { expectNoBarriersAtBothWidths } from './look';
import { expect, register, signIn, signOut, test, textOf } from './shopper';

/** The address in the first mail with this subject, once it has come, without the shop's own. */
async function mailedLink(person: Parameters<typeof textOf>[0], subject: RegExp): Promise<string> {
  let link: string | undefined;
  await expect(() => {
    link = /https?:\/\/\S+\?token=\S+/.exec(textOf(person, subject) ?? '')?.[0];
    expect(link).toBeTruthy();
  }).toPass({ timeout: 15_000 });
  return new URL(link!).pathname + new URL(link!).search;
}

test('who forgot their password chooses another by the link in their mail, once', async ({ page, watch }) => {
  watch.expected.push(409);
  const person = await register(page);
  await signOut(page);
  await page.goto('/login');
  await page.getByRole('link', { name: 'Forgotten your password?' }).click();
  await expectNoBarriersAtBothWidths(page);
  await page.getByLabel('E-mail').fill(person.email.toUpperCase());
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await expect(page.getByRole('heading', { name: 'Look at your mail' })).toBeVisible();
  const link = await mailedLink(person, /^A new password for/);

  await page.goto(link);
  await expect(page).toHaveURL(/\/reset-password$/);
  await expectNoBarriersAtBothWidths(page);
  await page.getByLabel('Password').fill('password1');
  await page.getByRole('button', { name: 'Save password' }).click();
  await expect(page.locator('#field-password-problem')).toContainText('among the first that are guessed');
  await page.getByLabel('Password').fill('the owl ate my bread');
  await page.getByRole('button', { name: 'Save password' }).click();
  await expect(page.getByText('Your password is changed. Sign in with it.')).toBeVisible();
  await signIn(page, { ...person, password: 'the owl ate my bread' });
  await expect.poll(() => textOf(person, /^Your password was changed/), { timeout: 15_000 }).toBeTruthy();

  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This link does not work any more' })).toBeVisible();
  await expectNoBarriersAtBothWidths(page);
});

test('somebody confirms their address, and changes name and password on their page', async ({ page }) => {
  const person = await register(page);
  const link = await mailedLink(person, /^Welcome to/);
  await page.goto('/account');
  await expect(page.getByRole('heading', { name: 'Is this your address?' })).toBeVisible();
  await expectNoBarriersAtBothWidths(page);
  await page.goto(link);
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('button', { name: `Yes, ${person.email} is mine` }).click();
  await expect(page.getByText('Your e-mail address is confirmed')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Is this your address?' })).toHaveCount(0);

  const name = page.getByRole('region', { name: 'Your name' });
  await name.getByLabel('Name').fill('Ada King');
  await name.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByText('Your name is changed.')).toBeVisible();
  const password = page.getByRole('region', { name: 'Another password' });
  await password.getByLabel('Present password').fill('not the password');
  await password.getByLabel('New password').fill('the owl ate my bread');
  await password.getByRole('button', { name: 'Change password' }).click();
  await expect(page.locator('#field-current_password-problem')).toContainText('This is not your password');
  await password.getByLabel('Present password').fill(person.password);
  await password.getByLabel('New password').fill('the owl ate my bread');
  await password.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('every other device is signed out')).toBeVisible();
  await signOut(page);
  await signIn(page, { ...person, password: 'the owl ate my bread' });
});
