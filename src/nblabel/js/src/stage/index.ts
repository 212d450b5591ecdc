export { imageStageCss } from "./image/css";
export {
  createImageStage,
  type ImageSettings,
  type ImageStage,
  type ImageStageOptions,
  type Reshape,
  type Tool,
} from "./image/image-stage";
export type { MarkStyle } from "./mark";
export type { Shape, ShapeKind, ShapeKinds } from "./shapes/kind";
export { rectangle } from "./shapes/rectangle";
export { textStageCss } from "./text/css";
export {
  createTextStage,
  type Span,
  type TextMark,
  type TextStage,
  type TextStageOptions,
} from "./text/text-stage";
