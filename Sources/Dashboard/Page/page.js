'use strict';
const element = id => document.getElementById(id);
const points = [];
let frozen = false, newest = null, lastMessage = 0, filter = '';

// The view is in the URL, so that a link shows somebody else the same.
const view = new URLSearchParams(location.hash.slice(1));
filter = view.get('lines') || '';
element('filter').value = filter;

const count = n => n.toLocaleString('en');
const rate = hertz => hertz >= 1e4 ? (hertz / 1e3).toFixed(1) + ' kHz' : hertz >= 100 ? hertz.toFixed(0) + ' Hz' : hertz.toPrecision(3) + ' Hz';
const seconds = s => s >= 3600 ? (s / 3600).toFixed(2) + ' h' : s >= 60 ? (s / 60).toFixed(1) + ' min' : s.toFixed(1) + ' s';
const milliseconds = s => { const ms = s * 1e3; return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3); };

function row(cells, tag = 'td') {
  const tr = document.createElement('tr');
  for (const cell of cells) {
    const td = document.createElement(tag);
    td.textContent = cell;
    tr.appendChild(td);
  }
  return tr;
}

function table(id, heads, rows) { element(id).replaceChildren(row(heads, 'th'), ...rows.map(cells => row(cells))); }

function note(text) {
  const log = element('log');
  log.prepend(row([new Date().toLocaleTimeString('en-GB'), text]));
  while (log.rows.length > 200) log.deleteRow(-1);
}

function point(status) {
  const balance = name => status.ledger.find(stage => stage.stage === name) || {};
  const total = status.figures.latency.find(latency => latency.stage === 'total') || {};
  return { time: status.elapsed_s, entered: balance('level1').entered || 0, level1: balance('level1').passed || 0,
    accepted: balance('hlt').passed || 0, vetoed: balance('level1').vetoed || 0,
    bytes: status.figures.bytes_written, p50: total.p50_s, p99: total.p99_s };
}

// Rates over about a second, so that batches do not show as spikes.
function slopes(key) {
  const found = [];
  for (let i = 0, first = 0; i < points.length; i++) {
    while (points[i].time - points[first].time > 1.2 && first < i - 1) first++;
    const span = points[i].time - points[first].time;
    if (span > 0.2) found.push([points[i].time, (points[i][key] - points[first][key]) / span]);
  }
  return found;
}

function draw(id, curves, logarithmic) {
  const canvas = element(id), scale = devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext('2d'), style = getComputedStyle(document.body);
  const colour = name => style.getPropertyValue('--' + name);
  pen.scale(scale, scale);
  pen.font = '11px "DejaVu Sans", sans-serif';
  const all = curves.flatMap(curve => curve.points.filter(p => p[1] > 0 || !logarithmic));
  if (all.length < 2) return;
  const left = 58, right = width - 8, top = 20, bottom = height - 18;
  const from = Math.min(...all.map(p => p[0])), to = Math.max(...all.map(p => p[0]));
  let low = 0, high = Math.max(...all.map(p => p[1])) * 1.1 || 1;
  const form = value => logarithmic ? Math.log10(value) : value;
  if (logarithmic) {
    low = Math.floor(Math.log10(Math.min(...all.map(p => p[1]))));
    high = Math.ceil(Math.log10(high));
    if (high <= low) high = low + 1;
  }
  const x = time => left + (right - left) * (time - from) / Math.max(to - from, 1e-9);
  const y = value => bottom - (bottom - top) * (form(value) - low) / (high - low);
  pen.strokeStyle = colour('line');
  pen.fillStyle = colour('faint');
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  const ticks = [];
  if (logarithmic) for (let power = low; power <= high; power++) ticks.push(10 ** power);
  else {
    const raw = high / 4, magnitude = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].find(f => f * magnitude >= raw) * magnitude;
    for (let value = 0; value <= high; value += step) ticks.push(value);
  }
  for (const tick of ticks) {
    pen.beginPath();
    pen.moveTo(left, y(tick));
    pen.lineTo(right, y(tick));
    pen.stroke();
    pen.fillText(logarithmic ? tick.toExponential(0) : tick >= 1000 ? tick / 1000 + 'k' : String(+tick.toPrecision(3)), left - 6, y(tick));
  }
  pen.textBaseline = 'top';
  pen.textAlign = 'left';
  pen.fillText(seconds(from), left, bottom + 4);
  pen.textAlign = 'right';
  pen.fillText(seconds(to), right, bottom + 4);
  let legend = left;
  pen.lineWidth = 1.6;
  for (const curve of curves) {
    pen.strokeStyle = pen.fillStyle = colour(curve.colour);
    pen.setLineDash(curve.dash || []);
    pen.beginPath();
    let open = false;
    for (const [time, value] of curve.points) {
      if (logarithmic && !(value > 0)) continue;
      open ? pen.lineTo(x(time), y(value)) : pen.moveTo(x(time), y(value));
      open = true;
    }
    pen.stroke();
    pen.setLineDash([]);
    pen.textAlign = 'left';
    const last = curve.points.length ? curve.points[curve.points.length - 1][1] : 0;
    const text = curve.name + ' ' + curve.format(last);
    pen.fillText(text, legend, 4);
    legend += pen.measureText(text).width + 16;
  }
}

function plots() {
  const curve = (name, key, colour, dash) => ({ name, points: slopes(key), colour, dash, format: rate });
  draw('rates', [curve('level 1 in', 'entered', 'ink', [2, 3]), curve('level 1 accepts', 'level1', 'blue'),
    curve('HLT accepts', 'accepted', 'green'), curve('vetoed', 'vetoed', 'orange', [6, 3])], false);
  const quantile = (name, key, colour) => ({ name, colour, format: s => milliseconds(s || 0) + ' ms',
    points: points.filter(p => p[key] > 0).map(p => [p.time, p[key]]) });
  draw('latency', [quantile('p50', 'p50', 'blue'), quantile('p99', 'p99', 'orange')], true);
}

function stages(status, busy) {
  const depth = Object.fromEntries(status.ledger.map(s => [s.stage,
    s.entered - s.passed - s.rejected - s.vetoed - s.set_aside - s.failed]));
  element('stages').replaceChildren(...status.stages.map(stage => {
    const cell = document.createElement('div');
    const down = stage.state === 'lost' || stage.state === 'failed';
    cell.className = 'stage' + (down ? ' bad' : '');
    const share = busy[stage.stage.slice(0, 15)];
    const small = document.createElement('small');
    small.textContent = [stage.stage in depth ? count(depth[stage.stage]) + ' waiting' : '',
      share === undefined ? '' : Math.round(100 * share) + ' %', down ? stage.state : ''].filter(Boolean).join(', ') || stage.state;
    const bar = document.createElement('i');
    bar.style.width = 100 * (share || 0) + '%';
    cell.append(stage.stage, small, bar);
    return cell;
  }));
}

function show() {
  if (!newest) return;
  const { status, busy, diagnosis } = newest, figures = status.figures;
  document.title = status.state + ' - Sluice ' + status.plan;
  element('plan').textContent = status.plan;
  element('state').textContent = status.state;
  element('elapsed').textContent = seconds(status.elapsed_s);
  element('menu').textContent = status.menu.name + ' ' + status.menu.hash.slice(0, 8);
  element('column').textContent = status.prescale_column || "the lines' own";
  const lost = status.imbalances.length;
  element('lost').textContent = lost ? lost + ' places' : '0';
  element('lost').className = lost ? 'alarm' : '';
  element('diagnosis').textContent = diagnosis.text;
  element('diagnosis').className = diagnosis.severity;
  stages(status, busy);
  table('deadtime', ['cause', 'triggers lost', 'dead, s'],
    figures.dead_time.length ? figures.dead_time.map(d => [d.cause, count(d.events), d.time_s.toPrecision(3)])
      : [['chain busy', count((status.ledger.find(s => s.stage === 'level1') || {}).vetoed || 0), '-']]);
  table('latencies', ['stage', 'events', 'p50', 'p90', 'p99', 'p99.9', 'max'], figures.latency.map(l =>
    [l.stage, count(l.count), ...[l.p50_s, l.p90_s, l.p99_s, l.p999_s, l.max_s].map(milliseconds)]));
  table('ledger', ['stage', 'in', 'passed', 'rejected', 'vetoed', 'set aside', 'failed', 'in flight'], status.ledger.map(s =>
    [s.stage, s.entered, s.passed, s.rejected, s.vetoed, s.set_aside, s.failed,
      s.entered - s.passed - s.rejected - s.vetoed - s.set_aside - s.failed].map(v => typeof v === 'number' ? count(v) : v)));
  const events = Math.max(1, (status.ledger.find(s => s.stage === 'level1') || {}).entered || 1);
  const lines = figures.lines.filter(l => l.before_prescale > 0 && l.line.includes(filter)).sort((a, b) => b.after_prescale - a.after_prescale);
  table('lines', ['line', 'level', 'fired', 'kept', 'kept of all', 'kept, rate'], lines.map(l => [l.line, l.level,
    count(l.before_prescale), count(l.after_prescale), (100 * l.after_prescale / events).toPrecision(3) + ' %',
    rate(l.after_prescale / Math.max(status.elapsed_s, 1e-9))]));
  plots();
}

// Data that stopped coming must look so, whatever the reason.
function grow() {
  const since = (performance.now() - lastMessage) / 1000;
  document.body.classList.toggle('stale', !frozen && since > 2);
  if (newest) {
    const age = newest.status.data_age_s, running = newest.status.state === 'running';
    element('age').textContent = age == null ? '-' : seconds(age + (running ? since : 0));
    element('age').className = running && age + since > 5 ? 'alarm' : '';
  }
}

function take(message) {
  lastMessage = performance.now();
  const before = newest;
  const next = JSON.parse(message);
  if (before && next.status.elapsed_s < before.status.elapsed_s) points.length = 0;
  points.push(point(next.status));
  if (points.length > 1200) points.shift();
  if (!before || before.status.state !== next.status.state) note('The run is ' + next.status.state + '.');
  else if (before.diagnosis.severity !== next.diagnosis.severity) note(next.diagnosis.text);
  if (frozen) return;
  newest = next;
  show();
}

function freeze() {
  frozen = !frozen;
  element('freeze').className = frozen ? 'on' : '';
  element('freeze').textContent = frozen ? 'frozen' : 'freeze';
}

element('freeze').onclick = freeze;
element('filter').oninput = event => {
  filter = event.target.value;
  history.replaceState(null, '', filter ? '#lines=' + encodeURIComponent(filter) : location.pathname);
  show();
};
addEventListener('keydown', event => {
  if (event.target.tagName === 'INPUT') return;
  if (event.key === 'f') freeze();
  if (event.key === '/') { event.preventDefault(); element('filter').focus(); }
});
addEventListener('resize', plots);
setInterval(grow, 250);

fetch('history.json').then(answer => answer.json()).then(past => { points.unshift(...past.filter(p => !points.length || p.time < points[0].time)); }).catch(() => {})
  .finally(() => {
    const source = new EventSource('events');
    source.addEventListener('status', event => take(event.data));
    source.onerror = () => note('No connection to the run; trying again.');
  });
