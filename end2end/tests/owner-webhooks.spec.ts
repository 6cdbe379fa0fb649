// Webhooks in the back office, with and without scripts: one is added, its secret is shown once, it is tried and removed, and
// no page keeps anybody out.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, signIn, test, type Person } from './shopper';

/** An owner, made at the terminal by scripts/serve-for-tests. */
const OLGA: Person = { name: 'Olga Owner', email: 'olga@example.org', password: 'correct horse battery' };

async function expectNoBarriers(page: Page) {
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ]) {
    await page.setViewportSize({ width, height });
    const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
    expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`)).toEqual([]);
    const wide = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
    expect(wide, `${page.url()} scrolls sideways`).toBeLessThanOrEqual(0);
    if (process.env.OWNER_PICTURES) {
      const name = new URL(page.url()).pathname.replace(/\W+/g, '-').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'one').slice(1);
      await page.screenshot({ path: `${process.env.OWNER_PICTURES}/${name}-${width}.png`, fullPage: true });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

test('an owner has another program told of what happens, and no private one', async ({ page }) => {
  // Nobody listens there: an address of everybody's that needs no name.
  const url = `https://1.1.1.1:9/hooks/${encodeURIComponent(test.info().project.name)}?of=${'a-long-one-'.repeat(6)}`;
  await signIn(page, OLGA);
  await page.goto('/admin');
  await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
  const add = page.getByRole('region', { name: 'Add a webhook' });
  await add.getByLabel('Address').fill('https://127.0.0.1/hooks');
  await add.getByLabel(/order\.paid/).check();
  await add.getByRole('button', { name: 'Add webhook' }).click();
  await expect(page.getByText('This leads into a private network').first()).toBeVisible();
  await expect(add.getByLabel('Address')).toHaveValue('https://127.0.0.1/hooks');
  await expect(add.getByLabel(/order\.paid/)).toBeChecked();
  await add.getByLabel('Address').fill(url);
  await add.getByRole('button', { name: 'Add webhook' }).click();
  await expect(page.getByText(/shown only now: whsec_/)).toBeVisible();
  await expectNoBarriers(page);
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await expect(page.getByRole('row', { name: /webhook\.test/ })).toBeVisible();
  await expect(page.getByText(/whsec_/)).toHaveCount(0);
  await expectNoBarriers(page);
  await page.getByRole('link', { name: 'Webhooks', exact: true }).first().click();
  await expectNoBarriers(page);
  await page.getByRole('link', { name: url }).click();
  await page.getByRole('button', { name: 'Remove this webhook' }).click();
  await expect(page.getByText('The webhook is removed')).toBeVisible();
  await expect(page.getByRole('link', { name: url })).toHaveCount(0);
});
