/** A stranger's colour, or a calm one where it is none (and where it would be more than a colour). */
export function safeColor(color: string): string {
  return CSS.supports("color", color) && !/[;{}<]|var\(|url\(/.test(color) ? color : "#7f7f7f";
}

const inks = new Map<string, string>();

/** Black or white, whichever is easier to read on a colour. */
export function inkOn(color: string): string {
  let ink = inks.get(color);
  if (ink === undefined) {
    const [red, green, blue] = rgb(color).map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
    ) as [number, number, number];
    // WCAG 2 relative luminance; black and white have the same contrast at 0.179.
    ink = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
    inks.set(color, ink);
  }
  return ink;
}

function rgb(color: string): [number, number, number] {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return [0, 0, 0];
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red / 255, green / 255, blue / 255];
}
