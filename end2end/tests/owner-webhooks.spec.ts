// Webhooks in the back office, with and without scripts: one is added, its secret is shown once, it is tried and removed, and
// no page keeps anybody out.
import { expectNoBarriersAtBothWidths } from './look';
import { OLGA, expect, signIn, test } from './shopper';

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
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await expect(page.getByRole('row', { name: /webhook\.test/ })).toBeVisible();
  await expect(page.getByText(/whsec_/)).toHaveCount(0);
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('link', { name: 'Webhooks', exact: true }).first().click();
  await expectNoBarriersAtBothWidths(page);
  await page.getByRole('link', { name: url }).click();
  await page.getByRole('button', { name: 'Remove this webhook' }).click();
  await expect(page.getByText('The webhook is removed')).toBeVisible();
  await expect(page.getByRole('link', { name: url })).toHaveCount(0);
});
