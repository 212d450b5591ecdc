/** Fetched where an Image has a grid or a cross-hair, or the keyboard's cursor is placed on it. */
export * from "./stage/image/guides";
