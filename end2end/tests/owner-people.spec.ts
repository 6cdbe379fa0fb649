// People in the back office, with and without scripts: somebody is invited by mail and packs, a customer is found, noted
// about and forgotten.
import type { Browser, Page } from '@playwright/test';
import { expectNoBarriersAtBothWidths } from './look';
import {
  MUG,
  OLGA,
  addToCart,
  checkOut,
  expect,
  placeOrder,
  register,
  signIn,
  somebody,
  test,
  textOf,
} from './shopper';

async function elsewhere(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled ?? true });
  return context.newPage();
}

test('somebody is invited by mail, packs, and is signed out the moment they are removed', async ({ page, browser, watch }) => {
  watch.expected.push(403, 409);
  const pia = somebody('Pia Packer');
  await signIn(page, OLGA);
  await page.goto('/admin');
  await page.getByRole('link', { name: 'Staff' }).click();
  const invite = page.getByRole('region', { name: 'Invite somebody' });
  await invite.getByLabel('E-mail').fill(pia.email);
  await invite.getByLabel('Role').selectOption({ label: 'Packing' });
  await invite.getByRole('button', { name: 'Send invitation' }).click();
  await expect(page.getByText('The invitation is on its way')).toBeVisible();
  await expect.poll(() => textOf(pia, /You are invited/), { timeout: 15_000 }).toContain('/invitation?token=');
  const link = /https?:\/\/\S+\/invitation\?token=\S+/.exec(textOf(pia, /You are invited/) ?? '')?.[0] ?? '';

  const hers = await elsewhere(browser);
  await hers.goto(new URL(link).pathname + new URL(link).search);
  await expectNoBarriersAtBothWidths(hers);
  await hers.getByLabel('Name', { exact: true }).fill(pia.name);
  await hers.getByLabel('Password').fill(pia.password);
  await hers.getByRole('button', { name: 'Accept the invitation' }).click();
  await expect(hers.getByText('This is where you work')).toBeVisible();
  const places = hers.getByRole('navigation', { name: 'Back office' });
  await expect(places.getByRole('link', { name: 'Orders' })).toBeVisible();
  await expect(places.getByRole('link', { name: 'Customers' })).toHaveCount(0);
  await hers.goto('/admin/customers');
  await expect(hers.getByText('Your role in this shop does not allow that')).toBeVisible();
  await hers.goto(new URL(link).pathname + new URL(link).search);
  await expect(hers.getByText(/This invitation was used/)).toBeVisible();

  await page.reload();
  const member = page.getByRole('listitem').filter({ hasText: pia.email });
  await member.getByText('Change or remove').click();
  await member.getByRole('button', { name: 'Remove from staff' }).click();
  await expect(page.getByText('They work here no more')).toBeVisible();
  await hers.goto('/admin');
  await expect(hers).toHaveURL(/\/login\?next=%2Fadmin/);
  await hers.context().close();
});

test('a customer is found, noted about, handed their data, and forgotten once their order is over', async ({ page, browser }) => {
  const hers = await elsewhere(browser);
  const ada = await register(hers);
  await addToCart(hers, MUG);
  await checkOut(hers);
  const order = (await placeOrder(hers)).split('/').pop() ?? '';
  await hers.context().close();

  await signIn(page, OLGA);
  await page.goto('/admin');
  await page.getByRole('link', { name: 'Customers' }).click();
  await page.getByLabel('Name, e-mail or order number').fill(ada.email);
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('table').getByRole('link', { name: ada.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: ada.name })).toBeVisible();
  await page.getByLabel('Note to self').fill('Likes blue glaze');
  await page.getByRole('button', { name: 'Note it' }).click();
  await expect(page.getByText('Likes blue glaze')).toBeVisible();
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download everything' }).click();
  expect((await file).suggestedFilename()).toMatch(/^customer-.*\.json$/);

  await page.getByText('Anonymise this customer').click();
  await page.getByLabel(/to confirm/).fill(ada.email);
  await page.getByRole('button', { name: 'Anonymise for good' }).click();
  await expect(page.getByText(/is not over yet/)).toBeVisible();
  await expect(page.getByLabel(/to confirm/)).toHaveValue(ada.email);
  const customer = page.url();
  await page.goto(`/admin/orders/${order}`);
  await page.getByText('Cancel this order').click();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await page.goto(customer);
  await page.getByText('Anonymise this customer').click();
  await page.getByLabel(/to confirm/).fill(ada.email);
  await page.getByRole('button', { name: 'Anonymise for good' }).click();
  await expect(page.getByText('The customer is anonymised')).toBeVisible();
  await page.goto(`/admin/orders/${order}`);
  await expect(page.getByText('Anonymised').first()).toBeVisible();
  await expect(page.getByText(ada.email)).toHaveCount(0);
});
