// A mask as a picture: what an answer holds, or an earlier job wrote.

import { make } from "../dom";

const DATA = "data:image/png;base64,";

/** Return the address of a mask that an answer holds as base64. */
export const maskAddress = (png: string): string => `${DATA}${png}`;

/** An answer holds its mask itself; the page's policy lets nothing fetch such an address. */
const pngOf = (address: string): Blob => {
  const bytes = Uint8Array.from(atob(address.slice(address.indexOf(",") + 1)), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
};

/** Return the RGBA pixels of a mask; a mask from elsewhere must allow that (Access-Control-Allow-Origin). */
export const readMaskImage = async (address: string): Promise<Uint8ClampedArray> => {
  const image = await createImageBitmap(address.startsWith("data:") ? pngOf(address) : await (await fetch(address)).blob());
  const context = make("canvas", { width: image.width, height: image.height }).getContext("2d")!;
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height).data;
};
