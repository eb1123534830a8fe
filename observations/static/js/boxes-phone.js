// Black boxes on the photo before it leaves the phone: drawn with a finger, or put there and moved by keys. What is
// drawn lies over the picture only until the photo is sent; then photo.js burns it in.

const SVG = 'http://www.w3.org/2000/svg';
const SMALLEST = 0.02;
const STEP = 0.02;
const NEW_BOX = [0.35, 0.35, 0.65, 0.65];
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

const within = (value, least = 0, most = 1) => Math.min(Math.max(value, least), most);
const percent = (fraction) => `${(100 * fraction).toFixed(3)}%`;

export class Boxes {
  #boxes = [];
  #image;
  #changed;
  #svg;
  #finger = null;

  // `frame` holds the whole picture, with room beside it; `changed` is told whenever a box came, moved or went.
  constructor(frame, changed) {
    this.#image = frame.querySelector('img');
    this.#changed = changed;
    this.#svg = document.createElementNS(SVG, 'svg');
    for (const [name, value] of Object.entries({ class: 'cover', tabindex: 0, role: 'application', 'aria-label': frame.dataset.wordsBoxes })) {
      this.#svg.setAttribute(name, value);
    }
    this.#image.after(this.#svg);
    this.#image.addEventListener('load', () => this.#lay());
    new ResizeObserver(() => this.#lay()).observe(frame);
    this.#svg.addEventListener('pointerdown', (event) => this.#pressed(event));
    this.#svg.addEventListener('pointermove', (event) => this.#moved(event));
    for (const end of ['pointerup', 'pointercancel']) this.#svg.addEventListener(end, (event) => this.#lifted(event));
    this.#svg.addEventListener('keydown', (event) => this.#key(event));
  }

  // Another photo, with the boxes that it has; the list is changed in place.
  show(boxes) {
    this.#boxes = boxes;
    this.#draw();
  }

  undo() {
    this.#boxes.pop();
    this.#tell();
  }

  // Exactly over the picture, which is fitted into its frame.
  #lay() {
    const { naturalWidth: width, naturalHeight: height, clientWidth, clientHeight, offsetLeft, offsetTop } = this.#image;
    if (!width || !clientWidth) return;
    const scale = Math.min(clientWidth / width, clientHeight / height);
    const [across, down] = [width * scale, height * scale];
    const edges = { left: offsetLeft + (clientWidth - across) / 2, top: offsetTop + (clientHeight - down) / 2, width: across, height: down };
    for (const [edge, px] of Object.entries(edges)) this.#svg.style[edge] = `${px}px`;
  }

  #draw() {
    const rects = this.#boxes.map(([left, top, right, bottom], number) => {
      const rect = document.createElementNS(SVG, 'rect');
      const size = { x: left, y: top, width: right - left, height: bottom - top };
      for (const [name, value] of Object.entries(size)) rect.setAttribute(name, percent(value));
      rect.classList.toggle('is-last', number === this.#boxes.length - 1);
      return rect;
    });
    this.#svg.replaceChildren(...rects);
  }

  #tell() {
    this.#draw();
    this.#changed();
  }

  #point({ clientX, clientY }) {
    const { left, top, width, height } = this.#svg.getBoundingClientRect();
    return [within((clientX - left) / width), within((clientY - top) / height)];
  }

  #pressed(event) {
    if (this.#finger || event.button !== 0) return;
    this.#svg.setPointerCapture(event.pointerId);
    this.#finger = { id: event.pointerId, from: this.#point(event), box: null };
  }

  #moved(event) {
    const finger = this.#finger;
    if (finger?.id !== event.pointerId) return;
    const [[x, y], [toX, toY]] = [finger.from, this.#point(event)];
    const box = [Math.min(x, toX), Math.min(y, toY), Math.max(x, toX), Math.max(y, toY)];
    if (!finger.box && Math.max(box[2] - box[0], box[3] - box[1]) < SMALLEST) return;
    if (!finger.box) this.#boxes.push(finger.box = box);
    finger.box.splice(0, 4, ...box);
    this.#tell(); // also in mid-drag: whatever is pressed then sends what is seen
  }

  #lifted(event) {
    if (this.#finger?.id === event.pointerId) this.#finger = null;
  }

  // Enter puts a box in the middle, arrows move it, with Shift they change its size, Delete takes it away.
  #key(event) {
    const last = this.#boxes.at(-1);
    if (event.key === 'Enter') this.#boxes.push([...NEW_BOX]);
    else if (last && event.key in ARROWS) last.splice(0, 4, ...(event.shiftKey ? sized : shifted)(last, ...ARROWS[event.key]));
    else if (last && ['Delete', 'Backspace'].includes(event.key)) this.#boxes.pop();
    else return;
    event.preventDefault();
    this.#tell();
  }
}

function shifted([left, top, right, bottom], x, y) {
  const across = within(x, -left, 1 - right);
  const down = within(y, -top, 1 - bottom);
  return [left + across, top + down, right + across, bottom + down];
}

function sized([left, top, right, bottom], x, y) {
  return [left, top, within(right + x, left + SMALLEST), within(bottom + y, top + SMALLEST)];
}
