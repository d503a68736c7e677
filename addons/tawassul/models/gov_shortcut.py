from odoo import api, fields, models


class GovShortcut(models.Model):
    """A tile of the home page that opens a screen people need often.

    The list is data: the administrator and the HR manager add, translate, reorder and archive tiles, and say which
    roles see each one. Everyone reads it; a tile whose screen the user may not open is not shown to that user.
    """

    _name = "gov.shortcut"
    _description = "Home page shortcut"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Char(translate=True, help="One short line under the name, on the home page.")
    icon = fields.Char(
        default="fa-arrow-circle-o-right",
        required=True,
        help="Name of a Font Awesome 4.7 icon, such as fa-file-text-o.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    is_main = fields.Boolean(
        string="Highlighted", help="Shown first and in colour. Keep it for the one thing most people come for."
    )
    action_id = fields.Many2one(
        "ir.actions.actions",
        string="Screen",
        required=True,
        index=True,
        ondelete="cascade",
        help="The screen that the tile opens.",
    )
    group_ids = fields.Many2many("res.groups", string="Roles", help="Roles that see the tile; empty means everyone.")

    @api.model
    def _for_user(self):
        """Return the tiles of the current user, as dictionaries ready for the home page."""
        groups = set(self.env.user._get_group_ids())
        # which roles a tile is for is compared here, not shown
        tiles = self.search([]).filtered(lambda t: not t.sudo().group_ids or groups & set(t.sudo().group_ids.ids))
        return [
            {
                "id": tile.id,
                "name": tile.name,
                "description": tile.description or "",
                "icon": tile.icon,
                "main": tile.is_main,
                "action": action,
            }
            for tile, action in tiles._openable()
        ]

    def _openable(self):
        """Yield (tile, id of its action) for the tiles whose screen the current user may open."""
        # Users may not read actions: only their kind and model are looked at here.
        actions = self.sudo().action_id
        window_ids = actions.filtered(lambda action: action.type == "ir.actions.act_window").ids
        windows = self.env["ir.actions.act_window"].sudo().browse(window_ids)  # their model alone
        models_by_action = {window.id: window.res_model for window in windows}
        for tile in self:
            action_id = tile.sudo().action_id.id  # the id alone
            model = models_by_action.get(action_id)
            if model and (model not in self.env or not self.env[model].has_access("read")):
                continue
            yield tile, action_id
