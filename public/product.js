// A product's page where scripts run: the pictures over the page, the small one that is shown marked, the address to be copied,
// and what was looked at before, which an empty cart shows, too. Without it every picture is a link to its file. What was looked at
// stays in this browser: the shop is never told of it.
const KEPT = 'recently-viewed';
const MOST = 8;

const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

// The pictures over the page: a dialog, so Escape closes it and the focus goes back. Swiped and scrolled like the strip.
const zooms = [...document.querySelectorAll('.gallery-strip .zoom')];
let view;
let strip;
let place;

const pictureInSight = () => Math.round(strip.scrollLeft / Math.max(1, strip.clientWidth));
const tellPlace = () => (place.textContent = `${pictureInSight() + 1} of ${zooms.length}`);
const goTo = (at, behavior) => {
  const fitting = Math.min(Math.max(at, 0), zooms.length - 1);
  strip.scrollTo({ left: fitting * strip.clientWidth, behavior });
};
const step = (by) => () => goTo(pictureInSight() + by, 'auto');

const makeView = () => {
  const large = (zoom) => {
    const small = zoom.querySelector('img');
    return make('li', {}, make('img', { src: zoom.href, alt: small.alt, loading: 'lazy', decoding: 'async' }));
  };
  const button = (words, onclick) => make('button', { type: 'button', className: 'button-quiet', textContent: words, onclick });
  strip = make('ul', { className: 'zoom-strip', tabIndex: 0, onscroll: tellPlace }, ...zooms.map(large));
  place = make('p', {});
  place.setAttribute('aria-live', 'polite');
  const several = zooms.length > 1 ? [button('Previous', step(-1)), place, button('Next', step(1))] : [];
  const close = button('Close', () => view.close());
  view = make('dialog', { className: 'zoom-view' }, strip, make('div', { className: 'zoom-bar' }, ...several, close));
  view.setAttribute('aria-label', 'Large pictures over the page');
  strip.setAttribute('aria-label', 'Pictures');
  view.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(by)();
  });
  document.body.append(view);
};

zooms.forEach((zoom, at) =>
  zoom.addEventListener('click', (event) => {
    // Whoever wants it in a tab of its own gets it there.
    if (event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    if (!view) makeView();
    view.showModal();
    goTo(at, 'instant');
    tellPlace();
  }),
);

// Which of the small pictures is the one that is shown.
const thumbnails = [...document.querySelectorAll('.gallery-small a')];
if (thumbnails.length) {
  const mark = (id) =>
    thumbnails.forEach((one) => (one.hash === `#${id}` ? one.setAttribute('aria-current', 'true') : one.removeAttribute('aria-current')));
  const watch = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => mark(entry.target.id)),
    { root: document.querySelector('.gallery-strip'), threshold: 0.6 },
  );
  document.querySelectorAll('.gallery-strip > li').forEach((picture) => watch.observe(picture));
}

const share = document.querySelector('[data-share]');
if (share && navigator.clipboard) {
  share.hidden = false;
  share.addEventListener('click', async () => {
    const said = share.nextElementSibling;
    const copied = navigator.clipboard.writeText(location.origin + location.pathname + location.search);
    said.textContent = await copied.then(
      () => 'Copied',
      () => 'It could not be copied',
    );
  });
}

// What is read was written by us, or by whoever else can write here: it is taken for paths and words, never for markup.
const kept = () => {
  try {
    const list = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    const isOurs = (seen) =>
      typeof seen?.name === 'string' && /^\/products\/[\w-]+$/.test(seen.path) && /^(\/(media|pictures)\/[\w.-]+)?$/.test(seen.picture ?? '');
    return Array.isArray(list) ? list.filter(isOurs).slice(0, MOST + 1) : [];
  } catch {
    return [];
  }
};
const keep = (list) => {
  try {
    localStorage.setItem(KEPT, JSON.stringify(list));
  } catch {
    // A browser that keeps nothing shows nothing.
  }
};

const card = ({ name, path, picture }) => {
  const frame = make('span', { className: 'frame' });
  if (picture) frame.append(make('img', { className: 'picture', src: picture, alt: '', loading: 'lazy', decoding: 'async' }));
  const link = make('a', { href: path }, frame, make('span', { className: 'card-name', textContent: name }));
  return make('li', { className: 'card' }, link);
};

const recent = document.querySelector('[data-recent]');
if (recent) {
  const { name, path, picture } = recent.dataset;
  const before = kept().filter((seen) => seen.path !== path);
  if (path) keep([{ name, path, picture }, ...before].slice(0, MOST + 1));
  recent.querySelector('ul').append(...before.slice(0, MOST).map(card));
  recent.hidden = before.length === 0;
  recent.querySelector('[data-forget]').addEventListener('click', () => {
    keep([]);
    recent.hidden = true;
    document.querySelector('main').focus();
  });
}
