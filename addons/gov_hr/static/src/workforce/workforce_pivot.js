import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { PivotModel } from "@web/views/pivot/pivot_model";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/**
 * Published figures of the workforce: a cell that is not published says so, and the number of rows of the table of
 * figures, which counts nobody, is no measure.
 */
export class WorkforcePivotModel extends PivotModel {
    async load(searchParams) {
        await super.load(searchParams);
        delete this.metaData.measures.__count;
    }
}

export class WorkforcePivotRenderer extends PivotRenderer {
    getFormattedValue(cell) {
        return cell.value === false ? { value: _t("hidden") } : super.getFormattedValue(cell);
    }
}

export const workforcePivotView = {
    ...pivotView,
    Model: WorkforcePivotModel,
    Renderer: WorkforcePivotRenderer,
};

registry.category("views").add("gov.workforce_pivot", workforcePivotView);
