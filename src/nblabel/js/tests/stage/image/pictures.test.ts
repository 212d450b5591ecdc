import { describe, expect, it } from "vitest";
import { addressOf } from "../../../src/stage/image/pictures";

const media = (mime: string, text: string) => ({
  mime,
  bytes: new DataView(new TextEncoder().encode(text).buffer),
  url: null,
  width: 1,
  height: 1,
  levels: 0,
  problem: null,
});

describe("a picture's address", () => {
  it("is of no origin where the picture may hold script", () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>parent.é</script></svg>';
    const address = addressOf(media("image/svg+xml", svg));
    const [head, body] = address.split(",");
    expect(head).toBe("data:image/svg+xml;base64");
    expect(Buffer.from(body ?? "", "base64").toString()).toBe(svg);
  });

  it("is a blob for everything else, which is not copied", () => {
    const address = addressOf(media("image/png", "png"));
    expect(address.startsWith("blob:")).toBe(true);
    URL.revokeObjectURL(address);
  });
});
