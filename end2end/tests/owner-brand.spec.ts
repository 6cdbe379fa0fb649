// An owner makes the shop their own, with and without scripts: its name, words and colour, an announcement, a page of text that
// is looked at before it is saved. Everything is put back, for other tests look at the same shop.
import type { Page } from '@playwright/test';
import { expectNoBarriers } from './look';
import { expect, signIn, test, type Person } from './shopper';

/** A member of staff, made at the terminal by scripts/serve-for-tests. */
const OLGA: Person = { name: 'Olga Owner', email: 'olga@example.org', password: 'correct horse battery' };

/** Saves what is given; what is empty is as it came. */
async function write(page: Page, words: Record<string, string>, shown: 'yes' | 'no') {
  await page.goto('/admin/content');
  for (const [label, text] of Object.entries(words)) {
    await page.getByRole('textbox', { name: label, exact: true }).fill(text);
  }
  await page.getByRole('combobox', { name: 'Shown' }).selectOption(shown);
  await page.getByRole('button', { name: 'Save' }).click();
}

test.describe.serial('the shop becomes the owner’s', () => {
  test('words and colour are saved, seen, and taken back', async ({ page }) => {
    await signIn(page, OLGA);
    const line = `Closed on Monday ${Date.now()}`;
    await write(page, { Headline: 'Tea, and time for it', Announcement: line, Colour: '#ffcc00' }, 'yes');
    await expect(page.getByRole('alert').getByText('Hard to read')).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Headline' })).toHaveValue('Tea, and time for it');
    await write(page, { Headline: 'Tea, and time for it', Announcement: line, Colour: '#1f5c96' }, 'yes');
    await expect(page.getByText('It is saved')).toBeVisible();
    await expectNoBarriers(page);

    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: 'Tea, and time for it' })).toBeVisible();
    await expect(page.getByRole('complementary', { name: 'Announcement' })).toHaveText(line);
    const button = page.getByRole('link', { name: 'Browse the shop' });
    await expect(button).toHaveCSS('background-color', 'rgb(31, 92, 150)');
    await expectNoBarriers(page);

    await write(page, { Headline: '', Announcement: '', Colour: '' }, 'no');
    await expect(page.getByText('It is saved')).toBeVisible();
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: 'Made slowly, for every day' })).toBeVisible();
    await expect(page.getByRole('complementary', { name: 'Announcement' })).toHaveCount(0);
    await expect(button).toHaveCSS('background-color', 'rgb(150, 61, 31)');
  });

  test('a page of text is looked at, saved, and found by nobody once it is hidden', async ({ page, watch }) => {
    watch.expected.push(404);
    await signIn(page, OLGA);
    await page.goto('/admin/content');
    await page.getByRole('link', { name: 'Add a page' }).click();
    const slug = `about-${Date.now()}`;
    await page.getByLabel('Behind /pages/').fill(slug);
    await page.getByRole('textbox', { name: 'Title' }).fill('About the potter');
    await page.getByRole('textbox', { name: 'Text', exact: true }).fill('## Hands\n\nItems may come back for **{returns}**.');
    await page.getByRole('button', { name: 'Preview' }).click();
    const preview = page.getByRole('region', { name: 'Preview' });
    await expect(preview.getByRole('heading', { name: 'Hands' })).toBeVisible();
    await expect(preview.getByText('30 days')).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('About the potter');
    await expectNoBarriers(page);
    await page.getByRole('button', { name: 'Make page' }).click();
    await expect(page.getByText('The page is made')).toBeVisible();

    await page.getByRole('link', { name: 'View in the shop' }).click();
    await expect(page).toHaveURL(`/pages/${slug}`);
    await expect(page.getByRole('heading', { level: 1, name: 'About the potter' })).toBeVisible();
    await expect(page.getByRole('contentinfo').getByRole('link', { name: 'About the potter' })).toBeVisible();
    await expectNoBarriers(page);

    await page.goto(`/admin/content/pages/${slug}`);
    await page.getByRole('combobox', { name: 'Found' }).selectOption('hidden');
    await page.getByRole('button', { name: 'Save page' }).click();
    await expect(page.getByText('The page is saved')).toBeVisible();
    await page.getByRole('link', { name: 'Version 1' }).click();
    await expect(page.getByText('This is version 1')).toBeVisible();
    await expectNoBarriers(page);
    const gone = await page.goto(`/pages/${slug}`);
    expect(gone?.status()).toBe(404);
  });
});
