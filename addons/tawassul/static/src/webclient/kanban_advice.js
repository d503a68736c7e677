import { patch } from "@web/core/utils/patch";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";

// A grouped kanban without any group is a blank page, unless a group can be made in it: it shows the advice of the action.
patch(KanbanRenderer.prototype, {
    get showNoContentHelper() {
        const { isGrouped, groups } = this.props.list;
        return super.showNoContentHelper || (isGrouped && !groups.length && !this.canCreateGroup());
    },
});
