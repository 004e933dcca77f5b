// The distances that placing keeps, in pixels: those of `layout/spacing.py`.
export const BOX_GAP = 22;
export const WIRE_GAP = 10;
export const WIRE_ROOM = 5;
export const PORT_PITCH = 14;
export const PORT_LEAST = 8;
export const PORT_MARGIN = 8;
export const TRACK_PITCH = 9;
export const TRACK_MARGIN = 9;
export const ARROW_ROOM = 13;
export const ROW_GAP = 20;
export const BORDER_GAP = 12;
export const LABEL_HEIGHT = 17;
export const LABEL_GAP = 7;
export const STRAIGHT = 0.5;
