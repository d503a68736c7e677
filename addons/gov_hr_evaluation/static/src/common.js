import { localization } from "@web/core/l10n/localization";
import { formatFloat } from "@web/core/utils/numbers";

/** A mark as people write it: 4.5, not 4.50. */
export function formatMark(value) {
    if (value === null || value === undefined || value === false) {
        return "";
    }
    const text = formatFloat(value, { digits: [16, 2], grouping: [] });
    const point = localization.decimalPoint;
    return text.includes(point) ? text.replace(/0+$/, "").replace(new RegExp(`\\${point}$`), "") : text;
}

/** Read what was typed as a mark: a number, null when empty, NaN when it is none. A comma counts as a point. */
export function parseMark(text) {
    const clean = (text || "").trim().replace(",", ".");
    return clean === "" ? null : Number(clean);
}

/** Whether a mark may be given to a criterion; the server checks again and says why. */
export function isMark(value, maximum, step) {
    const parts = value / step;
    return Number.isFinite(value) && value >= 0 && value <= maximum && Math.abs(parts - Math.round(parts)) < 1e-9;
}

/** The sum of the given marks. */
export function sumMarks(marks) {
    return Math.round(100 * Object.values(marks).reduce((sum, mark) => sum + (mark || 0), 0)) / 100;
}

/** The appreciation of a mark: the highest floor it reaches. */
export function bandOf(total, bands) {
    const reached = bands.filter((band) => total >= band.floor).sort((a, b) => b.floor - a.floor);
    return reached.length ? reached[0].name : "";
}
