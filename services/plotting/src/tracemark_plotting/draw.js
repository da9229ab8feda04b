// What Kaleido calls in the page: draws every chart of a log in one call and answers their images.
"use strict";

// Software rasterising takes a time that grows with the area a stroke spans: a long noisy line is drawn several times
// faster in short pieces. Round caps hide the seams.
const POINTS_A_PIECE = 25;

const canvas = document.createElement("canvas");
// Opaque and in main memory: it is read back at once.
const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });

function cutIntoPieces(line) {
  const pieces = [];
  for (const run of line.getAttribute("d").split("M").slice(1)) {
    const points = run.split("L");
    for (let first = 0; first === 0 || first + 1 < points.length; first += POINTS_A_PIECE) {
      const piece = line.cloneNode();
      piece.setAttribute("d", "M" + points.slice(first, first + POINTS_A_PIECE + 1).join("L"));
      piece.style.strokeLinecap = "round";
      pieces.push(piece);
    }
  }
  line.replaceWith(...pieces);
}

async function toSvg(figure, inPieces) {
  const holder = document.createElement("div");
  holder.style.position = "absolute"; // so that it has no part in the layout of the page
  document.body.append(holder);
  try {
    await Plotly.newPlot(holder, figure.data, figure.layout, { staticPlot: true });
    if (inPieces) holder.querySelectorAll("path.js-line").forEach(cutIntoPieces);
    return Plotly.Snapshot.toSVG(holder, "svg", 1);
  } finally {
    Plotly.purge(holder);
    holder.remove();
  }
}

async function toPng(figure) {
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(await toSvg(figure, true));
  await image.decode();
  canvas.width = figure.layout.width; // setting it clears the canvas, too
  canvas.height = figure.layout.height;
  pen.drawImage(image, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}

async function draw(figures, format) {
  const images = [];
  for (const figure of figures) images.push(format === "svg" ? await toSvg(figure, false) : await toPng(figure));
  return images;
}

// Kaleido hands over its specification and expects a code, a message, and a text as result.
window.kaleido_scopes = {
  async plotly(specification) {
    const { figures, format } = specification.data;
    try {
      const images = await draw(figures, format);
      return { code: 0, message: null, format: "json", result: JSON.stringify(images) };
    } catch (error) {
      return { code: 1, message: String((error && error.message) || error), format: "json", result: null };
    }
  },
};
