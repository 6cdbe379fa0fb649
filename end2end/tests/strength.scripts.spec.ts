// How strong a new password is, told while it is typed, in the browser alone.
import { expectNoBarriersAtBothWidths } from './look';
import { expect, test } from './shopper';

test('how strong a password is stands beside it while it is typed, and nothing of it leaves', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
  await page.goto('/register');
  const field = page.getByLabel('Password');
  const said = page.locator('.strength');
  await expect(said).toHaveCount(1);
  await expect(said).toBeEmpty();
  expect(asked.some((request) => request.includes('zxcvbn'))).toBe(false);
  await page.getByLabel('Name', { exact: true }).fill('Wilhelmina Quuxington');
  for (const [typed, words] of [
    ['owl', 'This is too short yet.'],
    ['password1', 'This is among the first that are guessed.'],
    ['quuxington', 'This is among the first that are guessed.'],
    ['correct horse', 'This will do.'],
    ['the owl ate my bread', 'This is strong.'],
  ] as const) {
    await field.fill(typed);
    await expect(said, typed).toContainText(words);
  }
  await expectNoBarriersAtBothWidths(page);
  await field.fill('');
  await expect(said).toBeEmpty();
  expect(asked.some((request) => request.includes('/zxcvbn.js'))).toBe(true);
  expect(asked.some((request) => request.includes('owl') || request.includes('quuxington'))).toBe(false);
});
