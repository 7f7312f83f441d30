/** Lines of the 478 landmarks that a person recognises, as MediaPipe's FACEMESH connections (Apache-2.0) have them, and their colours. */

/** Of drawings over pictures: landmarks, and lines between them. */
export const [landmarkColour, meshColour] = ['#ff2d95', '#00e5ff'];

export interface Contour {
  readonly points: readonly number[];
  readonly isClosed: boolean;
  readonly colour: string;
}

const [lipColour, eyeColour, irisColour, browColour] = ['#ff5a5a', '#7dff6b', '#ffffff', '#ffd400'];
const closed = (colour: string, points: readonly number[]): Contour => ({ points, isClosed: true, colour });
const open = (colour: string, points: readonly number[]): Contour => ({ points, isClosed: false, colour });

// biome-ignore format: a table
export const contours: readonly Contour[] = [
  closed(meshColour, [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]),
  open(meshColour, [168, 6, 197, 195, 5, 4, 1]),
  open(meshColour, [98, 97, 2, 326, 327]),
  closed(lipColour, [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185]),
  closed(lipColour, [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191]),
  closed(eyeColour, [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246]),
  closed(eyeColour, [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466]),
  closed(irisColour, [469, 470, 471, 472]),
  closed(irisColour, [474, 475, 476, 477]),
  open(browColour, [70, 63, 105, 66, 107]),
  open(browColour, [46, 53, 52, 65, 55]),
  open(browColour, [300, 293, 334, 296, 336]),
  open(browColour, [276, 283, 282, 295, 285]),
];
