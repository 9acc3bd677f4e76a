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

let job = null;

function showJob(told) {
  if (told.state === 'running') job = told;
  if (job && told.id === job.id) {
    job = told;
    $('now').hidden = told.state !== 'running';
    $('state').textContent = [told.kind, told.title, told.phase].filter(Boolean).join(' \u00b7 ');
    if (told.share === null) $('progress').removeAttribute('value');
    else $('progress').value = told.share;
  }
  if (!['waiting', 'running'].includes(told.state) || told.runs.length > 0) showRuns();
}

// After a break it goes on behind the last message that was seen.
let seen = '';
function listen(pause = 500) {
  const socket = new WebSocket(`ws${location.protocol.slice(4)}//${location.host}/api/v1/live${seen}`);
  socket.onmessage = function (event) {
    const told = JSON.parse(event.data);
    pause = 500;
    if (told.type === 'hello') listen.stream = told.stream;
    if (told.seq) seen = `?stream=${listen.stream}&after=${told.seq}`;
    if (told.type === 'job') showJob(told.data);
  };
  socket.onclose = () => setTimeout(() => listen(Math.min(pause * 2, 10000)), pause);
}

$('stop').addEventListener('click', async function () {
  const { token } = await get('/api/v1/session');
  await fetch(`/api/v1/jobs/${job.id}/stop`, { method: 'POST', headers: { 'X-Tokentrial-Token': token }, body: '{}' });
});

showRuns();
get('/api/v1/jobs').then(({ jobs }) => jobs.filter((told) => told.state === 'running').forEach(showJob));
listen();
