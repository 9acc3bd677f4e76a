// What a report's page runs: each chart becomes one that can be touched. Without it the pictures stay.
import { live } from '../chart/js/live.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

function button(words, label, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
}

function save(name, svg) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function enliven(figure) {
  const chart = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const picture = figure.querySelector('picture');
  const place = document.createElement('div');
  place.className = 'live';
  place.tabIndex = 0;
  place.setAttribute('role', 'img');
  place.setAttribute('aria-label', chart.alt);
  picture.before(place);
  figure.classList.add('lives');
  let shown = live(place, chart, dark.matches ? 'dark' : 'light');

  const acts = { '+': () => shown.zoom(2), '=': () => shown.zoom(2), '-': () => shown.zoom(0.5), 0: () => shown.reset() };
  acts.ArrowLeft = () => shown.pan(-0.2);
  acts.ArrowRight = () => shown.pan(0.2);
  place.addEventListener('keydown', function (event) {
    if (!shown.zooms || !acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    acts[event.key]();
    event.preventDefault();
  });
  place.addEventListener('dblclick', () => shown.zooms && shown.reset());
  dark.addEventListener('change', function () {
    shown.dispose();
    shown = live(place, chart, dark.matches ? 'dark' : 'light');
  });

  const tools = document.createElement('div');
  tools.className = 'tools';
  if (shown.zooms) {
    tools.append(
      button('+', 'Zoom in: ' + chart.title, acts['+']),
      button('\u2212', 'Zoom out: ' + chart.title, acts['-']),
      button('Whole', 'Show the whole: ' + chart.title, acts[0]),
    );
  }
  tools.append(button('Save picture', 'Save as a picture: ' + chart.title, () => save(chart.id + '.svg', shown.svg())));
  place.after(tools);
}

// Those far below are made when they are near.
const near = new IntersectionObserver(
  function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      near.unobserve(entry.target);
      enliven(entry.target);
    });
  },
  { rootMargin: '600px' },
);
document.querySelectorAll('figure.chart').forEach((figure) => near.observe(figure));
