#!/usr/bin/env python3
"""Plain FTS5 over the chunks of Benchmarks/Search, with its questions:  Benchmarks/peers/fulltext.py FOLDER/real-100000.db

Puts the chunks in a full-text index of their own beside the database, with the tokenizer that comes with SQLite, once. Asks what SearchBenchmark left in `questions.txt` beside the database: any of a question's words, the best hundred by
`bm25`, as a program would that uses SQLite's full text as it comes; once with all words, once without stop words. A warm
connection, a cache of 32 MB, one thread.
"""
import pathlib, re, sqlite3, sys, time

STOP_WORDS = set(
    "a an and are as at be by can did do does for from had has have how if in into is it its of on or such than that the "
    "their then there these they this to was were what when where which who why will with would".split()
)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = pathlib.Path(sys.argv[1]).resolve()
    questions = (path.parent / "questions.txt").read_text().split("\n")
    plain = path.with_name("plain-" + path.name)
    if not plain.exists():
        unfinished = plain.with_name(plain.name + ".unfinished")
        unfinished.unlink(missing_ok=True)
        target = sqlite3.connect(unfinished)
        target.execute(
            "CREATE VIRTUAL TABLE chunks_fts USING fts5 (title, headings, text, content = '', "
            "tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        rows = source.execute("SELECT id, title, headings, text FROM chunks ORDER BY id")
        target.executemany("INSERT INTO chunks_fts (rowid, title, headings, text) VALUES (?, ?, ?, ?)", rows)
        target.execute("INSERT INTO chunks_fts (chunks_fts) VALUES ('optimize')")
        target.commit()
        target.close()
        unfinished.rename(plain)
    database = sqlite3.connect(f"file:{plain}?mode=ro", uri=True)
    database.execute("PRAGMA cache_size = -32768")
    sql = "SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ? ORDER BY bm25(chunks_fts) LIMIT 100"
    for name, left_out in (("all words", set()), ("without stop words", STOP_WORDS)):
        for run in ("", ", again"):
            times = []
            for question in questions:
                words = [word for word in re.findall(r"\w+", question.lower()) if word not in left_out]
                expression = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
                start = time.perf_counter()
                database.execute(sql, (expression,)).fetchall()
                times.append((time.perf_counter() - start) * 1000)
            times.sort()
            print(
                f"FTS5, {name}{run}: median {times[len(times) // 2]:.2f} ms, "
                f"p95 {times[len(times) * 95 // 100]:.2f} ms, most {times[-1]:.2f} ms"
            )


if __name__ == "__main__":
    main()
