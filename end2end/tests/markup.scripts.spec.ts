// A shopper's pages and those of the back office that are there once, as they leave the server, before the Nu HTML checker
// (Java). What it says is red, but for what is named here with its reason; what is named here and not found any more is red
// too.
import type { APIRequestContext } from '@playwright/test';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { routes } from './owner';
import {
  CANDLE,
  MUG,
  OLGA,
  addToCart,
  checkOut,
  expect,
  expectPaid,
  fillAddress,
  placeOrder,
  register,
  signIn,
  test,
} from './shopper';

/** What is not ours to mend, and why it stays. */
const KNOWN: { says: RegExp; at: RegExp; because: string }[] = [
  {
    says: /^Bogus comment\.$/,
    at: /<!>/,
    because:
      'Leptos marks places in a view with `<!>`, the shortest comment a browser reads. The islands find their nodes by ' +
      'them; to write them longer means going over every page once more.',
  },
];

type Finding = { type: string; subType?: string; url?: string; message: string; extract?: string; lastLine?: number };

const CHECKER = 'node_modules/vnu-jar/build/dist/vnu.jar';
const DIR = 'artifacts/markup';

async function findings(files: string[]): Promise<Finding[]> {
  const args = ['-Xss1m', '-jar', CHECKER, '--format', 'json', '--exit-zero-always', '--stdout', ...files];
  const { stdout } = await promisify(execFile)('java', args, { maxBuffer: 32 << 20, timeout: 60_000 });
  return (JSON.parse(stdout) as { messages: Finding[] }).messages;
}

/** A page as it is sent to this visitor; Playwright's requests carry the cookies of its page. */
async function keep(request: APIRequestContext, name: string, path: string): Promise<string> {
  const answer = await request.get(path, { headers: { accept: 'text/html' } });
  const file = join(DIR, `${name}.html`);
  writeFileSync(file, await answer.body());
  return file;
}

async function expectNothingNew(files: string[]) {
  const found = await findings(files);
  const is = (finding: Finding) =>
    KNOWN.findIndex(({ says, at }) => says.test(finding.message) && at.test(finding.extract ?? ''));
  const news = found
    .filter((finding) => is(finding) < 0)
    .map((f) => `${basename(f.url ?? '')}:${f.lastLine ?? '?'} ${f.subType ?? f.type}: ${f.message} ${f.extract ?? ''}`);
  expect([...new Set(news)]).toEqual([]);
  const gone = KNOWN.filter((_, at) => !found.some((finding) => is(finding) === at));
  expect(gone, 'is said no more: take it off the list').toEqual([]);
}

test('the checker has nothing to say that is not known', async ({ browser, page }) => {
  test.setTimeout(240_000);
  mkdirSync(DIR, { recursive: true });
  const files: string[] = [];
  const look = async (name: string, path: string) => {
    files.push(await keep(page.request, name, path));
  };
  const anybody = {
    home: '/',
    listing: '/products',
    'listing-search': '/products?q=linen&in_stock=true&min_price=10',
    'listing-empty': '/products?q=zzzzqqqq',
    product: `/products/${MUG.slug}`,
    'product-single': `/products/${CANDLE.slug}`,
    'product-sold-out': '/products/cylinder-vase',
    'cart-empty': '/cart',
    login: '/login?next=%2Fcart',
    register: '/register',
    'forgot-password': '/forgot-password',
    'reset-password-over': '/reset-password',
    'verify-email-over': '/verify-email',
    'stock-wish-over': '/stock-wish',
    'reviews-none': `/products/${CANDLE.slug}/reviews`,
    'review-requests-over': '/review-requests',
    track: '/track',
    terms: '/pages/terms',
    privacy: '/pages/privacy',
    returns: '/pages/returns',
    imprint: '/pages/imprint',
    withdrawal: '/pages/withdrawal',
    contact: '/pages/contact',
    'not-found': '/no-such-page',
    'product-not-found': '/products/no-such-thing',
    garbled: '/products/%00',
    'api-docs': '/api/docs',
  };
  for (const [name, path] of Object.entries(anybody)) await look(name, path);

  await register(page);
  await look('account', '/account');
  await look('sessions', '/account/sessions');
  await look('privacy-own', '/account/privacy');
  await look('orders-none', '/orders');
  await look('wishlist-none', '/account/wishlist');
  await look('security', '/account/security');
  await look('addresses', '/account/addresses');
  await look('address-new', '/account/addresses/new');
  await addToCart(page, MUG, '2');
  await look('cart', '/cart');
  await page.goto('/checkout');
  await look('checkout', '/checkout');
  // Refused: what was typed and what is wrong stand on the next page.
  const refused = await page.request.post('/do/save-address', {
    headers: { accept: 'text/html', origin: new URL(page.url()).origin, referer: page.url() },
    form: { city: '"><b>' },
    maxRedirects: 0,
  });
  expect(refused.status()).toBe(303);
  await look('checkout-problems', '/checkout');
  await page.goto('/checkout');
  await fillAddress(page);
  await checkOut(page);
  await look('shipping', '/checkout/shipping');
  const unknown = await page.request.post('/do/choose-shipping', {
    headers: { accept: 'text/html', origin: new URL(page.url()).origin, referer: page.url() },
    form: { shipping_method: '"><b>' },
    maxRedirects: 0,
  });
  expect(unknown.status()).toBe(303);
  await look('shipping-problems', '/checkout/shipping');
  await look('review', '/checkout/review');
  const order = await placeOrder(page);
  await look('order', order);
  await page.getByRole('button', { name: 'Pay now' }).click();
  await look('sandbox', new URL(page.url()).pathname);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await expectPaid(page);
  await look('order-paid', order);
  await look('orders', '/orders');

  // In this shop nobody works behind the pages: what is ordered stays to be confirmed.
  const waiting = await browser.newPage({ baseURL: `http://127.0.0.1:${process.env.E2E_WAITING_PORT}` });
  await register(waiting);
  await addToCart(waiting, MUG);
  await checkOut(waiting);
  await waiting.getByRole('button', { name: 'Place order' }).click();
  await expect(waiting.getByRole('heading', { name: 'Confirming your items' })).toBeVisible();
  files.push(await keep(waiting.request, 'order-confirming', new URL(waiting.url()).pathname));
  await waiting.close();

  await expectNothingNew(files);
});

test('of the back office it has nothing to say, either', async ({ page }) => {
  test.setTimeout(240_000);
  mkdirSync(DIR, { recursive: true });
  await signIn(page, OLGA);
  const once = routes().filter((route) => !route.includes(':'));
  expect(once.length).toBeGreaterThan(25);
  const files: string[] = [];
  for (const path of [...once, '/admin/tax/rates?country=DE', '/admin/content/pages/terms']) {
    const name = path.slice(1).replace(/\W/g, '-');
    const file = await keep(page.request, name, path);
    expect(readFileSync(file, 'utf8'), `${path} is a page of the back office`).toContain('class="desk-head"');
    files.push(file);
  }
  await expectNothingNew(files);
});
