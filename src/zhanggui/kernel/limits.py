"""A limit on everything, in one place, each with its reason. Units stand last in the names.

A reason that begins with "chosen" is a judgement and not a measurement; change it when one is made.
"""

from __future__ import annotations

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30

# What is received
MAX_FILE_BYTES = 2 * GIB  # chosen: some times the 2-million-line export of the bench
MAX_ARCHIVE_MEMBERS = 1000  # a year of daily statements is 366; chosen with room for two accounts
MAX_ARCHIVE_DEPTH = 2  # an archive of monthly archives; deeper ones are bombs
MAX_EXPANSION_RATIO = 100  # chosen: text deflates far less; deflate ends near 1032, where bombs live
EXPANSION_RATIO_FLOOR_BYTES = MIB  # below this a ratio means nothing: a nearly empty sheet shrinks well
MAX_UNPACKED_BYTES = 4 * GIB  # all members together: twice the longest single file
MAX_MEMBER_NAME_CHARS = 1024  # chosen: a quarter of the usual longest path (4096)

# How a file is read
CHILD_MEMORY_BYTES = (
    6 * GIB
)  # address space, which counts a mapped file of up to 2 GiB twice; resident memory stays under 2 GiB
CHILD_CPU_SECONDS = 900  # chosen: a quarter of an hour; a file that needs more is stuck or hostile
CHILD_WALL_SECONDS = 1800  # twice the processor's time: the disk may be slow
CHILD_STALL_SECONDS = (
    60  # chosen: a reader that uses no processor for a minute waits for itself; slow disks answer sooner
)
CHILD_OPEN_FILES = 256  # one staging file for each table, with room
MAX_HEADER_SEARCH_ROWS = 50  # by the intake contract: the header may stand anywhere in the first 50 rows
MAX_COLUMNS = 500  # chosen: far above the declared formats
MAX_CELL_CHARS = MIB  # a product description; more is not a cell
MAX_LINE_BYTES = 8 * MIB  # a few cells of the greatest length
MAX_ROWS_PER_FILE = 50_000_000  # chosen: the house was measured on up to 50 million order lines
MAX_SHEETS = 100  # monthly sheets of several years
LONG_SHEET_BYTES = 128 * MIB  # of XML; a sheet above it is streamed, below it the whole is faster in memory
MAX_REFUSED_ROWS_IN_FULL = 100_000  # after that only the count: nobody corrects more by hand
MAX_WARNINGS = 1000  # equal warnings are counted, so this many different ones mean a wrong format
BATCH_ROWS = 100_000  # chosen so that a batch of wide rows stays far below the memory limit

# How the books are kept
MAX_PUBLISH_RETRIES = 20  # two writers needed three retries for 30 commits; more: something holds it
LOCK_WAIT_SECONDS = 60  # a person waits a minute, then is told to try again
QUERY_MEMORY_BYTES = GIB  # engine's own memory; it spills to disk beyond

# What is asked
MAX_ANSWER_ROWS = 100_000  # what a sheet program opens without trouble
MAX_ANSWER_SECONDS = 60  # beyond this a question is a job
MAX_DIMENSIONS = 5  # cuts of one metric; more is an export
MAX_PHRASE_CHARS = 2000  # a sentence, even a long one

# What a mapping may hold
MAX_MAPPING_BYTES = MIB  # chosen: a mapping is a page or two of text; more is not one
