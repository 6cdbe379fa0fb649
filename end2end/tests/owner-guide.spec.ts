// A shop of one's own, opened as docs/owner.md tells under "A shop in an evening", in a shop where nothing was sold yet and
// nobody has decided anything: GUIDE_PICTURES=FOLDER keeps the pictures that stand there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectNoBarriersAtBothWidths } from './look';
import { OLGA, expect, fillAddress, pay, placeOrder, signIn, somebody, test, toReview } from './shopper';

const GOODS = [
  { name: 'Beech Rolling Pin', price: '28.00', stock: '12', picture: 'beech-rolling-pin', shows: 'A rolling pin of beech' },
  { name: 'Bath Brush', price: '19.50', stock: '20', picture: 'bath-brush', shows: 'A brush with a long handle' },
  { name: 'Bud Vase', price: '24.00', stock: '8', picture: 'bud-vase-amber', shows: 'A small vase of amber glass' },
];

async function picture(page: Page, name: string) {
  const folder = process.env.GUIDE_PICTURES;
  if (!folder) return;
  await page.evaluate(() => scrollTo(0, 0));
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 78 });
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, 'base64'));
}

const steps = (page: Page) => page.getByRole('region', { name: 'Open your shop' });

async function fill(page: Page, fields: Record<string, string>) {
  for (const [label, text] of Object.entries(fields)) {
    // A region may be called as its field is.
    await page.getByLabel(label, { exact: true }).and(page.locator('input, textarea')).fill(text);
  }
}

test('a shop is opened in an evening, and its first order is packed', async ({ page, browser }) => {
  test.slow();
  await signIn(page, OLGA);
  await page.getByRole('link', { name: 'Back office' }).click();
  await expect(steps(page)).toContainText('0 of 6 done');
  await picture(page, 'open-your-shop');
  await expectNoBarriersAtBothWidths(page);

  // Name, words, colour.
  await steps(page).getByRole('link', { name: 'Give it a name, words and a colour' }).click();
  await fill(page, {
    'Name of the shop': 'Brenn & Web',
    Headline: 'Kitchen things that last',
    Text: 'Turned, bound and blown in three workshops that we know.',
    Colour: '#1f5c96',
    'Time zone': 'Europe/Berlin',
  });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('It is saved')).toBeVisible();
  await picture(page, 'content');

  // Who sells.
  await page.goto('/admin');
  await steps(page).getByRole('link', { name: 'Say who sells, for invoices' }).click();
  await fill(page, {
    'Legal name': 'Brenn & Web GmbH',
    'Street and number': 'Lindenstraße 5',
    'Postal code': '10969',
    City: 'Berlin',
    'VAT number (optional)': 'DE123456788',
    'Days to send something back': '14',
  });
  await page.getByLabel('Country').selectOption({ label: 'Germany' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('It is saved')).toBeVisible();
  await picture(page, 'business');
  await expectNoBarriersAtBothWidths(page);

  // The pages that the law wants.
  for (const slug of ['imprint', 'terms']) {
    await page.goto('/admin');
    if (slug === 'imprint') {
      await steps(page).getByRole('link', { name: 'Write its imprint and its terms' }).click();
    } else {
      await page.goto('/admin/content/pages/terms');
    }
    await page.getByRole('textbox', { name: 'Text', exact: true }).fill('## Brenn & Web GmbH\n\nLindenstraße 5, 10969 Berlin. Returns: **{returns}**.');
    await page.getByRole('button', { name: 'Preview' }).click();
    await expect(page.getByRole('region', { name: 'Preview' }).getByText('14 days')).toBeVisible();
    await page.getByRole('button', { name: 'Save page' }).click();
    await expect(page.getByText('The page is saved')).toBeVisible();
  }

  // Three products with pictures.
  for (const { name, price, stock, picture: file, shows } of GOODS) {
    await page.goto('/admin/products/new');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Price', { exact: true }).fill(price);
    await page.getByLabel('In stock, of each variant').fill(stock);
    await page.getByLabel('Status').selectOption({ label: 'For sale' });
    await page.getByRole('button', { name: 'Make product' }).click();
    await expect(page.getByText('The product is made')).toBeVisible();
    const pictures = page.getByRole('region', { name: 'Pictures' });
    const buffer = readFileSync(join('..', 'public', 'pictures', `${file}-480.webp`));
    await pictures.getByLabel('Add pictures').setInputFiles({ name: `${file}.webp`, mimeType: 'image/webp', buffer });
    await pictures.getByRole('button', { name: 'Upload' }).click();
    await expect(page.getByText('1 picture was uploaded')).toBeVisible();
    const editor = page.url().split('#')[0] ?? '';
    await expect(async () => {
      await page.goto(editor);
      await expect(pictures.getByLabel('What picture 1 shows')).toBeVisible({ timeout: 1000 });
    }).toPass({ timeout: 60_000 });
    await pictures.getByLabel('What picture 1 shows').fill(shows);
    await pictures.getByRole('button', { name: 'Save pictures' }).click();
    await expect(page.getByText('The pictures are saved')).toBeVisible();
  }
  await picture(page, 'product');

  // Where it ships to.
  await page.goto('/admin');
  await steps(page).getByRole('link', { name: 'Say where you ship to, and for how much' }).click();
  await page.getByRole('link', { name: 'Everywhere' }).click();
  await page.getByLabel('Price', { exact: true }).first().fill('4.90');
  await page.getByRole('button', { name: 'Save zone' }).click();
  await expect(page.getByText('The zone is saved')).toBeVisible();
  await picture(page, 'shipping');

  // What it taxes.
  await page.goto('/admin');
  await steps(page).getByRole('link', { name: 'Set your taxes' }).click();
  await page.getByLabel('Prices').selectOption({ label: 'Contain the tax' });
  await page.getByLabel('Where the shop is').selectOption({ label: 'Germany' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('How the shop taxes is saved')).toBeVisible();
  await page.getByLabel('Another country').selectOption({ label: 'United Kingdom' });
  await page.getByRole('button', { name: 'Set its rates' }).click();
  await page.getByLabel('Name, row 1').fill('VAT');
  await page.getByLabel('Per cent, row 1').fill('20');
  await page.getByRole('button', { name: /^Save/ }).last().click();
  await expect(page.getByText('The rates are saved')).toBeVisible();

  // It is open: nothing is left to do.
  await page.goto('/admin');
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
  await expect(steps(page)).toHaveCount(0);

  // Somebody buys.
  const visitor = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const shopper = await visitor.newPage();
  await shopper.goto('/');
  await expect(shopper.getByRole('heading', { level: 1, name: 'Kitchen things that last' })).toBeVisible();
  await picture(shopper, 'shop');
  await expectNoBarriersAtBothWidths(shopper);
  await shopper.getByRole('link', { name: /Bud Vase/ }).first().click();
  await shopper.getByRole('button', { name: 'Add to cart' }).click();
  await expect(shopper.getByText('Added to your cart').first()).toBeVisible();
  await shopper.goto('/cart');
  await shopper.getByRole('link', { name: 'Checkout' }).click();
  await shopper.getByLabel('E-mail').fill(somebody().email);
  await fillAddress(shopper);
  await toReview(shopper);
  await expect(shopper.getByText('VAT 20 %, included')).toBeVisible();
  await placeOrder(shopper);
  await pay(shopper);
  await visitor.close();

  // And it is packed.
  await page.goto('/admin');
  await page.getByRole('link', { name: /to pack/ }).click();
  await page.locator('tbody th a').first().click();
  await picture(page, 'order');
  await page.getByLabel('Carrier').fill('DHL');
  await page.getByRole('button', { name: 'Send parcel' }).click();
  await expect(page.getByText('The parcel is sent')).toBeVisible();
  await expect(page.getByRole('link', { name: /INV-/ }).first()).toBeVisible();
});
