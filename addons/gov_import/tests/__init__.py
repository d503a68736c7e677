from . import test_batch, test_headings, test_parsers, test_reader
