// Passkeys: a form that is sent with what the device answers. Without this script, or where the browser knows none, nothing of it
// is shown. Forms say by `data-ask` where to ask what the device is to be asked.
const forms = [...document.querySelectorAll('form[data-ask]')];
const known =
  'PublicKeyCredential' in window &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential &&
  'parseCreationOptionsFromJSON' in PublicKeyCredential;
// What the browser is asked ends after five minutes: asked anew before that, for as long as the page is open.
const RENEWED_EVERY = 240_000;
let waiting;
let renewal;
// Whether the button was pressed, or an answer is on its way. Nothing else is asked then: the shop knows only what it asked last.
let busy = false;
// Offers passkeys beside the address; nothing where there is no such field.
let begin = () => {};

async function fetched(form) {
  const answer = await fetch(form.dataset.ask, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return JSON.parse(await answer.json());
}

// One after the other.
let before = Promise.resolve();
const asked = (form) => (before = before.catch(() => {}).then(() => fetched(form)));

function send(form, credential) {
  busy = true;
  form.elements.answer.value = JSON.stringify(credential.toJSON());
  form.submit();
}

async function use(form) {
  busy = true;
  waiting?.abort();
  const options = await asked(form);
  const publicKey =
    form.dataset.makes === 'yes'
      ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
      : PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const keys = navigator.credentials;
  send(form, await (form.dataset.makes === 'yes' ? keys.create({ publicKey }) : keys.get({ publicKey })));
}

// Among what the browser fills in for the address. Asked for once somebody is there, not for every page that is loaded.
async function offer(form) {
  const field = document.querySelector('input[autocomplete="username"]');
  if (!field || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  field.autocomplete = 'username webauthn';
  const events = ['pointermove', 'keydown', 'touchstart'];
  const ask = async () => {
    if (busy) return;
    waiting?.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    try {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await asked(form));
      if (signal.aborted) return;
      const chosen = await navigator.credentials.get({ publicKey, mediation: 'conditional', signal });
      if (!signal.aborted) send(form, chosen);
    } catch {
      // Nobody chose one, or the button was pressed.
    }
  };
  const first = () => begin();
  begin = () => {
    events.forEach((event) => removeEventListener(event, first));
    clearInterval(renewal);
    renewal = setInterval(ask, RENEWED_EVERY);
    ask();
  };
  events.forEach((event) => addEventListener(event, first, { once: true, passive: true }));
}

// A page that is gone back to has nothing under way.
addEventListener('pageshow', ({ persisted }) => (busy &&= !persisted));

for (const form of known ? forms : []) {
  const said = form.querySelector('[role="status"]');
  form.closest('[data-passkeys]').hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (busy) return;
    said.textContent = '';
    use(form).catch(() => {
      busy = false;
      said.textContent = 'That did not work. Please try once more.';
      begin();
    });
  });
  if (form.dataset.makes !== 'yes') offer(form);
}
