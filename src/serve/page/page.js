// The runs of this folder, with their reports; and the run that is going on.
const $ = (id) => document.getElementById(id);

async function get(path) {
  const answer = await fetch(path);
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message + ' ' + json.remedy);
  return json;
}

function element(name, words, classes = '') {
  const made = document.createElement(name);
  made.textContent = words;
  made.className = classes;
  return made;
}

function link(words, path) {
  const made = element('a', words);
  made.href = path;
  return made;
}

function row(run) {
  const made = document.createElement('tr');
  const id = encodeURIComponent(run.id);
  const name = element('td', '');
  name.append(run.baseline ? run.id + ' (baseline)' : run.id);
  const report = element('td', '');
  if (!run.live && run.problem === '') {
    report.append(link('HTML', `/api/v1/report?runs=${id}&view=true`), link('PDF', `/api/v1/report?runs=${id}&format=pdf`));
  }
  made.append(name, element('td', run.targets.join(', ')), element('td', run.rows.toLocaleString('en'), 'right'),
    element('td', run.started.slice(0, 16).replace('T', ' ')), element('td', run.problem || (run.live ? 'going on' : run.status)),
    report);
  return made;
}

async function showRuns() {
  try {
    const { runs } = await get('/api/v1/runs');
    $('runs').querySelector('tbody').replaceChildren(...runs.map(row));
    $('runs').hidden = runs.length === 0;
    $('words').hidden = runs.length > 0;
    $('words').textContent = 'There are no runs here yet. "tokentrial demo" makes one in a minute, without a GPU.';
  } catch (error) {
    $('words').hidden = false;
    $('words').textContent = error.message;
  }
}

showRuns();
