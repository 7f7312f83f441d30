/** Where the face detectors' boxes are measured from. As MediaPipe's SsdAnchorsCalculator (Apache-2.0) with the options of its
 * face_detection graphs: fixed size, so an anchor is only a centre. */

export interface Detector {
  /** Input rows and columns. */
  readonly size: number;
  /** [anchors, 2] x, y in pixels of the input. */
  readonly anchors: Float32Array;
}

/** `grids`: cells of `stride` pixels, each with `count` anchors at its centre, row by row. */
function makeAnchors(size: number, grids: readonly { stride: number; count: number }[]): Float32Array {
  const anchors: number[] = [];
  for (const { stride, count } of grids) {
    const cells = size / stride;
    for (let cell = 0; cell < cells * cells; cell++) {
      const x = ((cell % cells) + 0.5) * stride;
      const y = (Math.floor(cell / cells) + 0.5) * stride;
      for (let k = 0; k < count; k++) anchors.push(x, y);
    }
  }
  return Float32Array.from(anchors);
}

/** Short range, for faces that fill a good part of the picture: 16² x 2 and 8² x 6 = 896 anchors. */
export const nearDetector: Detector = {
  size: 128,
  anchors: makeAnchors(128, [
    { stride: 8, count: 2 },
    { stride: 16, count: 6 },
  ]),
};

/** Full range, for smaller ones: 48² = 2304 anchors. */
export const farDetector: Detector = { size: 192, anchors: makeAnchors(192, [{ stride: 4, count: 1 }]) };
