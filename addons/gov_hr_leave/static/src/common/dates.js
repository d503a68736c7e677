const { DateTime } = luxon;

/** "2026-11-18" → luxon day; an empty value → null. */
export function toDay(iso) {
    return iso ? DateTime.fromISO(iso) : null;
}

/** Luxon day → "2026-11-18". */
export function toIso(day) {
    return day ? day.toISODate() : "";
}

export function today() {
    return DateTime.local().startOf("day");
}

/** "18 November 2026", with the name of the day when asked, in the language of the user. */
export function longDate(iso, weekday = false) {
    const options = { day: "numeric", month: "long", year: "numeric" };
    return iso ? toDay(iso).toLocaleString(weekday ? { weekday: "long", ...options } : options) : "";
}

/** "18 Nov" for narrow places. */
export function shortDate(iso) {
    return iso ? toDay(iso).toLocaleString({ day: "numeric", month: "short" }) : "";
}

export function monthName(day) {
    return day.toLocaleString({ month: "long", year: "numeric" });
}

/** Weeks (Monday first) of a month as luxon days; null outside the month. */
export function monthWeeks(month) {
    const first = month.startOf("month");
    const cells = Array(first.weekday - 1).fill(null);
    for (let day = first; day.hasSame(first, "month"); day = day.plus({ days: 1 })) {
        cells.push(day);
    }
    while (cells.length % 7) {
        cells.push(null);
    }
    return Array.from({ length: cells.length / 7 }, (_week, index) => cells.slice(7 * index, 7 * index + 7));
}

/** Narrow names of the days, Monday first. */
export function weekdayNames() {
    const monday = DateTime.fromISO("2024-01-01");
    return Array.from({ length: 7 }, (_day, index) => {
        const day = monday.plus({ days: index });
        return { short: day.toLocaleString({ weekday: "short" }), long: day.toLocaleString({ weekday: "long" }) };
    });
}
