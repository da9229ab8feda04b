// AWS's elements for shapes on a photograph.

import { MarkTool } from "../photo-view/mark-tool";
import type { Kind } from "../photo-view/shapes";
import type { Tool } from "../photo-view/tool";
import type { Json } from "./element";
import { readMarks, writeMark } from "../photo-view/answers";
import { readAttribute } from "../loose-json";
import { PhotoField } from "./photo-field";

/** A field of shapes of one kind, which stand under `key` in the answer. */
class CrowdMarking extends PhotoField {
  static kind: Kind = "box";
  static key = "boundingBoxes";

  private tool!: MarkTool;

  private get own(): typeof CrowdMarking {
    return this.constructor as typeof CrowdMarking;
  }

  protected override makeTool(): Tool {
    this.tool = new MarkTool(this.own.kind);
    return this.tool;
  }

  protected override begin(): string {
    const { marks, problem } = readMarks(readAttribute(this, "initial-value"), this.own.key, this.own.kind, this.labels);
    this.tool.begin(marks);
    return problem;
  }

  override get answer(): Json {
    return {
      [this.own.key]: this.tool.marks.map(writeMark),
      inputImageProperties: this.photoProperties,
      ...this.modification,
    };
  }
}

export class CrowdBoundingBox extends CrowdMarking {}

export class CrowdPolygon extends CrowdMarking {
  static override kind: Kind = "polygon";
  static override key = "polygons";
}

export class CrowdPolyline extends CrowdMarking {
  static override kind: Kind = "polyline";
  static override key = "polylines";
}

export class CrowdLine extends CrowdMarking {
  static override kind: Kind = "line";
  static override key = "lines";
}

export class CrowdKeypoint extends CrowdMarking {
  static override kind: Kind = "point";
  static override key = "keypoints";
}
