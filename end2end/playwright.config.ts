// How the browser suite runs. The shop it visits is started by scripts/serve-for-tests;
// the services behind it by scripts/test (`make e2e`), which also chooses E2E_PORT. One that
// runs already is visited where E2E_URL says (scripts/image-test).
import { defineConfig, devices } from '@playwright/test';

const address = process.env.E2E_URL ?? `http://127.0.0.1:${process.env.E2E_PORT ?? '3111'}`;

/** What is looked at on a phone, too: pages that are laid out for it, and not once more what the server decides. */
const ON_A_PHONE = /browse, buy, pay, get mail|a guest buys without an account/;

/** A phone's width, and pages that fade into each other. */
const PHONE = { viewport: { width: 390, height: 844 }, contextOptions: { reducedMotion: 'no-preference' as const } };

export default defineConfig({
  testDir: './tests',
  outputDir: './artifacts',
  reporter: [['list']],
  // Tests share one shop, so each one brings its own customers and asserts on its own orders.
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // A whole journey on a machine that does other things, too.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  use: {
    ...devices['Desktop Chrome'],
    baseURL: address,
    locale: 'en-US',
    timezoneId: 'UTC',
    // Pages that fade into each other are drawn twenty times, by a processor that has better things to do. On a phone they do.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace of every step costs a third of the time, and CI keeps none: TRACE=1 records them.
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'with-scripts', testIgnore: /(\.engines|owner-brand|owner-guide)\.spec\.ts$/ },
    // What only scripts do is tested in *.scripts.spec.ts.
    { name: 'without-scripts', testIgnore: /(\.(scripts|engines)|owner-brand|owner-guide)\.spec\.ts$/, use: { javaScriptEnabled: false } },
    // The purchase once more on a phone's width.
    { name: 'phone', testMatch: /\/purchase\.spec\.ts$/, grep: ON_A_PHONE, use: PHONE },
    {
      name: 'phone-without-scripts',
      testMatch: /\/purchase\.spec\.ts$/,
      grep: ON_A_PHONE,
      use: { ...PHONE, javaScriptEnabled: false },
    },
    // It changes what every page says, so it runs when nobody else looks, and once at a time.
    { name: 'brand', testMatch: /owner-brand\.spec\.ts$/, dependencies: ['with-scripts', 'without-scripts'] },
    {
      name: 'brand-without-scripts',
      testMatch: /owner-brand\.spec\.ts$/,
      dependencies: ['brand'],
      use: { javaScriptEnabled: false },
    },
    // A shop of its own, where nobody has decided anything yet.
    {
      name: 'guide',
      testMatch: /owner-guide\.spec\.ts$/,
      use: { baseURL: `http://127.0.0.1:${process.env.E2E_GUIDE_PORT ?? '3113'}` },
    },
    // Not driven by Playwright: it runs the tests, and each drives its own browser.
    { name: 'firefox', testMatch: /\.engines\.spec\.ts$/ },
    { name: 'webkit', testMatch: /\.engines\.spec\.ts$/ },
  ],
  webServer: process.env.E2E_URL
    ? undefined
    : {
        command: '../scripts/serve-for-tests',
        url: `${address}/readyz`,
        timeout: 120_000,
        reuseExistingServer: false,
        gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
      },
});
