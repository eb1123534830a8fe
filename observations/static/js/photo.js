// Makes a photo small before it leaves the phone: drawn anew on a canvas, so nothing that the camera wrote goes with it.

const LONG_SIDE_PX = 2000;
const AIM_BYTES = 400_000;
const ATTEMPTS = [[2000, 0.82], [2000, 0.7], [2000, 0.55], [1600, 0.6], [1280, 0.6], [1280, 0.4], [1024, 0.4]]; // long side, quality
const PROBE_PX = 16;
const SAME = 6; // of 255, between the lightest and the darkest part of a picture that is all one colour

// The phone could not cover what was to be covered: the photo must not be sent as it is.
export class NotCovered extends Error {
  notCovered = true;
}

// The photo as a JPEG of at most 2000 px and, where it can be had, 400 kB. Where the phone cannot do that (a kind of
// picture that it does not know, a canvas that stays black for want of memory) the file as it is: the service cleans it.
export async function prepared(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const canvas = drawn(picture, LONG_SIDE_PX);
    const small = failed(canvas, picture) ? null : await encoded(canvas, picture);
    picture.close();
    release(canvas);
    return small ?? copied(file);
  } catch {
    return copied(file);
  }
}

// What a <video> shows at this moment, as a photo is prepared. Throws where there is no picture in it.
export async function still(video) {
  const picture = await createImageBitmap(video);
  const canvas = drawn(picture, LONG_SIDE_PX);
  const small = uniform(canvas) ? null : await encoded(canvas, picture);
  picture.close();
  release(canvas);
  if (!small) throw new Error('no picture');
  return small;
}

// The photo with its boxes burned in: pixels, not a layer. `boxes` in fractions of the sides: left, top, right, bottom.
export async function covered(photo, boxes) {
  if (!boxes.length) return photo;
  const picture = await createImageBitmap(photo).catch(() => { throw new NotCovered(); });
  const canvas = drawn(picture, LONG_SIDE_PX);
  const context = canvas.getContext('2d');
  if (failed(canvas, picture)) throw new NotCovered();
  context.fillStyle = '#000';
  for (const box of boxes) context.fillRect(...inPixels(box, canvas));
  const burned = boxes.every((box) => isBlack(context, inPixels(box, canvas))) && await toJpeg(canvas, ATTEMPTS[0][1]);
  picture.close();
  release(canvas);
  if (!burned) throw new NotCovered();
  return burned;
}

// Rounded outwards: rather a pixel too many than one too few.
function inPixels([left, top, right, bottom], { width, height }) {
  const [x, y] = [Math.floor(left * width), Math.floor(top * height)];
  return [x, y, Math.max(1, Math.ceil(right * width) - x), Math.max(1, Math.ceil(bottom * height) - y)];
}

function isBlack(context, [x, y, width, height]) {
  const { data } = context.getImageData(x + Math.floor(width / 2), y + Math.floor(height / 2), 1, 1);
  return data[0] + data[1] + data[2] === 0;
}

// In memory, nameless: the file itself may be gone from the phone before it is sent.
async function copied(file) {
  return new Blob([await file.arrayBuffer()], { type: file.type });
}

function drawn(picture, longSide) {
  const scale = Math.min(1, longSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext('2d', { alpha: false });
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// The first of the attempts that is small enough, else the smallest there is.
async function encoded(canvas, picture) {
  let smallest = null;
  for (const [longSide, quality] of ATTEMPTS) {
    const source = longSide === LONG_SIDE_PX ? canvas : drawn(picture, longSide);
    const blob = await toJpeg(source, quality);
    if (source !== canvas) release(source);
    if (blob && (!smallest || blob.size < smallest.size)) smallest = blob;
    if (smallest?.size <= AIM_BYTES) break;
  }
  return smallest;
}

async function toJpeg(canvas, quality) {
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', quality); });
  return blob?.size && blob.type === 'image/jpeg' ? blob : null;
}

// An iPhone gives the memory back only so.
function release(canvas) {
  canvas.width = canvas.height = 0;
}

// An iPhone without memory for it leaves the canvas black and says nothing.
const failed = (canvas, picture) => uniform(canvas) && !uniform(drawn(picture, PROBE_PX));

function uniform(source) {
  const probe = document.createElement('canvas');
  probe.width = probe.height = PROBE_PX;
  const context = probe.getContext('2d', { willReadFrequently: true });
  context.drawImage(source, 0, 0, PROBE_PX, PROBE_PX);
  const { data } = context.getImageData(0, 0, PROBE_PX, PROBE_PX);
  const colours = data.filter((_value, at) => at % 4 !== 3);
  return Math.max(...colours) - Math.min(...colours) < SAME;
}
