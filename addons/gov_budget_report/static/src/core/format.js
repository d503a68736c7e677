import { formatFloat } from "@web/views/fields/formatters";

/** An amount in the language of the reader; to be put in <bdi dir="ltr"> so that its sign stays where it belongs. */
export function money(value, digits = 2) {
    return formatFloat(value || 0, { digits: [16, digits] });
}

/** A short amount for tiles: 12.3 M. */
export function short(value) {
    const size = Math.abs(value || 0);
    if (size >= 1e6) {
        return `${formatFloat(value / 1e6, { digits: [16, size >= 1e8 ? 0 : 1] })} M`;
    }
    return money(value, 0);
}

export function percent(value, digits = 1) {
    return value === null || value === undefined ? "–" : `${formatFloat(value * 100, { digits: [16, digits] })} %`;
}

/** Width of a bar, between 0 and 100. */
export function width(value) {
    return Math.max(0, Math.min(100, Math.round((value || 0) * 1000) / 10));
}
