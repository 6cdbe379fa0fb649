// Passkeys, with Chromium's virtual authenticator. A shop at an address of numbers has none, so this one visits the shop where
// nobody works behind the pages, which is called localhost.
import type { Page } from '@playwright/test';
import { expectNoBarriersAtBothWidths } from './look';
import { calls, expect, register, signOut, test } from './shopper';

const shop = `http://localhost:${process.env.E2E_WAITING_PORT ?? '3112'}`;

test.use({ baseURL: shop });

/** A device that has passkeys, and shows that somebody is there where the test says so: what the browser offers by itself waits. */
async function device(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: false,
    },
  });
  return {
    touched: (enabled: boolean) => session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    credentials: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

/** Adds one on the page of the account's security, and leaves the device alone. */
async function addPasskey(page: Page, touched: (enabled: boolean) => Promise<unknown>) {
  await page.goto('/account/security');
  await page.getByLabel('What is this device called?').fill('My phone');
  await expectNoBarriersAtBothWidths(page);
  await touched(true);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('The passkey is added.')).toBeVisible();
  await touched(false);
}

/** Somebody with a passkey who signs in again; what the shop asks from there on is answered. */
async function atSignIn(page: Page, touched: (enabled: boolean) => Promise<unknown>) {
  await register(page);
  await addPasskey(page, touched);
  await signOut(page);
  await page.goto('/login?next=/account/security');
  return calls(page, 'passkey-challenge');
}

test('a passkey is added, signs its owner in alone, and asks for more than a password', async ({ page }) => {
  const { touched, credentials } = await device(page);
  // A browser that offers none by itself: here it is the button that signs in.
  await page.addInitScript(() => (PublicKeyCredential.isConditionalMediationAvailable = async () => false));
  const person = await register(page);
  await addPasskey(page, touched);
  await expect(page.getByRole('status').getByRole('listitem')).toHaveCount(10);
  expect(await credentials()).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);

  await signOut(page);
  await page.goto('/login?next=/account/security');
  await expectNoBarriersAtBothWidths(page);
  await touched(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(`${shop}/account/security`);
  await touched(false);
  await expect(page.getByText(/Last used/)).toBeVisible();

  await signOut(page);
  await page.goto('/login?next=/account/security');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
  await touched(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(`${shop}/account/security`);
  await page.getByRole('button', { name: /^Remove.*My phone/ }).click();
  await expect(page.getByText('The passkey is removed.')).toBeVisible();
});

test('a passkey that the browser offers for the address signs its owner in, without a button', async ({ page }) => {
  const { touched } = await device(page);
  // How the page asks for passkeys, in the order in which it does; the page that did so is left.
  const asked: unknown[] = [];
  await page.exposeFunction('noteMediation', (mediation: unknown) => asked.push(mediation));
  await page.addInitScript(() => {
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      (window as unknown as { noteMediation(mediation?: string): void }).noteMediation(options?.mediation);
      return get(options);
    };
  });
  await register(page);
  await addPasskey(page, touched);
  await signOut(page);

  const challenge = page.waitForResponse((response) => response.url().endsWith('/do/passkey-challenge'));
  await page.goto('/login?next=/account/security');
  const address = page.getByLabel('E-mail');
  await expect(address).toHaveAttribute('autocomplete', 'username webauthn');
  expect(asked, 'nothing is asked before somebody is there').toEqual([]);
  await touched(true);
  await address.focus();
  await page.keyboard.type('a');
  expect((await challenge).status()).toBe(200);
  await expect(page).toHaveURL(`${shop}/account/security`);
  await expect(page.getByText(/Last used/)).toBeVisible();
  expect(asked).toEqual(['conditional']);
});

test('what the browser offers asks nothing once the button is pressed', async ({ page }) => {
  const { touched } = await device(page);
  // A slow browser: what it knows comes after the button, and what the device says after that.
  await page.addInitScript(() => {
    const told = (name: string) => new Promise((resolve) => addEventListener(name, () => resolve(true), { once: true }));
    const get = navigator.credentials.get.bind(navigator.credentials);
    PublicKeyCredential.isConditionalMediationAvailable = () => told('known') as Promise<boolean>;
    navigator.credentials.get = (options) => {
      document.documentElement.dataset.asked = 'yes';
      return told('chosen').then(() => get(options));
    };
  });
  const tell = (name: string) => page.evaluate((name) => void dispatchEvent(new Event(name)), name);
  const asked = await atSignIn(page, touched);
  await touched(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-asked', 'yes');
  await tell('known');
  await expect(page.getByLabel('E-mail')).toHaveAttribute('autocomplete', 'username webauthn');
  await page.mouse.move(10, 10);
  await page.mouse.move(20, 20);
  await tell('chosen');
  await expect(page).toHaveURL(`${shop}/account/security`);
  expect(asked, 'the shop knows only what it asked last').toHaveLength(1);
});

test('the button asks nothing once what the browser offered was chosen', async ({ page }) => {
  const { touched } = await device(page);
  // Whoever presses the button while what they chose is on its way to the shop.
  await page.addInitScript(() => {
    const submit = HTMLFormElement.prototype.submit;
    HTMLFormElement.prototype.submit = function () {
      submit.call(this);
      this.querySelector('button')?.click();
    };
  });
  const asked = await atSignIn(page, touched);
  await expect(page.getByLabel('E-mail')).toHaveAttribute('autocomplete', 'username webauthn');
  await touched(true);
  await page.mouse.move(10, 10);
  await page.mouse.move(20, 20);
  await expect(page).toHaveURL(`${shop}/account/security`);
  expect(asked, 'the shop knows only what it asked last').toHaveLength(1);
});
