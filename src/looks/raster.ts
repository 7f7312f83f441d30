/** A drawing as a picture. */
import sharp from 'sharp';

/** PNG bytes, as large as the SVG says. */
export function rasterise(svg: string, description: string): Promise<Uint8Array> {
  return sharp(Buffer.from(svg), { limitInputPixels: false }).flatten({ background: '#ffffff' }).png({ compressionLevel: 9 }).withExif({ IFD0: { ImageDescription: description } }).toBuffer();
}
