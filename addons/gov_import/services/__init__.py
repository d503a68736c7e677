from . import bulk, headings, parsers, problems, reader, report, spec, xlsx
