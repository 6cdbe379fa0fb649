// How many products are left of the filters that are chosen, told on the button of their form before they are asked for. Without it
// the button says what it said when the page was made, and nothing of it once something else is chosen (`filters.css`).
const WAIT = 250;
// Of these the number of products does not depend.
const OTHERS = ['exact', 'sort'];
// As the shop takes them; what it would refuse is not asked.
const AMOUNT = /^\d{1,9}(\.\d{1,3})?$/;
const MOST_VALUES = 20;

const form = document.querySelector('form.filters-form');
const count = form?.querySelector('.filters-count');
const noun = form?.querySelector('.filters-noun');
const said = form?.querySelector('[role="status"]');

// As the button shows it, and as it is said.
function words({ total, total_is_exact: isExact }) {
  if (!isExact) return 'over 1,000 results';
  return total === 1 ? '1 result' : `${total} results`;
}

function address() {
  const query = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...query]) if (!value.trim()) query.delete(name, value);
  const isPrice = (name) => name.endsWith('_price');
  if ([...query].some(([name, value]) => isPrice(name) && !AMOUNT.test(value.trim()))) return undefined;
  if ([...query.keys()].filter((name) => name.startsWith('option.')).length > MOST_VALUES) return undefined;
  for (const name of OTHERS) query.delete(name);
  query.set('per_page', '1');
  return `/api/v1/products?${query}`;
}

let asked = 0;
let waiting;

async function tell() {
  const mine = (asked += 1);
  const asks = address();
  const answer = asks && (await fetch(asks).catch(() => undefined));
  const found = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  if (mine !== asked) return;
  // What is no price is told once it is sent.
  const text = found ? words(found) : 'results';
  const end = text.lastIndexOf(' ') + 1;
  count.textContent = text.slice(0, end);
  noun.textContent = text.slice(end);
  said.textContent = found ? text : '';
  form.dataset.counted = '';
}

form?.addEventListener('input', () => {
  asked += 1;
  delete form.dataset.counted;
  count.textContent = '';
  clearTimeout(waiting);
  waiting = setTimeout(tell, WAIT);
});
