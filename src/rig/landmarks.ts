/** Index lists of MediaPipe's 478-point face mesh. */

/** The face's outline, clockwise in the image from the top of the forehead. */
export const ovalLandmarks = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21,
  54, 103, 67, 109,
] as const;
export const outerLipLandmarks = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185] as const;
/** Inner lips from the image-left corner to the image-right corner. */
export const innerUpperLipLandmarks = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308] as const;
export const innerLowerLipLandmarks = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308] as const;
/** Lid margins from the image-left corner to the image-right corner; the person's right eye is on the image's left. */
export const rightEyeUpperLandmarks = [33, 246, 161, 160, 159, 158, 157, 173, 133] as const;
export const rightEyeLowerLandmarks = [33, 7, 163, 144, 145, 153, 154, 155, 133] as const;
export const leftEyeUpperLandmarks = [362, 398, 384, 385, 386, 387, 388, 466, 263] as const;
export const leftEyeLowerLandmarks = [362, 382, 381, 380, 374, 373, 390, 249, 263] as const;
/** Lower edges of the brows. */
export const rightBrowLandmarks = [46, 53, 52, 65, 55] as const;
export const leftBrowLandmarks = [285, 295, 282, 283, 276] as const;
/** Centre first, then four points of the rim. */
export const rightIrisLandmarks = [468, 469, 470, 471, 472] as const;
export const leftIrisLandmarks = [473, 474, 475, 476, 477] as const;
export const foreheadLandmark = 10;
export const chinLandmark = 152;
export const rightCheekLandmark = 234;
export const leftCheekLandmark = 454;
/** Of the outline, nearest to the lobes of the ears. */
export const rightLobeLandmark = 132;
export const leftLobeLandmark = 361;
/** Smooth skin of the cheeks, image left and image right in turn. */
export const cheekLandmarks = [50, 280, 101, 330, 205, 425] as const;
