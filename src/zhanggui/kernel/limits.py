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
BATCH_ROWS = 100_000  # chosen so that a batch of wide rows stays far below the memory limit

# How the books are kept
MAX_PUBLISH_RETRIES = 20  # two writers needed three retries for 30 commits; more: something holds it
LOCK_WAIT_SECONDS = 60  # a person waits a minute, then is told to try again
QUERY_MEMORY_BYTES = GIB  # engine's own memory; it spills to disk beyond

# What is asked
MAX_ANSWER_ROWS = 100_000  # what a sheet program opens without trouble
MAX_FIGURE_ROWS = 2_000  # of figures on a page: twice the points that a chart is wide; an export has them all
MAX_ANSWER_SECONDS = 60  # beyond this a question is a job
MAX_PAGE_ROWS = 500  # of a list in the console: more than a screen shows, less than a browser labours over
MAX_PAGES = 10**9  # of a list: with the most rows of a page still a number that every engine counts to
PAGE_ROWS = 50  # of a list, where nobody says how many
MAX_SEARCH_CHARS = 200  # a title may be long; more is not typed by a person
MAX_CALENDAR_DAYS = 1100  # three years of days, each a cell of a calendar
MAX_DIMENSIONS = 5  # cuts of one metric; more is an export
MAX_PHRASE_CHARS = 2000  # a sentence, even a long one

# What a mapping may hold
MAX_MAPPING_BYTES = MIB  # chosen: a mapping is a page or two of text; more is not one

# How the server works
OPEN_GENERATIONS = 3  # the newest, the one before it that people still look at, and one that was asked for by number
ANSWER_CACHE_BYTES = 64 * MIB  # chosen: some hundred answers of a page; recomputed when gone
KEPT_STATEMENTS = 512  # some kilobytes each; the pages of a day ask fewer different things
ANSWER_THREADS = 4  # twice the cores of a small machine: more askers at once only wait for each other
SWITCH_MICROSECONDS = 500  # a tenth of Python's own: a kept answer changes threads often and waits at each
PACKED_BYTES = 4096  # a shorter answer fits into a few packets anyway
LONG_ANSWER_THREADS = 2  # of lists and answers from the facts themselves, beside those: one takes a second or more
LONG_ANSWER_NICENESS = 8  # a sixth of the processor's time that a quick answer gets beside it, and more than a worker
MAX_UPLOAD_FILE_BYTES = 512 * MIB  # through a browser; larger ones go by the command line or the watched folder
MAX_UPLOAD_BYTES = 1 * GIB  # all files of one upload together, so that a mistake does not fill the disk
MAX_UPLOAD_FILES = 1000  # a folder of a year's daily statements for two accounts
UPLOAD_QUOTA_HOURS = 24  # over which the next three are counted
MAX_DAY_UPLOAD_BYTES = 4 * GIB  # of one person: years of a shop's exports on the day it moves in
MAX_DAY_UPLOAD_FILES = 5000  # of one person: five uploads of the greatest size
MAX_SHOP_DAY_UPLOAD_BYTES = 8 * GIB  # chosen: two people who move one shop in on the same day
MAX_BODY_BYTES = MIB  # of a request that is not an upload: a mapping is the longest of them
HEAD_SECONDS = 20  # from connecting to a whole head, which is some hundred bytes: the worst line needs a few
BODY_PAUSE_SECONDS = 30  # without a byte of a body: a telephone that changes its cell is back sooner
BODY_START_SECONDS = 10  # of waiting for a body, before its pace counts
MIN_BODY_BYTES_PER_SECOND = 1024  # chosen: a tenth of what the slowest telephones send
MAX_WAITING_JOBS = 200  # chosen: a year of daily files one by one; more is a program gone wild
MAX_JOB_LOG_LINES = 1000  # one for each file of the largest upload
MAX_LISTENERS = 100  # open event streams: five windows for each of twenty people
JOB_PROGRESS_MILLISECONDS = 250  # how often a job says how far it is: what an eye can follow
JOB_CANCEL_SECONDS = 10  # a job that has not stopped by then is ended; the books undo what it had not published
WORKER_NICENESS = 10  # half way: a worker gets what the pages leave, and still a share of a full machine
WORKER_IDLE_SECONDS = 60  # a worker without work gives its memory back
DRAIN_SECONDS = 6  # a server that is asked to stop lets requests end for so long
WORKER_STOP_SECONDS = 3  # and then its workers; together they stay below the ten seconds that systems wait
WATCH_SECONDS = 15  # how often the watched folder is looked at; a file counts when it stayed the same in between
UPLOAD_KEEP_DAYS = 7  # a refused file waits a week for its mapping

# Who may enter
MIN_PASSWORD_CHARS = 10  # above the 8 that ASVS 5.0 (6.2.1) asks for
MAX_PASSWORD_CHARS = 1024  # a sentence or two; more only burns the processor
MAX_NAME_CHARS = 100  # of a person, guest, token or view
SECRET_BYTES = 32  # of a session or token: twice the 128 bits that ASVS 5.0 (7.2.3) asks for
PASSWORD_MEMORY_KIB = (
    64 * 1024
)  # with the next: 180 ms to verify on a core of 2024; many at once are paid for in memory
PASSWORD_ROUNDS = 4
PASSWORD_THREADS_AT_ONCE = 2  # verifications side by side; the others wait their turn
SESSION_IDLE_SECONDS = 30 * 60  # a cup of tea, and the desk is safe again
SESSION_SECONDS = 12 * 3600  # a working day
SESSION_SEEN_SECONDS = 60  # how exactly it is known when a session was last used
FREE_LOGIN_FAILURES = 5  # within LOGIN_WINDOW_SECONDS; after that each failure doubles the wait
FIRST_LOGIN_WAIT_SECONDS = 60
LONGEST_LOGIN_WAIT_SECONDS = 15 * 60  # with the doubling: at most 12 guesses an hour for one name
LOGIN_WINDOW_SECONDS = 3600
MAX_REMOTE_LOGIN_FAILURES = (
    50  # an hour from one address, over all names: an office behind one router types wrongly less
)
MAX_PEOPLE = 1000  # chosen: far above the desks of one seller
MAX_TOKENS_PER_PERSON = 20  # chosen: one for each program
TOKEN_DAYS = 90  # where nobody says how long
MAX_TOKEN_DAYS = 366
MAX_GRANT_DAYS = 366  # a lender's year; then it is granted anew
MAX_GRANTS = 500  # that stand at one time
MAX_AUDIT_PAGE = 500
MAX_VIEWS = 200  # of one person; nobody finds a view again among more
MAX_VIEW_BYTES = 20 * KIB  # filters and columns of a page
GARBAGE_THRESHOLD = 50_000  # new objects between two searches for garbage: an answer of a page, not a part of one
REQUEST_THREADS = (
    100  # requests under way at once: they wait for each other's answers without holding up the quick ones
)

# What is simulated on request
MAX_KEPT_SIMULATIONS = 10  # in a workspace; a year of one is some tens of megabytes
MAX_SERVED_SIMULATION_DAYS = 366  # over the network; longer ones are for the command line
MAX_SIMULATION_SCALE = 100  # times the scenario's demand: 20 million lines of the gift shop, more than memory holds

# What is brought back
MAX_MANIFEST_BYTES = 256 * MIB  # of a backup: a line of 150 bytes for each of a million files
MAX_KEPT_BACKUPS = 50  # of the server's own folder; the owner takes the others elsewhere
RESTORE_DRAIN_SECONDS = 90  # readers under way: the longest answer and half of it

# Who is told
MAX_NOTIFY_TARGETS = 20  # chosen: a group for each team
MAX_NOTIFY_ADDRESS_CHARS = 1000  # a mailbox with its server, user and password
NOTIFY_DECISIONS = 10  # of the morning's list: what a telephone shows without scrolling for long
NOTIFY_LATE_REPORTS = 10
NOTIFY_ATTEMPTS = 3  # then it is said that it failed: tomorrow there is another list
NOTIFY_WAIT_SECONDS = (
    20  # before the second attempt; twice that before the third, so a robot's limit a minute has passed
)

# What the demonstration leaves running
DEMO_IDLE_MINUTES = 60  # without a request: whoever still looks asks for something within an hour
DEMO_START_SECONDS = 120  # until it answers: a busy machine loads the server in twenty
DEMO_STOP_SECONDS = 20  # twice what a server needs that is asked to stop

# Assistants
MAX_TOOL_ROWS = 200  # of an answer to an assistant: what it can read at once; more is asked for in pages
CONFIRMATION_SECONDS = 300  # in which a person can be asked and answer
MAX_WAITING_CONFIRMATIONS = 100  # the oldest are forgotten first
