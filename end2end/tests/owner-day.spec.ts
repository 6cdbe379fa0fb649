// An owner's day as one journey, with scripts and without: a product with six variants and three pictures is made, sold, packed in
// two parcels on a phone, and a line of it given back; an event that nobody could read is put back, a file of Shopify's comes in,
// and the shop gets another colour.
import type { Browser, Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { picture } from './drawing';
import { expectNoBarriers, expectNoBarriersAtBothWidths } from './look';
import { makeSixVariants, unique } from './owner';
import { OLGA, checkOut, expect, mails, pay, placeOrder, register, signIn, test, withScripts, type Person } from './shopper';

const places = (page: Page) => page.getByRole('navigation', { name: 'Back office' });

/** To a place of the back office by the way that is beside every page. */
async function goTo(page: Page, place: string) {
  await places(page).getByRole('link', { name: place, exact: true }).click();
  await expect(places(page).getByRole('link', { name: place, exact: true })).toHaveAttribute('aria-current', 'page');
}

async function makeProduct(page: Page, name: string) {
  await goTo(page, 'Products');
  await page.getByRole('link', { name: 'Add a product' }).click();
  await makeSixVariants(page, name);
  await expect(page.getByLabel(/^Price of (S|M), (Moss|Sand|Rust)/)).toHaveCount(6);
}

/** Answers where the shop shows it. */
async function givePictures(page: Page): Promise<string> {
  const editor = page.url().split('#')[0] ?? '';
  const pictures = page.getByRole('region', { name: 'Pictures' });
  await pictures.getByLabel('Add pictures').setInputFiles([
    picture('apron', [70, 90, 60], [200, 190, 170]),
    picture('pocket', [180, 90, 60], [120, 110, 100]),
    picture('strings', [210, 200, 160], [60, 60, 70]),
  ]);
  await pictures.getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByText('3 pictures were uploaded')).toBeVisible();
  await expect(async () => {
    await page.goto(editor);
    await expect(pictures.getByLabel('What picture 3 shows')).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 90_000 });
  await pictures.getByLabel('What picture 1 shows').fill('An apron on a hook');
  await pictures.getByLabel('What picture 2 shows').fill('Its pocket');
  await pictures.getByLabel('What picture 3 shows').fill('Its strings');
  await pictures.getByRole('button', { name: 'Save pictures' }).click();
  await expect(page.getByText('The pictures are saved')).toBeVisible();
  return (await page.getByRole('link', { name: 'View in the shop' }).getAttribute('href')) ?? '';
}

/** Somebody finds it there, takes two of one variant and one of another, and pays. */
async function sell(browser: Browser, product: string, name: string): Promise<Person> {
  const context = await browser.newContext({ javaScriptEnabled: withScripts() });
  const page = await context.newPage();
  const person = await register(page);
  for (const [size, colour, quantity] of [
    ['M', 'Moss', '2'],
    ['S', 'Rust', '1'],
  ]) {
    await page.goto(product);
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await expect(page.getByRole('list', { name: 'Large pictures' }).getByRole('img')).toHaveCount(3);
    await page.getByRole('group', { name: 'Size' }).getByRole('radio', { name: size, exact: true }).check();
    await page.getByRole('group', { name: 'Colour' }).getByRole('radio', { name: colour, exact: true }).check();
    await page.getByLabel('Quantity').fill(quantity);
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await expect(page.getByText('Added to your cart').first()).toBeVisible();
  }
  await page.goto('/cart');
  await expect(page.getByText('M, Moss').first()).toBeVisible();
  await expect(page.getByText('S, Rust').first()).toBeVisible();
  await checkOut(page);
  await placeOrder(page);
  await pay(page);
  await context.close();
  return person;
}

/** Found by who bought, and sent in two parcels, with a phone in hand; answers the order's number. */
async function pack(page: Page, buyer: Person): Promise<string> {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/admin');
  // Beside the page there is no room now: behind a button that keys reach.
  await expect(places(page).getByRole('link', { name: 'Orders', exact: true })).toBeHidden();
  await places(page).locator('summary').press('Enter');
  await expectNoBarriers(page);
  await places(page).getByRole('link', { name: 'Today', exact: true }).click();
  await page.getByRole('link', { name: /to pack/ }).click();
  await expect(page).toHaveURL(/status=paid/);
  await page.getByLabel('Number, e-mail or name').fill(buyer.email);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(page).toHaveURL(/[?&]q=/);
  await expect(page.locator('tbody th a')).toHaveCount(1);
  await page.locator('tbody th a').click();
  const title = page.getByRole('heading', { level: 1, name: /^Order \d+$/ });
  await expect(title).toBeVisible();
  const number = (await title.innerText()).replace('Order ', '');

  const packing = page.getByRole('region', { name: 'Pack and send' });
  await expect(packing.getByRole('spinbutton', { name: /M, Moss/ })).toHaveValue('2');
  await packing.getByRole('spinbutton', { name: /S, Rust/ }).fill('0');
  await packing.getByLabel('Carrier').fill('DHL');
  await packing.getByLabel('Tracking number').fill('JD014600003');
  await packing.getByRole('button', { name: 'Send parcel' }).click();
  await expect(page.getByText('The parcel is sent')).toBeVisible();
  await expect(page.getByRole('link', { name: 'JD014600003' })).toBeVisible();
  await expect(packing.getByRole('spinbutton', { name: /M, Moss/ })).toHaveCount(0);
  await packing.getByRole('button', { name: 'Send parcel' }).click();
  await expect(page.getByRole('button', { name: 'Mark as completed' })).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 900 });
  return number;
}

/** The one of the second parcel; nothing is lost of what was typed when the reason is missing. */
async function giveBack(page: Page) {
  await page.getByText('Give money back').click();
  const units = page.getByRole('spinbutton', { name: /S, Rust/ });
  await units.fill('1');
  await page.getByRole('button', { name: 'Give back' }).click();
  await expect(page.getByText('Please fill this in').first()).toBeVisible();
  await expect(units).toHaveValue('1');
  await page.getByLabel('Why?').fill('A seam is open');
  await page.getByRole('button', { name: 'Give back' }).click();
  await expect(page.getByText('The refund is on its way')).toBeVisible();
  // The form stands first, and the newest note below it.
  const notes = page.getByRole('region', { name: 'Notes', exact: true });
  for (const note of ['Ask the seamstress', 'She has time on Friday']) {
    await notes.getByLabel('Note to self').fill(note);
    await notes.getByRole('button', { name: 'Note it' }).click();
    await expect(notes.getByText(note)).toBeVisible();
  }
  await expect(notes.getByRole('listitem')).toHaveText([/^She has time on Friday/, /^Ask the seamstress/]);
  const [field, newest] = [notes.getByLabel('Note to self'), notes.getByRole('listitem').first()];
  expect((await field.boundingBox())!.y).toBeLessThan((await newest.boundingBox())!.y);
  const money = page.getByRole('region', { name: 'Money', exact: true });
  await expect(async () => {
    await page.reload();
    await expect(money.getByText('$20.00 given back')).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await expectNoBarriersAtBothWidths(page);
}

/** In the list it says what was given back, and the smallest of phones has room for it. */
async function findInList(page: Page, number: string) {
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(`/admin/orders?q=${number}`);
  await expect(page.getByText('$20.00 given back')).toBeVisible();
  await expectNoBarriers(page);
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** What no program of ours sends: the broker takes it from anybody. Answers its key. */
function sendWhatNobodyCanRead(): string {
  const broker = process.env.TEST_KAFKA_CTL;
  if (!broker) throw new Error('TEST_KAFKA_CTL is not set: run the suite with `make e2e`');
  const key = `day-${unique()}`;
  const headers = `ce_id:${randomUUID()},ce_type:shop.user.registered.v1`;
  execFileSync(broker, ['produce', 'user.registered'], { input: `${headers}\t${key}\t{"user_id":"nobody"}\n`, timeout: 90_000 });
  return key;
}

/** A dead letter is put back, read once more by the group that it is for, and is still none that can be read. */
async function putBack(page: Page) {
  const key = sendWhatNobodyCanRead();
  // The page is of all dead letters, and others may lie there.
  const letter = page.getByRole('listitem').filter({ hasText: key }).filter({ hasText: 'notification could not read it' });
  await expect(async () => {
    await page.goto('/admin');
    await page.getByRole('link', { name: /dead letter/ }).click({ timeout: 3000 });
    await expect(letter).toHaveCount(1, { timeout: 3000 });
  }).toPass({ timeout: 60_000 });
  await letter.getByText('Payload and origin').click();
  await expect(letter.getByText('{"user_id":"nobody"}')).toBeVisible();
  await expect(letter).not.toContainText('replay_of');
  await expectNoBarriersAtBothWidths(page);
  await letter.getByRole('button', { name: 'Put it back' }).click();
  await expect(page.getByText('The event is put back.')).toBeVisible();
  await expect(async () => {
    await page.goto('/admin/events');
    await expect(letter).toHaveCount(1, { timeout: 3000 });
    await expect(letter).toContainText('replay_of', { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
}

/** Drafts, as Shopify exports them, so that no other test meets them in the shop. */
function shopifysFile(handle: string) {
  const columns =
    'Handle,Title,Body (HTML),Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,' +
    'Variant Inventory Qty,Variant Price,Variant Compare At Price,SEO Title,Status';
  const rows = [
    `${handle},Müsli-Schale „Größe zählt“,"<p>Für Müsli &amp; Suppe.</p>",Ton & Söhne,"Küche, ""neu""",true,` +
      `Size,S,${handle}-s,350,12,24.00,29.00,Schale,draft`,
    `${handle},,,,,,,L,${handle}-l,500,4,28.00,,,`,
  ];
  return { name: 'products_export.csv', mimeType: 'text/csv', buffer: Buffer.from([columns, ...rows, ''].join('\n')) };
}

async function bringProducts(page: Page) {
  const handle = `day-${unique()}`;
  await goTo(page, 'Import');
  await page.getByLabel('A CSV file').setInputFiles(shopifysFile(handle));
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page).toHaveURL(/\/admin\/import\/[0-9a-f-]{36}/);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('button', { name: 'Import', exact: true })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(async () => {
    await page.goto(page.url());
    await expect(page.getByRole('heading', { name: 'What was imported' })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await expectNoBarriersAtBothWidths(page);
  await page.goto(`/admin/products?q=${handle}-l`);
  await page.getByRole('link', { name: 'Müsli-Schale „Größe zählt“' }).click();
  await expect(page.getByLabel('Price of L')).toHaveValue('28.00');
}

/** Saves a colour, none is the one it came with, and looks at a button of the first page. */
async function paint(page: Page, colour: string, seen: string) {
  await goTo(page, 'Content');
  await page.getByRole('textbox', { name: 'Colour', exact: true }).fill(colour);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('It is saved')).toBeVisible();
  await page.getByRole('link', { name: 'View the first page' }).click();
  await expect(page.getByRole('link', { name: 'Browse the shop' })).toHaveCSS('background-color', seen);
}

test('an owner’s day, from a new product to another colour', async ({ page, browser }) => {
  test.slow();
  const name = `Day Apron ${unique()}`;
  await signIn(page, OLGA);
  await page.goto('/');
  await page.getByRole('link', { name: 'Back office' }).click();
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();

  await makeProduct(page, name);
  const product = await givePictures(page);
  const buyer = await sell(browser, product, name);
  const number = await pack(page, buyer);
  await giveBack(page);
  await findInList(page, number);
  await expect
    .poll(() => mails(buyer), { timeout: 30_000 })
    .toEqual(
      expect.arrayContaining([
        `A part of order ${number} is on its way`,
        `Order ${number} is on its way`,
        `$20.00 given back for order ${number}`,
      ]),
    );
  await putBack(page);
  await bringProducts(page);
  // Two at once would paint over each other, so this one does it where scripts run, and owner-brand without, later.
  if (withScripts()) {
    await paint(page, '#1f5c96', 'rgb(31, 92, 150)');
    await expectNoBarriersAtBothWidths(page);
    await page.goto('/admin');
    await paint(page, '', 'rgb(150, 61, 31)');
  }
  await page.goto('/admin/audit?verify=yes');
  await expect(page.getByText('The chain holds')).toBeVisible();
});
