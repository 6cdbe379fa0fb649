// An owner makes the shop their own, with and without scripts: its name, words and colour, an announcement, a page of text that
// is looked at before it is saved. Everything is put back, for other tests look at the same shop.
import type { Page } from '@playwright/test';
import { picture } from './drawing';
import { expectNoBarriers, expectNoBarriersAtBothWidths } from './look';
import { OLGA, expect, signIn, test } from './shopper';

/** Saves what is given; what is empty is as it came. */
async function write(page: Page, words: Record<string, string>, shown: 'yes' | 'no') {
  await page.goto('/admin/content');
  for (const [label, text] of Object.entries(words)) {
    await page.getByRole('textbox', { name: label, exact: true }).fill(text);
  }
  await page.getByRole('combobox', { name: 'Shown' }).selectOption(shown);
  await page.getByRole('button', { name: 'Save' }).click();
}

/** Sends a picture to the place with this title, and waits until it is shown there. */
async function place(page: Page, at: string, title: string, file: ReturnType<typeof picture>) {
  await page.goto(at);
  const part = page.getByRole('region', { name: title, exact: true });
  await part.getByLabel(`Choose a picture: ${title}`).setInputFiles(file);
  await part.getByRole('button', { name: `Upload: ${title}` }).click();
  await expect(page.getByText('The picture was uploaded')).toBeVisible();
  await expect(async () => {
    await page.goto(at);
    await expect(part.getByRole('button', { name: `Remove: ${title}` })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
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

  test('logo, icon and the picture of a category are seen in the shop until they are taken away', async ({ page }) => {
    await signIn(page, OLGA);
    const name = `Shelf ${Date.now()}`;
    const slug = name.toLowerCase().replace(' ', '-');
    await page.goto('/admin/new-category');
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('combobox', { name: 'Below' }).selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Save category' }).click();
    await expect(page.getByText('The category is saved')).toBeVisible();

    await place(page, '/admin/content', 'Logo', picture('logo', [150, 60, 30], [40, 40, 40]));
    await place(page, '/admin/content', 'Icon', picture('icon', [150, 60, 30], [240, 230, 220]));
    await expectNoBarriersAtBothWidths(page);
    await place(page, `/admin/categories/${slug}`, 'Picture', picture('shelf', [120, 90, 60], [200, 180, 150]));
    await page.getByLabel('What it shows').fill('A shelf of glasses');
    await page.getByRole('button', { name: 'Keep these words' }).click();
    await expect(page.getByText('It is saved')).toBeVisible();
    await page.getByRole('textbox', { name: 'Address (optional)' }).fill(`${slug}-moved`);
    await page.getByRole('button', { name: 'Save category' }).click();
    await expect(page.getByText('The category is saved')).toBeVisible();

    await page.goto(`/products?category=${slug}`);
    await expect(page).toHaveURL(`/products?category=${slug}-moved`);
    await expect(page.getByRole('img', { name: 'A shelf of glasses' })).toBeVisible();
    const logo = page.getByRole('banner').getByRole('link', { name: 'Kiln & Loom' }).getByRole('img');
    await expect(logo).toBeVisible();
    expect(await logo.evaluate(async (image: HTMLImageElement) => (await image.decode(), image.naturalWidth))).toBeGreaterThan(0);
    const icon = page.locator('link[rel="icon"]').first();
    await expect(icon).toHaveAttribute('href', /^\/media\/[0-9a-f]{32}-32\.png$/);
    expect((await page.request.get('/favicon.ico')).headers()['content-type']).toBe('image/png');
    await expectNoBarriersAtBothWidths(page);

    for (const title of ['Logo', 'Icon']) {
      await page.goto('/admin/content');
      await page.getByRole('button', { name: `Remove: ${title}` }).click();
      await expect(page.getByText('It is saved')).toBeVisible();
    }
    await page.goto(`/admin/categories/${slug}-moved`);
    await page.getByRole('button', { name: 'Remove: Picture' }).click();
    await expect(page.getByText('It is saved')).toBeVisible();
    await page.goto(`/products?category=${slug}-moved`);
    await expect(page.getByRole('img', { name: 'A shelf of glasses' })).toHaveCount(0);
    await expect(page.getByRole('banner').getByRole('link', { name: 'Kiln & Loom' })).toHaveText('Kiln & Loom');
    await expect(icon).toHaveAttribute('href', '/favicon.svg');
    await page.goto(`/admin/categories/${slug}-moved`);
    await page.getByText('Remove this category').click();
    await page.getByRole('button', { name: 'Remove category' }).click();
    await expect(page.getByText('The category is removed')).toBeVisible();
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
