// Black boxes on the photo: drawn with a finger or the mouse, moved and sized by keys too, burned in by the server.
// What is drawn is kept in this tab until it is burned in, so that neither another photo nor an error loses it.

const SVG = 'http://www.w3.org/2000/svg';
const SMALLEST = 0.01;
const STEP = 0.01;
const TAPPED = 0.14;
const GRIP_PX = 24;
const HANDLE_PX = 7;
const CORNERS = ['lt', 'rt', 'rb', 'lb'];
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

const within = (value, least = 0, most = 1) => Math.min(Math.max(value, least), most);
const percent = (fraction) => `${(100 * fraction).toFixed(3)}%`;

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

// ---- What is drawn and not burned in, for each photo of the report

const kept = {
  key: (photo) => `boxes:${photo}`,

  // Boxes that were sent are done with once the photo has another version: they are in the picture now. Others stay,
  // whoever burned whatever in meanwhile, and so do those that came back with an error.
  read({ photo, version }) {
    const { sent, boxes = [] } = JSON.parse(sessionStorage.getItem(this.key(photo)) ?? '{}');
    if (!sent || sent === version || document.querySelector('[data-not-done]')) return boxes;
    sessionStorage.removeItem(this.key(photo));
    return [];
  },

  write({ photo }, boxes, sent) {
    if (boxes.length) sessionStorage.setItem(this.key(photo), JSON.stringify({ boxes, sent }));
    else sessionStorage.removeItem(this.key(photo));
  },
};

// ---- The boxes on one picture

class Boxes {
  constructor(picture, changed) {
    this.picture = picture;
    this.changed = changed;
    this.active = null;
    this.svg = element('svg', { class: 'boxes boxes-drawn', role: 'group', 'aria-label': picture.dataset.wordsBoxes }, picture);
    this.svg.addEventListener('pointerdown', (event) => this.pressed(event));
    this.svg.addEventListener('keydown', (event) => this.key(event));
    this.svg.addEventListener('focusin', (event) => this.activate(this.at(event.target)));
    this.drawn = [];
    for (const box of kept.read(picture.dataset)) this.add(box);
    this.activate(null);
  }

  get boxes() {
    return this.drawn.map(({ box }) => box);
  }

  at(target) {
    return this.drawn.find(({ group }) => group.contains(target)) ?? null;
  }

  add(box) {
    const group = element('g', { class: 'box', tabindex: 0, role: 'application' }, this.svg);
    for (const name of ['box-black', 'box-frame']) element('rect', { class: name }, group);
    for (const corner of CORNERS) {
      element('circle', { class: 'box-handle', r: HANDLE_PX, 'data-corner': corner }, group);
      element('circle', { class: 'box-grip', r: GRIP_PX, 'data-corner': corner }, group);
    }
    const one = { box, group };
    this.drawn.push(one);
    this.place(one, box);
    this.activate(one);
    return one;
  }

  place(one, [left, top, right, bottom]) {
    one.box = [left, top, right, bottom];
    one.group.setAttribute('aria-description', one.box.map((edge) => `${Math.round(100 * edge)} %`).join(', '));
    for (const rect of one.group.querySelectorAll('rect')) {
      const size = { x: left, y: top, width: right - left, height: bottom - top };
      for (const [name, value] of Object.entries(size)) rect.setAttribute(name, percent(value));
    }
    const frame = this.svg.getBoundingClientRect();
    const grip = within(Math.min((right - left) * frame.width, (bottom - top) * frame.height) / 3, HANDLE_PX, GRIP_PX);
    for (const circle of one.group.querySelectorAll('circle')) {
      if (circle.matches('.box-grip')) circle.setAttribute('r', grip.toFixed(1));
      const [across, down] = circle.dataset.corner;
      circle.setAttribute('cx', percent(across === 'l' ? left : right));
      circle.setAttribute('cy', percent(down === 't' ? top : bottom));
    }
  }

  activate(one) {
    this.active = one;
    this.drawn.forEach((each, number) => {
      each.group.classList.toggle('is-active', each === one);
      each.group.setAttribute('aria-label', this.picture.dataset.wordsBox.replace('{n}', number + 1));
    });
    this.tell();
  }

  tell() {
    kept.write(this.picture.dataset, this.boxes);
    this.changed(this);
  }

  remove(one = this.active ?? this.drawn.at(-1)) {
    if (!one) return;
    const held = one.group.contains(document.activeElement);
    this.drawn = this.drawn.filter((each) => each !== one);
    one.group.remove();
    this.activate(null);
    if (held) (this.drawn.at(-1)?.group ?? document.querySelector('[data-draw]')).focus();
  }

  addInTheMiddle() {
    this.add([0.4, 0.4, 0.6, 0.6]).group.focus();
  }

  // ---- By finger and mouse

  point(event) {
    const frame = this.svg.getBoundingClientRect();
    return [within((event.clientX - frame.left) / frame.width), within((event.clientY - frame.top) / frame.height)];
  }

  pressed(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    const one = this.at(event.target);
    const drawing = this.svg.classList.contains('is-drawing');
    if (!one && !drawing && event.pointerType !== 'mouse') return this.activate(null);
    event.preventDefault();
    const from = this.point(event);
    if (one) {
      this.activate(one);
      one.group.focus({ preventScroll: true });
      this.follow(event, this.dragging(one, event.target.dataset.corner, from));
    } else {
      this.follow(event, this.drawing(from), () => this.ended(from, drawing));
    }
  }

  follow(event, move, end = () => this.tell()) {
    const { svg } = this;
    svg.setPointerCapture(event.pointerId);
    const moved = (each) => {
      if (each.pointerId !== event.pointerId) return;
      move(this.point(each));
      this.tell(); // whatever is pressed in mid-drag sends what is seen
    };
    const ended = (each) => {
      if (each.pointerId !== event.pointerId) return;
      svg.removeEventListener('pointermove', moved);
      svg.removeEventListener('pointerup', ended);
      svg.removeEventListener('pointercancel', ended);
      end();
    };
    svg.addEventListener('pointermove', moved);
    svg.addEventListener('pointerup', ended);
    svg.addEventListener('pointercancel', ended);
  }

  drawing([x, y]) {
    this.fresh = null;
    return ([toX, toY]) => {
      const box = [Math.min(x, toX), Math.min(y, toY), Math.max(x, toX), Math.max(y, toY)];
      if (box[2] - box[0] < SMALLEST || box[3] - box[1] < SMALLEST) return;
      this.fresh ??= this.add(box);
      this.place(this.fresh, box);
    };
  }

  // A tap where boxes are drawn makes one of an ordinary size; a click elsewhere lets go of the one that is held.
  ended([x, y], drawing) {
    if (this.fresh) {
      this.fresh.group.focus({ preventScroll: true });
      this.tell();
    } else if (drawing) {
      const frame = this.svg.getBoundingClientRect();
      const down = TAPPED * (frame.width / frame.height);
      const [left, top] = [within(x - TAPPED / 2, 0, 1 - TAPPED), within(y - down / 2, 0, Math.max(0, 1 - down))];
      this.add([left, top, left + TAPPED, within(top + down)]).group.focus({ preventScroll: true });
    } else {
      document.activeElement.blur();
      this.activate(null);
    }
  }

  dragging(one, corner, [x, y]) {
    const before = one.box;
    return ([toX, toY]) => this.place(one, corner ? sized(before, corner, toX, toY) : shifted(before, toX - x, toY - y));
  }

  // ---- By keys

  key(event) {
    const one = this.at(event.target);
    if (!one || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in ARROWS) {
      const [x, y] = ARROWS[event.key];
      const [, , right, bottom] = one.box;
      this.place(one, event.shiftKey ? sized(one.box, 'rb', right + x, bottom + y) : shifted(one.box, x, y));
      this.tell();
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.remove(one);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      document.activeElement.blur();
      this.activate(null);
    } else return;
    event.preventDefault();
  }
}

function shifted([left, top, right, bottom], x, y) {
  const across = within(x, -left, 1 - right);
  const down = within(y, -top, 1 - bottom);
  return [left + across, top + down, right + across, bottom + down];
}

function sized([left, top, right, bottom], [across, down], x, y) {
  if (across === 'l') left = within(x, 0, right - SMALLEST);
  else right = within(x, left + SMALLEST, 1);
  if (down === 't') top = within(y, 0, bottom - SMALLEST);
  else bottom = within(y, top + SMALLEST, 1);
  return [left, top, right, bottom];
}

// ---- Tools beside the photo, and the forms that carry the boxes

const draw = document.querySelector('[data-draw]');
const help = document.querySelector('[data-draw-help]');
const helpWords = help?.textContent;

function setDrawing(boxes, yes) {
  boxes.svg.classList.toggle('is-drawing', yes);
  draw.setAttribute('aria-pressed', yes);
  help.textContent = yes ? help.dataset.wordsDrawing : helpWords;
}

const photosOfThisReport = () => {
  const all = [...document.querySelectorAll('[data-photo]')].map((each) => each.dataset);
  return [...new Map(all.map((each) => [each.photo, each])).values()];
};

// Every photo of this report has its boxes carried along, wherever they were drawn.
function carry() {
  const values = photosOfThisReport().flatMap((each) => kept.read(each).map((box) => `${each.photo}:${box.map((edge) => edge.toFixed(4)).join(',')}`));
  for (const form of document.querySelectorAll('form[data-with-boxes]')) {
    for (const input of form.querySelectorAll('[name="box"]')) input.remove();
    for (const value of values) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'box', value }));
    const words = form.querySelector('[data-words-one]');
    if (words) {
      words.dataset.words ??= words.textContent;
      words.textContent = [words.dataset.words, words.dataset.wordsOne][values.length] ?? words.dataset.wordsMany.replace('{n}', values.length);
    } else form.hidden = !values.length;
  }
}

function begin(picture) {
  const remove = document.querySelector('[data-remove]');
  const boxes = new Boxes(picture, ({ drawn }) => {
    remove.hidden = !drawn.length;
    carry();
  });
  document.querySelector('[data-draw-tools]').hidden = false;
  document.querySelector('[data-without-script]').hidden = true;
  // A key press or a screen reader has no place to point at: it gets a box to move. A finger or the mouse draws.
  draw.addEventListener('click', ({ detail }) => (detail ? setDrawing(boxes, !boxes.svg.classList.contains('is-drawing')) : boxes.addInTheMiddle()));
  remove.addEventListener('click', () => boxes.remove());
}

const picture = document.querySelector('[data-boxes]');
if (picture) begin(picture);
carry(); // boxes on another photo go along also while this one is hidden
for (const form of document.querySelectorAll('form[data-with-boxes]')) {
  form.addEventListener('submit', () => {
    for (const photo of photosOfThisReport()) kept.write(photo, kept.read(photo), photo.version);
  });
}
