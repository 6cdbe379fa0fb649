// How strong a new password is, told while it is typed: counted as the shop counts it when the form is sent (zxcvbn), in the browser
// alone. Its lists are fetched once somebody types; where they are not, nothing is said, and the shop decides as ever.
const SHORTEST = 8;
// As in `src/infrastructure/password.rs`.
const FEWEST_GUESSES = 1_000_000;
const MANY_GUESSES = 10_000_000_000;
// It takes long over more, and that many are enough.
const LOOKED_AT = 100;

let lists;
const count = () => (lists ??= import('/zxcvbn.js').then(() => window.zxcvbn));

// What whoever guesses tries first, in parts, too.
function guessedFirst(form) {
  const typed = ['name', 'email', 'username'].map((name) => form?.elements[name]?.value ?? '');
  return typed.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((part) => part.length > 2);
}

function words(guesses) {
  if (guesses < FEWEST_GUESSES) return 'This is among the first that are guessed.';
  return guesses < MANY_GUESSES ? 'This will do. A few more words make it strong.' : 'This is strong.';
}

async function told(field) {
  const typed = field.value;
  if (!typed) return '';
  if ([...typed].length < SHORTEST) return 'This is too short yet.';
  const zxcvbn = await count().catch(() => undefined);
  return zxcvbn ? words(zxcvbn(typed.slice(0, LOOKED_AT), guessedFirst(field.form)).guesses) : '';
}

for (const field of document.querySelectorAll('input[type="password"][autocomplete="new-password"]')) {
  const said = document.createElement('p');
  said.className = 'field-hint strength';
  said.setAttribute('aria-live', 'polite');
  field.after(said);
  field.addEventListener('input', async () => {
    const typed = field.value;
    const now = await told(field);
    if (field.value === typed) said.textContent = now;
  });
}
