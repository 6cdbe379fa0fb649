// Letters as mail programs show them: on a small phone and in a window, in the light and in the dark; nothing hangs over,
// everything can be read, and nothing is fetched from anywhere. Once is enough: there are no scripts in them.
import type { Page } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { barriers, overhang } from './barriers';
import { picture } from './look';
import {
  CANDLE,
  MUG,
  addToCart,
  buy,
  checkOut,
  expect,
  htmlOf,
  pay,
  placeOrder,
  register,
  somebody,
  test,
  type Person,
} from './shopper';

const WIDTHS = [320, 640];
const SCHEMES = ['light', 'dark'] as const;
/** What nobody can break: a name without a space. */
const LONG = 'Speckled-Stoneware-Mug-'.repeat(5) + 'XXL';

/** The letter with this subject, once it has come. */
async function letter(person: Person, subject: RegExp): Promise<string> {
  await expect.poll(() => htmlOf(person, subject), { timeout: 30_000, message: `no letter ${subject}` }).toBeTruthy();
  return htmlOf(person, subject) ?? '';
}

/** Kept as pictures; as wide as its window, and readable for everybody. */
async function readable(page: Page, name: string, html: string) {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await page.setContent(html);
      await picture(page, `mail/${name}-${width}-${colorScheme}`);
      expect(await overhang(page), `${name} scrolls sideways at ${width} pixels, ${colorScheme}`).toBeLessThanOrEqual(0);
    }
    // Whether it is dark at all: a program that darkens by itself would not ask.
    const paper = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
    const sum = (paper.match(/\d+/g) ?? []).slice(0, 3).reduce((all, part) => all + Number(part), 0);
    expect(sum < 384, `${name}, ${colorScheme}: the paper is ${paper}`).toBe(colorScheme === 'dark');
    // What a mail program puts around a letter is not its own: heading, landmarks, title.
    expect(await barriers(page), `${name}, ${colorScheme}`).toEqual([]);
  }
  expect(fetched, `${name} fetches something`).toEqual([]);
}

test('letters can be read on a phone and in a window, in the light and in the dark', async ({ page, browser }) => {
  test.setTimeout(240_000);
  const person = await register(page, somebody(`Ada ${'Wolfeschlegelsteinhausen'.repeat(3)}`));
  await addToCart(page, MUG, '2');
  await addToCart(page, CANDLE);
  await checkOut(page);
  await placeOrder(page);
  await pay(page);
  const elsewhere = await (await browser.newContext()).newPage();
  const regretful = await register(elsewhere);
  await buy(elsewhere, CANDLE);
  await elsewhere.getByRole('button', { name: 'Cancel order' }).click();
  await expect(elsewhere.getByText('You cancelled this order.').first()).toBeVisible();
  await elsewhere.context().close();

  const blank = await (await browser.newContext()).newPage();
  await readable(blank, 'welcome', await letter(person, /^Welcome/));
  await readable(blank, 'received', await letter(person, /^We received your order/));
  await readable(blank, 'paid', await letter(person, /^Payment received/));
  await readable(blank, 'cancelled', await letter(regretful, /was cancelled$/));
  const paid = await letter(person, /^Payment received/);
  expect(paid).toContain(MUG.name);
  await readable(blank, 'long-name', paid.replaceAll(MUG.name, LONG));
  await blank.context().close();
});

// Written by scripts/serve-for-tests with `mail preview`; a test of the shop's mail finds a kind that is missing there.
test('every kind of letter can be read on a phone and in a window, in the light and in the dark', async ({ page }) => {
  test.setTimeout(240_000);
  const folder = process.env.LETTERS_DIR;
  if (!folder) throw new Error('LETTERS_DIR is not set: run the suite with `make e2e`');
  const kinds = readdirSync(folder).filter((file) => file.endsWith('.html'));
  expect(kinds).toContain('refund_failed.html');
  expect(kinds.length).toBeGreaterThan(10);
  for (const kind of kinds) {
    await readable(page, `kind-${kind.replace('.html', '')}`, readFileSync(join(folder, kind), 'utf8'));
  }
});
