"""Names taken over from another record in every language."""

from odoo.tools import SQL


def copy_names(records, field, link, source_field="name"):
    """Give a translated field of records the words of the record they point to, in all languages, by one statement.

    :param records: records with the stored translated field ``field``
    :param link: name of their many2one field
    """
    if not records:
        return
    source = records.env[records._fields[link].comodel_name]
    records.flush_recordset([field, link])
    source.flush_model([source_field])
    records.env.cr.execute(
        SQL(
            "UPDATE %(table)s own SET %(field)s = other.%(name)s FROM %(other)s other "
            "WHERE own.id IN %(ids)s AND other.id = own.%(link)s",
            table=SQL.identifier(records._table),
            field=SQL.identifier(field),
            name=SQL.identifier(source_field),
            other=SQL.identifier(source._table),
            link=SQL.identifier(link),
            ids=tuple(records.ids),
        )
    )
    records.invalidate_recordset([field], flush=False)


def write_names(record, field, word):
    """Write a translated field in every installed language.

    :param word: takes an environment and returns the words in its language
    """
    translations = {
        code: word(record.with_context(lang=code).env) for code, _name in record.env["res.lang"].get_installed()
    }
    record.update_field_translations(field, translations)
